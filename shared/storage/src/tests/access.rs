//! Lists and searches: what they offer can be had, and they cost the page that is shown.

use domain::appointments::appointment::Appointment;
use domain::availability::slot::SlotState;
use domain::core::time::TimeRange;
use domain::directory::doctor::DoctorRevision;
use domain::directory::words::words;
use jiff::Timestamp;
use serde_json::json;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::directory::doctor::item;
use crate::directory::entry::{entry_items, spelling_items};
use crate::table::item::Item;
use crate::table::key::ItemKey;
use crate::transaction::Transaction;
use crate::{CommitError, Cursor, DirectorySearch, Order, Page, PageRequest, RegistrationRefusal, SLOTS_AT_ONCE};

async fn free(stack: &Stack, now: Timestamp) -> Vec<TimeRange> {
    let (from, to) = (half_hour(0).start(), half_hour(20).end());
    let page = stack.storage.free_slots(doctor_id(1), from, to, None, now, &PageRequest::first(100)).await.unwrap();
    assert_eq!(page.next, None);
    page.items.into_iter().map(|slot| slot.time).collect()
}

#[tokio::test]
async fn the_list_of_free_slots_offers_what_a_booking_would_get() {
    let stack = Stack::with_slots(4).await;
    stack.book(patient_id(1), 1, appointment_id(1)).await;
    let withdrawn = authorized(stack.slot(2).await).withdraw(now()).unwrap();
    stack.storage.commit_withdrawal(&withdrawn, &by("doctor", "r-withdraw")).await.unwrap();

    assert_eq!(free(&stack, now()).await, [half_hour(0), half_hour(3)]);
    // A hold that is over is offered, and can be had.
    assert_eq!(free(&stack, now() + minutes(10)).await, [half_hour(0), half_hour(1), half_hour(3)]);
    stack.decide_at(patient_id(2), 1, appointment_id(2), now() + minutes(10)).await.unwrap();
    // What has started is not.
    assert_eq!(free(&stack, half_hour(0).start()).await, [half_hour(1), half_hour(3)]);
    assert_eq!(free(&stack, half_hour(20).end()).await, []);
}

#[tokio::test]
async fn a_page_of_free_slots_is_full_and_the_next_goes_on_behind_it() {
    let stack = Stack::with_slots(6).await;
    stack.book(patient_id(1), 1, appointment_id(1)).await;
    stack.forget_calls();
    let (from, to) = (half_hour(0).start(), half_hour(20).end());
    let mut request = PageRequest::first(2);
    let mut pages = Vec::new();
    loop {
        let page = stack.storage.free_slots(doctor_id(1), from, to, None, now(), &request).await.unwrap();
        pages.push(page.items.iter().map(|slot| slot.time).collect::<Vec<_>>());
        let Some(next) = page.next else { break };
        request = PageRequest::new(2, Some(next));
    }
    assert_eq!(pages.concat(), [0, 2, 3, 4, 5].map(half_hour));
    assert_eq!(pages[0].len(), 2);
    assert_eq!(stack.calls().len(), pages.len(), "one query for each page");
}

#[tokio::test]
async fn a_list_goes_on_although_its_last_page_ended_in_what_is_past_by_now() {
    let stack = Stack::with_slots(4).await;
    let (from, to) = (half_hour(0).start(), half_hour(20).end());
    let two = PageRequest::first(2);
    let first = stack.storage.free_slots(doctor_id(1), from, to, None, now(), &two).await.unwrap();
    let later = half_hour(1).start() + minutes(1);
    let rest = PageRequest::new(2, first.next);
    let rest = stack.storage.free_slots(doctor_id(1), from, to, None, later, &rest).await.unwrap();
    assert_eq!(rest.items.into_iter().map(|slot| slot.time).collect::<Vec<_>>(), [2, 3].map(half_hour));
}

