//! Every guard is needed: with it the violation is refused, and without it the violation gets through.
//!
//! The guards of scheduling, money and accounts have a scenario each, and a guard without one fails the test by its name. The contexts
//! in [`WITHOUT_SCENARIOS`] need none for their usual guards: two writers with the same version show what these do.

use std::collections::{BTreeSet, HashSet};

use crate::Provenance;
use domain::appointments::aggregate::BookedAppointment;
use domain::appointments::appointment::Appointment;
use domain::appointments::attendance::{self, Outcome};
use domain::appointments::cancellation::expire;
use domain::appointments::rescheduling::{MovedBy, reschedule};
use domain::appointments::settlement::{Settlement, settle};
use domain::appointments::waitlist::{Entry, Target, WaitlistRequest};
use domain::audit::EventType;
use domain::availability::calendar::Calendar;
use domain::availability::slot::SlotState;
use domain::core::cancelled_by::CancelledBy;
use domain::core::factor_change::FactorChange;
use domain::core::id::UserId;
use domain::core::time::TimeRange;
use domain::identity::recovery_codes::{RecoveryCode, RecoveryCodes};
use domain::identity::roster::{Account, Roster, Staff, StaffRole};
use domain::payments::receipt::{FinancialYear, Receipt, ReceiptCounter, issue};
use domain::payments::refund::{Refund, RefundReason, RefundState};
use domain::payments::refund_policy::RefundPolicy;

use uuid::Uuid;

use super::audit::{KEPT, checkpoint};
use super::golden::sample;
use super::payments::promised_refund;
use super::samples::*;
use super::stack::Stack;
use super::waitlist::{entry, entry_id, give_back, join};
use crate::audit::trail::append_transaction;
use crate::identity::roster::UserChange;
use crate::registry::{CONTEXTS, entities};
use crate::table::guard::{Guard, disarm};
use crate::table::item::Item;
use crate::table::key::Entity;
use crate::table::transaction::{OnFailure, Transaction};
use crate::{Activity, Attempt, AttemptState, CommitError, Committed, Stored, StoredEvent};

#[test]
fn every_guard_refuses_what_happens_without_it() {
    // Together the scenarios are one future, which is larger than the stack that a test has.
    let scenarios = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(every_scenario());
    };
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(scenarios).unwrap();
    thread.join().unwrap();
}

async fn every_scenario() {
    let usual: Vec<Guard> =
        entities_without_scenarios().flat_map(|entity| [entity.new, entity.unchanged]).flatten().collect();
    for guard in Guard::all().filter(|guard| !usual.contains(guard)) {
        assert!(!violates(guard).await, "{guard:?} does not refuse its violation: {}", guard.why());
        disarm(Some(guard));
        let violated = violates(guard).await;
        disarm(None);
        assert!(violated, "nothing happens without {guard:?}, so that it is not needed, or its scenario is wrong");
    }
}

/// The contexts whose records stand outside of the transactions of scheduling and money.
const WITHOUT_SCENARIOS: &[&str] = &[];

fn entities_without_scenarios() -> impl Iterator<Item = Entity> {
    let contexts = CONTEXTS.into_iter().filter(|context| WITHOUT_SCENARIOS.contains(&context.name));
    contexts.flat_map(|context| context.entities).copied()
}

#[test]
fn every_guard_has_a_name_and_a_reason_of_its_own() {
    let guards: Vec<Guard> = Guard::all().collect();
    for of in [Guard::name, Guard::why] {
        let different: HashSet<&str> = guards.iter().copied().map(of).collect();
        assert_eq!(different.len(), guards.len());
    }
}

/// The usual guards of every entity, on its golden sample. For the contexts in [`WITHOUT_SCENARIOS`] it is their only test.
#[tokio::test]
async fn of_two_writers_who_have_read_the_same_the_second_is_stale_and_without_the_guard_both_write() {
    for entity in entities() {
        for (guard, version) in [(entity.new, 0), (entity.unchanged, 7)] {
            let Some(guard) = guard else { continue };
            assert_eq!(two_writers(entity, guard, version).await, [true, false], "{guard:?}");
            disarm(Some(guard));
            let both = two_writers(entity, guard, version).await;
            disarm(None);
            assert_eq!(both, [true, true], "{guard:?}");
        }
    }
}

