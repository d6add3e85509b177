//! Waiting lists: a patient's entries, the queues that they stand in, and what is offered from a queue when a slot is released.
//!
//! While an entry waits there is a copy of it in its queue, at its position there; the first one is one strongly consistent
//! query of each queue from which a doctor's slots are offered. A copy is written and removed along with its entry, whose version
//! every offer expects: of two slots that are given back at once, one looks again and finds the next in the queue.

use std::collections::BTreeSet;

use domain::appointments::booking::{BookRefusal, Booking};
use domain::appointments::waitlist::{
    Ending, Entry, EntryState, EntryTransition, MAX_CANDIDATES, Offer, Offered, OfferedTime, OpenEntries, OpenEntry,
    Priority, ReleasedSlots, ReleasesSlots, Target, WaitlistCandidate, WaitlistEntryDetails, WaitlistQueue,
    WaitlistRequest, Window,
};
use domain::audit::EventType;
use domain::availability::slot::Mode;
use domain::availability::slot::{ClinicName, Slot};
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId, WaitlistEntryId};
use domain::core::person::{Language, Speciality};
use domain::core::time::TimeRange;
use domain::directory::doctor::Doctor;
use domain::directory::visit_kind::VisitKind;
use domain::messages::Message;
use futures::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::appointments::agenda;
use crate::appointments::appointment;
use crate::appointments::appointment::Loaded;
use crate::appointments::keys::EntryIndex;
use crate::appointments::keys::Key;
use crate::availability::{self, slot};
use crate::directory::{self, doctor};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::idempotency::{Answer, Committed, IdempotencyClaim};
use crate::table::item::{Item, Row, ms};
use crate::table::key::{ItemKey, Millisecond, Span};
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::sealed::SealedText;
use crate::table::timers;
use crate::table::transaction::{OnFailure, Transaction};

/// The most pages of a queue that are read for an entry that wants a slot. It bounds what a cancellation costs; entries behind them
/// may be passed over.
const MOST_PAGES: usize = 5;

#[derive(Serialize, Deserialize)]
struct Record {
    patient: PatientId,
    #[serde(flatten)]
    wanted: TargetRecord,
    kind: VisitKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    #[serde(flatten)]
    window: WindowRecord,
    priority: Priority,
    #[serde(with = "ms::required")]
    joined: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passed: Vec<OfferedTime>,
    #[serde(flatten)]
    state: StateRecord,
}

/// A doctor, or a speciality and perhaps a language.
#[derive(Clone, Serialize, Deserialize)]
struct TargetRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doctor: Option<DoctorId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speciality: Option<Speciality>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct WindowRecord {
    #[serde(with = "ms::required")]
    from: Timestamp,
    #[serde(with = "ms::required")]
    to: Timestamp,
}

