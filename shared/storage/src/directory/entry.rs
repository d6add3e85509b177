//! The directory: entries under which patients find doctors, by speciality and language, and by the words of the name.
//!
//! All entries of a doctor are sorted by the doctor's name, so that pages of several partitions are merged, and a page
//! costs what it shows, however many doctors there are. An entry only leads to a doctor: the doctors of a page are read,
//! strongly, and those who are not what is looked for (any more) are left out. So an entry may be written before its
//! doctor, and a word before the doctor who has it.

use std::collections::{BTreeMap, BTreeSet};

use domain::core::id::DoctorId;
use domain::core::person::{Language, Speciality};
use domain::directory::doctor::{Doctor, primary_languages};
use domain::directory::words::{FORGIVEN_FROM, Word, words};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::directory::doctor;
use crate::directory::keys::{
    DirectoryPlace, Key, listings_of, name_entries_of, similar_spellings, spellings_of, suspended_entry_of,
};
use crate::table::error::{CommitError, StorageError};
use crate::table::item::{Attributes, Item, Row};
use crate::table::key::{ItemKey, Span, attributes};
use crate::table::pagination::{Cursor, Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::transaction::{MAX_ITEMS, Transaction};

/// The most entries of one partition that one query reads for a search that leaves some out.
const EXAMINED: u8 = 100;
/// The most queries of one partition for one page. A page that is not full by then goes on by its cursor.
const ROUNDS: usize = 3;
/// The most words of one deletion that are looked at, and the most words that a mistyped one is taken for.
const SIMILAR_WORDS: u8 = 12;

/// The most words of a search whose entries are counted.
const WORDS_COMPARED: usize = 3;

/// What a patient looks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectorySearch {
    /// What the doctor treats, if it matters.
    pub speciality: Option<Speciality>,
    /// A language that the doctor speaks ([`Language::agrees_with`]), if it matters.
    pub language: Option<Language>,
    /// Words of the name, each the beginning of one. Without any, all names.
    pub name: Vec<Word>,
}

/// What an entry says of its doctor, so that most others are left out before they are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EntryRecord {
    /// The words of the name, in all spellings.
    words: Vec<String>,
    specialities: Vec<Speciality>,
    /// Without their regions.
    languages: Vec<Language>,
}

impl EntryRecord {
    fn of(doctor: &Doctor) -> Self {
        let words = words(doctor.name.as_str());
        let words: BTreeSet<&str> = words.iter().flat_map(Word::spellings).collect();
        Self {
            words: words.into_iter().map(str::to_owned).collect(),
            specialities: doctor.specialities.clone(),
            languages: primary_languages(&doctor.languages),
        }
    }
}

/// How the words of a search are compared with those of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As they are typed.
    Typed,
    /// With one edit in each word.
    Corrected,
}

impl Reading {
    /// The partition key of cursors.
    const fn family(self) -> &'static str {
        match self {
            Self::Typed => "DIRECTORY",
            Self::Corrected => "CORRECTED",
        }
    }

    fn cursor(self, place: DirectoryPlace) -> Cursor {
        Cursor::of(&attributes([("PK", self.family().to_owned()), ("SK", place.0)]))
    }

    /// Reads a cursor, which the client may have changed.
    fn of_cursor(cursor: &Attributes) -> Option<(Self, DirectoryPlace)> {
        let text = |name: &str| cursor.get(name).and_then(|value| value.as_s().ok());
        let (family, place) = (text("PK")?, text("SK")?);
        let reading = [Self::Typed, Self::Corrected].into_iter().find(|reading| reading.family() == family)?;
        (cursor.len() == 2 && (1..=1000).contains(&place.len())).then(|| (reading, DirectoryPlace(place.clone())))
    }
}

impl DirectorySearch {
    /// Whether an entry leads to a doctor who is looked for.
    fn accepts(&self, entry: &EntryRecord, reading: Reading) -> bool {
        let has = |word: &Word| {
            entry
                .words
                .iter()
                .any(|spelling| word.begins(spelling) || reading == Reading::Corrected && word.is_nearly(spelling))
        };
        self.speciality.as_ref().is_none_or(|wanted| entry.specialities.contains(wanted))
            && self.language.as_ref().is_none_or(|wanted| entry.languages.contains(&wanted.primary()))
            && self.name.iter().all(has)
    }

