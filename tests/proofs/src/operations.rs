//! The operations that write what scheduling and payments share, each in the situations that matter: what the pairs and
//! triples of `interleavings` are made of. **To add an operation, add a line to [`OPERATIONS`]**; a test fails while one
//! of the endpoint tables is missing here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::{Bound, Verb};
use bytes::Bytes;
use domain::appointments::booking::HoldLength;
use domain::appointments::waitlist::OFFER_MINUTES;
use domain::core::id::{AppointmentId, DoctorId};
use domain::directory::doctor::Terms;
use domain::messages::{Envelope, Message};
use http::Request;
use jiff::{SignedDuration, Timestamp};
use razorpay_emulator::{Outcome, Paid};
use serde_json::{Value, json};
use storage::changes::StreamRecord;

use crate::checker::Violation;
use crate::functions::{Call, Caller, Fleet, GROUP};
use crate::requests::{self, FEE, slot_id};
use crate::table::{Item, Key, Table, number, text};
use crate::world::{Answer, End, Event, Snapshot, World};

const MINUTE: i64 = 60_000;
/// After how many minutes holds are over, and money has come for them.
const HOLDS_ARE_OVER: i64 = HoldLength::DEFAULT.minutes() + 5;
const REFUNDS_ARRIVE: i64 = 3;

/// An operation in a situation.
pub struct Operation {
    /// What it is about.
    pub name: &'static str,
    /// The function.
    pub function: &'static str,
    /// What invokes it.
    pub event: fn(&Scene) -> Event,
}

const fn op(name: &'static str, function: &'static str, event: fn(&Scene) -> Event) -> Operation {
    Operation { name, function, event }
}