/// How far it is, in attributes of its own.
#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Waiting,
    Offered {
        offered_by: DoctorId,
        #[serde(with = "ms::required")]
        start: Timestamp,
        #[serde(with = "ms::required")]
        end: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clinic: Option<ClinicName>,
        slots: Vec<SlotId>,
        #[serde(with = "ms::required")]
        until: Timestamp,
    },
    Booked {
        appointment: AppointmentId,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Left {
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Ended {
        #[serde(with = "ms::required")]
        since: Timestamp,
        because: Ending,
    },
}

#[derive(Serialize, Deserialize)]
struct WaitsRecord {
    open: Vec<WaitRecord>,
}

#[derive(Serialize, Deserialize)]
struct WaitRecord {
    entry: WaitlistEntryId,
    #[serde(flatten)]
    queue: TargetRecord,
    #[serde(flatten)]
    window: WindowRecord,
}

impl From<WaitlistQueue> for TargetRecord {
    fn from(queue: WaitlistQueue) -> Self {
        match queue {
            WaitlistQueue::Doctor(doctor) => Self { doctor: Some(doctor), speciality: None, language: None },
            WaitlistQueue::Speciality(speciality) => {
                Self { doctor: None, speciality: Some(speciality), language: None }
            }
        }
    }
}

impl TargetRecord {
    fn wanted(self, row: &Row) -> Result<Target, StorageError> {
        match self {
            Self { doctor: Some(doctor), speciality: None, language: None } => Ok(Target::Doctor(doctor)),
            Self { doctor: None, speciality: Some(speciality), language } => {
                Ok(Target::Speciality { speciality, language })
            }
            _ => Err(row.inconsistent("it wants neither a doctor nor a speciality")),
        }
    }
}

impl WindowRecord {
    fn window(self, row: &Row) -> Result<Window, StorageError> {
        Window::new(self.from, self.to).map_err(|error| row.inconsistent(error))
    }
}

impl From<Window> for WindowRecord {
    fn from(window: Window) -> Self {
        Self { from: window.from(), to: window.to() }
    }
}

fn record(entry: &Entry) -> Record {
    let Entry { patient, wish, priority, joined, passed, state, .. } = entry.clone();
    let WaitlistRequest { wanted, kind, mode, window } = wish;
    let wanted = match wanted {
        Target::Doctor(doctor) => WaitlistQueue::Doctor(doctor).into(),
        Target::Speciality { speciality, language } => {
            TargetRecord { language, ..WaitlistQueue::Speciality(speciality).into() }
        }
    };
    let state = match state {
        EntryState::Waiting => StateRecord::Waiting,
        EntryState::Offered(Offer { doctor, time, place, slots, until }) => {
            let (start, end, clinic) = (time.start(), time.end(), place.clinic().cloned());
            StateRecord::Offered { offered_by: doctor, start, end, clinic, slots, until }
        }
        EntryState::Booked { appointment, at } => StateRecord::Booked { appointment, since: at },
        EntryState::Left { at } => StateRecord::Left { since: at },
        EntryState::Ended { at, because } => StateRecord::Ended { since: at, because },
    };
    Record { patient, wanted, kind, mode, window: window.into(), priority, joined, passed, state }
}

/// The entry as it will be stored, one version after the one that was read.
pub(crate) fn item(entry: &Entry) -> Item {
    let place = EntryIndex { patient: entry.patient, joined: entry.joined, entry: entry.id };
    Item::new(Key::WaitlistEntry(entry.id), &record(entry)).version(entry.version + 1).indexed(place.attributes())
}

/// Its copy in its queue, for as long as it waits.
pub(crate) fn place(entry: &Entry) -> Item {
    Item::new(place_key(entry), &record(entry)).version(entry.version + 1)
}

fn place_key(entry: &Entry) -> Key {
    let (priority, joined, id) = entry.place();
    Key::WaitlistPosition(entry.wish.wanted.queue(), priority, Millisecond(joined), id)
}

/// Reads an entry, or its copy in a queue.
pub(crate) fn read(row: &Row) -> Result<Entry, StorageError> {
    let id = match row.key()? {
        Key::WaitlistEntry(entry) | Key::WaitlistPosition(_, _, _, entry) => entry,
        _ => return Err(row.inconsistent("not an entry of a waiting list")),
    };
    let Record { patient, wanted, kind, mode, window, priority, joined, passed, state } = row.record()?;
    let state = match state {
        StateRecord::Waiting => EntryState::Waiting,
        StateRecord::Offered { offered_by, start, end, clinic, slots, until } => {
            let time = TimeRange::new(start, end).map_err(|error| row.inconsistent(error))?;
            if slots.is_empty() {
                return Err(row.inconsistent("an offer without slots"));
            }
            EntryState::Offered(Offer { doctor: offered_by, time, place: slot::place(clinic), slots, until })
        }
        StateRecord::Booked { appointment, since } => EntryState::Booked { appointment, at: since },
        StateRecord::Left { since } => EntryState::Left { at: since },
        StateRecord::Ended { since, because } => EntryState::Ended { at: since, because },
    };
    let wish = WaitlistRequest { wanted: wanted.wanted(row)?, kind, mode, window: window.window(row)? };
    Ok(Entry { id, patient, wish, priority, joined, passed, state, version: row.version()? })
}

/// What a patient waits for as it will be stored, one version after the one that was read.
pub(crate) fn waits_item(waits: &OpenEntries) -> Item {
    let open = waits.open.iter().map(|wait| WaitRecord {
        entry: wait.entry,
        queue: wait.queue.clone().into(),
        window: wait.window.into(),
    });
    Item::new(Key::OpenEntries(waits.patient), &WaitsRecord { open: open.collect() }).version(waits.version + 1)
}

pub(crate) fn read_waits(row: &Row) -> Result<OpenEntries, StorageError> {
    let Key::OpenEntries(patient) = row.key()? else { return Err(row.inconsistent("not what a patient waits for")) };
    let WaitsRecord { open } = row.record()?;
    let wait = |WaitRecord { entry, queue, window }: WaitRecord| {
        Ok(OpenEntry { entry, queue: queue.wanted(row)?.queue(), window: window.window(row)? })
    };
    let open = open.into_iter().map(wait).collect::<Result<_, StorageError>>()?;
    Ok(OpenEntries { patient, open, version: row.version()? })
}

fn unchanged(entry: &Entry) -> Condition {
    Guard::WAITLIST_ENTRY_UNCHANGED.expecting(entry.version)
}

/// What a change of an entry means to others: something is kept for its patient.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let offer = |row: &Row| Ok::<_, StorageError>(read(row)?.offer().cloned());
    let before = before.map(offer).transpose()?.flatten();
    let Entry { id: entry, version, .. } = read(after)?;
    let is_news = offer(after)?.is_some_and(|offer| before != Some(offer));
    Ok(is_news.then_some(Message::SlotOffered { entry, version }))
}

