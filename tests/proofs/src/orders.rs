//! Which orders of calls are tried, so that each one that could differ is.
//!
//! Two calls are apart if neither writes what the other touches; then their order makes no difference. Orders that differ by
//! swaps of such neighbours only are one *trace*. Of each trace one order is tried, by dynamic partial-order reduction with
//! source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: "Optimal Dynamic Partial Order Reduction", POPL 2014):
//!
//! - An order is run. Where two of its calls meet, and nothing between them forces the one to come first, the other one is
//!   wanted first, too, at the place where the first one went on.
//! - What was tried at a place sleeps in what is tried there after it, until a call is made that it meets: before that,
//!   to let it go on leads to a trace that was seen.
//!
//! What goes wrong with a call is another way for it to go on: each is tried wherever the call is. At most one thing goes
//! wrong in an order, so of two that could, neither is put off for the other.
//!
//! The calls of one party follow each other as its code makes them. Some are made at once, and then none of the party's begins
//! before all of them are answered (which is checked); those are apart if they are reads.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::footprint::Footprint;
use crate::world::Fault;

/// A call that waits to be carried out.
#[derive(Debug, Clone)]
pub struct Call {
    /// In the order of parking.
    pub number: u64,
    /// Whose it is.
    pub party: usize,
    /// What it touches.
    pub footprint: Rc<Footprint>,
    /// What may go wrong with it.
    pub faults: Vec<Fault>,
}

impl Call {
    /// How it may go on.
    fn steps(&self) -> impl Iterator<Item = Step> {
        let faults = self.faults.iter().map(|fault| Some(*fault));
        std::iter::once(None).chain(faults).map(|fault| Step { call: self.clone(), fault })
    }
}

/// Whether a call is one of those that wait.
fn waits(calls: &[Call], number: u64) -> bool {
    calls.iter().any(|call| call.number == number)
}

/// How a call goes on.
#[derive(Debug, Clone)]
pub struct Step {
    pub call: Call,
    pub fault: Option<Fault>,
}

impl Step {
    /// Whether it reaches the service.
    fn is_carried_out(&self) -> bool {
        matches!(self.fault, None | Some(Fault::ReplyLost | Fault::CrashAfter))
    }

    fn writes(&self) -> bool {
        self.is_carried_out() && self.call.footprint.writes()
    }

    fn is(&self, other: &Self) -> bool {
        (self.call.number, self.fault) == (other.call.number, other.fault)
    }

    /// Whether their order makes a difference, of two that could both go on.
    fn meets(&self, other: &Self) -> bool {
        if self.call.party == other.call.party {
            return self.call.number == other.call.number || self.writes() || other.writes();
        }
        self.is_carried_out() && other.is_carried_out() && self.call.footprint.meets(&other.call.footprint)
    }

    /// Whether one of them keeps the other one from sleeping.
    fn wakes(&self, other: &Self) -> bool {
        self.meets(other) || (self.fault.is_some() && other.fault.is_some())
    }
}

/// A place in an order at which something goes on.
#[derive(Debug)]
struct Place {
    /// What waits, in the order of parties and of parking. If something went wrong before, nothing more does.
    calls: Vec<Call>,
    /// What need not go on here: it leads to a trace that was seen.
    asleep: Vec<Step>,
    /// What was tried here.
    done: Vec<Step>,
    /// The calls that are to be tried here, by their numbers.
    wanted: Vec<u64>,
    /// What goes on in the order of the moment.
    step: Step,
    /// The places in the order of the moment that must have come before.
    before: BTreeSet<usize>,
}

impl Place {
    /// What is to be tried next.
    fn next(&self) -> Option<Step> {
        let is_new = |step: &Step| !self.asleep.iter().chain(&self.done).any(|other| other.is(step));
        let wanted = self.wanted.iter().flat_map(|number| self.calls.iter().find(|call| call.number == *number));
        wanted.flat_map(Call::steps).find(is_new)
    }
}

/// How orders are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// One of each trace.
    Apart,
    /// All of them.
    Every,
    /// This one.
    Replay(Vec<usize>),
}

/// The orders of some parties' calls, one after the other.
#[derive(Debug)]
pub struct Orders {
    way: Way,
    places: Vec<Place>,
    /// How far the order of the moment is.
    depth: usize,
    /// From where on it is a new one.
    new_from: usize,
    is_whole: bool,
}

impl Orders {
    fn new(way: Way) -> Self {
        Self { way, places: vec![], depth: 0, new_from: 0, is_whole: false }
    }

    /// One order of each trace.
    pub fn apart() -> Self {
        Self::new(Way::Apart)
    }

    /// All orders, to compare.
    pub fn every() -> Self {
        Self::new(Way::Every)
    }

    /// The order of these choices.
    pub fn replay(choices: &[usize]) -> Self {
        Self::new(Way::Replay(choices.to_vec()))
    }

    /// An order begins.
    pub fn begin(&mut self) {
        (self.depth, self.is_whole) = (0, false);
    }

    /// The order has come to its end.
    pub fn end(&mut self) {
        self.is_whole = true;
    }

    /// Whether the last order came to its end, and was not given up as one of a trace that was seen.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether something went wrong in it.
    pub fn has_fault(&self) -> bool {
        self.places[..self.depth].iter().any(|place| place.step.fault.is_some())
    }

