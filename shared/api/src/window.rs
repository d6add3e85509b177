//! The window of time that a request asks about.

use crate::problem::Problem;
use jiff::{SignedDuration, Timestamp};

/// The window from `from` (or `now`) up to `to` (or `usual` after its beginning). `refuse` makes a problem of the name
/// of a field and the reason of its refusal.
///
/// # Errors
/// The problem that `refuse` makes, if the beginning is too far away or the end is not after the beginning.
pub fn window(
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    usual: SignedDuration,
    now: Timestamp,
    refuse: impl Fn(&'static str, &'static str) -> Problem,
) -> Result<(Timestamp, Timestamp), Problem> {
    let from = from.unwrap_or(now);
    let to = match to {
        Some(to) => to,
        None => from.checked_add(usual).map_err(|_| refuse("from", "is too far away"))?,
    };
    if to > from { Ok((from, to)) } else { Err(refuse("to", "must be after from")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_begins_now_and_has_the_usual_length_unless_the_request_names_others() {
        let (now, later, day) =
            (at("2026-11-22T06:00:00Z"), at("2026-11-25T00:00:00Z"), SignedDuration::from_hours(24));
        let of = |from, to| window((from, to), day, now, Problem::field);
        assert_eq!(of(None, None).unwrap(), (now, now + day));
        assert_eq!(of(Some(later), None).unwrap(), (later, later + day));
        assert_eq!(of(None, Some(later)).unwrap(), (now, later));
        for (from, to, field) in [
            (Some(Timestamp::MAX), None, "#/from"),
            (Some(later), Some(later), "#/to"),
            (None, Some(now), "#/to"),
            (Some(later), Some(now), "#/to"),
        ] {
            let problem = of(from, to).unwrap_err();
            assert_eq!((problem.kind.status, problem.body("r-1").errors[0].pointer.as_str()), (422, field));
        }
    }
}
