//! A doctor's published slots, and who holds them.
//!
//! [`Slot::is_bookable_by`] is the one rule that listing and booking share: a listed slot can be booked, unless another
//! write came between.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Authorized, Parties, Resource};
use crate::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use crate::core::text::{InvalidField, one_line, text_value};
use crate::core::time::{TimeRange, Zone};
use crate::core::told::Told;

/// The time for which the slot of an expired offer stays reserved for the next entry of the queue. By then it has been
/// offered to that entry; if not, every patient may take it.
pub const PASSED_ON_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// An interval that a doctor published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The doctor of the slot.
    pub doctor: DoctorId,
    /// The time of the slot. Its start names the slot among the doctor's slots.
    pub time: TimeRange,
    /// The place of the visit.
    pub place: Place,
    /// The first instant at which it can't be booked any more: its start, or earlier if the doctor requires notice.
    pub closes: Timestamp,
    /// The origin of the slot.
    pub origin: Origin,
    /// The state of the slot.
    pub state: SlotState,
    /// The version that was read.
    pub version: u64,
}

impl Resource for Slot {
    fn parties(&self) -> Parties {
        Parties::doctor(self.doctor)
    }
}

/// The place of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Place {
    /// In a video call.
    #[default]
    Video,
    /// In a clinic that patient and doctor come to.
    Clinic {
        /// The name under which patients know it.
        name: ClinicName,
    },
}

impl Place {
    /// The name of the clinic, if it is one.
    pub const fn clinic(&self) -> Option<&ClinicName> {
        match self {
            Self::Video => None,
            Self::Clinic { name } => Some(name),
        }
    }

    /// A time at this place, as it is told to a reader. `zone` is the zone of the place; a video visit is told in the
    /// zone of the reader.
    pub fn tell(&self, time: TimeRange, zone: &Zone, reader: &Zone) -> Told {
        match self {
            Self::Video => Told::to_reader(time, reader),
            Self::Clinic { .. } => Told::at_place(time, zone, reader),
        }
    }
}

/// The mode of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// In a video call.
    Video,
    /// In a clinic.
    Clinic,
}

impl Mode {
    /// Both modes.
    pub const ALL: [Self; 2] = [Self::Video, Self::Clinic];

    /// The mode as it is written: `video`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Clinic => "clinic",
        }
    }

    /// The mode of a visit in a place.
    pub const fn of(place: &Place) -> Self {
        match place {
            Place::Video => Self::Video,
            Place::Clinic { .. } => Self::Clinic,
        }
    }

    /// Whether a place suits a wanted mode; every place suits `None`.
    pub fn admits(wanted: Option<Self>, place: &Place) -> bool {
        wanted.is_none_or(|wanted| wanted == Self::of(place))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(InvalidField("must be video or clinic"))
    }
}

text_value! {
    /// A clinic as patients know it, 1 to 80 characters on one line.
    shown ClinicName, clinic_name
}

fn clinic_name(text: &str) -> Result<String, InvalidField> {
    one_line(text, 80, "must be 1 to 80 characters on one line")
}

/// The origin of a slot. A change of the schedule changes the free slots that came from it, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A doctor or an administrator, slot by slot or for a stretch of days.
    #[default]
    ByHand,
    /// The doctor's schedule, as time goes on.
    Schedule,
}

/// The state of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SlotState {
    /// No patient has the slot.
    Free,
    /// An appointment that is not paid yet. No write is needed at `until`: from then on every patient may take the
    /// slot.
    Held {
        /// The appointment that holds it.
        appointment: AppointmentId,
        /// The first instant at which the hold is over.
        until: Timestamp,
    },
    /// The slot was released, and is offered to a patient of a waiting list. From `until` on every patient may take it.
    Offered {
        /// The patient who has the offer.
        patient: PatientId,
        /// The patient's entry of a waiting list.
        entry: WaitlistEntryId,
        /// The first instant at which every patient may take it: some minutes after the offer is over
        /// ([`PASSED_ON_WITHIN`]).
        until: Timestamp,
    },
    /// An appointment that is paid, or free of charge.
    Booked {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// The doctor withdrew the slot.
    Withdrawn,
}

/// The reason why a slot can't be taken or released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotRefusal {
    /// The slot has started.
    #[error("the slot is in the past")]
    InPast,
    /// The doctor requires more notice than is left.
    #[error("the slot could be booked until {at}")]
    Closed {
        /// The first instant at which the slot can't be booked any more.
        at: Timestamp,
    },
    /// Another appointment has the slot, it is offered to another patient, or the doctor withdrew it.
    #[error("the slot is taken")]
    Taken,
    /// The appointment does not have the slot.
    #[error("the slot belongs to another appointment")]
    NotHolder,
}

