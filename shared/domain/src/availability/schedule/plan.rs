//! The difference between a schedule and the published slots.
//!
//! After an interruption the next plan is made from the slots that exist, and contains only the remaining changes;
//! after all changes were written, it is empty.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};

use super::{Schedule, Wanted};
use crate::access::Authorized;
use crate::availability::slot::PASSED_ON_WITHIN;
use crate::availability::slot::{Origin, Slot, SlotState};
use crate::core::time::{MAX_MINUTES, TimeRange, Zone};

/// The changes to write, and the slots that can't be changed.
///
/// The three lists are written one after the other: [`withdraw`](Self::withdraw), [`change`](Self::change),
/// [`add`](Self::add). After every single write the published slots do not overlap: slots in the way of a longer slot
/// are withdrawn before it is made longer, and a slot is made shorter before another is added behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Free slots that are no longer in the schedule, withdrawn.
    pub withdraw: Vec<Slot>,
    /// Slots of the schedule that stay and change: a free slot in its place, its end and the instant at which it
    /// closes; a taken slot only in the latter.
    pub change: Vec<Slot>,
    /// New slots, free. A slot that was withdrawn before keeps its version.
    pub add: Vec<Slot>,
    /// Taken slots that are not in the schedule, unchanged: only their appointments can be moved.
    pub outside: Vec<Slot>,
}

impl Plan {
    /// Whether there is nothing to write.
    pub const fn is_empty(&self) -> bool {
        self.withdraw.is_empty() && self.change.is_empty() && self.add.is_empty()
    }
}

impl Authorized<Schedule> {
    /// Compares the schedule with `existing`, which are all slots of the doctor within [`Schedule::reach`], withdrawn
    /// ones included.
    ///
    /// Slots that are published by hand, held, booked, offered or that have begun stay as they are, and a slot of the
    /// schedule that meets one of them, itself or with its pauses, is not published. There is one exception: the
    /// instant at which a slot closes follows the schedule even if the slot is taken, and a taken slot outside the
    /// schedule closes at once. Its holder is not affected; but if it is released, for example on the first day of a
    /// leave, no other patient can book it before it is withdrawn.
    pub fn plan(&self, existing: &[Slot], now: Timestamp) -> Plan {
        Schedule::plan(self, existing, now)
    }
}

impl Schedule {
    /// The taken slots that are not in this schedule: [`Plan::outside`], for a preview.
    pub fn outside(&self, existing: &[Slot], now: Timestamp) -> Vec<Slot> {
        self.plan(existing, now).outside
    }

