//! `GET /v1/ledger`: for an administrator, what was captured on a day, or is open, and whether Razorpay's books say the same.
//!
//! Payment by payment, so that what it costs follows the page: two reads of ours and one call to Razorpay for each. What differs is
//! also an event of the audit trail.

use crate::gateway_payment::sent;
use crate::ports::{PaymentPorts, not_available};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Open, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use domain::audit::{EventType, Outcome};
use domain::core::id::PaymentId;
use domain::payments::payment::Payment;
use domain::payments::refund::RefundState;
use gateway::razorpay::GatewayPayment;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use storage::{Ledger, PageRequest, PaymentFilter};
use utoipa::ToSchema;

/// `viewLedger`
pub static ENDPOINT: Endpoint<PaymentPorts, Query<LedgerQuery>, Ok200<LedgerPage>> =
    Endpoint::get("/v1/ledger", "viewLedger", "Compare a day's payments with Razorpay's books", &handle)
        .details(
            "What was captured on a day, payment by payment, beside what Razorpay's books say of the same; with \
             `state` the orders of a day that nobody has paid as far as we know. A day balances if all its pages do. A \
             difference is an event of the audit trail and an alarm. Every payment is compared by itself, too, on \
             the fourth day.",
        )
        .allow(&[Role::Admin])
        .problems(&[&problem::UNAVAILABLE]);

/// Which payments.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LedgerQuery {
    /// Those that were captured, or begun, on this day, in UTC; today, if it is left out.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-30")]
    day: Option<Date>,
    /// `captured` (if it is left out), or `open`: those of which nobody has told us that they are paid, to find money that Razorpay has
    /// all the same.
    #[schema(value_type = Option<String>, example = "captured")]
    state: Option<LedgerState>,
    /// How many at most, 1 to 20: Razorpay is asked about each.
    #[schema(minimum = 1, maximum = 20)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What we know of a payment that is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LedgerState {
    #[default]
    Captured,
    Open,
}

/// A page of the books of a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerPage {
    /// The payments, earliest first.
    entries: Vec<LedgerEntry>,
    /// Whether all of this page balances.
    balanced: bool,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl View for LedgerPage {
    type Data = Open;
}

/// The books of one payment, in paise.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// The payment.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// What we know to be captured. It is the sum of the five that follow.
    captured: i64,
    /// What is kept, under the rules that the payment shows.
    retained: i64,
    /// What is promised back, and Razorpay has not been asked for yet.
    refund_pending: i64,
    /// What is on its way back.
    refund_requested: i64,
    /// What is back.
    refunded: i64,
    /// What could not be paid back, and is owed still.
    refund_failed: i64,
    /// What Razorpay says it captured.
    gateway_captured: i64,
    /// What Razorpay says it has paid back, or is about to.
    gateway_refunded: i64,
    /// Whether both books say the same.
    balanced: bool,
}

async fn handle(
    cx: Context,
    ports: PaymentPorts,
    Query(query): Query<LedgerQuery>,
) -> Result<Ok200<LedgerPage>, Problem> {
    cx.authorize(Action::ViewLedger, Parties::none())?;
    let limit = cursor::limit(query.limit, 10, 20)?;
    let day = query.day.unwrap_or(cx.now().to_zoned(TimeZone::UTC).date());
    let state = match query.state.unwrap_or_default() {
        LedgerState::Captured => PaymentFilter::Captured,
        LedgerState::Open => PaymentFilter::Open,
    };
    let name = format!("{} of {day}", state.as_str());
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let page = ports.storage.payments_of_day(state, day, &PageRequest::new(limit, after)).await?;
    let entries = futures::future::try_join_all(page.items.iter().map(|payment| ports.entry(&cx, payment))).await?;
    Ok(Ok200::new(LedgerPage {
        balanced: entries.iter().all(|entry| entry.balanced),
        entries,
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    }))
}

impl PaymentPorts {
    async fn entry(&self, cx: &Context, listed: &Payment) -> Result<LedgerEntry, Problem> {
        // The list may lag; the books are read strongly.
        let ledger = self.storage.ledger(listed.id).await?;
        let order = listed.order().ok_or_else(|| Problem::internal("a payment that is listed has no order"))?;
        let told = self.gateway.payments_of_order(order).await.map_err(not_available)?;
        self.balance(cx, listed.id, &ledger, &told).await
    }

    /// Compares both books of a payment. A difference is logged, where a metric filter counts it, and is an event of the trail.
    pub(crate) async fn balance(
        &self,
        cx: &Context,
        id: PaymentId,
        ledger: &Ledger,
        told: &[GatewayPayment],
    ) -> Result<LedgerEntry, Problem> {
        let entry = compare(id, ledger, told);
        if !entry.balanced {
            tracing::error!(metric = "ledger_mismatches", value = 1, payment.id = %id, ?entry, "the books differ");
            let (event, id) = (EventType::LedgerMismatch, id.to_string());
            let activity = cx.activity(event, Outcome::Failure, ("payment", &id), Some("the books differ".to_owned()));
            self.storage.record_activity(&activity, &cx.provenance()).await?;
        }
        Ok(entry)
    }
}

