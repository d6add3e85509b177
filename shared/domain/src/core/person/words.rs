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
    fn a_remark_is_one_short_line() {
        assert!(Remark::parse(&"x".repeat(200)).is_ok());
        assert!(Remark::parse(&"x".repeat(201)).is_err());
        assert!(Remark::parse("a\nb").is_err());
    }
}
