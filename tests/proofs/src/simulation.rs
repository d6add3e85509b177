//! The simulator: patients, doctors, administrators, queues, the stream's reader and a payment gateway act at once, call
//! by call in an order that follows from a seed, while calls go wrong, functions stop and clocks differ. After every
//! write and every answer the checker looks. A world is small and short, so that all operations meet each other; there are
//! many of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use domain::directory::doctor::Terms;
use http::Request;
use jiff::SignedDuration;
use razorpay_emulator::{Outcome, Paid};
use serde_json::{Value, json};

use crate::checker::{SKEW, Slot, Stage, State, USUAL, Watch, accounts_of};
use crate::functions::{Call, Caller};
use crate::requests::{self, FEE};
use crate::rng::Rng;
use crate::schedules;
use crate::table::{number, text};
use crate::violation::Violation;
use crate::waitlist::Entry;
use crate::world::{Answer, End, Ended, Event, Fault, Invocation, Move, World};

const MINUTE: i64 = 60_000;

/// After how long Lambda stops a function.
const TIME_OUT: i64 = 10_000;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Invocations of functions.
    pub operations: u64,
    /// Calls of services.
    pub calls: u64,
    /// Calls with which something went wrong.
    pub faults: u64,
    /// Batches between whose keys something else went on.
    pub torn: u64,
    /// Answers, by operation and status or problem.
    pub answers: BTreeMap<String, u64>,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.operations += other.operations;
        self.calls += other.calls;
        self.faults += other.faults;
        self.torn += other.torn;
        for (answer, count) in &other.answers {
            *self.answers.entry(answer.clone()).or_default() += count;
        }
    }
}

/// Of the doctors of a world one is suspended, and in some worlds reinstated.
#[derive(Debug, Clone, Copy)]
enum Suspended {
    None,
    Now(Caller),
    Once,
}

/// A request of a person, which may be sent several times.
struct Intent {
    call: Call,
    /// The requests that said it.
    requests: Vec<String>,
    /// How often it was said.
    tries: u32,
}

/// Who waits for the end of an invocation.
enum Waiting {
    Client(usize),
    Messages { queue: &'static str, receipts: Vec<String> },
    Stream(usize),
    Schedule,
    Webhook(Arc<Request<Bytes>>),
}

/// One world and the people in it.
pub struct Simulation {
    pub world: World,
    rng: Rng,
    pub counts: Counts,
    pub doctors: Vec<Caller>,
    pub patients: Vec<Caller>,
    intents: Vec<Intent>,
    waiting: BTreeMap<u64, Waiting>,
    /// What is to be said again.
    again: VecDeque<usize>,
    orders: Vec<(Caller, String, String)>,
    checkouts: Vec<(Caller, String, Paid)>,
    /// How many may be under way at once.
    crowd: usize,
    /// Of how many calls out of a thousand something goes wrong.
    fault_rate: u64,
    suspended: Suspended,
}

/// Runs the world of a seed until a number of invocations have begun, then lets everything come to rest.
///
/// # Errors
/// What must never happen, and did.
pub fn run(seed: u64, operations: u64, structural: bool) -> Result<Counts, Violation> {
    let mut simulation = Simulation::new(seed, structural)?;
    simulation.act(operations)?;
    simulation.come_to_rest()?;
    simulation.counts.calls = simulation.world.calls;
    Ok(simulation.counts)
}

/// The world of a seed after a number of invocations without faults, with nothing under way.
///
/// # Errors
/// What must never happen, and did.
pub fn somewhere(seed: u64, operations: u64) -> Result<Simulation, Violation> {
    let mut simulation = Simulation::new(seed, true)?;
    simulation.fault_rate = 0;
    simulation.act(operations)?;
    simulation.crowd = 1;
    while !simulation.waiting.is_empty() {
        simulation.go_on()?;
    }
    Ok(simulation)
}

/// The same, telling everything.
pub fn replay(seed: u64, operations: u64) -> (Vec<String>, Option<Violation>) {
    let mut simulation = Simulation::new(seed, true).unwrap();
    simulation.world.record();
    let end = simulation.act(operations).and_then(|()| simulation.come_to_rest());
    (simulation.world.recorded(), end.err())
}

impl Simulation {
    fn new(seed: u64, structural: bool) -> Result<Self, Violation> {
        let mut rng = Rng::new(seed);
        let start = "2026-11-30T03:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let mut world = World::new(seed, start);
        world.checker.structural = structural;
        let doctors: Vec<Caller> = (1..=u128::from(2 + rng.next() % 2)).map(requests::doctor).collect();
        let patients: Vec<Caller> = (1..=u128::from(3 + rng.next() % 3)).map(requests::patient).collect();
        for (index, doctor) in doctors.iter().enumerate() {
            let fee = if index == 1 && rng.per_mille(400) { 0 } else { FEE };
            // In every other world one of them has a schedule, and terms; little is published by hand beside it.
            let has_hours = index == 0 && seed % 2 == 1;
            let terms = if has_hours { schedules::usual_terms(&mut rng) } else { Terms::default() };
            world.register_with(*doctor, fee, terms)?;
            let by_hand = if has_hours { 2 } else { 6 };
            let slots: Vec<(i64, i64)> = (0..by_hand).map(|hour| (start + (40 + 30 * hour) * MINUTE, 30)).collect();
            world.run(Event::Http(requests::publish(*doctor, &slots)))?;
            if has_hours {
                let schedule = schedules::schedule(&mut rng, start);
                world.run(Event::Http(requests::replace_schedule(*doctor, schedule, 0)))?;
                world.run(requests::apply_schedule(*doctor, start))?;
            }
        }
        let crowd = 1 + rng.below(5);
        let fault_rate = [0, 20, 60, 150][rng.below(4)];
        Ok(Self {
            world,
            rng,
            counts: Counts::default(),
            doctors,
            patients,
            intents: vec![],
            waiting: BTreeMap::new(),
            again: VecDeque::new(),
            orders: vec![],
            checkouts: vec![],
            crowd,
            fault_rate,
            suspended: Suspended::None,
        })
    }