/// All of them.
pub const OPERATIONS: &[Operation] = &[
    op("P books a free slot", "bookAppointment", |s| http(requests::book(P, D, &s.free, "a"))),
    op("P books it again under the same key", "bookAppointment", |s| http(requests::book(P, D, &s.free, "a"))),
    op("Q books it too", "bookAppointment", |s| http(requests::book(Q, D, &s.free, "b"))),
    op("P books elsewhere at that time", "bookAppointment", |s| http(requests::book(P, E, &s.free, "c"))),
    op("P books with E another time", "bookAppointment", |s| http(requests::book(P, E, &s.later, "d"))),
    op("R, who never booked, books the free slot", "bookAppointment", |s| http(requests::book(R, D, &s.free, "e"))),
    op("R, who never booked, books elsewhere", "bookAppointment", |s| http(requests::book(R, E, &s.free, "f"))),
    op("Q books what P's hold has left", "bookAppointment", |s| http(requests::book(Q, D, &s.expired.slot, "g"))),
    op("P books the one visit of a day", "bookAppointment", |s| http(requests::book(P, J, &s.days[0][0], "j"))),
    op("Q books the one visit of that day", "bookAppointment", |s| http(requests::book(Q, J, &s.days[0][1], "k"))),
    op("P books the one visit of a day on which one was cancelled", "bookAppointment", |s| {
        http(requests::book(P, J, &s.days[1][0], "l"))
    }),
    op("Q books the one visit of that day, too", "bookAppointment", |s| http(requests::book(Q, J, &s.days[1][1], "m"))),
    op("P books on a day on which a hold is over", "bookAppointment", |s| {
        http(requests::book(P, J, &s.days[2][1], "ee"))
    }),
    op("P books without a fee", "bookAppointment", |s| http(requests::book(P, F, &s.free, "h"))),
    op("P books the earliest slot", "bookEarliest", |_| http(requests::book_earliest(P, "n"))),
    op("P books it again under the same key as before", "bookEarliest", |_| http(requests::book_earliest(P, "n"))),
    op("Q books the earliest slot", "bookEarliest", |_| http(requests::book_earliest(Q, "o"))),
    op("a run looks for the earliest slot of a day", "indexFirstFreeSlots", |s| {
        s.message("first-free-slots", |m| matches!(m, Message::FirstFreeSlotsDue { .. }))
    }),
    op("a run looks at what a suspended doctor had free", "indexFirstFreeSlots", |s| {
        s.message("first-free-slots", |m| matches!(m, Message::DoctorSuspended { .. }))
    }),
    op("a run looks at F's present day", "indexFirstFreeSlots", |s| s.recompute(F, s.began)),
    op("a run looks at a new day of F's", "indexFirstFreeSlots", |s| s.recompute(F, s.start)),
    op("P books a series of two", "bookSeries", |s| http(requests::book_both(P, E, [&s.free, &s.later], "s"))),
    op("Q books one of the two and another", "bookSeries", |s| {
        http(requests::book_both(Q, E, [&s.later, &s.latest], "t"))
    }),
    op("P cancels the hold", "cancelAppointment", |s| http(requests::cancel(P, &s.held.id))),
    op("P cancels a visit with K", "cancelAppointment", |s| http(requests::cancel(P, &s.with_k[0].id))),
    op("T cancels a visit with K", "cancelAppointment", |s| http(requests::cancel(T, &s.with_k[1].id))),
    op("D cancels the hold", "cancelAppointment", |s| http(requests::cancel(D, &s.held.id))),
    op("P cancels the paid visit", "cancelAppointment", |s| http(requests::cancel(P, &s.confirmed.id))),
    op("an administrator cancels the paid visit", "cancelAppointment", |s| {
        http(requests::cancel(requests::admin(), &s.confirmed.id))
    }),
    op("P cancels the visit of a suspended doctor", "cancelAppointment", |s| http(requests::cancel(P, &s.doomed.id))),
    op("P moves the paid visit", "rescheduleAppointment", |s| http(requests::reschedule(P, &s.confirmed.id, &s.free))),
    op("D moves the paid visit", "rescheduleAppointment", |s| {
        http(requests::reschedule(D, &s.confirmed.id, &s.expired.slot))
    }),
    op("T cancels the series", "cancelSeries", |s| http(requests::cancel_series(T, &s.series))),
    op("P gets more time to pay", "extendHold", |s| http(requests::of_visit("extendHold", P, &s.unpaid.id))),
    op("P changes what D is told of the hold", "updateAppointment", |s| http(requests::untell(P, &s.held.id, 1))),
    op("P changes it elsewhere at once", "updateAppointment", |s| http(requests::untell(P, &s.held.id, 1))),
    op("P changes what D is told of the paid visit", "updateAppointment", |s| {
        http(requests::untell(P, &s.confirmed.id, 2))
    }),
    op("S checks in", "checkIn", |s| http(requests::of_visit("checkIn", S, &s.soon.id))),
    op("S cancels shortly before", "cancelAppointment", |s| http(requests::cancel(S, &s.soon.id))),
    op("F begins the visit", "beginVisit", |s| http(requests::of_visit("beginVisit", F, &s.soon.id))),
    op("S checks in late", "checkIn", |s| http(requests::of_visit("checkIn", S, &s.going.id))),
    op("F ends the visit", "completeVisit", |s| http(requests::of_visit("completeVisit", F, &s.going.id))),
    op("F says that S was absent", "recordOutcome", |s| http(requests::outcome(F, &s.past.id, "patient_absent"))),
    op("F says that it took place", "recordOutcome", |s| http(requests::outcome(F, &s.past.id, "completed"))),
    op("the visit is over", "closeVisit", |s| s.over()),
    op("H replaces the schedule", "replaceSchedule", |_| http(requests::schedule(H, "tuesday", 1))),
    op("H replaces it by another", "replaceSchedule", |_| http(requests::schedule(H, "wednesday", 1))),
    op("E makes a first schedule", "replaceSchedule", |_| http(requests::schedule(E, "tuesday", 0))),
    op("E makes another first schedule", "replaceSchedule", |_| http(requests::schedule(E, "wednesday", 0))),
    op("H's schedule is applied", "applySchedule", |s| {
        s.message("calendars", |m| matches!(m, Message::ScheduleDue { .. }))
    }),
    op("H publishes where the schedule does", "publishAvailability", |s| {
        http(requests::publish(H, &[(s.scheduled + 15 * MINUTE, 30)]))
    }),
    op("the hold is released", "releaseExpiredHold", |s| s.message("holds", |m| is_hold(m, &s.expired))),
    op("the hold that was paid late is released", "releaseExpiredHold", |s| {
        s.message("holds", |m| is_hold(m, &s.late))
    }),
    op("the hold is paid", "settlePayment", |s| s.captured(&s.held)),
    op("the expired hold is paid", "settlePayment", |s| s.captured(&s.late)),
    op("the one visit of a day is paid late", "settlePayment", |s| s.captured(&s.last)),
    op("the visit of a suspended doctor is paid", "settlePayment", |s| s.captured(&s.racing)),
    op("the order is paid twice", "settlePayment", |s| s.told("payment.captured", &s.confirmed.again)),
    op("the payment had failed before", "settlePayment", |s| s.told("payment.failed", &s.late.attempt)),
    op("the payment was authorized before", "settlePayment", |s| s.told("payment.authorized", &s.late.attempt)),
    op("another amount is paid", "settlePayment", |s| s.told("payment.captured", ODD)),
    op("another amount is paid, told again", "settlePayment", |s| s.told("order.paid", ODD)),
    op("Razorpay is asked about the order of the hold", "settlePayment", |s| s.asked(&s.held, 0)),
    op("Razorpay is asked about the order that is paid late", "settlePayment", |s| s.asked(&s.late, 0)),
    op("Razorpay is asked about the order that is paid twice", "settlePayment", |s| s.asked(&s.confirmed, 6)),
    op("P comes back from the checkout", "confirmPayment", |s| http(s.checkout(&s.held))),
    op("P comes back late from the checkout", "confirmPayment", |s| http(s.checkout(&s.late))),
    op("P starts to pay", "startPayment", |s| http(requests::start_payment(P, &s.unpaid.id))),
    op("P cancels before paying", "cancelAppointment", |s| http(requests::cancel(P, &s.unpaid.id))),
    op("an administrator gives back most of the fee", "refundPayment", |s| {
        http(requests::grant(&s.confirmed.id, 3 * FEE / 5, "aa"))
    }),
    op("another one does so, too", "refundPayment", |s| http(requests::grant(&s.confirmed.id, 3 * FEE / 5, "bb"))),
    op("a refund is issued", "issueRefund", |s| s.message("refunds", |m| matches!(m, Message::RefundPending { .. }))),
    op("a refund has arrived", "settlePayment", |s| s.told("refund.processed", &s.refunding.attempt)),
    op("P asks for a receipt", "viewReceipt", |s| http(requests::receipt(P, &s.confirmed.id))),
    op("P asks for another receipt", "viewReceipt", |s| http(requests::receipt(P, &s.doomed.id))),
    op("Q asks for a receipt", "viewReceipt", |s| http(requests::receipt(Q, &s.refunding.id))),
    op("P makes a calendar feed", "makeCalendarFeed", |_| http(Call::new("makeCalendarFeed", P))),
    op("P ends the calendar feed", "endCalendarFeed", |_| http(Call::new("endCalendarFeed", P))),
    op("Razorpay tells of a capture", "razorpayWebhook", |s| s.webhook.clone()),
    op("D publishes", "publishAvailability", |s| http(requests::publish(D, &[(s.start + 300 * MINUTE, 30)]))),
    op("D publishes it longer", "publishAvailability", |s| http(requests::publish(D, &[(s.start + 300 * MINUTE, 60)]))),
    op("D publishes what overlaps it", "publishAvailability", |s| {
        http(requests::publish(D, &[(s.start + 315 * MINUTE, 30)]))
    }),
    op("D publishes the withdrawn slot", "publishAvailability", |s| {
        http(requests::publish(D, &[(s.start + 180 * MINUTE, 30)]))
    }),
    op("D publishes the withdrawn slot longer", "publishAvailability", |s| {
        http(requests::publish(D, &[(s.start + 180 * MINUTE, 60)]))
    }),
    op("F publishes an earlier slot", "publishAvailability", |s| {
        http(requests::publish(F, &[(s.start - 30 * MINUTE, 30)]))
    }),
    op("D withdraws the free slot", "withdrawSlot", |s| http(requests::withdraw(D, &s.free))),
    op("D withdraws what a hold has left", "withdrawSlot", |s| http(requests::withdraw(D, &s.expired.slot))),
    op("Q books what is to be withdrawn", "bookAppointment", |s| http(requests::book(Q, D, &s.withdrawn, "i"))),
    op("D is suspended", "suspendDoctor", |_| http(requests::suspend(D))),
    op("G is reinstated", "reinstateDoctor", |_| http(requests::reinstate(G))),
    op("D changes the fee", "updateDoctor", |s| http(requests::update_doctor(D, 2 * FEE, s.version))),
    op("R waits for D", "joinWaitlist", |s| http(requests::join(R, Some(D), s.start, "w"))),
    op("R waits for E", "joinWaitlist", |s| http(requests::join(R, Some(E), s.start, "x"))),
    op("Q waits for D", "joinWaitlist", |s| http(requests::join(Q, Some(D), s.start, "y"))),
    op("S leaves D's waiting list", "leaveWaitlist", |s| http(requests::of_entry("leaveWaitlist", S, &s.waits))),
    op("D says that it is urgent for S", "prioritiseWaitlistEntry", |s| {
        http(requests::prioritise(D, &s.waits, "urgent"))
    }),
    op("Q accepts what K has for Q", "acceptOffer", |s| http(requests::accept(Q, &s.offered, s.named(), "z"))),
    op("Q declines what K has for Q", "declineOffer", |s| http(requests::decline(Q, &s.offered, s.named()))),
    op("Q leaves K's waiting list", "leaveWaitlist", |s| http(requests::of_entry("leaveWaitlist", Q, &s.offered))),
    op("Q books what K has for Q", "bookAppointment", |s| http(requests::book(Q, K, &s.kept, "u"))),
    op("R books what K has for Q", "bookAppointment", |s| http(requests::book(R, K, &s.kept, "v"))),
    op("what K has for Q is passed on", "expireOffers", |s| s.due()),
    op("a suspended doctor's visits are cancelled", "cancelSuspendedVisits", |s| {
        s.message("suspensions", |m| matches!(m, Message::DoctorSuspended { .. }))
    }),
];

