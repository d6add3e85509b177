//! Booking a slot: all decisions of a booking, from the result of one strong read.
//!
//! A booking makes only the hold; payment is [`crate::payments::payment`]. The writer stores the result under the
//! versions that were read, so that the decision is still true when it is stored.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::appointments::agenda::{Agenda, AgendaRefusal, TooManyCancellations};
use crate::appointments::appointment::{Appointment, Stage};
use crate::appointments::visit_terms::VisitTerms;
use crate::availability::daily_quota::{DailyQuota, DailyQuotaFull};
use crate::availability::slot::{self, Slot, SlotRefusal};
use crate::core::id::{AppointmentId, PatientId};
use crate::core::time::TimeRange;
use crate::directory::doctor::Doctor;
use crate::directory::visit_kind::VisitKind;

/// The longest time that any hold may run from now on, extended or not, in minutes. The message of the end of a hold
/// waits in a queue, and this is the longest delay of an SQS message.
pub const LONGEST_HOLD_MINUTES: i64 = 15;
/// The shortest hold, in minutes: a checkout takes a minute
/// ([`MIN_SECONDS_TO_PAY`](crate::appointments::payment_start::MIN_SECONDS_TO_PAY)), and is to be reached.
pub const SHORTEST_HOLD_MINUTES: i64 = 2;

/// The time that a patient has to pay, unless the visit starts earlier: a parameter of the stage, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldLength(i64);

/// The number is not the length of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a number of minutes, {SHORTEST_HOLD_MINUTES} to {LONGEST_HOLD_MINUTES}: a queue can't delay the message of \
     a hold's end for longer"
)]
pub struct InvalidHoldLength;

impl Default for HoldLength {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl FromStr for HoldLength {
    type Err = InvalidHoldLength;

    fn from_str(text: &str) -> Result<Self, InvalidHoldLength> {
        match text.parse() {
            Ok(minutes @ SHORTEST_HOLD_MINUTES..=LONGEST_HOLD_MINUTES) => Ok(Self(minutes)),
            _ => Err(InvalidHoldLength),
        }
    }
}

impl fmt::Display for HoldLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl HoldLength {
    /// The length that a stage has unless its template says otherwise.
    pub const DEFAULT: Self = Self(10);

    /// The length in minutes.
    pub const fn minutes(self) -> i64 {
        self.0
    }

    /// The length.
    pub const fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(self.0)
    }

    /// The longest time that a hold may still run after an extension, in minutes. It is a minute less than
    /// [`LONGEST_HOLD_MINUTES`], so that the difference of two clocks does not make the message of its end come early;
    /// but it is never less than a new hold.
    pub const fn most_extended_minutes(self) -> i64 {
        if self.0 < LONGEST_HOLD_MINUTES { LONGEST_HOLD_MINUTES - 1 } else { LONGEST_HOLD_MINUTES }
    }
}

/// The records that a booking reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingSnapshot {
    /// The slot that the patient asks for.
    pub slot: Slot,
    /// The doctor's published slots after it, in order of time: as many as the visit needs beside the first.
    pub following: Vec<Slot>,
    /// The instant at which the patient's last visit to this doctor was completed.
    pub last_visit: Option<Timestamp>,
    /// The patient's agenda.
    pub agenda: Agenda,
    /// The doctor of the slot.
    pub doctor: Doctor,
    /// The daily quota of the visit's day, if the doctor has one.
    pub day: Option<DailyQuota>,
}

/// The patient's choices beside the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingRequest {
    /// The kind of the visit.
    pub kind: VisitKind,
    /// Whether the patient tells the doctor anything, which is stored sealed beside the appointment.
    pub has_intake: bool,
}

/// The records that a booking writes in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The slots, held; or booked, if the visit is free of charge.
    pub slots: Vec<Slot>,
    /// The new appointment.
    pub appointment: Appointment,
    /// The patient's agenda with the appointment.
    pub agenda: Agenda,
    /// The daily quota with the appointment, if the doctor has one.
    pub day: Option<DailyQuota>,
}

