//! The earliest slots of a speciality: for each day of each doctor a pointer to the first slot that any patient can book, by
//! speciality and language, in indexes that sort them by time. So a page costs what it shows, however many doctors there are.
//!
//! Pointers follow what is written to slots and doctors, and may lag a little; what a page offers is read again, strongly.
//! A run that moves them looks first at the version of the day ([`FirstFreeSlots`]), then at the slots, and passes the version even if
//! nothing has changed: so looks come one after the other, and none from an old reading is written after one from a newer.

use std::collections::BTreeSet;

use domain::availability::first_free::{FirstFreeSlots, FreeSlot};
use domain::availability::slot::Mode;
use domain::availability::slot::{Slot, runs};
use domain::core::id::{DoctorId, SlotId};
use domain::core::person::{Language, Speciality};
use domain::core::time::{MAX_MINUTES, TimeRange};
use domain::directory::doctor::Doctor;
use domain::directory::visit_kind::VisitKind;
use domain::messages::Message;
use domain::messages::Timer;
use futures::future::try_join_all;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::availability::keys::{FirstFreeSlotPlaces, Key, SearchKey, StartPlace};
use crate::availability::slot;
use crate::directory::{self, doctor};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::key::{ItemKey, Span, day_of, utc_date};
use crate::table::pagination::{Cursor, Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::timers;
use crate::table::transaction::{OnFailure, Transaction};

/// How many days one page goes through: a speciality that has nothing free in them goes on by its cursor.
const DAYS_OF_A_PAGE: usize = 7;

/// How long after its end what is known of a day is of no more use.
const KEPT_AFTER_THE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a search looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarliestQuery {
    /// What the doctor treats.
    pub speciality: Speciality,
    /// In which language, if it matters.
    pub language: Option<Language>,
    /// How to meet, if it matters.
    pub mode: Option<Mode>,
}

/// A slot with which any patient can book a consultation, the first of its doctor's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarliestSlot {
    /// The slot.
    pub slot: Slot,
    /// When the visit would be: where a consultation takes several slots, longer than the first of them.
    pub time: TimeRange,
    /// Whose it is.
    pub doctor: Doctor,
}

/// What a run that looks at a day has seen.
#[derive(Debug, Clone)]
pub struct DayOfSlots {
    /// What was known.
    pub known: FirstFreeSlots,
    /// The doctor, if there is one.
    pub doctor: Option<Doctor>,
    /// The slots that start on the day (UTC).
    pub slots: Vec<Slot>,
    /// The doctor's local dates that take no more visits.
    pub full: BTreeSet<Date>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    specialities: Vec<Speciality>,
    languages: Vec<Language>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    video: Option<OpeningRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clinic: Option<OpeningRecord>,
}

#[derive(Serialize, Deserialize)]
struct OpeningRecord {
    slot: SlotId,
    #[serde(with = "ms::required")]
    closes: Timestamp,
}

impl From<FreeSlot> for OpeningRecord {
    fn from(FreeSlot { slot, closes }: FreeSlot) -> Self {
        Self { slot, closes }
    }
}

impl From<OpeningRecord> for FreeSlot {
    fn from(OpeningRecord { slot, closes }: OpeningRecord) -> Self {
        Self { slot, closes }
    }
}

