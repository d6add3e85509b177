//! The REST API: credentials, routes, and what each request asks of the books.
//!
//! | request | answer |
//! |---|---|
//! | `POST /v1/orders` | the order |
//! | `GET /v1/orders?receipt=&from=&to=&count=&skip=` | a collection, newest first |
//! | `GET /v1/orders/{id}` | the order |
//! | `PATCH /v1/orders/{id}` with `notes` | the order with these notes, and no others |
//! | `GET /v1/orders/{id}/payments` | a collection, newest first |
//! | `GET /v1/payments/{id}` | the payment |
//! | `POST /v1/payments/{id}/capture` | the payment |
//! | `POST /v1/payments/{id}/refund` | the refund; `X-Refund-Idempotency` is honoured |
//! | `GET /v1/payments/{id}/refunds` | a collection, newest first |
//! | `GET /v1/payments/{id}/refunds/{id}`, `GET /v1/refunds/{id}` | the refund |

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::books::Books;
use crate::config::ApiFault;
use crate::entity::Order;
use crate::fields::{self, NewOrder};
use crate::ids;
use crate::rejection::{Rejection, json_response};
use crate::simulator::Razorpay;

pub(crate) fn handle(razorpay: &Razorpay, request: &Request<Bytes>) -> Response<Bytes> {
    match authenticate(razorpay, request.headers()).and_then(|()| answer(razorpay, request)) {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err(rejection) => rejection.response(),
    }
}

fn authenticate(razorpay: &Razorpay, headers: &HeaderMap) -> Result<(), Rejection> {
    let Some(given) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return Err(Rejection::unauthenticated("Please provide your api key for authentication purposes."));
    };
    let wrong = || Rejection::unauthenticated("Authentication failed");
    let (scheme, encoded) = given.split_once(' ').ok_or_else(wrong)?;
    let given = STANDARD.decode(encoded.trim()).map_err(|_| wrong())?;
    let wanted = format!("{}:{}", razorpay.config.key_id, razorpay.config.key_secret);
    if !scheme.eq_ignore_ascii_case("basic") || verify_slices_are_equal(&given, wanted.as_bytes()).is_err() {
        return Err(wrong());
    }
    Ok(())
}

/// Meets the fault that waits for a `POST`, if one does.
fn answer(razorpay: &Razorpay, request: &Request<Bytes>) -> Result<Value, Rejection> {
    let fault = (request.method() == Method::POST).then(|| razorpay.take_api_fault()).flatten();
    match fault {
        None => route(razorpay, request),
        Some(ApiFault::Unavailable) => Err(Rejection::unavailable()),
        Some(ApiFault::InProgress) => Err(Rejection::in_progress()),
        Some(ApiFault::ReplyLost) => {
            // Done, or refused; the caller will not know.
            _ = route(razorpay, request);
            Err(Rejection::timed_out())
        }
    }
}

fn route(razorpay: &Razorpay, request: &Request<Bytes>) -> Result<Value, Rejection> {
    let path = request.uri().path().strip_prefix("/v1/").ok_or_else(Rejection::unknown_url)?;
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let (get, post) = (request.method() == Method::GET, request.method() == Method::POST);
    let patch = request.method() == Method::PATCH;
    match segments[..] {
        ["orders"] if post => create_order(razorpay, request),
        ["orders"] if get => list_orders(razorpay, request),
        ["orders", id] if get => read(razorpay, "order_", id, |books| Ok(books.order(id)?.json())),
        ["orders", id] if patch => update_order(razorpay, id, request),
        ["orders", id, "payments"] if get => read(razorpay, "order_", id, |books| payments_of(books, id)),
        ["payments", id] if get => read(razorpay, "pay_", id, |books| Ok(books.payment(id)?.json())),
        ["payments", id, "capture"] if post => capture(razorpay, id, request),
        ["payments", id, "refund"] if post => create_refund(razorpay, id, request),
        ["payments", id, "refunds"] if get => read(razorpay, "pay_", id, |books| refunds_of(books, id)),
        ["payments", id, "refunds", refund] if get => {
            read(razorpay, "pay_", id, |books| match books.refund(refund)? {
                refund if refund.payment_id == id => Ok(refund.json()),
                _ => Err(Rejection::unknown_id()),
            })
        }
        ["refunds", id] if get => read(razorpay, "rfnd_", id, |books| Ok(books.refund(id)?.json())),
        _ => Err(Rejection::unknown_url()),
    }
}