/// The reason why the patient can't book the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookRefusal {
    /// Another patient has the slot, or the doctor withdrew it.
    #[error("the slot is taken")]
    SlotTaken,
    /// The patient's own appointment has the slot.
    #[error("your appointment {with} has this slot already")]
    AlreadyYours {
        /// The appointment.
        with: AppointmentId,
        /// The end of its hold; `None` if it is confirmed.
        until: Option<Timestamp>,
    },
    /// The slot has started.
    #[error("the slot is in the past")]
    SlotInPast,
    /// The doctor requires more notice than is left.
    #[error("the doctor requires more notice: the slot could be booked until {closed}")]
    TooShortNotice {
        /// The first instant at which the slot can't be booked any more.
        closed: Timestamp,
    },
    /// A visit of this kind takes more adjacent slots than are free from this one on.
    #[error("a visit of this kind takes more adjacent slots than are free")]
    TooFewSlots,
    /// The doctor is suspended.
    #[error("the doctor can't be booked")]
    DoctorUnavailable,
    /// The doctor takes no more visits on that day.
    #[error("the doctor takes no more visits on that day")]
    DailyQuotaFull,
    /// The patient has another appointment at that time.
    #[error("your appointment {with} takes the time from {} to {}", time.start(), time.end())]
    PatientBusy {
        /// The other appointment.
        with: AppointmentId,
        /// Its time.
        time: TimeRange,
    },
    /// [`MAX_HOLDS`](crate::appointments::agenda::MAX_HOLDS) appointments of the patient wait for payment.
    #[error("you hold as many unpaid slots as one patient can: the next hold ends at {until}")]
    TooManyHolds {
        /// The first instant at which one of them is over.
        until: Timestamp,
    },
    /// The patient has [`MAX_OPEN`](crate::appointments::agenda::MAX_OPEN) open appointments.
    #[error("you have as many open appointments as one patient can have")]
    TooManyOpen,
    /// The patient has cancelled too many visits without a fee.
    #[error(transparent)]
    TooManyCancellations(#[from] TooManyCancellations),
}

impl BookingSnapshot {
    /// Takes the slot for `patient` for `hold_for` from now, or confirms the visit at once if it has no fee.
    ///
    /// A hold never lasts beyond the start of the visit: paying after it would only be refunded.
    pub fn hold(
        self,
        wish: BookingRequest,
        patient: PatientId,
        id: AppointmentId,
        now: Timestamp,
        hold_for: SignedDuration,
    ) -> Result<Booking, BookRefusal> {
        let Self { slot, following, last_visit, agenda, doctor, day } = self;
        let start = slot.time.start();
        let terms = doctor.terms_of(wish.kind, start, last_visit);
        let until = now.checked_add(hold_for).unwrap_or(Timestamp::MAX).min(start);
        let (stage, hold_until) = if terms.fee.is_zero() {
            (Stage::Confirmed { at: now }, None)
        } else {
            (Stage::Held { until, extended: false }, Some(until))
        };

        let take = |slot: Slot| {
            let own = own_visit_in(&agenda, &slot, now);
            let taken = match hold_until {
                None => slot.book(id, patient, now),
                Some(until) => slot.hold(id, patient, until, now),
            };
            taken.map_err(|refusal| own.unwrap_or_else(|| refusal.into()))
        };
        // A patient who asks for a taken slot gets that refusal first, not the one about too few slots after it.
        let first = take(slot)?;
        let place = first.place.clone();
        let further = following.into_iter().take(usize::from(terms.slots.saturating_sub(1)));
        let slots = [Ok(first)].into_iter().chain(further.map(take)).collect::<Result<Vec<_>, BookRefusal>>()?;
        let time = slot::span(&slots).filter(|_| slots.len() == usize::from(terms.slots));
        let time = time.ok_or(BookRefusal::TooFewSlots)?;
        if !doctor.is_active() {
            return Err(BookRefusal::DoctorUnavailable);
        }
        let day = day.map(|day| day.admit(id, patient)).transpose()?;
        if terms.fee.is_zero() {
            agenda.admits_free_visit(doctor.id, now)?;
        }
        let fee_until = doctor.fee_until(wish.kind, start, last_visit);
        let agenda = agenda.admit(time, id, hold_until, now)?;

        let appointment = Appointment {
            id,
            patient,
            doctor: doctor.id,
            doctor_name: doctor.display_name(),
            time,
            slots: slots.iter().map(Slot::id).collect(),
            place,
            zone: doctor.zone,
            kind: wish.kind,
            fee: terms.fee,
            // The first version of an appointment is 1.
            intake: wish.has_intake.then_some(1),
            stage,
            moves: 0,
            terms: VisitTerms::booked(start, fee_until),
            created_at: now,
            updated_at: now,
            sequence: 0,
            version: 0,
        };
        Ok(Booking { slots, appointment, agenda, day })
    }
}