/// Functions that write, and are none of these: each with the reason.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("registerDoctor", "it makes a doctor who has nothing that others share yet"),
    ("extendSchedules", "it reads the directory and writes to a queue; the simulation runs it"),
    ("retryRefund", "it only moves a refund on, under its own version"),
    ("fireTimers", "it only tells and forgets what is due; the simulation runs it"),
    ("dispatch", "it reads the stream and writes to queues; the simulation runs it"),
];

const P: Caller = Caller { role: "patient", id: uuid::Uuid::from_u128(0xa71_0000_0001) };
const Q: Caller = Caller { role: "patient", id: uuid::Uuid::from_u128(0xa71_0000_0002) };
const R: Caller = Caller { role: "patient", id: uuid::Uuid::from_u128(0xa71_0000_0003) };
const D: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0001) };
const E: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0002) };
/// Asks for no fee.
const F: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0003) };
/// Is suspended.
const G: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0004) };

const T: Caller = Caller { role: "patient", id: uuid::Uuid::from_u128(0xa71_0000_0005) };
const S: Caller = Caller { role: "patient", id: uuid::Uuid::from_u128(0xa71_0000_0004) };
/// Has a schedule.
const H: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0005) };
/// Takes one visit a day.
const J: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0006) };

/// The entry of a patient who waits has an offer.
const K: Caller = Caller { role: "doctor", id: uuid::Uuid::from_u128(0xd0c_0000_0007) };