impl<E> Transaction<E> {
    /// The slots that the transition of this transaction releases, and the entries to which they are offered: each leaves its queue,
    /// and a timer is planned for the end of its offer.
    #[track_caller]
    pub(crate) fn released<T>(self, offered: &Offered<T>, prov: &Provenance) -> Self {
        let mut all = self.slots(offered.slots());
        for entry in offered.entries() {
            all = all.put(item(entry), unchanged(entry), OnFailure::Stale).delete_unconditionally(place_key(entry));
            if let Some(timer) = entry.due() {
                all = all.put_unconditionally(timers::item(&timer, prov));
            }
        }
        all
    }

    /// Everything that changes with a transition of an entry, but for the entry itself.
    #[track_caller]
    fn entry_transition(mut self, changed: &Offered<EntryTransition>, prov: &Provenance) -> Self {
        let EntryTransition { entry, was_waiting, waits, .. } = &**changed;
        if entry.state == EntryState::Waiting {
            self = self.put_unconditionally(place(entry));
        } else if *was_waiting {
            self = self.delete_unconditionally(place_key(entry));
        }
        if let Some(waits) = waits {
            self = self.put_waits(waits);
        }
        self.released(changed, prov)
    }

    #[track_caller]
    fn put_waits(self, waits: &OpenEntries) -> Self {
        let guard = Guard::OPEN_ENTRIES_NEW.or(Guard::OPEN_ENTRIES_UNCHANGED, waits.version);
        self.put(waits_item(waits), guard, OnFailure::Stale)
    }
}

/// What a patient finds who wants to wait.
#[derive(Debug)]
pub struct JoinSnapshot {
    /// What they wait for already.
    pub waits: OpenEntries,
    /// The doctor, if the patient waits for one.
    pub doctor: Option<Doctor>,
}

impl Storage {
    /// Everything that decides whether a patient can wait for something, in one strongly consistent read.
    ///
    /// Key condition: 2 or 3 keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn join_snapshot(
        &self,
        patient: PatientId,
        wanted: &Target,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<Loaded<JoinSnapshot>, StorageError> {
        let doctor = match wanted {
            Target::Doctor(doctor) => Some(directory::Key::Doctor(*doctor)),
            Target::Speciality { .. } => None,
        };
        let waits = Key::OpenEntries(patient);
        let keys = [ItemKey::from(&waits), claim.key().into()].into_iter().chain(doctor.as_ref().map(Into::into));
        let mut rows = self.rows(ItemKey::all(keys)).await?;
        if let Some(earlier) = rows.read(claim.key(), |row| claim.compare(row, now))?.flatten() {
            return Ok(Loaded::Earlier(earlier));
        }
        let doctor = match &doctor {
            Some(key) => match rows.read(key, doctor::read)? {
                None => return Ok(Loaded::NoSuchDoctor),
                found => found,
            },
            None => None,
        };
        let waits = rows.read(&waits, read_waits)?.unwrap_or_else(|| OpenEntries::none(patient));
        Ok(Loaded::Fresh(Box::new(JoinSnapshot { waits, doctor })))
    }