#[tokio::test]
async fn a_forged_cursor_reads_nothing_and_does_not_reach_the_table() {
    let stack = Stack::with_slots(4).await;
    let (from, to) = (half_hour(0).start(), half_hour(20).end());
    stack.forget_calls();
    for forged in [
        json!({ "PK": format!("DOC#{}", doctor_id(2)), "SK": "SLOT#20261201T0430Z" }),
        json!({ "PK": format!("DOC#{}", doctor_id(1)), "SK": "SLOT#99991201T0430Z" }),
        json!({ "PK": format!("DOC#{}", doctor_id(1)), "SK": "" }),
        json!({ "PK": format!("DOC#{}", doctor_id(1)), "SK": "SLOT#20261201T0430Z", "more": "x" }),
    ] {
        let page = PageRequest::new(2, Some(Cursor::from_bytes(forged.to_string().as_bytes()).unwrap()));
        let found = stack.storage.free_slots(doctor_id(1), from, to, None, now(), &page).await.unwrap();
        assert_eq!(found, Page { items: vec![], next: None }, "{forged}");
        let found =
            stack.storage.appointments_of_doctor(doctor_id(1), from, to, Order::Ascending, &page).await.unwrap();
        assert_eq!(found, Page { items: vec![], next: None }, "{forged}");
    }
    assert_eq!(stack.calls().len(), 0);
}

#[tokio::test]
async fn a_time_before_all_time_is_an_empty_one() {
    let stack = Stack::with_slots(1).await;
    let (from, to) = (Timestamp::MIN, "-000001-01-01T00:00:00Z".parse().unwrap());
    let page = PageRequest::first(2);
    let of_doctor =
        stack.storage.appointments_of_doctor(doctor_id(1), from, to, Order::Ascending, &page).await.unwrap();
    let by_actor = stack.storage.events_by_actor("u-1", from, to, &page).await.unwrap();
    assert!(of_doctor.items.is_empty() && by_actor.items.is_empty());
}

#[tokio::test]
async fn a_booked_slot_is_not_withdrawn_by_a_doctor_who_saw_it_free() {
    let stack = Stack::with_slots(1).await;
    let withdrawn = authorized(stack.slot(0).await).withdraw(now()).unwrap();
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let late = stack.storage.commit_withdrawal(&withdrawn, &by("doctor", "r-withdraw")).await;
    assert!(matches!(late, Err(CommitError::Stale)), "{late:?}");
}

#[tokio::test]
async fn of_two_publications_at_once_one_has_to_look_again() {
    let stack = Stack::with_slots(1).await;
    let hour = half_hour(10);
    let overlapping = TimeRange::new(hour.start() + minutes(10), hour.end() + minutes(10)).unwrap();
    let published = stack.storage.published(doctor_id(1), hour.start(), overlapping.end()).await.unwrap();
    let decide =
        |wanted| authorized(published.calendar.clone()).publish(&published.slots, vec![wanted], now()).unwrap();
    let (first, second) = (decide(hour), decide(overlapping));
    let prov = by("doctor", "r-publish");

    stack.storage.commit_publication(&published.calendar, &first, &prov).await.unwrap();
    let stale = stack.storage.commit_publication(&published.calendar, &second, &prov).await;

    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    let published = stack.storage.published(doctor_id(1), hour.start(), overlapping.end()).await.unwrap();
    assert!(authorized(published.calendar.clone()).publish(&published.slots, vec![overlapping], now()).is_err());
}

#[tokio::test]
async fn the_slots_around_a_time_include_a_long_one_that_began_before_it() {
    let stack = Stack::with_slots(1).await;
    let start = at("2026-12-03T20:00:00Z");
    stack.publish(doctor_id(1), vec![TimeRange::new(start, start + minutes(480)).unwrap()]).await;
    let midnight = at("2026-12-04T00:00:00Z");
    let published = stack.storage.published(doctor_id(1), midnight, midnight + minutes(30)).await.unwrap();
    assert_eq!(published.slots.len(), 1);
}

#[tokio::test]
async fn a_long_publication_that_stops_half_way_is_completed_by_repeating_it() {
    let stack = Stack::with_slots(1).await;
    let start = at("2026-12-07T00:00:00Z");
    let wanted: Vec<TimeRange> =
        (0..250).map(|n| TimeRange::new(start + minutes(10 * n), start + minutes(10 * n + 10)).unwrap()).collect();
    let (from, to) = (wanted[0].start(), wanted[249].end());
    let prov = by("doctor", "r-publish");
    let published = stack.storage.published(doctor_id(1), from, to).await.unwrap();
    let publication = authorized(published.calendar.clone()).publish(&published.slots, wanted.clone(), now()).unwrap();
    stack.next(Fault::LoseReply);
    let lost = stack.storage.commit_publication(&published.calendar, &publication, &prov).await;
    assert!(matches!(lost, Err(CommitError::Unavailable(_))), "{lost:?}");

    let published = stack.storage.published(doctor_id(1), from, to).await.unwrap();
    assert_eq!(published.slots.len(), SLOTS_AT_ONCE);
    let rest = authorized(published.calendar.clone()).publish(&published.slots, wanted, now()).unwrap();
    assert_eq!(rest.already, SLOTS_AT_ONCE);
    stack.forget_calls();
    stack.storage.commit_publication(&published.calendar, &rest, &prov).await.unwrap();

    assert_eq!(stack.calls().len(), 2);
    let published = stack.storage.published(doctor_id(1), from, to).await.unwrap();
    assert_eq!((published.slots.len(), published.calendar.version), (250, 4));
}