/// Monday, 7 December 2026, nine o'clock in India.
fn monday() -> i64 {
    "2026-12-07T03:30:00Z".parse::<Timestamp>().unwrap().as_millisecond()
}

fn number_of(caller: Caller) -> u128 {
    caller.id.as_u128() % 1000
}

fn timestamp(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn http(call: Call) -> Event {
    Event::Http(call)
}

fn is_hold(message: &Message, of: &Visit) -> bool {
    matches!(message, Message::HoldPlaced { appointment, .. } if appointment.to_string() == of.id)
}

fn is_look(message: &Message, of: Caller, at: i64) -> bool {
    let day = timestamp(at).to_zoned(jiff::tz::TimeZone::UTC).date();
    matches!(message, Message::FirstFreeSlotsDue { doctor, date } if doctor.to_string() == of.id.to_string() && *date == Some(day))
}

/// An attempt at paying whose amount is not what was asked for.
const ODD: &str = "pay_Odd";

/// An appointment of the scene.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    pub id: String,
    pub slot: String,
    order: String,
    paid: Option<Paid>,
    /// The attempt that paid.
    attempt: String,
    /// A second attempt that paid too.
    again: String,
}

/// A table in which everything is about to happen.
pub struct Scene {
    pub snapshot: Snapshot,
    /// Now.
    began: i64,
    /// Tomorrow, before the first slots.
    start: i64,
    free: String,
    later: String,
    latest: String,
    withdrawn: String,
    held: Visit,
    confirmed: Visit,
    expired: Visit,
    /// Its hold is over and its payment captured.
    late: Visit,
    /// With J: its hold is over and its payment captured.
    last: Visit,
    unpaid: Visit,
    refunding: Visit,
    /// Confirmed, with a doctor who is suspended.
    doomed: Visit,
    /// Held and captured, with a doctor who is suspended.
    racing: Visit,
    /// With F: it can be joined.
    soon: Visit,
    /// With F, who has begun it.
    going: Visit,
    /// With F: it is over, and no party has joined it.
    past: Visit,
    past_end: i64,
    /// Two slots on each of three days of J.
    days: [[String; 2]; 3],
    /// What S has on D's waiting list.
    waits: String,
    /// What Q has on K's, where S is next: it was offered a slot, and that is over since a moment ago.
    offered: String,
    kept: String,
    /// Visits of P and of T with K, who asks for no fee.
    with_k: [Visit; 2],
    /// A series of two of T with K.
    series: String,
    kept_until: i64,
    /// The first start of H's schedule.
    scheduled: i64,
    /// The version of D.
    version: i64,
    webhook: Event,
    messages: Vec<Envelope>,
    /// What Razorpay has told: name, attempt, key.
    told: Vec<(String, String, String)>,
}

