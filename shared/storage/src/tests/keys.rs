//! No two kinds of items share a key, every key can be read back, and text sorts as what it stands for.

use std::collections::HashSet;

use domain::core::id::SlotId;

use super::golden::samples;
use super::samples::*;
use crate::audit::keys::AuditIndex;
use crate::availability;
use crate::directory::keys::listings_of;
use crate::registry::{AnyKey, CONTEXTS, entities};
use crate::table::key::{Entity, EntityKey, ItemKey, Sort, Span};

/// What the keys of an entity have in common: the family of the partition, and the kind within it.
fn pattern(entity: Entity) -> (&'static str, &'static str) {
    let head = |pattern: &'static str| pattern.split(['#', '{']).next().unwrap();
    // A sort key that begins with a field begins with anything, so that its partition needs a family of its own.
    let kind = if entity.sk.starts_with('{') { "anything" } else { head(entity.sk) };
    (head(entity.pk), kind)
}

#[test]
fn no_two_entities_share_a_pattern() {
    let patterns: Vec<_> = entities().map(pattern).collect();
    assert_eq!(patterns.iter().collect::<HashSet<_>>().len(), patterns.len(), "{patterns:?}");
    for (family, _) in patterns.iter().filter(|(_, kind)| *kind == "anything") {
        assert_eq!(patterns.iter().filter(|(other, _)| other == family).count(), 1, "{family} is not alone");
    }
}

#[test]
fn no_two_entities_share_a_name() {
    let names: HashSet<&str> = entities().map(|entity| entity.name).collect();
    assert_eq!(names.len(), entities().count());
}

#[test]
fn every_key_is_read_back_as_itself() {
    for row in samples() {
        let key = AnyKey::parse(row.at.pk(), row.at.sk()).unwrap();
        assert_eq!(key.item_key(), row.at);
        let context = CONTEXTS.iter().find(|context| context.entities.contains(&row.at.entity())).unwrap();
        assert!(
            format!("{key:?}").to_lowercase().starts_with(context.name),
            "{key:?} is read as one of {}",
            context.name
        );
    }
    for key in listings_of(&doctor(1)) {
        let text = key.item_key();
        assert_eq!(EntityKey::parse(text.pk(), text.sk()), Some(key));
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
        (format!("ACCESS#{id}"), "2026-11-30T03:00:00.12Z#e7".to_owned()),
        (format!("DOC#{id}"), "FIRST#2026-12-01#cardiology".to_owned()),
        ("QUEUE#CLINIC#1".to_owned(), format!("POSITION#1#2026-11-30T03:00:00.120Z#{id}")),
        ("USER".to_owned(), "PROFILE".to_owned()),
        (String::new(), String::new()),
    ];
    for (pk, sk) in wrong {
        assert_eq!(AnyKey::parse(&pk, &sk), None, "{pk} {sk}");
    }
}

#[test]
fn the_id_of_a_thing_is_that_of_its_owner_and_what_it_has_itself() {
    let id = |entity: &str| {
        let row = samples().into_iter().find(|row| row.at.entity().name == entity).unwrap();
        row.at.resource_id()
    };
    assert_eq!(id("doctor"), doctor_id(1).to_string());
    assert_eq!(id("slot"), format!("{}/20261201T0430Z", doctor_id(1)));
    assert_eq!(id("attempt"), format!("{}/pay_A", appointment_id(1)));
}

#[test]
fn a_doctor_is_listed_once_for_every_way_of_looking() {
    let keys: HashSet<ItemKey> = listings_of(&doctor(1)).into_iter().map(ItemKey::from).collect();
    assert_eq!(keys.len(), 9);
    let name = format!("asha rao#{}", doctor_id(1));
    for pk in ["DIR#*#*", "DIR#cardiology#*", "DIR#*#hi", "DIR#general-medicine#en"] {
        assert!(keys.contains(&ItemKey::unknown(pk, &name)), "{pk}");
    }
}

#[test]
fn a_span_of_slots_has_its_first_minute_and_not_its_last() {
    let key = |hour| ItemKey::from(availability::Key::Slot(doctor_id(1), SlotId::from(&hour)));
    let [first, last] = [half_hour(0), half_hour(1)].map(|hour| key(hour).sk().to_owned());
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
fn the_time_of_an_audit_record_sorts_as_text_with_any_fraction() {
    let place = |text: &str| {
        let event_type = domain::audit::EventType::AccessDenied;
        let record = AuditIndex { actor: "a".to_owned(), event_type, at: at(text), chain: 1, sequence: 1 };
        record.attributes()["GSI1SK"].as_s().unwrap().clone()
    };
    let sorted = ["2026-11-30T03:00:00Z", "2026-11-30T03:00:00.5Z", "2026-11-30T03:00:01Z"].map(place);
    assert!(sorted.is_sorted(), "{sorted:?}");
}
