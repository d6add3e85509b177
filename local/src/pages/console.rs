//! The console: the mailbox, the clock, and the audit trail.

use super::{Site, html, message};
use crate::accounts::{self, ACCOUNTS, Account, KAVITA, PASSWORD};
use crate::export::AuditExport;
use crate::moment::{self, Step};
use askama::Template;
use aws_emulator::mailbox::Mail;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Json, Router};
use http::{HeaderMap, Method, StatusCode, header};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

#[derive(Clone)]
struct Console {
    site: Site,
    /// The administrator's access token, while it is valid.
    admin: Arc<Mutex<Option<String>>>,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct MailboxPage<'a> {
    mails: Vec<Arc<Mail>>,
    now: String,
    ahead: Option<String>,
    places: [(&'a str, String); 6],
    password: &'a str,
    /// Each with the one-time code of this moment, if there is one.
    accounts: [(Account, Option<String>); ACCOUNTS.len()],
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    mail: &'a Mail,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    day: Date,
    before: Date,
    after: Date,
    events: Vec<Row>,
}

/// An audit event, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The time of day, in UTC.
    pub time: String,
    /// The type of the event.
    pub event: String,
    /// The outcome.
    pub outcome: String,
    /// The actor's role.
    pub role: String,
    /// The actor.
    pub actor: String,
    /// The operation.
    pub operation: String,
    /// The record that was accessed or changed.
    pub resource: String,
}

impl Row {
    /// The row of an event as the API shows it.
    pub fn of(event: &Value) -> Self {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let at = text("at");
        Row {
            time: at.get(11..19).unwrap_or(&at).to_owned(),
            event: text("type"),
            outcome: text("outcome"),
            role: text("actorRole"),
            actor: text("actor"),
            operation: text("operation"),
            resource: format!("{} {}", text("resourceType"), text("resourceId")),
        }
    }
}

/// The pages, and the clock's endpoint.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(mailbox))
        .route("/mails/{id}", get(mail))
        .route("/mails/{id}/html", get(mail_html))
        .route("/mails/{id}/raw", get(mail_raw))
        .route("/mails/{id}/attachments/{index}", get(attachment))
        .route("/clock", get(clock).post(move_clock))
        .route("/audit", get(audit))
        .route("/audit/export", get(audit_export))
        .fallback(|| async { nothing_here() })
        .with_state(Console { site, admin: Arc::default() })
}

fn nothing_here() -> Response {
    message(StatusCode::NOT_FOUND, "Nothing here", "There is no such page or mail.")
}

async fn mailbox(State(console): State<Console>) -> Response {
    let stack = &console.site.stack;
    let addresses = stack.addresses();
    let offset = stack.clock().offset();
    let page = MailboxPage {
        mails: stack.services().mailbox.list().into_iter().rev().collect(),
        now: stack.now().strftime("%F %T UTC").to_string(),
        ahead: (!offset.is_zero()).then(|| format!("{offset:#}")),
        places: [
            ("API", format!("{}/health", addresses.api)),
            ("API reference", format!("{}/docs", addresses.api)),
            ("App", format!("{}/", addresses.app)),
            ("Checkout of an order", format!("{}/checkout?order_id=ORDER_ID", addresses.checkout)),
            ("AWS endpoint for boto3 and the AWS CLI", addresses.aws.clone()),
            ("OpenAPI document", format!("{}/openapi.json", addresses.api)),
        ],
        password: PASSWORD,
        accounts: ACCOUNTS.map(|account| (account, account.code_at(stack.now()))),
    };
    html(StatusCode::OK, &page, "'none'")
}

fn found(console: &Console, id: u64) -> Option<Arc<Mail>> {
    console.site.stack.services().mailbox.get(id)
}

async fn mail(State(console): State<Console>, Path(id): Path<u64>) -> Response {
    match found(&console, id) {
        Some(mail) => html(StatusCode::OK, &MailPage { mail: &mail }, "'none'"),
        None => nothing_here(),
    }
}

/// The mail's own HTML. It may load nothing, even when it is opened outside the frame.
async fn mail_html(State(console): State<Console>, Path(id): Path<u64>) -> Response {
    let Some(text) = found(&console, id).and_then(|mail| mail.message.html.clone()) else { return nothing_here() };
    let policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    ([(header::CONTENT_SECURITY_POLICY, policy)], axum::response::Html(text)).into_response()
}

async fn mail_raw(State(console): State<Console>, Path(id): Path<u64>) -> Response {
    match found(&console, id) {
        Some(mail) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], mail.raw.clone()).into_response(),
        None => nothing_here(),
    }
}

