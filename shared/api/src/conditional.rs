//! Conditional requests: entity tags in If-Match and If-None-Match, and the date of If-Modified-Since (RFC 9110, section 13.1).

use crate::problem::{self, Problem};
use http::HeaderMap;
use http::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use jiff::Timestamp;
use lambda_http::Request;

/// The representation that a client has already, as its request for another one says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// These versions, by `If-None-Match`. A malformed header names none: the client gets the whole answer.
    Tagged(Option<Tags>),
    /// That of an instant, by `If-Modified-Since`, which counts only without `If-None-Match`.
    Since(Timestamp),
}

impl Known {
    /// Reads the request. A date that can't be read counts as none.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        if let Some(tags) = Tags::of(request, &IF_NONE_MATCH) {
            return Some(Known::Tagged(tags.ok()));
        }
        let since = request.headers().get(IF_MODIFIED_SINCE)?.to_str().ok()?;
        Some(Known::Since(read_date(since)?))
    }

    /// Whether it is the representation with this entity tag, compared weakly.
    pub(crate) fn is_tagged(&self, tag: &str) -> bool {
        matches!(self, Known::Tagged(Some(tags)) if tags.has_weakly(tag))
    }

    /// Whether it is the representation of an answer with these headers. Tags are compared weakly.
    pub(crate) fn is(&self, answer: &HeaderMap) -> bool {
        let text = |name| answer.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        match self {
            Known::Tagged(_) => text(ETAG).is_some_and(|tag| self.is_tagged(tag)),
            Known::Since(since) => text(LAST_MODIFIED).and_then(read_date).is_some_and(|changed| changed <= *since),
        }
    }
}

/// A date as HTTP writes it: `Mon, 30 Nov 2026 03:00:00 GMT`.
fn read_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp())
}

/// An entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    is_weak: bool,
    /// The tag with its quotation marks.
    opaque: String,
}

/// The tags that a header lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tags {
    /// `*`: each representation.
    Any,
    /// These representations.
    Listed(Vec<Tag>),
}

impl Tags {
    /// Reads a header. `None` if the request has none or an empty one; `Some(Err(()))` if it is malformed.
    fn of(request: &Request, name: &http::HeaderName) -> Option<Result<Self, ()>> {
        let values: Vec<&[u8]> = request.headers().get_all(name).iter().map(|value| value.as_bytes()).collect();
        let text = String::from_utf8_lossy(&values.join(&b',')).into_owned();
        let text = text.trim_matches([' ', '\t', ',']);
        (!text.is_empty()).then(|| Self::parse(text).ok_or(()))
    }

