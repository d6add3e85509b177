//! Appointments, and everything that one booking, confirmation or cancellation
//! reads and writes. Which of them is allowed is decided by `domain`; here it is made sure that what the
//! decision was based on still holds.
//!
//! A booking costs ten write units: slot, appointment, agenda and idempotency record at two each, and the
//! appointment's entries in two indexes at one each, as long as each item stays within a kilobyte.

use domain::appointments::agenda::Agenda;
use domain::appointments::aggregate::BookedAppointment;
use domain::appointments::appointment::{Appointment, Stage};
use domain::appointments::attendance::{self, Closed};
use domain::appointments::booking::{BookRefusal, Booking, BookingSnapshot};
use domain::appointments::cancellation::Cancelled;
use domain::appointments::rescheduling::{Extended, Rescheduled};
use domain::appointments::waitlist::Offered;
use domain::audit::EventType;
use domain::availability::slot::{Slot, SlotState};
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::core::time::MAX_MINUTES;
use domain::directory::doctor::Doctor;
use domain::directory::visit_kind::VisitKind;
use domain::messages::Message;
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::appointments::agenda;
use crate::appointments::keys::Key;
use crate::appointments::record::{item, read};
use crate::availability::{self, daily_quota, slot};
use crate::directory::{self, doctor};
use crate::payments::payment::Ledger;
use crate::payments::refund;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::idempotency::{Answer, Committed, Earlier, IdempotencyClaim};
use crate::table::item::{Item, Row, ms};
use crate::table::key::{ItemKey, Order, Span};
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::sealed::SealedText;
use crate::table::timers;
use crate::table::transaction::{OnFailure, Transaction};

/// How often a visit is read that was seen in the middle of a transaction.
const READINGS: usize = 3;

/// What a booking finds when it comes.
#[derive(Debug)]
pub enum Loaded<D = BookingSnapshot> {
    /// Something was answered under the idempotency key before.
    Earlier(Earlier),
    /// There is no such doctor.
    NoSuchDoctor,
    /// The doctor has published no such slot.
    NoSuchSlot,
    /// Everything that the decision needs.
    Fresh(Box<D>),
}

/// An appointment with what the patient tells the doctor.
#[derive(Debug, Clone)]
pub struct AppointmentDetails {
    /// The appointment.
    pub appointment: Appointment,
    /// The [`Intake`](domain::appointments::intake::Intake) of this version of the appointment, sealed.
    pub intake: Option<SealedText>,
}

impl Storage {
    /// Everything that decides a booking, in one strongly consistent read of five items: slot, agenda, doctor, the
    /// patient's last visit to the doctor, and what was answered under the same idempotency key. A visit of a kind
    /// that takes several slots takes a second read, of those that follow; the day of a doctor with a daily limit takes
    /// two more.
    ///
    /// Key condition: 5 keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn booking_snapshot(
        &self,
        doctor: DoctorId,
        slot: SlotId,
        kind: VisitKind,
        patient: PatientId,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<Loaded, StorageError> {
        let (own, last) = (Key::Agenda(patient), Key::LastVisit(patient, doctor));
        let (slot, doctor) = (availability::Key::Slot(doctor, slot), directory::Key::Doctor(doctor));
        let keys: [ItemKey; 5] = [(&slot).into(), (&own).into(), claim.key().into(), (&doctor).into(), (&last).into()];
        let mut rows = self.rows(ItemKey::all(keys)).await?;
        if let Some(earlier) = rows.read(claim.key(), |row| claim.compare(row, now))?.flatten() {
            return Ok(Loaded::Earlier(earlier));
        }
        let Some(doctor) = rows.read(&doctor, doctor::read)? else { return Ok(Loaded::NoSuchDoctor) };
        let Some(slot) = rows.read(&slot, slot::read)? else { return Ok(Loaded::NoSuchSlot) };
        let agenda = rows.read(&own, agenda::read)?.unwrap_or_else(|| Agenda::empty(patient));
        let last_visit = rows.read(&last, |row| row.record::<LastVisitRecord>())?.map(|last| last.last_visit);
        let following = match doctor.slots_of(kind) {
            0 | 1 => Vec::new(),
            count => self.following(&slot, usize::from(count) - 1).await?,
        };
        let day = self.day(&doctor, slot.time.start(), now).await?;
        Ok(Loaded::Fresh(Box::new(BookingSnapshot { slot, following, last_visit, agenda, doctor, day })))
    }

