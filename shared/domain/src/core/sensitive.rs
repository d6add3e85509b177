//! A wrapper that keeps health data out of logs. It only redacts: encryption is the task of the vault.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that is printed as `[redacted]` everywhere, unless the caller calls `expose`.
///
/// It serializes as the value itself, so it must only be serialized into a response or a sealed record, never into a
/// log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

pub(crate) const REDACTED: &str = "[redacted]";

impl<T> Sensitive<T> {
    /// Wraps the value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for a use that is meant to show it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T> fmt::Display for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensitive_value_is_shown_only_by_expose() {
        let value = Sensitive::new("migraine".to_owned());
        assert_eq!(format!("{value} {value:?} {:?}", Some(&value)), "[redacted] [redacted] Some([redacted])");
        assert_eq!(value.expose(), "migraine");
        assert_eq!(value.into_inner(), "migraine");
    }

    #[test]
    fn a_sensitive_value_is_serialized_as_itself() {
        let value: Sensitive<String> = serde_json::from_str("\"migraine\"").unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"migraine\"");
    }
}
