//! The HTTP API: the JWT authorizer, CORS, and the call of the function behind a route.
//!
//! Requests that API Gateway answers without a function get the same answers here, with the same bodies.

use crate::payload::{self, refusal, respond};
use crate::stack::Stack;
use bytes::Bytes;
use http::header::{AUTHORIZATION, ORIGIN};
use http::{HeaderValue, Method, Request, Response, StatusCode};

/// The largest payload that an HTTP API accepts, in bytes.
const MAX_PAYLOAD: usize = 10 * 1024 * 1024;

/// Answers a request to the API.
pub async fn answer(stack: &Stack, request: Request<Bytes>) -> Response<Bytes> {
    let origin = request.headers().get(ORIGIN).cloned().filter(|origin| stack.allows_origin(origin));
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight { status(StatusCode::NO_CONTENT) } else { route(stack, request).await };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", origin);
        headers.insert("vary", HeaderValue::from_static("origin"));
        let cors = &stack.template().cors;
        let listed =
            |names: &[String]| HeaderValue::from_str(&names.join(",")).expect("the template's lists are words");
        headers.insert("access-control-expose-headers", listed(&cors.exposed));
        if preflight {
            headers.insert("access-control-allow-methods", listed(&cors.methods));
            headers.insert("access-control-allow-headers", listed(&cors.headers));
            headers.insert("access-control-max-age", HeaderValue::from(cors.max_age));
        }
    }
    response
}

fn status(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

async fn route(stack: &Stack, request: Request<Bytes>) -> Response<Bytes> {
    let Some((route, function, parameters)) = stack.routes().find(request.method(), request.uri().path()) else {
        return refusal(StatusCode::NOT_FOUND, "Not Found");
    };
    if request.body().len() > MAX_PAYLOAD {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    }
    let claims = if route.authorized {
        match bearer(&request).and_then(|token| stack.verify(token)) {
            Some(claims) => Some(claims),
            None => {
                let mut response = refusal(StatusCode::UNAUTHORIZED, "Unauthorized");
                response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer"));
                return response;
            }
        }
    } else {
        None
    };
    let request_id = stack.request_id();
    let event = payload::event(route, &parameters, claims, &request, stack.now(), &request_id);
    match stack.invoke(function, &event.to_string(), &request_id).await {
        Ok(answer) => respond(&answer),
        Err(error) => {
            tracing::error!(function, error, "an invocation failed");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }
    }
}

fn bearer(request: &Request<Bytes>) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
