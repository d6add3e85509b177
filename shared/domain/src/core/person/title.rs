//! The title of a doctor, apart from the name.
//!
//! Doctors write their title into their name in many spellings: `DR. ANAND RAO`, `Prof.(Dr.) Meera`, `डॉ. अनीता शर्मा`. A
//! name is stored without it, so that a text that puts a title before a name never has two.

use super::PersonName;
use crate::core::text::{InvalidField, one_line, text_value};

text_value! {
    /// The title before a name: `Dr.`, `Prof. Dr.`; one line of 1 to 20 characters.
    shown Title, title
}

fn title(text: &str) -> Result<String, InvalidField> {
    let text = one_line(text, 20, "must be one line of 1 to 20 characters, like Dr.")?;
    let words: Vec<&str> = text.split_whitespace().map(|word| known(word).unwrap_or(word)).collect();
    Ok(words.join(" "))
}

text_value! {
    /// The name of a doctor as people read it, with the title: `Dr. Asha Rao`; one line of 1 to 130 characters.
    shown DoctorName, doctor_name
}

fn doctor_name(text: &str) -> Result<String, InvalidField> {
    one_line(text, 130, "must be one line of 1 to 130 characters")
}

impl DoctorName {
    /// The name with the title before it.
    pub fn of(title: Option<&Title>, name: &PersonName) -> Self {
        Self(match title {
            Some(title) => format!("{title} {name}"),
            None => name.to_string(),
        })
    }
}

impl Title {
    /// The title of a doctor who names none: every doctor of the directory is in the medical register.
    pub fn usual(name: &PersonName) -> Self {
        let is_devanagari = name.as_str().chars().find(|c| c.is_alphabetic()).is_some_and(|c| DEVANAGARI.contains(&c));
        Self(if is_devanagari { "डॉ." } else { "Dr." }.to_owned())
    }
}

const DEVANAGARI: std::ops::RangeInclusive<char> = '\u{900}'..='\u{97F}';

/// The spelling of a title that names are known to begin with. `Mr`, `Ms` and `Sri` are not: they are initials and names,
/// too (`MS Swaminathan`, `Sri Lakshmi`).
fn known(word: &str) -> Option<&'static str> {
    let word = word.trim_matches(is_punctuation).to_lowercase();
    match word.as_str() {
        "dr" | "doctor" => Some("Dr."),
        "prof" | "professor" => Some("Prof."),
        "डॉ" | "डाॅ" | "डा" | "डॉक्टर" => Some("डॉ."),
        "प्रो" | "प्रोफेसर" | "प्रोफ़ेसर" => Some("प्रो."),
        _ => None,
    }
}

/// What stands around a title. The digit is the Devanagari zero, with which abbreviations are often typed.
const fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | ',' | '(' | ')' | '[' | ']' | ':' | '/' | '\u{970}' | '\u{966}') || c.is_whitespace()
}

/// Parts the titles at the beginning or the end of a name from the rest, which is the whole name if it has no title.
pub fn without_title(text: &str) -> (Option<Title>, &str) {
    let mut rest = text.trim();
    let mut titles: Vec<&'static str> = Vec::new();
    let mut take = |title| {
        if !titles.contains(&title) {
            titles.push(title);
        }
    };
    loop {
        let begin = rest.trim_start_matches(is_punctuation);
        let end = begin.find(is_punctuation).unwrap_or(begin.len());
        let behind = begin[end..].trim_start_matches(is_punctuation);
        match known(&begin[..end]) {
            Some(title) if behind.chars().any(char::is_alphabetic) => {
                take(title);
                rest = behind;
            }
            _ => break,
        }
    }
    // `Anand Rao (Dr.)` and `Anand Rao, Dr.`; a last word without a sign is a name.
    if let Some((before, last)) = rest.rsplit_once(char::is_whitespace) {
        let is_apart = before.trim_end().ends_with(',') || last.starts_with(['(', '[']);
        if let (true, Some(title)) = (is_apart, known(last)) {
            take(title);
            rest = before.trim_end_matches(is_punctuation);
        }
    }
    (Title::parse(&titles.join(" ")).ok(), rest)
}

/// Whether a text is a title without a name.
pub fn is_title(text: &str) -> bool {
    known(without_title(text).1).is_some()
}

/// Reads the name of a doctor: the title in it, if there is one, and the name without it.
///
/// # Errors
/// A name that is none, or that is nothing but a title.
pub fn doctor_person(text: &str) -> Result<(Option<Title>, PersonName), InvalidField> {
    let whole = PersonName::parse(text)?;
    let (title, rest) = without_title(whole.as_str());
    if is_title(rest) {
        return Err(InvalidField("must have a name beside the title"));
    }
    Ok((title, PersonName::parse(rest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str) -> (String, String) {
        let (title, name) = doctor_person(text).unwrap();
        (title.map(String::from).unwrap_or_default(), name.into())
    }

    #[test]
    fn a_title_is_parted_from_the_name_however_it_is_written() {
        for (text, title, name) in [
            ("DR. ANAND RAO", "Dr.", "ANAND RAO"),
            ("Dr Anand", "Dr.", "Anand"),
            ("dr.anand", "Dr.", "anand"),
            ("Dr. Dr. Anand", "Dr.", "Anand"),
            ("(Dr.) Anand Rao", "Dr.", "Anand Rao"),
            ("Doctor Anand", "Dr.", "Anand"),
            ("Prof. Dr. Meera Krishnan", "Prof. Dr.", "Meera Krishnan"),
            ("Prof.(Dr.)Meera", "Prof. Dr.", "Meera"),
            ("Professor Meera", "Prof.", "Meera"),
            ("Anand Rao (Dr)", "Dr.", "Anand Rao"),
            ("Anand Rao, Dr.", "Dr.", "Anand Rao"),
            ("डॉ. अनीता शर्मा", "डॉ.", "अनीता शर्मा"),
            ("डा० अनीता शर्मा", "डॉ.", "अनीता शर्मा"),
            ("Drishti Rao", "", "Drishti Rao"),
            ("Ardeshir Doctor", "", "Ardeshir Doctor"),
            ("MS Swaminathan", "", "MS Swaminathan"),
            ("D. R. Nagaraj", "", "D. R. Nagaraj"),
            ("Sri Lakshmi", "", "Sri Lakshmi"),
            ("O'Connell", "", "O'Connell"),
        ] {
            assert_eq!(parted(text), (title.to_owned(), name.to_owned()), "{text}");
        }
        for text in ["Dr.", "Dr", "Prof. Dr.", "(Dr.)", "डॉ."] {
            assert!(doctor_person(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_shown_name_has_one_title_or_none() {
        for text in ["Dr. Asha", "DR ASHA", "Asha", "Prof. Asha", "Dr. Prof. Dr. Asha", "डॉ अनीता"] {
            let (title, name) = doctor_person(text).unwrap();
            let title = title.unwrap_or_else(|| Title::usual(&name));
            let shown = DoctorName::of(Some(&title), &name).to_string();
            // A reader of the shown name finds the same title and the same name.
            assert_eq!(doctor_person(&shown).unwrap(), (Some(title), name.clone()), "{shown}");
            assert_eq!(DoctorName::of(None, &name).as_str(), name.as_str());
        }
        assert_eq!(Title::usual(&"अनीता".parse().unwrap()).as_str(), "डॉ.");
        assert_eq!(Title::parse("DR").unwrap().as_str(), "Dr.");
        assert_eq!(Title::parse("Lt. Col. dr").unwrap().as_str(), "Lt. Col. Dr.");
    }
}
