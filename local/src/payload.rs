//! The events that API Gateway and Lambda URLs hand to a function, and the responses that its answers ask for.

use crate::template::Route;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderValue, Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A refusal of the gateway itself.
pub fn refusal(code: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": message }).to_string()));
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
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

/// The cookies of a request. A payload of format 2.0 has them beside the headers.
fn cookies(request: &Request<Bytes>) -> Vec<String> {
    let texts = request.headers().get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(';')).map(|pair| pair.trim().to_owned()).filter(|pair| !pair.is_empty()).collect()
}

/// The headers and body of a payload of format 2.0.
fn payload_parts(request: &Request<Bytes>) -> (Map<String, Value>, Value, bool) {
    let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in request.headers().iter().filter(|(name, _)| *name != COOKIE) {
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

/// The event that a route of the HTTP API hands to its function.
pub fn event(
    route: &Route,
    parameters: &BTreeMap<String, String>,
    claims: Option<Map<String, Value>>,
    request: &Request<Bytes>,
    now: Timestamp,
    request_id: &str,
) -> Value {
    let (headers, body, base64) = payload_parts(request);
    let query = request.uri().query().unwrap_or_default();
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        values.entry(name.into_owned()).or_default().push(value.into_owned());
    }
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
    let cookies = cookies(request);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
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
pub fn url_event(request: &Request<Bytes>, now: Timestamp, request_id: &str) -> Value {
    let (headers, body, base64) = payload_parts(request);
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
    for cookie in answer["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_travel_beside_the_headers_in_both_directions() {
        let request = Request::post("/v1/session").header("cookie", "a=1; b=2").header("cookie", "c=3");
        let request = request.body(Bytes::new()).unwrap();
        assert_eq!(cookies(&request), ["a=1", "b=2", "c=3"]);
        assert!(!payload_parts(&request).0.contains_key("cookie"));
        let answer =
            json!({ "statusCode": 200, "headers": { "x": "y" }, "cookies": ["a=1; Path=/", "b=2"], "body": "" });
        let response = respond(&answer.to_string());
        let set: Vec<_> = response.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(set, ["a=1; Path=/", "b=2"]);
    }

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
}
