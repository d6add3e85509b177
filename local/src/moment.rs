//! The steps by which the clock is moved: `+11m`, `2h 30m`, `1d`.

use jiff::{SignedDuration, Span, SpanRelativeTo};
use std::str::FromStr;

/// The longest step: after a year everything has expired.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A step forward. Days are 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step(pub SignedDuration);

/// A text that is not a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a step is a length of time, such as +11m, 2h30m or 1d: forward only, and a year at most")]
pub struct NotAStep;

impl FromStr for Step {
    type Err = NotAStep;

    fn from_str(text: &str) -> Result<Self, NotAStep> {
        let text = text.trim();
        let span: Span = text.strip_prefix('+').unwrap_or(text).parse().map_err(|_| NotAStep)?;
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| NotAStep)?;
        if length.is_positive() && length <= LONGEST { Ok(Step(length)) } else { Err(NotAStep) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_people_write_them() {
        let minutes = |text: &str| text.parse::<Step>().map(|step| step.0.as_mins());
        assert_eq!(minutes("+11m"), Ok(11));
        assert_eq!(minutes("11m"), Ok(11));
        assert_eq!(minutes(" 2h 30m "), Ok(150));
        assert_eq!(minutes("1d"), Ok(24 * 60));
        assert_eq!(minutes("90 minutes"), Ok(90));
    }

    #[test]
    fn time_does_not_run_backwards_or_far_away() {
        for text in ["-11m", "+-11m", "0s", "", "11", "soon", "1mo", "2000d", "999999999999y"] {
            assert_eq!(text.parse::<Step>(), Err(NotAStep), "{text}");
        }
    }
}