    /// The first `count` published slots after `first` that a visit which begins with it can reach.
    pub(crate) async fn following(&self, first: &Slot, count: usize) -> Result<Vec<Slot>, StorageError> {
        let (from, to) = (first.time.end(), first.time.start() + SignedDuration::from_mins(MAX_MINUTES));
        let rows = self.all(Span::slots(first.doctor, from, to)).await?;
        let slots = rows.iter().map(slot::read).collect::<Result<Vec<_>, _>>()?;
        Ok(slots.into_iter().filter(|slot| slot.state != SlotState::Withdrawn).take(count).collect())
    }

    /// Writes a booking with its answer; with `intake`, what the patient tells the doctor is a fifth item.
    ///
    /// # Errors
    /// [`BookRefusal::SlotTaken`] when another patient has the slot by now, or another [`CommitError`].
    pub async fn commit_booking(
        &self,
        booking: &Booking,
        intake: Option<SealedText>,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError<BookRefusal>> {
        let now = prov.at;
        let transaction = self::booking(booking, intake, prov).claim(claim, answer, now);
        claim.conclude(transaction.commit(self).await, now)
    }

    /// An appointment.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn appointment(&self, id: AppointmentId) -> Result<Option<Appointment>, StorageError> {
        self.row(Key::Appointment(id)).await?.map(|row| read(&row)).transpose()
    }

    /// An appointment and its sealed intake, in one read. The read is no snapshot: an intake that is not the one of the
    /// appointment's version was read while it was being written, and both are read again. Otherwise a client could
    /// write over what it has not seen, under a version that it has.
    ///
    /// Key condition: 2 keys, strong.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when they were read while being written, again and again.
    pub async fn appointment_with_intake(&self, id: AppointmentId) -> Result<Option<AppointmentDetails>, StorageError> {
        let (own, intake) = (Key::Appointment(id), Key::Intake(id));
        for _ in 0..READINGS {
            let mut rows = self.rows(vec![(&own).into(), (&intake).into()]).await?;
            let Some(appointment) = rows.read(&own, read)? else { return Ok(None) };
            let found = rows.read(&intake, |row| row.record::<IntakeRecord>())?;
            if found.as_ref().map(|found| found.written_with) == appointment.intake {
                return Ok(Some(AppointmentDetails { appointment, intake: found.map(|found| found.sealed) }));
            }
        }
        Err(StorageError::Unavailable("an intake was read while it was being written".into()))
    }

