//! A model of what can happen to one appointment and its money: pure, small, and written without a look at the code that it judges.
//!
//! A step is an act from outside (of the patient, the bank, Razorpay's webhook, a queue that delivers, time that passes), or as
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

/// What is different from the beginning. What can happen to the money of a visit with a fee that is far ahead is tried in all
/// orders; of the others as much as is different there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// The visit is two months ahead.
    Usual,
    /// It is some hours ahead, so that a patient who cancels has half of the fee back, also after a move to a far day.
    Late,
    /// It is less than two hours ahead: a patient who cancels has nothing back, and can't move it any more.
    LastMinute,
    /// It costs nothing.
    Free,
}

impl Case {
    /// Every case.
    pub const ALL: [Self; 4] = [Self::Usual, Self::Late, Self::LastMinute, Self::Free];
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
    /// Razorpay has made it, and our side does not know.
    Lost,
    Open,
}

/// What became of an attempt at paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Money {
    None,
    /// The bank declined; `told` if the failure was reported.
    Failed {
        told: bool,
    },
    /// The bank has reserved it; `told` if that was reported.
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
    /// Razorpay refunds it, and its answer was lost.
    Sent,
    /// Razorpay pays it back, and we know.
    Requested,
    /// Paid back, and we know.
    Back,
    /// Razorpay could not refund it, and its answer was lost.
    SentInVain,
    /// Razorpay could not pay it back, and we take it to be on its way.
    RequestedInVain,
    /// Razorpay could not pay it back, and we know: an operator tries again.
    Undelivered,
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
    pub case: Case,
    pub phase: Phase,
    pub visit: Visit,
    pub slot: Slot,
    /// Whether the visit was moved to another slot.
    pub moved: bool,
    pub order: Order,
    /// Whether a later caller than that of the first lease has a new one.
    pub renewed: bool,
    pub first: Money,
    pub second: Money,
    /// Whether a refund of the first attempt has failed at Razorpay, which can be told again at any time.
    pub failed: bool,
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
    /// The queue delivers the refund that is promised, now or once more; Razorpay can't carry it out, if it is `in_vain`.
    Issue { attempt: Attempt, crash: Option<u8>, in_vain: bool },
    /// The webhook tells that the refund was made.
    TellRefundCreated(Attempt),
    /// The webhook tells that the money is back.
    TellRefundProcessed(Attempt),
    /// The webhook tells that a refund of the first attempt failed, now or once more.
    TellRefundFailed,
    /// An operator has the refund of the first attempt tried again.
    Retry,
    /// The patient or the doctor cancels.
    Cancel(Canceller),
    /// The patient moves the visit to another slot, or asks for that again.
    Move,
    /// The end of the hold is cleaned up.
    Release,
    /// Another patient wants the slot.
    Take,
    /// Razorpay is asked what became of the order.
    Reconcile { crash: Option<u8> },
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

/// Where all begins.
pub const START: State = State {
    case: Case::Usual,
    phase: Phase::Hold,
    visit: Visit::Unbooked,
    slot: Slot::Free,
    moved: false,
    order: Order::None,
    renewed: false,
    first: Money::None,
    second: Money::None,
    failed: false,
};

/// Where all of each case begins.
pub fn starts() -> [State; 4] {
    Case::ALL.map(|case| State { case, ..START })
}

