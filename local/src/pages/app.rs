//! The app's place: Vaidya is a backend, so these pages only show the steps of an app after the log-in and after the checkout.

use super::{html, message};
use crate::services::APP_CLIENT;
use crate::{Addresses, Stack};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, header};
use serde::Deserialize;
use std::sync::Arc;

const SCRIPT: &str = include_str!("../../templates/app.js");

#[derive(Template)]
#[template(path = "app.html")]
struct Start<'a> {
    client: &'a str,
    addresses: &'a Addresses,
}

#[derive(Template)]
#[template(path = "callback.html")]
struct Callback<'a> {
    client: &'a str,
    addresses: &'a Addresses,
    code: &'a str,
    state: &'a str,
    error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "paid.html")]
struct Paid<'a> {
    api: &'a str,
    members: &'a [(String, String)],
    confirmation: Option<String>,
}

/// The query with which the hosted log-in returns.
#[derive(Deserialize)]
struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    error: Option<String>,
    error_description: Option<String>,
}

/// The pages.
pub fn router(stack: &Stack) -> Router {
    Router::new()
        .route("/", get(start))
        .route("/callback", get(callback))
        .route("/signed-out", get(|| async { signed_out() }))
        .route("/paid", get(paid_by_query).post(paid_by_form))
        .route("/app.js", get(|| async { ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT) }))
        .fallback(|| async { nothing_here() })
        .with_state(Arc::new(stack.addresses().clone()))
}

fn nothing_here() -> Response {
    message(StatusCode::NOT_FOUND, "A page of the app", "In production the app of Vaidya answers at this address.")
}

/// The page to which the hosted log-out returns.
fn signed_out() -> Response {
    message(StatusCode::OK, "Logged out", "This browser has no session with the hosted log-in any more.")
}

fn connects(addresses: &Addresses) -> String {
    format!("{} {}", addresses.login, addresses.api)
}

async fn start(State(addresses): State<Arc<Addresses>>) -> Response {
    html(StatusCode::OK, &Start { client: APP_CLIENT, addresses: &addresses }, &connects(&addresses))
}

async fn callback(State(addresses): State<Arc<Addresses>>, Query(returned): Query<Returned>) -> Response {
    let page = Callback {
        client: APP_CLIENT,
        addresses: &addresses,
        code: &returned.code,
        state: &returned.state,
        error: returned.error_description.as_deref().or(returned.error.as_deref()),
    };
    html(StatusCode::OK, &page, &connects(&addresses))
}

type Members = Vec<(String, String)>;

async fn paid_by_query(State(addresses): State<Arc<Addresses>>, Query(members): Query<Members>) -> Response {
    paid(&addresses, &members)
}

async fn paid_by_form(State(addresses): State<Arc<Addresses>>, Form(members): Form<Members>) -> Response {
    paid(&addresses, &members)
}

fn paid(addresses: &Addresses, members: &[(String, String)]) -> Response {
    html(StatusCode::OK, &Paid { api: &addresses.api, members, confirmation: confirmation(members) }, "'none'")
}

/// The body of `confirm-payment`, if the checkout handed over all of its values.
pub fn confirmation(members: &[(String, String)]) -> Option<String> {
    let member = |name| members.iter().find(|(given, _)| given == name).map(|(_, value)| value);
    let body = serde_json::json!({
        "razorpay_order_id": member("razorpay_order_id")?,
        "razorpay_payment_id": member("razorpay_payment_id")?,
        "razorpay_signature": member("razorpay_signature")?,
    });
    Some(body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(names: &[&str]) -> Members {
        names.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect()
    }

    #[test]
    fn only_a_success_can_be_confirmed() {
        let success = members(&["razorpay_order_id", "razorpay_payment_id", "razorpay_signature"]);
        assert!(confirmation(&success).unwrap().contains("razorpay_signature"));
        assert_eq!(confirmation(&members(&["error[code]", "error[description]"])), None);
    }

    #[test]
    fn what_comes_back_in_the_address_is_shown_as_text() {
        let addresses = Addresses::from_port(8080);
        let code = "\"><script>alert(1)</script>";
        let page = Callback { client: APP_CLIENT, addresses: &addresses, code, state: "", error: None };
        assert!(!page.render().unwrap().contains("<script>alert"));
    }
}
