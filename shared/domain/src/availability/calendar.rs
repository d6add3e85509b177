//! A doctor's calendar: the slots that may be published beside the existing ones. Published slots of a doctor never
//! overlap.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource};
use crate::availability::slot::{Slot, SlotState};
use crate::core::id::{DoctorId, SlotId};
use crate::core::time::TimeRange;

/// The most slots that one publication adds: four weeks of ten-minute slots.
pub const MAX_PUBLISHED_AT_ONCE: usize = 1000;

/// The version that every publication of a doctor increments, so that two publications can't overlap. Bookings never
/// change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The doctor of the calendar.
    pub doctor: DoctorId,
    /// The version that was read; 0 before the first publication.
    pub version: u64,
}

impl Resource for Calendar {
    fn parties(&self) -> Parties {
        Parties::doctor(self.doctor)
    }
}

/// The slots that a publication adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The slots to write, in order of time. A slot that was withdrawn before keeps its version.
    pub new: Vec<Slot>,
    /// The number of wanted slots that are published already, so that a publication can be repeated.
    pub already: usize,
}

/// The reason why a publication is refused as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublishRefusal {
    /// The publication has no slot: none fits into the hours.
    #[error("there is no slot to publish")]
    Nothing,
    /// The publication has more than [`MAX_PUBLISHED_AT_ONCE`] slots.
    #[error("{wanted} slots are more than the {MAX_PUBLISHED_AT_ONCE} that can be published at once")]
    TooMany {
        /// The number of slots that were asked for.
        wanted: usize,
    },
    /// A wanted slot has started already.
    #[error("{wanted} is not in the future")]
    InThePast {
        /// The wanted slot.
        wanted: TimeRange,
    },
    /// Two wanted slots overlap each other.
    #[error("{first} and {second} overlap each other")]
    WantedOverlap {
        /// The earlier slot.
        first: TimeRange,
        /// The later slot.
        second: TimeRange,
    },
    /// A wanted slot overlaps a published one without being the same.
    #[error("{wanted} overlaps {existing}, which is published")]
    Overlaps {
        /// The wanted slot.
        wanted: TimeRange,
        /// The published slot.
        existing: TimeRange,
    },
}

impl Calendar {
    pub(crate) fn publish(
        &self,
        existing: &[Slot],
        mut wanted: Vec<TimeRange>,
        now: Timestamp,
    ) -> Result<Publication, PublishRefusal> {
        wanted.sort_unstable();
        let (Some(&first), count) = (wanted.first(), wanted.len()) else {
            return Err(PublishRefusal::Nothing);
        };
        if count > MAX_PUBLISHED_AT_ONCE {
            return Err(PublishRefusal::TooMany { wanted: count });
        }
        if first.start() <= now {
            return Err(PublishRefusal::InThePast { wanted: first });
        }
        // The slots are in order of their starts, so that it is enough to compare neighbours.
        if let Some(pair) = wanted.windows(2).find(|pair| pair[0].overlaps(&pair[1])) {
            return Err(PublishRefusal::WantedOverlap { first: pair[0], second: pair[1] });
        }

        let (withdrawn, published): (Vec<&Slot>, Vec<&Slot>) =
            existing.iter().partition(|slot| slot.state == SlotState::Withdrawn);
        let mut publication = Publication { new: Vec::new(), already: 0 };
        for time in wanted {
            match published.iter().find(|slot| slot.time.overlaps(&time)) {
                Some(slot) if slot.time == time => publication.already += 1,
                Some(slot) => {
                    return Err(PublishRefusal::Overlaps { wanted: time, existing: slot.time });
                }
                None => {
                    let before = withdrawn.iter().find(|slot| slot.id() == SlotId::from(&time));
                    let version = before.map_or(0, |slot| slot.version);
                    publication.new.push(Slot::by_hand(self.doctor, time, version));
                }
            }
        }
        Ok(publication)
    }
}