    /// Writes an appointment whose intake was replaced, with the new one, or without any.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_intake(
        &self,
        appointment: &Appointment,
        intake: Option<SealedText>,
        prov: &Provenance,
    ) -> Result<Appointment, CommitError> {
        let event = item(appointment).event(EventType::AppointmentUpdated);
        let transaction = Transaction::by(prov).put(event, unchanged(appointment), OnFailure::Stale);
        let transaction = match intake {
            Some(intake) => transaction.put_unconditionally(intake_item(appointment, intake)),
            None => transaction.delete_unconditionally(Key::Intake(appointment.id)),
        };
        transaction.commit(self).await?;
        Ok(appointment.clone().written(prov.at))
    }

    /// An appointment and everything that changes with it. That the parts belong together is checked by the
    /// versions that every write of them expects. A cancellation writes neither a payment nor a slot that it
    /// finds in other hands, so these two are checked here: otherwise a visit that was confirmed a moment ago
    /// would be cancelled without giving the money or the slot back. What was read while it was being confirmed
    /// or moved is read again.
    ///
    /// Key condition: `APPT`, `PAY#` partition, then 3 keys; strong.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when a transaction was seen in part, again and again; an appointment whose
    /// doctor is not there is inconsistent.
    pub async fn visit(&self, id: AppointmentId) -> Result<Option<BookedAppointment>, StorageError> {
        Ok(self.visits(&[id]).await?.pop())
    }

    /// Several appointments, as [`visit`](Self::visit) reads each: first the appointments at once, then the rest at once.
    pub(crate) async fn visits(&self, ids: &[AppointmentId]) -> Result<Vec<BookedAppointment>, StorageError> {
        for _ in 0..READINGS {
            // First, so that what a capture has confirmed by now is found paid by the reads that follow.
            let rows = try_join_all(ids.iter().map(|id| self.row(Key::Appointment(*id)))).await?;
            let visits = try_join_all(rows.into_iter().flatten().map(|row| self.visit_of(row))).await?;
            if !visits.iter().any(BookedAppointment::is_torn) {
                return Ok(visits);
            }
        }
        Err(StorageError::Unavailable("a transaction was read while it was being written".into()))
    }

    /// An appointment that was read, with everything that changes with it.
    async fn visit_of(&self, row: Row) -> Result<BookedAppointment, StorageError> {
        let appointment = read(&row)?;
        let id = appointment.id;
        let (agenda, doctor) = (Key::Agenda(appointment.patient), directory::Key::Doctor(appointment.doctor));
        let slot_key = |&slot| availability::Key::Slot(appointment.doctor, slot);
        let slots: Vec<availability::Key> = appointment.slots.iter().map(slot_key).collect();
        let keys = slots.iter().map(ItemKey::from).chain([(&agenda).into(), (&doctor).into()]);
        let (mut rows, ledger) = futures::try_join!(self.rows(ItemKey::all(keys)), self.ledger(id.into()))?;
        let slots = slots.iter().filter_map(|key| rows.read(key, slot::read).transpose());
        let slots = slots.collect::<Result<_, _>>()?;
        let agenda = rows.read(&agenda, agenda::read)?.unwrap_or_else(|| Agenda::empty(appointment.patient));
        let doctor = rows.read(&doctor, doctor::read)?.ok_or_else(|| row.inconsistent("its doctor is not there"))?;
        let Ledger { payment, refunds, .. } = ledger;
        Ok(BookedAppointment { appointment, slots, agenda, doctor, payment, refunds })
    }

    /// A slot to which a visit of `count` slots is to be moved, and the published slots after it that the visit can reach.
    ///
    /// Key condition: 1 key, then `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn slots_from(
        &self,
        doctor: DoctorId,
        slot: SlotId,
        count: usize,
    ) -> Result<Option<(Slot, Vec<Slot>)>, StorageError> {
        let Some(first) = self.slot(doctor, slot).await? else { return Ok(None) };
        let following = match count {
            0 | 1 => Vec::new(),
            count => self.following(&first, count - 1).await?,
        };
        Ok(Some((first, following)))
    }

    /// Writes a move: the appointment, the slots that it takes and those that it gives back, and the agenda.
    ///
    /// # Errors
    /// [`BookRefusal::SlotTaken`] when another patient has a new slot by now, or another [`CommitError`].
    pub async fn commit_reschedule(
        &self,
        moved: &Offered<Rescheduled>,
        prov: &Provenance,
    ) -> Result<(), CommitError<BookRefusal>> {
        let Rescheduled { appointment, taken, agenda, day, .. } = &**moved;
        let mut transaction = Transaction::by(prov)
            .put(item(appointment).event(EventType::AppointmentRescheduled), unchanged(appointment), OnFailure::Stale)
            .put(agenda::item(agenda), agenda::guard(agenda), OnFailure::Stale);
        transaction = plan_close(transaction, appointment, prov);
        transaction = daily_quota::pass(transaction, day.as_ref());
        for slot in taken {
            transaction = transaction.put_booked_slot(slot, appointment);
        }
        transaction.released(moved, prov).commit(self).await
    }

    /// Writes an extension of a hold.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_extension(&self, extended: &Extended, prov: &Provenance) -> Result<(), CommitError> {
        let Extended { appointment, slots, agenda } = extended;
        Transaction::by(prov)
            .put(item(appointment).event(EventType::HoldExtended), unchanged(appointment), OnFailure::Stale)
            .put(agenda::item(agenda), agenda::guard(agenda), OnFailure::Stale)
            .slots(slots)
            .commit(self)
            .await
    }

    /// Writes a cancellation: the appointment, the slot if it was still this appointment's, the agenda, the decision about
    /// what was paid and the refund, if there is one to make.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_cancellation(
        &self,
        cancelled: &Offered<Cancelled>,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        self.commit_end(cancelled, EventType::AppointmentCancelled, None, prov).await
    }

    /// Writes a cancellation because the doctor is suspended, if the doctor still is: a doctor who was reinstated since
    /// `suspended` was read keeps the visit.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_suspended_cancellation(
        &self,
        cancelled: &Offered<Cancelled>,
        suspended: &Doctor,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        self.commit_end(cancelled, EventType::AppointmentCancelled, Some(suspended), prov).await
    }

    /// Writes the end of a hold that was not paid for.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_expiry(&self, expired: &Offered<Cancelled>, prov: &Provenance) -> Result<(), CommitError> {
        self.commit_end(expired, EventType::AppointmentExpired, None, prov).await
    }

    async fn commit_end(
        &self,
        end: &Offered<Cancelled>,
        event: EventType,
        suspended: Option<&Doctor>,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let Cancelled { appointment, agenda, payment, refund, .. } = &**end;
        let mut transaction = Transaction::by(prov)
            .put(item(appointment).event(event), unchanged(appointment), OnFailure::Stale)
            .put(agenda::item(agenda), agenda::guard(agenda), OnFailure::Stale)
            .released(end, prov);
        if let Some(payment) = payment {
            transaction = refund::put_refund_decision(transaction, payment, refund.as_ref(), None, prov);
        }
        if let Some(suspended) = suspended {
            transaction = transaction.check(
                directory::keys::Key::Doctor(suspended.id),
                doctor::unchanged(suspended),
                OnFailure::Stale,
            );
        }
        transaction.commit(self).await
    }

    /// Writes a step of a visit that changes nothing beside the appointment: a party joins it, or the doctor ends it.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_step(
        &self,
        appointment: &Appointment,
        event: EventType,
        prov: &Provenance,
    ) -> Result<Appointment, CommitError> {
        let transaction =
            Transaction::by(prov).put(item(appointment).event(event), unchanged(appointment), OnFailure::Stale);
        transaction.commit(self).await?;
        Ok(appointment.clone().written(prov.at))
    }

    /// Writes what a visit was: with the decision about what was paid and the refund, if there is one to make, and with the patient's
    /// last visit to the doctor, if it took place. A later visit stands.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_close(&self, closed: &Closed, prov: &Provenance) -> Result<Appointment, CommitError> {
        let appointment = &closed.appointment;
        let care = matches!(appointment.stage, Stage::Completed { .. });
        let end = match self.commit_outcome(closed, care, prov).await {
            Err(CommitError::Refused(LaterVisit)) => self.commit_outcome(closed, false, prov).await,
            end => end,
        };
        end.or_else(|error| error.refusal().map(drop))?;
        Ok(appointment.clone().written(prov.at))
    }

    async fn commit_outcome(
        &self,
        Closed { appointment, payment, refund }: &Closed,
        care: bool,
        prov: &Provenance,
    ) -> Result<(), CommitError<LaterVisit>> {
        let event = match appointment.stage {
            Stage::NoShow { .. } => EventType::AppointmentMissed,
            _ => EventType::AppointmentCompleted,
        };
        let mut transaction =
            Transaction::by(prov).put(item(appointment).event(event), unchanged(appointment), OnFailure::Stale);
        if let Some(payment) = payment {
            transaction = refund::put_refund_decision(transaction, payment, refund.as_ref(), None, prov);
        }
        if care {
            let visit = LastVisitRecord { last_visit: appointment.time.start() };
            let item = Item::new(Key::LastVisit(appointment.patient, appointment.doctor), &visit);
            let later = OnFailure::Refuse(LaterVisit);
            transaction = transaction.put(item, Guard::LAST_VISIT_EARLIER.at(visit.last_visit), later);
        }
        transaction.commit(self).await
    }

    /// A patient's appointments that start in `from..to`, by their start. From an index: it may lag.
    ///
    /// Key condition: GSI1 `PAT#`, start between.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn appointments_of_patient(
        &self,
        patient: PatientId,
        from: Timestamp,
        to: Timestamp,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<Appointment>, StorageError> {
        self.page(Span::of_patient(patient, from, to).in_order(order), page).await?.try_map(|row| read(&row))
    }

    /// A doctor's appointments that start in `from..to`, by their start. From an index: it may lag.
    ///
    /// Key condition: GSI2 `DOC#`, start between.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn appointments_of_doctor(
        &self,
        doctor: DoctorId,
        from: Timestamp,
        to: Timestamp,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<Appointment>, StorageError> {
        self.page(Span::of_doctor(doctor, from, to).in_order(order), page).await?.try_map(|row| read(&row))
    }

    /// A patient's appointments that start in `from..to`, earliest first, each with when it was last written. From an
    /// index: it may lag.
    ///
    /// Key condition: GSI1 `PAT#`, start between.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn revisions_of_patient(
        &self,
        patient: PatientId,
        from: Timestamp,
        to: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<(Appointment, Timestamp)>, StorageError> {
        let rows = self.page(Span::of_patient(patient, from, to), page).await?;
        rows.try_map(|row| Ok((read(&row)?, row.written_at()?)))
    }

    /// A doctor's appointments that start in `from..to`, earliest first, each with when it was last written. From an index: it may
    /// lag.
    ///
    /// Key condition: GSI2 `DOC#`, start between.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn day_of_doctor(
        &self,
        doctor: DoctorId,
        from: Timestamp,
        to: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<(Appointment, Timestamp)>, StorageError> {
        let rows = self.page(Span::of_doctor(doctor, from, to), page).await?;
        rows.try_map(|row| Ok((read(&row)?, row.written_at()?)))
    }
}