    /// What goes on of the calls that wait; nothing, if the trace was seen.
    pub fn choose(&mut self, calls: &[Call]) -> Option<Step> {
        if let Some(place) = self.places.get(self.depth) {
            let same = place.calls.iter().map(|call| call.number).eq(calls.iter().map(|call| call.number));
            assert!(same, "a run does not repeat itself");
        } else {
            let place = self.reach(calls)?;
            self.places.push(place);
        }
        self.depth += 1;
        Some(self.places[self.depth - 1].step.clone())
    }

    /// A place at which no order was before.
    fn reach(&self, calls: &[Call]) -> Option<Place> {
        let mut calls = calls.to_vec();
        if self.has_fault() {
            calls.iter_mut().for_each(|call| call.faults.clear());
        }
        let mut asleep: Vec<Step> = vec![];
        if let Some(last) = self.places.last() {
            let (old, new): (Vec<&Call>, Vec<&Call>) = calls.iter().partition(|call| waits(&last.calls, call.number));
            let is_early = new.iter().any(|new| old.iter().any(|old| old.party == new.party));
            assert!(!is_early, "a party goes on before all of its calls are answered: {calls:?}");
            if self.way == Way::Apart {
                let seen = last.asleep.iter().chain(&last.done).filter(|step| !step.wakes(&last.step));
                asleep.extend(seen.filter(|step| waits(&calls, step.call.number)).cloned());
            }
        }
        let step = match &self.way {
            Way::Replay(choices) => {
                calls.iter().flat_map(Call::steps).nth(choices.get(self.depth).copied().unwrap_or(0))
            }
            _ => calls.iter().flat_map(Call::steps).find(|step| !asleep.iter().any(|other| other.is(step))),
        }?;
        let wanted = match self.way {
            Way::Every => calls.iter().map(|call| call.number).collect(),
            _ => vec![step.call.number],
        };
        Some(Place { calls, asleep, done: vec![], wanted, step, before: BTreeSet::new() })
    }

    /// Goes to the next order; false, if there is none.
    pub fn next(&mut self) -> bool {
        if self.way == Way::Apart {
            self.want();
        }
        while let Some(place) = self.places.last_mut() {
            place.done.push(place.step.clone());
            if let Some(step) = place.next() {
                place.step = step;
                self.new_from = self.places.len() - 1;
                return true;
            }
            self.places.pop();
        }
        false
    }

    /// For each two calls of the last order that meet, and could have come in the other order: wants that.
    fn want(&mut self) {
        for two in self.new_from..self.places.len() {
            let (mut before, mut free) = (BTreeSet::new(), vec![]);
            for one in (0..two).rev() {
                // What is between them forces them already.
                if before.contains(&one) {
                    continue;
                }
                let [Place { calls, step: first, .. }, Place { step: second, .. }] =
                    [&self.places[one], &self.places[two]];
                let follows = first.call.party == second.call.party && !waits(calls, second.call.number);
                if !follows && !first.meets(second) {
                    continue;
                }
                if !follows {
                    free.push(one);
                }
                before.insert(one);
                before.extend(&self.places[one].before);
            }
            self.places[two].before = before;
            for one in free.into_iter().rev() {
                self.want_before(two, one);
            }
        }
    }

    /// Wants, at the place of the first, what leads to an order in which the second comes before it.
    fn want_before(&mut self, two: usize, one: usize) {
        let before = |it: usize| &self.places[it].before;
        // What can come before the first of them, with the second; and what of it can come at once.
        let rest: Vec<usize> = (one + 1..two).filter(|other| !before(*other).contains(&one)).chain([two]).collect();
        let at_once = rest.iter().filter(|it| !rest.iter().any(|other| before(**it).contains(other)));
        let steps: Vec<Step> = at_once.map(|it| self.places[*it].step.clone()).collect();
        let Place { calls, asleep, wanted, .. } = &mut self.places[one];
        let is_tried = |step: &Step| wanted.contains(&step.call.number) || asleep.iter().any(|other| other.is(step));
        if !steps.iter().any(is_tried) {
            let number = steps[0].call.number;
            assert!(waits(calls, number), "it has waited there");
            wanted.push(number);
        }
    }

    /// The choices of the last order, which replay it.
    pub fn choices(&self) -> Vec<usize> {
        let choice = |place: &Place| {
            let mut steps = place.calls.iter().flat_map(Call::steps);
            steps.position(|step| step.is(&place.step)).expect("it is one of them")
        };
        self.places[..self.depth].iter().map(choice).collect()
    }

    /// The trace of the last order: its calls, each by its party and number there, and which of two that meet came first.
    pub fn trace(&self) -> BTreeSet<String> {
        let steps: Vec<&Step> = self.places[..self.depth].iter().map(|place| &place.step).collect();
        let name = |step: &Step| {
            let earlier = steps.iter().filter(|other| other.call.party == step.call.party);
            let place = earlier.filter(|other| other.call.number < step.call.number).count();
            format!("{}.{place} {:?}", step.call.party, step.fault)
        };
        let names: Vec<String> = steps.iter().map(|step| name(step)).collect();
        let mut trace: BTreeSet<String> = names.iter().cloned().collect();
        for two in 0..steps.len() {
            for one in (0..two).filter(|one| steps[*one].call.party != steps[two].call.party) {
                if steps[one].meets(steps[two]) {
                    trace.insert(format!("{} before {}", names[one], names[two]));
                }
            }
        }
        trace
    }
}