impl Scene {
    /// Builds it in an empty world.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn build(world: &mut World) -> Result<Self, Violation> {
        let start = world.now() + 26 * 60 * MINUTE;
        let at = |number: i64| start + 30 * number * MINUTE;
        for (doctor, fee) in [(D, FEE), (E, FEE), (F, 0), (G, FEE), (H, FEE)] {
            world.register(doctor, fee)?;
        }
        world.register_with(J, FEE, Terms { daily_limit: Some(1), ..Terms::default() })?;
        world.register(K, 0)?;
        let publish = |world: &mut World, doctor, numbers: &[i64]| {
            let slots: Vec<(i64, i64)> = numbers.iter().map(|number| (at(*number), 30)).collect();
            succeed(world, requests::publish(doctor, &slots))
        };
        publish(world, K, &[20, 21, 22, 23, 24])?;
        let given_back = Visit::booked(world, P, K, at(20))?;
        let with_k = [Visit::booked(world, P, K, at(21))?, Visit::booked(world, T, K, at(22))?];
        let [third, fourth] = [23, 24].map(|number| slot_id(at(number)));
        let series = succeed(world, requests::book_both(T, K, [&third, &fourth], "scene-series"))?;
        let series = series.json()["id"].as_str().unwrap().to_owned();
        let join = |world: &mut World, patient, doctor| {
            let to = start + 24 * 60 * MINUTE;
            let key = format!("scene-{}-{}", number_of(patient), number_of(doctor));
            let answer = succeed(world, requests::join(patient, Some(doctor), to, &key))?;
            Ok::<_, Violation>(answer.json()["id"].as_str().unwrap().to_owned())
        };
        let offered = join(world, Q, K)?;
        world.pass(MINUTE);
        join(world, S, K)?;
        succeed(world, requests::cancel(P, &given_back.id))?;
        let offer = world.checker.waiting.entries[&offered].offer.clone().expect("it is offered");
        // So long that the offer has just ended when the scene is ready.
        world.pass((OFFER_MINUTES + 1 - HOLDS_ARE_OVER - REFUNDS_ARRIVE) * MINUTE);
        publish(world, D, &[0, 1, 2, 3, 4, 5, 6, 7, 8])?;
        publish(world, E, &[0, 12, 14])?;
        publish(world, F, &[0])?;
        let began = world.now();
        let early = |minutes: i64| began + minutes * MINUTE;
        succeed(world, requests::publish(F, &[(early(1), 1), (early(30), 10), (early(40), 30)]))?;
        look(world, F, began)?;
        succeed(world, requests::schedule(H, "monday", 0))?;
        let (past, going) = (Visit::booked(world, S, F, early(1))?, Visit::booked(world, S, F, early(30))?);
        let soon = Visit::booked(world, S, F, early(40))?;
        publish(world, G, &[13, 14])?;
        succeed(world, requests::withdraw(D, &slot_id(at(6))))?;

        let days = [0, 24 * 60, 48 * 60].map(|day| [0, 30].map(|minute| monday() + (day + minute) * MINUTE));
        succeed(world, requests::publish(J, &days.concat().into_iter().map(|start| (start, 30)).collect::<Vec<_>>()))?;
        let given_up = Visit::booked(world, S, J, days[1][0])?;
        succeed(world, requests::cancel(S, &given_up.id))?;

