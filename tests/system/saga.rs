//! One appointment and its money, in every order of events: each transition of the model ([`model`]) is played once through the real
//! thing (handlers, SDK, table, Razorpay's simulator), and what is there afterwards is compared with the model, step by step.
//!
//! Then everything is delivered that waits (the stream, the queues, Razorpay's own webhooks, a week of timers), and the books must
//! balance: every captured paisa is retained under a rule, or paid back, once.
//!
//! The histories of one run are played side by side in one stack, each with patients and a slot of its own, since the clock is one:
//! all as far as the hold lasts, then all until it is over, then the rest.
//! A crash is a network that stops after a number of effects, lost reply included; what is read between two effects
//! changes nothing, so a crash before, between or after reads is the same as one behind the last effect.

mod model;
mod random;
mod table;

use bytes::Bytes;
use domain::core::id::AppointmentId;
use jiff::SignedDuration;
use local::Fault;
use model::{Attempt, Canceller, Case, Money, Order, Phase, State, Step, Teller};
use razorpay_emulator::{
    Faults, Method, Outcome, PaymentStatus, RefundMode, RefundStatus, checkout_signature, webhook_signature,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use storage::Storage;
use system_tests::repository::{in_full, read};
use system_tests::{Doctor, World};
use uuid::Uuid;

/// How many steps are played unless everything is.
const STEPS: usize = 1_500;

/// The stage on which histories are played.
struct Theatre {
    world: World,
    storage: Storage,
    doctor: Doctor,
    /// How many others there are.
    doctors: AtomicU32,
}

/// One history, as far as it has been played.
struct History {
    number: u128,
    slot: system_tests::Slot,
    /// Where the visit can be moved.
    other_slot: system_tests::Slot,
    steps: Vec<Step>,
    played: usize,
    model: State,
    appointment: Option<AppointmentId>,
    order: Option<String>,
    first: Option<String>,
    second: Option<String>,
    /// The webhook's copies of one event have one id.
    events: u32,
}

#[tokio::test]
async fn every_transition_of_one_visit_and_its_money_is_what_the_model_says_and_all_money_is_accounted_for() {
    let graph = model::explore();
    let transitions: usize = graph.values().map(Vec::len).sum();
    let mut walks = model::walks(&graph);
    let all: usize = walks.iter().map(|(_, walk)| walk.len()).sum();
    if !in_full() {
        // Evenly over all of each case, so that each part of the model is looked at.
        let share = all.div_ceil(STEPS).max(1);
        let of = |case: Case| walks.iter().filter(move |(start, _)| start.case == case).step_by(share);
        walks = Case::ALL.into_iter().flat_map(of).cloned().collect();
    }
    let steps: usize = walks.iter().map(|(_, walk)| walk.len()).sum();
    let of = |case: Case| walks.iter().filter(|(start, _)| start.case == case).count();
    println!(
        "{} states, {transitions} transitions; {} histories of {steps} steps (of {all}): {} usual ones, {} late, {} at the \
         last minute, {} without a fee",
        graph.len(),
        walks.len(),
        of(Case::Usual),
        of(Case::Late),
        of(Case::LastMinute),
        of(Case::Free)
    );
    play(walks).await;
}

/// Plays histories side by side, delivers what is left, and looks at the books.
async fn play(walks: Vec<(State, Vec<Step>)>) {
    let mut stage = Theatre::set(walks.len()).await;
    let mut histories: Vec<History> = vec![];
    for case in Case::ALL {
        let of_it: Vec<_> = walks.iter().filter(|(start, _)| start.case == case).collect();
        let slots = stage.slots(case, of_it.len()).await;
        for ((start, steps), slots) in of_it.into_iter().zip(slots) {
            histories.push(History::new(histories.len() as u128, slots, *start, steps.clone()));
        }
    }
    for phase in [Phase::Hold, Phase::LeaseOver, Phase::HoldOver] {
        for history in &mut histories {
            stage.play_phase(history, phase).await;
        }
        let pause = match phase {
            Phase::Hold => SignedDuration::from_secs(16),
            Phase::LeaseOver => {
                SignedDuration::from_mins(domain::appointments::booking::HoldLength::DEFAULT.minutes() + 1)
            }
            Phase::HoldOver => SignedDuration::ZERO,
        };
        // Only the clock moves: what is due waits until the end.
        stage.world.stack.clock().advance(pause);
    }
    stage.deliver_everything().await;
    stage.retry_what_failed().await;
    for history in &histories {
        stage.assert_accounted_for(history).await;
    }
}

impl History {
    fn new(number: u128, [slot, other_slot]: [system_tests::Slot; 2], model: State, steps: Vec<Step>) -> Self {
        let (appointment, order, first, second) = (None, None, None, None);
        Self { number, slot, other_slot, steps, played: 0, model, appointment, order, first, second, events: 0 }
    }

    fn patient(&self) -> Uuid {
        Uuid::from_u128(0x5a6a_0000_0000_4000_8000_0000_0000_0000 + self.number * 2)
    }

    fn other_patient(&self) -> Uuid {
        Uuid::from_u128(0x5a6a_0000_0000_4000_8000_0000_0000_0001 + self.number * 2)
    }

    fn attempt(&self, attempt: Attempt) -> Option<&str> {
        match attempt {
            Attempt::First => self.first.as_deref(),
            Attempt::Second => self.second.as_deref(),
        }
    }

    fn told(&self) -> String {
        format!("history {}: {:?}", self.number, &self.steps[..self.played.min(self.steps.len())])
    }
}

impl Theatre {
    async fn set(histories: usize) -> Self {
        let world = World::start().await;
        let doctor = world.doctor("Meera Iyer").await;
        let storage = world.stack.aws().storage().expect("the table has a name");
        let razorpay = &world.stack.services().razorpay;
        // Razorpay's own webhooks come at the end; until then only the model's webhooks come.
        razorpay.set_faults(Faults { delay: SignedDuration::from_hours(2), duplicates: 1, ..Faults::default() });
        razorpay.set_refund_mode(RefundMode::Processed { after: SignedDuration::ZERO });
        assert!(histories < 5_000, "the doctor has no more slots");
        Theatre { world, storage, doctor, doctors: AtomicU32::new(0) }
    }

    /// So many pairs of slots for visits of a case, each with a doctor who has none of the others of its time.
    async fn slots(&self, case: Case, pairs: usize) -> Vec<[system_tests::Slot; 2]> {
        if case == Case::Late {
            return self.late_slots(pairs).await;
        }
        let mut slots = vec![];
        let mut day = 60;
        while slots.len() < pairs * 2 {
            let wanted = (pairs * 2 - slots.len()).min(case.slots_of_a_doctor());
            slots.extend(match case {
                // So far ahead that the visits have not begun when everything is delivered.
                Case::Usual => self.doctor.publishes_many(i64::try_from(wanted).unwrap(), 24 * day).await,
                Case::Late => unreachable!("these are made in another way"),
                Case::Free => self.other_doctor(0).await.publishes_many(i64::try_from(wanted).unwrap(), 24 * day).await,
                Case::LastMinute => self.soon(wanted).await,
            });
            day += 1;
        }
        let mut slots = slots.into_iter();
        std::iter::from_fn(|| Some([slots.next()?, slots.next()?])).collect()
    }

    /// Slots some hours ahead, each with one that is far ahead: a patient who moves there has no more back than before.
    async fn late_slots(&self, pairs: usize) -> Vec<[system_tests::Slot; 2]> {
        let mut slots = vec![];
        while slots.len() < pairs {
            let wanted = i64::try_from((pairs - slots.len()).min(Case::Late.slots_of_a_doctor())).unwrap();
            let doctor = self.other_doctor(50_000).await;
            let (soon, far) = (doctor.publishes_many(wanted, 4).await, doctor.publishes_many(wanted, 24 * 60).await);
            slots.extend(soon.into_iter().zip(far).map(|(soon, far)| [soon, far]));
        }
        slots
    }

    async fn other_doctor(&self, fee: i64) -> Doctor {
        let number = self.doctors.fetch_add(1, Ordering::Relaxed);
        let [one, two] = [number / 26, number % 26].map(|letter| char::from(b'A' + u8::try_from(letter).unwrap()));
        self.world.doctor_with(&format!("Arjun {one}{two}"), json!({ "fee": fee })).await
    }

    /// Short slots from an hour ahead until an hour and a half.
    async fn soon(&self, count: usize) -> Vec<system_tests::Slot> {
        let doctor = self.other_doctor(50_000).await;
        let mut slots = vec![];
        for number in 0..i64::try_from(count).unwrap() {
            let start = self.world.at(1) + SignedDuration::from_mins(5 * number);
            slots.push(doctor.publishes_range(start, start + SignedDuration::from_mins(5)).await);
        }
        slots
    }

    async fn play_phase(&mut self, history: &mut History, phase: Phase) {
        while history.model.phase == phase {
            let Some(step) = history.steps.get(history.played).copied() else { return };
            let expected = history.model.after(step);
            self.take(history, step).await;
            history.played += 1;
            history.model = expected;
            if step != Step::Pass {
                let found = self.observe(history).await;
                assert_eq!(found, seen(expected), "after {step:?} of {}", history.told());
            }
        }
    }

    /// Takes a step in the real thing.
    async fn take(&mut self, history: &mut History, step: Step) {
        match step {
            Step::Book => self.book(history).await,
            Step::Start { crash } => {
                let path = json!({ "appointmentId": history.appointment });
                self.crashing(crash, self.call("start-payment", history.patient(), "patient", path, None)).await;
            }
            Step::Fail => history.first = Some(self.pays(history, Outcome::declined(), false)),
            Step::Authorize => self.authorizes(history),
            Step::Capture(Attempt::First) => self.captures_first(history),
            Step::Capture(Attempt::Second) => history.second = Some(self.pays(history, Outcome::Captured, true)),
            Step::TellFailed => self.tells(history, "payment.failed", Attempt::First, None, None).await,
            Step::TellAuthorized => self.tells(history, "payment.authorized", Attempt::First, None, None).await,
            Step::TellCaptured { attempt, by: Teller::PaymentCaptured, crash } => {
                self.tells(history, "payment.captured", attempt, None, crash).await;
            }
            Step::TellCaptured { attempt, by: Teller::OrderPaid, crash } => {
                self.tells(history, "order.paid", attempt, None, crash).await;
            }
            Step::TellCaptured { attempt, by: Teller::Checkout, crash } => {
                let (order, paid) = (history.order.clone().unwrap(), history.attempt(attempt).unwrap().to_owned());
                let body = json!({
                    "razorpay_order_id": order, "razorpay_payment_id": paid,
                    "razorpay_signature": checkout_signature("local-key-secret", &order, &paid),
                });
                let path = json!({ "paymentId": history.appointment });
                self.crashing(crash, self.call("confirm-payment", history.patient(), "patient", path, Some(body)))
                    .await;
            }
            Step::Issue { attempt, crash, in_vain } => {
                if in_vain {
                    self.razorpay().set_refund_mode(RefundMode::Failed { after: SignedDuration::ZERO });
                }
                let refund = json!({
                    "type": "refund_pending", "payment": history.appointment, "refund": history.attempt(attempt),
                });
                self.crashing(crash, self.message("IssueRefundFunction", refund)).await;
                if in_vain {
                    self.razorpay().set_refund_mode(RefundMode::Processed { after: SignedDuration::ZERO });
                }
            }
            Step::TellRefundCreated(attempt) => self.tells_of_refund(history, "refund.created", attempt).await,
            Step::TellRefundProcessed(attempt) => self.tells_of_refund(history, "refund.processed", attempt).await,
            Step::TellRefundFailed => self.tells_of_refund(history, "refund.failed", Attempt::First).await,
            Step::Retry => {
                let path = json!({ "paymentId": history.appointment, "refundId": history.first });
                self.call("retry-refund", Uuid::from_u128(7), "admin", path, None).await;
            }
            Step::Cancel(by) => {
                let path = json!({ "appointmentId": history.appointment });
                let (sub, group) = match by {
                    Canceller::Patient => (history.patient(), "patient"),
                    Canceller::Doctor => (history.slot.doctor_id.parse().unwrap(), "doctor"),
                };
                self.call("cancel-appointment", sub, group, path, Some(json!({}))).await;
            }
            Step::Move => {
                let path = json!({ "appointmentId": history.appointment });
                let body = json!({ "slotId": history.other_slot.slot_id });
                self.call("reschedule-appointment", history.patient(), "patient", path, Some(body)).await;
            }
            Step::Release => {
                let until = self.world.now();
                let held = json!({ "type": "hold_placed", "appointment": history.appointment, "until": until });
                self.message("ReleaseExpiredHoldFunction", held).await;
            }
            Step::Take => {
                let body = json!({ "doctorId": history.slot.doctor_id, "slotId": history.slot.slot_id });
                self.call("book-appointment", history.other_patient(), "patient", json!({}), Some(body)).await;
            }
            Step::Reconcile { crash } => {
                let opened = self.world.now();
                let due = json!({
                    "type": "order_due", "payment": history.appointment, "opened": opened, "check": 0,
                });
                // One that is paid is only asked about at a later check.
                let due = if self.is_paid(history).await { with(due, "check", json!(6)) } else { due };
                self.crashing(crash, self.message("SettlePaymentFunction", due)).await;
            }
            Step::Pass => {}
        }
        history.order = history.order.take().or(self.order_of(history).await);
    }

    async fn book(&self, history: &mut History) {
        let body = json!({ "doctorId": history.slot.doctor_id, "slotId": history.slot.slot_id });
        let answer = self.call("book-appointment", history.patient(), "patient", json!({}), Some(body)).await;
        let booked: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default()).unwrap_or_default();
        history.appointment = booked["id"].as_str().and_then(|id| id.parse().ok());
    }

    fn razorpay(&self) -> &razorpay_emulator::Razorpay {
        &self.world.stack.services().razorpay
    }

    fn pays(&self, history: &History, outcome: Outcome, again: bool) -> String {
        let order = history.order.as_deref().expect("an order that was shown");
        let paid = match again {
            true => self.razorpay().pay_again(order, Method::Upi, outcome),
            false => self.razorpay().pay(order, Method::Card, outcome),
        };
        paid.unwrap().payment_id
    }

    fn authorizes(&self, history: &mut History) {
        let paid = history.first.clone().unwrap_or_else(|| self.pays(history, Outcome::Pending, false));
        self.razorpay().reserve(&paid).unwrap();
        history.first = Some(paid);
    }

    fn captures_first(&self, history: &mut History) {
        let Some(known) = history.first.clone() else {
            history.first = Some(self.pays(history, Outcome::Captured, false));
            return;
        };
        match self.razorpay().payment(&known).map(|payment| payment.status) {
            Some(PaymentStatus::Authorized) => self.razorpay().capture_reserved(&known).unwrap(),
            _ => self.razorpay().authorise_late(&known).unwrap(),
        }
    }

    /// Calls an endpoint as a person, with the form of its sample event.
    async fn call(&self, name: &str, sub: Uuid, group: &str, path: Value, body: Option<Value>) -> Value {
        let mut event: Value = serde_json::from_str(&read(&format!("events/{name}.json"))).unwrap();
        let claims = &mut event["requestContext"]["authorizer"]["jwt"]["claims"];
        claims["sub"] = json!(sub);
        claims["username"] = json!(sub);
        claims["cognito:groups"] = json!(format!("[{group}]"));
        claims["acr"] = json!("urn:cognito:loa:4");
        if path.as_object().is_some_and(|path| !path.is_empty()) {
            event["pathParameters"] = path;
        }
        if let Some(body) = body {
            event["body"] = json!(body.to_string());
        }
        if event["headers"]["idempotency-key"].is_string() {
            event["headers"]["idempotency-key"] = json!(self.world.key());
        }
        let function = local::stack::logical_id(&camel(name));
        let answer = self.world.stack.invoke(&function, &event.to_string(), &self.world.key()).await;
        answer.map_or(Value::Null, |answer| serde_json::from_str(&answer).unwrap())
    }

    /// Delivers one message to a consumer of a queue.
    async fn message(&self, function: &str, payload: Value) {
        let envelope = json!({
            "schema": 1, "id": self.world.key(), "at": self.world.now(), "correlation_id": "saga", "source": "dispatch",
            "payload": payload,
        });
        let record = json!({ "messageId": self.world.key(), "body": envelope.to_string() });
        let event = json!({ "Records": [record] }).to_string();
        let _ = self.world.stack.invoke(function, &event, &self.world.key()).await;
    }

    /// Razorpay's webhook tells of an attempt, and its event is dealt with.
    async fn tells(
        &self,
        history: &mut History,
        event: &str,
        attempt: Attempt,
        refund: Option<Value>,
        crash: Option<u8>,
    ) {
        let id = history.attempt(attempt).unwrap().to_owned();
        let mut payment = self.razorpay().payment(&id).unwrap().json();
        // A snapshot of its time: an old event tells of the state that it is about.
        match event {
            "payment.failed" => payment["status"] = json!("failed"),
            "payment.authorized" => payment["status"] = json!("authorized"),
            _ => {}
        }
        let mut payload = json!({ "payment": { "entity": payment } });
        if event == "order.paid" {
            let order = self.razorpay().order(history.order.as_deref().unwrap()).unwrap().json();
            payload["order"] = json!({ "entity": order });
        }
        if let Some(refund) = refund {
            payload["refund"] = json!({ "entity": refund });
        }
        let body =
            json!({ "event": event, "payload": payload, "created_at": self.world.now().as_second() }).to_string();
        history.events += 1;
        let event_id = format!("evt_{}_{}", history.number, history.events);
        let stored = table::event_key(&event_id, body.as_bytes());
        let request = http::Request::builder()
            .method("POST")
            .uri("http://webhook.local/")
            .header("x-razorpay-event-id", &event_id)
            .header("x-razorpay-signature", webhook_signature("local-webhook-secret", body.as_bytes()))
            .body(Bytes::from(body))
            .unwrap();
        assert_eq!(self.world.stack.webhook(request).await.status(), 200);
        self.crashing(
            crash,
            self.message(
                "SettlePaymentFunction",
                json!({
                    "type": "payment_event_stored", "event": stored,
                }),
            ),
        )
        .await;
    }

    async fn tells_of_refund(&self, history: &mut History, event: &str, attempt: Attempt) {
        let id = history.attempt(attempt).unwrap().to_owned();
        let payment = self.razorpay().payment(&id).unwrap();
        // A failed one is reported as failed, also after later ones; of the others, the last one is reported.
        let refunds = || payment.refunds.iter().map(|id| self.razorpay().refund(id).unwrap());
        let told = match event {
            "refund.failed" => refunds().find(|refund| refund.status == RefundStatus::Failed),
            _ => refunds().last(),
        };
        let refund = told.expect("a refund").json();
        self.tells(history, event, attempt, Some(refund), None).await;
    }

    /// Runs a step, and crashes after a number of effects: from then on no request goes out.
    async fn crashing<T>(&self, crash: Option<u8>, work: impl Future<Output = T>) -> T {
        let Some(after) = crash else { return work.await };
        let effects = Arc::new(AtomicU32::new(0));
        let network = self.world.stack.network();
        network.inject(move |call| {
            let is_effect = call.action == "TransactWriteItems"
                || call.action == "PutItem"
                || (call.service == "razorpay" && call.action.starts_with("POST"));
            let done = effects.load(Ordering::SeqCst);
            if done >= u32::from(after) {
                return Some(Fault::NotSent);
            }
            if is_effect && effects.fetch_add(1, Ordering::SeqCst) + 1 == u32::from(after) {
                return Some(Fault::ReplyLost);
            }
            None
        });
        let end = work.await;
        network.heal();
        end
    }
}

/// The model as far as it can be seen: whether Razorpay has made an unknown order can't, nor the holder of the lease, nor
/// whether a refund that failed is the one that was promised last.
fn seen(state: State) -> State {
    let order = if state.order == Order::Lost { Order::Intent } else { state.order };
    let first = if state.first == Money::SentInVain { Money::Owed } else { state.first };
    State { order, first, renewed: false, failed: false, ..state }
}

impl Case {
    /// How many slots a doctor has for it.
    fn slots_of_a_doctor(self) -> usize {
        match self {
            Self::Usual | Self::Free => 48,
            Self::Late => 36,
            Self::LastMinute => 6,
        }
    }
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

/// `start-payment` as the operation's id.
fn camel(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |id, word| id + &word[..1].to_uppercase() + &word[1..])
}
