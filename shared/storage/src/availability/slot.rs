//! A doctor's calendar: what is published, what of it is free. Publications pass the version of the calendar
//! one after the other; bookings never touch it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::EventType;
use domain::availability::calendar::{Calendar, Publication};
use domain::availability::slot::{ClinicName, Origin, Place, Slot, SlotState};
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use domain::core::time::TimeRange;
use domain::messages::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::availability::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::item::{Item, Row, ms};
use crate::table::key::{Span, utc_date};
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::read::Filter;
use crate::table::transaction::{OnFailure, Transaction};

/// How many slots one transaction publishes, beside the calendar.
pub const SLOTS_AT_ONCE: usize = 98;

/// How many slots one query for free ones looks at: more than two weeks of a full calendar.
const EXAMINED: i32 = 400;

/// What a doctor has published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The version that the next publication passes.
    pub calendar: Calendar,
    /// All slots that could overlap the time asked for, withdrawn ones included, in order of time.
    pub slots: Vec<Slot>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "ms::required")]
    end: Timestamp,
    /// Absent for a video visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clinic: Option<ClinicName>,
    /// Absent if it can be booked until it starts.
    #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
    closes: Option<Timestamp>,
    /// Absent if it was published by hand.
    #[serde(default, skip_serializing_if = "is_by_hand")]
    origin: Origin,
    #[serde(flatten)]
    state: StateRecord,
}

fn is_by_hand(origin: &Origin) -> bool {
    *origin == Origin::ByHand
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Free,
    Held {
        appointment: AppointmentId,
        #[serde(with = "ms::required")]
        hold_until: Timestamp,
    },
    Offered {
        offered_to: PatientId,
        offered_for: WaitlistEntryId,
        #[serde(with = "ms::required")]
        hold_until: Timestamp,
    },
    Booked {
        appointment: AppointmentId,
    },
    Withdrawn,
}

/// The slot as it will be stored, one version after the one that was read.
pub(crate) fn item(slot: &Slot) -> Item {
    let state = match slot.state {
        SlotState::Free => StateRecord::Free,
        SlotState::Held { appointment, until } => StateRecord::Held { appointment, hold_until: until },
        SlotState::Offered { patient, entry, until } => {
            StateRecord::Offered { offered_to: patient, offered_for: entry, hold_until: until }
        }
        SlotState::Booked { appointment } => StateRecord::Booked { appointment },
        SlotState::Withdrawn => StateRecord::Withdrawn,
    };
    let record = Record {
        end: slot.time.end(),
        clinic: slot.place.clinic().cloned(),
        closes: (slot.closes < slot.time.start()).then_some(slot.closes),
        origin: slot.origin,
        state,
    };
    Item::new(Key::Slot(slot.doctor, slot.id()), &record).version(slot.version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Slot, StorageError> {
    let Key::Slot(doctor, id) = row.key()? else { return Err(row.inconsistent("not a slot")) };
    let Record { end, clinic, closes, origin, state } = row.record()?;
    let state = match state {
        StateRecord::Free => SlotState::Free,
        StateRecord::Held { appointment, hold_until } => SlotState::Held { appointment, until: hold_until },
        StateRecord::Offered { offered_to: patient, offered_for: entry, hold_until: until } => {
            SlotState::Offered { patient, entry, until }
        }
        StateRecord::Booked { appointment } => SlotState::Booked { appointment },
        StateRecord::Withdrawn => SlotState::Withdrawn,
    };
    let time = TimeRange::new(id.start(), end).map_err(|error| row.inconsistent(error))?;
    let closes = closes.unwrap_or(time.start());
    Ok(Slot { doctor, time, place: place(clinic), closes, origin, state, version: row.version()? })
}

/// What a change of a slot means to others: another one may be the first of its day that is free.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let free = |slot: &Slot| (slot.state == SlotState::Free).then(|| (slot.closes, slot.place.clone()));
    let before = before.map(read).transpose()?;
    let after = read(after)?;
    let is_news = before.as_ref().and_then(free) != free(&after);
    let date = Some(utc_date(after.time.start()));
    Ok(is_news.then_some(Message::FirstFreeSlotsDue { doctor: after.doctor, date }))
}

/// The place of the clinic that is stored, or of none.
pub(crate) fn place(clinic: Option<ClinicName>) -> Place {
    clinic.map_or(Place::Video, |name| Place::Clinic { name })
}

/// The calendar, one version after the one that was read. It holds nothing but its version.
pub(crate) fn calendar_item(calendar: &Calendar) -> Item {
    Item::new(Key::Calendar(calendar.doctor), &serde_json::Map::new()).version(calendar.version + 1)
}

/// The calendar as it was read: the first publication of a doctor makes it.
pub(crate) fn calendar_guard(calendar: &Calendar) -> Condition {
    Guard::CALENDAR_NEW.or(Guard::CALENDAR_UNCHANGED, calendar.version)
}

impl<E> Transaction<E> {
    /// Puts slots that were read and change along with the rest.
    #[track_caller]
    pub(crate) fn slots<'a>(mut self, slots: impl IntoIterator<Item = &'a Slot>) -> Self {
        for slot in slots {
            self = self.put(item(slot), Guard::SLOT_UNCHANGED.expecting(slot.version), OnFailure::Stale);
        }
        self
    }
}