/// Plans the close of an appointment with the transaction that confirms it or gives it another time. Reminders are planned by the
/// consumer that sends them.
#[track_caller]
pub(crate) fn plan_close<E>(
    mut transaction: Transaction<E>,
    appointment: &Appointment,
    prov: &Provenance,
) -> Transaction<E> {
    if let Some(close) = attendance::close_timer(appointment) {
        transaction = transaction.put_unconditionally(timers::item(&close, prov));
    }
    transaction
}

/// A booking, but for its answer; with `intake`, what the patient tells the doctor is an item more.
#[track_caller]
pub(crate) fn booking(
    Booking { slots, appointment, agenda, day }: &Booking,
    intake: Option<SealedText>,
    prov: &Provenance,
) -> Transaction<BookRefusal> {
    let confirmed = matches!(appointment.stage, Stage::Confirmed { .. });
    let event = if confirmed { EventType::AppointmentConfirmed } else { EventType::AppointmentBooked };
    let mut transaction = Transaction::by(prov);
    for slot in slots {
        transaction = transaction.put_booked_slot(slot, appointment);
    }
    let transaction = transaction.put(item(appointment).event(event), Guard::APPOINTMENT_NEW, OnFailure::Stale).put(
        agenda::item(agenda),
        agenda::guard(agenda),
        OnFailure::Stale,
    );
    let transaction = plan_close(transaction, appointment, prov);
    let transaction = daily_quota::pass(transaction, day.as_ref());
    match intake {
        Some(intake) => transaction.put_unconditionally(intake_item(appointment, intake)),
        None => transaction,
    }
}

