//! A doctor's published slots: who holds one, and what may be published beside the others.
//!
//! [`Slot::is_bookable_by`] is the one rule that listing and booking share: what the list offers can be booked, unless
//! another write came between.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use crate::core::person::{InvalidField, one_line, text_value};
use crate::access::Authorized;
use crate::core::time::TimeRange;

/// The most slots that one publication adds: four weeks of ten-minute slots.
pub const MAX_PUBLISHED_AT_ONCE: usize = 1000;

/// An interval that a doctor published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Whose it is.
    pub doctor: DoctorId,
    /// When it is. Its start names it among the doctor's slots.
    pub time: TimeRange,
    /// Where the visit takes place.
    pub place: Place,
    /// The first instant at which it can't be booked any more: its start, or earlier if the doctor wants notice.
    pub closes: Timestamp,
    /// What published it.
    pub origin: Origin,
    /// Who has it.
    pub state: SlotState,
    /// The version that was read.
    pub version: u64,
}

/// Where a visit takes place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Place {
    /// In a video call.
    #[default]
    Video,
    /// In a room that patient and doctor come to.
    Clinic {
        /// How patients know it.
        name: ClinicName,
    },
}

impl Place {
    /// The clinic, if it is one.
    pub const fn clinic(&self) -> Option<&ClinicName> {
        match self {
            Self::Video => None,
            Self::Clinic { name } => Some(name),
        }
    }
}

text_value! {
    /// A clinic as patients know it, 1 to 80 characters on one line.
    shown ClinicName, clinic_name
}

fn clinic_name(text: &str) -> Result<String, InvalidField> {
    one_line(text, 80, "must be 1 to 80 characters on one line")
}

/// What published a slot. Whoever changes a schedule changes the free slots that came from it, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Somebody, slot by slot or for a stretch of days.
    #[default]
    ByHand,
    /// The doctor's schedule, as time goes on.
    Schedule,
}

/// Who has a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SlotState {
    /// Nobody.
    Free,
    /// An appointment that is not paid yet. Nothing needs to happen at `until`: from then on anybody may take it.
    Held {
        /// By which appointment.
        appointment: AppointmentId,
        /// The first instant at which it is held no longer.
        until: Timestamp,
    },
    /// It was given back, and somebody who waits may have it first. From `until` on anybody may take it.
    Offered {
        /// To whom.
        patient: PatientId,
        /// For which entry of a waiting list.
        entry: WaitlistEntryId,
        /// The first instant at which anybody may take it: some minutes after the offer is over
        /// ([`PASSED_ON_WITHIN`](crate::appointments::waitlist::PASSED_ON_WITHIN)).
        until: Timestamp,
    },
    /// An appointment that is paid, or free of charge.
    Booked {
        /// Which one.
        appointment: AppointmentId,
    },
    /// The doctor took it back.
    Withdrawn,
}

/// Why a slot does not change hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotRefusal {
    /// It started already.
    #[error("the slot is in the past")]
    InPast,
    /// The doctor wants more notice than is left.
    #[error("the slot can't be booked any more")]
    Closed,
    /// Another appointment has it, it is offered to somebody else, or the doctor took it back.
    #[error("the slot is taken")]
    Taken,
    /// The appointment does not have it.
    #[error("the slot belongs to another appointment")]
    NotHolder,
}

/// Why a slot can't be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawRefusal {
    /// A patient is about to pay.
    #[error("the slot is held by a patient")]
    Held,
    /// Its appointment has to be cancelled instead.
    #[error("the slot is booked")]
    Booked,
}

impl Slot {
    /// Its name among the doctor's slots.
    pub fn id(&self) -> SlotId {
        SlotId::from(&self.time)
    }

    /// A free one that somebody publishes by hand: a video visit that can be booked until it starts.
    pub fn by_hand(doctor: DoctorId, time: TimeRange, version: u64) -> Self {
        let (place, origin) = (Place::default(), Origin::ByHand);
        Self { doctor, time, place, closes: time.start(), origin, state: SlotState::Free, version }
    }

