//! The profile of a doctor that patients see: the fields that registration and update share.

use crate::terms::TermsBody;
use api::problem::Fields;
use domain::core::money::Paise;
use domain::core::person::{Language, PersonName, Qualification, Speciality};
use domain::core::text::InvalidField;
use domain::core::time::Zone;
use domain::directory::doctor::{Terms, distinct_languages, distinct_specialities};

/// The fields as the client sent them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draft<'a> {
    pub name: &'a str,
    pub qualification: &'a str,
    pub specialities: &'a [String],
    pub languages: &'a [String],
    pub fee: i64,
    pub terms: &'a TermsBody,
    pub zone: &'a str,
}

/// The checked fields.
#[derive(Debug, Clone)]
pub(crate) struct Presentation {
    pub name: PersonName,
    pub qualification: Qualification,
    pub specialities: Vec<Speciality>,
    pub languages: Vec<Language>,
    pub fee: Paise,
    pub terms: Terms,
    pub zone: Zone,
}

impl Draft<'_> {
    /// Checks all fields. `None` if any is wrong; the errors are then in `fields`.
    pub fn parse(self, fields: &mut Fields) -> Option<Presentation> {
        let name = fields.parse("name", PersonName::parse(self.name));
        let qualification = fields.parse("qualification", Qualification::parse(self.qualification));
        let specialities = list(fields, "specialities", self.specialities, Speciality::parse, distinct_specialities);
        let languages = list(fields, "languages", self.languages, Language::parse, distinct_languages);
        let fee = fields.parse("fee", Paise::fee(self.fee));
        let terms = self.terms.parse(fields);
        let zone = fields.parse("zone", Zone::parse(self.zone));
        Some(Presentation {
            name: name?,
            qualification: qualification?,
            specialities: specialities?,
            languages: languages?,
            fee: fee?,
            terms: terms?,
            zone: zone?,
        })
    }
}

/// Checks each item under its index, and then the whole list.
fn list<T>(
    fields: &mut Fields,
    field: &str,
    texts: &[String],
    item: fn(&str) -> Result<T, InvalidField>,
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
        let (specialities, languages) = (texts(&["cardiology", "Heart"]), texts(&[]));
        let draft = Draft {
            name: " ",
            qualification: "",
            specialities: &specialities,
            languages: &languages,
            fee: 99,
            terms: &TermsBody::default(),
            zone: "IST+5",
        };
        let all = ["#/name", "#/qualification", "#/specialities/1", "#/languages", "#/fee", "#/zone"];
        assert_eq!(refused(draft), all);
    }

    #[test]
    fn a_repeated_speciality_counts_once() {
        let (specialities, languages) = (texts(&["ent", "cardiology", "ent"]), texts(&["hi"]));
        let draft = Draft {
            name: "Asha Rao",
            qualification: "MBBS",
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
}
