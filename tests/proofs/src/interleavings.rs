//! Every order in which the calls of two operations can follow each other, with one thing going wrong at every call; of
//! some three operations, with nothing going wrong; and of what some do one after the other.
//!
//! An order is a list of choices: which of the operations goes on, and what goes wrong. The lists are tried depth first,
//! each from the same scene. What is left out:
//!
//! - **Calls that don't meet.** Two calls of which neither writes what the other reads or writes lead to the same state in
//!   either order, and see the same. So of the orders that differ by nothing but swaps of such neighbours one is tried, and
//!   stands for all of them; [`orders`](crate::orders) finds out which, and a test compares them with all. A call
//!   that was not carried out (not sent, throttled, in conflict, or of a function that stopped before it) meets nothing.
//! - **Faults that look alike.** A read with a lost request cannot be told from one that was throttled or lost its reply:
//!   the table is as it was, and the handler gets the same error. A function that stops before a read and one that
//!   stops after it leave the same behind.
//! - **Pairs that share nothing.** Each operation is run alone first. If neither writes an item that the other reads or
//!   writes, then neither can notice the other, in any order.
//! - **Time** stands still: both see the same instant. Clocks that differ are the simulation's business.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;
use storage::guard::{asked, reached};

use crate::footprint::Footprint;
use crate::operations::{OPERATIONS, Operation, Scene};
use crate::orders::{Call, Orders, Step};
use crate::rng::Rng;
use crate::violation::Violation;
use crate::world::{End, Ended, Event, Fault, Invocation, World};

/// What was tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tried {
    /// Orders of calls.
    pub interleavings: u64,
    /// Those in which something went wrong.
    pub faults: u64,
    /// Invocations, those that were repeated included.
    pub operations: u64,
    /// Calls of services.
    pub calls: u64,
}

impl Tried {
    pub fn add(&mut self, other: Self) {
        self.interleavings += other.interleavings;
        self.faults += other.faults;
        self.operations += other.operations;
        self.calls += other.calls;
    }
}

/// Of how many faults one is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Nothing,
    One { of: u64 },
}

impl Share {
    /// Always the same ones: which, is as good as chance.
    fn admits(self, place: u64) -> bool {
        match self {
            Self::Nothing => false,
            Self::One { of } => Rng::new(place).next().is_multiple_of(of),
        }
    }
}

/// An order in which something happened that must not.
#[derive(Debug)]
pub struct Found {
    pub violation: Violation,
    pub operations: Vec<&'static str>,
    /// The choices, which replay it.
    pub choices: Vec<usize>,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, choices {:?}: {}", self.operations, self.choices, self.violation)
    }
}

/// Operations that one party does one after the other, by their places in [`OPERATIONS`].
pub type Party = Vec<usize>;

/// What is unusual about all orders that are tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Setting {
    #[default]
    Usual,
    /// The functions that begin are copies of one machine's memory: they draw the same random ids.
    CopiedMemory,
    /// Razorpay answers a request for a new order with the order of another payment.
    LyingGateway,
}

/// A world with its scene, for one thread.
pub struct Stage {
    pub world: World,
    pub scene: Scene,
    pub setting: Setting,
    /// What each operation touches, run alone.
    pub alone: Vec<Footprint>,
}

impl Stage {
    pub fn new() -> Self {
        let start = "2026-11-30T03:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let mut world = World::new(1, start);
        let scene = Scene::build(&mut world).unwrap_or_else(|violation| panic!("{violation}"));
        let mut stage = Self { world, scene, setting: Setting::Usual, alone: vec![] };
        stage.alone = OPERATIONS.iter().map(|operation| stage.run_alone(operation)).collect();
        stage
    }

    fn run_alone(&mut self, operation: &Operation) -> Footprint {
        let Self { world, scene, .. } = self;
        world.restore(&scene.snapshot);
        let mut footprint = Footprint::default();
        asked();
        reached();
        let (task, mut ended) = world.start((operation.event)(scene), 0, None);
        while ended.is_none() {
            let next = world.moves().into_iter().find(|next| next.task == task).expect("it waits for something");
            if next.until == 0 {
                footprint.calls += 1;
                let (reads, writes) = world.touches(next.number);
                footprint.reads.extend(reads);
                footprint.writes.extend(writes);
            }
            ended =
                world.go_on(next.number, None).unwrap_or_else(|violation| panic!("{}: {violation}", operation.name));
        }
        footprint.guards = asked();
        footprint.places = reached();
        let (invocation, end) = ended.unwrap();
        world.checker.watched(&invocation);
        let settled = match &end {
            End::Answered(answer) => answer.status < 500,
            End::Reported(report) => report["batchItemFailures"].as_array().is_none_or(Vec::is_empty),
            End::Failed(_) | End::Crashed => false,
        };
        assert!(settled, "{} does not work alone: {end:?}", operation.name);
        footprint
    }

