//! Free text: one kind that is health data, and one that must not be.

use super::text::{InvalidField, lines, one_line, text_value};

text_value! {
    /// Why a patient wants the visit, in 1 to 1000 characters. Health data: it is stored sealed and never listed.
    redacted VisitReason, visit_reason
}

fn visit_reason(text: &str) -> Result<String, InvalidField> {
    lines(text, 1000, "must have 1 to 1000 characters")
}

text_value! {
    /// An administrative remark, such as why a visit was cancelled or a doctor suspended: one line of 1 to 200
    /// characters. It is stored as it is, so that clients are told to write nothing about health in it.
    shown Remark, remark
}

fn remark(text: &str) -> Result<String, InvalidField> {
    one_line(text, 200, "must be one line of 1 to 200 characters")
}
