//! Free text: visit reasons, which are health data, and remarks, which must not contain any.

use crate::core::text::{InvalidField, lines, one_line, text_value};

text_value! {
    /// The reason why a patient wants the visit, in 1 to 1000 characters. It is health data: stored sealed and never
    /// listed.
    redacted VisitReason, visit_reason
}

fn visit_reason(text: &str) -> Result<String, InvalidField> {
    lines(text, 1000, "must have 1 to 1000 characters")
}

text_value! {
    /// A symptom in the patient's words: one line of 1 to 100 characters. It is health data: stored sealed and never
    /// listed.
    redacted Symptom, symptom
}

fn symptom(text: &str) -> Result<String, InvalidField> {
    one_line(text, 100, "must be one line of 1 to 100 characters")
}

text_value! {
    /// A patient's notes for the doctor of a visit, in 1 to 2000 characters. They are health data: stored sealed and
    /// never listed.
    redacted VisitNotes, visit_notes
}

fn visit_notes(text: &str) -> Result<String, InvalidField> {
    lines(text, 2000, "must have 1 to 2000 characters")
}

text_value! {
    /// An administrative remark, such as the reason of a cancellation or suspension: one line of 1 to 200 characters.
    /// It is stored unsealed, so clients must not write health data in it.
    shown Remark, remark
}

fn remark(text: &str) -> Result<String, InvalidField> {
    one_line(text, 200, "must be one line of 1 to 200 characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_up_to_1000_characters_and_does_not_show() {
        let reason = VisitReason::parse("सिर दर्द\nsince Monday").unwrap();
        assert_eq!(format!("{reason:?}"), "[redacted]");
        assert_eq!(reason.as_str(), "सिर दर्द\nsince Monday");
        assert!(VisitReason::parse(&"द".repeat(1000)).is_ok());
        assert!(VisitReason::parse(&"द".repeat(1001)).is_err());
        assert!(VisitReason::parse("  \n ").is_err());
    }

    #[test]
    fn a_symptom_is_one_line_and_notes_are_longer_and_neither_shows() {
        assert!(Symptom::parse(&"द".repeat(100)).is_ok() && VisitNotes::parse(&"द".repeat(2000)).is_ok());
        for text in [String::new(), "द".repeat(101), "fever\ncough".to_owned()] {
            assert!(Symptom::parse(&text).is_err(), "{text}");
        }
        for text in [" ".to_owned(), "द".repeat(2001)] {
            assert!(VisitNotes::parse(&text).is_err(), "{text}");
        }
        let (symptom, notes) = (Symptom::parse("fever").unwrap(), VisitNotes::parse("since Monday\nat night").unwrap());
        assert_eq!(format!("{symptom:?} {notes:?}"), "[redacted] [redacted]");
    }

    #[test]
    fn a_remark_is_one_short_line() {
        assert!(Remark::parse(&"x".repeat(200)).is_ok());
        assert!(Remark::parse(&"x".repeat(201)).is_err());
        assert!(Remark::parse("a\nb").is_err());
    }
}