#[tokio::test]
async fn a_withdrawn_slot_can_be_published_again_and_longer() {
    let stack = Stack::with_slots(1).await;
    let withdrawn = authorized(stack.slot(0).await).withdraw(now()).unwrap();
    stack.storage.commit_withdrawal(&withdrawn, &by("doctor", "r-withdraw")).await.unwrap();
    let longer = TimeRange::new(half_hour(0).start(), half_hour(1).end()).unwrap();
    stack.publish(doctor_id(1), vec![longer]).await;
    let slot = stack.slot(0).await;
    assert_eq!((slot.time, slot.state, slot.version), (longer, SlotState::Free, 3));
}

#[tokio::test]
async fn appointments_are_listed_for_both_sides_by_their_start() {
    let stack = Stack::with_slots(4).await;
    for number in 0..3 {
        stack.book(patient_id(1), number, appointment_id(number as u128)).await;
    }
    stack.book(patient_id(2), 3, appointment_id(3)).await;
    let (from, to) = (half_hour(0).start(), half_hour(2).start());
    let page = PageRequest::first(10);

    let mine = stack.storage.appointments_of_patient(patient_id(1), from, to, Order::Ascending, &page).await.unwrap();
    assert_eq!(mine.items.iter().map(|a| a.id).collect::<Vec<_>>(), [0, 1].map(appointment_id));
    let three = PageRequest::first(3);
    let first = stack
        .storage
        .appointments_of_doctor(doctor_id(1), from, half_hour(9).end(), Order::Ascending, &three)
        .await
        .unwrap();
    assert_eq!(first.items.iter().map(|a| a.id).collect::<Vec<_>>(), [0, 1, 2].map(appointment_id));
    let rest = PageRequest::new(3, first.next);
    let rest = stack
        .storage
        .appointments_of_doctor(doctor_id(1), from, half_hour(9).end(), Order::Ascending, &rest)
        .await
        .unwrap();
    assert_eq!(rest.items, [stack.storage.appointment(appointment_id(3)).await.unwrap().unwrap()]);
}

#[tokio::test]
async fn appointments_are_listed_latest_first_page_by_page_and_the_list_ends() {
    let stack = Stack::with_slots(4).await;
    for number in 0..4 {
        // One patient may not hold so many slots at once.
        stack.book(patient_id(1 + number as u128 / 2), number, appointment_id(number as u128)).await;
    }
    let (from, to) = (half_hour(0).start(), half_hour(9).end());
    let listed = async |from, to, page: &PageRequest| {
        stack.storage.appointments_of_doctor(doctor_id(1), from, to, Order::Descending, page).await.unwrap()
    };
    let ids = |page: &Page<_>| page.items.iter().map(|a: &Appointment| a.id).collect::<Vec<_>>();

    let first = listed(from, to, &PageRequest::first(3)).await;
    assert_eq!(ids(&first), [3, 2, 1].map(appointment_id));
    let rest = PageRequest::new(3, first.next.clone());
    assert_eq!(ids(&listed(from, to, &rest).await), [appointment_id(0)]);

    // The span of a list without `from` and `to` moves on with the time. The page ended at the visit of half past.
    let behind = listed(half_hour(2).start(), to, &rest).await;
    assert_eq!((ids(&behind), behind.next), (Vec::new(), None), "nothing follows at the end of the span");
    let again = listed(from, half_hour(1).start(), &rest).await;
    assert_eq!(ids(&again), [appointment_id(0)], "the span begins behind the place, so it is read from its begin");
}

fn wanted(speciality: Option<&str>, language: Option<&str>, name: &str) -> DirectorySearch {
    let [speciality, language] = [speciality, language].map(|text| text.map(str::to_owned));
    DirectorySearch {
        speciality: speciality.map(|text| text.parse().unwrap()),
        language: language.map(|text| text.parse().unwrap()),
        name: words(name),
    }
}

