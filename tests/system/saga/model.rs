//! A model of what can happen to one appointment and its money: pure, small, and written without a look at the code that it judges.
//!
//! A step is what somebody outside does (the patient, the bank, Razorpay's webhook, a queue that delivers, time that passes), or as
//! much of it as is done when the function crashes on the way. [`explore`] visits every state that any order of steps leads to,
//! breadth first, and [`walks`] orders the transitions into histories that can be played one after the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How far the clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The hold has just begun.
    Hold,
    /// The lease of a payment start that crashed is over; the hold is not.
    LeaseOver,
    /// The hold is over.
    HoldOver,
}

/// Where the appointment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visit {
    Unbooked,
    Held,
    /// Its hold is over, and that is written down.
    Expired,
    Confirmed,
    Cancelled,
}

/// Who has the slot that was booked, if the visit was not moved away from it: then, who has come after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    Free,
    Ours,
    /// Another patient.
    Theirs,
}

/// How far the order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    None,
    /// The intent is stored, and Razorpay was not asked.
    Intent,
    /// Razorpay has made it, and nobody knows.
    Lost,
    Open,
}

/// What became of an attempt at paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Money {
    None,
    /// The bank said no; `told` if we have heard of it.
    Failed {
        told: bool,
    },
    /// The bank has reserved it; `told` if we have heard of it.
    Authorized {
        told: bool,
    },
    /// Captured, and not settled here; `noted` if the attempt is written down as captured.
    Captured {
        noted: bool,
    },
    /// It pays for the visit.
    Kept,
    /// Promised back.
    Owed,
    /// Razorpay pays it back, and we have not heard the answer.
    Sent,
    /// Razorpay pays it back, and we know.
    Requested,
    /// Paid back, and we know.
    Back,
}

/// Which attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attempt {
    First,
    Second,
}

/// All of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    pub phase: Phase,
    pub visit: Visit,
    pub slot: Slot,
    /// Whether the visit was moved to another slot.
    pub moved: bool,
    pub order: Order,
    pub first: Money,
    pub second: Money,
}

/// What can happen. A number says after how many of its effects the function crashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The patient books.
    Book,
    /// The patient wants to pay.
    Start { crash: Option<u8> },
    /// The bank says no.
    Fail,
    /// The bank reserves the money.
    Authorize,
    /// Razorpay captures.
    Capture(Attempt),
    /// The webhook tells of the failure, now or once more.
    TellFailed,
    /// The webhook tells of the authorization, now or once more.
    TellAuthorized,
    /// The webhook tells of the capture, now or once more: as `payment.captured`, `order.paid`, or by the checkout's signature.
    TellCaptured { attempt: Attempt, by: Teller, crash: Option<u8> },
    /// The queue delivers the refund that is promised, now or once more.
    Issue { attempt: Attempt, crash: Option<u8> },
    /// The webhook tells that the refund was made.
    TellRefundCreated(Attempt),
    /// The webhook tells that the money is back.
    TellRefundProcessed(Attempt),
    /// The patient or the doctor cancels.
    Cancel(Canceller),
    /// The patient moves the visit to another slot, or asks for that again.
    Move,
    /// The end of the hold is cleaned up.
    Release,
    /// Another patient wants the slot.
    Take,
    /// Razorpay is asked what became of the order.
    Reconcile,
    /// Time passes.
    Pass,
}

/// Who cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canceller {
    Patient,
    Doctor,
}

/// Who tells of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Teller {
    PaymentCaptured,
    OrderPaid,
    Checkout,
}

pub const START: State = State {
    phase: Phase::Hold,
    visit: Visit::Unbooked,
    slot: Slot::Free,
    moved: false,
    order: Order::None,
    first: Money::None,
    second: Money::None,
};

impl Money {
    /// Whether the capture is settled here.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Kept | Self::Owed | Self::Sent | Self::Requested | Self::Back)
    }

    /// Whether Razorpay has captured it, whatever became of it.
    pub fn is_captured(self) -> bool {
        self.is_settled() || matches!(self, Self::Captured { .. })
    }
}

impl State {
    pub fn money(&self, attempt: Attempt) -> Money {
        match attempt {
            Attempt::First => self.first,
            Attempt::Second => self.second,
        }
    }

    fn with(self, attempt: Attempt, money: Money) -> Self {
        match attempt {
            Attempt::First => Self { first: money, ..self },
            Attempt::Second => Self { second: money, ..self },
        }
    }