    /// The condition that a change demands; `None` if the request has none.
    ///
    /// # Errors
    /// 400 if the header is malformed.
    pub(crate) fn if_match(request: &Request) -> Result<Option<Self>, Problem> {
        let malformed = |()| {
            let expected =
                "must be the ETag that you received, in its quotation marks, such as \"3\"; a list of them; or *";
            Problem::header(&problem::INVALID_PRECONDITION, "If-Match", expected)
        };
        Self::of(request, &http::header::IF_MATCH).transpose().map_err(malformed)
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Tags::Any);
        }
        let mut tags = vec![];
        let mut rest = text;
        while !rest.is_empty() {
            let (is_weak, quoted) = match rest.strip_prefix("W/") {
                Some(quoted) => (true, quoted),
                None => (false, rest),
            };
            let end = quoted.strip_prefix('"')?.find('"')? + 2;
            let (opaque, after) = quoted.split_at(end);
            // `etagc` of RFC 9110: no space and no control character.
            if opaque.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
                return None;
            }
            tags.push(Tag { is_weak, opaque: opaque.to_owned() });
            let after = after.trim_start_matches([' ', '\t']);
            rest = after.trim_start_matches([' ', '\t', ',']);
            if !rest.is_empty() && !after.starts_with(',') {
                return None;
            }
        }
        Some(Tags::Listed(tags))
    }

    /// Whether a tag is listed, by strong comparison: a weak tag equals none.
    pub(crate) fn has_strongly(&self, tag: &str) -> bool {
        match self {
            Tags::Any => true,
            Tags::Listed(tags) => tags.iter().any(|listed| !listed.is_weak && listed.opaque == tag),
        }
    }

    /// Whether a tag is listed, by weak comparison: `W/"3"` equals `"3"`.
    pub(crate) fn has_weakly(&self, tag: &str) -> bool {
        let opaque = tag.strip_prefix("W/").unwrap_or(tag);
        match self {
            Tags::Any => true,
            Tags::Listed(tags) => tags.iter().any(|listed| listed.opaque == opaque),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::Body;

    fn request(values: &[&str]) -> Request {
        let request = values.iter().fold(http::Request::put("/"), |it, value| it.header("if-match", *value));
        request.body(Body::Empty).unwrap()
    }

    fn has(values: &[&str], tag: &str) -> Option<bool> {
        Tags::if_match(&request(values)).unwrap().map(|tags| tags.has_strongly(tag))
    }

    #[test]
    fn a_list_has_a_tag_if_it_names_it_strongly() {
        assert_eq!(has(&["\"88\""], "\"88\""), Some(true));
        assert_eq!(has(&["\"x\", \"88\""], "\"88\""), Some(true));
        assert_eq!(has(&["\"x\"", "\"88\""], "\"88\""), Some(true));
        assert_eq!(has(&["\"a,b\",\"88\" ,"], "\"88\""), Some(true));
        assert_eq!(has(&["*"], "\"88\""), Some(true));
        assert_eq!(has(&["\"x\""], "\"88\""), Some(false));
        assert_eq!(has(&["W/\"88\""], "\"88\""), Some(false));
        assert_eq!(has(&["\"\""], "\"88\""), Some(false));
        assert_eq!(has(&[""], "\"88\""), None);
        assert_eq!(has(&[" , "], "\"88\""), None);
        assert_eq!(has(&[], "\"88\""), None);
    }

    #[test]
    fn a_malformed_list_is_told_from_another_version() {
        for text in
            ["88", "\"88", "88\"", "\"a\" \"b\"", "w/\"88\"", "*, \"88\"", "\"a b\"", "'88'", "\"a\"b", "\"a\",b"]
        {
            let problem = Tags::if_match(&request(&[text])).unwrap_err().body("r");
            let error = &problem.errors[0];
            assert_eq!(
                (problem.status, error.place.as_ref(), error.pointer.as_str()),
                (400, "header", "#/If-Match"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_reader_has_a_version_by_weak_comparison() {
        let tags = Tags::parse("W/\"3\", \"4\"").unwrap();
        assert!(tags.has_weakly("\"3\"") && tags.has_weakly("W/\"4\"") && !tags.has_weakly("\"5\""));
    }

    #[test]
    fn a_client_has_an_answer_by_its_tag_or_by_its_date() {
        let answer: HeaderMap = [(ETAG, "\"a\""), (LAST_MODIFIED, "Mon, 30 Nov 2026 03:00:00 GMT")]
            .map(|(name, value)| (name, http::HeaderValue::from_static(value)))
            .into_iter()
            .collect();
        let has = |tags: Option<&str>, since: Option<&str>| {
            let headers = [(IF_NONE_MATCH, tags), (IF_MODIFIED_SINCE, since)].into_iter();
            let request = headers.fold(http::Request::get("/"), |request, (name, value)| match value {
                Some(value) => request.header(name, value),
                None => request,
            });
            Known::of(&request.body(Body::Empty).unwrap()).is_some_and(|known| known.is(&answer))
        };
        for (tags, expected) in
            [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("a", false)]
        {
            assert_eq!(has(Some(tags), None), expected, "{tags}");
        }
        for (since, expected) in [
            ("Mon, 30 Nov 2026 03:00:00 GMT", true),
            ("Mon, 30 Nov 2026 03:00:01 GMT", true),
            ("Mon, 30 Nov 2026 02:59:59 GMT", false),
            ("yesterday", false),
        ] {
            assert_eq!(has(None, Some(since)), expected, "{since}");
        }
        for tags in ["\"b\"", "a"] {
            assert!(!has(Some(tags), Some("Mon, 30 Nov 2026 03:00:00 GMT")), "the tag decides");
        }
        assert!(!has(None, None));
    }
}