    /// The pairs that share something, an operation with itself included.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let all = 0..OPERATIONS.len();
        let pairs = all.clone().flat_map(|one| all.clone().map(move |two| (one, two)));
        pairs.filter(|(one, two)| one <= two && self.alone[*one].meets(&self.alone[*two])).collect()
    }

    /// Tries all orders of what some parties do.
    ///
    /// # Errors
    /// The first order in which something happens that must not.
    pub fn try_all(&mut self, parties: &[Party], share: Share) -> Result<Tried, Box<Found>> {
        self.explore(parties, share, Orders::apart(), |_| ())
    }

    /// The traces of all orders of what some parties do, and those of the orders that are tried.
    ///
    /// # Errors
    /// The first order in which something happens that must not.
    pub fn traces(&mut self, parties: &[Party], share: Share) -> Result<[Vec<BTreeSet<String>>; 2], Box<Found>> {
        let mut of = |orders| {
            let mut traces = vec![];
            self.explore(parties, share, orders, |orders| traces.push(orders.trace())).map(|_| traces)
        };
        Ok([of(Orders::every())?, of(Orders::apart())?])
    }

    /// Tries the orders that `orders` asks for, and shows each that comes to its end.
    fn explore(
        &mut self,
        parties: &[Party],
        share: Share,
        mut orders: Orders,
        mut show: impl FnMut(&Orders),
    ) -> Result<Tried, Box<Found>> {
        let mut tried = Tried::default();
        loop {
            let calls = self.world.calls;
            let end = self.run(parties, share, &mut orders);
            tried.calls += self.world.calls - calls;
            match end {
                Ok(count) => tried.operations += count,
                Err(violation) => {
                    let operations = parties.iter().flatten().map(|index| OPERATIONS[*index].name).collect();
                    return Err(Box::new(Found { violation, operations, choices: orders.choices() }));
                }
            }
            if orders.is_whole() {
                tried.interleavings += 1;
                tried.faults += u64::from(orders.has_fault());
                show(&orders);
            }
            if !orders.next() {
                return Ok(tried);
            }
        }
    }

    /// Tells everything about one order.
    pub fn replay(&mut self, parties: &[Party], share: Share, choices: &[usize]) -> Vec<String> {
        self.world.record();
        let end = self.run(parties, share, &mut Orders::replay(choices));
        let mut told = self.world.recorded();
        told.push(format!("{end:?}"));
        told
    }

    /// One order: the operations to their ends, then what a client or a queue would say again.
    fn run(&mut self, parties: &[Party], share: Share, orders: &mut Orders) -> Result<u64, Violation> {
        self.world.restore(&self.scene.snapshot);
        let lies = self.setting == Setting::LyingGateway;
        self.world.misdirected = lies.then(|| self.scene.held_order().to_owned());
        self.world.checker.gateway_lies = lies;
        let copied = self.setting == Setting::CopiedMemory;
        let mut play = Play { world: &mut self.world, ends: BTreeMap::new(), requests: BTreeMap::new() };
        let mut under_way: Vec<UnderWay> = vec![];
        for party in parties {
            let memory = under_way.first().filter(|_| copied).map(|first| first.tasks[0]);
            let task = play.begin((OPERATIONS[party[0]].event)(&self.scene), memory)?;
            under_way.push(UnderWay { party, tasks: vec![task], made: 0 });
        }
        // The calls that wait.
        let mut calls: Vec<Call> = vec![];
        orders.begin();
        loop {
            for party in &mut under_way {
                while let Some(next) = party.next(&play) {
                    let task = play.begin((OPERATIONS[next].event)(&self.scene), None)?;
                    party.tasks.push(task);
                    party.made = 0;
                }
            }
            play.end_pauses()?;
            let moves = play.world.moves();
            if moves.is_empty() && under_way.iter().all(|party| party.next(&play).is_none()) {
                break;
            }
            let whose = |task: u64| under_way.iter().position(|party| party.tasks.contains(&task)).unwrap();
            calls.retain(|call| moves.iter().any(|next| next.number == call.number));
            for next in &moves {
                if calls.iter().all(|call| call.number != next.number) {
                    let (party, footprint) = (whose(next.task), Rc::new(touched(play.world, next.number)));
                    let place = under_way[party].place();
                    let tried = faults(&next.operation).iter().enumerate();
                    let faults = tried.filter(|(kind, _)| share.admits(place + *kind as u64)).map(|(_, fault)| *fault);
                    calls.push(Call { number: next.number, party, footprint, faults: faults.collect() });
                }
            }
            calls.sort_by_key(|call| (call.party, call.number));
            let Some(Step { call, fault }) = orders.choose(&calls) else {
                // What is left was tried in another order.
                return Ok(0);
            };
            under_way[call.party].made += 1;
            let ended = play.world.go_on(call.number, fault)?;
            play.conclude(ended)?;
        }
        orders.end();
        let done: Vec<(usize, u64)> = under_way.iter().flat_map(UnderWay::done).collect();
        assert_eq!(play.ends.len(), done.len(), "an operation did not end");
        let mut count = done.len() as u64;
        // Requests without an answer are sent again, and requests with a key always, for the same answer.
        for (index, task) in done {
            let event = (OPERATIONS[index].event)(&self.scene);
            let keyed = matches!(&event, Event::Http(call) if call.key.is_some());
            if keyed || !play.ends[&task] {
                count += 1;
                let again = play.begin(event, None)?;
                play.finish(again)?;
                if !play.ends[&again] && !lies {
                    let detail = format!("{} is not carried out although nothing goes wrong", OPERATIONS[index].name);
                    return Err(Violation::of("a repetition fails", detail));
                }
            }
        }
        let now = play.world.now();
        play.world.checker.check_all(now)?;
        Ok(count)
    }
}

