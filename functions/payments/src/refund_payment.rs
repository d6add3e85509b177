//! `POST /v1/payments/{paymentId}/refunds`: an administrator grants a refund that no rule grants automatically: an
//! amount, or the whole remainder because the platform failed.
//!
//! The refund is promised here, with its key, under the payment's version. So all promises together never exceed the
//! captured amount. [`crate::issue_refund`] requests it from Razorpay, from the queue.

use crate::confirm_payment::PaymentPath;
use crate::view::RefundView;
use api::problem::{self, Fields, Problem};
use api::{Context, Created, Endpoint, Json, Path};
use domain::access::{Action, Authorized, Role};
use domain::core::id::GatewayPaymentId;
use domain::core::id::{GrantId, RefundName};
use domain::core::money::Paise;
use domain::core::person::Remark;
use domain::payments::account::{PromiseRefusal, RefundDecisionOutcome};
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::refund::Refund;
use jiff::Timestamp;
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `refundPayment`
pub static ENDPOINT: Endpoint<Storage, (Path<PaymentPath>, Json<RefundPayment>), Created<RefundView>> =
    Endpoint::post("/v1/payments/{paymentId}/refunds", "refundPayment", "Grant a refund", &handle)
        .details(
            "Grants a refund that no rule grants automatically: an amount, or the whole remainder because the \
             platform failed. The refund is at least {MIN_REFUND} paise and at most the remainder of the captured \
             amount, and leaves either nothing or at least {MIN_REFUND} paise. It is promised here and sent from a \
             queue. It cancels no visit.",
        )
        .allow(&[Role::Admin])
        .idempotent()
        .problems(&[
            &problem::NOT_FOUND,
            &problem::NOT_PAID,
            &problem::REFUND_TOO_LARGE,
            &problem::GRANT_KEY_USED,
            &problem::IDEMPOTENCY_KEY_REUSED,
        ]);

/// The amount of the refund and its reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundPayment {
    /// The amount in paise: at least one rupee, and either the whole remainder of the captured amount, or an amount
    /// that leaves at least one rupee. Not together with `fault`.
    #[schema(value_type = Option<i64>, example = 10000)]
    amount: Option<Paise>,
    /// `platform`: the visit failed through no fault of the patient or the doctor. The whole remainder is refunded,
    /// under the rule `platform_fault`. Not together with `amount`.
    #[schema(value_type = Option<String>)]
    fault: Option<String>,
    /// The reason. The patient can read it. It must not contain health data.
    #[schema(example = "The visit started 40 minutes late.")]
    reason: String,
    /// The attempt to refund, if more than one was captured. Default: the attempt that paid for the visit.
    #[schema(value_type = Option<api::schema::GatewayPaymentId>)]
    gateway_payment_id: Option<GatewayPaymentId>,
}

/// The amount that the administrator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Requested {
    Amount(Paise),
    PlatformFault,
}

impl Requested {
    fn parse(amount: Option<Paise>, fault: Option<&str>) -> Result<Self, Problem> {
        match (amount, fault) {
            (Some(amount), None) => Ok(Requested::Amount(amount)),
            (None, Some("platform")) => Ok(Requested::PlatformFault),
            (None, Some(_)) => Err(Problem::field("fault", "must be platform")),
            (Some(_), Some(_)) => Err(Problem::field("fault", "must not be sent together with amount")),
            (None, None) => Err(Problem::field("amount", "is required, unless fault is sent")),
        }
    }
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(PaymentPath { payment_id: id }), Json(body)): (Path<PaymentPath>, Json<RefundPayment>),
) -> Result<Created<RefundView>, Problem> {
    let mut fields = Fields::default();
    let reason = fields.parse("reason", Remark::parse(&body.reason));
    fields.finish()?;
    let Some(reason) = reason else { return Err(Problem::internal("a checked field is missing")) };
    let requested = Requested::parse(body.amount, body.fault.as_deref())?;
    let claim = cx.claim()?;
    let grant = GrantId::of_request(&claim.key_hash);

    cx.retrying(async || {
        let ledger = storage.ledger(id).await?;
        let payment = ledger.payment.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let payment = cx.authorize(Action::RefundPayment, payment)?;
        // Before the rule: the first answer to this request has already reduced the remainder.
        if let Some(earlier) = storage.earlier(claim, cx.now()).await? {
            return Created::earlier(earlier);
        }
        check_unused(&grant, &ledger.refunds)?;
        let granted = decide(payment, body.gateway_payment_id.as_ref(), grant.clone(), requested, &reason, cx.now())?;
        let refund = granted.refund.as_ref().ok_or_else(|| Problem::internal("a grant without a refund"))?;
        let location = format!("/v1/payments/{id}");
        let created = Created::new(location, refund.version + 1, &RefundView::from(refund))?;
        let written = storage.commit_grant(&granted, claim, created.answer(), &cx.provenance()).await?;
        created.once(written)
    })
    .await
}

