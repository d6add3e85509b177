//! The answers of a handler, and their form on the wire.

use crate::disclosure::{Disclosed, Health, Open, View};
use crate::openapi::{OperationSchema, Registry};
use crate::problem::{self, Problem};
use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use lambda_http::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LAST_MODIFIED,
    LOCATION, REFERRER_POLICY,
};
use lambda_http::http::{HeaderName, HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use std::marker::PhantomData;
use storage::{Answer, Committed, Earlier};
use utoipa::ToSchema;

/// A type that can be sent as an answer.
pub trait Output: Send {
    /// Whether the answer holds health or personal data.
    const DISCLOSES: bool = false;

    /// Makes the HTTP response.
    ///
    /// # Errors
    /// 500 if the answer can't be serialised.
    fn respond(self) -> Result<Response<Body>, Problem>;

    /// Adds the answer to the operation's description.
    fn describe(operation: &mut OperationSchema, registry: &mut Registry);
}

/// The entity tag of a version.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

fn json(status: StatusCode, body: String, headers: &[(HeaderName, String)]) -> Result<Response<Body>, Problem> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(Problem::internal)?);
    }
    Ok(response)
}

/// 200 with a view of open data.
#[derive(Debug)]
pub struct Ok200<T> {
    view: T,
    version: Option<u64>,
    cache_seconds: Option<u32>,
}

impl<T: View<Data = Open>> Ok200<T> {
    /// An answer with this view, which no client may cache.
    pub fn new(view: T) -> Self {
        Ok200 { view, version: None, cache_seconds: None }
    }

    /// Adds the version that the `ETag` header names.
    #[must_use]
    pub fn tagged(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// Lets the client cache the answer for `seconds`.
    #[must_use]
    pub fn cacheable(mut self, seconds: u32) -> Self {
        self.cache_seconds = Some(seconds);
        self
    }
}

impl<T: View<Data = Open> + ToSchema + Send> Output for Ok200<T> {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut headers = vec![];
        if let Some(version) = self.version {
            headers.push((ETAG, etag(version)));
        }
        if let Some(seconds) = self.cache_seconds {
            headers.push((CACHE_CONTROL, format!("private, max-age={seconds}")));
        }
        json(StatusCode::OK, serde_json::to_string(&self.view).map_err(Problem::internal)?, &headers)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.answer = Some((200, Some(registry.reference::<T>())));
    }
}

impl<T: View<Data = Health> + ToSchema + Send> Output for Disclosed<T> {
    const DISCLOSES: bool = true;

    fn respond(self) -> Result<Response<Body>, Problem> {
        let (view, version) = self.into_parts();
        let headers: Vec<_> = version.map(|version| (ETAG, etag(version))).into_iter().collect();
        json(StatusCode::OK, serde_json::to_string(&view).map_err(Problem::internal)?, &headers)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.answer = Some((200, Some(registry.reference::<T>())));
    }
}

/// 200 with a view of health or personal data, or 304 for a client that has it as it is. [`crate::Context`] makes it.
#[derive(Debug)]
pub struct Polled<T> {
    /// `None` for a client that has the view already.
    shown: Option<Disclosed<T>>,
    tag: String,
}

impl<T> Polled<T> {
    pub(crate) fn shown(shown: Disclosed<T>, tag: String) -> Self {
        Polled { shown: Some(shown), tag }
    }

    pub(crate) fn unchanged(tag: String) -> Self {
        Polled { shown: None, tag }
    }
}

impl<T: View<Data = Health> + ToSchema + Send> Output for Polled<T> {
    const DISCLOSES: bool = true;

    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut response = match self.shown {
            Some(shown) => shown.respond()?,
            None => {
                let mut response = Response::new(Body::Empty);
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                response
            }
        };
        response.headers_mut().insert(ETAG, HeaderValue::from_str(&self.tag).map_err(Problem::internal)?);
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        Disclosed::<T>::describe(operation, registry);
    }
}

/// 201 with a view and the address of the created resource. The idempotency record keeps the answer.
#[derive(Debug)]
pub struct Created<T> {
    answer: Answer,
    view: PhantomData<fn() -> T>,
}

impl<T: View<Data = Open>> Created<T> {
    /// The answer to a creation, with the address and the version of the created resource.
    ///
    /// # Errors
    /// 500 if the view can't be serialised.
    pub fn new(location: String, version: u64, view: &T) -> Result<Self, Problem> {
        let body = serde_json::to_string(view).map_err(Problem::internal)?;
        Ok(Created::replay(Answer { status: 201, body, location: Some(location), etag: Some(etag(version)) }))
    }

    /// The answer that the same request received before.
    fn replay(answer: Answer) -> Self {
        Created { answer, view: PhantomData }
    }

    /// The answer that the same request received before.
    ///
    /// # Errors
    /// 422 if the key belongs to another request.
    pub fn earlier(found: Earlier) -> Result<Self, Problem> {
        match found {
            Earlier::Same(answer) => Ok(Created::replay(answer)),
            Earlier::Other => Err(Problem::of(&problem::IDEMPOTENCY_KEY_REUSED)),
        }
    }