        let expired = Visit::booked(world, P, D, at(3))?;
        let mut late = Visit::booked(world, Q, D, at(4))?;
        let after = SignedDuration::from_mins(HoldLength::DEFAULT.minutes() + 2);
        late.pay(world, Q, Outcome::LateAuthorised { after })?;
        let mut last = Visit::booked(world, Q, J, days[2][0])?;
        last.pay(world, Q, Outcome::LateAuthorised { after })?;
        world.pass(HOLDS_ARE_OVER * MINUTE);

        let mut confirmed = Visit::booked(world, P, D, at(2))?;
        confirmed.pay(world, P, Outcome::Captured)?;
        let mut doomed = Visit::booked(world, P, G, at(13))?;
        doomed.pay(world, P, Outcome::Captured)?;
        let mut refunding = Visit::booked(world, Q, D, at(7))?;
        refunding.pay(world, Q, Outcome::Captured)?;
        for (visit, patient) in [(&confirmed, P), (&doomed, P), (&refunding, Q)] {
            succeed(world, requests::confirm_payment(patient, &visit.id, visit.paid.as_ref().unwrap()))?;
        }
        confirmed.again = world.pay(&confirmed.order, true, Outcome::Captured).unwrap().payment_id;
        succeed(world, requests::cancel(D, &refunding.id))?;

        let mut odd = Visit::booked(world, Q, D, at(8))?;
        odd.order(world, Q)?;
        let mut racing = Visit::booked(world, Q, G, at(14))?;
        racing.pay(world, Q, Outcome::Captured)?;
        let mut held = Visit::booked(world, P, D, at(1))?;
        held.pay(world, P, Outcome::Captured)?;
        let unpaid = Visit::booked(world, P, D, at(5))?;
        succeed(world, requests::suspend(G))?;
        succeed(world, requests::of_visit("beginVisit", F, &going.id))?;

        let messages = messages(world);
        look_at_days(world, &messages, |message| !is_look(message, F, began) && !is_look(message, F, start))?;
        let refund = |envelope: &&Envelope| matches!(envelope.payload, Message::RefundPending { .. });
        let refund = messages.iter().find(refund).expect("a refund is pending").to_json();
        refund_and_stop(world, refund)?;
        world.pass(REFUNDS_ARRIVE * MINUTE);

