//! Orders, captures and refunds, once each, also if an event comes late or twice.

use domain::appointments::aggregate::BookedAppointment;
use domain::appointments::appointment::Stage;
use domain::appointments::settlement::{Settlement, settle};
use domain::availability::slot::SlotState;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::GatewayRefundId;
use domain::core::id::GrantId;
use domain::core::money::Paise;
use domain::payments::account::RefundDecisionOutcome;
use domain::payments::payment::{Capture, Payment, PaymentState};
use domain::payments::receipt::{FinancialYear, Receipt, issue};
use domain::payments::refund::{Refund, RefundReason, RefundState};
use domain::payments::refund_policy::RefundRule;
use jiff::Timestamp;

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{
    Attempt, AttemptState, CommitError, PageRequest, PaymentFilter, RefundFilter, SealedText, StartInProgress,
    StorageError, Stored, StoredEvent,
};

async fn settlement(stack: &Stack, capture: &Capture, now: Timestamp) -> Settlement {
    let payment = stack.storage.payment_of_order(&capture.order).await.unwrap().unwrap();
    let visit = stack.storage.visit(payment.appointment()).await.unwrap().unwrap();
    settle(visit.payment.clone().unwrap(), visit, None, capture, now)
}

#[tokio::test]
async fn a_capture_confirms_the_visit_in_all_four_places_and_a_second_telling_changes_nothing() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let capture = capture("order_A", "pay_A");

    let confirm = settlement(&stack, &capture, now()).await;
    assert!(matches!(confirm, Settlement::Confirm { .. }), "{confirm:?}");
    stack.storage.commit_settlement(&confirm, &by("system", "m1")).await.unwrap();

    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    assert!(matches!(visit.appointment.stage, Stage::Confirmed { .. }));
    assert_eq!(visit.slots[0].state, SlotState::Booked { appointment: appointment_id(1) });
    assert_eq!(visit.agenda.entries[0].hold_until, None);
    assert!(matches!(visit.payment.unwrap().state, PaymentState::Captured { .. }));
    assert_eq!(settlement(&stack, &capture, now()).await, Settlement::AlreadySettled);
    // What was decided before the first was written is out of date.
    let stale = stack.storage.commit_settlement(&confirm, &by("system", "m2")).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
}

#[tokio::test]
async fn a_capture_after_the_slot_went_to_another_patient_is_refunded_once() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let after = now() + minutes(10);
    let takeover = stack.decide_at(patient_id(2), 0, appointment_id(2), after).await.unwrap();
    stack.commit(&takeover, "2", &later(&by("p2", "r2"), minutes(10))).await.unwrap();

    let refund = settlement(&stack, &capture("order_A", "pay_A"), after).await;
    stack.storage.commit_settlement(&refund, &by("system", "m1")).await.unwrap();

    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    assert_eq!(visit.slots[0].holder(), Some(appointment_id(2)));
    let [refund] = visit.refunds.try_into().unwrap();
    assert_eq!((refund.reason, refund.state), (RefundReason::LateCapture, RefundState::Pending));
    assert_eq!(settlement(&stack, &capture("order_A", "pay_A"), after).await, Settlement::AlreadySettled);
}

#[tokio::test]
async fn a_second_capture_of_one_order_is_refunded_once_however_often_it_is_told() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let confirm = settlement(&stack, &capture("order_A", "pay_A"), now()).await;
    stack.storage.commit_settlement(&confirm, &by("system", "m1")).await.unwrap();

    let twice = settlement(&stack, &capture("order_A", "pay_B"), now()).await;
    assert!(matches!(&twice, Settlement::Refund { .. }), "{twice:?}");
    stack.storage.commit_settlement(&twice, &by("system", "m2")).await.unwrap();
    assert_eq!(settlement(&stack, &capture("order_A", "pay_B"), now()).await, Settlement::AlreadySettled);
    // What was decided before the first was written is out of date.
    let stale = stack.storage.commit_settlement(&twice, &by("system", "m3")).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");

    let ledger = stack.storage.ledger(appointment_id(1).into()).await.unwrap();
    let [refund] = ledger.refunds.try_into().unwrap();
    assert_eq!((refund.reason, refund.version), (RefundReason::DuplicateCapture, 1));
}