/// What a party has begun.
struct UnderWay<'a> {
    party: &'a Party,
    /// Its invocations, each of which began when the one before had ended.
    tasks: Vec<u64>,
    /// How many calls the last one has made.
    made: u64,
}

impl UnderWay<'_> {
    /// The operation to be begun now, if there is one.
    fn next(&self, play: &Play<'_>) -> Option<usize> {
        let has_ended = play.ends.contains_key(self.tasks.last().unwrap());
        self.party.get(self.tasks.len()).copied().filter(|_| has_ended)
    }

    /// Where it is, as a number: the operation and the call of it.
    fn place(&self) -> u64 {
        (self.party[self.tasks.len() - 1] as u64) << 32 | self.made << 8
    }

    /// The operations and their invocations.
    fn done(&self) -> impl Iterator<Item = (usize, u64)> {
        self.party.iter().copied().zip(self.tasks.iter().copied())
    }
}

/// A run under way.
struct Play<'a> {
    world: &'a mut World,
    /// Whether each invocation that ended was answered for good.
    ends: BTreeMap<u64, bool>,
    /// The requests that were said under a key.
    requests: BTreeMap<String, Vec<String>>,
}

impl Play<'_> {
    /// Begins an invocation, with the randomness of another one if its machine's memory is a copy.
    fn begin(&mut self, event: Event, memory: Option<u64>) -> Result<u64, Violation> {
        let key = match &event {
            Event::Http(call) => call.key.clone(),
            _ => None,
        };
        let (task, ended) = self.world.start(event, 0, memory);
        if let Some(key) = key {
            self.requests.entry(key).or_default().push(format!("r-{task}"));
        }
        self.conclude(ended)?;
        Ok(task)
    }

    fn end_pauses(&mut self) -> Result<(), Violation> {
        while let Some(pause) = self.world.moves().into_iter().find(|next| next.operation.is_empty()) {
            let ended = self.world.go_on(pause.number, None)?;
            self.conclude(ended)?;
        }
        Ok(())
    }

    fn finish(&mut self, task: u64) -> Result<(), Violation> {
        while let Some(next) = self.world.moves().into_iter().find(|next| next.task == task) {
            let ended = self.world.go_on(next.number, None)?;
            self.conclude(ended)?;
        }
        Ok(())
    }

    fn conclude(&mut self, ended: Ended) -> Result<(), Violation> {
        let Some((invocation, end)) = ended else { return Ok(()) };
        let watch = self.world.checker.watched(&invocation);
        let task = invocation.id.trim_start_matches("r-").parse().unwrap();
        let settled = match (&invocation.event, &end) {
            (Event::Http(call), End::Answered(answer)) => {
                let requests = call.key.as_ref().map(|key| self.requests[key].as_slice()).unwrap_or_default();
                self.world.checker.judge(call, (&invocation.id, requests), answer, &watch).map_err(|violation| {
                    let detail = format!("{answer:?} to {invocation:?}: {}", violation.detail);
                    Violation { detail, ..violation }
                })?;
                answer.status < 500
            }
            (Event::Webhook(_), End::Reported(report)) => report["statusCode"] == 200,
            (_, End::Reported(report)) => report["batchItemFailures"].as_array().is_none_or(Vec::is_empty),
            (_, End::Crashed) => false,
            (_, end) => return Err(fails(&invocation, end)),
        };
        self.ends.insert(task, settled);
        Ok(())
    }
}