    /// Whether every entry of the partition by speciality and language leads to such a doctor.
    fn is_by_partition(&self) -> bool {
        self.name.is_empty()
    }
}

/// The entries of a doctor: of one who is suspended only that for administrators.
pub(super) fn entries_of(doctor: &Doctor) -> Vec<Key> {
    match doctor.is_active() {
        true => listings_of(doctor).into_iter().chain(name_entries_of(doctor)).collect(),
        false => vec![suspended_entry_of(doctor)],
    }
}

/// What changes in the directory with a doctor.
pub(super) struct EntryChanges {
    new: Vec<Item>,
    gone: Vec<Key>,
}

impl EntryChanges {
    /// From `before`, if the doctor was registered.
    pub fn between(before: Option<&Doctor>, after: &Doctor) -> Self {
        let (old, new) = (before.map(entries_of).unwrap_or_default(), entries_of(after));
        let record = EntryRecord::of(after);
        let is_same = before.is_some_and(|before| EntryRecord::of(before) == record);
        let gone = old.iter().filter(|key| !new.contains(key)).cloned().collect();
        let is_written = |key: &Key| is_same && old.contains(key);
        let new = new.into_iter().filter(|key| !is_written(key)).map(|key| Item::new(key, &record)).collect();
        Self { new, gone }
    }

    /// Adds the changes to the transaction that writes the doctor, in which `others` items stand. If there are too many,
    /// the new entries are written before it: they lead to no one until the doctor is what they say.
    pub async fn add<E>(
        self,
        transaction: Transaction<E>,
        others: usize,
        storage: &Storage,
        prov: &Provenance,
    ) -> Result<Transaction<E>, CommitError<E>> {
        let Self { new, gone } = self;
        let fits = others + new.len() + gone.len() <= MAX_ITEMS;
        let (ahead, with) = if fits { (Vec::new(), new) } else { (new, Vec::new()) };
        storage.write_ahead(ahead, prov).await?;
        let transaction = with.into_iter().fold(transaction, Transaction::put_unconditionally);
        Ok(gone.into_iter().fold(transaction, Transaction::delete_unconditionally))
    }
}

/// All entries of a doctor, and all words of the name: what is written before a doctor who has too many.
#[cfg(test)]
pub(crate) fn entry_items(doctor: &Doctor) -> Vec<Item> {
    EntryChanges::between(None, doctor).new
}

/// See [`entry_items`].
#[cfg(test)]
pub(crate) fn spelling_items(doctor: &Doctor) -> Vec<Item> {
    new_spellings(None, doctor)
}

/// The words of a doctor's name that were not in it before. Other doctors may have them, so they are never removed.
pub(super) fn new_spellings(before: Option<&Doctor>, after: &Doctor) -> Vec<Item> {
    let known = before.map(spellings_of).unwrap_or_default();
    let new = spellings_of(after).into_iter().filter(|spelling| !known.contains(spelling));
    new.map(|(left, word)| Item::new(Key::Spelling(left, word), &serde_json::Map::new())).collect()
}

impl Storage {
    /// Writes items that mean nothing until another write follows.
    pub(super) async fn write_ahead<E>(&self, items: Vec<Item>, prov: &Provenance) -> Result<(), CommitError<E>> {
        for some in items.chunks(MAX_ITEMS) {
            let transaction: Transaction<E> = Transaction::by(prov);
            some.iter().cloned().fold(transaction, Transaction::put_unconditionally).commit(self).await?;
        }
        Ok(())
    }