    fn act(&mut self, operations: u64) -> Result<(), Violation> {
        while self.counts.operations < operations {
            let under_way = self.waiting.len();
            if under_way < self.crowd && (under_way == 0 || self.rng.per_mille(400)) {
                self.begin()?;
            } else {
                self.go_on()?;
            }
            if self.waiting.is_empty() && self.rng.per_mille(120) {
                self.jump();
            }
            self.stop_late_ones()?;
        }
        Ok(())
    }

    /// Time goes by without requests: often to about the end of a hold.
    fn jump(&mut self) {
        let now = self.world.now();
        let ends = self.world.checker.slots.values().filter_map(|slot| match slot.state {
            State::Held { until, .. } | State::Offered { until, .. } if until > now => Some(until),
            _ => None,
        });
        let ends: Vec<i64> = ends.collect();
        let to = match self.rng.pick(&ends).copied() {
            Some(end) if self.rng.per_mille(600) => end + self.rng.between(-6_000, 6_000),
            _ => now + self.rng.between(1_000, 11 * MINUTE),
        };
        self.world.pass((to - now).max(0));
    }

    fn stop_late_ones(&mut self) -> Result<(), Violation> {
        let late = self.world.now() - TIME_OUT;
        let late: Vec<u64> =
            self.world.under_way().filter(|(_, invocation)| invocation.started < late).map(|(task, _)| task).collect();
        for task in late {
            let ended = self.world.crash(task);
            self.conclude(task, ended)?;
        }
        Ok(())
    }

    // --- an invocation begins --------------------------------------------------------------------------------

    fn begin(&mut self) -> Result<(), Violation> {
        if let Some(intent) = self.again.pop_front_if(|_| self.rng.per_mille(500)) {
            return self.say(intent);
        }
        // Consumers and timers come before requests.
        self.world.collect_webhooks();
        let reads = self.waiting.values().any(|waiting| matches!(waiting, Waiting::Stream(_)));
        let is_late = self.world.checker.waiting.next_due().is_some_and(|due| due <= self.world.now());
        if is_late && self.rng.per_mille(150) {
            return self.start(Event::Schedule { function: "fireTimers" }, 0, None, Waiting::Schedule);
        }
        match self.rng.weighted(&[25, 12, 12, 50, 1]) {
            0 if !self.world.stream.is_empty() && !reads => return self.dispatch(),
            1 => {
                let queues = self.world.fleet.consumers();
                let (queue, function) = *self.rng.pick(&queues).unwrap();
                if self.receive(queue, function)? {
                    return Ok(());
                }
            }
            2 => {
                let webhook = self.world.webhooks.lock().unwrap().pop_front();
                if let Some(webhook) = webhook {
                    return self.tell(Arc::new(webhook));
                }
            }
            4 => {
                let scheduled = self.world.fleet.scheduled();
                if let Some(function) = self.rng.pick(&scheduled).copied() {
                    let skew = self.skew();
                    return self.start(Event::Schedule { function }, skew, None, Waiting::Schedule);
                }
            }
            _ => {}
        }
        if let Some(call) = self.wish() {
            self.intents.push(Intent { call, requests: vec![], tries: 0 });
            let intent = self.intents.len() - 1;
            if self.rng.per_mille(80) {
                // An impatient client sends it twice.
                self.again.push_front(intent);
            }
            self.say(intent)?;
        }
        Ok(())
    }

