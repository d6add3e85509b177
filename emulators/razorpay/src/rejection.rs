//! Razorpay's error answers: a status and the body `{"error": {code, description, source, step, reason, metadata, field?}}`.
//!
//! Descriptions follow the real ones where they are documented or seen in issue threads. Callers should
//! depend on the status and `code` alone, as with the real API.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

/// A refusal of the API. `code` is `BAD_REQUEST_ERROR`, `SERVER_ERROR` or `GATEWAY_ERROR`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct Rejection {
    /// The HTTP status that carries it.
    pub status: StatusCode,
    /// The class of the error.
    pub code: &'static str,
    /// For people.
    pub description: String,
    /// The parameter that is wrong, where one is.
    pub field: Option<&'static str>,
    source_name: &'static str,
    step: &'static str,
    reason: &'static str,
}

impl Rejection {
    /// 400: the request makes no sense in this state.
    pub(crate) fn bad_request(description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "BAD_REQUEST_ERROR",
            description: description.into(),
            field: None,
            source_name: "business",
            step: "payment_initiation",
            reason: "input_validation_failed",
        }
    }

    /// 400: one parameter is wrong.
    pub(crate) fn field(field: &'static str, description: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::bad_request(description) }
    }

    /// 400, as Razorpay answers for unknown identifiers. It is not a 404.
    pub(crate) fn unknown_id() -> Self {
        Self::bad_request("The id provided does not exist")
    }

    /// 400, as Razorpay answers for unknown paths. It is not a 404 either.
    pub(crate) fn unknown_url() -> Self {
        Self::anywhere(StatusCode::BAD_REQUEST, "BAD_REQUEST_ERROR", "The requested URL was not found on the server.")
    }

    /// 401: no credentials, or wrong ones.
    pub(crate) fn unauthenticated(description: &str) -> Self {
        Self::anywhere(StatusCode::UNAUTHORIZED, "BAD_REQUEST_ERROR", description)
    }

    /// 409: a request with this key is still running.
    pub(crate) fn in_progress() -> Self {
        Self::anywhere(
            StatusCode::CONFLICT,
            "BAD_REQUEST_ERROR",
            "Request failed because another request is in progress with the same idempotency key",
        )
    }

    /// 503: nothing was done.
    pub(crate) fn unavailable() -> Self {
        let description = "We are facing some trouble completing your request at the moment. Please try again shortly.";
        Self::anywhere(StatusCode::SERVICE_UNAVAILABLE, "SERVER_ERROR", description)
    }

    /// 504: whether anything was done is not known.
    pub(crate) fn timed_out() -> Self {
        Self::anywhere(StatusCode::GATEWAY_TIMEOUT, "GATEWAY_ERROR", "The gateway request timed out")
    }

    /// The same refusal under another status.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn anywhere(status: StatusCode, code: &'static str, description: &str) -> Self {
        Self { status, code, source_name: "NA", step: "NA", reason: "NA", ..Self::bad_request(description) }
    }

    /// The body as documented; `field` is present only if a parameter is wrong.
    pub fn body(&self) -> Value {
        let mut error = json!({
            "code": self.code,
            "description": self.description,
            "source": self.source_name,
            "step": self.step,
            "reason": self.reason,
            "metadata": {},
        });
        if let Some(field) = self.field {
            error["field"] = json!(field);
        }
        json!({ "error": error })
    }

    pub(crate) fn response(&self) -> Response<Bytes> {
        let mut response = json_response(self.status, &self.body());
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"Razorpay\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// An answer of the API.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    response
}