/// A refund outlives the record of its idempotency key: the same key, used again later, would name the same refund.
fn check_unused(grant: &GrantId, refunds: &[Refund]) -> Result<(), Problem> {
    let is_used = refunds.iter().any(|refund| matches!(&refund.id.name, RefundName::Granted(known) if known == grant));
    if !is_used {
        return Ok(());
    }
    Err(Problem::of(&problem::GRANT_KEY_USED))
}

/// Applies the rule, and maps its refusals to the problems of this endpoint.
fn decide(
    payment: Authorized<Payment>,
    attempt: Option<&GatewayPaymentId>,
    grant: GrantId,
    requested: Requested,
    reason: &Remark,
    now: Timestamp,
) -> Result<RefundDecisionOutcome, Problem> {
    let payment = payment.into_inner();
    let paying = match &payment.state {
        PaymentState::Captured { payment, .. } => Some(payment.clone()),
        PaymentState::Intent { .. } | PaymentState::Open { .. } => None,
    };
    let attempt = attempt.cloned().or(paying).ok_or_else(not_captured)?;
    let remark = reason.as_str().to_owned();
    let granted = match requested {
        Requested::Amount(amount) => payment.grant(&attempt, grant, amount, remark, now),
        Requested::PlatformFault => payment.compensate(&attempt, grant, remark, now),
    };
    granted.map_err(|refusal| match refusal {
        PromiseRefusal::NotCaptured => not_captured(),
        PromiseRefusal::TooMuch { left } => Problem::of(&problem::REFUND_TOO_LARGE)
            .detail(format!("{} paise are left of the captured amount.", left.get())),
        PromiseRefusal::TooLittle => Problem::field("amount", "must be 100 paise or more"),
        PromiseRefusal::LeavesTooLittle { left } => Problem::field(
            "amount",
            format!("must be the whole remainder of {} paise, or leave 100 or more", left.get()),
        ),
    })
}

fn not_captured() -> Problem {
    Problem::of(&problem::NOT_PAID).detail("Nothing was captured by this payment.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{attempt, captured_payment, instant, order_id, paise, payment};
    use domain::access::{Actor, authorize};
    use domain::core::id::UserId;

    fn refusal(payment: Payment, attempt: Option<&str>, amount: i64) -> Option<&'static str> {
        let admin = Actor::Admin(UserId::from(payment.patient));
        let payment = authorize(&admin, Action::RefundPayment, payment).unwrap();
        let attempt = attempt.map(crate::testing::attempt);
        let reason = Remark::parse("late").unwrap();
        let grant = GrantId::of_request("k");
        decide(payment, attempt.as_ref(), grant, Requested::Amount(paise(amount)), &reason, instant())
            .err()
            .map(|it| it.kind.slug)
    }

    #[test]
    fn a_grant_is_at_most_the_captured_amount() {
        assert_eq!(refusal(captured_payment(), None, 50_000), None);
        assert_eq!(refusal(captured_payment(), Some("pay_P1"), 100), None);
        assert_eq!(refusal(captured_payment(), None, 50_001), Some("refund-too-large"));
        assert_eq!(refusal(captured_payment(), None, 99), Some("invalid-request"));
        assert_eq!(refusal(captured_payment(), None, 49_900), None);
        assert_eq!(refusal(captured_payment(), None, 49_901), Some("invalid-request"));
        assert_eq!(refusal(captured_payment(), Some("pay_P2"), 100), Some("not-paid"));
        let open = payment(PaymentState::Open { order: order_id("order_A1") });
        assert_eq!(refusal(open, None, 100), Some("not-paid"));
    }

    #[test]
    fn an_idempotency_key_grants_one_refund() {
        let (paid, grant) = (attempt("pay_P1"), GrantId::of_request("k"));
        let granted = captured_payment().grant(&paid, grant, paise(100), String::new(), instant()).unwrap();
        let refunds = [granted.refund.unwrap()];
        let refusal = |key, refunds: &[Refund]| check_unused(&GrantId::of_request(key), refunds).err();
        assert_eq!(refusal("k", &refunds).map(|it| it.kind.slug), Some("grant-key-used"));
        assert!(refusal("k", &[]).is_none() && refusal("other", &refunds).is_none());
    }

    #[test]
    fn the_administrator_states_either_an_amount_or_a_fault() {
        let amount = Some(paise(100));
        assert_eq!(Requested::parse(amount, None).unwrap(), Requested::Amount(paise(100)));
        assert_eq!(Requested::parse(None, Some("platform")).unwrap(), Requested::PlatformFault);
        for (amount, fault) in [(amount, Some("platform")), (None, Some("doctor")), (None, None)] {
            assert_eq!(Requested::parse(amount, fault).unwrap_err().kind.slug, "invalid-request");
        }
    }
}