    fn say(&mut self, intent: usize) -> Result<(), Violation> {
        self.intents[intent].tries += 1;
        let event = Event::Http(self.intents[intent].call.clone());
        let skew = self.skew();
        // A machine's memory that was copied: two functions draw the same random numbers.
        let operation = self.intents[intent].call.operation;
        let copied = match self.rng.per_mille(15) {
            true => {
                let others = self.intents.iter().filter(|other| other.call.operation == operation);
                let drawn: Vec<u64> =
                    others.flat_map(|other| &other.requests).map(|id| id[2..].parse().unwrap()).collect();
                self.rng.pick(&drawn).copied()
            }
            false => None,
        };
        self.start(event, skew, copied, Waiting::Client(intent))
    }

    fn start(&mut self, event: Event, skew: i64, copied: Option<u64>, waiting: Waiting) -> Result<(), Violation> {
        self.counts.operations += 1;
        let (task, ended) = self.world.start(event, skew, copied);
        if let Waiting::Client(intent) = waiting {
            self.intents[intent].requests.push(format!("r-{task}"));
        }
        self.waiting.insert(task, waiting);
        self.conclude(task, ended)
    }

    fn skew(&mut self) -> i64 {
        if self.rng.per_mille(300) { self.rng.between(-SKEW, SKEW) } else { 0 }
    }

    fn dispatch(&mut self) -> Result<(), Violation> {
        let count = self.world.stream.len().min(1 + self.rng.below(20));
        let records = self.world.stream.iter().take(count).cloned().collect();
        self.start(Event::Stream(records), 0, None, Waiting::Stream(count))
    }

    fn receive(&mut self, queue: &'static str, function: &'static str) -> Result<bool, Violation> {
        let most = 1 + self.rng.below(4);
        let messages = self.world.sqs.receive_due(queue, most);
        if messages.is_empty() {
            return Ok(false);
        }
        let receipts = messages.iter().map(|message| message.receipt_handle.clone()).collect();
        let bodies = messages.into_iter().map(|message| message.body).collect();
        let skew = self.skew();
        self.start(Event::Queue { function, bodies }, skew, None, Waiting::Messages { queue, receipts })?;
        Ok(true)
    }

    fn tell(&mut self, webhook: Arc<Request<Bytes>>) -> Result<(), Violation> {
        let skew = self.skew();
        self.start(Event::Webhook(webhook.clone()), skew, None, Waiting::Webhook(webhook))
    }

    /// A request about a waiting list.
    fn waits(&mut self, patient: Caller, doctor: Caller) -> Option<Call> {
        let key = format!("key-{}", self.rng.next());
        let what = self.rng.weighted(&[40, 34, 8, 10, 8]);
        if what == 0 {
            let to = self.world.now() + self.rng.between(20, 300) * MINUTE;
            let doctor = self.rng.per_mille(700).then_some(doctor);
            let mode = [None, Some("video"), Some("clinic")][self.rng.weighted(&[70, 15, 15])];
            return Some(requests::join_for(patient, doctor, mode, to, &key));
        }
        let entries = self.world.checker.waiting.entries.values();
        let entries = entries.filter(|entry| if what < 3 { entry.offer.is_some() } else { entry.is_open() });
        let entries: Vec<Entry> = entries.cloned().collect();
        let Entry { id, patient: of, doctor, offer, .. } = self.rng.pick(&entries)?.clone();
        let named = offer.as_ref().map_or(("", ""), |offer| (offer.doctor.as_str(), offer.slots[0].as_str()));
        let is_mine = self.rng.per_mille(950);
        let find = |callers: &[Caller], id: &str| callers.iter().find(|caller| caller.id.to_string() == id).copied();
        let by = if is_mine { find(&self.patients, &of)? } else { patient };
        match what {
            1 => Some(requests::accept(by, &id, named, &key)),
            2 => Some(requests::decline(by, &id, named)),
            3 => Some(requests::of_entry("leaveWaitlist", by, &id)),
            _ => {
                let by = doctor.and_then(|doctor| find(&self.doctors, &doctor)).unwrap_or_else(requests::admin);
                Some(requests::prioritise(by, &id, ["urgent", "routine"][self.rng.below(2)]))
            }
        }
    }

