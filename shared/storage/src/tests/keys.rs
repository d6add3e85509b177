//! No two entities share a key, every key can be read back, and text sorts as what it stands for.

use std::collections::HashSet;

use domain::core::id::SlotId;

use super::samples::*;
use crate::keys::{Entity, Hour, IndexKey, Key, Listing, SearchKey, Sort, Span};

/// A key of each entity, all from the same ids, so that nothing but the pattern tells them apart.
fn sample(entity: Entity) -> Key {
    let id = uuid::Uuid::from_u128(7);
    let user = domain::core::id::UserId::from_uuid(id);
    let appointment = domain::core::id::AppointmentId::from_uuid(id);
    let gateway_payment: domain::core::id::GatewayPaymentId = "pay_A".parse().unwrap();
    match entity {
        Entity::Profile => Key::Profile(user),
        Entity::CurrentFeed => Key::CurrentFeed(user),
        Entity::CalendarFeed => Key::CalendarFeed(id.to_string()),
        Entity::Doctor => Key::Doctor(user.as_doctor()),
        Entity::Calendar => Key::Calendar(user.as_doctor()),
        Entity::Schedule => Key::Schedule(user.as_doctor()),
        Entity::DailyQuota => Key::DailyQuota(user.as_doctor(), jiff::civil::date(2026, 12, 1)),
        Entity::FirstFreeSlots => Key::FirstFreeSlots(user.as_doctor(), jiff::civil::date(2026, 12, 1)),
        Entity::FirstFreeSlotIndex => {
            let heading = SearchKey { speciality: "cardiology".parse().unwrap(), language: None };
            Key::FirstFreeSlotIndex(user.as_doctor(), jiff::civil::date(2026, 12, 1), heading)
        }
        Entity::Slot => Key::Slot(user.as_doctor(), SlotId::from(&half_hour(0))),
        Entity::Registration => Key::Registration("KMC 1/2-3".parse().unwrap()),
        Entity::Listing => Key::Listing(Listing::all_of(&doctor(1)).remove(0)),
        Entity::Agenda => Key::Agenda(user.as_patient()),
        Entity::LastVisit => Key::LastVisit(user.as_patient(), user.as_doctor()),
        Entity::OpenEntries => Key::OpenEntries(user.as_patient()),
        Entity::WaitlistEntry => Key::WaitlistEntry(domain::core::id::WaitlistEntryId::from_uuid(id)),
        Entity::WaitlistPosition => Key::WaitlistPosition {
            line: domain::appointments::waitlist::WaitlistQueue::Speciality("cardiology".parse().unwrap()),
            priority: domain::appointments::waitlist::Priority::Urgent,
            joined: at("2026-11-30T03:00:00.120Z"),
            entry: domain::core::id::WaitlistEntryId::from_uuid(id),
        },
        Entity::Appointment => Key::Appointment(appointment),
        Entity::Reason => Key::Reason(appointment),
        Entity::VisitSeries => Key::VisitSeries(domain::core::id::SeriesId::from_uuid(id)),
        Entity::Payment => Key::Payment(appointment.into()),
        Entity::Attempt => Key::Attempt(appointment.into(), gateway_payment),
        Entity::Refund => Key::Refund(appointment.into(), gateway_payment.into()),
        Entity::Receipt => Key::Receipt(appointment.into()),
        Entity::ReceiptCounter => Key::ReceiptCounter(domain::payments::receipt::FinancialYear::of(now())),
        Entity::Order => Key::Order("order_A".parse().unwrap()),
        Entity::WebhookEvent => Key::WebhookEvent(id.to_string()),
        Entity::Timer => Key::Timer { hour: Hour::of(now()), at: at("2026-11-30T03:10:00Z"), id: id.to_string() },
        Entity::TimerCursor => Key::TimerCursor,
        Entity::Idempotency => Key::Idempotency(id.to_string()),
        Entity::Activity => Key::Activity(id.to_string()),
        Entity::AuditRecord => Key::AuditRecord { chain: 7, sequence: 7 },
        Entity::ChainHead => Key::ChainHead(7),
        Entity::Seen => Key::Seen(7, id.to_string()),
        Entity::Access => {
            Key::Access { patient: user.as_patient(), at: at("2026-11-30T03:00:00.120Z"), event: "e7".to_owned() }
        }
        Entity::ClientValues => Key::ClientValues(user.as_patient(), "e7".to_owned()),
        Entity::Checkpoint => Key::Checkpoint,
        Entity::Unknown => panic!("nothing has the key of an unknown item"),
    }
}