#[tokio::test]
async fn a_cancellation_of_a_paid_visit_promises_what_is_left_of_it_and_records_the_decision() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let confirm = settlement(&stack, &capture("order_A", "pay_A"), now()).await;
    stack.storage.commit_settlement(&confirm, &by("system", "m1")).await.unwrap();
    // An administrator has granted a part of it before.
    let payment = stack.storage.ledger(appointment_id(1).into()).await.unwrap().payment.unwrap();
    let granted = grant(&payment, 20_000);
    stack.storage.commit_grant(&granted, &claim("grant"), &answer("{}"), &by("admin", "r-grant")).await.unwrap();

    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    let by_doctor = cancel(visit, CancelledBy::Doctor, None, now()).unwrap();
    stack.storage.commit_cancellation(&stack.offered(by_doctor).await, &by("doctor", "r-cancel")).await.unwrap();

    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    assert_eq!(visit.slots[0].state, SlotState::Free);
    let amounts: Vec<(i64, RefundReason)> = visit.refunds.iter().map(|it| (it.amount.get(), it.reason)).collect();
    assert_eq!(amounts, [(30_000, RefundReason::CancelledByDoctor), (20_000, RefundReason::Granted)]);
    let payment = visit.payment.unwrap();
    assert_eq!((payment.captured(), payment.retained()), (50_000, 0));
    assert_eq!(payment.accounts[0].decision.rule, RefundRule::CancelledByDoctor);
}

#[tokio::test]
async fn of_two_grants_at_once_that_exceed_what_was_captured_one_is_made() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let confirm = settlement(&stack, &capture("order_A", "pay_A"), now()).await;
    stack.storage.commit_settlement(&confirm, &by("system", "m1")).await.unwrap();
    let payment = stack.storage.ledger(appointment_id(1).into()).await.unwrap().payment.unwrap();
    let (one, two) = (grant(&payment, 30_000), grant(&payment, 25_000));

    let prov = by("admin", "r-grant");
    stack.storage.commit_grant(&one, &claim("1"), &answer("1"), &prov).await.unwrap();
    let second = stack.storage.commit_grant(&two, &claim("2"), &answer("2"), &prov).await;

    assert!(matches!(second, Err(CommitError::Stale)), "{second:?}");
    let ledger = stack.storage.ledger(payment.id).await.unwrap();
    assert_eq!((ledger.refunds.len(), ledger.payment.unwrap().retained()), (1, 20_000));
}

fn grant(payment: &Payment, amount: i64) -> RefundDecisionOutcome {
    let id = GrantId::of_request(&amount.to_string());
    let amount = Paise::new(amount).unwrap();
    payment.clone().grant(&"pay_A".parse().unwrap(), id, amount, "delay".to_owned(), now()).unwrap()
}

#[tokio::test]
async fn a_refund_of_the_gateways_own_is_entered_and_one_of_ours_yields_to_it() {
    let stack = Stack::with_slots(1).await;
    let ours = promised_refund(&stack).await;
    let ledger = stack.storage.ledger(ours.payment).await.unwrap();
    let state = RefundState::Processed { refund_id: "rfnd_A".parse().unwrap(), at: now() };
    let admitted = ledger.payment.unwrap().admit(
        &ledger.refunds,
        &ours.id.attempt,
        &"rfnd_A".parse().unwrap(),
        ours.amount,
        state,
        now(),
    );
    stack.storage.commit_external_refund(&admitted.unwrap(), &by("system", "m2")).await.unwrap();

    let ledger = stack.storage.ledger(ours.payment).await.unwrap();
    let states: Vec<&str> = ledger.refunds.iter().map(|refund| refund.state.as_str()).collect();
    assert_eq!(states, ["superseded", "processed"]);
    assert_eq!(ledger.payment.unwrap().accounts[0].promised, ours.amount);
    // Neither is among those that an operator has to look after.
    for state in [RefundFilter::Pending, RefundFilter::Requested, RefundFilter::Failed] {
        let open = stack.storage.refunds_in_state(state, &PageRequest::first(10)).await.unwrap();
        assert_eq!(open.items, [], "{state:?}");
    }
}

#[tokio::test]
async fn a_refund_of_the_gateways_own_that_fails_is_asked_about_and_made_good_for() {
    let stack = Stack::with_slots(1).await;
    let ours = promised_refund(&stack).await;
    let refund_id: GatewayRefundId = "rfnd_A".parse().unwrap();
    let admit = async |state: RefundState| {
        let ledger = stack.storage.ledger(ours.payment).await.unwrap();
        let payment = ledger.payment.unwrap();
        let admitted = payment.admit(&ledger.refunds, &ours.id.attempt, &refund_id, ours.amount, state, now());
        stack.forget_calls();
        stack.storage.commit_external_refund(&admitted.unwrap(), &by("system", "m2")).await.unwrap();
        let items = stack.calls()[0].1["TransactItems"].as_array().unwrap().clone();
        items.iter().filter(|write| write.to_string().contains("refund_due")).count()
    };
    assert_eq!(admit(RefundState::Requested { refund_id: refund_id.clone(), at: now() }).await, 1, "no word may come");
    let failed = RefundState::Failed { detail: "no".to_owned(), refund_id: Some(refund_id.clone()), at: now() };
    assert_eq!(admit(failed).await, 1, "what takes its place");
    let ledger = stack.storage.ledger(ours.payment).await.unwrap();
    let states: Vec<(String, &str)> =
        ledger.refunds.iter().map(|refund| (refund.id.to_string(), refund.state.as_str())).collect();
    let named = |name: &str| format!("{}{name}", ours.id.attempt);
    let expected = [("", "superseded"), ("-instead-of-rfnd_A", "pending"), ("-rfnd_A", "failed")];
    assert_eq!(states, expected.map(|(name, state)| (named(name), state)));
    assert_eq!(ledger.payment.unwrap().accounts[0].promised, ours.amount);
    let pending = stack.storage.refunds_in_state(RefundFilter::Pending, &PageRequest::first(10)).await.unwrap();
    assert_eq!(pending.items.len(), 1);
}