/// The patient has seen the doctor later than at this visit, and that stays.
struct LaterVisit;

impl Transaction<BookRefusal> {
    /// Puts a slot that an appointment takes, or had before.
    #[track_caller]
    pub(crate) fn put_booked_slot(self, slot: &Slot, appointment: &Appointment) -> Self {
        let (id, patient, now) = (appointment.id, appointment.patient, self.at());
        let bookable =
            Guard::SLOT_BOOKABLE.expecting(slot.version).text(":patient", patient).text(":appointment", id).at(now);
        // A slot that is free after all, in another version, was only read too early.
        let taken = OnFailure::Judge(Box::new(move |stored| {
            let stored = slot::read(stored).ok()?;
            let is_free = stored.holder() == Some(id) || stored.is_bookable_by(Some(patient), now);
            (!is_free).then_some(BookRefusal::SlotTaken)
        }));
        self.put(slot::item(slot), bookable, taken)
    }
}

#[derive(Serialize, Deserialize)]
struct IntakeRecord {
    sealed: SealedText,
    /// The version of the appointment in the same transaction.
    written_with: u64,
}

/// When a patient was last seen by a doctor.
#[derive(Serialize, Deserialize)]
pub(crate) struct LastVisitRecord {
    #[serde(with = "ms::required")]
    pub last_visit: Timestamp,
}

/// The guard of a transition of an appointment.
pub(crate) fn unchanged(appointment: &Appointment) -> Condition {
    Guard::APPOINTMENT_UNCHANGED.expecting(appointment.version)
}

pub(crate) fn intake_item(appointment: &Appointment, sealed: SealedText) -> Item {
    Item::new(Key::Intake(appointment.id), &IntakeRecord { sealed, written_with: appointment.version + 1 })
}

/// What a change of an appointment means to others: a change of its status, of its time, or of the end of its hold.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let before = before.map(read).transpose()?;
    let Appointment { id: appointment, stage, time, version, .. } = read(after)?;
    let had = |check: &dyn Fn(&Appointment) -> bool| before.as_ref().is_some_and(check);
    let is_same_status = had(&|before| before.stage.status() == stage.status());
    Ok(match stage {
        Stage::Held { until, .. } if had(&|before| before.stage.hold_until() == Some(until)) => None,
        Stage::Held { until, .. } => Some(Message::HoldPlaced { appointment, until }),
        Stage::Confirmed { .. } if !is_same_status => Some(Message::AppointmentConfirmed { appointment, version }),
        Stage::Confirmed { .. } if !had(&|before| before.time == time) => {
            Some(Message::AppointmentRescheduled { appointment, version })
        }
        Stage::Cancelled(_) if !is_same_status => Some(Message::AppointmentCancelled { appointment, version }),
        _ => None,
    })
}
