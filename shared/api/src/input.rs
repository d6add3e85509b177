//! The input of a handler: body, path, query, or a pair of them, read and refused in one place.
//!
//! Reading has two steps. Here a request becomes a typed value, or a refusal that points at the field (400 for a body
//! that is not JSON, 422 for a field that is missing, unknown or of the wrong type). The handler then applies the rules
//! of the domain, through [`crate::problem::Fields`].

use crate::openapi::{OperationSchema, Registry};
use crate::problem::{self, FieldError, Problem};
use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::{Request, RequestExt};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A type that is read from a request.
pub trait Input: Sized + Send {
    /// Reads the input.
    ///
    /// # Errors
    /// 400, 415 or 422.
    fn read(request: &Request) -> Result<Self, Problem>;

    /// Adds the input to the operation's description.
    fn describe(operation: &mut OperationSchema, registry: &mut Registry);
}

/// No input.
impl Input for () {
    fn read(_: &Request) -> Result<Self, Problem> {
        Ok(())
    }
    fn describe(_: &mut OperationSchema, _: &mut Registry) {}
}

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// The parameters of the path, as a struct with a field of the same name for each.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// The parameters of the query, as a struct with a field of the same name for each.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + ToSchema + Send> Input for Json<T> {
    fn read(request: &Request) -> Result<Self, Problem> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let without_parameters = media_type.split(';').next().unwrap_or_default().trim();
        if !without_parameters.eq_ignore_ascii_case("application/json") {
            return Err(Problem::of(&problem::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes: &[u8] = request.body();
        // Syntax first, so that the answer tells a wrong field from a broken document.
        if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            return Err(Problem::of(&problem::INVALID_JSON).detail(format!(
                "line {}, column {}",
                error.line(),
                error.column()
            )));
        }
        let reader = &mut serde_json::Deserializer::from_slice(bytes);
        serde_path_to_error::deserialize(reader).map(Json).map_err(|error| {
            let path = json_pointer(error.path());
            Problem::invalid(vec![field_error("body", &path, error.inner())])
        })
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.body = Some(registry.reference::<T>());
    }
}

impl<T: DeserializeOwned + ToSchema + Send> Input for Path<T> {
    fn read(request: &Request) -> Result<Self, Problem> {
        let parameters = request.path_parameters();
        let pairs: BTreeMap<&str, &str> = parameters.iter().collect();
        read_pairs("path", &pairs).map(Path)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.parameters.extend(registry.parameters::<T>("path"));
    }
}

impl<T: DeserializeOwned + ToSchema + Send> Input for Query<T> {
    fn read(request: &Request) -> Result<Self, Problem> {
        let parameters = request.query_string_parameters();
        let pairs: BTreeMap<&str, &str> = parameters.iter().collect();
        read_pairs("query", &pairs).map(Query)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.parameters.extend(registry.parameters::<T>("query"));
    }
}

impl<A: Input, B: Input> Input for (A, B) {
    fn read(request: &Request) -> Result<Self, Problem> {
        // The path first: it names the resource that the body is about.
        Ok((A::read(request)?, B::read(request)?))
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        A::describe(operation, registry);
        B::describe(operation, registry);
    }
}

/// Parameters are text. A struct of them is read from text values; its fields parse numbers and ids from text.
fn read_pairs<T: DeserializeOwned>(place: &'static str, pairs: &BTreeMap<&str, &str>) -> Result<T, Problem> {
    let encoded = serde_urlencoded::to_string(pairs).map_err(Problem::internal)?;
    let reader = serde_urlencoded::Deserializer::new(url_pairs(&encoded));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = json_pointer(error.path());
        Problem::invalid(vec![field_error(place, &path, error.inner())])
    })
}

fn url_pairs(encoded: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(encoded.as_bytes())
}

fn json_pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            serde_path_to_error::Segment::Seq { index } => Some(format!("/{index}")),
            serde_path_to_error::Segment::Map { key } => Some(format!("/{}", escape(key))),
            serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => None,
        })
        .collect()
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Serde's messages name missing and unknown fields in their text only, and quote wrong values. The name goes into the
/// pointer; the value is left out.
fn field_error(place: &'static str, path: &str, error: &impl std::fmt::Display) -> FieldError {
    let text = error.to_string();
    let quoted = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let (pointer, detail) = if let Some(name) = quoted("missing field `") {
        (format!("#{path}/{}", escape(name)), "is missing".to_owned())
    } else if let Some(name) = quoted("unknown field `") {
        let last = format!("/{}", escape(name));
        let parent = path.strip_suffix(&last).unwrap_or(path);
        (format!("#{parent}{last}"), "is not a field of this request".to_owned())
    } else if let Some((_, expected)) = text.split_once("expected ") {
        let expected = expected.split(" at line ").next().unwrap_or(expected);
        (format!("#{path}"), format!("must be {expected}"))
    } else {
        // A message of our own parsers, which never repeat the value.
        let own = text.split(" at line ").next().unwrap_or(&text).to_owned();
        (format!("#{path}"), own)
    };
    FieldError { place: place.into(), pointer, detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Order {
        slot_id: String,
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Line {
        count: u8,
    }

    fn read(body: &str) -> Result<Json<Order>, Problem> {
        let request = http::Request::post("/orders")
            .header("content-type", "application/json; charset=utf-8")
            .body(lambda_http::Body::from(body))
            .unwrap();
        Json::read(&request)
    }

    fn refusal(body: &str) -> (u16, Vec<String>, Vec<String>) {
        let problem = read(body).unwrap_err().body("r");
        let (pointers, details) = problem.errors.into_iter().map(|e| (e.pointer, e.detail)).unzip();
        (problem.status, pointers, details)
    }

    #[test]
    fn a_body_is_read_into_its_type() {
        let Json(order) = read(r#"{"slotId":"a","lines":[{"count":2}]}"#).unwrap();
        assert_eq!((order.slot_id.as_str(), order.lines[0].count), ("a", 2));
    }

    #[test]
    fn a_broken_document_is_told_from_a_wrong_field() {
        assert_eq!(refusal("{").0, 400);
        assert_eq!(refusal("").0, 400);
        assert_eq!(refusal("{} x").0, 400);
        assert_eq!(refusal("[]").0, 422);
    }

    #[test]
    fn each_wrong_field_is_pointed_at() {
        assert_eq!(refusal(r#"{"lines":[]}"#).1, ["#/slotId"]);
        assert_eq!(refusal(r#"{"slotId":"a","lines":[],"admin":true}"#).1, ["#/admin"]);
        assert_eq!(refusal(r#"{"slotId":"a","lines":[{"count":1},{"count":"x"}]}"#).1, ["#/lines/1/count"]);
        assert_eq!(refusal(r#"{"slotId":"a","lines":[{"count":1,"price":2}]}"#).1, ["#/lines/0/price"]);
        assert_eq!(refusal(r#"{"slotId":7,"lines":[]}"#).1, ["#/slotId"]);
    }

    #[test]
    fn a_wrong_value_is_not_repeated() {
        let (_, _, details) = refusal(r#"{"slotId":"a","lines":[{"count":"my secret"}]}"#);
        assert!(!details.concat().contains("secret"), "{details:?}");
    }

    #[test]
    fn another_media_type_is_refused() {
        let request =
            http::Request::post("/").header("content-type", "text/plain").body(lambda_http::Body::from("{}")).unwrap();
        assert_eq!(Json::<Order>::read(&request).unwrap_err().kind.status, 415);
    }
}