    /// The next request of a person.
    fn wish(&mut self) -> Option<Call> {
        let now = self.world.now();
        let patient = *self.rng.pick(&self.patients)?;
        let doctor = *self.rng.pick(&self.doctors)?;
        match self.rng.weighted(&[34, 16, 6, 8, 12, 12, 6, 3, 1, 6, 3, 5, 14, 4]) {
            0 => {
                let key = format!("key-{}", self.rng.next());
                match self.rng.weighted(&[80, 12, 8]) {
                    0 => {
                        let (doctor, slot) = self.some_slot(doctor, 8)?;
                        let kind = if self.rng.per_mille(250) { schedules::LONG } else { USUAL };
                        Some(requests::book_kind(patient, doctor, (kind, &slot), &key))
                    }
                    1 => Some(requests::book_earliest_of(patient, self.earliest_wish(), &key)),
                    _ => Some(requests::book_series(patient, doctor, self.series(doctor)?, &key)),
                }
            }
            1 => {
                let appointment = self.some_appointment(|stage| !matches!(stage, Stage::Cancelled { .. }), 900)?;
                let (id, mine, theirs) = appointment;
                let by = match self.rng.weighted(&[60, 25, 10, 5]) {
                    0 => mine,
                    1 => theirs,
                    2 => requests::admin(),
                    _ => patient,
                };
                Some(requests::cancel(by, &id))
            }
            2 => {
                let (doctor, slot) = self.some_slot(doctor, 12)?;
                Some(requests::withdraw(doctor, &slot))
            }
            3 => {
                let count = 1 + self.rng.below(3);
                let grid = now.div_euclid(5 * MINUTE) * 5 * MINUTE;
                let slots: Vec<(i64, i64)> = (0..count)
                    .map(|_| {
                        let start = grid + self.rng.between(4, 60) * 5 * MINUTE;
                        (start, [10, 15, 20, 30, 45][self.rng.below(5)])
                    })
                    .collect();
                Some(requests::publish(doctor, &slots))
            }
            4 => {
                let (id, patient, _) = self.some_appointment(|stage| matches!(stage, Stage::Held { .. }), 950)?;
                Some(requests::start_payment(patient, &id))
            }
            5 => {
                let (patient, appointment, order) = self.rng.pick(&self.orders)?.clone();
                let outcome = match self.rng.weighted(&[70, 15, 10, 5]) {
                    0 => Outcome::Captured,
                    1 => Outcome::declined(),
                    2 => Outcome::LateAuthorised { after: SignedDuration::from_secs(self.rng.between(30, 1_500)) },
                    _ => Outcome::Pending,
                };
                let again = self.rng.per_mille(60);
                let paid = self.world.pay(&order, again, outcome)?;
                self.checkouts.push((patient, appointment, paid));
                None
            }
            6 => {
                let (patient, appointment, paid) = self.rng.pick(&self.checkouts)?.clone();
                Some(requests::confirm_payment(patient, &appointment, &paid))
            }
            7 => {
                let id = doctor.id.to_string();
                let item = self.world.table.get(&format!("DOC#{id}"), "DOCTOR")?;
                let version = number(item, "ver")? - i64::from(self.rng.per_mille(100));
                let fee = number(item, "fee")?;
                let mut call = requests::update_doctor(doctor, fee, version);
                if self.world.checker.terms(&id).limit.is_some() {
                    let terms = schedules::usual_terms(&mut self.rng);
                    call.body.as_mut()?["terms"] = schedules::sent(&terms);
                }
                Some(call)
            }
            9 => {
                let (id, mine, theirs) = self.some_appointment(|stage| *stage == Stage::Firm, 950)?;
                let (_, slot) = self.some_slot(theirs, 8)?;
                let by = if self.rng.per_mille(600) { mine } else { theirs };
                Some(requests::reschedule(by, &id, &slot))
            }
            10 => {
                let (id, patient, _) = self.some_appointment(|stage| matches!(stage, Stage::Held { .. }), 950)?;
                Some(match self.rng.below(3) {
                    0 => requests::untell(patient, &id, 1),
                    _ => requests::of_visit("extendHold", patient, &id),
                })
            }
            11 => {
                let (id, patient, doctor) = self.some_appointment(|stage| *stage == Stage::Firm, 950)?;
                Some(match self.rng.weighted(&[4, 3, 2, 1]) {
                    0 => requests::of_visit("checkIn", patient, &id),
                    1 => requests::of_visit("beginVisit", doctor, &id),
                    2 => requests::of_visit("completeVisit", doctor, &id),
                    _ => requests::outcome(
                        doctor,
                        &id,
                        ["completed", "patient_absent", "doctor_absent"][self.rng.below(3)],
                    ),
                })
            }
            12 => self.waits(patient, doctor),
            13 => {
                let schedule = self.world.table.get(&format!("DOC#{}", doctor.id), "SCHED")?;
                let version = number(schedule, "ver")? - i64::from(self.rng.per_mille(150));
                let schedule = schedules::schedule(&mut self.rng, now);
                Some(requests::replace_schedule(doctor, schedule, version.unsigned_abs()))
            }
            _ => {
                if self.counts.operations < 100 || !self.rng.per_mille(300) {
                    return None;
                }
                match self.suspended {
                    Suspended::None => {
                        self.suspended = Suspended::Now(doctor);
                        Some(requests::suspend(doctor))
                    }
                    Suspended::Now(doctor) => {
                        self.suspended = Suspended::Once;
                        Some(requests::reinstate(doctor))
                    }
                    Suspended::Once => None,
                }
            }
        }
    }

