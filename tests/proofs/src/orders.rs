//! Which orders of calls are tried, so that each one that could differ is.
//!
//! Two calls are apart if neither writes what the other touches; then their order makes no difference. Orders that differ by
//! swaps of such neighbours only are one *trace*. Of each trace one order is tried, by dynamic partial-order reduction with
//! source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: "Optimal Dynamic Partial Order Reduction", POPL 2014):
//!
//! - An order is run. Where two of its calls meet, and nothing between them forces the one to come first, the other one is
//!   wanted first, too, at the place where the first one went on.
//! - Whatever was tried at a place sleeps in what is tried there after it, until a call is made that it meets: before that,
//!   to let it go on leads to a trace that was seen.
//!
//! What goes wrong with a call is another way for it to go on: each is tried wherever the call is. At most one thing goes
//! wrong in an order, so of two that could, neither is put off for the other.
//!
//! The calls of one party follow each other as its code makes them. Some are made at once, and then none of the party's begins
//! before all of them are answered (which is checked); those are apart if they are reads.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::interleavings::Footprint;
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
    /// What waits, in the order of parties and of parking.
    calls: Vec<Call>,
    /// Whether something went wrong before.
    has_fault: bool,
    /// What need not go on here: it leads to a trace that was seen.
    asleep: Vec<Step>,
    /// What was tried here.
    done: Vec<Step>,
    /// The calls that are to be tried here, by their numbers.
    wanted: Vec<u64>,
    /// What goes on in the order of the moment.
    step: Step,
}

impl Place {
    fn steps(calls: &[Call], has_fault: bool) -> impl Iterator<Item = Step> {
        calls.iter().flat_map(move |call| {
            let faults = call.faults.iter().filter(move |_| !has_fault).map(|fault| Some(*fault));
            std::iter::once(None).chain(faults).map(|fault| Step { call: call.clone(), fault })
        })
    }

    /// What is to be tried next.
    fn next(&self) -> Option<Step> {
        let of = |number| Self::steps(&self.calls, self.has_fault).filter(move |step| step.call.number == number);
        let is_new = |step: &Step| !self.asleep.iter().chain(&self.done).any(|other| other.is(step));
        self.wanted.iter().copied().flat_map(of).find(is_new)
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
        let has_fault = self.has_fault();
        let mut asleep = vec![];
        if let Some(last) = self.places.last() {
            let is_old = |call: &Call| last.calls.iter().any(|other| other.number == call.number);
            for call in calls.iter().filter(|call| is_old(call)) {
                let begins = calls.iter().any(|other| other.party == call.party && !is_old(other));
                assert!(!begins, "a party goes on before all of its calls are answered: {calls:?}");
            }
            if self.way == Way::Apart {
                let seen = last.asleep.iter().chain(&last.done).filter(|step| !step.wakes(&last.step));
                let waits = |step: &&Step| calls.iter().any(|call| call.number == step.call.number);
                asleep.extend(seen.filter(waits).cloned());
            }
        }
        let steps = Place::steps(calls, has_fault);
        let step = match &self.way {
            Way::Replay(choices) => steps.into_iter().nth(choices.get(self.depth).copied().unwrap_or(0)),
            _ => steps.into_iter().find(|step| !asleep.iter().any(|other: &Step| other.is(step))),
        }?;
        let wanted = match self.way {
            Way::Every => calls.iter().map(|call| call.number).collect(),
            _ => vec![step.call.number],
        };
        Some(Place { calls: calls.to_vec(), has_fault, asleep, done: vec![], wanted, step })
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
        let steps: Vec<Step> = self.places.iter().map(|place| place.step.clone()).collect();
        // At which place each call has waited first.
        let mut since = BTreeMap::new();
        for (place, Place { calls, .. }) in self.places.iter().enumerate() {
            for call in calls {
                since.entry(call.number).or_insert(place);
            }
        }
        let since: Vec<usize> = steps.iter().map(|step| since[&step.call.number]).collect();
        let follows = |one: usize, two: usize| steps[one].call.party == steps[two].call.party && since[two] > one;
        // What must have come before each.
        let mut before: Vec<BTreeSet<usize>> = Vec::with_capacity(steps.len());
        for two in 0..steps.len() {
            let mut all = BTreeSet::new();
            for one in (0..two).rev() {
                if !all.contains(&one) && (follows(one, two) || steps[one].meets(&steps[two])) {
                    all.insert(one);
                    all.extend(&before[one]);
                }
            }
            before.push(all);
        }
        for two in self.new_from..steps.len() {
            for one in 0..two {
                let is_forced = follows(one, two)
                    || !steps[one].meets(&steps[two])
                    || (one + 1..two).any(|other| before[two].contains(&other) && before[other].contains(&one));
                if is_forced {
                    continue;
                }
                // What can come before the first of them, with the second.
                let free: Vec<usize> =
                    (one + 1..two).filter(|other| !before[*other].contains(&one)).chain([two]).collect();
                let first: Vec<usize> =
                    free.iter().copied().filter(|it| !free.iter().any(|other| before[*it].contains(other))).collect();
                let place = &mut self.places[one];
                let is_tried = |it: &usize| {
                    place.wanted.contains(&steps[*it].call.number)
                        || place.asleep.iter().any(|other| other.is(&steps[*it]))
                };
                if !first.iter().any(is_tried) {
                    let number = steps[first[0]].call.number;
                    assert!(place.calls.iter().any(|call| call.number == number), "it has waited there");
                    place.wanted.push(number);
                }
            }
        }
    }

    /// The choices of the last order, which replay it.
    pub fn choices(&self) -> Vec<usize> {
        let choice = |place: &Place| {
            let mut steps = Place::steps(&place.calls, place.has_fault);
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