fn read(
    razorpay: &Razorpay,
    prefix: &str,
    id: &str,
    look: impl FnOnce(&Books) -> Result<Value, Rejection>,
) -> Result<Value, Rejection> {
    well_formed(prefix, id)?;
    razorpay.read(look)
}

fn well_formed(prefix: &str, id: &str) -> Result<(), Rejection> {
    if ids::is_id(prefix, id) { Ok(()) } else { Err(Rejection::bad_request(format!("{id} is not a valid id"))) }
}

fn create_order(razorpay: &Razorpay, request: &Request<Bytes>) -> Result<Value, Rejection> {
    let wish = NewOrder::parse(&fields::object(request.body())?)?;
    Ok(razorpay.change(|books, now| books.create_order(wish, now)).json())
}

fn update_order(razorpay: &Razorpay, id: &str, request: &Request<Bytes>) -> Result<Value, Rejection> {
    well_formed("order_", id)?;
    let notes = fields::order_notes(&fields::object(request.body())?)?;
    razorpay.change(|books, _| Ok(books.note_order(id, notes)?.json()))
}

fn capture(razorpay: &Razorpay, id: &str, request: &Request<Bytes>) -> Result<Value, Rejection> {
    well_formed("pay_", id)?;
    let amount = fields::capture_amount(&fields::object(request.body())?)?;
    razorpay.change(|books, now| {
        books.capture(id, amount, now)?;
        Ok(books.payment(id)?.json())
    })
}

fn create_refund(razorpay: &Razorpay, id: &str, request: &Request<Bytes>) -> Result<Value, Rejection> {
    well_formed("pay_", id)?;
    let key = match request.headers().get("x-refund-idempotency") {
        Some(key) => Some(fields::refund_key(key.to_str().unwrap_or_default())?),
        None => None,
    };
    let body = fields::object(request.body())?;
    razorpay.change(|books, now| Ok(books.create_refund(id, key, body, now)?.json()))
}

/// The documented filters. Times are Unix seconds, bounds included.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderFilter {
    receipt: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    count: Option<usize>,
    skip: Option<usize>,
}

fn list_orders(razorpay: &Razorpay, request: &Request<Bytes>) -> Result<Value, Rejection> {
    let query = request.uri().query().unwrap_or_default();
    let filter: OrderFilter = serde_urlencoded::from_str(query)
        .map_err(|error| Rejection::bad_request(format!("The query is invalid: {error}")))?;
    let count = filter.count.unwrap_or(10);
    if !(1..=100).contains(&count) {
        return Err(Rejection::field("count", "The count must be between 1 and 100."));
    }
    let wanted = |order: &&Order| {
        let made = order.created_at.as_second();
        filter.receipt.as_ref().is_none_or(|receipt| order.receipt.as_ref() == Some(receipt))
            && filter.from.is_none_or(|from| made >= from)
            && filter.to.is_none_or(|to| made <= to)
    };
    Ok(razorpay.read(|books| {
        let orders = books.orders().into_iter().filter(wanted);
        collection(orders.skip(filter.skip.unwrap_or(0)).take(count).map(Order::json))
    }))
}

fn payments_of(books: &Books, order_id: &str) -> Result<Value, Rejection> {
    let ids = books.order(order_id)?.payments.iter().rev();
    Ok(collection(ids.map(|id| books.payment(id).expect("an order lists its own payments").json())))
}

fn refunds_of(books: &Books, payment_id: &str) -> Result<Value, Rejection> {
    let ids = books.payment(payment_id)?.refunds.iter().rev();
    Ok(collection(ids.map(|id| books.refund(id).expect("a payment lists its own refunds").json())))
}

fn collection(items: impl Iterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.collect();
    json!({ "entity": "collection", "count": items.len(), "items": items })
}