        world.collect_webhooks();
        let arrived: Vec<_> = world.webhooks.lock().unwrap().drain(..).collect();
        let mut webhook = None;
        for request in arrived.into_iter().chain(odd.tell_of_another_amount()) {
            let event: Value = serde_json::from_slice(request.body()).unwrap();
            let is_news = event["event"] == "order.paid" && event.to_string().contains(&held.order);
            let event = Event::Webhook(Arc::new(request));
            if is_news {
                webhook = Some(event);
            } else {
                let (_, end) = world.run(event)?;
                assert!(matches!(&end, End::Reported(report) if report["statusCode"] == 200), "{end:?}");
            }
        }
        let waits = join(world, S, D)?;
        let left = offer.until + 5 * MINUTE - world.now();
        assert!((1..5 * MINUTE).contains(&left), "the offer is over, and not for long: {left}");
        let doctor = world.table.get(&format!("DOC#{}", D.id), "DOCTOR").unwrap();
        Ok(Self {
            version: number(doctor, "ver").unwrap(),
            told: told(&world.table),
            snapshot: world.snapshot(),
            began,
            start,
            free: slot_id(at(0)),
            later: slot_id(at(12)),
            latest: slot_id(at(14)),
            withdrawn: slot_id(at(6)),
            held,
            confirmed,
            expired,
            late,
            last,
            unpaid,
            refunding,
            doomed,
            racing,
            soon,
            going,
            past,
            past_end: early(2),
            days: days.map(|day| day.map(slot_id)),
            waits,
            offered,
            kept: slot_id(at(20)),
            with_k,
            series,
            kept_until: offer.until,
            // Of today's hour nothing is left.
            scheduled: monday(),
            webhook: webhook.expect("one event is not told yet"),
            messages,
        })
    }

    /// The message of a queue.
    fn message(&self, queue: &'static str, which: impl Fn(&Message) -> bool) -> Event {
        let envelope = self.messages.iter().find(|envelope| which(&envelope.payload)).expect("there is such a message");
        self.queue(queue, envelope.to_json())
    }

    /// The order of the visit that is held and paid.
    pub fn held_order(&self) -> &str {
        &self.held.order
    }

    /// A run is to look at the day of an instant.
    fn recompute(&self, doctor: Caller, at: i64) -> Event {
        self.message("first-free-slots", |message| is_look(message, doctor, at))
    }

    /// A message of which the stream so far says nothing.
    fn sent(&self, queue: &'static str, id: &str, at: Timestamp, payload: Message) -> Event {
        let envelope = Envelope::new(id.to_owned(), at, "scene".to_owned(), "scene".to_owned(), payload);
        self.queue(queue, envelope.to_json())
    }

    fn queue(&self, queue: &'static str, body: String) -> Event {
        let (_, function) = Fleet::here().consumers().into_iter().find(|(name, _)| *name == queue).unwrap();
        Event::Queue { function, bodies: vec![body] }
    }

    /// The message that Razorpay has told something about an attempt.
    fn told(&self, name: &str, attempt: &str) -> Event {
        let found = self.told.iter().find(|(told, about, _)| told == name && about == attempt);
        let (_, _, key) = found.unwrap_or_else(|| panic!("no message told {name} of {attempt}: {:?}", self.told));
        let payload = Message::PaymentEventStored { event: key.clone() };
        self.sent("settlements", key, timestamp(self.start), payload)
    }

    /// It is time to ask about an order once more.
    fn asked(&self, visit: &Visit, check: u32) -> Event {
        let opened = timestamp(self.start);
        let payment = visit.id.parse::<AppointmentId>().unwrap().into();
        let payload = Message::OrderDue { payment, opened, check };
        self.sent("settlements", "asked", opened, payload)
    }

    fn over(&self) -> Event {
        let end = timestamp(self.past_end);
        let payload = Message::VisitOver { appointment: self.past.id.parse().unwrap(), end };
        self.sent("visits", "over", end, payload)
    }

    /// What is offered, by doctor and slot.
    fn named(&self) -> (&str, &str) {
        ("00000000-0000-0000-0000-0d0c00000007", &self.kept)
    }

    /// The time of what is offered is over.
    fn due(&self) -> Event {
        let at = timestamp(self.kept_until);
        let payload = Message::WaitlistDue { entry: self.offered.parse().unwrap(), at };
        self.sent("waitlist", "due", at, payload)
    }

    fn captured(&self, visit: &Visit) -> Event {
        self.told("payment.captured", &visit.attempt)
    }

    fn checkout(&self, visit: &Visit) -> Call {
        let patient = if visit.id == self.late.id { Q } else { P };
        requests::confirm_payment(patient, &visit.id, visit.paid.as_ref().unwrap())
    }
}

impl Visit {
    fn booked(world: &mut World, patient: Caller, doctor: Caller, start: i64) -> Result<Self, Violation> {
        let slot = slot_id(start);
        let answer = succeed(world, requests::book(patient, doctor, &slot, &format!("scene-{start}")))?;
        Ok(Self { id: answer.json()["id"].as_str().unwrap().to_owned(), slot, ..Self::default() })
    }

    fn order(&mut self, world: &mut World, patient: Caller) -> Result<(), Violation> {
        let answer = succeed(world, requests::start_payment(patient, &self.id))?;
        self.order = answer.json()["orderId"].as_str().unwrap().to_owned();
        Ok(())
    }

    fn pay(&mut self, world: &mut World, patient: Caller, outcome: Outcome) -> Result<(), Violation> {
        self.order(world, patient)?;
        let paid = world.pay(&self.order, false, outcome).unwrap();
        self.attempt = paid.payment_id.clone();
        self.paid = Some(paid);
        Ok(())
    }

    /// Two events of Razorpay that tell of one attempt over another amount, signed as all are.
    fn tell_of_another_amount(&self) -> Vec<Request<Bytes>> {
        let secret = razorpay_emulator::Config::default().webhook_secret;
        let event = |name: &str| {
            let body = json!({
                "entity": "event", "event": name, "contains": ["payment"], "created_at": 1_795_000_000,
                "payload": {
                    "payment": {"entity": {
                        "id": ODD, "entity": "payment", "amount": FEE - 1, "currency": "INR", "status": "captured",
                        "order_id": self.order, "captured": true, "amount_refunded": 0, "created_at": 1_795_000_000,
                    }},
                    "order": {"entity": {
                        "id": self.order, "entity": "order", "amount": FEE, "currency": "INR", "status": "paid",
                        "receipt": self.id, "created_at": 1_795_000_000,
                    }},
                },
            });
            let body = body.to_string();
            Request::post("http://webhook/")
                .header("x-razorpay-signature", razorpay_emulator::webhook_signature(&secret, body.as_bytes()))
                .header("x-razorpay-event-id", format!("odd-{name}"))
                .body(Bytes::from(body))
                .unwrap()
        };
        vec![event("payment.captured"), event("order.paid")]
    }
}