impl Money {
    /// Whether the capture is settled here.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Kept | Self::Owed | Self::Sent | Self::Requested | Self::Back) || self.is_in_vain()
    }

    /// Whether its last refund failed at Razorpay.
    fn is_in_vain(self) -> bool {
        matches!(self, Self::SentInVain | Self::RequestedInVain | Self::Undelivered)
    }

    /// Whether Razorpay has captured it, with any later outcome.
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

    /// Every step that is possible here. Steps that are refused or repeated are possible too: they must change nothing.
    pub fn steps(&self) -> Vec<Step> {
        if self.visit == Visit::Unbooked {
            return vec![Step::Book];
        }
        let mut steps = vec![Step::Start { crash: None }];
        if self.case != Case::Free {
            if self.order != Order::Open && self.phase != Phase::HoldOver {
                steps.extend([Step::Start { crash: Some(1) }, Step::Start { crash: Some(2) }]);
            }
            if self.order == Order::Open {
                steps.extend(self.steps_of_bank());
                steps.push(Step::Reconcile { crash: None });
                let effects = u8::try_from(self.effects_of_question().len()).unwrap();
                steps.extend((1..effects).map(|crash| Step::Reconcile { crash: Some(crash) }));
            }
            steps.extend(
                [Attempt::First, Attempt::Second].into_iter().flat_map(|attempt| self.steps_of_reports(attempt)),
            );
        }
        if self.failed {
            steps.extend([Step::TellRefundFailed, Step::Retry]);
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

    /// What patient, bank and Razorpay can do about an order.
    fn steps_of_bank(&self) -> Vec<Step> {
        let capture = Step::Capture(Attempt::First);
        if self.case != Case::Usual {
            return if self.first == Money::None { vec![capture] } else { vec![] };
        }
        match self.first {
            Money::None => vec![Step::Fail, Step::Authorize, capture],
            Money::Failed { .. } => vec![Step::TellFailed, Step::Authorize, capture],
            Money::Authorized { .. } => vec![Step::TellAuthorized, capture],
            money if money.is_captured() && self.second == Money::None => vec![Step::Capture(Attempt::Second)],
            _ => vec![],
        }
    }

    /// What can be told of an attempt, and done about its refund.
    fn steps_of_reports(&self, attempt: Attempt) -> Vec<Step> {
        let (mut steps, money) = (vec![], self.money(attempt));
        let tellers: &[Teller] = match self.case {
            Case::Usual => &[Teller::PaymentCaptured, Teller::OrderPaid, Teller::Checkout],
            _ => &[Teller::PaymentCaptured],
        };
        for by in tellers.iter().copied().filter(|_| money.is_captured()) {
            steps.push(Step::TellCaptured { attempt, by, crash: None });
            if matches!(money, Money::Captured { .. }) {
                steps.push(Step::TellCaptured { attempt, by, crash: Some(1) });
            }
        }
        if money.is_settled() && money != Money::Kept {
            steps.push(Step::Issue { attempt, crash: None, in_vain: false });
        }
        if money == Money::Owed {
            steps.push(Step::Issue { attempt, crash: Some(1), in_vain: false });
            if attempt == Attempt::First && self.case == Case::Usual && !self.failed {
                steps.push(Step::Issue { attempt, crash: None, in_vain: true });
                steps.push(Step::Issue { attempt, crash: Some(1), in_vain: true });
            }
        }
        if matches!(money, Money::Sent | Money::Requested | Money::Back) {
            steps.extend([Step::TellRefundCreated(attempt), Step::TellRefundProcessed(attempt)]);
        }
        if money.is_in_vain() {
            steps.push(Step::TellRefundCreated(attempt));
        }
        steps
    }

    /// What a step leads to.
    pub fn after(self, step: Step) -> Self {
        match step {
            Step::Book => {
                let visit = if self.case == Case::Free { Visit::Confirmed } else { Visit::Held };
                Self { visit, slot: Slot::Ours, ..self }
            }
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
            Step::Issue { attempt, crash, in_vain } => match (self.money(attempt), crash) {
                (Money::Owed, Some(_)) if in_vain => Self { failed: true, ..self.with(attempt, Money::SentInVain) },
                (Money::Owed, None) if in_vain => Self { failed: true, ..self.with(attempt, Money::RequestedInVain) },
                (Money::Owed, Some(_)) => self.with(attempt, Money::Sent),
                (Money::Owed, None) => self.with(attempt, Money::Requested),
                // Under the same key Razorpay tells how the refund stands by now.
                (Money::Sent, None) => self.with(attempt, Money::Back),
                (Money::SentInVain, None) => self.with(attempt, Money::Undelivered),
                _ => self,
            },
            Step::TellRefundCreated(attempt) => match self.money(attempt) {
                Money::Sent => self.with(attempt, Money::Requested),
                Money::SentInVain => self.with(attempt, Money::RequestedInVain),
                _ => self,
            },
            Step::TellRefundProcessed(attempt) => match self.money(attempt) {
                Money::Sent | Money::Requested => self.with(attempt, Money::Back),
                _ => self,
            },
            Step::TellRefundFailed => match self.first {
                Money::SentInVain | Money::RequestedInVain => self.with(Attempt::First, Money::Undelivered),
                _ => self,
            },
            Step::Retry => match self.first {
                Money::Undelivered => self.with(Attempt::First, Money::Owed),
                _ => self,
            },
            Step::Cancel(by) => self.cancel(by),
            Step::Move => match self.visit {
                Visit::Confirmed if !self.moved && self.case != Case::LastMinute => {
                    Self { slot: Slot::Free, moved: true, ..self }
                }
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
            Step::Reconcile { crash: None } => self.effects_of_question().last().copied().unwrap_or(self),
            Step::Reconcile { crash: Some(after) } => self.effects_of_question()[usize::from(after) - 1],
            Step::Pass => {
                // Only a start that has crashed waits for the end of its lease.
                let is_leased = matches!(self.order, Order::Intent | Order::Lost);
                let phase = if self.phase == Phase::Hold && is_leased { Phase::LeaseOver } else { Phase::HoldOver };
                Self { phase, renewed: false, ..self }
            }
        }
    }

    fn start(self, crash: Option<u8>) -> Self {
        let can_pay = self.visit == Visit::Held && self.phase != Phase::HoldOver;
        let has_begun = matches!(self.order, Order::Intent | Order::Lost);
        let is_leased = has_begun && (self.phase == Phase::Hold || self.renewed);
        if !can_pay || is_leased || self.order == Order::Open {
            return self;
        }
        // Intent, then Razorpay's order unless there is one already, then both bound.
        let order = match (crash, self.order) {
            (None, _) | (Some(2..), Order::Lost) => Order::Open,
            (Some(1), Order::None) => Order::Intent,
            (Some(..=1), known) => known,
            (Some(_), _) => Order::Lost,
        };
        Self { order, renewed: self.phase == Phase::LeaseOver && order != Order::Open, ..self }
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

    fn cancel(self, by: Canceller) -> Self {
        let is_live = match self.visit {
            Visit::Held => self.phase != Phase::HoldOver,
            Visit::Confirmed => true,
            Visit::Unbooked | Visit::Expired | Visit::Cancelled => false,
        };
        if !is_live {
            return self;
        }
        let is_kept = self.case == Case::LastMinute && by == Canceller::Patient;
        let owed = |money| if money == Money::Kept && !is_kept { Money::Owed } else { money };
        let slot = if self.moved { self.slot } else { Slot::Free };
        Self { visit: Visit::Cancelled, slot, first: owed(self.first), second: owed(self.second), ..self }
    }

    /// What is there after each write of a question about the order, and after the last one.
    fn effects_of_question(self) -> Vec<Self> {
        let mut effects = vec![];
        let is_paid = self.first.is_settled() || self.second.is_settled();
        if !is_paid {
            // The next question is planned.
            effects.push(self);
        }
        let mut now = self;
        for attempt in [Attempt::First, Attempt::Second] {
            let steps = match now.money(attempt) {
                Money::Failed { told: false } => vec![now.with(attempt, Money::Failed { told: true })],
                Money::Authorized { told: false } => vec![now.with(attempt, Money::Authorized { told: true })],
                Money::Captured { .. } => vec![now.with(attempt, Money::Captured { noted: true }), now.settle(attempt)],
                Money::Sent => vec![now.with(attempt, Money::Back)],
                Money::RequestedInVain => vec![now.with(attempt, Money::Undelivered)],
                _ => vec![],
            };
            now = steps.last().copied().unwrap_or(now);
            effects.extend(steps);
        }
        effects
    }
}

/// Every state that can be reached, with every step out of it.
pub fn explore() -> BTreeMap<State, Vec<(Step, State)>> {
    let mut found = BTreeMap::new();
    let mut waiting = VecDeque::from(starts());
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

/// Histories from the starts that together take every transition at least once: each goes on through what was not taken yet, by
/// the shortest way there, until there is nothing left before it.
pub fn walks(graph: &BTreeMap<State, Vec<(Step, State)>>) -> Vec<(State, Vec<Step>)> {
    let places: BTreeMap<State, usize> = graph.keys().enumerate().map(|(place, state)| (*state, place)).collect();
    let out = |out: &Vec<(Step, State)>| out.iter().map(|(step, next)| (*step, places[next])).collect();
    let mut map =
        Map { out: graph.values().map(out).collect(), left: graph.values().map(|out| vec![true; out.len()]).collect() };
    let mut walks = vec![];
    for start in starts() {
        loop {
            let (mut at, mut walk) = (places[&start], vec![]);
            while let Some(way) = map.way_to_new(at) {
                for turn in way {
                    map.left[at][turn] = false;
                    let (step, next) = map.out[at][turn];
                    walk.push(step);
                    at = next;
                }
            }
            if walk.is_empty() {
                break;
            }
            walks.push((start, walk));
        }
    }
    assert!(map.left.iter().flatten().all(|left| !left), "what is left can't be reached");
    walks
}

/// The graph by numbers, and which of its transitions were not taken yet.
struct Map {
    out: Vec<Vec<(Step, usize)>>,
    left: Vec<Vec<bool>>,
}

impl Map {
    /// The shortest way from a state that ends with a transition that was not taken yet: of each state on it, which of its
    /// transitions to take.
    fn way_to_new(&self, from: usize) -> Option<Vec<usize>> {
        // Whence each state was reached, and by which transition.
        let mut reached: Vec<Option<(usize, usize)>> = vec![None; self.out.len()];
        let mut waiting = VecDeque::from([from]);
        while let Some(at) = waiting.pop_front() {
            let new = (0..self.out[at].len()).filter(|turn| self.left[at][*turn]);
            // Those that change nothing first, so that one visit to a state takes all of them.
            let is_late = |turn: &usize| (self.out[at][*turn].1 != at, matches!(self.out[at][*turn].0, Step::Pass));
            if let Some(turn) = new.min_by_key(is_late) {
                let mut way = vec![turn];
                let mut back = at;
                while let Some((before, turn)) = reached[back].filter(|_| back != from) {
                    way.push(turn);
                    back = before;
                }
                way.reverse();
                return Some(way);
            }
            for (turn, (_, next)) in self.out[at].iter().enumerate() {
                if reached[*next].is_none() && *next != from {
                    reached[*next] = Some((at, turn));
                    waiting.push_back(*next);
                }
            }
        }
        None
    }
}

#[test]
fn the_model_keeps_its_invariants() {
    for (state, out) in explore() {
        let kept = [state.first, state.second].iter().filter(|money| **money == Money::Kept).count();
        let is_paid = state.visit == Visit::Confirmed && state.case != Case::Free;
        // A patient who cancels at the last minute pays all the same.
        let may_be_kept = is_paid || (state.visit == Visit::Cancelled && state.case == Case::LastMinute);
        assert!(kept >= usize::from(is_paid) && kept <= usize::from(may_be_kept), "a visit is paid once: {state:?}");
        assert!(state.visit != Visit::Confirmed || state.moved || state.slot == Slot::Ours, "{state:?}");
        assert!(!state.moved || state.slot != Slot::Ours, "{state:?}");
        assert!(!out.is_empty());
    }
}

#[test]
fn the_walks_take_every_transition() {
    let graph = explore();
    let mut taken = BTreeSet::new();
    for (start, walk) in walks(&graph) {
        walk.into_iter().fold(start, |state, step| {
            taken.insert((state, step));
            state.after(step)
        });
    }
    assert_eq!(taken.len(), graph.values().map(Vec::len).sum::<usize>());
}
