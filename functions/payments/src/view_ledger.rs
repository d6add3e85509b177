//! `GET /v1/ledger`: an administrator compares the payments of a day, captured or open, with Razorpay's books.
//!
//! Each payment is compared separately. So the cost follows the size of the page: one read of the table and one call to
//! Razorpay for each payment. A difference is also an event of the audit trail.

use crate::balance::{self, LedgerEntry};
use crate::ports::{PaymentPorts, not_available};
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use domain::audit::EventType;
use domain::payments::payment::Payment;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use storage::{PageRequest, PaymentFilter};
use utoipa::ToSchema;

/// `viewLedger`
pub static ENDPOINT: Endpoint<PaymentPorts, Query<LedgerQuery>, Disclosed<LedgerPage>> =
    Endpoint::get("/v1/ledger", "viewLedger", "Compare a day's payments with Razorpay's books", &handle)
        .details(
            "Each payment that was captured on the day, with the amounts in Vaidya's and in Razorpay's books. With \
             `state` `open`: the orders of the day that are unpaid as far as Vaidya knows. A day balances if all its \
             pages balance. A difference is recorded in the audit trail and raises an alarm. Every paid payment is \
             also compared automatically, some days after its order. The access is recorded in the audit trail \
             before the answer is sent.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::UNAVAILABLE]);

/// The payments to compare.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LedgerQuery {
    /// The day, in UTC, on which the payments were captured or started. Default: today.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-30")]
    day: Option<Date>,
    /// `captured` (the default), or `open`: payments without a reported capture, to find money that Razorpay captured
    /// without a report.
    #[schema(value_type = Option<String>, example = "captured")]
    state: Option<LedgerState>,
    /// The maximum number of payments on the page, 1 to 20. Each is looked up at Razorpay.
    #[schema(inline)]
    limit: Option<Limit<20>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// The state, in Vaidya's books, of the payments to compare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LedgerState {
    #[default]
    Captured,
    Open,
}

/// A page of the ledger of a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerPage {
    /// The payments, earliest first.
    entries: Vec<LedgerEntry>,
    /// Whether all payments of this page balance.
    balanced: bool,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

/// It is made of payments of patients, as [`crate::list_payments`] shows them.
impl View for LedgerPage {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: PaymentPorts,
    Query(query): Query<LedgerQuery>,
) -> Result<Disclosed<LedgerPage>, Problem> {
    cx.authorize(Action::ViewLedger, Parties::none())?;
    let limit = cursor::limit(query.limit, 10);
    let day = query.day.unwrap_or(cx.now().to_zoned(TimeZone::UTC).date());
    let state = match query.state.unwrap_or_default() {
        LedgerState::Captured => PaymentFilter::Captured,
        LedgerState::Open => PaymentFilter::Open,
    };
    let name = format!("{} of {day}", state.as_str());
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let page = ports.storage.payments_of_day(state, day, &PageRequest::new(limit, after)).await?;
    let entries = futures::future::try_join_all(page.items.iter().map(|payment| entry(&cx, &ports, payment))).await?;
    let about = About::of_patients("ledger", &name, page.items.iter().map(|payment| payment.patient));
    let ledger = LedgerPage {
        balanced: entries.iter().all(|entry| entry.balanced),
        entries,
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(&ports.storage, EventType::PaymentsListed, about, ledger).await
}

async fn entry(cx: &Context, ports: &PaymentPorts, listed: &Payment) -> Result<LedgerEntry, Problem> {
    // The index of the list may lag, so the payment itself is read with strong consistency.
    let ledger = ports.storage.ledger(listed.id).await?;
    let order = listed.order().ok_or_else(|| Problem::internal("a payment that is listed has no order"))?;
    let reported = ports.gateway.payments_of_order(order).await.map_err(not_available)?;
    balance::check(cx, &ports.storage, listed.id, &ledger, &reported).await
}