/// Both books of a payment. A capture that was refused, because it is not what was asked for, is in Razorpay's alone.
pub(crate) fn compare(id: PaymentId, ledger: &Ledger, told: &[GatewayPayment]) -> LedgerEntry {
    let (captured, retained) =
        ledger.payment.as_ref().map_or((0, 0), |payment| (payment.captured(), payment.retained()));
    let accounts = ledger.payment.iter().flat_map(|payment| &payment.accounts);
    let is_account =
        |attempt| accounts.clone().any(|account| account.attempt == attempt && !account.captured.is_zero());
    let refunds = || ledger.refunds.iter().filter(|refund| is_account(refund.id.attempt.clone()));
    let in_state = |wanted: fn(&RefundState) -> bool| {
        let claimed = refunds().filter(|refund| refund.claims() && wanted(&refund.state));
        claimed.map(|refund| refund.amount.get()).sum::<i64>()
    };
    let ours = told.iter().filter(|attempt| attempt.was_captured());
    let gateway_captured = ours.clone().map(|attempt| attempt.amount.get()).sum();
    let gateway_refunded = ours.clone().map(|attempt| attempt.amount_refunded.get()).sum();
    let (refund_pending, refund_requested, refunded, refund_failed) = (
        in_state(|state| matches!(state, RefundState::Pending)),
        in_state(|state| matches!(state, RefundState::Requested { .. })),
        in_state(|state| matches!(state, RefundState::Processed { .. })),
        in_state(|state| matches!(state, RefundState::Failed { .. })),
    );
    let each = ours.clone().all(|attempt| {
        let account = ledger.payment.as_ref().and_then(|payment| payment.account(&attempt.id));
        account.is_some_and(|account| account.captured == attempt.amount)
            && sent(ledger, &attempt.id) == attempt.amount_refunded.get()
    });
    let balanced = each
        && captured == gateway_captured
        && captured == retained + refund_pending + refund_requested + refunded + refund_failed;
    LedgerEntry {
        payment_id: id,
        captured,
        retained,
        refund_pending,
        refund_requested,
        refunded,
        refund_failed,
        gateway_captured,
        gateway_refunded,
        balanced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{captured_payment, gateway_payment, instant, paise};
    use domain::core::cancelled_by::CancelledBy;
    use domain::payments::refund::Refund;
    use domain::payments::refund_policy::{RefundPolicy, Situation};
    use jiff::SignedDuration;

    fn cancelled() -> Ledger {
        let situation = Situation::Cancelled { by: CancelledBy::Patient, notice: SignedDuration::from_hours(3) };
        let end = captured_payment().decide_refund(situation, &RefundPolicy::default(), instant()).unwrap();
        Ledger { payment: Some(end.payment), refunds: end.refund.into_iter().collect(), ..Ledger::default() }
    }

    fn advanced(ledger: Ledger, state: RefundState) -> Ledger {
        let refunds = ledger.refunds.into_iter().map(|refund| Refund { state: state.clone(), ..refund }).collect();
        Ledger { refunds, ..ledger }
    }

    fn told(refunded: i64) -> Vec<GatewayPayment> {
        vec![GatewayPayment { amount_refunded: paise(refunded), ..gateway_payment() }]
    }

    #[test]
    fn a_payment_balances_at_every_step_of_its_refund() {
        let id = captured_payment().id;
        let paid = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(compare(id, &paid, &told(0)).balanced);
        let pending = compare(id, &cancelled(), &told(0));
        assert_eq!((pending.retained, pending.refund_pending, pending.balanced), (25_000, 25_000, true));
        let (refund_id, at) = ("rfnd_A".parse().unwrap(), instant());
        let there = compare(id, &advanced(cancelled(), RefundState::Processed { refund_id, at }), &told(25_000));
        assert_eq!((there.refunded, there.gateway_refunded, there.balanced), (25_000, 25_000, true));
        let failed = RefundState::Failed { detail: String::new(), refund_id: None, at };
        let failed = compare(id, &advanced(cancelled(), failed), &told(0));
        assert_eq!((failed.refund_failed, failed.balanced), (25_000, true));
    }

    #[test]
    fn what_one_of_the_books_does_not_know_is_told() {
        let id = captured_payment().id;
        let paid = Ledger { payment: Some(captured_payment()), ..Ledger::default() };
        assert!(!compare(id, &paid, &[]).balanced, "a capture that Razorpay does not know");
        assert!(!compare(id, &paid, &told(100)).balanced, "a refund that we do not know");
        let second = GatewayPayment { id: "pay_P2".parse().unwrap(), ..gateway_payment() };
        assert!(!compare(id, &paid, &[gateway_payment(), second]).balanced, "a second capture that we do not know");
        let (refund_id, at) = ("rfnd_A".parse().unwrap(), instant());
        let there = advanced(cancelled(), RefundState::Processed { refund_id, at });
        assert!(!compare(id, &there, &told(0)).balanced, "a refund that Razorpay does not know");
    }
}