/// The refusal of a slot that the patient's own appointment has.
pub(super) fn own_visit_in(agenda: &Agenda, slot: &Slot, now: Timestamp) -> Option<BookRefusal> {
    let own = agenda.entry_with(slot, now)?;
    Some(BookRefusal::AlreadyYours { with: own.appointment, until: own.hold_until })
}

impl From<DailyQuotaFull> for BookRefusal {
    fn from(DailyQuotaFull: DailyQuotaFull) -> Self {
        Self::DailyQuotaFull
    }
}

impl From<SlotRefusal> for BookRefusal {
    fn from(refusal: SlotRefusal) -> Self {
        match refusal {
            SlotRefusal::InPast => Self::SlotInPast,
            SlotRefusal::Closed { at } => Self::TooShortNotice { closed: at },
            SlotRefusal::Taken | SlotRefusal::NotHolder => Self::SlotTaken,
        }
    }
}

impl From<AgendaRefusal> for BookRefusal {
    fn from(refusal: AgendaRefusal) -> Self {
        match refusal {
            AgendaRefusal::Overlaps { appointment, time } => Self::PatientBusy { with: appointment, time },
            AgendaRefusal::TooManyHolds { until } => Self::TooManyHolds { until },
            AgendaRefusal::TooManyOpen => Self::TooManyOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::agenda::{Entry, MAX_HOLDS, MAX_OPEN};
    use crate::appointments::appointment::Status;
    use crate::availability::slot::SlotState;
    use crate::availability::slot::{ClinicName, Place};
    use crate::core::money::Paise;
    use crate::directory::doctor::{FollowUp, KindTerms, Terms};
    use crate::directory::visit_kind::VisitKind;
    use crate::testing::{
        WISH, agenda, appointment_id, booking, doctor, entry_id, minutes, now, other_patient, patient_id, range, slot,
        snapshot, visit,
    };

    fn hold_at(snapshot: BookingSnapshot, now: Timestamp) -> Result<Booking, BookRefusal> {
        snapshot.hold(WISH, patient_id(), appointment_id(1), now, minutes(10))
    }

    fn refusal(snapshot: BookingSnapshot) -> BookRefusal {
        hold_at(snapshot, now()).unwrap_err()
    }

    fn snapshot_with_slot(state: SlotState) -> BookingSnapshot {
        BookingSnapshot { slot: Slot { state, ..slot() }, ..snapshot() }
    }

    /// `count` entries of an hour each, long after the visit.
    fn entries(count: u128, hold_until: Option<Timestamp>) -> Vec<Entry> {
        let hour = |n: u128| visit().end() + minutes(60 * i64::try_from(n).unwrap());
        let entry = |n| Entry {
            time: TimeRange::new(hour(n), hour(n + 1)).unwrap(),
            appointment: appointment_id(100 + n),
            hold_until,
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn a_booking_holds_slot_appointment_and_agenda_until_the_same_instant() {
        let Booking { slots, appointment, agenda, .. } = booking();
        let until = now() + minutes(10);
        assert_eq!(slots.len(), 1);
        assert_eq!(slots[0].state, SlotState::Held { appointment: appointment_id(1), until });
        assert_eq!(appointment.stage, Stage::Held { until, extended: false });
        let entry = Entry { time: visit(), appointment: appointment_id(1), hold_until: Some(until) };
        assert_eq!(agenda.entries, [entry]);
    }

    #[test]
    fn an_appointment_keeps_what_the_doctor_was_at_booking() {
        let appointment = booking().appointment;
        assert_eq!(appointment.fee, doctor().fee);
        assert_eq!(appointment.zone, doctor().zone);
        assert_eq!(appointment.doctor_name, doctor().display_name());
        assert_eq!((appointment.patient, appointment.doctor), (patient_id(), doctor().id));
        assert_eq!((appointment.time, appointment.slots), (visit(), vec![slot().id()]));
        assert_eq!((appointment.kind, appointment.intake), (WISH.kind, Some(1)));
        assert_eq!((appointment.created_at, appointment.sequence, appointment.version), (now(), 0, 0));
    }

    #[test]
    fn a_visit_without_a_fee_is_confirmed_at_once() {
        let free = BookingSnapshot { doctor: Doctor { fee: Paise::ZERO, ..doctor() }, ..snapshot() };
        let Booking { slots, appointment, agenda, .. } = hold_at(free, now()).unwrap();
        assert_eq!(slots[0].state, SlotState::Booked { appointment: appointment_id(1) });
        assert_eq!(appointment.status(now() + minutes(60)), Status::Confirmed);
        assert_eq!(agenda.entries[0].hold_until, None);
    }

    #[test]
    fn a_hold_never_lasts_beyond_the_start_of_the_visit() {
        let three_minutes_before = visit().start() - minutes(3);
        let booking = hold_at(snapshot(), three_minutes_before).unwrap();
        assert_eq!(booking.appointment.stage, Stage::Held { until: visit().start(), extended: false });
    }

    #[test]
    fn a_slot_of_another_patient_is_taken() {
        let other = appointment_id(2);
        let live = SlotState::Held { appointment: other, until: now() + minutes(1) };
        assert_eq!(refusal(snapshot_with_slot(live)), BookRefusal::SlotTaken);
        assert_eq!(refusal(snapshot_with_slot(SlotState::Booked { appointment: other })), BookRefusal::SlotTaken);
        assert_eq!(refusal(snapshot_with_slot(SlotState::Withdrawn)), BookRefusal::SlotTaken);
    }

    #[test]
    fn a_slot_whose_hold_is_over_can_be_taken() {
        let over = SlotState::Held { appointment: appointment_id(2), until: now() };
        assert_eq!(hold_at(snapshot_with_slot(over), now()).unwrap().slots[0].holder(), Some(appointment_id(1)));
    }

    #[test]
    fn a_slot_that_started_is_in_the_past() {
        assert_eq!(hold_at(snapshot(), visit().start()), Err(BookRefusal::SlotInPast));
        assert!(hold_at(snapshot(), visit().start() - minutes(1)).is_ok());
    }

    #[test]
    fn a_suspended_doctor_cannot_be_booked() {
        let suspended = doctor().suspend("licence lapsed".to_owned(), now()).unwrap();
        assert_eq!(refusal(BookingSnapshot { doctor: suspended, ..snapshot() }), BookRefusal::DoctorUnavailable);
    }

    #[test]
    fn a_patient_is_in_one_visit_at_a_time_with_any_doctor() {
        let entry = Entry { time: visit(), appointment: appointment_id(7), hold_until: None };
        let busy = Agenda { entries: vec![entry], ..agenda() };
        let refused = BookRefusal::PatientBusy { with: appointment_id(7), time: visit() };
        assert_eq!(refusal(BookingSnapshot { agenda: busy, ..snapshot() }), refused);
    }

    #[test]
    fn a_slot_that_the_patient_has_already_is_not_taken_by_another() {
        let (with, until) = (appointment_id(7), Some(now() + minutes(5)));
        for (hold_until, state) in [
            (until, SlotState::Held { appointment: with, until: now() + minutes(5) }),
            (None, SlotState::Booked { appointment: with }),
        ] {
            let entry = Entry { time: visit(), appointment: with, hold_until };
            let own =
                BookingSnapshot { agenda: Agenda { entries: vec![entry], ..agenda() }, ..snapshot_with_slot(state) };
            assert_eq!(refusal(own), BookRefusal::AlreadyYours { with, until: hold_until });
        }
    }

    #[test]
    fn visits_without_a_fee_are_refused_to_a_patient_who_cancelled_many_and_others_are_not() {
        let often = (0..5).fold(agenda(), |agenda, n| agenda.with_cancellation(doctor().id, now() - minutes(n)));
        let with_fee =
            |fee| BookingSnapshot { agenda: often.clone(), doctor: Doctor { fee, ..doctor() }, ..snapshot() };
        assert!(matches!(refusal(with_fee(Paise::ZERO)), BookRefusal::TooManyCancellations(_)));
        assert!(hold_at(with_fee(doctor().fee), now()).is_ok());
    }

    #[test]
    fn the_length_of_a_hold_is_bounded_by_a_checkout_and_a_queue() {
        let read = |text: &str| text.parse::<HoldLength>().map(HoldLength::minutes);
        assert_eq!([read("2"), read("10"), read("15")], [Ok(2), Ok(10), Ok(15)]);
        for wrong in ["1", "16", "0", "-5", "ten", "", "10.5"] {
            assert_eq!(read(wrong), Err(InvalidHoldLength), "{wrong}");
        }
        assert_eq!(HoldLength::default().to_string().parse(), Ok(HoldLength::default()));
        assert_eq!(["14", "15"].map(|it| it.parse::<HoldLength>().unwrap().most_extended_minutes()), [14, 15]);
    }

    #[test]
    fn a_patient_has_a_limited_number_of_holds_and_open_visits() {
        let with = |entries| BookingSnapshot { agenda: Agenda { entries, ..agenda() }, ..snapshot() };
        let holds = u128::try_from(MAX_HOLDS).unwrap();
        let open = u128::try_from(MAX_OPEN).unwrap();
        let until = Some(now() + minutes(5));
        let refused = BookRefusal::TooManyHolds { until: now() + minutes(5) };
        assert_eq!(refusal(with(entries(holds, until))), refused);
        assert!(hold_at(with(entries(holds - 1, until)), now()).is_ok());
        assert_eq!(refusal(with(entries(open, None))), BookRefusal::TooManyOpen);
        assert!(hold_at(with(entries(open - 1, None)), now()).is_ok());
    }

    #[test]
    fn a_booking_with_too_short_notice_has_its_own_refusal() {
        let closes = visit().start() - minutes(120);
        let at = |now| hold_at(BookingSnapshot { slot: Slot { closes, ..slot() }, ..snapshot() }, now);
        assert!(at(closes - minutes(1)).is_ok());
        assert_eq!(at(closes), Err(BookRefusal::TooShortNotice { closed: closes }));
        assert_eq!(at(visit().start()), Err(BookRefusal::SlotInPast));
    }

    /// A doctor whose emergencies take three slots and cost more.
    fn long_emergencies() -> Doctor {
        let long = KindTerms { slots: 3, fee: Paise::new(90_000).unwrap() };
        let kinds = [(VisitKind::Emergency, long)].into();
        Doctor { terms: Terms { kinds, ..Terms::default() }, ..doctor() }
    }

    fn half_hour_from(start: &str) -> Slot {
        let time = range(start, 30);
        Slot { time, closes: time.start(), ..slot() }
    }

    fn emergency(following: Vec<Slot>) -> Result<Booking, BookRefusal> {
        let snapshot = BookingSnapshot { following, doctor: long_emergencies(), ..snapshot() };
        let wish = BookingRequest { kind: VisitKind::Emergency, ..WISH };
        snapshot.hold(wish, patient_id(), appointment_id(1), now(), minutes(10))
    }

    #[test]
    fn a_long_visit_takes_adjacent_slots_as_one() {
        let following = vec![half_hour_from("2026-12-01T05:00:00Z"), half_hour_from("2026-12-01T05:30:00Z")];
        let Booking { slots, appointment, agenda, .. } = emergency(following.clone()).unwrap();
        assert_eq!(appointment.time, range("2026-12-01T04:30:00Z", 90));
        assert_eq!(appointment.slots, slots.iter().map(Slot::id).collect::<Vec<_>>());
        assert_eq!(appointment.fee, Paise::new(90_000).unwrap());
        assert!(slots.len() == 3 && slots.iter().all(|slot| slot.holder() == Some(appointment_id(1))));
        assert_eq!(agenda.entries[0].time, appointment.time);
        // Another kind of visit takes the first slot only, at the usual fee.
        let usual = hold_at(BookingSnapshot { following, doctor: long_emergencies(), ..snapshot() }, now()).unwrap();
        assert_eq!((usual.slots.len(), usual.appointment.fee), (1, doctor().fee));
    }

    #[test]
    fn a_long_visit_needs_all_its_slots_free_adjacent_and_in_one_place() {
        let second = || half_hour_from("2026-12-01T05:00:00Z");
        let third = || half_hour_from("2026-12-01T05:30:00Z");
        assert!(emergency(vec![second(), third()]).is_ok());
        assert_eq!(emergency(vec![second()]), Err(BookRefusal::TooFewSlots));
        let after_a_pause = half_hour_from("2026-12-01T05:35:00Z");
        assert_eq!(emergency(vec![second(), after_a_pause]), Err(BookRefusal::TooFewSlots));
        let elsewhere = Place::Clinic { name: ClinicName::parse("Indiranagar").unwrap() };
        let elsewhere = Slot { place: elsewhere, ..third() };
        assert_eq!(emergency(vec![second(), elsewhere]), Err(BookRefusal::TooFewSlots));
        let taken = Slot { state: SlotState::Booked { appointment: appointment_id(2) }, ..third() };
        assert_eq!(emergency(vec![second(), taken]), Err(BookRefusal::SlotTaken));
    }

    #[test]
    fn a_follow_up_soon_after_a_visit_has_its_own_fee() {
        let follow_up = FollowUp { within_days: 7, fee: Paise::new(20_000).unwrap() };
        let doctor = Doctor { terms: Terms { follow_up: Some(follow_up), ..Terms::default() }, ..doctor() };
        let fee = |kind, last_visit| {
            let wish = BookingRequest { kind, ..WISH };
            let snapshot = BookingSnapshot { last_visit, doctor: doctor.clone(), ..snapshot() };
            snapshot.hold(wish, patient_id(), appointment_id(1), now(), minutes(10)).unwrap().appointment.fee
        };
        let (usual, reduced) = (doctor.fee, follow_up.fee);
        let last = visit().start() - minutes(7 * 24 * 60);
        assert_eq!(fee(VisitKind::FollowUp, Some(last)), reduced);
        assert_eq!(fee(VisitKind::FollowUp, Some(last - minutes(1))), usual);
        assert_eq!(fee(VisitKind::FollowUp, None), usual);
        assert_eq!(fee(VisitKind::Consultation, Some(last)), usual);
    }

    #[test]
    fn a_patient_without_appointments_can_book_every_slot_listed_as_bookable() {
        let other = appointment_id(2);
        let states = [
            SlotState::Free,
            SlotState::Held { appointment: other, until: now() },
            SlotState::Held { appointment: other, until: now() + minutes(1) },
            SlotState::Offered { patient: patient_id(), entry: entry_id(1), until: now() + minutes(1) },
            SlotState::Offered { patient: other_patient(), entry: entry_id(1), until: now() + minutes(1) },
            SlotState::Offered { patient: other_patient(), entry: entry_id(1), until: now() },
            SlotState::Booked { appointment: other },
            SlotState::Withdrawn,
        ];
        for state in states {
            for at in [now(), visit().start() - minutes(1), visit().start(), visit().end()] {
                for notice in [0, 1, 600] {
                    let slot = Slot { state, closes: visit().start() - minutes(notice), ..slot() };
                    let is_listed = slot.is_bookable_by(Some(patient_id()), at);
                    let booked = hold_at(BookingSnapshot { slot, ..snapshot() }, at);
                    assert_eq!(booked.is_ok(), is_listed, "{state:?} at {at}, {notice} minutes' notice");
                }
            }
        }
    }
}
