//! What the API answered, and what a test expects of it. An expectation that is not met says what was asked and what came.

use api::problem::TYPES;
use bytes::Bytes;
use http::Response;
use serde_json::Value;

/// An answer. It must be used: a request without a check of its answer proves nothing.
#[must_use]
#[derive(Debug, Clone)]
pub struct Reply {
    asked: String,
    response: Response<Bytes>,
}

impl Reply {
    pub(crate) fn new(asked: String, response: Response<Bytes>) -> Self {
        Reply { asked, response }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The names of all headers.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        self.response.headers().keys().map(http::HeaderName::as_str)
    }

    /// The body as it came.
    pub fn body(&self) -> &[u8] {
        self.response.body()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.response.body()).into_owned()
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(self.response.body()).unwrap_or_default()
    }

    #[track_caller]
    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status(), status, "{} was answered with {}", self.asked, self.text());
        self
    }

    /// 200 with a body.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200).json()
    }

    /// 201 with a body and the address of what was made.
    #[track_caller]
    pub fn created(self) -> Value {
        let reply = self.expect(201);
        assert!(reply.header("location").is_some(), "{} names no location", reply.asked);
        reply.json()
    }

    /// 202.
    #[track_caller]
    pub fn accepted(self) -> Value {
        self.expect(202).json()
    }

    /// 204 without a body.
    #[track_caller]
    pub fn no_content(self) {
        let reply = self.expect(204);
        assert_eq!(reply.text(), "", "{}", reply.asked);
    }

    /// A refusal of this type, well-formed in all its parts.
    #[track_caller]
    pub fn problem(self, slug: &str) -> Value {
        let kind = TYPES.iter().find(|kind| kind.slug == slug).unwrap_or_else(|| panic!("there is no problem {slug}"));
        let text = self.text();
        let body = self.json();
        assert_eq!(
            body["type"],
            format!("/problems/{slug}"),
            "{} was answered with {} {text}",
            self.asked,
            self.status()
        );
        assert_eq!(self.status(), kind.status, "{}: {text}", self.asked);
        assert_eq!(body["status"], kind.status, "{}: {text}", self.asked);
        assert_eq!(body["title"], kind.title, "{}: {text}", self.asked);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.asked);
        let id = self.header("x-request-id").unwrap_or_default();
        assert_eq!(body["instance"], format!("urn:request:{id}"), "{}", self.asked);
        body
    }

    /// A 422 that points at exactly these fields.
    #[track_caller]
    pub fn invalid(self, pointers: &[&str]) {
        let asked = self.asked.clone();
        let body = self.problem("invalid-request");
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let found: Vec<&str> = errors.iter().filter_map(|error| error["pointer"].as_str()).collect();
        assert_eq!(found, pointers, "{asked}: {body}");
    }

    /// A refusal of the gateway itself, which has its own body.
    #[track_caller]
    pub fn gateway_refusal(self, status: u16) {
        let reply = self.expect(status);
        assert!(reply.json()["message"].is_string(), "{}: {}", reply.asked, reply.text());
    }
}
