//! The checkout page: what a customer sees, and the ways in which paying can end.
//!
//! `GET /checkout?order_id=…&callback_url=…` shows the order, `POST` does what a button says. A success goes
//! back to the merchant as at Razorpay: a form posted to `callback_url` with `razorpay_order_id`,
//! `razorpay_payment_id` and `razorpay_signature`; a failure with `error[code]` and its siblings. With
//! `callback_method=get` a success is a redirect with the same members in the query. With
//! `Accept: application/json`, or without a callback, the result is shown instead.
//!
//! `GET /v1/checkout.js` is the script of a merchant's page: it shows the page in a frame, with `embedded_in` for the
//! merchant's origin. The frame hands the members to the script, which hands them to `handler`.
//!
//! There is no card form: no card data belongs into a simulator.

use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Method as Verb, Request, Response, StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::books::Outcome;
use crate::entity::{Method, Order, OrderStatus, Payment, PaymentStatus};
use crate::rejection::{Rejection, json_response};
use crate::signature::checkout_signature;
use crate::simulator::Razorpay;

/// How late the button for late authorisation is, if the form does not say.
const DEFAULT_LATE_MINUTES: u32 = 12;

/// For how long Razorpay asks a silent bank: three days.
const MAX_LATE_MINUTES: u32 = 3 * 24 * 60;

/// The script of a merchant's page.
const SCRIPT: &str = include_str!("../templates/checkout.js");

/// The query of both requests.
#[derive(Deserialize)]
struct Visit {
    order_id: String,
    /// The key id of the merchant, which the script passes on.
    key: Option<String>,
    /// The amount that the merchant's page names, in paise.
    amount: Option<i64>,
    currency: Option<String>,
    /// The origin of the merchant's page that shows this one in a frame.
    embedded_in: Option<String>,
    callback_url: Option<String>,
    #[serde(default)]
    callback_method: CallbackMethod,
}

#[derive(Deserialize, Default, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum CallbackMethod {
    #[default]
    Post,
    Get,
}

/// The form.
#[derive(Deserialize)]
struct Press {
    action: Action,
    /// The method of `pending` and `late`, and of `fail`.
    method: Option<Method>,
    /// Of `late`.
    minutes: Option<u32>,
    /// Of `authorise`.
    payment_id: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Action {
    Card,
    Upi,
    Fail,
    Pending,
    Late,
    /// The bank says yes to an earlier attempt.
    Authorise,
}

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage<'a> {
    merchant: &'a str,
    amount: String,
    order: &'a Order,
    paid: bool,
    attempts: Vec<Attempt>,
    late_minutes: u32,
}

struct Attempt {
    id: String,
    method: &'static str,
    status: &'static str,
    may_be_authorised: bool,
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    merchant: &'a str,
    title: &'a str,
    text: &'a str,
    members: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "return.html")]
struct ReturnPage<'a> {
    merchant: &'a str,
    callback: String,
    members: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "handed.html")]
struct HandedPage<'a> {
    merchant: &'a str,
    title: &'a str,
    text: &'a str,
    parent: String,
    /// The event that the script tells its page; empty while the bank is silent.
    event: &'a str,
    members: Vec<(String, String)>,
    again: String,
}

pub(crate) fn page(razorpay: &Razorpay, request: &Request<Bytes>) -> Response<Bytes> {
    let wants_json = (request.headers().get(header::ACCEPT))
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    serve(razorpay, request, wants_json).unwrap_or_else(|rejection| match wants_json {
        true => rejection.response(),
        false => {
            let title = "This payment can't be made";
            result(razorpay, rejection.status, title, &rejection.description, Vec::new())
        }
    })
}

fn serve(razorpay: &Razorpay, request: &Request<Bytes>, wants_json: bool) -> Result<Response<Bytes>, Rejection> {
    if request.uri().path() == "/v1/checkout.js" && request.method() == Verb::GET {
        return Ok(script());
    }
    if request.uri().path() != "/checkout" {
        return Err(Rejection::unknown_url().with_status(StatusCode::NOT_FOUND));
    }
    let malformed = |error: serde_urlencoded::de::Error| Rejection::bad_request(format!("Bad request: {error}"));
    let visit: Visit = serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).map_err(malformed)?;
    let callback = visit.callback_url.as_deref().map(callback_url).transpose()?;
    let parent = visit.embedded_in.as_deref().map(origin).transpose()?;
    let order = razorpay.order(&visit.order_id).ok_or_else(Rejection::unknown_id)?;
    visit.check(razorpay, &order)?;
    match *request.method() {
        Verb::GET if wants_json => Ok(json_response(StatusCode::OK, &order.json())),
        Verb::GET => Ok(checkout(razorpay, &order)),
        Verb::POST => {
            let press: Press = serde_urlencoded::from_bytes(request.body()).map_err(malformed)?;
            let payment = perform(razorpay, &order, press)?;
            Ok(match (callback, parent) {
                _ if wants_json => show(razorpay, &payment, wants_json),
                (_, Some(parent)) => hand_over(razorpay, &payment, parent, request.uri()),
                (Some(url), None) => give_back(razorpay, &payment, url, visit.callback_method),
                (None, None) => show(razorpay, &payment, wants_json),
            })
        }
        _ => Err(Rejection::unknown_url().with_status(StatusCode::METHOD_NOT_ALLOWED)),
    }
}