    /// The time and mode of a search for the earliest slot.
    fn earliest_wish(&mut self) -> Value {
        let now = self.world.now();
        let mut wish = json!({});
        // A search that does not say until when looks through a month, day after day, unless there is something before.
        if !self.rng.per_mille(50) {
            wish["to"] = json!(requests::instant(now + self.rng.between(60, 1_440) * MINUTE));
        }
        if self.rng.per_mille(200) {
            wish["from"] = json!(requests::instant(now + self.rng.between(-30, 50) * MINUTE));
        }
        if self.rng.per_mille(250) {
            wish["language"] = json!(if self.rng.per_mille(900) { "en" } else { "hi" });
        }
        if self.rng.per_mille(250) {
            wish["mode"] = json!(if self.rng.per_mille(900) { "video" } else { "clinic" });
        }
        wish
    }

    /// Several of the next slots of a doctor, or one and what is a day after it, which is mostly nothing.
    fn series(&mut self, doctor: Caller) -> Option<Value> {
        let mut wish = if self.rng.per_mille(100) {
            let (_, slot) = self.some_slot(doctor, 8)?;
            json!({ "first": slot, "everyDays": 1, "count": 2 })
        } else {
            let wanted = 2 + self.rng.below(3);
            let slots: Option<BTreeSet<String>> =
                (0..wanted).map(|_| self.some_slot(doctor, 10).map(|(_, slot)| slot)).collect();
            let slots = slots.filter(|slots| slots.len() > 1)?;
            json!({ "slotIds": slots })
        };
        if self.rng.per_mille(500) {
            wish["mode"] = json!("available");
        }
        Some(wish)
    }

    /// One of the next slots of a doctor.
    fn some_slot(&mut self, doctor: Caller, among: usize) -> Option<(Caller, String)> {
        let id = doctor.id.to_string();
        let from = self.world.now() - self.rng.between(0, 10 * MINUTE);
        let slots = self.world.checker.slots.range((id.clone(), from)..(id.clone(), i64::MAX));
        let slots: Vec<String> = slots.take(among).map(|(_, slot)| slot.id.clone()).collect();
        self.rng.pick(&slots).map(|slot| (doctor, slot.clone()))
    }

    /// An appointment of that kind mostly: its id, patient and doctor.
    fn some_appointment(&mut self, kind: impl Fn(&Stage) -> bool, mostly: u64) -> Option<(String, Caller, Caller)> {
        let mostly = self.rng.per_mille(mostly);
        let all = self.world.checker.appointments.values().filter(|appointment| !mostly || kind(&appointment.stage));
        let all: Vec<(String, String, String)> =
            all.map(|known| (known.id.clone(), known.patient.clone(), known.doctor.clone())).collect();
        let (id, patient, doctor) = self.rng.pick(&all)?;
        let caller = |role, id: &String| Caller { role, id: id.parse().unwrap() };
        Some((id.clone(), caller("patient", patient), caller("doctor", doctor)))
    }

    // --- something goes on -----------------------------------------------------------------------------------

    fn go_on(&mut self) -> Result<(), Violation> {
        let now = self.world.now();
        let moves = self.world.moves();
        let ready: Vec<&Move> = moves.iter().filter(|next| next.until <= now).collect();
        let Some(next) = self.rng.pick(&ready).map(|next| (*next).clone()) else {
            // All parties pause.
            let first = moves.iter().map(|next| next.until).min().expect("an invocation is under way");
            self.world.pass(first - now);
            return Ok(());
        };
        let passes = if self.rng.per_mille(50) { self.rng.between(200, 2_500) } else { self.rng.between(0, 30) };
        self.world.pass(passes);
        if next.operation == "BatchGetItem" && self.rng.per_mille(250) {
            let which = self.rng.next();
            if self.world.tear(next.number, which) {
                self.counts.torn += 1;
                return Ok(());
            }
        }
        let fault = self.fault(&next);
        self.counts.faults += u64::from(fault.is_some());
        let ended = self.world.go_on(next.number, fault)?;
        self.conclude(next.task, ended)
    }

