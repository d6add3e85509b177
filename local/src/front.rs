//! The HTTP API: routes, the JWT authorizer, CORS, and the events that a function gets.
//!
//! It answers by itself what API Gateway answers by itself, with the same bodies, and hands claims on as API Gateway does: as strings.

use crate::stack::Stack;
use crate::template::{Route, Template};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What an HTTP API accepts at most, in bytes.
const MAX_PAYLOAD: usize = 10 * 1024 * 1024;

/// The routes, and the function behind each.
#[derive(Debug)]
pub struct Routes {
    rows: Vec<(Route, String)>,
}

impl Routes {
    /// The routes of the template.
    pub fn of(template: &Template) -> Self {
        let mut rows: Vec<_> = template
            .functions
            .iter()
            .flat_map(|(id, stanza)| stanza.routes.iter().map(move |route| (route.clone(), id.clone())))
            .collect();
        // The most specific route wins: a fixed segment before a parameter.
        rows.sort_by_key(|(route, _)| (route.path.matches('{').count(), route.path.clone()));
        Routes { rows }
    }

    fn find(&self, method: &Method, path: &str) -> Option<(&Route, &str, BTreeMap<String, String>)> {
        self.rows.iter().find_map(|(route, function)| {
            let parameters = capture(&route.path, path)?;
            (route.method == method.as_str()).then_some((route, function.as_str(), parameters))
        })
    }
}

fn capture(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (expected, found) in pattern.iter().zip(path) {
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !found.is_empty() => {
                parameters.insert(name.to_owned(), percent_decoded(found));
            }
            None if *expected == found => {}
            _ => return None,
        }
    }
    Some(parameters)
}

fn percent_decoded(text: &str) -> String {
    // A parameter of the path is not a form: `+` is a plus.
    let pair = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

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

/// A refusal of the gateway itself.
fn refusal(code: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
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
    let event = event(stack, route, &parameters, claims, &request, &request_id);
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

/// Claims as API Gateway passes them on: everything is text, a list is its words in brackets, nulls are dropped.
fn stringified(claims: &Map<String, Value>) -> Map<String, Value> {
    claims
        .iter()
        .filter_map(|(name, value)| {
            let text = match value {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                Value::Array(values) => {
                    let words: Vec<_> =
                        values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
                    format!("[{}]", words.join(" "))
                }
                other => other.to_string(),
            };
            Some((name.clone(), Value::String(text)))
        })
        .collect()
}

/// The headers and body of a payload of format 2.0.
fn payload_parts(request: &Request<Bytes>) -> (Map<String, Value>, Value, bool) {
    let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in request.headers() {
        headers.entry(name.as_str()).or_default().push(String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    let headers =
        headers.into_iter().map(|(name, values)| (name.to_owned(), Value::String(values.join(",")))).collect();
    let body = request.body();
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let textual = media_type.starts_with("text/")
        || ["application/json", "application/xml", "application/javascript"].iter().any(|t| media_type.starts_with(t));
    match std::str::from_utf8(body) {
        _ if body.is_empty() => (headers, Value::Null, false),
        Ok(text) if textual => (headers, Value::String(text.to_owned()), false),
        _ => (headers, Value::String(STANDARD.encode(body)), true),
    }
}

fn event(
    stack: &Stack,
    route: &Route,
    parameters: &BTreeMap<String, String>,
    claims: Option<Map<String, Value>>,
    request: &Request<Bytes>,
    request_id: &str,
) -> Value {
    let (headers, body, base64) = payload_parts(request);
    let query = request.uri().query().unwrap_or_default();
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        values.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    let now = stack.now();
    let route_key = format!("{} {}", route.method, route.path);
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.uri().path(),
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "127.0.0.1",
            "domainPrefix": "local",
            "http": {
                "method": request.method().as_str(),
                "path": request.uri().path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers_text(request, "user-agent"),
            },
            "requestId": request_id,
            "routeKey": route_key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": base64,
    });
    if !body.is_null() {
        event["body"] = body;
    }
    if !values.is_empty() {
        event["queryStringParameters"] =
            values.into_iter().map(|(name, values)| (name, Value::String(values.join(",")))).collect();
    }
    if !parameters.is_empty() {
        event["pathParameters"] = json!(parameters);
    }
    if let Some(claims) = claims {
        event["requestContext"]["authorizer"] = json!({ "jwt": { "claims": stringified(&claims), "scopes": null } });
    }
    event
}

fn headers_text(request: &Request<Bytes>, name: &str) -> String {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The event that a Lambda URL hands to its function.
pub fn url_event(stack: &Stack, request: &Request<Bytes>, request_id: &str) -> Value {
    let (headers, body, base64) = payload_parts(request);
    let now = stack.now();
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.uri().path(),
        "rawQueryString": request.uri().query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": "local.lambda-url.ap-south-1.on.aws",
            "domainPrefix": "local",
            "http": {
                "method": request.method().as_str(),
                "path": request.uri().path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers_text(request, "user-agent"),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "body": body,
        "isBase64Encoded": base64,
    })
}

/// The response that a function's answer asks for.
pub fn respond(answer: &str) -> Response<Bytes> {
    let Ok(answer) = serde_json::from_str::<Value>(answer) else {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    };
    let text = answer["body"].as_str().unwrap_or_default();
    let body = if answer["isBase64Encoded"] == true {
        STANDARD.decode(text).unwrap_or_default()
    } else {
        text.as_bytes().to_vec()
    };
    let mut response = Response::new(Bytes::from(body));
    let code = answer["statusCode"]
        .as_u64()
        .and_then(|code| u16::try_from(code).ok())
        .and_then(|code| StatusCode::from_u16(code).ok());
    *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for headers in [&answer["headers"], &answer["multiValueHeaders"]] {
        for (name, value) in headers.as_object().into_iter().flatten() {
            let value = value.as_str().or_else(|| value.get(0).and_then(Value::as_str)).unwrap_or_default();
            if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_become_strings() {
        let claims =
            json!({"sub": "a", "exp": 7, "cognito:groups": ["admin", "doctor"], "email_verified": true, "none": null});
        let text = stringified(claims.as_object().unwrap());
        assert_eq!(text["cognito:groups"], "[admin doctor]");
        assert_eq!(text["exp"], "7");
        assert_eq!(text["email_verified"], "true");
        assert!(!text.contains_key("none"));
    }

    #[test]
    fn a_path_is_captured_segment_by_segment() {
        let captured = capture("/v1/doctors/{doctorId}/slots/{slotId}", "/v1/doctors/a%20b/slots/c+d").unwrap();
        assert_eq!(captured["doctorId"], "a b");
        assert_eq!(captured["slotId"], "c+d");
        assert!(capture("/v1/doctors/{doctorId}", "/v1/doctors/").is_none());
        assert!(capture("/v1/doctors/{doctorId}", "/v1/doctors/a/b").is_none());
    }
}