    /// Every step that can be taken here. What is refused or no news can be taken too: it has to change nothing.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = vec![];
        if self.visit == Visit::Unbooked {
            return vec![Step::Book];
        }
        steps.push(Step::Start { crash: None });
        if self.order != Order::Open && self.phase == Phase::Hold {
            steps.extend([Step::Start { crash: Some(1) }, Step::Start { crash: Some(2) }]);
        }
        if self.order == Order::Open {
            match self.first {
                Money::None => steps.extend([Step::Fail, Step::Authorize, Step::Capture(Attempt::First)]),
                Money::Failed { .. } => {
                    steps.extend([Step::TellFailed, Step::Authorize, Step::Capture(Attempt::First)]);
                }
                Money::Authorized { .. } => steps.extend([Step::TellAuthorized, Step::Capture(Attempt::First)]),
                _ => {}
            }
            if self.first.is_captured() && self.second == Money::None {
                steps.push(Step::Capture(Attempt::Second));
            }
            steps.push(Step::Reconcile);
        }
        for attempt in [Attempt::First, Attempt::Second] {
            let money = self.money(attempt);
            if money.is_captured() {
                for by in [Teller::PaymentCaptured, Teller::OrderPaid, Teller::Checkout] {
                    steps.push(Step::TellCaptured { attempt, by, crash: None });
                    if matches!(money, Money::Captured { .. }) {
                        steps.push(Step::TellCaptured { attempt, by, crash: Some(1) });
                    }
                }
            }
            if matches!(money, Money::Owed | Money::Sent | Money::Requested | Money::Back) {
                steps.push(Step::Issue { attempt, crash: None });
            }
            if money == Money::Owed {
                steps.push(Step::Issue { attempt, crash: Some(1) });
            }
            if matches!(money, Money::Sent | Money::Requested | Money::Back) {
                steps.extend([Step::TellRefundCreated(attempt), Step::TellRefundProcessed(attempt)]);
            }
        }
        steps.extend([Step::Cancel(Canceller::Patient), Step::Cancel(Canceller::Doctor), Step::Move, Step::Release]);
        if self.slot != Slot::Theirs {
            steps.push(Step::Take);
        }
        if self.phase != Phase::HoldOver {
            steps.push(Step::Pass);
        }
        steps
    }

    /// What a step leads to.
    pub fn after(self, step: Step) -> Self {
        match step {
            Step::Book => Self { visit: Visit::Held, slot: Slot::Ours, ..self },
            Step::Start { crash } => self.start(crash),
            Step::Fail => self.with(Attempt::First, Money::Failed { told: false }),
            Step::Authorize => self.with(Attempt::First, Money::Authorized { told: false }),
            Step::Capture(attempt) => self.with(attempt, Money::Captured { noted: false }),
            Step::TellFailed => match self.first {
                Money::Failed { .. } => self.with(Attempt::First, Money::Failed { told: true }),
                _ => self,
            },
            Step::TellAuthorized => match self.first {
                Money::Authorized { .. } => self.with(Attempt::First, Money::Authorized { told: true }),
                _ => self,
            },
            Step::TellCaptured { attempt, crash: Some(_), .. } => match self.money(attempt) {
                Money::Captured { .. } => self.with(attempt, Money::Captured { noted: true }),
                _ => self,
            },
            Step::TellCaptured { attempt, crash: None, .. } => self.settle(attempt),
            Step::Issue { attempt, crash } => match (self.money(attempt), crash) {
                (Money::Owed, Some(_)) => self.with(attempt, Money::Sent),
                (Money::Owed, None) => self.with(attempt, Money::Requested),
                // Under the same key Razorpay tells how the refund stands by now.
                (Money::Sent, None) => self.with(attempt, Money::Back),
                _ => self,
            },
            Step::TellRefundCreated(attempt) => match self.money(attempt) {
                Money::Sent => self.with(attempt, Money::Requested),
                _ => self,
            },
            Step::TellRefundProcessed(attempt) => match self.money(attempt) {
                Money::Sent | Money::Requested => self.with(attempt, Money::Back),
                _ => self,
            },
            Step::Cancel(_) => self.cancel(),
            Step::Move => match self.visit {
                Visit::Confirmed if !self.moved => Self { slot: Slot::Free, moved: true, ..self },
                _ => self,
            },
            Step::Release => match (self.phase, self.visit) {
                (Phase::HoldOver, Visit::Held) => {
                    let slot = if self.slot == Slot::Ours { Slot::Free } else { self.slot };
                    Self { visit: Visit::Expired, slot, ..self }
                }
                _ => self,
            },
            Step::Take => {
                let is_over = self.phase == Phase::HoldOver && self.visit == Visit::Held && self.slot == Slot::Ours;
                if self.slot == Slot::Free || is_over { Self { slot: Slot::Theirs, ..self } } else { self }
            }
            Step::Reconcile => self.reconcile(),
            Step::Pass => {
                // Only a start that has crashed waits for the end of its lease.
                let is_leased = matches!(self.order, Order::Intent | Order::Lost);
                let phase = if self.phase == Phase::Hold && is_leased { Phase::LeaseOver } else { Phase::HoldOver };
                Self { phase, ..self }
            }
        }
    }

    fn start(self, crash: Option<u8>) -> Self {
        let can_pay = self.visit == Visit::Held && self.phase != Phase::HoldOver;
        let is_leased = self.phase == Phase::Hold && matches!(self.order, Order::Intent | Order::Lost);
        if !can_pay || is_leased || self.order == Order::Open {
            return self;
        }
        let order = match crash {
            None => Order::Open,
            Some(1) => Order::Intent,
            Some(_) => Order::Lost,
        };
        Self { order, ..self }
    }

    fn settle(self, attempt: Attempt) -> Self {
        if !matches!(self.money(attempt), Money::Captured { .. }) {
            return self;
        }
        let other = if attempt == Attempt::First { self.second } else { self.first };
        if other.is_settled() {
            return self.with(attempt, Money::Owed);
        }
        let can_be_had = match self.visit {
            Visit::Held => self.slot == Slot::Ours,
            Visit::Expired => self.slot == Slot::Free,
            Visit::Unbooked | Visit::Confirmed | Visit::Cancelled => false,
        };
        if can_be_had {
            Self { visit: Visit::Confirmed, slot: Slot::Ours, ..self.with(attempt, Money::Kept) }
        } else {
            self.with(attempt, Money::Owed)
        }
    }

    fn cancel(self) -> Self {
        let is_live = match self.visit {
            Visit::Held => self.phase != Phase::HoldOver,
            Visit::Confirmed => true,
            Visit::Unbooked | Visit::Expired | Visit::Cancelled => false,
        };
        if !is_live {
            return self;
        }
        let owed = |money| if money == Money::Kept { Money::Owed } else { money };
        let slot = if self.moved { self.slot } else { Slot::Free };
        Self { visit: Visit::Cancelled, slot, first: owed(self.first), second: owed(self.second), ..self }
    }

    fn reconcile(self) -> Self {
        let told = match self.first {
            Money::Failed { .. } => self.with(Attempt::First, Money::Failed { told: true }),
            Money::Authorized { .. } => self.with(Attempt::First, Money::Authorized { told: true }),
            _ => self,
        };
        let settled = told.settle(Attempt::First).settle(Attempt::Second);
        let back = |money| if money == Money::Sent { Money::Back } else { money };
        Self { first: back(settled.first), second: back(settled.second), ..settled }
    }
}

