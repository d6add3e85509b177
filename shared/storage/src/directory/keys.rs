//! The keys of doctors and of the directory.

use std::collections::BTreeSet;

use domain::core::id::DoctorId;
use domain::core::person::{Language, Speciality};
use domain::directory::doctor::Doctor;
use domain::directory::words::{Word, deletions, sort_text, words};

use crate::table::entities::entities;
use crate::table::key::{KeyPart, Span};

entities! {
    /// A doctor.
    Doctor(doctor: DoctorId) "doctor" = "DOC#{doctor}" | "DOCTOR"
        new DOCTOR_NEW "a second registration would overwrite a doctor, her suspension included"
        unchanged DOCTOR_UNCHANGED "a revision would undo a suspension that it has not seen";
    /// A registration number in use, as its letters and digits.
    Registration(number: String) "registration" = "REG#{number}" | "REG"
        new REGISTRATION_NUMBER_FREE "two doctors would practise under one registration number";
    /// An entry of the directory: a doctor under a speciality or any (`*`), and a language (without its region) or any.
    Listing(speciality: Option<Speciality>, language: Option<Language>, listed: Listed) "listing"
        = "DIR#{speciality}#{language}" | "{listed}";
    /// A suspended doctor, for administrators: a doctor is either here or in the directory.
    SuspendedEntry(listed: Listed) "suspended_entry" = "SUSPENDED" | "{listed}";
    /// An entry of the directory: a doctor under the first letters of a word of the name.
    NameEntry(letters: String, listed: Listed) "name_entry" = "NAME#{letters}" | "{listed}";
    /// A word of some doctor's name, under itself or under what is left of it without one of its letters.
    Spelling(left: String, word: String) "spelling" = "SPELL#{left}" | "{word}";
}

/// A doctor in the order of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Listed {
    /// The name as it is sorted.
    name: String,
    pub doctor: DoctorId,
}

impl Listed {
    fn of(doctor: &Doctor) -> Self {
        Self { name: sort_text(doctor.name.as_str()), doctor: doctor.id }
    }
}

/// `<name, as it is sorted>#<doctor>`.
impl KeyPart for Listed {
    fn text(&self) -> String {
        format!("{}#{}", self.name, self.doctor)
    }

    fn read(text: &str) -> Option<Self> {
        let (name, doctor) = text.rsplit_once('#')?;
        Some(Self { name: name.to_owned(), doctor: doctor.parse().ok()? })
    }
}

/// The most letters of a word under which a doctor is entered: behind them, the words of an entry tell.
const LONGEST_PREFIX: usize = 8;
/// The most entries of a doctor by name. With those by speciality and language they fit into one transaction.
pub(crate) const MAX_NAME_ENTRIES: usize = 48;
/// The fewest letters of a word that is found although it is mistyped.
const SHORTEST_SPELLING: usize = 3;
/// The most letters of a word in which a typo is looked for.
const LONGEST_SPELLING: usize = 12;

fn prefix(spelling: &str) -> String {
    spelling.chars().take(LONGEST_PREFIX).collect()
}

/// The entries of a doctor by speciality and language: each of the specialities, or any, with each of the languages, or
/// any. At most 6 x 7 of them.
pub(crate) fn listings_of(doctor: &Doctor) -> Vec<Key> {
    let specialities: Vec<Option<Speciality>> = doctor.specialities.iter().cloned().map(Some).chain([None]).collect();
    let languages: Vec<Option<Language>> = doctor.primary_languages().into_iter().map(Some).chain([None]).collect();
    let listed = Listed::of(doctor);
    specialities
        .into_iter()
        .flat_map(|speciality| languages.iter().map(move |language| (speciality.clone(), language.clone())))
        .map(|(speciality, language)| Key::Listing(speciality, language, listed.clone()))
        .collect()
}

/// The entry of a suspended doctor.
pub(crate) fn suspended_entry_of(doctor: &Doctor) -> Key {
    Key::SuspendedEntry(Listed::of(doctor))
}

/// The entries of a doctor by name: for each word its first letters, and shorter beginnings as far as there is room.
pub(crate) fn name_entries_of(doctor: &Doctor) -> Vec<Key> {
    let words = words(doctor.name.as_str());
    let whole: BTreeSet<String> = words.iter().flat_map(Word::spellings).map(prefix).collect();
    let beginnings = |length: usize| {
        let long = whole.iter().filter(move |word| word.len() > length);
        long.map(move |word| word[..length].to_owned()).collect::<BTreeSet<_>>()
    };
    let mut seen = BTreeSet::new();
    let all = whole.iter().cloned().chain((1..LONGEST_PREFIX).flat_map(beginnings));
    let distinct = all.filter(|letters| seen.insert(letters.clone())).take(MAX_NAME_ENTRIES);
    let listed = Listed::of(doctor);
    distinct.map(|letters| Key::NameEntry(letters, listed.clone())).collect()
}

/// The spellings by which mistyped words of a doctor's name are found.
pub(crate) fn spellings_of(doctor: &Doctor) -> BTreeSet<(String, String)> {
    let words = words(doctor.name.as_str());
    let long = words.iter().flat_map(Word::spellings).filter(|spelling| spelling.len() >= SHORTEST_SPELLING);
    long.flat_map(|spelling| {
        let word = short(spelling);
        under(&word).into_iter().map(move |left| (left, word.clone())).collect::<Vec<_>>()
    })
    .collect()
}

/// The part of a word in which a typo is looked for.
fn short(spelling: &str) -> String {
    spelling.chars().take(LONGEST_SPELLING).collect()
}

/// A word, and what is left of it without one of its letters.
fn under(word: &str) -> BTreeSet<String> {
    deletions(word).chain([word.to_owned()]).collect()
}

/// The partitions in which the words stand that are one edit from a mistyped one.
pub(crate) fn similar_spellings(typed: &Word) -> Vec<Span> {
    let left: BTreeSet<String> = typed.spellings().map(short).flat_map(|word| under(&word)).collect();
    left.into_iter().map(|left| Span::partition::<Key>(format!("SPELL#{left}"))).collect()
}

/// A place in the order of the directory, which all its partitions have: where a page ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DirectoryPlace(pub String);

impl Span {
    /// The doctors of a speciality or any, and of a language or any.
    pub fn directory(speciality: Option<&Speciality>, language: Option<&Language>) -> Self {
        let any = |part: Option<String>| part.text();
        let (speciality, language) = (any(speciality.map(KeyPart::text)), any(language.map(KeyPart::text)));
        Self::partition::<Key>(format!("DIR#{speciality}#{language}"))
    }

    /// The suspended doctors.
    pub fn suspended() -> Self {
        Self::partition::<Key>("SUSPENDED".to_owned())
    }

    /// The doctors with a word in their names that begins as `spelling` does, as far as entries go.
    pub fn name_entries(spelling: &str) -> Self {
        Self::partition::<Key>(format!("NAME#{}", prefix(spelling)))
    }

    /// What stands behind a place.
    pub fn behind(self, place: &DirectoryPlace) -> Self {
        // No place has another as its beginning, since they end with an id.
        self.between(format!("{} ", place.0), char::MAX.to_string())
    }
}