    /// Whether `patient`, or anybody if nobody is named, may take it: it is open for booking, and free, or its hold or
    /// offer is over, or it is offered to this patient.
    pub fn is_bookable_by(&self, patient: Option<PatientId>, now: Timestamp) -> bool {
        self.is_open(now)
            && match self.state {
                SlotState::Free => true,
                SlotState::Held { until, .. } => until <= now,
                SlotState::Offered { patient: offered, until, .. } => until <= now || patient == Some(offered),
                SlotState::Booked { .. } | SlotState::Withdrawn => false,
            }
    }

    /// Whether the time in which it could be booked is not over.
    fn is_open(&self, now: Timestamp) -> bool {
        self.closes.min(self.time.start()) > now
    }

    /// The appointment that it carries, even if its hold is over and nobody else took it yet.
    pub const fn holder(&self) -> Option<AppointmentId> {
        match self.state {
            SlotState::Held { appointment, .. } | SlotState::Booked { appointment } => Some(appointment),
            SlotState::Free | SlotState::Offered { .. } | SlotState::Withdrawn => None,
        }
    }

    /// Reserves it for an appointment that is to be paid.
    pub fn hold(
        self,
        appointment: AppointmentId,
        patient: PatientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Self, SlotRefusal> {
        self.bookable(patient, now).map(|slot| Self { state: SlotState::Held { appointment, until }, ..slot })
    }

    /// The same hold, until another instant. A slot that is not held stays as it is.
    pub(crate) fn held_until(self, until: Timestamp) -> Self {
        match self.state {
            SlotState::Held { appointment, .. } => Self { state: SlotState::Held { appointment, until }, ..self },
            _ => self,
        }
    }

    /// Gives it to an appointment: the one that it carries, whatever became of the hold, or any if it is bookable.
    pub fn book(self, appointment: AppointmentId, patient: PatientId, now: Timestamp) -> Result<Self, SlotRefusal> {
        let slot = if self.holder() == Some(appointment) { self } else { self.bookable(patient, now)? };
        Ok(Self { state: SlotState::Booked { appointment }, ..slot })
    }

    /// Gives it back, which only the appointment that it carries can do.
    pub fn free(self, appointment: AppointmentId) -> Result<Self, SlotRefusal> {
        if self.holder() == Some(appointment) {
            Ok(Self { state: SlotState::Free, ..self })
        } else {
            Err(SlotRefusal::NotHolder)
        }
    }

    pub(crate) fn withdraw(self, now: Timestamp) -> Result<Self, WithdrawRefusal> {
        match self.state {
            SlotState::Held { until, .. } if until > now => Err(WithdrawRefusal::Held),
            SlotState::Booked { .. } => Err(WithdrawRefusal::Booked),
            SlotState::Free | SlotState::Held { .. } | SlotState::Offered { .. } | SlotState::Withdrawn => {
                Ok(Self { state: SlotState::Withdrawn, ..self })
            }
        }
    }

    fn bookable(self, patient: PatientId, now: Timestamp) -> Result<Self, SlotRefusal> {
        if self.time.start() <= now {
            Err(SlotRefusal::InPast)
        } else if !self.is_open(now) {
            Err(SlotRefusal::Closed)
        } else if self.is_bookable_by(Some(patient), now) {
            Ok(self)
        } else {
            Err(SlotRefusal::Taken)
        }
    }
}

/// The interval that `slots` cover in their order, if they are adjacent: each begins, in the same place, when the one
/// before it ends. Not with a pause between them, since somebody could publish another slot in it.
pub fn span(slots: &[Slot]) -> Option<TimeRange> {
    let (first, last) = (slots.first()?, slots.last()?);
    let is_adjacent = |pair: &[Slot]| pair[0].time.end() == pair[1].time.start() && pair[0].place == pair[1].place;
    let time = TimeRange::new(first.time.start(), last.time.end()).ok()?;
    slots.windows(2).all(is_adjacent).then_some(time)
}

/// Where in `slots`, which are in order of time, `count` adjacent ones begin, and the interval that they cover.
pub fn runs(slots: &[Slot], count: usize) -> impl Iterator<Item = (usize, TimeRange)> {
    let runs = slots.windows(count.max(1)).enumerate();
    runs.filter_map(|(first, run)| Some((first, span(run)?)))
}

impl Authorized<Slot> {
    /// Takes it back from publication. Doing so again changes nothing.
    pub fn withdraw(self, now: Timestamp) -> Result<Slot, WithdrawRefusal> {
        self.into_inner().withdraw(now)
    }
}

/// The version that every publication of a doctor passes, so that two of them can't overlap. Bookings never touch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Whose it is.
    pub doctor: DoctorId,
    /// The version that was read; 0 before the first publication.
    pub version: u64,
}