async fn found(stack: &Stack, speciality: Option<&str>, language: Option<&str>, name: Option<&str>) -> Vec<String> {
    let search = wanted(speciality, language, name.unwrap_or_default());
    let page = stack.storage.search(&search, &PageRequest::first(10)).await.unwrap();
    assert_eq!(page.next, None);
    page.items.into_iter().map(|doctor| doctor.name.as_str().to_owned()).collect()
}

async fn named(stack: &Stack, name: &str) -> Vec<String> {
    found(stack, None, None, Some(name)).await
}

#[tokio::test]
async fn doctors_are_found_by_speciality_and_language() {
    let stack = Stack::new();
    stack.register(&doctor(1)).await;
    let mut other = doctor(2);
    other.name = "Arun Das".parse().unwrap();
    other.specialities = vec!["dermatology".parse().unwrap()];
    other.languages = vec!["en-IN".parse().unwrap(), "hi-IN".parse().unwrap()];
    stack.register(&other).await;

    assert_eq!(found(&stack, None, None, None).await, ["Arun Das", "Asha Rao"]);
    assert_eq!(found(&stack, Some("cardiology"), None, None).await, ["Asha Rao"]);
    assert_eq!(found(&stack, Some("dermatology"), Some("hi"), None).await, ["Arun Das"]);
    assert_eq!(found(&stack, None, Some("en"), Some("AS")).await, ["Asha Rao"]);
    assert_eq!(found(&stack, None, Some("ta"), None).await, [""; 0]);
    // By the language and not by its region, in both directions.
    assert_eq!(found(&stack, None, Some("hi"), None).await, ["Arun Das", "Asha Rao"]);
    assert_eq!(found(&stack, None, Some("hi-IN"), None).await, ["Arun Das", "Asha Rao"]);
    assert_eq!(found(&stack, None, Some("en-GB"), None).await, ["Asha Rao"], "Arun Das has said en-IN");
    assert_eq!(found(&stack, Some("cardiology"), Some("hi-IN"), Some("rao")).await, ["Asha Rao"]);
    assert_eq!(found(&stack, Some("dermatology"), None, Some("rao")).await, [""; 0]);
}

#[tokio::test]
async fn a_doctor_is_found_by_any_word_of_the_name_however_it_is_written() {
    let stack = Stack::new();
    let names =
        ["Meera Krishnan", "Jose\u{301} Fernandes", "अनीता शर्मा", "Arjun Rao", "Ölmez Yılmaz", "Neil O'Connell"];
    for (number, name) in (1..).zip(names) {
        stack.register(&domain::directory::doctor::Doctor { name: name.parse().unwrap(), ..doctor(number) }).await;
    }
    for (query, name) in [
        ("meera", "Meera Krishnan"),
        ("MEERA", "Meera Krishnan"),
        ("Dr Meera", "Meera Krishnan"),
        ("Dr. Meera Krishnan", "Meera Krishnan"),
        ("krishnan meera", "Meera Krishnan"),
        ("krish", "Meera Krishnan"),
        ("mee krishn", "Meera Krishnan"),
        ("Mira", "Meera Krishnan"),
        ("मीरा", "Meera Krishnan"),
        ("मीरा कृष्णन", "Meera Krishnan"),
        ("mera", "Meera Krishnan"),
        ("krishnn", "Meera Krishnan"),
        ("kirshnan", "Meera Krishnan"),
        ("mera krishnan", "Meera Krishnan"),
        ("krisnan neera", "Meera Krishnan"),
        ("jose", "Jose\u{301} Fernandes"),
        ("José", "Jose\u{301} Fernandes"),
        ("Jose\u{301}", "Jose\u{301} Fernandes"),
        ("fernandez", "Jose\u{301} Fernandes"),
        ("anita", "अनीता शर्मा"),
        ("Aneeta Sharma", "अनीता शर्मा"),
        ("sharma", "अनीता शर्मा"),
        ("शर्मा", "अनीता शर्मा"),
        ("डॉ. अनीता", "अनीता शर्मा"),
        ("olmez", "Ölmez Yılmaz"),
        ("o'connell", "Neil O'Connell"),
        ("O’Connell", "Neil O'Connell"),
        ("connell", "Neil O'Connell"),
        ("oconnel", "Neil O'Connell"),
    ] {
        assert_eq!(named(&stack, query).await, [name], "{query}");
    }
    for query in ["krishna rao", "zzzz", "rai", "meera rao", "mrkshnn"] {
        assert_eq!(named(&stack, query).await, [""; 0], "{query}");
    }
    let sorted =
        ["अनीता शर्मा", "Arjun Rao", "Jose\u{301} Fernandes", "Meera Krishnan", "Neil O'Connell", "Ölmez Yılmaz"];
    assert_eq!(found(&stack, None, None, None).await, sorted);
    assert_eq!(named(&stack, "Dr").await, [""; 0]);
}