    fn plan(&self, existing: &[Slot], now: Timestamp) -> Plan {
        let published = || existing.iter().filter(|slot| slot.state != SlotState::Withdrawn);
        let (ours, others): (Vec<&Slot>, Vec<&Slot>) = published().partition(|slot| is_ours(slot, now));
        let obstacles = Obstacles::of(&others);
        let by_start: HashMap<Timestamp, &Slot> = existing.iter().map(|slot| (slot.time.start(), slot)).collect();

        let wanted = self.wanted(now);
        let is_near = |slot: &&Wanted| self.last_date(&slot.zone, now).is_none_or(|last| slot.date <= last);
        let mut plan = Plan { withdraw: Vec::new(), change: Vec::new(), add: Vec::new(), outside: Vec::new() };
        let mut kept = Vec::new();
        for slot in wanted.iter().filter(is_near) {
            let start = slot.time.start();
            if start <= now || obstacles.meet(slot) {
                continue;
            }
            let closes = self.closes(slot.time);
            match by_start.get(&start) {
                Some(there) if is_ours(there, now) => {
                    kept.push(start);
                    let changed = Slot { time: slot.time, place: slot.place.clone(), closes, ..(*there).clone() };
                    if changed != **there {
                        plan.change.push(changed);
                    }
                }
                // A slot that would be closed already is not published.
                there if closes > now => plan.add.push(Slot {
                    doctor: self.doctor,
                    time: slot.time,
                    place: slot.place.clone(),
                    closes,
                    origin: Origin::Schedule,
                    state: SlotState::Free,
                    version: there.map_or(0, |slot| slot.version),
                }),
                _ => {}
            }
        }
        let gone = ours.into_iter().filter(|slot| kept.binary_search(&slot.time.start()).is_err());
        plan.withdraw = gone.map(|slot| Slot { state: SlotState::Withdrawn, ..slot.clone() }).collect();

        let has: HashMap<Timestamp, &Wanted> = wanted.iter().map(|slot| (slot.time.start(), slot)).collect();
        for &slot in others.iter().filter(|slot| slot.time.start() > now) {
            let is_inside =
                has.get(&slot.time.start()).is_some_and(|it| it.time == slot.time && it.place == slot.place);
            if is_taken(slot, now) && !is_inside && (slot.origin == Origin::Schedule || self.is_blocked(slot.time)) {
                plan.outside.push(slot.clone());
            }
            // An offer is a promise that stands until it is over, even if the notice changes; a slot outside the
            // schedule is not offered to an entry after that.
            let offer_ends = match slot.state {
                SlotState::Offered { until, .. } if until > now => Some(until - PASSED_ON_WITHIN),
                _ => None,
            };
            if slot.origin == Origin::Schedule && (offer_ends.is_some() || slot.holder().is_some()) {
                let at_last = slot.closes.min(offer_ends.unwrap_or(now));
                let closes = match (is_inside, offer_ends) {
                    (true, Some(_)) => self.closes(slot.time).max(at_last),
                    (true, None) => self.closes(slot.time),
                    (false, _) => at_last,
                };
                if closes != slot.closes {
                    plan.change.push(Slot { closes, ..slot.clone() });
                }
            }
        }
        plan
    }

    /// The last date on which slots are published, in `zone`. `None` at the end of the calendar.
    fn last_date(&self, zone: &Zone, now: Timestamp) -> Option<Date> {
        zone.date(now).checked_add(Span::new().days(self.terms.horizon_days)).ok()
    }

    fn closes(&self, time: TimeRange) -> Timestamp {
        let notice = SignedDuration::from_mins(self.terms.notice_minutes);
        time.start().checked_sub(notice).unwrap_or(Timestamp::MIN)
    }

    fn is_blocked(&self, time: TimeRange) -> bool {
        let bounds = self.terms.blocked.iter().map(super::Blocked::bounds);
        bounds.into_iter().any(|(from, to)| time.start() < to && from < time.end())
    }
}

/// Whether a plan may change a published slot freely: the schedule made it, it has not begun, and no patient has it or
/// an offer of it. A hold that is over is not enough: a payment for it may still come.
fn is_ours(slot: &Slot, now: Timestamp) -> bool {
    let is_untaken = match slot.state {
        SlotState::Free => true,
        SlotState::Offered { until, .. } => until <= now,
        SlotState::Held { .. } | SlotState::Booked { .. } | SlotState::Withdrawn => false,
    };
    slot.origin == Origin::Schedule && is_untaken && slot.time.start() > now
}

/// Whether a patient has the slot, or an offer of it.
fn is_taken(slot: &Slot, now: Timestamp) -> bool {
    match slot.state {
        SlotState::Held { until, .. } | SlotState::Offered { until, .. } => until > now,
        SlotState::Booked { .. } => true,
        SlotState::Free | SlotState::Withdrawn => false,
    }
}

/// The slots that stay in any case, by start.
struct Obstacles(BTreeMap<Timestamp, TimeRange>);

impl Obstacles {
    fn of(slots: &[&Slot]) -> Self {
        Self(slots.iter().map(|slot| (slot.time.start(), slot.time)).collect())
    }

    /// Whether one of them meets a slot or the pauses around it.
    fn meet(&self, slot: &Wanted) -> bool {
        let (from, to) = slot.occupied;
        let earliest = from.checked_sub(SignedDuration::from_mins(MAX_MINUTES)).unwrap_or(Timestamp::MIN);
        self.0.range(earliest..to).any(|(_, time)| time.end() > from)
    }
}
