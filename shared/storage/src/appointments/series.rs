//! Recurring visits: everything that decides about all of them is read at once, and all that is booked of them is written in one
//! transaction, so that nothing leaves half of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::appointments::appointment::Appointment;
use domain::appointments::booking::{BookRefusal, Booking};
use domain::appointments::cancellation::{Cancelled, CancelledSeries, SeriesVisits};
use domain::appointments::series::{Series, SeriesPlan, SeriesSnapshot};
use domain::appointments::waitlist::Offered;
use domain::audit::EventType;
use domain::availability::daily_quota::DailyQuota;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SeriesId};
use domain::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::appointments::agenda;
use crate::appointments::appointment;
use crate::appointments::appointment::{LastVisitRecord, Loaded};
use crate::appointments::keys::Key;
use crate::appointments::record;
use crate::availability::{self, daily_quota, slot};
use crate::payments::refund;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::idempotency::{Answer, Committed, IdempotencyClaim};
use crate::table::item::{Item, Row};
use crate::table::key::ItemKey;
use crate::table::provenance::Provenance;
use crate::table::sealed::SealedText;
use crate::table::transaction::{MAX_ITEMS, OnFailure, Transaction};

/// The items of a decision about money: the payment, a refund and its timer.
const ITEMS_OF_A_REFUND: usize = 3;
/// The items of an offer: the entry, its position and its timer.
const ITEMS_OF_AN_OFFER: usize = 3;

#[derive(Serialize, Deserialize)]
struct Record {
    patient: PatientId,
    doctor: DoctorId,
    appointments: Vec<AppointmentId>,
}

/// The series as it will be stored.
pub(crate) fn item(series: &Series) -> Item {
    let Series { id, patient, doctor, appointments } = series.clone();
    Item::new(Key::VisitSeries(id), &Record { patient, doctor, appointments })
}

pub(crate) fn read(row: &Row) -> Result<Series, StorageError> {
    let Key::VisitSeries(id) = row.key()? else { return Err(row.inconsistent("not a series of visits")) };
    let Record { patient, doctor, appointments } = row.record()?;
    Ok(Series { id, patient, doctor, appointments })
}

/// Whether all of it fits into one transaction.
pub fn fits_at_once(bookings: &[&Booking], has_intake: bool) -> bool {
    let items = |booking: &&Booking| {
        let timers = usize::from(domain::appointments::attendance::close_timer(&booking.appointment).is_some());
        booking.slots.len() + 1 + timers + usize::from(booking.day.is_some()) + usize::from(has_intake)
    };
    // Beside them the series, the agenda and the answer.
    bookings.iter().map(items).sum::<usize>() + 3 <= MAX_ITEMS
}

