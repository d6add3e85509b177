//! What is said of something that must never happen.

/// Something that must never happen, and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub what: &'static str,
    pub detail: String,
}

impl Violation {
    pub fn of(what: &'static str, detail: impl Into<String>) -> Self {
        Self { what, detail: detail.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.detail)
    }
}

/// Ends with a violation unless the condition holds.
macro_rules! hold {
    ($condition:expr, $what:literal, $($detail:tt)*) => {
        if !$condition {
            return Err($crate::violation::Violation::of($what, format!($($detail)*)));
        }
    };
}

pub(crate) use hold;