/// What the keys of an entity have in common: the family of the partition, and the kind within it.
fn pattern(entity: Entity) -> (String, String) {
    let key = sample(entity);
    let head = |text: String| text.split('#').next().unwrap().to_owned();
    let kind = match entity {
        // Their sort keys begin with anything, so they need a family of their own.
        Entity::Listing | Entity::AuditRecord | Entity::Access => "anything".to_owned(),
        _ => head(key.sk()),
    };
    (head(key.pk()), kind)
}

#[test]
fn no_two_entities_share_a_pattern() {
    let patterns: Vec<_> = Entity::ALL.into_iter().map(pattern).collect();
    assert_eq!(patterns.iter().collect::<HashSet<_>>().len(), Entity::ALL.len(), "{patterns:?}");
    for (family, _) in patterns.iter().filter(|(_, kind)| kind == "anything") {
        assert_eq!(patterns.iter().filter(|(other, _)| other == family).count(), 1, "{family} is not alone");
    }
}

#[test]
fn every_key_is_read_back_as_itself() {
    for entity in Entity::ALL {
        let key = sample(entity);
        assert_eq!(key.entity(), entity);
        assert_eq!(Key::parse(&key.pk(), &key.sk()), Some(key));
    }
    for listing in Listing::all_of(&doctor(1)) {
        let key = Key::Listing(listing);
        assert_eq!(Key::parse(&key.pk(), &key.sk()), Some(key));
    }
}

#[test]
fn a_text_that_only_reads_like_a_key_is_none() {
    let id = uuid::Uuid::from_u128(0xabc);
    let wrong = [
        (format!("USER#{id}"), "DOCTOR".to_owned()),
        (format!("USER#{}", id.to_string().to_uppercase()), "PROFILE".to_owned()),
        (format!("USER#{id}"), "PROFILE#".to_owned()),
        ("AUDIT#7".to_owned(), format!("{:020}", 1)),
        ("AUDIT#07".to_owned(), "1".to_owned()),
        ("ORDER#pay_A".to_owned(), "ORDER".to_owned()),
        ("DUE#20261130T3".to_owned(), format!("TIMER#20261130T031000Z#{id}")),
        ("DUE#20261130T03".to_owned(), format!("TIMER#20261130T03100Z#{id}")),
        ("DUE#CURSORS".to_owned(), "CURSOR".to_owned()),
        ("USER".to_owned(), "PROFILE".to_owned()),
        (String::new(), String::new()),
    ];
    for (pk, sk) in wrong {
        assert_eq!(Key::parse(&pk, &sk), None, "{pk} {sk}");
    }
}

#[test]
fn a_doctor_is_listed_once_for_every_way_of_looking() {
    let keys: HashSet<(String, String)> =
        Listing::all_of(&doctor(1)).into_iter().map(Key::Listing).map(|key| (key.pk(), key.sk())).collect();
    assert_eq!(keys.len(), 9);
    let name = format!("asha rao#{}", doctor_id(1));
    for pk in ["DIR#*#*", "DIR#cardiology#*", "DIR#*#hi", "DIR#general-medicine#en"] {
        assert!(keys.contains(&(pk.to_owned(), name.clone())), "{pk}");
    }
}

#[test]
fn a_span_of_slots_has_its_first_minute_and_not_its_last() {
    let [first, last] = [half_hour(0), half_hour(1)].map(|hour| Key::Slot(doctor_id(1), SlotId::from(&hour)).sk());
    let within = |from: &str, to: &str| {
        let Sort::Between(from, to) = Span::slots(doctor_id(1), at(from), at(to)).sort else { panic!("no range") };
        [&first, &last].into_iter().filter(|sk| (&from..=&to).contains(sk)).count()
    };
    assert_eq!(within("2026-12-01T04:30:00Z", "2026-12-01T05:00:00Z"), 1);
    assert_eq!(within("2026-12-01T04:30:00Z", "2026-12-01T05:00:01Z"), 2);
    assert_eq!(within("2026-12-01T04:30:00.001Z", "2026-12-01T06:00:00Z"), 1);
    assert_eq!(within("2026-12-01T05:00:01Z", "2026-12-01T06:00:00Z"), 0);
}

#[test]
fn the_time_of_an_audit_record_sorts_as_text_whatever_its_fraction() {
    let place = |text: &str| {
        let event_type = domain::audit::EventType::AccessDenied;
        let record = IndexKey::AuditRecord { actor: "a".to_owned(), event_type, at: at(text), chain: 1, sequence: 1 };
        record.attributes()["GSI1SK"].as_s().unwrap().clone()
    };
    let sorted = ["2026-11-30T03:00:00Z", "2026-11-30T03:00:00.5Z", "2026-11-30T03:00:01Z"].map(place);
    assert!(sorted.is_sorted(), "{sorted:?}");
}