/// The reason why a slot can't be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawRefusal {
    /// A patient holds the slot and may pay.
    #[error("the slot is held by a patient")]
    Held,
    /// The slot is booked: its appointment has to be cancelled instead.
    #[error("the slot is booked")]
    Booked,
}

impl Slot {
    /// The name of the slot among the doctor's slots.
    pub fn id(&self) -> SlotId {
        SlotId::from(&self.time)
    }

    /// A free slot that is published by hand: for a video visit, and bookable until it starts.
    pub fn by_hand(doctor: DoctorId, time: TimeRange, version: u64) -> Self {
        let (place, origin) = (Place::default(), Origin::ByHand);
        Self { doctor, time, place, closes: time.start(), origin, state: SlotState::Free, version }
    }

    /// Whether `patient`, or any patient without an offer if `None`, may take the slot: it is open for booking, and
    /// free, or its hold or offer is over, or it is offered to this patient.
    pub fn is_bookable_by(&self, patient: Option<PatientId>, now: Timestamp) -> bool {
        self.is_open(now)
            && match self.state {
                SlotState::Free => true,
                SlotState::Held { until, .. } => until <= now,
                SlotState::Offered { patient: offered, until, .. } => until <= now || patient == Some(offered),
                SlotState::Booked { .. } | SlotState::Withdrawn => false,
            }
    }

    /// Whether the slot has not closed.
    fn is_open(&self, now: Timestamp) -> bool {
        self.closes.min(self.time.start()) > now
    }

    /// The appointment that has the slot, even if its hold is over, as long as no other took it.
    pub const fn holder(&self) -> Option<AppointmentId> {
        match self.state {
            SlotState::Held { appointment, .. } | SlotState::Booked { appointment } => Some(appointment),
            SlotState::Free | SlotState::Offered { .. } | SlotState::Withdrawn => None,
        }
    }

    /// Reserves the slot for an appointment until it is paid.
    pub fn hold(
        self,
        appointment: AppointmentId,
        patient: PatientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Self, SlotRefusal> {
        self.bookable(patient, now).map(|slot| Self { state: SlotState::Held { appointment, until }, ..slot })
    }

    /// Changes the end of a hold. A slot that is not held is unchanged.
    pub(crate) fn held_until(self, until: Timestamp) -> Self {
        match self.state {
            SlotState::Held { appointment, .. } => Self { state: SlotState::Held { appointment, until }, ..self },
            _ => self,
        }
    }

    /// Books the slot for an appointment that has it, even if the hold is over, or for any appointment if it is
    /// bookable.
    pub fn book(self, appointment: AppointmentId, patient: PatientId, now: Timestamp) -> Result<Self, SlotRefusal> {
        let slot = if self.holder() == Some(appointment) { self } else { self.bookable(patient, now)? };
        Ok(Self { state: SlotState::Booked { appointment }, ..slot })
    }

    /// Releases the slot, which only the appointment that has it can do.
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
            Err(SlotRefusal::Closed { at: self.closes })
        } else if self.is_bookable_by(Some(patient), now) {
            Ok(self)
        } else {
            Err(SlotRefusal::Taken)
        }
    }
}

/// The interval that `slots` cover in their order, if they are adjacent: each begins, in the same place, when the
/// previous one ends. A pause between them is not allowed, since another slot could be published in it.
pub fn span(slots: &[Slot]) -> Option<TimeRange> {
    let (first, last) = (slots.first()?, slots.last()?);
    let is_adjacent = |pair: &[Slot]| pair[0].time.end() == pair[1].time.start() && pair[0].place == pair[1].place;
    let time = TimeRange::new(first.time.start(), last.time.end()).ok()?;
    slots.windows(2).all(is_adjacent).then_some(time)
}

/// The runs of `count` adjacent slots in `slots`, which are in order of time: the index of the first, and the interval.
pub fn runs(slots: &[Slot], count: usize) -> impl Iterator<Item = (usize, TimeRange)> {
    let runs = slots.windows(count.max(1)).enumerate();
    runs.filter_map(|(first, run)| Some((first, span(run)?)))
}

