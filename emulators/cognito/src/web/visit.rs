//! A request to the hosted domain, taken apart: parameters, form, cookies. It decides nothing.

use aws_lc_rs::constant_time;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};

use super::CSRF_COOKIE;

/// Parameters in their order. Of a repeated one, nothing is read: RFC 6749 forbids repetition, and two readers
/// that each take another one is how checks are got round.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    fn parse(text: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(text).unwrap_or_default())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let value = values.next()?;
        if values.next().is_some() { None } else { Some(value) }
    }

    /// The value, or nothing when it is missing: what a form field is when someone left it out.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }
}

pub struct Visit {
    pub method: Method,
    pub path: String,
    pub query: Params,
    pub form: Params,
    headers: HeaderMap,
}

impl Visit {
    pub fn of(request: &Request<Bytes>) -> Self {
        let is_form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: Params::parse(request.uri().query().unwrap_or_default().as_bytes()),
            form: if is_form { Params::parse(request.body()) } else { Params::default() },
            headers: request.headers().clone(),
        }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        let values = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(given, value)| (given == name).then_some(value))
    }

    pub fn has_authorization(&self) -> bool {
        self.headers.contains_key(header::AUTHORIZATION)
    }

    pub fn bearer(&self) -> Option<&str> {
        let value = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }

    /// The CSRF token that this browser holds, if it is one of ours by its form.
    pub fn csrf(&self) -> Option<&str> {
        let ours = |value: &&str| {
            value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        self.cookie(CSRF_COOKIE).filter(ours)
    }

    /// Whether the form was served to this browser: its hidden field repeats the cookie, which no other site can read.
    pub fn is_from_our_form(&self) -> bool {
        self.csrf().is_some_and(|cookie| {
            constant_time::verify_slices_are_equal(cookie.as_bytes(), self.form.text("_csrf").as_bytes()).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_is_not_read() {
        let params = Params::parse(b"a=1&b=2&a=3&c=%20x");
        assert_eq!((params.get("a"), params.get("b"), params.get("c")), (None, Some("2"), Some(" x")));
    }

    #[test]
    fn a_form_counts_as_ours_only_with_the_cookie_s_token() {
        let token = "x".repeat(43);
        let visit = |cookie: &str, field: &str| {
            let request = Request::builder()
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", format!("other=1; XSRF-TOKEN={cookie}"))
                .body(Bytes::from(format!("_csrf={field}")))
                .unwrap();
            Visit::of(&request).is_from_our_form()
        };
        assert!(visit(&token, &token));
        assert!(!visit(&token, &"y".repeat(43)));
        assert!(!visit(&token, ""));
        assert!(!visit("", ""), "an empty pair is no proof");
    }
}