/// Two writers of an item that both have read in a version, or not found. Says of each whether the write was carried out.
async fn two_writers(entity: Entity, guard: Guard, version: u64) -> [bool; 2] {
    let stack = Stack::new();
    let row = sample(entity);
    let item =
        |version| Item { key: row.at.clone(), attributes: row.attributes().clone(), event: None }.version(version);
    let begin = || Transaction::<std::convert::Infallible>::by(&by("another", "r-writer"));
    if version > 0 {
        begin().put_unconditionally(item(version)).commit(&stack.storage).await.unwrap();
    }
    let condition = || if version > 0 { guard.expecting(version) } else { guard.into() };
    let mut ends = [false; 2];
    for end in &mut ends {
        *end = match begin().put(item(version + 1), condition(), OnFailure::Stale).commit(&stack.storage).await {
            Ok(()) => true,
            Err(CommitError::Stale) => false,
            Err(error) => panic!("{guard:?}: {error}"),
        };
    }
    ends
}

/// Tries what the guard is there against; true if it happens.
async fn violates(guard: Guard) -> bool {
    let stack = Stack::with_slots(4).await;
    let storage = &stack.storage;
    let prov = by("another", "r-violation");
    match guard {
        Guard::SLOT_BOOKABLE => {
            let first = stack.decide(patient_id(1), 0, appointment_id(1)).await;
            let second = stack.decide(patient_id(2), 0, appointment_id(2)).await;
            stack.commit(&first, "1", &prov).await.unwrap();
            matches!(stack.commit(&second, "2", &prov).await, Ok(Committed::Fresh))
        }
        Guard::SLOT_UNCHANGED => {
            // Between the reading of a hold that is over and its clean-up, another patient takes the slot.
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            let after = later(&prov, minutes(10));
            let visit = storage.visit(appointment_id(1)).await.unwrap().unwrap();
            let expired = expire(visit, after.at).unwrap();
            let takeover = stack.decide_at(patient_id(2), 0, appointment_id(2), after.at).await.unwrap();
            stack.commit(&takeover, "2", &after).await.unwrap();
            let _ = storage.commit_expiry(&stack.offered(expired).await, &after).await;
            stack.slot(0).await.state == SlotState::Free
        }
        Guard::SLOT_UNPUBLISHED => {
            // A publisher who read the slots before the calendar.
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            let version = published(&stack).await.version;
            let calendar = Calendar { doctor: doctor_id(1), version };
            let publication = authorized(calendar.clone()).publish(&[], vec![half_hour(0)], now()).unwrap();
            let _ = storage.commit_publication(&calendar, &publication, &prov).await;
            stack.slot(0).await.state == SlotState::Free
        }
        Guard::CALENDAR_NEW => both_publish_what_overlaps(&Stack::with_doctor().await, &prov).await,
        Guard::CALENDAR_UNCHANGED => both_publish_what_overlaps(&stack, &prov).await,
        Guard::SCHEDULE_NEW => {
            storage.commit_schedule(&schedule(9, 13, 0), &prov).await.unwrap();
            storage.commit_schedule(&schedule(14, 17, 0), &prov).await.is_ok()
        }
        Guard::SCHEDULE_UNCHANGED => {
            storage.commit_schedule(&schedule(9, 13, 0), &prov).await.unwrap();
            storage.commit_schedule(&schedule(9, 12, 1), &prov).await.unwrap();
            storage.commit_schedule(&schedule(14, 17, 1), &prov).await.is_ok()
        }
        Guard::SCHEDULE_CURRENT => {
            storage.commit_schedule(&schedule(9, 13, 0), &prov).await.unwrap();
            let before = authorized(storage.schedule(doctor_id(1)).await.unwrap());
            let published = storage.published_ahead(doctor_id(1), now()).await.unwrap();
            let plan = before.plan(&published.slots, now());
            storage.commit_schedule(&schedule(14, 17, 1), &prov).await.unwrap();
            storage.commit_plan(&before, &published, &plan, &prov).await.is_ok()
        }
        Guard::DAILY_QUOTA_NEW => both_book_the_last_visit_of_the_day(&stack, 1).await,
        Guard::DAILY_QUOTA_UNCHANGED => {
            limit(&stack, 2).await;
            stack.book(patient_id(3), 2, appointment_id(3)).await;
            both_book_the_last_visit_of_the_day(&stack, 2).await
        }
        Guard::FIRST_FREE_SLOTS_NEW => older_look_is_written_last(&stack).await,
        Guard::FIRST_FREE_SLOTS_UNCHANGED => {
            super::first_free::look(&stack, now()).await;
            older_look_is_written_last(&stack).await
        }
        Guard::AGENDA_NEW => books_at_two_doctors_at_once(&stack).await,
        Guard::AGENDA_UNCHANGED => {
            stack.book(patient_id(1), 3, appointment_id(3)).await;
            books_at_two_doctors_at_once(&stack).await
        }
        Guard::APPOINTMENT_NEW => {
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            let second = stack.decide(patient_id(2), 1, appointment_id(1)).await;
            matches!(stack.commit(&second, "2", &prov).await, Ok(Committed::Fresh))
        }
        Guard::APPOINTMENT_UNCHANGED => {
            // A cancellation that read the appointment before it was confirmed, and the rest after it.
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            let before = storage.visit(appointment_id(1)).await.unwrap().unwrap();
            stack.order(appointment_id(1), "order_A").await;
            confirm(&stack).await;
            let after = storage.visit(appointment_id(1)).await.unwrap().unwrap();
            let torn = cancel(
                BookedAppointment { slots: after.slots, agenda: after.agenda, ..before },
                CancelledBy::Patient,
                None,
                now(),
            );
            storage.commit_cancellation(&stack.offered(torn.unwrap()).await, &prov).await.is_ok()
        }
        Guard::WAITLIST_ENTRY_NEW => {
            // Two machines whose memory is a copy draw the same id.
            join(&stack, &entry(1)).await.unwrap();
            join(&stack, &Entry { id: entry_id(1), ..entry(2) }).await.is_ok()
        }
        Guard::WAITLIST_ENTRY_UNCHANGED => {
            // Two visits are given back at once, and both are offered to the only one who waits.
            join(&stack, &entry(1)).await.unwrap();
            for number in [2, 3] {
                let half_hour = i64::try_from(number).unwrap();
                stack.book(patient_id(number), half_hour, appointment_id(number)).await;
            }
            let first = give_back(&stack, appointment_id(2), now()).await;
            let second = give_back(&stack, appointment_id(3), now()).await;
            storage.commit_cancellation(&first, &prov).await.unwrap();
            storage.commit_cancellation(&second, &prov).await.is_ok()
        }
        Guard::OPEN_ENTRIES_NEW => joins_twice_at_once(&stack).await,
        Guard::OPEN_ENTRIES_UNCHANGED => {
            let wanted = Target::Speciality { speciality: "dermatology".parse().unwrap(), language: None };
            let wish = WaitlistRequest { wanted, ..entry(1).wish };
            join(&stack, &Entry { id: entry_id(9), wish, ..entry(1) }).await.unwrap();
            joins_twice_at_once(&stack).await
        }
        Guard::LAST_VISIT_EARLIER => {
            // What the first visit was is told after the second one.
            for number in [3, 0] {
                let id = appointment_id(u128::try_from(number).unwrap() + 1);
                let booked = stack.book(patient_id(1), number, id).await.appointment;
                let visit = Appointment { version: 1, ..booked }.confirm(now()).unwrap();
                let after = attendance::closes(&visit);
                let closed =
                    attendance::record(authorized(visit), None, Outcome::Completed, &RefundPolicy::default(), after)
                        .unwrap();
                storage.commit_close(&closed, &prov).await.unwrap();
            }
            let crate::Loaded::Fresh(snapshot) = stack.snapshot(patient_id(1), 2, &claim("unused"), now()).await else {
                panic!("the slot can't be looked at")
            };
            snapshot.last_visit == Some(half_hour(0).start())
        }
        Guard::IDEMPOTENCY_KEY_FREE => {
            // The same request once more, which read its record before it was there and the rest after it.
            let first = stack.decide(patient_id(1), 0, appointment_id(1)).await;
            stack.commit(&first, "same", &prov).await.unwrap();
            let again = stack.decide(patient_id(1), 1, appointment_id(2)).await;
            matches!(stack.commit(&again, "same", &prov).await, Ok(Committed::Fresh))
        }
        Guard::DOCTOR_NEW => {
            let again = domain::directory::doctor::Doctor { id: doctor_id(1), ..doctor(2) };
            let end = storage.commit_registration(&again, &claim("2"), &answer("2"), &prov).await;
            matches!(end, Ok(Committed::Fresh))
        }
        Guard::REGISTRATION_NUMBER_FREE => {
            let impostor = domain::directory::doctor::Doctor { id: doctor_id(2), ..doctor(1) };
            let end = storage.commit_registration(&impostor, &claim("2"), &answer("2"), &prov).await;
            matches!(end, Ok(Committed::Fresh))
        }
        Guard::DOCTOR_UNCHANGED => {
            let before = storage.doctor(doctor_id(1)).await.unwrap().unwrap();
            let suspended = authorized(before.clone()).suspend("fraud".to_owned(), now()).unwrap();
            storage.commit_suspension(&suspended, &prov).await.unwrap();
            let _ = storage.commit_revision(&before, &before, &prov).await;
            storage.doctor(doctor_id(1)).await.unwrap().unwrap().is_active()
        }
        Guard::PROFILE_NEW => {
            storage.create_profile(user_id(1), sealed("mine"), &prov).await.unwrap();
            storage.create_profile(user_id(1), sealed("wiped"), &prov).await.is_ok()
        }
        Guard::PROFILE_UNCHANGED => {
            let read = storage.create_profile(user_id(1), sealed("mine"), &prov).await.unwrap();
            storage.update_profile(&read, sealed("one"), EventType::ProfileUpdated, &prov).await.unwrap();
            storage.update_profile(&read, sealed("two"), EventType::ProfileUpdated, &prov).await.is_ok()
        }
        // Another log-out was written between the read of this one and its write; each in the version that was read.
        Guard::ENDED_SESSIONS_NEW => earlier_log_out_wins(&stack, false).await,
        Guard::ENDED_SESSIONS_UNCHANGED => earlier_log_out_wins(&stack, true).await,
        Guard::RECOVERY_CODES_NEW => both_enrolments_show_codes(&stack, false).await,
        Guard::RECOVERY_CODES_UNCHANGED => both_enrolments_show_codes(&stack, true).await,
        Guard::ROSTER_NEW => both_administrators_go(&stack, false).await,
        Guard::ROSTER_UNCHANGED => both_administrators_go(&stack, true).await,
        Guard::CURRENT_FEED_NEW => {
            let none = storage.current_feed(user_id(1)).await.unwrap();
            storage.commit_feed(&none, Some("a".repeat(64)), &prov).await.unwrap();
            storage.commit_feed(&none, Some("b".repeat(64)), &prov).await.is_ok()
        }
        Guard::CURRENT_FEED_UNCHANGED => {
            let none = storage.current_feed(user_id(1)).await.unwrap();
            storage.commit_feed(&none, Some("a".repeat(64)), &prov).await.unwrap();
            let first = storage.current_feed(user_id(1)).await.unwrap();
            storage.commit_feed(&first, Some("b".repeat(64)), &prov).await.unwrap();
            storage.commit_feed(&first, None, &prov).await.is_ok()
        }
        Guard::PAYMENT_START_FREE => {
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            let intent = stack.intent(appointment_id(1)).await;
            storage.commit_intent(&intent, &prov).await.unwrap();
            storage.commit_intent(&intent, &prov).await.is_ok()
        }
        Guard::PAYMENT_UNCHANGED => {
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            let intent = stack.intent(appointment_id(1)).await;
            let stored = storage.commit_intent(&intent, &prov).await.unwrap();
            storage.commit_order(&stored.clone().open("order_A".parse().unwrap()).unwrap(), &prov).await.unwrap();
            confirm(&stack).await;
            storage.commit_order(&stored.open("order_B".parse().unwrap()).unwrap(), &prov).await.is_ok()
        }
        Guard::ORDER_NEW => {
            stack.book(patient_id(1), 0, appointment_id(1)).await;
            stack.book(patient_id(2), 1, appointment_id(2)).await;
            stack.order(appointment_id(1), "order_A").await;
            let other = storage.commit_intent(&stack.intent(appointment_id(2)).await, &prov).await.unwrap();
            storage.commit_order(&other.open("order_A".parse().unwrap()).unwrap(), &prov).await.is_ok()
        }
        Guard::ATTEMPT_NEW => told_twice(&stack, AttemptState::Captured, AttemptState::Failed).await,
        Guard::ATTEMPT_UNAUTHORIZED => told_twice(&stack, AttemptState::Authorized, AttemptState::Authorized).await,
        Guard::ATTEMPT_OPEN => told_twice(&stack, AttemptState::Mismatched, AttemptState::Mismatched).await,
        Guard::REFUND_NEW => {
            let refund = promised_refund(&stack).await;
            let processed = RefundState::Processed { refund_id: "rfnd_A".parse().unwrap(), at: now() };
            let refund = storage.commit_refund(&refund.advance(processed).unwrap(), &prov).await.unwrap();
            let payment = storage.ledger(refund.payment).await.unwrap().payment.unwrap();
            let reason = RefundReason::DuplicateCapture;
            let again = Some(Refund::pending(payment.id, refund.id, refund.amount, reason, now()));
            let again = Settlement::Refund { payment: payment.clone(), refund: again };
            let _ = storage.commit_settlement(&again, &prov).await;
            storage.ledger(payment.id).await.unwrap().refunds[0].state == RefundState::Pending
        }
        Guard::REFUND_UNCHANGED => {
            let pending = promised_refund(&stack).await;
            let processed = RefundState::Processed { refund_id: "rfnd_A".parse().unwrap(), at: now() };
            let requested = RefundState::Requested { refund_id: "rfnd_A".parse().unwrap(), at: now() };
            storage.commit_refund(&pending.clone().advance(processed).unwrap(), &prov).await.unwrap();
            storage.commit_refund(&pending.advance(requested).unwrap(), &prov).await.is_ok()
        }
        Guard::RECEIPT_NEW => {
            // A writer who read the payment before it had a receipt, and the series after it.
            let (receipt, series) = receipt(&stack).await;
            storage.commit_receipt(&receipt, None, &series, &prov).await.unwrap();
            let series = storage.receipt_counter(series.year).await.unwrap();
            let next = ReceiptCounter { last: series.last + 1, ..series };
            storage.commit_receipt(&receipt, None, &next, &prov).await.is_ok()
        }
        Guard::RECEIPT_COUNTER_NEW => two_receipts_of_one_number(&stack).await,
        Guard::RECEIPT_COUNTER_UNCHANGED => {
            let (first, series) = receipt(&stack).await;
            storage.commit_receipt(&first, None, &series, &prov).await.unwrap();
            two_receipts_of_one_number(&stack).await
        }
        Guard::WEBHOOK_EVENT_NEW => {
            let event = StoredEvent { key: "k".to_owned(), body: "{}".to_owned(), received_at: now() };
            storage.store_event(&event, &prov).await.unwrap();
            storage.store_event(&event, &prov).await.unwrap() == Stored::Stored
        }
        Guard::CHAIN_HEAD_NEW => {
            let one = append_transaction(3, None, &[super::audit::event("e1")], &KEPT, &prov);
            let two = append_transaction(3, None, &[super::audit::event("e2")], &KEPT, &prov);
            one.commit(storage).await.unwrap();
            two.commit(storage).await.is_ok()
        }
        Guard::CHAIN_HEAD_UNCHANGED => {
            storage.append(3, vec![super::audit::event("e0")], &KEPT, &prov).await.unwrap();
            let (head, _) = storage.unseen(3, &[]).await.unwrap();
            let one = append_transaction(3, head.clone(), &[super::audit::event("e1")], &KEPT, &prov);
            let two = append_transaction(3, head, &[super::audit::event("e2")], &KEPT, &prov);
            one.commit(storage).await.unwrap();
            two.commit(storage).await.is_ok()
        }
        Guard::AUDIT_EVENT_UNSEEN => {
            // A writer who read what the chain has before it had the event, and the head after it.
            let event = super::audit::event("e1");
            storage.append(3, vec![event.clone()], &KEPT, &prov).await.unwrap();
            let (head, _) = storage.unseen(3, &[]).await.unwrap();
            append_transaction(3, head, &[event], &KEPT, &prov).commit(storage).await.is_ok()
        }
        Guard::CHECKPOINT_NEW => {
            storage.commit_checkpoint(&checkpoint(1, 0), &prov).await.unwrap();
            storage.commit_checkpoint(&checkpoint(1, 0), &prov).await.is_ok()
        }
        Guard::CHECKPOINT_UNCHANGED => {
            let first = storage.commit_checkpoint(&checkpoint(1, 0), &prov).await.unwrap();
            storage.commit_checkpoint(&checkpoint(2, first.version), &prov).await.unwrap();
            storage.commit_checkpoint(&checkpoint(1, first.version), &prov).await.is_ok()
        }
        _ => panic!("{guard:?} has no scenario"),
    }
}