/// Every state that can be reached, with every step out of it.
pub fn explore() -> BTreeMap<State, Vec<(Step, State)>> {
    let mut found = BTreeMap::new();
    let mut waiting = VecDeque::from([START]);
    while let Some(state) = waiting.pop_front() {
        if found.contains_key(&state) {
            continue;
        }
        let out: Vec<(Step, State)> = state.steps().into_iter().map(|step| (step, state.after(step))).collect();
        waiting.extend(out.iter().map(|(_, next)| *next));
        found.insert(state, out);
    }
    found
}

/// Histories from the start that together take every transition at least once: each goes on through what was not taken yet, by
/// the shortest way there, until there is nothing left before it.
pub fn walks(graph: &BTreeMap<State, Vec<(Step, State)>>) -> Vec<Vec<Step>> {
    let mut left: BTreeSet<(State, Step)> =
        graph.iter().flat_map(|(state, out)| out.iter().map(|(step, _)| (*state, *step))).collect();
    let mut walks = vec![];
    while !left.is_empty() {
        let (mut at, mut walk) = (START, vec![]);
        while let Some(way) = way_to_new(graph, &left, at) {
            for step in way {
                left.remove(&(at, step));
                at = at.after(step);
                walk.push(step);
            }
        }
        assert!(!walk.is_empty(), "what is left can't be reached");
        walks.push(walk);
    }
    walks
}

/// The shortest way from a state that ends with a transition that was not taken yet.
fn way_to_new(
    graph: &BTreeMap<State, Vec<(Step, State)>>,
    left: &BTreeSet<(State, Step)>,
    from: State,
) -> Option<Vec<Step>> {
    let mut seen = BTreeSet::from([from]);
    let mut waiting = VecDeque::from([(from, vec![])]);
    while let Some((state, way)) = waiting.pop_front() {
        let out = &graph[&state];
        // Those that change nothing first, so that one visit to a state takes all of them.
        let new = out.iter().filter(|(step, _)| left.contains(&(state, *step)));
        if let Some((step, _)) = new.min_by_key(|(step, next)| (*next != state, matches!(step, Step::Pass))) {
            return Some([way, vec![*step]].concat());
        }
        for (step, next) in out {
            if seen.insert(*next) {
                waiting.push_back((*next, [way.clone(), vec![*step]].concat()));
            }
        }
    }
    None
}

#[test]
fn the_model_keeps_what_it_is_to_prove() {
    for (state, out) in explore() {
        let kept = [state.first, state.second].iter().filter(|money| **money == Money::Kept).count();
        assert_eq!(kept, usize::from(state.visit == Visit::Confirmed), "a visit is paid once: {state:?}");
        assert!(state.visit != Visit::Confirmed || state.moved || state.slot == Slot::Ours, "{state:?}");
        assert!(!state.moved || state.slot != Slot::Ours, "{state:?}");
        assert!(!out.is_empty());
    }
}

#[test]
fn the_walks_take_every_transition() {
    let graph = explore();
    let mut taken = BTreeSet::new();
    for walk in walks(&graph) {
        walk.into_iter().fold(START, |state, step| {
            taken.insert((state, step));
            state.after(step)
        });
    }
    assert_eq!(taken.len(), graph.values().map(Vec::len).sum::<usize>());
}
