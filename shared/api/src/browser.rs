//! Requests of the app in a browser, whose session is a cookie that no script can read.
//!
//! A browser adds the cookie to each request of the app's own site (`SameSite=Strict`). Two further marks tell the app
//! from a page of another origin: a header that a form can't send and that CORS allows to none, and `Origin`.

use crate::input::Input;
use crate::openapi::{OperationSchema, Registry};
use crate::output::Output;
use crate::problem::{self, Problem};
use domain::core::sensitive::Sensitive;
use lambda_http::http::header::{COOKIE, ORIGIN, SET_COOKIE};
use lambda_http::http::{HeaderMap, HeaderValue};
use lambda_http::{Body, Request, Response};
use serde_json::json;

/// The cookie with the refresh token. A browser takes the prefix from this host alone, with `Secure` and the path `/`
/// (RFC 6265bis, section 4.1.3.2).
const COOKIE_NAME: &str = "__Host-vaidya-session";

/// The seconds for which a browser keeps the cookie: the life of a refresh token of the app's client.
const COOKIE_SECONDS: u32 = 7 * 24 * 60 * 60;

/// The header by which the app marks its requests.
const MARK: &str = "x-vaidya-app";

/// A request that the app made in a browser.
#[derive(Debug)]
pub struct FromApp {
    origin: Option<String>,
    session: Option<Sensitive<String>>,
}

impl FromApp {
    /// Refuses a request that a page of another origin than `app` made.
    ///
    /// # Errors
    /// 403 `foreign-request`.
    pub fn must_be_of(&self, app: &str) -> Result<(), Problem> {
        // A program without a browser sends no Origin. It has no cookie of a browser either.
        match &self.origin {
            Some(origin) if origin != app => Err(Problem::of(&problem::FOREIGN_REQUEST)),
            _ => Ok(()),
        }
    }

    /// The refresh token in the cookie.
    ///
    /// # Errors
    /// 401 `no-session` if the browser sent none.
    pub fn session(&self) -> Result<&Sensitive<String>, Problem> {
        self.session.as_ref().ok_or_else(|| Problem::of(&problem::NO_SESSION))
    }
}

impl Input for FromApp {
    fn read(request: &Request) -> Result<Self, Problem> {
        let headers = request.headers();
        if headers.get(MARK).is_none_or(|mark| mark != "1") {
            return Err(Problem::of(&problem::FOREIGN_REQUEST));
        }
        // An Origin that is no text is none of ours.
        let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or("null").to_owned());
        Ok(FromApp { origin, session: cookie(headers).map(Sensitive::new) })
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.parameters.push(json!({
            "name": "X-Vaidya-App", "in": "header", "required": true,
            "description": "Marks a request of the app. A page of another origin can't send it.",
            "schema": { "type": "string", "enum": ["1"] },
        }));
    }
}

/// The value of the session cookie. Two of the name are none: no browser sends that.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value);
    let value = values.next()?;
    (values.next().is_none() && !value.is_empty()).then(|| value.to_owned())
}

/// An answer that sets or removes the session cookie.
#[derive(Debug)]
pub struct WithSession<O> {
    answer: O,
    session: Option<Sensitive<String>>,
}

impl<O: Output> WithSession<O> {
    /// The answer, and the browser keeps this refresh token.
    pub fn keeping(session: Sensitive<String>, answer: O) -> Self {
        WithSession { answer, session: Some(session) }
    }

    /// The answer, and the browser forgets its refresh token.
    pub fn forgetting(answer: O) -> Self {
        WithSession { answer, session: None }
    }
}

impl<O: Output> Output for WithSession<O> {
    const DISCLOSES: bool = O::DISCLOSES;

    fn respond(self) -> Result<Response<Body>, Problem> {
        let (value, seconds) = self.session.as_ref().map_or(("", 0), |token| (token.expose().as_str(), COOKIE_SECONDS));
        let text = format!("{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
        // The error has no part of the text.
        let mut cookie = HeaderValue::from_str(&text).map_err(Problem::internal)?;
        cookie.set_sensitive(true);
        let mut response = self.answer.respond()?;
        response.headers_mut().append(SET_COOKIE, cookie);
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        O::describe(operation, registry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::NoContent;
    use lambda_http::http;

    fn read(headers: &[(&str, &str)]) -> Result<FromApp, Problem> {
        let request =
            headers.iter().fold(http::Request::post("/"), |request, (name, value)| request.header(*name, *value));
        FromApp::read(&request.body(Body::Empty).unwrap())
    }

    fn status<T>(result: Result<T, Problem>) -> u16 {
        result.map_or_else(|problem| problem.kind.status, |_| 200)
    }

    #[test]
    fn a_request_without_the_mark_of_the_app_is_refused() {
        for headers in
            [&[][..], &[("x-vaidya-app", "0")], &[("x-vaidya-app", "")], &[("origin", "https://app.example.com")]]
        {
            assert_eq!(status(read(headers)), 403, "{headers:?}");
        }
        assert_eq!(status(read(&[("x-vaidya-app", "1")])), 200);
    }

    #[test]
    fn only_the_origin_of_the_app_is_its_own() {
        let app = "https://app.example.com";
        let of = |origin: &str| status(read(&[("x-vaidya-app", "1"), ("origin", origin)]).unwrap().must_be_of(app));
        assert_eq!(of(app), 200);
        for foreign in [
            "null",
            "",
            "https://app.example.com.evil.example",
            "https://evil.example",
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://sub.app.example.com",
        ] {
            assert_eq!(of(foreign), 403, "{foreign}");
        }
        assert_eq!(status(read(&[("x-vaidya-app", "1")]).unwrap().must_be_of(app)), 200);
    }

    #[test]
    fn the_cookie_is_found_among_others_and_only_once() {
        let of = |cookies: &[&str]| {
            let headers: Vec<_> =
                [("x-vaidya-app", "1")].into_iter().chain(cookies.iter().map(|c| ("cookie", *c))).collect();
            read(&headers).unwrap().session().map(|token| token.expose().clone()).ok()
        };
        assert_eq!(of(&["a=b; __Host-vaidya-session=x.y-z=; c=d"]).as_deref(), Some("x.y-z="));
        assert_eq!(of(&["a=b", "__Host-vaidya-session=x"]).as_deref(), Some("x"));
        for none in [
            &["__Host-vaidya-session=x; __Host-vaidya-session=y"][..],
            &["__Host-vaidya-session="],
            &["vaidya-session=x"],
            &["__host-vaidya-session=x"],
            &[],
        ] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }

    #[test]
    fn the_cookie_is_for_this_host_over_tls_without_scripts_and_without_other_sites() {
        let set = |with: WithSession<NoContent>| {
            let response = with.respond().unwrap();
            response.headers()[SET_COOKIE].to_str().unwrap().to_owned()
        };
        assert_eq!(
            set(WithSession::keeping(Sensitive::new("x.y".to_owned()), NoContent)),
            "__Host-vaidya-session=x.y; Path=/; Max-Age=604800; Secure; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            set(WithSession::forgetting(NoContent)),
            "__Host-vaidya-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"
        );
        let broken = WithSession::keeping(Sensitive::new("x\ny".to_owned()), NoContent).respond().unwrap_err();
        assert_eq!(broken.kind.status, 500);
    }
}
