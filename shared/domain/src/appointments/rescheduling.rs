//! Changing the time of a visit: moving a confirmed one to other slots, and extending the hold of one that is not paid.
//!
//! A move takes the new slots and releases the old ones in one write: the appointment keeps its id and its payment, and
//! a refused move changes nothing.

use jiff::{SignedDuration, Timestamp};

use crate::access::Authorized;
use crate::appointments::agenda::Agenda;
use crate::appointments::aggregate::BookedAppointment;
use crate::appointments::appointment::{Appointment, Stage};
use crate::appointments::booking::{BookRefusal, HoldLength, own_visit_in};
use crate::appointments::step_refusal::{Step, StepRefusal};
use crate::appointments::visit_terms::FeeEnds;
use crate::appointments::waitlist::{ReleasedSlots, ReleasesSlots};
use crate::availability::daily_quota::DailyQuota;
use crate::availability::slot::{self, Slot};

/// The most moves of one visit by its patient: a doctor can't plan with a slot that moves again and again.
pub const MAX_MOVES: u32 = 3;
/// The least time before its start at which a patient may move a visit, in hours; the same as for a cancellation with a
/// refund.
pub const MOVE_NOTICE_HOURS: i64 = 2;

/// The user who moves a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedBy {
    /// The patient, within [`MAX_MOVES`] and [`MOVE_NOTICE_HOURS`].
    Patient,
    /// The doctor or an administrator, until the visit begins; it does not count as one of the patient's moves.
    Staff,
}

/// The records that a move writes in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescheduled {
    /// The appointment at its new time.
    pub appointment: Appointment,
    /// The slots of the new time. They include slots of the old time, if the times overlap.
    pub taken: Vec<Slot>,
    /// The slots of the old time that the visit does not keep.
    pub released: ReleasedSlots,
    /// The patient's agenda with the new time.
    pub agenda: Agenda,
    /// The daily quota at the new time, if the doctor has one.
    pub day: Option<DailyQuota>,
}

