//! The input of a handler: body, path, query, or a pair of them, read and refused in one place.
//!
//! Reading has two steps. Here a request becomes a typed value, or a refusal that points at the field (400 for a body
//! that is not JSON, 422 for a field that is missing, unknown or of the wrong type, in the words of [`crate::reader`]).
//! The handler then applies the rules of the domain, through [`crate::problem::Fields`].

use crate::openapi::{OperationSchema, Registry};
use crate::problem::{self, Fields, Problem};
use crate::reader::{Node, escaped};
use lambda_http::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use lambda_http::{Request, RequestExt};
use serde::de::DeserializeOwned;
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
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let encoding = header(CONTENT_ENCODING).trim();
        if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
            return Err(Problem::header(
                &problem::UNSUPPORTED_MEDIA_TYPE,
                "Content-Encoding",
                "must be left out: the body must not be compressed",
            ));
        }
        let without_parameters = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
        if !without_parameters.eq_ignore_ascii_case("application/json") {
            return Err(Problem::header(&problem::UNSUPPORTED_MEDIA_TYPE, "Content-Type", "must be application/json"));
        }
        let bytes: &[u8] = request.body();
        // A reader may skip the byte order mark that some programs write (RFC 8259, section 8.1).
        let node = parse(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes))?;
        node.read("body").map(Json).map_err(|wrong| Problem::invalid(vec![wrong]))
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.body = Some(registry.input::<T>());
    }
}

impl<T: DeserializeOwned + ToSchema + Send> Input for Path<T> {
    fn read(request: &Request) -> Result<Self, Problem> {
        let parameters = request.path_parameters();
        let pairs = parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        read_parameters("path", pairs).map(Path)
    }

    fn describe(operation: &mut OperationSchema, registry: &mut Registry) {
        operation.parameters.extend(registry.parameters::<T>("path"));
    }
}

impl<T: DeserializeOwned + ToSchema + Send> Input for Query<T> {
    fn read(request: &Request) -> Result<Self, Problem> {
        let query = request.uri().query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), with_its_plus(value.into_owned())));
        read_parameters("query", pairs).map(Query)
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

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads JSON, without a look at its fields: the answer tells a broken document from a wrong field.
fn parse(bytes: &[u8]) -> Result<Node, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        // A number of a thousand digits and half of a pair of surrogates are JSON, and no values that we have.
        if serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() {
            Problem::field("", format!("has a number or a character at {at} that is too large, or incomplete"))
        } else {
            Problem::of(&problem::INVALID_JSON).detail(at)
        }
    })
}

/// Parameters are text. A struct of them reads numbers, ids and instants from it.
fn read_parameters<T: DeserializeOwned>(
    place: &'static str,
    pairs: impl Iterator<Item = (String, String)>,
) -> Result<T, Problem> {
    let mut members: Vec<(String, Node)> = vec![];
    let mut twice = Fields::of(place);
    for (name, value) in pairs {
        if members.iter().any(|(known, _)| *known == name) {
            twice.refuse(&escaped(&name), "must be sent only once");
        }
        members.push((name, Node::Parameter(value)));
    }
    twice.finish()?;
    Node::Object(members).read(place).map_err(|wrong| Problem::invalid(vec![wrong]))
}

/// An instant whose offset lost its plus: in a query, an unencoded `+` is a space. No other parameter ends like this.
fn with_its_plus(value: String) -> String {
    let Some((local, offset)) = value.rsplit_once(' ') else { return value };
    let is_offset = offset.len() == 5 && offset.as_bytes()[2] == b':';
    let has_time =
        local.len() >= 16 && local.as_bytes()[10].eq_ignore_ascii_case(&b't') && local.as_bytes()[13] == b':';
    if is_offset && has_time { format!("{local}+{offset}") } else { value }
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
    fn a_byte_order_mark_is_skipped() {
        let Json(order) = read("\u{feff}{\"slotId\":\"a\",\"lines\":[]}").unwrap();
        assert_eq!(order.slot_id, "a");
    }

    #[test]
    fn json_that_has_no_value_here_is_not_called_broken() {
        assert_eq!(refusal(r#"{"slotId":"\ud800","lines":[]}"#).0, 422);
        assert_eq!(refusal(&format!(r#"{{"slotId":"a","lines":[{{"count":1{}}}]}}"#, "0".repeat(400))).0, 422);
    }

    #[test]
    fn a_compressed_body_is_refused_as_such() {
        let send = |encoding: &str| {
            let request = http::Request::post("/orders")
                .header("content-type", "application/json")
                .header("content-encoding", encoding)
                .body(lambda_http::Body::from(r#"{"slotId":"a","lines":[]}"#))
                .unwrap();
            Json::<Order>::read(&request).map_err(|problem| Box::new(problem.body("r")))
        };
        assert!(send("identity").is_ok());
        let problem = send("gzip").unwrap_err();
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (415, "#/Content-Encoding"));
        assert_eq!(problem.errors[0].place, "header");
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Search {
        #[schema(value_type = Option<String>)]
        from: Option<jiff::Timestamp>,
        name: Option<String>,
    }

    fn query(query: &str) -> Result<Search, Vec<(String, String)>> {
        let request = http::Request::get(format!("/?{query}")).body(lambda_http::Body::Empty).unwrap();
        Query::read(&request).map(|Query(search)| search).map_err(|problem| {
            problem.body("r").errors.into_iter().map(|error| (error.pointer, error.detail)).collect()
        })
    }

    #[test]
    fn an_offset_whose_plus_is_not_encoded_is_understood() {
        let expected: jiff::Timestamp = "2026-11-30T18:30:00Z".parse().unwrap();
        for text in ["2026-12-01T00:00:00+05:30", "2026-12-01T00:00:00%2B05:30", "2026-12-01T00:00+05:30"] {
            assert_eq!(query(&format!("from={text}")).unwrap().from, Some(expected), "{text}");
        }
        assert_eq!(query("name=Asha+Rao").unwrap().name.as_deref(), Some("Asha Rao"));
        assert_eq!(query("name=at+09:30").unwrap().name.as_deref(), Some("at 09:30"));
        assert_eq!(
            query("name=%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9+09:30").unwrap().name.unwrap().len(),
            22
        );
    }

    #[test]
    fn a_parameter_is_sent_once_and_known() {
        let twice = |name: &str| Err(vec![(format!("#/{name}"), "must be sent only once".to_owned())]);
        assert_eq!(query("name=a&name=b").map(|_| ()), twice("name"));
        assert_eq!(query("x=a&x=b").map(|_| ()), twice("x"));
        assert_eq!(query("x=a").unwrap_err(), [("#/x".to_owned(), "is not a field of this request".to_owned())]);
    }

    #[test]
    fn another_media_type_is_refused() {
        let request =
            http::Request::post("/").header("content-type", "text/plain").body(lambda_http::Body::from("{}")).unwrap();
        assert_eq!(Json::<Order>::read(&request).unwrap_err().kind.status, 415);
    }
}