#[tokio::test]
async fn pages_of_a_search_follow_each_other_in_the_order_of_names() {
    let stack = Stack::new();
    for number in 1..=9 {
        let name = format!("{} Kumar", char::from(b'A' + (number * 7 % 9) as u8));
        stack.register(&domain::directory::doctor::Doctor { name: name.parse().unwrap(), ..doctor(number) }).await;
    }
    for (name, count) in [("", 9), ("kumar", 9), ("kumarr", 9), ("a kumar", 1), ("ku ku", 9)] {
        let search = wanted(None, None, name);
        let (mut names, mut request) = (Vec::new(), PageRequest::first(2));
        loop {
            let page = stack.storage.search(&search, &request).await.unwrap();
            assert!(page.items.len() <= 2);
            names.extend(page.items.into_iter().map(|doctor| doctor.name.to_string()));
            let Some(next) = page.next else { break };
            request = PageRequest::new(2, Some(next));
        }
        assert_eq!(names.len(), count, "{name}: {names:?}");
        assert!(names.is_sorted(), "{names:?}");
    }
    for forged in
        [r#"{"PK":"DIR#*#*","SK":"x"}"#, r#"{"PK":"DIRECTORY","SK":""}"#, r#"{"PK":"DIRECTORY","SK":"x","more":"x"}"#]
    {
        stack.forget_calls();
        let request = PageRequest::new(2, Some(Cursor::from_bytes(forged.as_bytes()).unwrap()));
        let page = stack.storage.search(&wanted(None, None, "kumar"), &request).await.unwrap();
        assert_eq!((page.items.len(), page.next, stack.calls().len()), (0, None, 0), "{forged}");
    }
}

/// The calls of a search, with the limits of its queries and the number of keys that it reads.
async fn cost(stack: &Stack, name: &str, expected: &str) -> (usize, u64, usize) {
    stack.forget_calls();
    let page = stack.storage.search(&wanted(None, None, name), &PageRequest::first(10)).await.unwrap();
    assert!(page.items.iter().any(|doctor| doctor.name.as_str() == expected), "{name}");
    let calls = stack.calls();
    let limits = calls.iter().filter(|(call, _)| call == "Query").map(|(_, sent)| sent["Limit"].as_u64().unwrap());
    let keys = calls.iter().filter_map(|(_, sent)| sent["RequestItems"].as_object());
    let keys = keys.map(|tables| tables.values().map(|it| it["Keys"].as_array().unwrap().len()).sum::<usize>()).sum();
    (calls.len(), limits.sum(), keys)
}

#[tokio::test]
async fn a_search_by_name_costs_the_same_among_ten_doctors_and_among_ten_thousand() {
    let stack = Stack::new();
    for (number, name) in (1..).zip(["Meera Kumar", "Aaditya Kumar", "Aakash Kumar", "Aakriti Rao"]) {
        stack.register(&domain::directory::doctor::Doctor { name: name.parse().unwrap(), ..doctor(number) }).await;
    }
    let searches = [
        ("", "Aaditya Kumar"),
        ("kumar", "Aaditya Kumar"),
        ("meera", "Meera Kumar"),
        ("k", "Aaditya Kumar"),
        ("kumar meera", "Meera Kumar"),
        ("meear kumar", "Meera Kumar"),
        ("kumsr", "Aaditya Kumar"),
    ];
    let costs = async || {
        let mut costs = Vec::new();
        for (name, expected) in searches {
            costs.push(cost(&stack, name, expected).await);
        }
        costs
    };
    let among_few = costs().await;

    // Entries behind all others. The doctors that a page can reach are there.
    let record = json!({ "words": ["jubin", "kumar", "zubin"], "specialities": ["cardiology"], "languages": ["hi"] });
    let crowd = |partition: &'static str, count: u128| {
        let place = |number| ItemKey::unknown(partition, &format!("zubin kumar#{}", doctor_id(10_000 + number)));
        (0..count).map(|number| Item::new(place(number), &record)).collect::<Vec<_>>()
    };
    let named = |number| domain::directory::doctor::Doctor { name: "Zubin Kumar".parse().unwrap(), ..doctor(number) };
    let reached = (0..20).map(|number| item(&named(10_000 + number))).collect();
    for items in [crowd("NAME#kumar", 10_000), crowd("NAME#k", 1_000), crowd("DIR#*#*", 1_000), reached] {
        for some in items.chunks(100) {
            let transaction: Transaction = Transaction::by(&by("system", "r-many"));
            let transaction = some.iter().cloned().fold(transaction, Transaction::put_unconditionally);
            transaction.commit(&stack.storage).await.unwrap();
        }
    }
    let among_many = costs().await;
    for ((search, few), many) in searches.iter().zip(&among_few).zip(&among_many) {
        // The keys are those of the doctors of the page; a full page may hold a few of the crowd.
        assert!(many.0 == few.0 && many.1 == few.1 && many.2 <= 10, "{search:?}: {few:?} {many:?}");
    }
    assert_eq!(among_few[0], (2, 10, 4), "a query of one page, and the doctors of it");
    assert!(among_few.iter().all(|(calls, ..)| *calls <= 2 + 2 * 2 * 13), "{among_few:?}");
}