#[tokio::test]
async fn payments_are_listed_by_patient_and_by_state_and_day_and_refunds_until_they_are_over() {
    let stack = Stack::with_slots(2).await;
    let refund = promised_refund(&stack).await;
    stack.book(patient_id(1), 1, appointment_id(2)).await;
    stack.order(appointment_id(2), "order_B").await;
    let page = PageRequest::first(10);
    let of_patient = stack.storage.payments_of_patient(patient_id(1), &page).await.unwrap().items;
    assert_eq!(of_patient.len(), 2);
    let day = jiff::civil::date(2026, 11, 30);
    for (state, count) in [(PaymentFilter::Intent, 0), (PaymentFilter::Open, 1), (PaymentFilter::Captured, 1)] {
        let listed = stack.storage.payments_of_day(state, day, &page).await.unwrap().items;
        assert_eq!(listed.len(), count, "{state:?}");
    }
    let pending = stack.storage.refunds_in_state(RefundFilter::Pending, &page).await.unwrap().items;
    assert_eq!(pending, [refund]);
}

#[tokio::test]
async fn receipts_of_a_year_are_numbered_without_a_gap_in_any_order_of_requests() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let confirm = settlement(&stack, &capture("order_A", "pay_A"), now()).await;
    stack.storage.commit_settlement(&confirm, &by("system", "m1")).await.unwrap();
    let payment = stack.storage.ledger(appointment_id(1).into()).await.unwrap().payment.unwrap();
    let parties = SealedText::from_sealed("c2VhbGVk".to_owned());
    for number in 1..=3_u128 {
        let series = stack.storage.receipt_counter(FinancialYear::of(now())).await.unwrap();
        let (receipt, next) = issue(&payment, &doctor(1), series, 0, &issuer(), now()).unwrap();
        let receipt = Receipt { payment: appointment_id(number).into(), ..receipt };
        stack.storage.commit_receipt(&receipt, Some(&parties), &next, &by("patient", "r-receipt")).await.unwrap();
        let ledger = stack.storage.ledger(receipt.payment).await.unwrap();
        assert_eq!(ledger.receipt_parties.as_ref(), Some(&parties));
        let stored = ledger.receipt.unwrap();
        assert_eq!(stored.issuer, Some(issuer()));
        assert_eq!(stored.number.as_str(), format!("VAI/26-27/{number:06}"));
        assert_eq!(stored.registration_number, doctor(1).registration_number);
    }
}

#[tokio::test]
async fn a_visit_that_a_capture_confirms_while_it_is_read_is_not_taken_for_an_unpaid_one() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let confirm = settlement(&stack, &capture("order_A", "pay_A"), now()).await;
    stack.storage.commit_settlement(&confirm, &by("system", "m1")).await.unwrap();

    // The appointment is confirmed already, the payment is read as it was before: no refund would be due.
    (0..3).for_each(|_| stack.next(Fault::Lag));
    let torn = stack.storage.visit(appointment_id(1)).await;
    assert!(matches!(torn, Err(StorageError::Unavailable(_))), "{torn:?}");

    // Read again, it is whole.
    stack.next(Fault::Lag);
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    assert!(matches!(visit.payment.unwrap().state, PaymentState::Captured { .. }));
}

#[tokio::test]
async fn of_two_payment_starts_one_gets_the_lease_and_after_it_another_may_try() {
    let stack = Stack::with_slots(1).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    let intent = stack.intent(appointment_id(1)).await;
    let prov = by("patient", "r1");

    let first = stack.storage.commit_intent(&intent, &prov).await.unwrap();
    assert_eq!(first.version, 1);
    let second = stack.storage.commit_intent(&intent, &prov).await;
    let Err(CommitError::Refused(StartInProgress { until })) = second else { panic!("{second:?}") };
    // The table keeps milliseconds.
    assert_eq!(until.as_millisecond(), (now() + minutes(1)).as_millisecond());

    let third = stack.storage.commit_intent(&first, &later(&prov, minutes(1))).await.unwrap();
    assert_eq!(third.version, 2);
    // The first comes back from the gateway too late: the order is the third's to make or to find.
    let late = stack.storage.commit_order(&first.open("order_A".parse().unwrap()).unwrap(), &prov).await;
    assert!(matches!(late, Err(CommitError::Stale)), "{late:?}");
}