    fn fault(&mut self, next: &Move) -> Option<Fault> {
        if next.operation.is_empty() || !self.rng.per_mille(self.fault_rate) {
            return None;
        }
        let kinds = [
            Fault::NotSent,
            Fault::ReplyLost,
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::Throttled,
            Fault::Conflict,
        ];
        let kinds = match next.operation.as_str() {
            "TransactWriteItems" => &kinds[..],
            "SendMessageBatch" => &kinds[..4],
            _ => &kinds[..5],
        };
        self.rng.pick(kinds).copied()
    }

    // --- and ends --------------------------------------------------------------------------------------------

    fn conclude(&mut self, task: u64, ended: Ended) -> Result<(), Violation> {
        let Some((invocation, end)) = ended else { return Ok(()) };
        let waiting = self.waiting.remove(&task).expect("an invocation waits");
        let watch = self.world.checker.watched(&invocation);
        match (waiting, end) {
            (Waiting::Client(intent), End::Answered(answer)) => {
                let mut told = if answer.is_success() { answer.status.to_string() } else { answer.problem() };
                if told == "no-free-slot" && watch.is_undisturbed() {
                    told.push_str(", with nothing changed meanwhile");
                }
                *self.counts.answers.entry(format!("{} {told}", invocation.function())).or_default() += 1;
                self.judge(intent, &invocation, &answer, &watch)?;
                let lost = self.rng.per_mille(30);
                if answer.status >= 500 || lost {
                    self.maybe_again(intent);
                }
            }
            (Waiting::Client(intent), End::Crashed) => self.maybe_again(intent),
            (Waiting::Messages { queue, receipts }, End::Reported(report)) => {
                let failed: Vec<&str> = failures(&report).collect();
                self.note_applied(&invocation, &failed);
                for (index, receipt) in receipts.iter().enumerate() {
                    // A message may come again although it was dealt with.
                    if !failed.contains(&index.to_string().as_str()) && !self.rng.per_mille(40) {
                        self.world.sqs.delete(queue, receipt);
                    }
                }
            }
            (Waiting::Stream(count), End::Reported(report)) => {
                let failed = failures(&report).next().map(str::to_owned);
                for _ in 0..count {
                    if failed.as_ref() == Some(&self.world.stream[0].sequence) {
                        break;
                    }
                    self.world.stream.pop_front();
                }
            }
            (Waiting::Webhook(webhook), End::Reported(report)) => {
                let taken = report["statusCode"] == 200;
                if !taken || self.rng.per_mille(100) {
                    self.world.webhooks.lock().unwrap().push_back((*webhook).clone());
                }
            }
            (Waiting::Webhook(webhook), End::Crashed) => {
                self.world.webhooks.lock().unwrap().push_back((*webhook).clone());
            }
            (Waiting::Messages { .. } | Waiting::Stream(_), End::Crashed) => {}
            // The next minute comes.
            (Waiting::Schedule, _) => {}
            (_, end) => {
                return Err(Violation::of("an invocation fails", format!("{invocation:?}: {end:?}")));
            }
        }
        Ok(())
    }

    /// Takes note of the schedules that a run has applied.
    fn note_applied(&mut self, invocation: &Invocation, failed: &[&str]) {
        let Event::Queue { function: "applySchedule", bodies } = &invocation.event else { return };
        for (index, body) in bodies.iter().enumerate() {
            if !failed.contains(&index.to_string().as_str()) {
                let message: Value = serde_json::from_str(body).unwrap();
                let doctor = message["payload"]["doctor"].as_str().expect("it names a doctor");
                self.world.checker.applies(doctor, invocation.started);
            }
        }
    }

    fn maybe_again(&mut self, intent: usize) {
        if self.intents[intent].tries < 6 && self.rng.per_mille(850) {
            self.again.push_back(intent);
        }
    }

    /// Looks at an answer.
    fn judge(
        &mut self,
        intent: usize,
        invocation: &Invocation,
        answer: &Answer,
        watch: &Watch,
    ) -> Result<(), Violation> {
        let said = &self.intents[intent];
        self.world.checker.judge(&said.call, (&invocation.id, &said.requests), answer, watch).map_err(|violation| {
            Violation {
                detail: format!("{:?} got {answer:?} to {invocation:?}: {}", said.call.caller, violation.detail),
                ..violation
            }
        })?;
        if (invocation.function(), answer.status) == ("startPayment", 200) {
            let order = answer.json()["orderId"].as_str().unwrap_or_default().to_owned();
            if !self.orders.iter().any(|(_, _, known)| *known == order) {
                self.orders.push((said.call.caller, said.call.path[0].1.clone(), order));
            }
        }
        Ok(())
    }

    // --- everything comes to rest -----------------------------------------------------------------------------