impl Storage {
    /// Everything that decides about a series: the doctor first, whose clocks say when it is, then agenda, last visit and all
    /// slots in one strongly consistent read, with what was answered under the same key, if there is one. What
    /// follows a slot, for a kind of visit that takes several, and the days of a doctor with a daily limit are read for each.
    ///
    /// Key condition: `DOCTOR`, then the slots and 3 keys, strong; for each day of a limit 1 key and `SLOT#` between.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn series_snapshot(
        &self,
        doctor: DoctorId,
        plan: &SeriesPlan,
        kind: VisitKind,
        patient: PatientId,
        claim: Option<&IdempotencyClaim>,
        now: Timestamp,
    ) -> Result<Loaded<SeriesSnapshot>, StorageError> {
        let (own, last) = (Key::Agenda(patient), Key::LastVisit(patient, doctor));
        let Some(doctor) = self.doctor(doctor).await? else { return Ok(Loaded::NoSuchDoctor) };
        let slots = plan.slots(&doctor.zone);
        let slot_key = |slot| availability::Key::Slot(doctor.id, slot);
        let keys = slots.iter().map(|&slot| ItemKey::from(slot_key(slot))).chain([(&own).into(), (&last).into()]);
        let mut rows = self.rows(keys.chain(claim.map(|claim| claim.key().into())).collect()).await?;
        if let Some(claim) = claim
            && let Some(earlier) = rows.read(claim.key(), |row| claim.compare(row, now))?.flatten()
        {
            return Ok(Loaded::Earlier(earlier));
        }
        let agenda =
            rows.read(&own, agenda::read)?.unwrap_or_else(|| domain::appointments::agenda::Agenda::empty(patient));
        let last_visit = rows.read(&last, |row| row.record::<LastVisitRecord>())?.map(|last| last.last_visit);
        let count = usize::from(doctor.slots_of(kind));
        let mut wanted = Vec::with_capacity(slots.len());
        let mut dates: BTreeMap<Date, Timestamp> = BTreeMap::new();
        for id in slots {
            let found = match rows.read(slot_key(id), slot::read)? {
                Some(slot) if count > 1 => Some((slot.clone(), self.following(&slot, count - 1).await?)),
                found => found.map(|slot| (slot, vec![])),
            };
            dates.insert(DailyQuota::date_of(&doctor, id.start()), id.start());
            wanted.push((id, found));
        }
        let mut days = Vec::new();
        for start in dates.into_values() {
            days.extend(self.day(&doctor, start, now).await?);
        }
        Ok(Loaded::Fresh(Box::new(SeriesSnapshot { doctor, last_visit, agenda, wanted, days })))
    }

    /// A series, with the visits that it has as they are now.
    ///
    /// Key condition: 1 key, then `APPT` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn visits_of_series(&self, id: SeriesId) -> Result<Option<(Series, Vec<Appointment>)>, StorageError> {
        let Some(row) = self.row(Key::VisitSeries(id)).await? else { return Ok(None) };
        let series = read(&row)?;
        let keys: Vec<Key> = series.appointments.iter().copied().map(Key::Appointment).collect();
        let mut rows = self.rows(ItemKey::all(&keys)).await?;
        let visits = keys.iter().filter_map(|key| rows.read(key, record::read).transpose());
        let visits = visits.collect::<Result<_, _>>()?;
        Ok(Some((series, visits)))
    }

    /// A series with its visits and everything that changes with them, as [`visit`](Storage::visit) reads it of one.
    ///
    /// Key condition: 1 key, then `APPT`, `PAY#` partitions, and 3 keys for each visit; strong.
    ///
    /// # Errors
    /// As [`visit`](Storage::visit).
    pub async fn series_visits(&self, id: SeriesId) -> Result<Option<SeriesVisits>, StorageError> {
        let Some(row) = self.row(Key::VisitSeries(id)).await? else { return Ok(None) };
        let series: Series = read(&row)?;
        let visits = self.visits(&series.appointments).await?;
        Ok(Some(SeriesVisits { series, visits }))
    }

    /// Offers the slots of a cancelled series, if all of it still fits into one transaction; otherwise they are free for every
    /// patient. Without offers it fits, because the booking of the series did.
    ///
    /// Key condition: as `offer_released_slots`.
    ///
    /// # Errors
    /// As [`offer_released_slots`](Storage::offer_released_slots).
    pub async fn offer_slots_of_series(
        &self,
        cancelled: CancelledSeries,
        now: Timestamp,
    ) -> Result<Offered<CancelledSeries>, StorageError> {
        let offered = self.offer_released_slots(cancelled, now).await?;
        let of_visit = |visit: &Cancelled| 1 + if visit.payment.is_some() { ITEMS_OF_A_REFUND } else { 0 };
        let visits: usize = offered.cancelled.iter().map(of_visit).sum();
        let items = visits + offered.slots().len() + ITEMS_OF_AN_OFFER * offered.entries().len();
        // Beside them the series and the agenda.
        if items + 2 <= MAX_ITEMS { Ok(offered) } else { Ok(Offered::to_every_patient((*offered).clone())) }
    }

    /// Writes the cancellation of the visits of a series, all of it or nothing. The series is the audit event.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_series_cancellation(
        &self,
        cancelled: &Offered<CancelledSeries>,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let mut transaction =
            Transaction::by(prov).put_unconditionally(item(&cancelled.series).event(EventType::SeriesCancelled));
        // The last has the agenda without all of them.
        if let Some(Cancelled { agenda, .. }) = cancelled.cancelled.last() {
            transaction = transaction.put(agenda::item(agenda), agenda::guard(agenda), OnFailure::Stale);
        }
        for Cancelled { appointment, payment, refund, .. } in &cancelled.cancelled {
            transaction =
                transaction.put(record::item(appointment), appointment::unchanged(appointment), OnFailure::Stale);
            if let Some(payment) = payment {
                transaction = refund::put_refund_decision(transaction, payment, refund.as_ref(), None, prov);
            }
        }
        transaction.released(cancelled, prov).commit(self).await
    }

    /// Writes what was decided to be booked of a series, all of it or nothing, with its answer.
    ///
    /// # Errors
    /// [`BookRefusal::SlotTaken`] when another patient has one of the slots by now, or another [`CommitError`].
    pub async fn commit_series(
        &self,
        series: &Series,
        bookings: &[(&Booking, Option<SealedText>)],
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError<BookRefusal>> {
        let mut transaction = Transaction::by(prov).put_unconditionally(item(series).event(EventType::SeriesBooked));
        // The last has the agenda with all of them.
        if let Some((Booking { agenda, .. }, _)) = bookings.last() {
            transaction = transaction.put(agenda::item(agenda), agenda::guard(agenda), OnFailure::Stale);
        }
        let mut passed: BTreeSet<Date> = BTreeSet::new();
        for (booking, intake) in bookings.iter().rev() {
            let Booking { slots, appointment, day, .. } = booking;
            for slot in slots {
                transaction = transaction.put_booked_slot(slot, appointment);
            }
            transaction = transaction.put(record::item(appointment), Guard::APPOINTMENT_NEW, OnFailure::Stale);
            transaction = appointment::plan_close(transaction, appointment, prov);
            // The last of a day has it with all of them.
            if let Some(day) = day.as_ref().filter(|day| passed.insert(day.date)) {
                transaction = daily_quota::pass(transaction, Some(day));
            }
            if let Some(intake) = intake {
                transaction = transaction.put_unconditionally(appointment::intake_item(appointment, intake.clone()));
            }
        }
        let end = transaction.claim(claim, answer, prov.at).commit(self).await;
        claim.conclude(end, prov.at)
    }
}