    /// The ids of all active doctors, in the order of their names.
    ///
    /// Key condition: `DIR#*#*` partition.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn listed_doctors(&self, page: &PageRequest) -> Result<Page<DoctorId>, StorageError> {
        self.page(Span::directory(None, None), page).await?.try_map(|row| doctor_of(&row))
    }

    /// The suspended doctors, in the order of their names.
    ///
    /// Key condition: `SUSPENDED` partition, then `DOCTOR` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn suspended_doctors(&self, page: &PageRequest) -> Result<Page<Doctor>, StorageError> {
        let Page { items, next } = self.page(Span::suspended(), page).await?;
        let named = items.iter().map(doctor_of).collect::<Result<Vec<_>, _>>()?;
        let doctors = self.doctors_in_order(named).await?;
        Ok(Page { items: doctors.into_iter().filter(|doctor| !doctor.is_active()).collect(), next })
    }

    /// Active doctors by speciality, language and words of the name, in the order of their names. If no name has the
    /// words, those count that are one edit apart. A page may hold fewer than asked for, or none, and still have a
    /// successor.
    ///
    /// Key condition: a `DIR#` partition, or `NAME#` partitions of each word; `SPELL#` partitions where a word is
    /// mistyped; then `DOCTOR` keys, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn search(&self, search: &DirectorySearch, page: &PageRequest) -> Result<Page<Doctor>, StorageError> {
        match page.start() {
            Some(cursor) => match Reading::of_cursor(&cursor) {
                Some((reading, place)) => self.read_directory(search, reading, Some(place), page.limit()).await,
                None => Ok(Page { items: Vec::new(), next: None }),
            },
            None => {
                let found = self.read_directory(search, Reading::Typed, None, page.limit()).await?;
                let is_nothing = found.items.is_empty() && found.next.is_none();
                if is_nothing && search.name.iter().any(|word| word.letters.len() >= FORGIVEN_FROM) {
                    return self.read_directory(search, Reading::Corrected, None, page.limit()).await;
                }
                Ok(found)
            }
        }
    }

    async fn read_directory(
        &self,
        search: &DirectorySearch,
        reading: Reading,
        mut after: Option<DirectoryPlace>,
        limit: usize,
    ) -> Result<Page<Doctor>, StorageError> {
        let partitions = self.partitions(search, reading, after.as_ref()).await?;
        let examined = if search.is_by_partition() { u8::try_from(limit).unwrap_or(EXAMINED) } else { EXAMINED };
        let mut items = Vec::new();
        for _ in 0..ROUNDS {
            let (entries, end) = self.merged(&partitions, after.as_ref(), examined).await?;
            let mut accepted = Vec::new();
            let mut rest = entries.into_iter();
            for (place, row) in rest.by_ref() {
                if search.accepts(&row.record()?, reading) {
                    accepted.push(doctor_of(&row)?);
                }
                after = Some(place);
                if items.len() + accepted.len() >= limit {
                    break;
                }
            }
            items.extend(self.confirmed_doctors(search, reading, accepted).await?);
            let is_end = end.is_none() && rest.len() == 0;
            if is_end {
                return Ok(Page { items, next: None });
            }
            if rest.len() == 0 {
                after = end.or(after);
            }
            if items.len() >= limit {
                break;
            }
        }
        Ok(Page { items, next: after.map(|place| reading.cursor(place)) })
    }

    /// The entries behind a place, of all partitions, each doctor once; and the place up to which they are complete,
    /// if not all are read.
    async fn merged(
        &self,
        partitions: &[Span],
        after: Option<&DirectoryPlace>,
        examined: u8,
    ) -> Result<(BTreeMap<DirectoryPlace, Row>, Option<DirectoryPlace>), StorageError> {
        let behind = |span: &Span| match after {
            Some(place) => span.clone().behind(place),
            None => span.clone(),
        };
        let request = PageRequest::first(examined);
        let pages = try_join_all(partitions.iter().map(|span| self.page(behind(span), &request))).await?;
        let place = |row: &Row| DirectoryPlace(row.at.sk().to_owned());
        let ends = pages.iter().filter(|page| page.next.is_some());
        let end = ends.filter_map(|page| page.items.last().map(place)).min();
        let rows = pages.into_iter().flat_map(|page| page.items).map(|row| (place(&row), row));
        let complete = rows.filter(|(place, _)| end.as_ref().is_none_or(|end| place <= end));
        Ok((complete.collect(), end))
    }

    /// The partitions of a search: of the word with the fewest entries, since the entries tell the other words.
    async fn partitions(
        &self,
        search: &DirectorySearch,
        reading: Reading,
        after: Option<&DirectoryPlace>,
    ) -> Result<Vec<Span>, StorageError> {
        if search.is_by_partition() {
            let language = search.language.as_ref().map(Language::primary);
            return Ok(vec![Span::directory(search.speciality.as_ref(), language.as_ref())]);
        }
        // A long word is rarer than a short one.
        let mut words: Vec<&Word> = search.name.iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.letters.len()));
        let of_words = words.into_iter().take(WORDS_COMPARED).map(|word| self.partitions_of(word, reading));
        let mut of_words = try_join_all(of_words).await?;
        if let [only] = of_words.as_mut_slice() {
            return Ok(std::mem::take(only));
        }
        let sizes = of_words.iter().map(async |partitions| {
            let (entries, end) = self.merged(partitions, after, EXAMINED).await?;
            Ok::<_, StorageError>((end.is_some(), entries.len()))
        });
        let sizes = try_join_all(sizes).await?;
        let fewest = sizes.into_iter().zip(of_words).min_by_key(|(size, _)| *size);
        Ok(fewest.map(|(_, partitions)| partitions).unwrap_or_default())
    }

    /// The partitions in which doctors with a word stand.
    async fn partitions_of(&self, word: &Word, reading: Reading) -> Result<Vec<Span>, StorageError> {
        let mut spellings: BTreeSet<String> = word.spellings().map(str::to_owned).collect();
        if reading == Reading::Corrected && word.letters.len() >= FORGIVEN_FROM {
            let request = PageRequest::first(SIMILAR_WORDS);
            let found = similar_spellings(word).into_iter().map(|span| self.page(span, &request));
            let found = try_join_all(found).await?;
            let words: BTreeSet<String> = found
                .into_iter()
                .flat_map(|page| page.items)
                .map(|row| match row.key()? {
                    Key::Spelling(_, word) => Ok(word),
                    _ => Err(row.inconsistent("not a spelling")),
                })
                .collect::<Result<_, _>>()?;
            let mut words: Vec<String> = words.into_iter().collect();
            words.sort_by_key(|known| word.distance(known));
            spellings.extend(words.into_iter().take(SIMILAR_WORDS.into()));
        }
        let partitions = spellings.iter().map(|spelling| Span::name_entries(spelling));
        let distinct: BTreeMap<String, Span> = partitions.map(|span| (span.pk.clone(), span)).collect();
        Ok(distinct.into_values().collect())
    }

    /// Those of the doctors who are what is looked for now, in the same order.
    async fn confirmed_doctors(
        &self,
        search: &DirectorySearch,
        reading: Reading,
        named: Vec<DoctorId>,
    ) -> Result<Vec<Doctor>, StorageError> {
        let is_wanted = |doctor: &Doctor| {
            doctor.is_active()
                && search.accepts(&EntryRecord::of(doctor), reading)
                && search.language.as_ref().is_none_or(|language| doctor.speaks(language))
        };
        Ok(self.doctors_in_order(named).await?.into_iter().filter(is_wanted).collect())
    }

    /// Those of the doctors who exist, in the same order, each as often as it is named.
    async fn doctors_in_order(&self, named: Vec<DoctorId>) -> Result<Vec<Doctor>, StorageError> {
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let distinct: BTreeSet<DoctorId> = named.iter().copied().collect();
        let mut rows = self.rows(ItemKey::all(distinct.into_iter().map(Key::Doctor))).await?;
        let mut found = Vec::with_capacity(named.len());
        for id in named {
            found.extend(rows.read(Key::Doctor(id), doctor::read)?);
        }
        Ok(found)
    }
}

fn doctor_of(row: &Row) -> Result<DoctorId, StorageError> {
    match row.key()? {
        Key::Listing(.., listed) | Key::NameEntry(_, listed) | Key::SuspendedEntry(listed) => Ok(listed.doctor),
        _ => Err(row.inconsistent("not a directory entry")),
    }
}