    fn come_to_rest(&mut self) -> Result<(), Violation> {
        (self.fault_rate, self.crowd) = (0, 1);
        self.again.clear();
        while !self.waiting.is_empty() {
            self.go_on()?;
        }
        self.world.note(|| "everything comes to rest".to_owned());
        // A day and more, so that Razorpay's own steps are done.
        let end = self.world.now() + 26 * 60 * MINUTE;
        let (mut rounds, mut fired) = (0, 0);
        loop {
            self.world.collect_webhooks();
            let first = |world: &World| world.webhooks.lock().unwrap().pop_front();
            if !self.world.stream.is_empty() {
                self.dispatch()?;
            } else if let Some(webhook) = first(&self.world) {
                self.tell(Arc::new(webhook))?;
            } else if self.waits_until().max(fired + MINUTE) <= self.world.now() {
                fired = self.world.now();
                self.start(Event::Schedule { function: "fireTimers" }, 0, None, Waiting::Schedule)?;
            } else if !self.receive_any()? {
                let queues = self.world.fleet.consumers();
                let due = queues.iter().filter_map(|(queue, _)| self.world.sqs.next_change(queue));
                let due = due.chain(self.world.razorpay.next_due()).map(|at| at.as_millisecond());
                let due = due.chain([self.waits_until().max(fired + MINUTE)]).min();
                match due.filter(|due| *due < end) {
                    Some(due) => self.world.pass((due - self.world.now()).max(1)),
                    None => break,
                }
            }
            while !self.waiting.is_empty() {
                self.go_on()?;
            }
            rounds += 1;
            if rounds > 20_000 {
                let left = self.world.fleet.consumers().into_iter().map(|(queue, _)| self.world.sqs.peek(queue));
                return Err(Violation::of("it never comes to rest", format!("{:?}", left.collect::<Vec<_>>())));
            }
        }
        self.at_rest()
    }

    /// The time at which a timer fires for an entry: the clocks have to agree that it is due.
    fn waits_until(&self) -> i64 {
        self.world.checker.waiting.next_due().map_or(i64::MAX, |due| due + MINUTE)
    }

    fn receive_any(&mut self) -> Result<bool, Violation> {
        for (queue, function) in self.world.fleet.consumers() {
            if self.receive(queue, function)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn at_rest(&mut self) -> Result<(), Violation> {
        let now = self.world.now();
        let checker = &self.world.checker;
        checker.check_all(now)?;
        // The copy that all was checked on is what the engine has.
        assert_eq!(self.world.scan(), self.world.table, "the copy of the table is wrong");

        for slot in checker.slots.values() {
            if let State::Held { .. } = slot.state {
                return Err(Violation::of("a hold that is over was never cleaned up", format!("{slot:?}")));
            }
        }
        for appointment in checker.appointments.values() {
            if let Stage::Held { .. } = appointment.stage {
                return Err(Violation::of("a hold that is over was never cleaned up", format!("{appointment:?}")));
            }
            // What has begun, if only a little early, is left as it is.
            let waits =
                appointment.stage == Stage::Firm && appointment.state != "in_progress" && appointment.start > now;
            if waits && !checker.doctors[&appointment.doctor] {
                return Err(Violation::of("a suspended doctor keeps a visit", format!("{appointment:?}")));
            }
        }
        if let Some(doctor) = checker.unapplied() {
            return Err(Violation::of("a schedule was never applied", doctor.clone()));
        }
        checker.waiting.at_rest(now)?;
        self.balance()?;
        self.lists_earliest()?;
        self.lists()
    }

    /// Razorpay's books and ours: what was captured pays for a visit, or went back by the refund that we promised.
    fn balance(&self) -> Result<(), Violation> {
        let checker = &self.world.checker;
        for (attempt, account) in self.world.razorpay.ledger().accounts() {
            let wrong = |what| Err(Violation::of(what, format!("{attempt} {account:?}")));
            let payment = checker.payments.values().find(|payment| text(payment, "order_id") == account.order_id);
            let Some(payment) = payment else { return wrong("money came for an unknown order") };
            let Some(ours) = accounts_of(payment).into_iter().find(|ours| ours.attempt == attempt) else {
                return wrong("money came that was not recorded");
            };
            if ours.captured != account.captured {
                return wrong("another amount came than was noted");
            }
            // Whether the rule that keeps the rest fits the visit is looked at with every write.
            let back = account.refunded + account.refund_pending;
            if ours.promised != back {
                return wrong("not what was promised goes back");
            }
            if text(payment, "gateway_payment") == attempt && back < account.captured {
                let appointment = &checker.appointments[text(payment, "appointment")];
                let is_kept = matches!(appointment.stage, Stage::Firm | Stage::Over) || ours.percent < 100;
                if !is_kept {
                    return wrong("money is kept for no visit");
                }
            }
        }
        // One order for each payment.
        let mut receipts = BTreeMap::<String, u32>::new();
        for payment in checker.payments.values() {
            *receipts.entry(text(payment, "order_id").to_owned()).or_default() += 1;
        }
        receipts.remove("");
        match receipts.into_iter().find(|(_, count)| *count > 1) {
            Some((order, _)) => Err(Violation::of("two payments have one order", order)),
            None => Ok(()),
        }
    }

    /// What the API lists of a doctor's slots to a patient, page after page.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn listed(&mut self, by: Caller, doctor: Caller, kind: &str) -> Result<Vec<String>, Violation> {
        let now = self.world.now();
        let (mut listed, mut cursor) = (vec![], None::<String>);
        loop {
            let (_, end) = self.world.run(Event::Http(requests::list(by, doctor, kind, now, cursor.as_deref())))?;
            let End::Answered(answer) = end else { unreachable!("nothing goes wrong") };
            let page = answer.json();
            let slots = page["slots"].as_array().expect("a list of slots").iter();
            listed.extend(slots.map(|slot| slot["slotId"].as_str().unwrap().to_owned()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(listed),
            }
        }
    }

    /// The earliest slots that the API lists, page after page: doctor and slot.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn earliest(&mut self) -> Result<Vec<(String, String)>, Violation> {
        let now = self.world.now();
        let last = self.world.checker.slots.values().map(|slot| slot.start).max().unwrap_or_default();
        // Behind the last slot is nothing to be found, day after day.
        let to = (last + MINUTE).max(now + 24 * 60 * MINUTE);
        let (mut listed, mut cursor) = (vec![], None::<String>);
        loop {
            let (_, end) = self.world.run(Event::Http(requests::earliest(now, to, cursor.as_deref())))?;
            let End::Answered(answer) = end else { unreachable!("nothing goes wrong") };
            assert!(answer.is_success(), "{answer:?}");
            let page = answer.json();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let slots = page["slots"].as_array().expect("a list of slots").iter();
            listed.extend(slots.map(|slot| (text(&slot["doctorId"]), text(&slot["slotId"]))));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(listed),
            }
        }
    }