fn revision_of(doctor: &domain::directory::doctor::Doctor) -> DoctorRevision {
    DoctorRevision {
        title: doctor.title.clone(),
        name: doctor.name.clone(),
        qualification: doctor.qualification.clone(),
        bio: doctor.bio.clone(),
        specialities: doctor.specialities.clone(),
        languages: doctor.languages.clone(),
        fee: doctor.fee,
        terms: doctor.terms.clone(),
        zone: doctor.zone.clone(),
        email: doctor.email.clone(),
    }
}

#[tokio::test]
async fn a_revision_moves_a_doctor_in_the_directory_and_a_suspension_takes_her_out_of_it() {
    let stack = Stack::new();
    stack.register(&doctor(1)).await;
    let before = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let revision = DoctorRevision {
        name: "Asha Iyer".parse().unwrap(),
        specialities: vec!["cardiology".parse().unwrap(), "geriatrics".parse().unwrap()],
        ..revision_of(&before)
    };
    let after = authorized(before.clone()).revise(revision);
    stack.storage.commit_revision(&before, &after, &by("admin", "r-revise")).await.unwrap();

    assert_eq!(found(&stack, None, None, None).await, ["Asha Iyer"]);
    assert_eq!(named(&stack, "iyer").await, ["Asha Iyer"]);
    assert_eq!(named(&stack, "asha").await, ["Asha Iyer"]);
    assert_eq!(named(&stack, "rao").await, [""; 0]);
    assert_eq!(found(&stack, Some("general-medicine"), None, None).await, [""; 0]);
    assert_eq!(found(&stack, Some("geriatrics"), Some("hi"), None).await, ["Asha Iyer"]);
    assert_eq!(found(&stack, Some("geriatrics"), None, Some("asha")).await, ["Asha Iyer"]);

    // What the entries do not say costs no write of theirs.
    let read = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let cheaper =
        authorized(read.clone()).revise(DoctorRevision { fee: domain::core::money::Paise::ZERO, ..revision_of(&read) });
    stack.forget_calls();
    stack.storage.commit_revision(&read, &cheaper, &by("admin", "r-fee")).await.unwrap();
    assert_eq!(stack.calls()[0].1["TransactItems"].as_array().unwrap().len(), 1);

    let read = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    assert_eq!(read.version, 3);
    let suspended = authorized(read).suspend("fraud".to_owned(), now()).unwrap();
    stack.storage.commit_suspension(&suspended, &by("admin", "r-suspend")).await.unwrap();
    assert_eq!(found(&stack, None, None, None).await, [""; 0]);
    assert_eq!(named(&stack, "iyer").await, [""; 0]);
    assert_eq!(found(&stack, Some("cardiology"), Some("en"), None).await, [""; 0]);

    // A suspended doctor who is revised does not come back by that, and stands in the other list under the new name.
    let read = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    assert!(!read.is_active());
    assert_eq!(suspended_names(&stack).await, ["Asha Iyer"]);
    let revision = DoctorRevision { name: "Asha Menon".parse().unwrap(), ..revision_of(&read) };
    let renamed = authorized(read.clone()).revise(revision);
    stack.storage.commit_revision(&read, &renamed, &by("admin", "r-revise-2")).await.unwrap();
    assert_eq!(found(&stack, None, None, None).await, [""; 0]);
    assert_eq!(suspended_names(&stack).await, ["Asha Menon"]);

    let read = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let reinstated = authorized(read.clone()).reinstate().unwrap();
    stack.storage.commit_reinstatement(&read, &reinstated, &by("admin", "r-reinstate")).await.unwrap();
    assert_eq!(suspended_names(&stack).await, [""; 0]);
    assert_eq!(named(&stack, "menon").await, ["Asha Menon"]);
    assert_eq!(found(&stack, Some("geriatrics"), Some("hi"), None).await, ["Asha Menon"]);
}

