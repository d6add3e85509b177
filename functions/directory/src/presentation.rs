//! The profile of a doctor that patients see: the fields that registration and update share.

use crate::terms::TermsBody;
use api::problem::Fields;
use domain::core::money::Paise;
use domain::core::person::{Biography, Language, PersonName, Qualification, Speciality, Title, doctor_person};
use domain::core::text::InvalidField;
use domain::core::time::Zone;
use domain::directory::doctor::{Terms, distinct_languages, distinct_specialities};
use domain::directory::vocabulary;

/// The fields as the client sent them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draft<'a> {
    pub title: Option<&'a str>,
    pub name: &'a str,
    pub qualification: &'a str,
    pub bio: Option<&'a str>,
    pub specialities: &'a [String],
    pub languages: &'a [String],
    pub fee: i64,
    pub terms: &'a TermsBody,
    pub zone: &'a str,
}

/// The checked fields.
#[derive(Debug, Clone)]
pub(crate) struct Presentation {
    pub title: NamedTitle,
    pub name: PersonName,
    pub qualification: Qualification,
    /// The outer `None` if the client leaves it out, the inner one for an empty text.
    pub bio: Option<Option<Biography>>,
    pub specialities: Vec<Speciality>,
    pub languages: Vec<Language>,
    pub fee: Paise,
    pub terms: Terms,
    pub zone: Zone,
}

/// The title as the client gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NamedTitle {
    /// By the field, where an empty text means none, or in the name.
    Given(Option<Title>),
    /// The client says nothing of a title.
    LeftOut,
}

impl NamedTitle {
    /// The title, or another one if the client says nothing.
    pub fn or(self, other: impl FnOnce() -> Option<Title>) -> Option<Title> {
        match self {
            Self::Given(title) => title,
            Self::LeftOut => other(),
        }
    }
}

/// Reads the field `title`; an empty text is no title.
fn title(text: &str) -> Result<Option<Title>, InvalidField> {
    if text.trim().is_empty() { Ok(None) } else { Title::parse(text).map(Some) }
}

/// Reads the field `bio`; an empty text is none.
fn biography(text: &str) -> Result<Option<Biography>, InvalidField> {
    if text.trim().is_empty() { Ok(None) } else { Biography::parse(text).map(Some) }
}

impl Draft<'_> {
    /// Checks all fields. `None` if any is wrong; the errors are then in `fields`.
    pub fn parse(self, fields: &mut Fields) -> Option<Presentation> {
        let given = self.title.map(|text| fields.parse("title", title(text)));
        let named = fields.parse("name", doctor_person(self.name));
        let in_name =
            |title: &Option<Title>| title.clone().map_or(NamedTitle::LeftOut, |it| NamedTitle::Given(Some(it)));
        let title = match given {
            Some(given) => given.map(NamedTitle::Given),
            None => named.as_ref().map(|(title, _)| in_name(title)),
        };
        let qualification = fields.parse("qualification", Qualification::parse(self.qualification));
        let bio = fields.parse("bio", self.bio.map(biography).transpose());
        let specialities =
            list(fields, "specialities", self.specialities, vocabulary::speciality, distinct_specialities);
        let languages = list(fields, "languages", self.languages, vocabulary::language, distinct_languages);
        let fee = fields.parse("fee", Paise::fee(self.fee));
        let terms = self.terms.parse(fields);
        let zone = fields.parse("zone", Zone::parse(self.zone));
        Some(Presentation {
            title: title?,
            name: named?.1,
            qualification: qualification?,
            bio: bio?,
            specialities: specialities?,
            languages: languages?,
            fee: fee?,
            terms: terms?,
            zone: zone?,
        })
    }
}

/// Checks each item under its index, and then the whole list.
fn list<T, E: api::Reason>(
    fields: &mut Fields,
    field: &str,
    texts: &[String],
    item: fn(&str) -> Result<T, E>,
    whole: fn(Vec<T>) -> Result<Vec<T>, InvalidField>,
) -> Option<Vec<T>> {
    let mut items = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        items.extend(fields.parse(&format!("{field}/{index}"), item(text)));
    }
    if items.len() < texts.len() {
        return None;
    }
    fields.parse(field, whole(items))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    fn refused(draft: Draft<'_>) -> Vec<String> {
        let mut fields = Fields::default();
        assert!(draft.parse(&mut fields).is_none());
        fields.refusal().body("r").errors.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn each_wrong_field_is_named() {
        let (specialities, languages) = (texts(&["cardiology", "Hearts and flowers"]), texts(&[]));
        let draft = Draft {
            title: Some("\u{200b}"),
            name: " ",
            qualification: "",
            bio: Some("\u{202e}"),
            specialities: &specialities,
            languages: &languages,
            fee: 99,
            terms: &TermsBody::default(),
            zone: "IST+5",
        };
        let all =
            ["#/title", "#/name", "#/qualification", "#/bio", "#/specialities/1", "#/languages", "#/fee", "#/zone"];
        assert_eq!(refused(draft), all);
    }

    #[test]
    fn a_repeated_speciality_counts_once() {
        let (specialities, languages) = (texts(&["ent", "Heart", "ENT", "cardiologist"]), texts(&["hi"]));
        let draft = Draft {
            title: None,
            name: "Asha Rao",
            qualification: "MBBS",
            bio: None,
            specialities: &specialities,
            languages: &languages,
            fee: 0,
            terms: &TermsBody::default(),
            zone: "Asia/Kolkata",
        };
        let presentation = draft.parse(&mut Fields::default()).unwrap();
        assert_eq!(presentation.specialities.iter().map(Speciality::as_str).collect::<Vec<_>>(), ["ent", "cardiology"]);
        assert!(presentation.fee.is_zero());
    }

    #[test]
    fn a_title_is_given_in_its_field_or_in_the_name() {
        let (specialities, languages, terms) = (texts(&["ent"]), texts(&["Hindi"]), TermsBody::default());
        let read = |title: Option<&str>, name: &str| {
            let (qualification, zone) = ("MBBS", "Asia/Kolkata");
            let (specialities, languages, terms) = (specialities.as_slice(), languages.as_slice(), &terms);
            let draft = Draft { title, name, qualification, bio: None, specialities, languages, fee: 0, terms, zone };
            let presentation = draft.parse(&mut Fields::default()).unwrap();
            (presentation.title.or(|| Title::parse("usual").ok()).map(String::from), presentation.name.to_string())
        };
        let expected = |title: &str, name: &str| (Some(title.to_owned()), name.to_owned());
        assert_eq!(read(None, "DR. ANAND RAO"), expected("Dr.", "ANAND RAO"));
        assert_eq!(read(None, "Anand Rao"), expected("usual", "Anand Rao"));
        assert_eq!(read(Some("Prof. Dr."), "Dr Anand"), expected("Prof. Dr.", "Anand"));
        assert_eq!(read(Some("dr"), "Anand"), expected("Dr.", "Anand"));
        assert_eq!(read(Some(""), "Dr. Anand"), (None, "Anand".to_owned()));
        let draft = Draft {
            title: None,
            name: "Dr.",
            qualification: "MBBS",
            bio: None,
            specialities: &specialities,
            languages: &languages,
            fee: 0,
            terms: &terms,
            zone: "Asia/Kolkata",
        };
        assert_eq!(refused(draft), ["#/name"]);
    }
}