async fn attachment(State(console): State<Console>, Path((id, index)): Path<(u64, usize)>) -> Response {
    let mail = found(&console, id);
    let Some(attachment) = mail.as_ref().and_then(|mail| mail.message.attachments.get(index)) else {
        return nothing_here();
    };
    let disposition = format!("attachment; filename=\"{}\"", file_name(&attachment.name));
    let headers = [
        // Under any media type of the mail, the browser saves it and never shows it as a page of ours.
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, attachment.content.clone()).into_response()
}

/// A name that is safe in a header and on a disk.
fn file_name(given: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let name: String = given.chars().map(safe).collect();
    if name.trim_matches('.').is_empty() { "attachment".to_owned() } else { name }
}

/// The export that `cargo local audit-export` writes.
async fn audit_export(State(console): State<Console>) -> Response {
    match AuditExport::of_table(&console.site.stack).await {
        Ok(export) => Json(export).into_response(),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "message": error.to_string() }))).into_response()
        }
    }
}

fn time(site: &Site) -> Value {
    json!({ "now": site.stack.now(), "offsetSeconds": site.stack.clock().offset().as_secs() })
}

async fn clock(State(console): State<Console>) -> Json<Value> {
    Json(time(&console.site))
}

/// The step by which the clock is moved.
#[derive(Deserialize)]
struct Move {
    by: String,
}

async fn move_clock(State(console): State<Console>, headers: HeaderMap, Form(form): Form<Move>) -> Response {
    let wants_json = headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == b"application/json");
    match form.by.parse::<Step>() {
        Ok(Step(by)) => {
            console.site.advance(by).await;
            if wants_json { Json(time(&console.site)).into_response() } else { Redirect::to("/#clock").into_response() }
        }
        Err(moment::NotAStep) if wants_json => {
            (StatusCode::BAD_REQUEST, Json(json!({ "message": moment::NotAStep.to_string() }))).into_response()
        }
        Err(moment::NotAStep) => {
            message(StatusCode::BAD_REQUEST, "The clock was not moved", &moment::NotAStep.to_string())
        }
    }
}

/// The day of the audit trail; today if it is left out.
#[derive(Deserialize)]
struct OfDay {
    day: Option<Date>,
}

async fn audit(State(console): State<Console>, Query(query): Query<OfDay>) -> Response {
    let today = console.site.stack.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = query.day.unwrap_or(today);
    match console.events(day).await {
        Ok(events) => {
            let page =
                AuditPage { day, before: day.saturating_sub(1.day()), after: day.saturating_add(1.day()), events };
            html(StatusCode::OK, &page, "'none'")
        }
        Err(detail) => message(StatusCode::BAD_GATEWAY, "The audit trail can't be read", &detail),
    }
}

impl Console {
    /// The events of a day, oldest first, as the demo administrator gets them.
    async fn events(&self, day: Date) -> Result<Vec<Row>, String> {
        let stack = &self.site.stack;
        let mut token = self.admin.lock().await;
        let mut is_fresh = false;
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let admin = match &*token {
                Some(admin) => admin,
                None => {
                    is_fresh = true;
                    token.insert(accounts::log_in(stack, KAVITA).await.map_err(|error| error.to_string())?)
                }
            };
            let path = format!("/v1/audit-events?day={day}&limit=100{cursor}");
            let (status, page) = accounts::call(stack, Method::GET, &path, Some(admin), None).await;
            match status {
                StatusCode::OK => {}
                StatusCode::UNAUTHORIZED if !is_fresh => {
                    *token = None;
                    continue;
                }
                _ => return Err(format!("the API answered {status}: {page}")),
            }
            rows.extend(page["events"].as_array().into_iter().flatten().map(Row::of));
            match page["nextCursor"].as_str() {
                Some(next) => {
                    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                    cursor = format!("&cursor={next}");
                }
                None => return Ok(rows),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachments_name_cannot_leave_its_header_or_directory() {
        assert_eq!(file_name("visit.ics"), "visit.ics");
        assert_eq!(file_name("../a\"\r\nb.ics"), ".._a___b.ics");
        assert_eq!(file_name(".."), "attachment");
        assert_eq!(file_name(""), "attachment");
    }

    #[test]
    fn an_event_is_one_row() {
        let event = json!({
            "at": "2026-11-23T03:00:01Z", "type": "APPOINTMENT_BOOKED", "outcome": "success",
            "actor": "a", "actorRole": "patient", "operation": "bookAppointment",
            "resourceType": "appointment", "resourceId": "b",
        });
        let row = Row::of(&event);
        assert_eq!((row.time.as_str(), row.resource.as_str()), ("03:00:01", "appointment b"));
    }
}