fn fails(invocation: &Invocation, end: &End) -> Violation {
    Violation::of("an invocation fails", format!("{invocation:?}: {end:?}"))
}

/// What can go wrong with a call.
fn faults(operation: &str) -> &'static [Fault] {
    use Fault::{Conflict, CrashAfter, CrashBefore, NotSent, ReplyLost, Throttled};
    match operation {
        "TransactWriteItems" => &[NotSent, Throttled, Conflict, ReplyLost, CrashBefore, CrashAfter],
        "GetItem" | "BatchGetItem" | "Query" => &[NotSent, CrashBefore],
        other if other.starts_with("GET ") => &[NotSent, CrashBefore],
        // What is asked of Razorpay, and an activity of the audit trail.
        _ => &[NotSent, ReplyLost, CrashBefore, CrashAfter],
    }
}

/// What a call touches.
fn touched(world: &World, number: u64) -> Footprint {
    let (reads, writes) = world.touches(number);
    let (reads, writes) = (reads.into_iter().collect(), writes.into_iter().collect());
    Footprint { reads, writes, calls: 1, ..Footprint::default() }
}

/// The common beginning of two texts, which all texts between them share.
fn in_common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    one.get(..same).unwrap_or_default()
}

/// The items that a request reads and writes.
pub fn touched_by(operation: &str, body: &Value) -> (Vec<String>, Vec<String>) {
    let key = |item: &Value| {
        format!("{} {}", item["PK"]["S"].as_str().unwrap_or_default(), item["SK"]["S"].as_str().unwrap_or_default())
    };
    let (mut reads, mut writes) = (vec![], vec![]);
    let mut written = |item: &Value| {
        writes.push(key(item));
        // A pointer that has a place in an index no more is written there, too, and does not say so itself.
        if let Some(heading) = item["SK"]["S"].as_str().and_then(|key| key.strip_prefix("FIRST#")) {
            writes.extend(["GSI1 EARLIEST", "GSI2 VIDEO", "GSI3 CLINIC"].map(|index| format!("{index}#{heading}")));
        }
        for index in ["GSI1", "GSI2", "GSI3"] {
            if let Some(partition) = item[format!("{index}PK")]["S"].as_str() {
                writes.push(format!("{index} {partition}"));
            }
        }
    };
    match operation {
        "GetItem" => reads.push(key(&body["Key"])),
        "BatchGetItem" => {
            let tables = body["RequestItems"].as_object().unwrap().values();
            reads.extend(tables.flat_map(|table| table["Keys"].as_array().unwrap()).map(key));
        }
        "Query" => {
            let value = |name: &str| body["ExpressionAttributeValues"][name]["S"].as_str();
            let partition = value(":pk").unwrap();
            let beginning = match (value(":prefix"), value(":from"), value(":to")) {
                (Some(prefix), ..) => prefix,
                (_, Some(from), Some(to)) => in_common(from, to),
                _ => "",
            };
            reads.push(match body["IndexName"].as_str() {
                Some(index) => format!("{index} {partition}"),
                None => format!("{partition} {beginning}*"),
            });
        }
        "PutItem" => written(&body["Item"]),
        "DeleteItem" => written(&body["Key"]),
        "TransactWriteItems" => {
            for write in body["TransactItems"].as_array().unwrap() {
                match (write.get("Put"), write.get("Delete")) {
                    (Some(put), _) => written(&put["Item"]),
                    (_, Some(delete)) => written(&delete["Key"]),
                    _ => reads.push(key(&write["ConditionCheck"]["Key"])),
                }
            }
        }
        // All requests to Razorpay count as one item.
        other if other.starts_with("GET ") => reads.push("razorpay".to_owned()),
        other if other.contains(' ') => writes.push("razorpay".to_owned()),
        other => writes.push(other.to_owned()),
    }
    (reads, writes)
}