impl Authorized<Calendar> {
    /// Selects the slots of `wanted` that are new. `existing` are all slots of the doctor that could overlap one of
    /// them, withdrawn ones included: those that start between [`MAX_MINUTES`](crate::core::time::MAX_MINUTES) before
    /// the first and the end of the last.
    pub fn publish(
        &self,
        existing: &[Slot],
        wanted: Vec<TimeRange>,
        now: Timestamp,
    ) -> Result<Publication, PublishRefusal> {
        Calendar::publish(self, existing, wanted, now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{appointment_id, at, doctor_id, minutes, now, range, slot};

    fn booked() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn withdrawn() -> Slot {
        Slot { state: SlotState::Withdrawn, ..slot() }
    }

    fn calendar() -> Calendar {
        Calendar { doctor: doctor_id(), version: 3 }
    }

    fn published(time: TimeRange) -> Slot {
        Slot { time, closes: time.start(), ..slot() }
    }

    const MORNING: &str = "2026-12-01T04:30:00Z";
    const NEXT: &str = "2026-12-01T05:00:00Z";

    #[test]
    fn new_slots_are_published_free_and_in_order() {
        let wanted = vec![range(NEXT, 30), range(MORNING, 30)];
        let publication = calendar().publish(&[], wanted, now()).unwrap();
        assert_eq!(publication.already, 0);
        let times: Vec<TimeRange> = publication.new.iter().map(|slot| slot.time).collect();
        assert_eq!(times, [range(MORNING, 30), range(NEXT, 30)]);
        assert!(publication.new.iter().all(|slot| slot.state == SlotState::Free && slot.version == 0));
        assert!(publication.new.iter().all(|slot| slot.doctor == doctor_id()));
    }

    #[test]
    fn publishing_again_changes_nothing_even_if_slots_were_booked_meanwhile() {
        let existing = [Slot { time: range(MORNING, 30), ..booked() }, published(range(NEXT, 30))];
        let wanted = vec![range(MORNING, 30), range(NEXT, 30)];
        assert_eq!(calendar().publish(&existing, wanted, now()), Ok(Publication { new: vec![], already: 2 }));
    }

    #[test]
    fn a_slot_that_overlaps_a_published_one_refuses_everything() {
        let existing = [published(range(MORNING, 30))];
        for other in [
            range(MORNING, 20),
            range(MORNING, 40),
            range("2026-12-01T04:59:00Z", 1),
            range("2026-11-30T20:31:00Z", 480),
        ] {
            let wanted = vec![range("2026-12-02T04:30:00Z", 30), other];
            assert_eq!(
                calendar().publish(&existing, wanted, now()),
                Err(PublishRefusal::Overlaps { wanted: other, existing: range(MORNING, 30) }),
            );
        }
    }

    #[test]
    fn a_withdrawn_slot_is_no_obstacle_and_can_be_published_again_in_any_length() {
        let existing = [Slot { time: range(MORNING, 30), version: 7, ..withdrawn() }];
        let again = calendar().publish(&existing, vec![range(MORNING, 45)], now()).unwrap();
        assert_eq!((again.new[0].version, again.new[0].time), (7, range(MORNING, 45)));
        let beside = calendar().publish(&existing, vec![range("2026-12-01T04:45:00Z", 30)], now()).unwrap();
        assert_eq!(beside.new[0].version, 0);
    }

    #[test]
    fn wanted_slots_must_not_overlap_each_other() {
        let (first, second) = (range(MORNING, 31), range(NEXT, 30));
        assert_eq!(
            calendar().publish(&[], vec![second, first], now()),
            Err(PublishRefusal::WantedOverlap { first, second }),
        );
        assert_eq!(
            calendar().publish(&[], vec![first, first], now()),
            Err(PublishRefusal::WantedOverlap { first, second: first }),
        );
    }

    #[test]
    fn slots_across_midnight_meet_those_of_the_next_day() {
        let (late, early) = (range("2026-12-01T23:45:00Z", 30), range("2026-12-02T00:00:00Z", 30));
        assert_eq!(
            calendar().publish(&[published(late)], vec![early], now()),
            Err(PublishRefusal::Overlaps { wanted: early, existing: late }),
        );
    }

    #[test]
    fn the_past_nothing_and_too_much_are_refused() {
        let started = range("2026-11-30T03:00:00Z", 30);
        assert_eq!(
            calendar().publish(&[], vec![range(MORNING, 30), started], now()),
            Err(PublishRefusal::InThePast { wanted: started }),
        );
        assert_eq!(calendar().publish(&[], vec![], now()), Err(PublishRefusal::Nothing));
        let many = |count| vec![range(MORNING, 30); count];
        assert_eq!(
            calendar().publish(&[], many(MAX_PUBLISHED_AT_ONCE + 1), now()),
            Err(PublishRefusal::TooMany { wanted: MAX_PUBLISHED_AT_ONCE + 1 }),
        );
    }

    fn any_ranges() -> impl Strategy<Value = Vec<TimeRange>> {
        let start = at("2026-12-01T00:00:00Z");
        let one = (0_i64..600, 1_i64..60).prop_map(move |(from, length)| {
            TimeRange::new(start + minutes(from), start + minutes(from + length)).unwrap()
        });
        prop::collection::vec(one, 1..6)
    }

    proptest! {
        #[test]
        fn slots_published_in_any_order_never_overlap(publications in prop::collection::vec(any_ranges(), 1..12)) {
            let mut slots: Vec<Slot> = Vec::new();
            for wanted in publications {
                if let Ok(publication) = calendar().publish(&slots, wanted, now()) {
                    slots.extend(publication.new);
                }
            }
            for (i, a) in slots.iter().enumerate() {
                prop_assert!(slots[i + 1..].iter().all(|b| !a.time.overlaps(&b.time)));
            }
        }
    }
}