    /// The list offers what can be booked, and nothing else. So does that of the earliest slots; it has the first of each doctor's
    /// day, unless time alone has taken it, for which the minute has to pass.
    ///
    /// # Errors
    /// What does not hold.
    fn lists_earliest(&mut self) -> Result<(), Violation> {
        let now = self.world.now();
        let listed = self.earliest()?;
        let checker = &self.world.checker;
        let lister = requests::LISTER.id.to_string();
        let is_free = |slot: &Slot| checker.refusals_of(&slot.doctor, USUAL, &slot.id, &lister, now).is_empty();
        let mut days: BTreeMap<(String, String), Vec<&Slot>> = BTreeMap::new();
        for slot in checker.slots.values() {
            days.entry((slot.doctor.clone(), slot.id[..8].to_owned())).or_default().push(slot);
        }
        for ((doctor, day), slots) in days {
            let first = slots.iter().find(|slot| is_free(slot)).map(|slot| slot.id.as_str());
            let of_day = listed.iter().filter(|(of, slot)| *of == doctor && slot.starts_with(&day));
            let of_day: Vec<&str> = of_day.map(|(_, slot)| slot.as_str()).collect();
            let is_late = slots.iter().any(|slot| slot.closes <= now + SKEW);
            let is_right = of_day == Vec::from_iter(first) || (is_late && of_day.is_empty());
            if !is_right {
                let detail = format!("{doctor} {day}: {of_day:?} and not {first:?}");
                return Err(Violation::of("the earliest slot is another one", detail));
            }
        }
        Ok(())
    }

    /// The list offers what can be booked, and nothing else.
    fn lists(&mut self) -> Result<(), Violation> {
        let now = self.world.now();
        let lister = requests::LISTER.id.to_string();
        for (doctor, kind) in self.doctors.clone().into_iter().flat_map(|it| [(it, USUAL), (it, schedules::LONG)]) {
            let listed = self.listed(requests::LISTER, doctor, kind)?;
            let id = doctor.id.to_string();
            let checker = &self.world.checker;
            let slots = checker.slots.values().filter(|slot| slot.doctor == id);
            let free = slots.filter(|slot| checker.refusals_of(&id, kind, &slot.id, &lister, now).is_empty());
            let free: Vec<String> = free.map(|slot| slot.id.clone()).collect();
            if listed != free {
                let detail = format!("{kind}: {listed:?} and {free:?}");
                return Err(Violation::of("the list is not what can be booked", detail));
            }
        }
        Ok(())
    }
}

fn failures(report: &Value) -> impl Iterator<Item = &str> {
    report["batchItemFailures"].as_array().into_iter().flatten().filter_map(|f| f["itemIdentifier"].as_str())
}
