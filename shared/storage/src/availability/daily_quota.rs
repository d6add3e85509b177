//! Days of doctors who take only so many visits in one. The item holds nothing but its version: how many visits a day
//! has is what its slots say, and each writer that adds one passes the version, so that two at once can't both be the last.

use std::collections::BTreeSet;

use domain::availability::daily_quota::DailyQuota;
use domain::availability::slot::Slot;
use domain::core::id::PatientId;
use domain::directory::doctor::Doctor;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Storage;
use crate::availability::keys::Key;
use crate::availability::slot;
use crate::table::error::StorageError;
use crate::table::guard::Guard;
use crate::table::item::Item;
use crate::table::key::Span;
use crate::table::transaction::{OnFailure, Transaction};

/// Adds the day to a transaction that adds a visit to it.
#[track_caller]
pub(crate) fn pass<E>(transaction: Transaction<E>, day: Option<&DailyQuota>) -> Transaction<E> {
    let Some(day) = day else { return transaction };
    let item = Item::new(Key::DailyQuota(day.doctor, day.date), &serde_json::Map::new()).version(day.version + 1);
    transaction.put(item, Guard::DAILY_QUOTA_NEW.or(Guard::DAILY_QUOTA_UNCHANGED, day.version), OnFailure::Stale)
}

impl Storage {
    /// The day on which a visit would start; `None` for a doctor who takes any number. The version is read first:
    /// each later addition changes it.
    ///
    /// Key condition: 1 key, then `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn day(
        &self,
        doctor: &Doctor,
        start: Timestamp,
        now: Timestamp,
    ) -> Result<Option<DailyQuota>, StorageError> {
        if doctor.terms.daily_limit.is_none() {
            return Ok(None);
        }
        let date = DailyQuota::date_of(doctor, start);
        let key = Key::DailyQuota(doctor.id, date);
        let version = self.row(key).await?.map(|row| row.version()).transpose()?.unwrap_or(0);
        let (from, to) = doctor.zone.days(date, date);
        let rows = self.all(Span::slots(doctor.id, from, to)).await?;
        let slots = rows.iter().map(slot::read).collect::<Result<Vec<_>, _>>()?;
        Ok(DailyQuota::of(doctor, date, &slots, version, now))
    }

    /// The days on which `released` start, with these slots as they are given: free, while the table still has their visits. Their
    /// version is not read, so nothing is added to them. None for a doctor who takes any number.
    ///
    /// Key condition: for each day `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(crate) async fn days_without(
        &self,
        doctor: &Doctor,
        released: &[Slot],
        now: Timestamp,
    ) -> Result<Vec<DailyQuota>, StorageError> {
        let dates: BTreeSet<Date> =
            released.iter().map(|slot| DailyQuota::date_of(doctor, slot.time.start())).collect();
        let mut days = Vec::with_capacity(dates.len());
        for date in dates {
            let (from, to) = doctor.zone.days(date, date);
            let rows = self.all(Span::slots(doctor.id, from, to)).await?;
            let mut slots = rows.iter().map(slot::read).collect::<Result<Vec<_>, _>>()?;
            slots.retain(|slot| !released.iter().any(|other| other.id() == slot.id()));
            slots.extend_from_slice(released);
            days.extend(DailyQuota::of(doctor, date, &slots, 0, now));
        }
        Ok(days)
    }

    /// The dates on which the doctor takes no more visits of `viewer`, or of any patient if none is named, of those on which slots
    /// start between two instants, both included. None for a doctor who takes any number, without asking.
    ///
    /// Key condition: `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn full_days(
        &self,
        doctor: &Doctor,
        (from, to): (Timestamp, Timestamp),
        viewer: Option<PatientId>,
        now: Timestamp,
    ) -> Result<BTreeSet<Date>, StorageError> {
        if doctor.terms.daily_limit.is_none() {
            return Ok(BTreeSet::new());
        }
        let (from, to) = doctor.zone.days(DailyQuota::date_of(doctor, from), DailyQuota::date_of(doctor, to));
        let rows = self.all(Span::slots(doctor.id, from, to)).await?;
        let slots = rows.iter().map(slot::read).collect::<Result<Vec<_>, _>>()?;
        let dates: BTreeSet<Date> = slots.iter().map(|slot| DailyQuota::date_of(doctor, slot.time.start())).collect();
        let is_full =
            |date: &Date| DailyQuota::of(doctor, *date, &slots, 0, now).is_some_and(|day| day.is_full_for(viewer));
        Ok(dates.into_iter().filter(is_full).collect())
    }
}