    /// The answer after the write: this one, or the one that the same request received before.
    ///
    /// # Errors
    /// 422 if the key belongs to another request.
    pub fn once(self, written: Committed) -> Result<Self, Problem> {
        match written {
            Committed::Fresh => Ok(self),
            Committed::Replayed(answer) => Ok(Created::replay(answer)),
            Committed::KeyReused => Err(Problem::of(&problem::IDEMPOTENCY_KEY_REUSED)),
        }
    }

    /// The answer that the idempotency record keeps.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }
}

impl<T: View<Data = Open> + ToSchema> Output for Created<T> {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let status = StatusCode::from_u16(self.answer.status).map_err(Problem::internal)?;
        let mut headers = vec![];
        headers.extend(self.answer.location.map(|location| (LOCATION, location)));
        headers.extend(self.answer.etag.map(|etag| (ETAG, etag)));
        json(status, self.answer.body, &headers)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.answer = Some((201, Some(registry.reference::<T>())));
    }
}

/// 202: the request was accepted. The answer does not tell whether it has an effect.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

impl<T: View<Data = Open> + ToSchema + Send> Output for Accepted<T> {
    fn respond(self) -> Result<Response<Body>, Problem> {
        json(StatusCode::ACCEPTED, serde_json::to_string(&self.0).map_err(Problem::internal)?, &[])
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.answer = Some((202, Some(registry.reference::<T>())));
    }
}

/// 204: the operation is done; the answer has no body.
#[derive(Debug)]
pub struct NoContent;

impl Output for NoContent {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::NO_CONTENT;
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.answer = Some((204, None));
    }
}

/// A calendar (RFC 5545), for each client that knows its secret address. Caches keep it only to ask whether it changed.
#[derive(Debug)]
pub struct Calendar {
    text: String,
    etag: String,
    changed: Timestamp,
}

impl Calendar {
    /// A calendar that last changed at `changed`.
    pub fn new(text: String, changed: Timestamp) -> Self {
        let etag = etag_of(&text);
        Calendar { text, etag, changed }
    }
}

/// The entity tag of a representation whose state is this text.
pub(crate) fn etag_of(state: &str) -> String {
    let hash: String = digest(&SHA256, state.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

/// An instant as HTTP writes it: `Mon, 30 Nov 2026 03:00:00 GMT`.
fn http_date(at: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}

impl Output for Calendar {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut response = Response::new(Body::from(self.text));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
        headers.insert(ETAG, HeaderValue::from_str(&self.etag).map_err(Problem::internal)?);
        let changed = http_date(self.changed);
        headers.insert(LAST_MODIFIED, HeaderValue::from_str(&changed).map_err(Problem::internal)?);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.answer = Some((200, None));
    }
}

/// 200 with a PDF of health or personal data.
#[derive(Debug)]
pub struct Pdf {
    bytes: Vec<u8>,
    name: String,
}

impl Pdf {
    /// Prints a disclosed view. `print` returns the PDF and its file name (letters, digits, hyphens and a full stop).
    ///
    /// # Errors
    /// Those of `print`.
    pub fn of<T>(
        shown: Disclosed<T>,
        print: impl FnOnce(&T) -> Result<(Vec<u8>, String), Problem>,
    ) -> Result<Self, Problem> {
        let (bytes, name) = print(&shown.into_parts().0)?;
        Ok(Pdf { bytes, name })
    }
}

impl Output for Pdf {
    const DISCLOSES: bool = true;

    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut response = Response::new(Body::Binary(self.bytes));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Problem::internal)?);
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.answer = Some((200, None));
    }
}

/// The time for which caches may keep a public document or page.
const FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A public JSON document that is the same for every client.
#[derive(Debug)]
pub struct Document(pub &'static str);

impl Output for Document {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut response = Response::new(Body::from(self.0));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, FIVE_MINUTES);
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.answer = Some((200, None));
    }
}

/// A public page that is the same for every client.
#[derive(Debug)]
pub struct Page {
    /// The HTML of the page.
    pub html: std::borrow::Cow<'static, str>,
    /// The directives of the content security policy that allow resources and scripts. The page may load nothing else.
    pub allows: &'static str,
}

impl Output for Page {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let policy =
            format!("default-src 'none'; {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", self.allows);
        let mut response = Response::new(Body::from(self.html.into_owned()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, FIVE_MINUTES);
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(Problem::internal)?);
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.answer = Some((200, None));
    }
}

/// A public file that a page loads, compressed.
///
/// It is sent as it is stored: every browser reads gzip.
#[derive(Debug)]
pub struct Asset {
    /// The media type, such as `text/css; charset=utf-8`.
    pub media_type: &'static str,
    /// The content of the file, compressed by gzip.
    pub gzip: &'static [u8],
}

impl Output for Asset {
    fn respond(self) -> Result<Response<Body>, Problem> {
        let mut response = Response::new(Body::Binary(self.gzip.to_vec()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        // New content has a new address. During a deployment, an address can return the content of the other version:
        // the client keeps that for a day at most.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
        Ok(response)
    }

    fn describe(operation: &mut OperationSchema, _: &mut Registry) {
        operation.answer = Some((200, None));
    }
}