impl Visit {
    /// Razorpay's checkout compares what the merchant's page says with the order.
    fn check(&self, razorpay: &Razorpay, order: &Order) -> Result<(), Rejection> {
        if self.key.as_ref().is_some_and(|key| *key != razorpay.config.key_id) {
            return Err(Rejection::unauthenticated("Authentication key was missing or incorrect"));
        }
        if self.amount.is_some_and(|amount| amount != order.amount) {
            let text = "Your payment amount is different from your order amount. To pay successfully, please try using right amount.";
            return Err(Rejection::field("amount", text));
        }
        if self.currency.as_ref().is_some_and(|currency| currency != "INR") {
            return Err(Rejection::field("currency", "Payment currency is different from the order's."));
        }
        Ok(())
    }
}

/// The origin of a page of the web.
fn origin(text: &str) -> Result<String, Rejection> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| Rejection::field("embedded_in", "The origin is invalid."))?;
    Ok(url.origin().ascii_serialization())
}

/// Only the web: a `javascript:` address in a form would run here.
fn callback_url(text: &str) -> Result<Url, Rejection> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Rejection::field("callback_url", "The callback url format is invalid."))
}

fn perform(razorpay: &Razorpay, order: &Order, press: Press) -> Result<Payment, Rejection> {
    let method = press.method.unwrap_or(Method::Upi);
    let (method, outcome) = match press.action {
        Action::Card => (Method::Card, Outcome::Captured),
        Action::Upi => (Method::Upi, Outcome::Captured),
        Action::Fail => (method, Outcome::declined()),
        Action::Pending => (method, Outcome::Pending),
        Action::Late => {
            let minutes = press.minutes.unwrap_or(DEFAULT_LATE_MINUTES);
            if minutes > MAX_LATE_MINUTES {
                return Err(Rejection::field("minutes", "A bank answers within three days or never."));
            }
            (method, Outcome::LateAuthorised { after: SignedDuration::from_mins(minutes.into()) })
        }
        Action::Authorise => {
            let earlier =
                press.payment_id.filter(|id| order.payments.contains(id)).ok_or_else(Rejection::unknown_id)?;
            razorpay.authorise_late(&earlier)?;
            return razorpay.payment(&earlier).ok_or_else(Rejection::unknown_id);
        }
    };
    let paid = razorpay.pay(&order.id, method, outcome)?;
    razorpay.payment(&paid.payment_id).ok_or_else(Rejection::unknown_id)
}

/// What the merchant learns, or `None` while the bank is silent.
fn members(razorpay: &Razorpay, payment: &Payment) -> Option<Vec<(String, String)>> {
    let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match payment.status {
        PaymentStatus::Created => None,
        PaymentStatus::Failed => {
            let error = payment.error.as_ref().expect("a failed payment says why");
            let metadata = json!({ "payment_id": payment.id, "order_id": payment.order_id }).to_string();
            Some(vec![
                named("error[code]", &error.code),
                named("error[description]", &error.description),
                named("error[source]", &error.source),
                named("error[step]", &error.step),
                named("error[reason]", &error.reason),
                named("error[metadata]", &metadata),
            ])
        }
        _ => {
            let signature = checkout_signature(&razorpay.config.key_secret, &payment.order_id, &payment.id);
            Some(vec![
                named("razorpay_order_id", &payment.order_id),
                named("razorpay_payment_id", &payment.id),
                named("razorpay_signature", &signature),
            ])
        }
    }
}