/// All suspended doctors, by pages of one.
async fn suspended_names(stack: &Stack) -> Vec<String> {
    let (mut names, mut request) = (Vec::new(), PageRequest::first(1));
    loop {
        let page = stack.storage.suspended_doctors(&request).await.unwrap();
        names.extend(page.items.into_iter().map(|doctor| doctor.name.to_string()));
        match page.next {
            Some(next) => request = PageRequest::new(1, Some(next)),
            None => return names,
        }
    }
}

#[tokio::test]
async fn suspended_doctors_are_listed_by_pages_in_the_order_of_their_names() {
    let stack = Stack::new();
    for (number, name) in [(1, "Zoya Khan"), (2, "Asha Rao"), (3, "Meera Iyer")] {
        stack.register(&domain::directory::doctor::Doctor { name: name.parse().unwrap(), ..doctor(number) }).await;
    }
    for number in [1, 2] {
        let read = stack.storage.doctor(doctor_id(number)).await.unwrap().unwrap();
        let suspended = authorized(read).suspend("fraud".to_owned(), now()).unwrap();
        stack.storage.commit_suspension(&suspended, &by("admin", "r-suspend")).await.unwrap();
    }
    assert_eq!(suspended_names(&stack).await, ["Asha Rao", "Zoya Khan"]);
}

/// A doctor with as many entries as there can be.
fn widest(number: u128, name: &str) -> domain::directory::doctor::Doctor {
    domain::directory::doctor::Doctor {
        name: name.parse().unwrap(),
        specialities: (0..5).map(|n| format!("speciality-{n}").parse().unwrap()).collect(),
        languages: ["en", "hi", "ta", "te", "bn", "mr"].map(|language| language.parse().unwrap()).into(),
        ..doctor(number)
    }
}

const LONG_NAMES: [&str; 2] = [
    "Venkataramanayya Satyanarayana Krishnamurthy Chakravarthy Padmanabhaswamy Lakshminarasimha",
    "Thiruvananthapuram Balasubramaniam Jayachandran Mukhopadhyay Gangopadhyay Bhattacharjee",
];

#[tokio::test]
async fn the_widest_doctor_fits_into_a_transaction_and_is_found_by_every_word() {
    let stack = Stack::new();
    stack.register(&widest(1, LONG_NAMES[0])).await;
    for word in LONG_NAMES[0].split(' ') {
        assert_eq!(named(&stack, word).await, [LONG_NAMES[0]], "{word}");
    }
    let before = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let renamed = domain::directory::doctor::Doctor { name: LONG_NAMES[1].parse().unwrap(), ..before.clone() };
    stack.storage.commit_revision(&before, &renamed, &by("admin", "r-revise")).await.unwrap();
    assert_eq!(found(&stack, Some("speciality-4"), Some("mr"), None).await, [LONG_NAMES[1]]);
    for (old, new) in LONG_NAMES[0].split(' ').zip(LONG_NAMES[1].split(' ')) {
        assert_eq!((named(&stack, old).await, named(&stack, new).await), (vec![], vec![LONG_NAMES[1].to_owned()]));
    }
    let read = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let suspended = authorized(read).suspend("fraud".to_owned(), now()).unwrap();
    stack.storage.commit_suspension(&suspended, &by("admin", "r-suspend")).await.unwrap();
    assert_eq!(found(&stack, None, None, None).await, [""; 0]);
}