    /// Writes an entry that is new, with its answer.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_join(
        &self,
        entry: &Entry,
        waits: &OpenEntries,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError> {
        let mut transaction = Transaction::by(prov)
            .put(item(entry).event(EventType::WaitlistJoined), Guard::WAITLIST_ENTRY_NEW, OnFailure::Stale)
            .put_unconditionally(place(entry))
            .put_waits(waits)
            .claim(claim, answer, prov.at);
        if let Some(timer) = entry.due() {
            transaction = transaction.put_unconditionally(timers::item(&timer, prov));
        }
        claim.conclude(transaction.commit(self).await, prov.at)
    }

    /// An entry.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn waitlist_entry(&self, id: WaitlistEntryId) -> Result<Option<Entry>, StorageError> {
        self.row(Key::WaitlistEntry(id)).await?.map(|row| read(&row)).transpose()
    }

    /// An entry with everything that changes with it. The entry is read first: every change to what is kept for it changes
    /// its version.
    ///
    /// Key condition: `ENTRY`, then keys; strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn waitlist_entry_details(
        &self,
        id: WaitlistEntryId,
    ) -> Result<Option<WaitlistEntryDetails>, StorageError> {
        let Some(entry) = self.waitlist_entry(id).await? else { return Ok(None) };
        let waits = Key::OpenEntries(entry.patient);
        let doctor = entry.offer().map(|offer| directory::Key::Doctor(offer.doctor));
        let slots: Vec<availability::Key> = entry
            .offer()
            .map(|offer| offer.slots.iter().map(|&slot| availability::Key::Slot(offer.doctor, slot)).collect())
            .unwrap_or_default();
        let keys = std::iter::once(ItemKey::from(&waits)).chain(doctor.as_ref().map(Into::into));
        let mut rows = self.rows(ItemKey::all(keys.chain(slots.iter().map(Into::into)))).await?;
        let waits = rows.read(&waits, read_waits)?.unwrap_or_else(|| OpenEntries::none(entry.patient));
        let doctor = match doctor {
            Some(key) => rows.read(&key, doctor::read)?,
            None => None,
        };
        let slots = slots.iter().filter_map(|key| rows.read(key, slot::read).transpose());
        let slots = slots.collect::<Result<Vec<_>, _>>()?;
        let holder = match slots.first().and_then(Slot::holder) {
            Some(appointment) => self.appointment(appointment).await?,
            None => None,
        };
        Ok(Some(WaitlistEntryDetails { entry, waits, slots, doctor, holder }))
    }

    /// Offers the slots that a transition releases to the entries that wait for them at the moment. What comes back can be written.
    /// The agendas of the patients who wait are read, so that a patient who could not accept is passed over; and the days of the
    /// slots, for a doctor with a daily limit.
    ///
    /// Key condition: `QUEUE#` partitions of the doctor and the specialities, then `AGENDA` keys; for each day of a limit `SLOT#`
    /// between; strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn offer_released_slots<T: ReleasesSlots>(
        &self,
        transition: T,
        now: Timestamp,
    ) -> Result<Offered<T>, StorageError> {
        let released = transition.released();
        let queues = released.queues(now).into_iter().map(|queue| self.waiting_in(queue, released));
        let waiting = try_join_all(queues).await?.concat();
        let candidates = self.candidates(waiting, released, now).await?;
        let days = match released.limited_doctor() {
            Some(doctor) if !candidates.is_empty() => self.days_without(doctor, released.slots(), now).await?,
            _ => Vec::new(),
        };
        Ok(Offered::to(transition, candidates, &days, now))
    }

    /// The first entries that could have a slot, each with the agenda of its patient, in one read.
    async fn candidates(
        &self,
        mut waiting: Vec<Entry>,
        released: &ReleasedSlots,
        now: Timestamp,
    ) -> Result<Vec<WaitlistCandidate>, StorageError> {
        waiting.retain(|entry| released.may_be_offered_to(entry, now));
        waiting.sort_unstable_by_key(Entry::place);
        if waiting.len() > MAX_CANDIDATES {
            tracing::warn!(entries = waiting.len(), "more entries wait for a slot than agendas are read");
            waiting.truncate(MAX_CANDIDATES);
        }
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let patients: BTreeSet<PatientId> = waiting.iter().map(|entry| entry.patient).collect();
        let rows = self.rows(patients.into_iter().map(|patient| Key::Agenda(patient).into()).collect()).await?;
        let with_agenda = |entry: Entry| {
            let agenda = rows.peek(Key::Agenda(entry.patient)).map(agenda::read).transpose()?;
            Ok(WaitlistCandidate::of(entry, agenda))
        };
        waiting.into_iter().map(with_agenda).collect()
    }

    /// The entries at the beginning of a queue that could have one of the released slots.
    async fn waiting_in(&self, queue: WaitlistQueue, released: &ReleasedSlots) -> Result<Vec<Entry>, StorageError> {
        let mut found = Vec::new();
        let mut request = PageRequest::first(PageRequest::MAX);
        for _ in 0..MOST_PAGES {
            let page = self.page(Span::queue(&queue), &request).await?;
            // An entry that can't be read fails no cancellation.
            let read = page.items.iter().filter_map(|row| {
                read(row).inspect_err(|error| tracing::error!(%error, "an entry of a queue can't be read")).ok()
            });
            found.extend(read.filter(|entry| released.suit(entry)));
            match page.next {
                Some(next) => request = PageRequest::new(PageRequest::MAX, Some(next)),
                None => return Ok(found),
            }
        }
        tracing::warn!(?queue, "a queue is longer than what is read of it");
        Ok(found)
    }

    /// Writes what becomes of an entry, with everything that changes with it.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_entry_transition(
        &self,
        changed: &Offered<EntryTransition>,
        event: EventType,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let transaction =
            Transaction::by(prov).put(item(&changed.entry).event(event), unchanged(&changed.entry), OnFailure::Stale);
        transaction.entry_transition(changed, prov).commit(self).await
    }

    /// Writes the booking of what was offered, and the end of the wait, in one.
    ///
    /// # Errors
    /// As [`commit_booking`](Self::commit_booking).
    pub async fn commit_acceptance(
        &self,
        booking: &Booking,
        changed: &Offered<EntryTransition>,
        intake: Option<SealedText>,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError<BookRefusal>> {
        let transaction = appointment::booking(booking, intake, prov)
            .put(item(&changed.entry), unchanged(&changed.entry), OnFailure::Stale)
            .entry_transition(changed, prov)
            .claim(claim, answer, prov.at);
        claim.conclude(transaction.commit(self).await, prov.at)
    }

    /// Writes another priority of an entry, which gives it another position in its queue.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_priority(&self, before: &Entry, after: &Entry, prov: &Provenance) -> Result<(), CommitError> {
        let item = item(after).event(EventType::WaitlistPrioritised);
        let mut transaction = Transaction::by(prov).put(item, unchanged(before), OnFailure::Stale);
        if after.state == EntryState::Waiting {
            transaction = transaction.delete_unconditionally(place_key(before)).put_unconditionally(place(after));
        }
        transaction.commit(self).await
    }

    /// What a patient waits for and has waited for, by the time of joining. From an index: it may lag.
    ///
    /// Key condition: GSI1 `WAITER#`.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn entries_of_patient(
        &self,
        patient: PatientId,
        page: &PageRequest,
    ) -> Result<Page<Entry>, StorageError> {
        self.page(Span::of_waiter(patient), page).await?.try_map(|row| read(&row))
    }

    /// The patients who wait for a doctor, in the order of the queue.
    ///
    /// Key condition: `QUEUE#DOC#` partition, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn queue_of_doctor(&self, doctor: DoctorId, page: &PageRequest) -> Result<Page<Entry>, StorageError> {
        self.page(Span::queue(&WaitlistQueue::Doctor(doctor)), page).await?.try_map(|row| read(&row))
    }
}