#[tokio::test]
async fn an_order_leads_back_to_its_payment_and_to_no_other() {
    let stack = Stack::with_slots(2).await;
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.book(patient_id(2), 1, appointment_id(2)).await;
    let payment = stack.order(appointment_id(1), "order_A").await;

    let found = stack.storage.payment_of_order(&"order_A".parse().unwrap()).await.unwrap();
    assert_eq!(found, Some(payment.id));
    assert_eq!(stack.storage.payment_of_order(&"order_B".parse().unwrap()).await.unwrap(), None);
    let stored = stack.storage.ledger(payment.id).await.unwrap().payment.unwrap();
    assert_eq!((stored.state, stored.version), (payment.state, payment.version));
    let prov = by("patient", "r2");
    let other = stack.storage.commit_intent(&stack.intent(appointment_id(2)).await, &prov).await.unwrap();
    let taken = stack.storage.commit_order(&other.open("order_A".parse().unwrap()).unwrap(), &prov).await;
    assert!(matches!(taken, Err(CommitError::Refused(crate::OrderTaken))), "{taken:?}");
}

#[tokio::test]
async fn a_failed_attempt_can_turn_captured_and_not_back() {
    let stack = Stack::with_slots(1).await;
    let attempt = |state| Attempt {
        payment: appointment_id(1).into(),
        gateway_payment: "pay_A".parse().unwrap(),
        state,
        at: now(),
    };
    let mut ends = Vec::new();
    for state in [
        AttemptState::Failed,
        AttemptState::Failed,
        AttemptState::Authorized,
        AttemptState::Failed,
        AttemptState::Captured,
        AttemptState::Authorized,
        AttemptState::Failed,
    ] {
        ends.push(stack.storage.record_attempt(&attempt(state), &by("system", "m")).await.unwrap());
    }
    use Stored::{Duplicate, Stored as New};
    assert_eq!(ends, [New, Duplicate, New, Duplicate, New, Duplicate, Duplicate]);
    let ledger = stack.storage.ledger(appointment_id(1).into()).await.unwrap();
    assert_eq!(ledger.attempts[0].state, AttemptState::Captured);
}

#[tokio::test]
async fn a_refund_moves_on_from_the_version_that_was_read() {
    let stack = Stack::with_slots(1).await;
    let pending = promised_refund(&stack).await;
    let requested = RefundState::Requested { refund_id: "rfnd_A".parse().unwrap(), at: at("2026-11-30T04:00:00Z") };
    let requested = pending.clone().advance(requested).unwrap();

    let stored = stack.storage.commit_refund(&requested, &by("system", "m2")).await.unwrap();

    assert_eq!(stored.version, 2);
    assert_eq!(stack.storage.ledger(pending.payment).await.unwrap().refunds, [stored]);
    let stale = stack.storage.commit_refund(&requested, &by("system", "m3")).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
}

#[tokio::test]
async fn an_event_of_the_gateway_is_kept_once_with_its_body() {
    let stack = Stack::new();
    let event =
        StoredEvent { key: "k1".to_owned(), body: r#"{"a":1}"#.to_owned(), received_at: at("2026-11-30T03:00:00Z") };
    let prov = by("razorpay", "w1");
    assert_eq!(stack.storage.store_event(&event, &prov).await.unwrap(), Stored::Stored);
    let forged = StoredEvent { body: "another".to_owned(), ..event.clone() };
    assert_eq!(stack.storage.store_event(&forged, &prov).await.unwrap(), Stored::Duplicate);
    assert_eq!(stack.storage.event("k1").await.unwrap(), Some(event));
    assert_eq!(stack.storage.event("k2").await.unwrap(), None);
}

/// A refund that is promised and not asked for yet.
pub async fn promised_refund(stack: &Stack) -> Refund {
    stack.book(patient_id(1), 0, appointment_id(1)).await;
    stack.order(appointment_id(1), "order_A").await;
    let visit = stack.storage.visit(appointment_id(1)).await.unwrap().unwrap();
    // The slot is gone by the time at which the money comes.
    let capture = capture("order_A", "pay_A");
    let payment = visit.payment.clone().unwrap();
    let settlement = settle(payment.clone(), BookedAppointment { slots: vec![], ..visit }, None, &capture, now());
    stack.storage.commit_settlement(&settlement, &by("system", "m1")).await.unwrap();
    let [refund] = stack.storage.ledger(payment.id).await.unwrap().refunds.try_into().unwrap();
    refund
}