/// What a publication adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The slots to write, in order of time. One that was withdrawn before keeps the version that it has.
    pub new: Vec<Slot>,
    /// How many of the wanted ones are published already, so that repeating a publication is harmless.
    pub already: usize,
}

/// Why nothing is published. It is all or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublishRefusal {
    /// Nothing was asked for: no slot fits into the hours.
    #[error("there is no slot to publish")]
    Nothing,
    /// More than [`MAX_PUBLISHED_AT_ONCE`].
    #[error("{wanted} slots are more than the {MAX_PUBLISHED_AT_ONCE} that can be published at once")]
    TooMany {
        /// How many were asked for.
        wanted: usize,
    },
    /// A wanted slot has started already.
    #[error("{wanted} is not in the future")]
    InThePast {
        /// Which one.
        wanted: TimeRange,
    },
    /// Two wanted slots overlap each other.
    #[error("{first} and {second} overlap each other")]
    WantedOverlap {
        /// The earlier one.
        first: TimeRange,
        /// The later one.
        second: TimeRange,
    },
    /// A wanted slot overlaps a published one without being the same.
    #[error("{wanted} overlaps {existing}, which is published")]
    Overlaps {
        /// The wanted one.
        wanted: TimeRange,
        /// The published one.
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
        // In order of their starts, so that neighbours are enough to compare.
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
    /// Decides what is new among `wanted`. `existing` are all slots of the doctor that could overlap one of them,
    /// withdrawn ones included: those that start from 480 minutes before the first to the end of the last.
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
    use crate::testing::{
        appointment_id, at, doctor_id, entry_id, minutes, now, other_patient, patient_id, range, slot, visit,
    };

    fn held_until(until: Timestamp) -> Slot {
        Slot { state: SlotState::Held { appointment: appointment_id(1), until }, ..slot() }
    }

    fn booked() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn withdrawn() -> Slot {
        Slot { state: SlotState::Withdrawn, ..slot() }
    }

    #[test]
    fn a_free_slot_is_bookable_until_it_starts() {
        assert!(slot().is_bookable_by(None, now()));
        assert!(slot().is_bookable_by(None, visit().start() - minutes(1)));
        assert!(!slot().is_bookable_by(None, visit().start()));
    }

    #[test]
    fn a_held_slot_is_bookable_from_the_end_of_the_hold_on() {
        let until = now() + minutes(10);
        assert!(!held_until(until).is_bookable_by(None, until - minutes(1)));
        assert!(held_until(until).is_bookable_by(None, until));
        assert!(!held_until(until).is_bookable_by(None, visit().start()));
    }

    #[test]
    fn a_booked_or_withdrawn_slot_is_never_bookable() {
        assert!(!booked().is_bookable_by(None, now()));
        assert!(!withdrawn().is_bookable_by(None, now()));
    }

    #[test]
    fn an_offered_slot_is_for_the_one_to_whom_it_is_offered_and_later_for_anybody() {
        let until = now() + minutes(30);
        let offered =
            || Slot { state: SlotState::Offered { patient: patient_id(), entry: entry_id(1), until }, ..slot() };
        assert!(offered().is_bookable_by(Some(patient_id()), now()));
        assert!(!offered().is_bookable_by(Some(other_patient()), until - minutes(1)));
        assert!(!offered().is_bookable_by(None, until - minutes(1)));
        assert!(offered().is_bookable_by(None, until));
        assert!(offered().book(appointment_id(1), patient_id(), now()).is_ok());
        assert_eq!(offered().book(appointment_id(1), other_patient(), now()), Err(SlotRefusal::Taken));
        // Nothing is agreed yet: the doctor can take it back.
        assert_eq!(offered().withdraw(now()).unwrap(), withdrawn());
    }

    #[test]
    fn a_slot_can_be_booked_until_it_closes() {
        let closes = visit().start() - minutes(120);
        let early = || Slot { closes, ..slot() };
        assert!(early().is_bookable_by(None, closes - minutes(1)));
        assert!(!early().is_bookable_by(None, closes));
        assert_eq!(early().book(appointment_id(1), patient_id(), closes), Err(SlotRefusal::Closed));
        // What it carries already is confirmed however late it is.
        let held = Slot { closes, ..held_until(closes) };
        assert_eq!(held.book(appointment_id(1), patient_id(), closes).unwrap().holder(), Some(appointment_id(1)));
    }

    #[test]
    fn taking_a_slot_follows_the_rule_of_listing_it() {
        let until = now() + minutes(10);
        let take = |slot: Slot, at| slot.hold(appointment_id(2), patient_id(), at + minutes(10), at);
        let taken = take(slot(), now()).unwrap();
        assert_eq!(taken.state, SlotState::Held { appointment: appointment_id(2), until });
        assert_eq!(taken.version, slot().version, "the writer counts versions");
        assert_eq!(take(held_until(until), until - minutes(1)), Err(SlotRefusal::Taken));
        assert!(take(held_until(until), until).is_ok());
        assert_eq!(take(booked(), now()), Err(SlotRefusal::Taken));
        assert_eq!(take(withdrawn(), now()), Err(SlotRefusal::Taken));
        assert_eq!(take(slot(), visit().start()), Err(SlotRefusal::InPast));
    }

    #[test]
    fn booking_is_for_the_holder_at_any_time_and_for_others_if_it_is_bookable() {
        let until = now() + minutes(10);
        let late = until + minutes(60);
        assert_eq!(held_until(until).book(appointment_id(1), patient_id(), late).unwrap(), booked());
        assert_eq!(booked().book(appointment_id(1), patient_id(), late).unwrap(), booked());
        assert_eq!(slot().book(appointment_id(1), patient_id(), now()).unwrap(), booked());
        assert_eq!(held_until(until).book(appointment_id(2), patient_id(), now()), Err(SlotRefusal::Taken));
        assert_eq!(booked().book(appointment_id(2), patient_id(), now()), Err(SlotRefusal::Taken));
    }

    #[test]
    fn only_the_holder_gives_a_slot_back() {
        let held = held_until(now() + minutes(10));
        assert_eq!(held.clone().free(appointment_id(1)).unwrap(), slot());
        assert_eq!(booked().free(appointment_id(1)).unwrap(), slot());
        assert_eq!(held.free(appointment_id(2)), Err(SlotRefusal::NotHolder));
        assert_eq!(slot().free(appointment_id(1)), Err(SlotRefusal::NotHolder));
        assert_eq!(withdrawn().free(appointment_id(1)), Err(SlotRefusal::NotHolder));
    }

    #[test]
    fn only_a_slot_that_nobody_has_can_be_withdrawn() {
        let until = now() + minutes(10);
        assert_eq!(slot().withdraw(now()).unwrap(), withdrawn());
        assert_eq!(withdrawn().withdraw(now()).unwrap(), withdrawn());
        assert_eq!(held_until(until).withdraw(until).unwrap(), withdrawn());
        assert_eq!(held_until(until).withdraw(now()), Err(WithdrawRefusal::Held));
        assert_eq!(booked().withdraw(now()), Err(WithdrawRefusal::Booked));
    }

    #[test]
    fn the_stored_form_of_a_slot_is_stable() {
        let json = serde_json::to_value(held_until(at("2026-11-30T03:10:00Z"))).unwrap();
        assert_eq!(json["state"]["state"], "held");
        assert_eq!(json["state"]["until"], "2026-11-30T03:10:00Z");
        assert_eq!(serde_json::to_value(slot().state).unwrap(), serde_json::json!({"state": "free"}));
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
        fn whatever_is_published_in_whatever_order_never_overlaps(publications in prop::collection::vec(any_ranges(), 1..12)) {
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