/// What is known of a day as it will be stored, one version after the one that was read.
pub(crate) fn item(openings: &FirstFreeSlots) -> Item {
    let FirstFreeSlots { doctor, date, specialities, languages, video, clinic, version } = openings.clone();
    let record = Record { specialities, languages, video: video.map(Into::into), clinic: clinic.map(Into::into) };
    Item::new(Key::FirstFreeSlots(doctor, date), &record).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<FirstFreeSlots, StorageError> {
    let Key::FirstFreeSlots(doctor, date) = row.key()? else {
        return Err(row.inconsistent("not what is known of a day"));
    };
    let Record { specialities, languages, video, clinic } = row.record()?;
    let (video, clinic) = (video.map(Into::into), clinic.map(Into::into));
    Ok(FirstFreeSlots { doctor, date, specialities, languages, video, clinic, version: row.version()? })
}

/// A pointer: it holds nothing but its places in the indexes. Without a slot it has none, and no search finds it.
fn pointer(openings: &FirstFreeSlots, heading: SearchKey, is_current: bool) -> Item {
    let FirstFreeSlots { doctor, date, .. } = *openings;
    let start = |mode| openings.first(mode).filter(|_| is_current).map(|opening| opening.slot.start());
    let places = FirstFreeSlotPlaces {
        under: heading.clone(),
        doctor,
        first: start(None),
        video: start(Some(Mode::Video)),
        clinic: start(Some(Mode::Clinic)),
    };
    let item = Item::new(Key::FirstFreeSlotIndex(doctor, date, heading), &serde_json::Map::new());
    item.indexed(places.attributes()).expires(end_of(date))
}

fn end_of(date: Date) -> Timestamp {
    day_of(date).1.checked_add(KEPT_AFTER_THE_DAY).unwrap_or(Timestamp::MAX)
}

fn headings(openings: &FirstFreeSlots) -> Vec<SearchKey> {
    openings.search_keys().into_iter().map(|(speciality, language)| SearchKey { speciality, language }).collect()
}

impl Storage {
    /// What a run that looks at a doctor's day has to see. What is known is read first, and the rest after it, strongly.
    ///
    /// Key condition: 2 keys, `SLOT#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn day_of_slots(&self, doctor: DoctorId, date: Date, now: Timestamp) -> Result<DayOfSlots, StorageError> {
        let known = self.row(Key::FirstFreeSlots(doctor, date)).await?.map(|row| read(&row)).transpose()?;
        let known = known.unwrap_or_else(|| FirstFreeSlots::unknown(doctor, date));
        let (from, to) = day_of(date);
        let span = Span::slots(doctor, from.max(now), to.max(now));
        let (doctor, rows) = futures::try_join!(self.doctor(doctor), self.all(span))?;
        let slots = rows.iter().map(slot::read).collect::<Result<Vec<_>, _>>()?;
        let full = match (&doctor, slots.first(), slots.last()) {
            (Some(doctor), Some(first), Some(last)) => {
                self.full_days(doctor, (first.time.start(), last.time.start()), None, now).await?
            }
            _ => BTreeSet::new(),
        };
        Ok(DayOfSlots { known, doctor, slots, full })
    }

    /// Writes what a run has seen of a day: the pointers, if something has changed, a timer for the time at which they are
    /// out of date, and in any case the next version.
    ///
    /// # Errors
    /// [`CommitError::Stale`] when another run has looked meanwhile, or another [`CommitError`].
    pub async fn commit_first_free_slots(
        &self,
        DayOfSlots { known, doctor, .. }: &DayOfSlots,
        seen: &FirstFreeSlots,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let guard = Guard::FIRST_FREE_SLOTS_NEW.or(Guard::FIRST_FREE_SLOTS_UNCHANGED, known.version);
        let mut transaction = Transaction::by(prov).put(item(seen).expires(end_of(seen.date)), guard, OnFailure::Stale);
        if seen != known {
            let current = headings(seen);
            let gone = headings(known).into_iter().filter(|heading| !current.contains(heading));
            for heading in gone {
                transaction = transaction.put_unconditionally(pointer(seen, heading, false));
            }
            for heading in current {
                transaction = transaction.put_unconditionally(pointer(seen, heading, true));
            }
            // Of a doctor who changes, all days that were looked at are looked at again: one that is new must not be missed.
            if let Some(doctor) = doctor {
                let unchanged = Guard::DOCTOR_UNCHANGED.expecting(doctor.version);
                transaction = transaction.check(directory::Key::Doctor(doctor.id), unchanged, OnFailure::Stale);
            }
            let ends: BTreeSet<Timestamp> = seen.ends().collect();
            for end in ends {
                let message = Message::FirstFreeSlotsDue { doctor: seen.doctor, date: Some(seen.date) };
                transaction = transaction.put_unconditionally(timers::item(&Timer::new(end, message), prov));
            }
        }
        transaction.commit(self).await
    }

    /// The days of a doctor, from the present one on (UTC), at which a run has looked.
    ///
    /// Key condition: `FREE#` between, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn days_with_first_free_slots(
        &self,
        doctor: DoctorId,
        now: Timestamp,
    ) -> Result<Vec<Date>, StorageError> {
        let rows = self.all(Span::first_free_slots(doctor, now)).await?;
        rows.iter().map(|row| read(row).map(|openings| openings.date)).collect()
    }

    /// The pointers of a speciality to slots that start in `from..to`, after `now`, earliest first, as an index has them: day by
    /// day, [`DAYS_OF_A_PAGE`] at most, so that a page may hold fewer than asked for and still have a successor. They lag: what they
    /// point to may be taken by now.
    ///
    /// Key condition: GSI1 `EARLIEST#`, GSI2 `VIDEO#` or GSI3 `CLINIC#` of each day, start between.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn earliest_candidates(
        &self,
        query: &EarliestQuery,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<(DoctorId, SlotId)>, StorageError> {
        let (mut after, end) = (StartPlace::at(from.max(now)), StartPlace::at(to));
        if let Some(cursor) = page.start() {
            match StartPlace::parse(&cursor) {
                Some(place) => after = place.max(after),
                None => return Ok(Page { items: Vec::new(), next: None }),
            }
        }
        let heading = SearchKey {
            speciality: query.speciality.clone(),
            language: query.language.as_ref().map(Language::primary),
        };
        let mut items = Vec::new();
        for _ in 0..DAYS_OF_A_PAGE {
            let Some(date) = after.date().filter(|_| after < end) else { return Ok(Page { items, next: None }) };
            let left = u8::try_from(page.limit() - items.len()).unwrap_or(PageRequest::MAX);
            let span = Span::first_free_slots_of_all(&heading, query.mode, date, &after, &end);
            let found = self.page(span, &PageRequest::first(left)).await?;
            let places: Vec<StartPlace> =
                found.items.iter().filter_map(|row| StartPlace::of(row, query.mode)).collect();
            items.extend(places.iter().filter_map(StartPlace::slot));
            after = match (found.next, places.into_iter().next_back()) {
                (Some(_), Some(last)) => last,
                _ => StartPlace::at(day_of(date).1),
            };
            if items.len() >= page.limit() {
                break;
            }
        }
        let next = (after < end).then(|| Cursor::of(&after.cursor()));
        Ok(Page { items, next })
    }

    /// Those of the [candidates](Self::earliest_candidates) with which a consultation can be booked now, with their doctors: all are
    /// read again, in one strong read. Where one takes several slots, the day is read for the first ones that are adjacent and free.
    /// A page of at most 50.
    ///
    /// Key condition: as `earliest_candidates`; then doctors and slots, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn earliest_slots(
        &self,
        query: &EarliestQuery,
        window: (Timestamp, Timestamp),
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<EarliestSlot>, StorageError> {
        let Page { items, next } = self.earliest_candidates(query, window, now, page).await?;
        Ok(Page { items: self.confirmed(query, window.1, items, now).await?, next })
    }

    /// Those of the slots that can be booked now, with a doctor who is what was asked for, and start before `end`.
    async fn confirmed(
        &self,
        query: &EarliestQuery,
        end: Timestamp,
        named: Vec<(DoctorId, SlotId)>,
        now: Timestamp,
    ) -> Result<Vec<EarliestSlot>, StorageError> {
        if named.is_empty() {
            return Ok(Vec::new());
        }
        // A page may show several days of a doctor.
        let keys: BTreeSet<_> = named.iter().map(|&(doctor, _)| doctor).collect();
        let keys = keys.into_iter().map(|doctor| directory::Key::Doctor(doctor).into());
        let keys: Vec<ItemKey> =
            keys.chain(named.iter().map(|&(doctor, slot)| Key::Slot(doctor, slot).into())).collect();
        let mut rows = self.rows(keys).await?;
        let mut found = Vec::new();
        for (doctor, slot) in named {
            let slot = rows.read(Key::Slot(doctor, slot), slot::read)?;
            let doctor = rows.peek(directory::Key::Doctor(doctor)).map(doctor::read).transpose()?;
            let (Some(doctor), Some(slot)) = (doctor, slot) else { continue };
            let is_wanted = doctor.is_active()
                && doctor.specialities.contains(&query.speciality)
                && query.language.as_ref().is_none_or(|language| doctor.speaks(language))
                && Mode::admits(query.mode, &slot.place);
            if is_wanted && slot.is_bookable_by(None, now) {
                found.push(EarliestSlot { time: slot.time, slot, doctor });
            }
        }
        let found = found.into_iter().map(|found| self.long_enough(found, query.mode, end, now));
        let mut found: Vec<_> = try_join_all(found).await?.into_iter().flatten().collect();
        found.sort_by_key(|found| (found.slot.time, found.doctor.id));
        let days = found.iter().map(|found| self.day(&found.doctor, found.slot.time.start(), now));
        let days = try_join_all(days).await?;
        let open = found.into_iter().zip(days).filter(|(_, day)| day.as_ref().is_none_or(|day| !day.is_full_for(None)));
        Ok(open.map(|(found, _)| found).collect())
    }

    /// The slot, or the first one of its day behind it, from which a consultation finds enough time.
    async fn long_enough(
        &self,
        found: EarliestSlot,
        mode: Option<Mode>,
        end: Timestamp,
        now: Timestamp,
    ) -> Result<Option<EarliestSlot>, StorageError> {
        let count = usize::from(found.doctor.slots_of(VisitKind::default()));
        if count <= 1 {
            return Ok(Some(found));
        }
        let from = found.slot.time.start();
        let tomorrow = day_of(utc_date(from)).1;
        let reach = tomorrow + SignedDuration::from_mins(MAX_MINUTES);
        let rows = self.all(Span::slots(found.doctor.id, from, reach)).await?;
        let slots = rows.iter().map(slot::read).collect::<Result<Vec<_>, _>>()?;
        let free: Vec<Slot> = slots.into_iter().filter(|slot| slot.is_bookable_by(None, now)).collect();
        let mut visits = runs(&free, count).map(|(first, time)| (&free[first], time));
        let first = visits.find(|(slot, time)| time.start() < end.min(tomorrow) && Mode::admits(mode, &slot.place));
        Ok(first.map(|(slot, time)| EarliestSlot { slot: slot.clone(), time, ..found }))
    }
}
