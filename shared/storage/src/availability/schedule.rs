//! A doctor's schedule, and how the published slots are brought in line with it.
//!
//! A run that does that compares, and writes the difference some slots at a time. Each transaction passes the doctor's
//! calendar, as every publication does, and checks that the schedule is still the one that was compared with: so two who
//! do it at once, or one from an old reading, write nothing wrong, and a run that was stopped begins anew from what is
//! there.

use domain::audit::EventType;
use domain::availability::schedule::{Plan, Schedule};
use domain::core::id::DoctorId;
use domain::messages::Message;
use jiff::Timestamp;

use crate::Storage;
use crate::availability::keys::Key;
use crate::availability::slot::{self, Published, SLOTS_AT_ONCE};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::item::{Item, Row};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// The schedule as it will be stored, one version after the one that was read.
pub(crate) fn item(schedule: &Schedule) -> Item {
    Item::new(Key::Schedule(schedule.doctor), schedule.terms()).version(schedule.version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Schedule, StorageError> {
    let Key::Schedule(doctor) = row.key()? else { return Err(row.inconsistent("not a schedule")) };
    Schedule::new(doctor, row.record()?, row.version()?).map_err(|flaws| {
        let flaws: Vec<String> = flaws.iter().map(|flaw| format!("{}: {flaw}", flaw.path)).collect();
        row.inconsistent(flaws.join(", "))
    })
}

/// Every version of a schedule is to be carried out.
pub(crate) fn message(_before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let Key::Schedule(doctor) = after.key()? else { return Err(after.inconsistent("not a schedule")) };
    Ok(Some(Message::ScheduleDue { doctor }))
}

/// The guard of a schedule that was read, or was not there.
fn guard(schedule: &Schedule) -> Condition {
    Guard::SCHEDULE_NEW.or(Guard::SCHEDULE_UNCHANGED, schedule.version)
}

impl Storage {
    /// A doctor's schedule; the empty one, in version 0, if there is none.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn schedule(&self, doctor: DoctorId) -> Result<Schedule, StorageError> {
        let row = self.row(Key::Schedule(doctor)).await?;
        row.map_or_else(|| Ok(Schedule::empty(doctor)), |row| read(&row))
    }

    /// Writes a schedule in the place of the one that was read.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when another run did meanwhile, or another [`CommitError`].
    pub async fn commit_schedule(&self, schedule: &Schedule, prov: &Provenance) -> Result<(), CommitError> {
        Transaction::by(prov)
            .put(item(schedule).event(EventType::ScheduleReplaced), guard(schedule), OnFailure::Stale)
            .commit(self)
            .await
    }

    /// A doctor's calendar, and all slots that a plan of `now` has to know.
    ///
    /// Key condition: `CAL`, then `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn published_ahead(&self, doctor: DoctorId, now: Timestamp) -> Result<Published, StorageError> {
        let (from, to) = Schedule::reach(now);
        self.published(doctor, from, to).await
    }

    /// Carries a plan out, [`SLOTS_AT_ONCE`] slots to a transaction. If it stops in between, what is written stays, and
    /// the next plan is the rest.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when the schedule was replaced, or something was published or booked, since they were
    /// read, or another [`CommitError`].
    pub async fn commit_plan(
        &self,
        schedule: &Schedule,
        published: &Published,
        plan: &Plan,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let mut calendar = published.calendar.clone();
        let changed = plan.withdraw.iter().chain(&plan.change);
        let writes: Vec<(Item, Condition)> = changed
            .map(|slot| (slot::item(slot), Guard::SLOT_UNCHANGED.expecting(slot.version)))
            .chain(plan.add.iter().map(|slot| (slot::item(slot), Guard::SLOT_UNPUBLISHED.into())))
            .collect();
        for some in writes.chunks(SLOTS_AT_ONCE) {
            let current = Guard::SCHEDULE_CURRENT.expecting(schedule.version);
            let passed = slot::calendar_item(&calendar).event(EventType::ScheduleApplied);
            let transaction = Transaction::by(prov)
                .put(passed, slot::calendar_guard(&calendar), OnFailure::Stale)
                .check(Key::Schedule(schedule.doctor), current, OnFailure::Stale);
            some.iter()
                .fold(transaction, |transaction, (item, guard)| {
                    transaction.put(item.clone(), guard.clone(), OnFailure::Stale)
                })
                .commit(self)
                .await?;
            calendar.version += 1;
        }
        Ok(())
    }
}