/// Lets the first doctor take so many visits a day.
async fn limit(stack: &Stack, visits: u8) {
    let before = stack.storage.doctor(doctor_id(1)).await.unwrap().unwrap();
    let mut after = before.clone();
    after.terms.daily_limit = Some(visits);
    stack.storage.commit_revision(&before, &after, &by("doctor", "r-limit")).await.unwrap();
}

/// Two patients who decide for different slots of a day on which there is room for one, and only then write.
async fn both_book_the_last_visit_of_the_day(stack: &Stack, visits: u8) -> bool {
    limit(stack, visits).await;
    let prov = by("patient", "r-last");
    let first = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    let second = stack.decide(patient_id(2), 1, appointment_id(2)).await;
    stack.commit(&first, "1", &prov).await.unwrap();
    matches!(stack.commit(&second, "2", &prov).await, Ok(Committed::Fresh))
}

/// A move onto the last place of a limited day is decided while another patient books that place.
#[tokio::test]
async fn a_move_and_a_booking_at_once_do_not_both_get_the_last_place_of_a_day() {
    let stack = Stack::with_slots(2).await;
    stack.publish(doctor_id(1), vec![half_hour(100)]).await;
    let prov = by("patient", "r-move");
    // A confirmed visit of another day.
    stack.book(patient_id(1), 100, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    confirm(&stack).await;
    limit(&stack, 1).await;
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    let (slot, following) = stack.storage.slots_from(doctor_id(1), (&half_hour(0)).into(), 1).await.unwrap().unwrap();
    let day = stack.storage.day(&visit.doctor, slot.time.start(), now()).await.unwrap();
    assert!(day.is_some());
    let moved = reschedule(authorized(visit), slot, following, day, MovedBy::Patient, now()).unwrap();
    let moved = stack.offered(moved).await;

    let other = stack.decide(patient_id(2), 1, appointment_id(2)).await;
    stack.commit(&other, "2", &prov).await.unwrap();
    let late = stack.storage.commit_reschedule(&moved, &prov).await;

    assert!(matches!(late, Err(CommitError::Stale)), "{late:?}");
    assert_eq!(stack.slot(0).await.holder(), None);
}

/// A patient who decides to wait twice for the same, and only then writes either.
async fn joins_twice_at_once(stack: &Stack) -> bool {
    let (first, second) = (entry(1), Entry { id: entry_id(2), ..entry(1) });
    let snapshot = stack.storage.join_snapshot(first.patient, &first.wish.wanted, &claim("1"), now()).await.unwrap();
    let crate::Loaded::Fresh(snapshot) = snapshot else { panic!("{snapshot:?}") };
    let [one, two] = [&first, &second].map(|entry| snapshot.waits.admit(entry, now()).unwrap());
    let (storage, prov) = (&stack.storage, by("patient", "r-twice"));
    storage.commit_join(&first, &one, &claim("1"), &answer("1"), &prov).await.unwrap();
    storage.commit_join(&second, &two, &claim("2"), &answer("2"), &prov).await.is_ok()
}

async fn published(stack: &Stack) -> Calendar {
    let hour = half_hour(0);
    stack.storage.published(doctor_id(1), hour.start(), hour.end()).await.unwrap().calendar
}

/// A patient who decides to see two doctors at the same time, and only then writes either.
async fn books_at_two_doctors_at_once(stack: &Stack) -> bool {
    stack.register(&doctor(2)).await;
    stack.publish(doctor_id(2), vec![half_hour(0)]).await;
    let prov = by("patient", "r-twice");
    let first = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    let snapshot = stack
        .storage
        .booking_snapshot(doctor_id(2), (&half_hour(0)).into(), KIND, patient_id(1), &claim("2"), now())
        .await
        .unwrap();
    let crate::Loaded::Fresh(snapshot) = snapshot else { panic!("{snapshot:?}") };
    let second = hold(*snapshot, patient_id(1), appointment_id(2), now()).unwrap();
    stack.commit(&first, "1", &prov).await.unwrap();
    matches!(stack.commit(&second, "2", &prov).await, Ok(Committed::Fresh))
}

async fn confirm(stack: &Stack) {
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    let capture = capture("order_A", "pay_A");
    let confirm = settle(visit.payment.clone().unwrap(), visit, None, &capture, now());
    stack.storage.commit_settlement(&confirm, &by("system", "m-confirm")).await.unwrap();
}

/// The next receipt, decided and not written yet.
async fn receipt(stack: &Stack) -> (Receipt, ReceiptCounter) {
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    confirm(stack).await;
    next_receipt(stack).await
}

async fn next_receipt(stack: &Stack) -> (Receipt, ReceiptCounter) {
    let payment = stack.storage.ledger(appointment_id(1).into()).await.unwrap().payment.unwrap();
    let series = stack.storage.receipt_counter(FinancialYear::of(now())).await.unwrap();
    issue(&payment, &doctor(1), series, 0, &issuer(), now()).unwrap()
}

/// Two receipts for which the series was read at the same time.
async fn two_receipts_of_one_number(stack: &Stack) -> bool {
    let known = stack.storage.receipt_counter(FinancialYear::of(now())).await.unwrap();
    let (first, series) = if known.version == 0 { receipt(stack).await } else { next_receipt(stack).await };
    let first = Receipt { payment: appointment_id(2).into(), ..first };
    let second = Receipt { payment: appointment_id(3).into(), ..first.clone() };
    let prov = by("patient", "r-receipts");
    stack.storage.commit_receipt(&first, None, &series, &prov).await.unwrap();
    stack.storage.commit_receipt(&second, None, &series, &prov).await.is_ok()
}

async fn told_twice(stack: &Stack, first: AttemptState, second: AttemptState) -> bool {
    let attempt = |state| Attempt {
        payment: appointment_id(1).into(),
        gateway_payment: "pay_A".parse().unwrap(),
        state,
        at: now(),
    };
    let prov = by("system", "m");
    stack.storage.record_attempt(&attempt(first), &prov).await.unwrap();
    stack.storage.record_attempt(&attempt(second), &prov).await.unwrap() == Stored::Stored
}

/// One run looks at the day; a slot is withdrawn, and a second run looks and writes what it sees before the first does.
async fn older_look_is_written_last(stack: &Stack) -> bool {
    let prov = by("system", "r-look");
    let storage = &stack.storage;
    let older = super::first_free::see(stack, now()).await;
    let withdrawn = authorized(stack.slot(0).await).withdraw(now()).unwrap();
    storage.commit_withdrawal(&withdrawn, &prov).await.unwrap();
    super::first_free::look(stack, now()).await;
    storage.commit_first_free_slots(&older.0, &older.1, &prov).await.is_ok()
}

/// Two publications at once, from the same reading of the calendar, of slots that overlap.
async fn both_publish_what_overlaps(stack: &Stack, prov: &Provenance) -> bool {
    let calendar = published(stack).await;
    let hour = half_hour(10);
    let shifted = TimeRange::new(hour.start() + minutes(10), hour.end() + minutes(10)).unwrap();
    let first = authorized(calendar.clone()).publish(&[], vec![hour], now()).unwrap();
    let second = authorized(calendar.clone()).publish(&[], vec![shifted], now()).unwrap();
    stack.storage.commit_publication(&calendar, &first, prov).await.unwrap();
    stack.storage.commit_publication(&calendar, &second, prov).await.is_ok()
}

/// Two changes of the second factor at once, from the same reading of the codes.
async fn both_enrolments_show_codes(stack: &Stack, has_codes: bool) -> bool {
    let (storage, user) = (&stack.storage, user_id(1));
    let codes =
        |number: u128| std::array::from_fn(|index| RecoveryCode::from_random(Uuid::from_u128(number + index as u128)));
    let enrolled = |read: &RecoveryCodes, number| read.clone().replaced(&codes(number), FactorChange::CodesRenewed);
    let none = RecoveryCodes::none(user);
    if has_codes {
        storage.commit_factor_change(&enrolled(&none, 100), &by("user", "r-first")).await.unwrap();
    }
    let read = storage.recovery_codes(user).await.unwrap();
    storage.commit_factor_change(&enrolled(&read, 200), &by("user", "r-one")).await.unwrap();
    storage.commit_factor_change(&enrolled(&read, 300), &by("user", "r-two")).await.is_ok()
}

/// Two administrators take each other's role at once, from the same reading of the roster.
async fn both_administrators_go(stack: &Stack, has_roster: bool) -> bool {
    let (storage, users) = (&stack.storage, [user_id(1), user_id(2)]);
    let activity = |user: UserId| Activity {
        event_type: EventType::RolesChanged,
        outcome: domain::audit::Outcome::Success,
        resource_type: "user".to_owned(),
        resource_id: user.to_string(),
        subjects: vec![],
        fields: vec![],
        data_exported: false,
        detail: None,
    };
    let pool = users.map(|user| Account { user, disabled: false });
    let change = async |user: UserId, admin: UserId, roles: BTreeSet<StaffRole>, roster: Roster| {
        let staff = authorized(Staff::of(roster, &pool));
        let roster = staff.change_roles(admin, Account { user, disabled: false }, roles).unwrap();
        let sessions = storage.ended_sessions(user).await.unwrap();
        let change = UserChange { roster: Some(roster), sessions, disabled: false };
        let prov = by("admin", &user.to_string());
        storage.commit_user_change(&change, now(), &activity(user), &prov).await
    };
    if has_roster {
        let lab = [StaffRole::Admin, StaffRole::Lab].into();
        change(users[0], users[0], lab, storage.roster().await.unwrap()).await.unwrap();
    }
    let read = storage.roster().await.unwrap();
    change(users[1], users[0], BTreeSet::new(), read.clone()).await.unwrap();
    change(users[0], users[1], BTreeSet::new(), read).await.is_ok()
}

/// Two log-outs at once, from the same reading, of which the earlier one is written last.
async fn earlier_log_out_wins(stack: &Stack, has_logged_out_before: bool) -> bool {
    let (storage, user, prov) = (&stack.storage, user_id(1), by("user", "r-out"));
    if has_logged_out_before {
        storage.end_sessions(user, now(), &prov).await.unwrap();
    }
    let read = storage.ended_sessions(user).await.unwrap();
    storage.commit_end_of_sessions(read, now() + minutes(2), &by("user", "r-late")).await.unwrap();
    storage.commit_end_of_sessions(read, now() + minutes(1), &by("user", "r-early")).await.is_ok()
}
