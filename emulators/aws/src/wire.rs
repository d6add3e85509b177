//! Common parts of AWS's JSON protocols: targets, answers, errors, request ids.
//!
//! The module knows no service.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The JSON protocol of a service, which shows in the content type of the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Protocol {
    Json10,
    Json11,
}

impl Protocol {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json10 => "application/x-amz-json-1.0",
            Self::Json11 => "application/x-amz-json-1.1",
        }
    }

    /// A success.
    pub(crate) fn ok(self, body: &Value) -> Response<Bytes> {
        self.answer(StatusCode::OK, body.to_string())
    }

    /// An answer whose JSON exists already.
    pub(crate) fn answer(self, status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
        respond(status, self.content_type(), body.into())
    }

    /// The refusal of a request, as the service words it.
    pub(crate) fn refuse(self, refusal: &Refusal) -> Response<Bytes> {
        let body = json!({ "__type": refusal.kind, "message": refusal.message });
        self.answer(refusal.status, body.to_string())
    }
}

/// An error of a service, before it is put on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The `__type`, with or without the service's namespace.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) status: StatusCode,
}

impl Refusal {
    /// The caller's fault: 400.
    pub(crate) fn of(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), status: StatusCode::BAD_REQUEST }
    }

    /// Our fault: 500.
    pub(crate) fn internal(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), status: StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// An operation that the service does not have, or that is not emulated.
    pub(crate) fn unknown_operation(target: &str) -> Self {
        Self::of("UnknownOperationException", format!("The operation {target:?} is not emulated."))
    }
}

/// The operation that `X-Amz-Target` names, without the service's prefix; the whole header for messages.
pub(crate) fn target<'a>(headers: &'a HeaderMap, prefixes: &[&str]) -> Result<&'a str, Refusal> {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    prefixes.iter().find_map(|prefix| target.strip_prefix(prefix)).ok_or_else(|| Refusal::unknown_operation(target))
}

/// Reads a request's body. AWS answers malformed JSON and wrong types with `SerializationException`.
pub(crate) fn parse<T: DeserializeOwned>(request: &Request<Bytes>) -> Result<T, Refusal> {
    serde_json::from_slice(request.body()).map_err(|error| Refusal::of("SerializationException", error.to_string()))
}

/// An answer with the headers that AWS always sends.
pub(crate) fn respond(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("content-type", content_type)
        .header("x-amzn-requestid", request_id())
        .body(body)
        .expect("a status, two valid headers and a body make a response")
}

/// A request id: counted, since nothing may depend on its value.
pub(crate) fn request_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("00000000-0000-4000-8000-{:012x}", NEXT.fetch_add(1, Ordering::Relaxed))
}