impl Authorized<Slot> {
    /// Withdraws the slot. Withdrawing it again changes nothing.
    pub fn withdraw(self, now: Timestamp) -> Result<Slot, WithdrawRefusal> {
        self.into_inner().withdraw(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{appointment_id, at, entry_id, minutes, now, other_patient, patient_id, range, slot, visit};

    fn held_until(until: Timestamp) -> Slot {
        Slot { state: SlotState::Held { appointment: appointment_id(1), until }, ..slot() }
    }

    fn booked() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn withdrawn() -> Slot {
        Slot { state: SlotState::Withdrawn, ..slot() }
    }

    fn clinic() -> Place {
        Place::Clinic { name: "Indiranagar".parse().unwrap() }
    }

    #[test]
    fn a_visit_is_told_in_the_zone_that_its_place_demands() {
        let in_india = "Tuesday, 1 December 2026, 10:30 to 11:00 (Asia/Kolkata)";
        let (short, short_named) = ("1 December 2026 at 10:30", "1 December 2026 at 10:30 (Asia/Kolkata)");
        for (place, reader, in_short, in_full) in [
            (clinic(), "Asia/Kolkata", short, in_india.to_owned()),
            // Another name of the same clocks needs no second time.
            (clinic(), "Asia/Colombo", short, in_india.to_owned()),
            (
                clinic(),
                "America/Los_Angeles",
                short_named,
                format!("{in_india}, which is Monday, 30 November 2026, 21:00 to 21:30 (America/Los_Angeles)"),
            ),
            (
                clinic(),
                "Pacific/Auckland",
                short_named,
                format!("{in_india}, which is Tuesday, 1 December 2026, 18:00 to 18:30 (Pacific/Auckland)"),
            ),
            (Place::Video, "Asia/Kolkata", short, in_india.to_owned()),
            (
                Place::Video,
                "America/Los_Angeles",
                "30 November 2026 at 21:00",
                "Monday, 30 November 2026, 21:00 to 21:30 (America/Los_Angeles)".to_owned(),
            ),
            (
                Place::Video,
                "Asia/Kathmandu",
                "1 December 2026 at 10:45",
                "Tuesday, 1 December 2026, 10:45 to 11:15 (Asia/Kathmandu)".to_owned(),
            ),
        ] {
            let told = place.tell(range("2026-12-01T05:00:00Z", 30), &Zone::default(), &Zone::parse(reader).unwrap());
            assert_eq!((told.in_short(), told.in_full()), (in_short.to_owned(), in_full), "{place:?} {reader}");
        }
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
    fn an_offered_slot_is_for_the_patient_with_the_offer_and_later_for_every_patient() {
        let until = now() + minutes(30);
        let offered =
            || Slot { state: SlotState::Offered { patient: patient_id(), entry: entry_id(1), until }, ..slot() };
        assert!(offered().is_bookable_by(Some(patient_id()), now()));
        assert!(!offered().is_bookable_by(Some(other_patient()), until - minutes(1)));
        assert!(!offered().is_bookable_by(None, until - minutes(1)));
        assert!(offered().is_bookable_by(None, until));
        assert!(offered().book(appointment_id(1), patient_id(), now()).is_ok());
        assert_eq!(offered().book(appointment_id(1), other_patient(), now()), Err(SlotRefusal::Taken));
        // It is not booked yet: the doctor can withdraw it.
        assert_eq!(offered().withdraw(now()).unwrap(), withdrawn());
    }

    #[test]
    fn a_slot_can_be_booked_until_it_closes() {
        let closes = visit().start() - minutes(120);
        let early = || Slot { closes, ..slot() };
        assert!(early().is_bookable_by(None, closes - minutes(1)));
        assert!(!early().is_bookable_by(None, closes));
        assert_eq!(early().book(appointment_id(1), patient_id(), closes), Err(SlotRefusal::Closed { at: closes }));
        // The appointment that has it is confirmed however late it is.
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
    fn only_the_holder_releases_a_slot() {
        let held = held_until(now() + minutes(10));
        assert_eq!(held.clone().free(appointment_id(1)).unwrap(), slot());
        assert_eq!(booked().free(appointment_id(1)).unwrap(), slot());
        assert_eq!(held.free(appointment_id(2)), Err(SlotRefusal::NotHolder));
        assert_eq!(slot().free(appointment_id(1)), Err(SlotRefusal::NotHolder));
        assert_eq!(withdrawn().free(appointment_id(1)), Err(SlotRefusal::NotHolder));
    }

    #[test]
    fn only_a_slot_without_a_holder_can_be_withdrawn() {
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
}