/// The reason why a visit can't be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefusal {
    /// The visit is not confirmed, or it has begun.
    #[error(transparent)]
    NotMovable(#[from] StepRefusal),
    /// The patient has moved the visit [`MAX_MOVES`] times.
    #[error("you have moved the visit {MAX_MOVES} times, which is the limit")]
    TooOften,
    /// Less than [`MOVE_NOTICE_HOURS`] are left.
    #[error("you could move the visit until {until}, {MOVE_NOTICE_HOURS} hours before it begins")]
    TooLate {
        /// The last instant at which the patient could move it.
        until: Timestamp,
    },
    /// The visit would not have its reduced fee at the new time.
    #[error(transparent)]
    FeeEnds(#[from] FeeEnds),
    /// The new slots can't be booked.
    #[error(transparent)]
    NewTime(#[from] BookRefusal),
}

/// Moves a visit to `slot` and, if it takes several slots, to those of `following`: the doctor's published slots after
/// `slot`, in order of time. `day` is the daily quota of the day of `slot`, if the doctor has one. The visit keeps its
/// fee and its number of slots, even if the doctor's terms have changed since the booking. Its terms that depend on a
/// moment change by [`VisitTerms`](crate::appointments::visit_terms::VisitTerms).
pub fn reschedule(
    visit: Authorized<BookedAppointment>,
    slot: Slot,
    following: Vec<Slot>,
    day: Option<DailyQuota>,
    by: MovedBy,
    now: Timestamp,
) -> Result<Rescheduled, MoveRefusal> {
    let BookedAppointment { appointment, slots: old, agenda, doctor, .. } = visit.into_inner();
    let (id, patient, count) = (appointment.id, appointment.patient, appointment.slots.len());
    let begins = appointment.time.start();
    if !matches!(appointment.stage, Stage::Confirmed { .. }) || begins <= now {
        return Err(appointment.refuse(Step::Move, now).into());
    }
    if by == MovedBy::Patient {
        let until = begins - SignedDuration::from_hours(MOVE_NOTICE_HOURS);
        if until < now {
            return Err(MoveRefusal::TooLate { until });
        }
        if appointment.moves >= MAX_MOVES {
            return Err(MoveRefusal::TooOften);
        }
    }
    let further = following.into_iter().take(count.saturating_sub(1));
    let wanted = std::iter::once(slot).chain(further).map(|slot| {
        // A slot of the visit itself is not checked by `book`, and must still be in the future.
        if slot.time.start() <= now {
            return Err(BookRefusal::SlotInPast);
        }
        let own = own_visit_in(&agenda, &slot, now);
        slot.book(id, patient, now).map_err(|refusal| own.unwrap_or_else(|| refusal.into()))
    });
    let taken = wanted.collect::<Result<Vec<_>, BookRefusal>>()?;
    let time = slot::span(&taken).filter(|_| taken.len() == count).ok_or(BookRefusal::TooFewSlots)?;
    if !doctor.is_active() {
        return Err(BookRefusal::DoctorUnavailable.into());
    }
    let day = day.map(|day| day.admit(id, patient)).transpose().map_err(BookRefusal::from)?;
    let agenda = agenda.admit(time, id, None, now).map_err(BookRefusal::from)?;
    let terms = match by {
        MovedBy::Patient => appointment.terms.moved_by_patient(time.start(), now)?,
        MovedBy::Staff => appointment.terms.moved_by_staff(time.start()),
    };
    let is_left = |slot: &Slot| !taken.iter().any(|kept| kept.id() == slot.id());
    let left: Vec<Slot> = old.into_iter().filter(is_left).filter_map(|slot| slot.free(id).ok()).collect();
    // On a day with a limit, a visit that stays on its day leaves room for no other.
    let day_of = |slot: &Slot| doctor.zone.date(slot.time.start());
    let stays = left.iter().any(|old| taken.iter().any(|new| day_of(old) == day_of(new)));
    let released = if doctor.terms.daily_limit.is_some() && stays {
        ReleasedSlots::for_every_patient(left)
    } else {
        ReleasedSlots::for_waiting_patients(left, &doctor, patient)
    };
    let appointment = Appointment {
        time,
        slots: taken.iter().map(Slot::id).collect(),
        place: taken[0].place.clone(),
        zone: doctor.zone,
        moves: appointment.moves + u32::from(by == MovedBy::Patient),
        terms,
        sequence: appointment.sequence + 1,
        ..appointment
    };
    Ok(Rescheduled { appointment, taken, released, agenda, day })
}

impl ReleasesSlots for Rescheduled {
    fn released(&self) -> &ReleasedSlots {
        &self.released
    }
}

/// The records that an extension writes in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extended {
    /// The appointment, held longer.
    pub appointment: Appointment,
    /// The slots, held longer.
    pub slots: Vec<Slot>,
    /// The patient's agenda with the longer hold.
    pub agenda: Agenda,
}

/// The reason why a hold can't be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtendRefusal {
    /// The appointment is not held, or its hold is over.
    #[error(transparent)]
    NotHeld(#[from] StepRefusal),
    /// The hold was extended before.
    #[error("the hold was extended already")]
    Already,
    /// The hold ends at the start of the visit.
    #[error("the visit begins when the hold ends, so there is no time to add: pay before it")]
    NoTimeLeft,
    /// The hold already runs for the longest time that is allowed.
    #[error("the hold has just begun: it can be extended from {from} on")]
    TooEarly {
        /// The first instant at which an extension adds time.
        from: Timestamp,
    },
}

/// Extends a hold once, so that the patient has more time to pay: by the length of a new hold, but not beyond the start
/// of the visit, nor beyond [`HoldLength::most_extended_minutes`] from now.
pub fn extend(
    visit: Authorized<BookedAppointment>,
    length: HoldLength,
    now: Timestamp,
) -> Result<Extended, ExtendRefusal> {
    let visit = visit.into_inner();
    let Stage::Held { until, extended } = visit.appointment.stage else {
        return Err(visit.appointment.refuse(Step::Extend, now).into());
    };
    // By a clock that is ahead of ours the hold may be over, and removed from the agenda.
    if until <= now || !visit.has_its_slots() || !visit.agenda.has(visit.appointment.id) {
        return Err(StepRefusal::HoldEnded { at: until }.into());
    }
    if extended {
        return Err(ExtendRefusal::Already);
    }
    let most = SignedDuration::from_mins(length.most_extended_minutes());
    let longer = (until + length.duration()).min(now + most).min(visit.appointment.time.start());
    if longer <= until {
        let is_last = until >= visit.appointment.time.start();
        // From this instant on a whole minute is added.
        let from = until - most + SignedDuration::from_mins(1);
        return Err(if is_last { ExtendRefusal::NoTimeLeft } else { ExtendRefusal::TooEarly { from } });
    }
    let BookedAppointment { appointment, slots, agenda, .. } = visit;
    let slots = slots.into_iter().map(|slot| slot.held_until(longer)).collect();
    let agenda = agenda.extend(appointment.id, longer);
    Ok(Extended {
        appointment: Appointment { stage: Stage::Held { until: longer, extended: true }, ..appointment },
        slots,
        agenda,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appointments::agenda::Entry;
    use crate::availability::slot::{ClinicName, Place, SlotState};
    use crate::core::id::PatientId;
    use crate::core::time::Zone;
    use crate::directory::doctor::{Doctor, Terms};
    use crate::testing::{
        appointment_id, authorized, booking, captured_payment, confirmed, doctor, held_visit, minutes, now, range,
        slot, visit as time,
    };
    use crate::testing::{at, entry_id, other_patient, patient_id};

    const LENGTH: HoldLength = HoldLength::DEFAULT;

    fn booked_slot() -> Slot {
        Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..slot() }
    }

    fn paid() -> BookedAppointment {
        let agenda = held_visit().agenda.confirm(appointment_id(1), time(), now()).unwrap();
        let payment = Some(captured_payment());
        BookedAppointment { appointment: confirmed(), slots: vec![booked_slot()], agenda, payment, ..held_visit() }
    }

    fn half_hour_from(start: &str) -> Slot {
        Slot::by_hand(slot().doctor, range(start, 30), 9)
    }

    fn noon() -> Slot {
        half_hour_from("2026-12-01T06:30:00Z")
    }

    fn to(visit: BookedAppointment, slot: Slot, by: MovedBy, now: Timestamp) -> Result<Rescheduled, MoveRefusal> {
        reschedule(authorized(visit), slot, vec![], None, by, now)
    }

    #[test]
    fn a_move_takes_the_new_slot_releases_the_old_one_and_keeps_id_fee_and_payment() {
        let Rescheduled { appointment, taken, released, agenda, .. } =
            to(paid(), noon(), MovedBy::Patient, now()).unwrap();
        assert_eq!(
            (appointment.id, appointment.payment(), appointment.fee),
            (confirmed().id, confirmed().payment(), confirmed().fee)
        );
        assert_eq!((appointment.time, appointment.slots.clone()), (noon().time, vec![noon().id()]));
        assert_eq!((appointment.moves, appointment.sequence), (1, confirmed().sequence + 1));
        assert_eq!(appointment.stage, confirmed().stage);
        assert_eq!(taken, [Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..noon() }]);
        assert_eq!(released.slots(), [slot()]);
        assert_eq!(agenda.entries, [Entry { time: noon().time, appointment: appointment_id(1), hold_until: None }]);
    }

    #[test]
    fn a_patient_moves_a_visit_in_time_and_not_too_often_and_staff_until_it_begins() {
        let notice = time().start() - minutes(120);
        assert!(to(paid(), noon(), MovedBy::Patient, notice).is_ok());
        assert_eq!(
            to(paid(), noon(), MovedBy::Patient, notice + minutes(1)),
            Err(MoveRefusal::TooLate { until: notice })
        );
        assert!(to(paid(), noon(), MovedBy::Staff, time().start() - minutes(1)).is_ok());
        assert!(matches!(
            to(paid(), noon(), MovedBy::Staff, time().start()),
            Err(MoveRefusal::NotMovable(StepRefusal::Begun { .. }))
        ));
        let moved = |moves| BookedAppointment { appointment: Appointment { moves, ..confirmed() }, ..paid() };
        assert!(to(moved(MAX_MOVES - 1), noon(), MovedBy::Patient, now()).is_ok());
        assert_eq!(to(moved(MAX_MOVES), noon(), MovedBy::Patient, now()), Err(MoveRefusal::TooOften));
        let by_staff = to(moved(MAX_MOVES - 1), noon(), MovedBy::Staff, now()).unwrap();
        assert_eq!(by_staff.appointment.moves, MAX_MOVES - 1, "it is not one of the patient's moves");
        assert!(to(moved(MAX_MOVES), noon(), MovedBy::Staff, now()).is_ok());
    }

    #[test]
    fn a_visit_moves_to_what_a_booking_would_get_and_nothing_else() {
        let other = appointment_id(2);
        let refused = |slot| match to(paid(), slot, MovedBy::Patient, now()).unwrap_err() {
            MoveRefusal::NewTime(refusal) => refusal,
            other => panic!("{other:?}"),
        };
        let taken = SlotState::Booked { appointment: other };
        assert_eq!(refused(Slot { state: taken, ..noon() }), BookRefusal::SlotTaken);
        assert_eq!(refused(Slot { closes: now(), ..noon() }), BookRefusal::TooShortNotice { closed: now() });
        let over = SlotState::Held { appointment: other, until: now() };
        assert!(to(paid(), Slot { state: over, ..noon() }, MovedBy::Patient, now()).is_ok());
        let entry = Entry { time: noon().time, appointment: other, hold_until: None };
        let mut busy = paid();
        busy.agenda.entries.push(entry);
        assert_eq!(
            to(busy, noon(), MovedBy::Patient, now()),
            Err(MoveRefusal::NewTime(BookRefusal::PatientBusy { with: other, time: noon().time }))
        );
        let doctor = Doctor { ..doctor().suspend("licence lapsed".to_owned(), now()).unwrap() };
        let suspended = BookedAppointment { doctor, ..paid() };
        assert_eq!(
            to(suspended, noon(), MovedBy::Staff, now()),
            Err(MoveRefusal::NewTime(BookRefusal::DoctorUnavailable))
        );
        assert!(matches!(to(held_visit(), noon(), MovedBy::Staff, now()), Err(MoveRefusal::NotMovable(_))));
    }

    #[test]
    fn a_moved_visit_has_the_place_of_its_new_slot_and_the_present_zone_of_its_doctor() {
        let clinic = Place::Clinic { name: ClinicName::parse("Indiranagar").unwrap() };
        let zone = Zone::parse("Europe/London").unwrap();
        let moved_away = BookedAppointment { doctor: Doctor { zone: zone.clone(), ..doctor() }, ..paid() };
        let there = Slot { place: clinic.clone(), ..noon() };
        let Rescheduled { appointment, .. } = to(moved_away, there, MovedBy::Patient, now()).unwrap();
        assert_eq!((appointment.place, appointment.zone), (clinic, zone));
        assert_ne!((confirmed().place, confirmed().zone), (noon().place, Zone::parse("Europe/London").unwrap()));
    }

    /// Moves the visit of a doctor with this daily limit to `start`; returns whether the old slot goes to the patients
    /// who wait.
    fn offers(daily_limit: Option<u8>, start: &str) -> bool {
        let terms = Terms { daily_limit, ..Terms::default() };
        let visit = BookedAppointment { doctor: Doctor { terms, ..doctor() }, ..paid() };
        let moved = to(visit, half_hour_from(start), MovedBy::Patient, now()).unwrap();
        assert_eq!(moved.released.slots(), [slot()]);
        !moved.released.queues(now()).is_empty()
    }

    #[test]
    fn on_a_day_with_a_limit_a_visit_that_stays_leaves_room_for_no_other() {
        // The visit is at 10:00 in India; the day ends at 18:30 UTC.
        assert!(!offers(Some(5), "2026-12-01T18:00:00Z"));
        assert!(offers(Some(5), "2026-12-01T18:30:00Z"));
        assert!(offers(None, "2026-12-01T18:00:00Z"));
        assert!(offers(None, "2026-12-01T18:30:00Z"));
    }

    #[test]
    fn a_move_needs_a_place_in_the_day_of_its_new_time_and_takes_it() {
        let terms = Terms { daily_limit: Some(1), ..Terms::default() };
        let limited = Doctor { terms, ..doctor() };
        let visit = || BookedAppointment { doctor: limited.clone(), ..paid() };
        let next_day = || half_hour_from("2026-12-02T06:30:00Z");
        let day = |slots: &[Slot]| {
            DailyQuota::of(&limited, DailyQuota::date_of(&limited, next_day().time.start()), slots, 7, now())
        };
        let other = Slot {
            state: SlotState::Booked { appointment: appointment_id(2) },
            ..half_hour_from("2026-12-02T08:00:00Z")
        };
        let go = |day| reschedule(authorized(visit()), next_day(), vec![], day, MovedBy::Patient, now());
        assert_eq!(go(day(&[other])), Err(MoveRefusal::NewTime(BookRefusal::DailyQuotaFull)));
        let taken = go(day(&[])).unwrap().day.unwrap();
        assert!(taken.counts(appointment_id(1)) && taken.version == 7, "the day is written with the move");
    }

    #[test]
    fn a_visit_that_takes_the_slot_of_its_own_patients_offer_leaves_the_offers_of_others() {
        let terms = Terms { daily_limit: Some(3), ..Terms::default() };
        let limited = Doctor { terms, ..doctor() };
        let offered = |patient: PatientId, number, start| {
            let until = now() + minutes(30);
            Slot { state: SlotState::Offered { patient, entry: entry_id(number), until }, ..half_hour_from(start) }
        };
        let slots =
            [offered(patient_id(), 1, "2026-12-01T06:30:00Z"), offered(other_patient(), 2, "2026-12-01T07:30:00Z")];
        let date = DailyQuota::date_of(&limited, slots[0].time.start());
        let day = DailyQuota::of(&limited, date, &slots, 3, now()).unwrap();
        let after = day.admit(appointment_id(1), patient_id()).unwrap();
        // One visit, and the slot that is kept for the other patient: a third visit fits, for any patient.
        assert!(!after.is_full_for(None));
        let full = after.admit(appointment_id(2), PatientId::from_uuid(uuid::Uuid::from_u128(3))).unwrap();
        assert!(full.is_full_for(None) && !full.is_full_for(Some(other_patient())), "that slot is still kept");
    }

    #[test]
    fn a_reduced_follow_up_moves_within_its_window_and_staff_may_move_it_anywhere() {
        let until = at("2026-12-05T00:00:00Z");
        let reduced = || {
            let terms = crate::appointments::visit_terms::VisitTerms { fee_until: Some(until), ..confirmed().terms };
            BookedAppointment { appointment: Appointment { terms, ..confirmed() }, ..paid() }
        };
        let (within, after) = (half_hour_from("2026-12-05T00:00:00Z"), half_hour_from("2026-12-05T00:01:00Z"));
        assert!(to(reduced(), within, MovedBy::Patient, now()).is_ok());
        let refused = Err(MoveRefusal::FeeEnds(FeeEnds { until }));
        assert_eq!(to(reduced(), after.clone(), MovedBy::Patient, now()), refused);
        let moved = to(reduced(), after.clone(), MovedBy::Staff, now()).unwrap().appointment;
        assert_eq!(moved.terms.fee_until, Some(after.time.start()), "a move by staff takes nothing from the patient");
    }

    #[test]
    fn a_long_visit_may_move_by_less_than_its_length() {
        let mine =
            |start| Slot { state: SlotState::Booked { appointment: appointment_id(1) }, ..half_hour_from(start) };
        let (second, third) = (mine("2026-12-01T05:00:00Z"), half_hour_from("2026-12-01T05:30:00Z"));
        let appointment = Appointment {
            time: range("2026-12-01T04:30:00Z", 60),
            slots: vec![slot().id(), second.id()],
            ..confirmed()
        };
        let long = BookedAppointment { appointment, slots: vec![booked_slot(), second.clone()], ..paid() };
        let moved =
            reschedule(authorized(long.clone()), second.clone(), vec![third.clone()], None, MovedBy::Patient, now());
        let Rescheduled { appointment, taken, released, .. } = moved.unwrap();
        assert_eq!(appointment.time, range("2026-12-01T05:00:00Z", 60));
        assert_eq!((taken.len(), released.slots()), (2, [slot()].as_slice()));
        let too_few = reschedule(authorized(long), second, vec![], None, MovedBy::Patient, now());
        assert_eq!(too_few, Err(MoveRefusal::NewTime(BookRefusal::TooFewSlots)));
    }

    #[test]
    fn a_hold_is_extended_once_everywhere_and_never_beyond_the_start() {
        let at = now() + minutes(8);
        let Extended { appointment, slots, agenda } = extend(authorized(held_visit()), LENGTH, at).unwrap();
        let Stage::Held { until, .. } = held_visit().appointment.stage else { panic!() };
        let until = (until + LENGTH.duration()).min(at + minutes(LENGTH.most_extended_minutes()));
        assert_eq!(appointment.stage, Stage::Held { until, extended: true });
        assert_eq!(appointment.sequence, booking().appointment.sequence, "calendars do not show holds");
        assert_eq!(slots[0].state, SlotState::Held { appointment: appointment_id(1), until });
        assert_eq!(agenda.entries[0].hold_until, Some(until));
        let again = BookedAppointment { appointment, slots, agenda, ..held_visit() };
        assert_eq!(extend(authorized(again), LENGTH, at), Err(ExtendRefusal::Already));

        let soon = BookedAppointment {
            appointment: Appointment { time: range("2026-11-30T03:12:00Z", 30), ..booking().appointment },
            ..held_visit()
        };
        let Stage::Held { until, .. } = extend(authorized(soon), LENGTH, at).unwrap().appointment.stage else {
            panic!()
        };
        assert_eq!(until, now() + minutes(12));
    }

    #[test]
    fn an_extended_hold_ends_within_the_longest_delay_of_a_queue() {
        let Stage::Held { until, .. } = extend(authorized(held_visit()), LENGTH, now()).unwrap().appointment.stage
        else {
            panic!()
        };
        assert_eq!(until, now() + minutes(LENGTH.most_extended_minutes()));

        let snapshot = crate::testing::snapshot();
        let longest = minutes(LENGTH.most_extended_minutes());
        let fresh = snapshot.hold(crate::testing::WISH, patient_id(), appointment_id(1), now(), longest).unwrap();
        let visit = BookedAppointment {
            appointment: fresh.appointment,
            slots: fresh.slots,
            agenda: fresh.agenda,
            ..held_visit()
        };
        assert_eq!(extend(authorized(visit), LENGTH, now()), Err(ExtendRefusal::TooEarly { from: now() + minutes(1) }));
    }

    #[test]
    fn only_a_hold_that_runs_is_extended() {
        assert!(matches!(
            extend(authorized(held_visit()), LENGTH, now() + minutes(10)),
            Err(ExtendRefusal::NotHeld(_))
        ));
        assert!(matches!(extend(authorized(paid()), LENGTH, now()), Err(ExtendRefusal::NotHeld(_))));
        let taken = Slot { state: SlotState::Booked { appointment: appointment_id(2) }, ..slot() };
        let lost = BookedAppointment { slots: vec![taken], ..held_visit() };
        assert!(matches!(extend(authorized(lost), LENGTH, now()), Err(ExtendRefusal::NotHeld(_))));
        // By another clock the hold is over, and a booking has removed it from the agenda.
        let pruned = BookedAppointment { agenda: held_visit().agenda.without(appointment_id(1)), ..held_visit() };
        assert!(matches!(extend(authorized(pruned), LENGTH, now()), Err(ExtendRefusal::NotHeld(_))));
        let starts = Appointment { time: range("2026-11-30T03:10:00Z", 30), ..booking().appointment };
        let at_once = BookedAppointment { appointment: starts, ..held_visit() };
        assert_eq!(extend(authorized(at_once), LENGTH, now() + minutes(5)), Err(ExtendRefusal::NoTimeLeft));
    }
}