fn give_back(razorpay: &Razorpay, payment: &Payment, mut url: Url, method: CallbackMethod) -> Response<Bytes> {
    let Some(members) = members(razorpay, payment) else {
        return show(razorpay, payment, false);
    };
    if method == CallbackMethod::Post {
        let page = ReturnPage { merchant: &razorpay.config.merchant, callback: url.into(), members };
        return html(StatusCode::OK, &page);
    }
    url.query_pairs_mut().extend_pairs(&members);
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(url.as_str()).expect("a serialised URL is ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// Tells the script of the merchant's page what came of it. After a failure the customer may try again in the frame.
fn hand_over(razorpay: &Razorpay, payment: &Payment, parent: String, address: &http::Uri) -> Response<Bytes> {
    let (title, text) = in_words(payment);
    let event = match payment.status {
        PaymentStatus::Created => "",
        PaymentStatus::Failed => "payment.failed",
        _ => "payment.success",
    };
    let page = HandedPage {
        merchant: &razorpay.config.merchant,
        title,
        text,
        parent,
        event,
        members: members(razorpay, payment).unwrap_or_default(),
        again: address.path_and_query().map_or_else(String::new, ToString::to_string),
    };
    html(StatusCode::OK, &page)
}

fn script() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(SCRIPT.as_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn in_words(payment: &Payment) -> (&'static str, &'static str) {
    match payment.status {
        PaymentStatus::Created => ("Waiting for the bank", "The bank has not answered yet. You may close this page."),
        PaymentStatus::Failed => ("Payment failed", "No money was taken for good. You may try again."),
        _ => ("Payment successful", "The merchant will confirm your order."),
    }
}

fn show(razorpay: &Razorpay, payment: &Payment, wants_json: bool) -> Response<Bytes> {
    let members = members(razorpay, payment);
    if wants_json {
        return json_response(StatusCode::OK, &as_json(payment, members));
    }
    let (title, text) = in_words(payment);
    let shown = members.unwrap_or_else(|| {
        vec![
            ("razorpay_order_id".to_owned(), payment.order_id.clone()),
            ("razorpay_payment_id".to_owned(), payment.id.clone()),
        ]
    });
    result(razorpay, StatusCode::OK, title, text, shown)
}

fn as_json(payment: &Payment, members: Option<Vec<(String, String)>>) -> Value {
    match (&payment.error, members) {
        (_, None) => json!({
            "status": payment.status,
            "razorpay_order_id": payment.order_id,
            "razorpay_payment_id": payment.id,
        }),
        (Some(error), Some(_)) => json!({ "error": {
            "code": error.code,
            "description": error.description,
            "source": error.source,
            "step": error.step,
            "reason": error.reason,
            "metadata": { "payment_id": payment.id, "order_id": payment.order_id },
        }}),
        (None, Some(members)) => members.into_iter().map(|(name, value)| (name, Value::String(value))).collect(),
    }
}

fn checkout(razorpay: &Razorpay, order: &Order) -> Response<Bytes> {
    let view = |payment: Payment| Attempt {
        method: match payment.method {
            Method::Card => "card",
            Method::Upi => "UPI",
        },
        status: match payment.status {
            PaymentStatus::Created => "waiting for the bank",
            PaymentStatus::Authorized => "authorised",
            PaymentStatus::Captured => "paid",
            PaymentStatus::Refunded => "refunded",
            PaymentStatus::Failed => "failed",
        },
        may_be_authorised: matches!(payment.status, PaymentStatus::Created | PaymentStatus::Failed),
        id: payment.id,
    };
    let page = CheckoutPage {
        merchant: &razorpay.config.merchant,
        amount: rupees(order.amount),
        order,
        paid: order.status == OrderStatus::Paid,
        attempts: order.payments.iter().filter_map(|id| razorpay.payment(id)).map(view).collect(),
        late_minutes: DEFAULT_LATE_MINUTES,
    };
    html(StatusCode::OK, &page)
}

fn result(
    razorpay: &Razorpay,
    status: StatusCode,
    title: &str,
    text: &str,
    members: Vec<(String, String)>,
) -> Response<Bytes> {
    html(status, &ResultPage { merchant: &razorpay.config.merchant, title, text, members })
}

fn html(status: StatusCode, page: &impl Template) -> Response<Bytes> {
    let text = page.render().expect("templates write to a String, and their values can't fail");
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `₹1,23,456.00`: the last three digits, then pairs.
fn rupees(paise: i64) -> String {
    let whole = (paise / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && (left == 3 || (left > 3 && left % 2 == 1)) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("₹{grouped}.{:02}", paise % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_the_indian_way() {
        assert_eq!(rupees(100), "₹1.00");
        assert_eq!(rupees(50_005), "₹500.05");
        assert_eq!(rupees(123_456), "₹1,234.56");
        assert_eq!(rupees(1_234_567_890), "₹1,23,45,678.90");
    }
}