impl Storage {
    /// A doctor's calendar and all slots that could overlap `from..to`. The calendar is read first: each
    /// later publication changes its version.
    ///
    /// Key condition: `CAL`, then `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn published(&self, doctor: DoctorId, from: Timestamp, to: Timestamp) -> Result<Published, StorageError> {
        let version = match self.row(Key::Calendar(doctor)).await? {
            Some(row) => row.version()?,
            None => 0,
        };
        let rows = self.all(Span::slots_around(doctor, from, to)).await?;
        let slots = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Published { calendar: Calendar { doctor, version }, slots })
    }

    /// Writes a publication, [`SLOTS_AT_ONCE`] slots to a transaction, each of which passes the calendar. If
    /// it stops in between, what is written stays, and publishing the same again adds the rest.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when another publication came in between, or another [`CommitError`].
    pub async fn commit_publication(
        &self,
        calendar: &Calendar,
        publication: &Publication,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let mut calendar = calendar.clone();
        for slots in publication.new.chunks(SLOTS_AT_ONCE) {
            let passed = calendar_item(&calendar).event(EventType::AvailabilityPublished);
            let mut transaction = Transaction::by(prov).put(passed, calendar_guard(&calendar), OnFailure::Stale);
            for slot in slots {
                transaction = transaction.put(item(slot), Guard::SLOT_UNPUBLISHED, OnFailure::Stale);
            }
            transaction.commit(self).await?;
            calendar.version += 1;
        }
        Ok(())
    }

    /// A slot of a doctor.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn slot(&self, doctor: DoctorId, id: SlotId) -> Result<Option<Slot>, StorageError> {
        self.row(Key::Slot(doctor, id)).await?.map(|row| read(&row)).transpose()
    }

    /// A doctor's slots that start in `from..to`, after `now`, and can be booked by `viewer`, or by any patient if none
    /// is named: the booking's own rule as the filter of one query. Eventually consistent; the booking reads again.
    ///
    /// Key condition: `SLOT#` between, filter.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn free_slots(
        &self,
        doctor: DoctorId,
        from: Timestamp,
        to: Timestamp,
        viewer: Option<PatientId>,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<Slot>, StorageError> {
        let from = from.max(now);
        if from >= to {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let free = self.filtered(Span::slots(doctor, from, to), bookable(viewer, now), page).await?;
        let mut free = free.try_map(|row| read(&row))?;
        // The slot that starts at this very instant has started.
        free.items.retain(|slot| slot.is_bookable_by(viewer, now));
        Ok(free)
    }

    /// Writes a slot that its doctor has taken back.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when a patient has booked it meanwhile, or another [`CommitError`].
    pub async fn commit_withdrawal(&self, withdrawn: &Slot, prov: &Provenance) -> Result<(), CommitError> {
        let guard = Guard::SLOT_UNCHANGED.expecting(withdrawn.version);
        let item = item(withdrawn).event(EventType::SlotWithdrawn);
        Transaction::by(prov).put(item, guard, OnFailure::Stale).commit(self).await
    }
}

/// [`Slot::is_bookable_by`] as a filter.
fn bookable(viewer: Option<PatientId>, now: Timestamp) -> Filter {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    Filter {
        expression: "(attribute_not_exists(closes) OR closes > :now) \
                     AND (#state = :free OR (#state IN (:held, :offered) AND hold_until <= :now) \
                          OR (#state = :offered AND offered_to = :viewer))",
        names: HashMap::from([("#state".to_owned(), "state".to_owned())]),
        values: HashMap::from([
            (":free".to_owned(), text("free")),
            (":held".to_owned(), text("held")),
            (":offered".to_owned(), text("offered")),
            // An id that no patient has, if none is named.
            (":viewer".to_owned(), text(&viewer.map_or_else(String::new, |patient| patient.to_string()))),
            (":now".to_owned(), AttributeValue::N(now.as_millisecond().to_string())),
        ]),
        examined: EXAMINED,
    }
}