fn succeed(world: &mut World, call: Call) -> Result<Answer, Violation> {
    let (invocation, end) = world.run(Event::Http(call))?;
    match end {
        End::Answered(answer) if answer.is_success() => Ok(answer),
        end => panic!("the scene can't be built: {invocation:?} {end:?}"),
    }
}

/// Lets a refund be made at Razorpay by a function that stops before it can write so.
fn refund_and_stop(world: &mut World, message: String) -> Result<(), Violation> {
    let event = Event::Queue { function: "issueRefund", bodies: vec![message] };
    let (task, _) = world.start(event, 0, None);
    loop {
        let next = world.moves().into_iter().next().expect("it has not ended");
        if next.operation == "TransactWriteItems" {
            world.crash(task);
            return Ok(());
        }
        world.go_on(next.number, None)?;
    }
}

/// Recomputes the first free slots of the days that were changed.
fn look_at_days(world: &mut World, messages: &[Envelope], which: impl Fn(&Message) -> bool) -> Result<(), Violation> {
    let days = messages.iter().map(|envelope| &envelope.payload);
    let days = days.filter(|message| matches!(message, Message::FirstFreeSlotsDue { .. }) && which(message));
    let days: BTreeMap<String, &Message> = days.map(|message| (format!("{message:?}"), message)).collect();
    days.into_values().try_for_each(|message| look_at_day(world, message.clone()))
}

/// Recomputes the first free slots of an instant's day.
fn look(world: &mut World, doctor: Caller, at: i64) -> Result<(), Violation> {
    let date = Some(timestamp(at).to_zoned(jiff::tz::TimeZone::UTC).date());
    look_at_day(world, Message::FirstFreeSlotsDue { doctor: DoctorId::from_uuid(doctor.id), date })
}

fn look_at_day(world: &mut World, message: Message) -> Result<(), Violation> {
    let at = timestamp(world.now());
    let envelope = Envelope::new("look".to_owned(), at, "scene".to_owned(), "scene".to_owned(), message);
    let (_, end) = world.run(Event::Queue { function: "indexFirstFreeSlots", bodies: vec![envelope.to_json()] })?;
    assert!(matches!(&end, End::Reported(report) if report["batchItemFailures"] == json!([])), "{end:?}");
    Ok(())
}

/// What the stream so far is about.
fn messages(world: &mut World) -> Vec<Envelope> {
    let records = world.stream.drain(..);
    records.filter_map(|record| StreamRecord::parse(&record.text).unwrap()?.message().unwrap()).collect()
}

/// The events of Razorpay that are stored.
fn told(table: &Table) -> Vec<(String, String, String)> {
    let events = table.items().filter(|((pk, _), _)| pk.starts_with("HOOK#"));
    let event = |((pk, _), item): (&Key, &Item)| {
        let body: Value = serde_json::from_str(text(item, "body")).unwrap();
        let payload = &body["payload"];
        let attempt = payload["refund"]["entity"]["payment_id"].as_str();
        let attempt = attempt.or(payload["payment"]["entity"]["id"].as_str()).unwrap_or_default();
        let name = body["event"].as_str().unwrap();
        (name.to_owned(), attempt.to_owned(), pk.trim_start_matches("HOOK#").to_owned())
    };
    events.map(event).collect()
}

#[test]
fn every_operation_that_writes_what_is_shared_takes_part() {
    let covered: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.function).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(function, _)| *function).collect();
    let fleet = Fleet::here();
    for (functions, _) in &GROUP {
        for function in *functions {
            let id = function.id();
            let writes = match &fleet.functions[id] {
                Bound::Http(bound) => bound.contract().verb != Verb::Get,
                Bound::Event(_) => true,
            };
            let known = covered.contains(id) || elsewhere.contains(id);
            assert!(!writes || known, "{id} writes: add it to `OPERATIONS`, or say in `ELSEWHERE` why not");
            assert!(!(covered.contains(id) && elsewhere.contains(id)), "{id} stands in both tables");
        }
    }
    let all: BTreeSet<&str> = fleet.functions.keys().copied().collect();
    assert!(covered.is_subset(&all) && elsewhere.is_subset(&all), "a table names what is not there");
}