#[tokio::test]
async fn a_revision_that_stops_between_its_writes_changes_no_answer_and_the_same_one_completes_it() {
    let stack = Stack::new();
    stack.register(&widest(1, LONG_NAMES[0])).await;
    let before = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let renamed = domain::directory::doctor::Doctor { name: LONG_NAMES[1].parse().unwrap(), ..before.clone() };
    stack.forget_calls();
    stack.storage.commit_revision(&before, &before, &by("admin", "r-none")).await.unwrap();
    let before = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let renamed = domain::directory::doctor::Doctor { version: before.version, ..renamed };
    // The words and the new entries are written, and nothing else.
    for key in entry_items(&renamed).into_iter().chain(spelling_items(&renamed)).collect::<Vec<_>>().chunks(100) {
        let transaction: Transaction = Transaction::by(&by("admin", "r-stopped"));
        let transaction = key.iter().cloned().fold(transaction, Transaction::put_unconditionally);
        transaction.commit(&stack.storage).await.unwrap();
    }
    assert_eq!(found(&stack, Some("speciality-1"), None, None).await, [LONG_NAMES[0]]);
    assert_eq!(named(&stack, "mukhopadhyay").await, [""; 0]);
    assert_eq!(named(&stack, "krishnamurthy").await, [LONG_NAMES[0]]);
    stack.storage.commit_revision(&before, &renamed, &by("admin", "r-again")).await.unwrap();
    assert_eq!(named(&stack, "mukhopadhyay").await, [LONG_NAMES[1]]);
    assert_eq!(named(&stack, "krishnamurthy").await, [""; 0]);
}

#[tokio::test]
async fn a_registration_number_is_taken_in_every_spelling() {
    let stack = Stack::new();
    stack
        .register(&domain::directory::doctor::Doctor { registration_number: "KMC-48213".parse().unwrap(), ..doctor(1) })
        .await;
    for (number, spelling) in (2..).zip(["KMC 48213", "kmc/48213", "KMC48213", "K.M.C. 48213"]) {
        let other =
            domain::directory::doctor::Doctor { registration_number: spelling.parse().unwrap(), ..doctor(number) };
        let end = stack.storage.commit_registration(&other, &claim(spelling), &answer("2"), &by("admin", "r2")).await;
        assert!(matches!(end, Err(CommitError::Refused(RegistrationRefusal::NumberTaken))), "{spelling}: {end:?}");
    }
}

#[tokio::test]
async fn a_registration_says_what_is_taken_and_answers_a_repetition() {
    let stack = Stack::new();
    stack.register(&doctor(1)).await;
    let prov = by("admin", "r2");
    let impostor = domain::directory::doctor::Doctor { id: doctor_id(2), ..doctor(1) };
    let taken = stack.storage.commit_registration(&impostor, &claim("2"), &answer("2"), &prov).await;
    assert!(matches!(taken, Err(CommitError::Refused(RegistrationRefusal::NumberTaken))), "{taken:?}");
    let same_user = domain::directory::doctor::Doctor { id: doctor_id(1), ..doctor(2) };
    let twice = stack.storage.commit_registration(&same_user, &claim("3"), &answer("3"), &prov).await;
    assert!(matches!(twice, Err(CommitError::Refused(RegistrationRefusal::AlreadyRegistered))), "{twice:?}");
    let first_key = claim(&format!("register {}", doctor_id(1)));
    let again = stack.storage.commit_registration(&doctor(1), &first_key, &answer("4"), &prov).await;
    assert_eq!(again.unwrap(), crate::Committed::Replayed(answer("{}")));
}

#[tokio::test]
async fn a_log_out_needs_no_profile_and_moves_the_instant_forward_only() {
    let stack = Stack::new();
    let prov = by("user", "r1");
    assert_eq!(stack.storage.sessions_ended_at(user_id(1)).await.unwrap(), None);
    let (later, soon) = (now() + minutes(5), now() + minutes(1));
    stack.storage.end_sessions(user_id(1), later, &prov).await.unwrap();
    stack.storage.end_sessions(user_id(1), soon, &by("user", "r2")).await.unwrap();
    let ended = stack.storage.sessions_ended_at(user_id(1)).await.unwrap().unwrap();
    assert_eq!(ended.as_millisecond(), later.as_millisecond());
    assert_eq!(stack.storage.sessions_ended_at(user_id(2)).await.unwrap(), None);
}

#[tokio::test]
async fn two_log_outs_at_once_keep_the_later_instant() {
    let stack = Stack::new();
    let (first, second) = (now() + minutes(1), now() + minutes(2));
    for (earlier, later) in [("r1", "r2"), ("r3", "r4")] {
        let (one, two) = (by("user", earlier), by("user", later));
        let ended = futures::join!(
            stack.storage.end_sessions(user_id(1), second, &two),
            stack.storage.end_sessions(user_id(1), first, &one)
        );
        assert!(ended.0.is_ok() && ended.1.is_ok(), "{ended:?}");
        let at = stack.storage.sessions_ended_at(user_id(1)).await.unwrap().unwrap();
        assert_eq!(at.as_millisecond(), second.as_millisecond());
    }
}

#[tokio::test]
async fn the_table_answers_a_ping() {
    Stack::new().storage.ping().await.unwrap();
}
