//! `POST /v1/payments/{paymentId}/refunds`: an administrator gives money back that no rule gives back by itself: an amount, or all
//! that is left because the platform failed.
//!
//! It is promised here, with its key, under the payment's version, so that all promises together never exceed what was captured.
//! Razorpay is asked by [`crate::issue_refund`], from the queue.

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
            "What no rule gives back by itself: an amount, or all that is left because the platform failed. At \
             least {MIN_REFUND} paise, never more than is left of what was captured, and nothing that would leave \
             less than that. It is promised here and sent from a queue. It cancels no visit.",
        )
        .allow(&[Role::Admin])
        .idempotent()
        .problems(&[&problem::NOT_FOUND, &problem::CONFLICT, &problem::IDEMPOTENCY_KEY_REUSED]);

/// How much, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundPayment {
    /// In paise: one rupee at least, and all that is left of what was captured, or so much that one rupee at least stays. Goes
    /// without `fault`.
    #[schema(value_type = Option<i64>, example = 10000)]
    amount: Option<Paise>,
    /// `platform`: the visit could not be held as it should, through no fault of patient or doctor. All that is left goes back, under
    /// the rule `platform_fault`. Goes without `amount`.
    #[schema(value_type = Option<String>)]
    fault: Option<String>,
    /// Why, in words that the patient may read. It must not hold health data.
    #[schema(example = "The visit started 40 minutes late.")]
    reason: String,
    /// Which attempt, if more than one was captured; otherwise the one that paid for the visit.
    #[schema(value_type = Option<String>, example = "pay_29QQoUBi66xm2f")]
    gateway_payment_id: Option<GatewayPaymentId>,
}

/// How much is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Amount(Paise),
    PlatformFault,
}

impl Wish {
    fn parse(amount: Option<Paise>, fault: Option<&str>) -> Result<Self, Problem> {
        match (amount, fault) {
            (Some(amount), None) => Ok(Wish::Amount(amount)),
            (None, Some("platform")) => Ok(Wish::PlatformFault),
            (None, Some(_)) => Err(Problem::field("fault", "must be platform")),
            (Some(_), Some(_)) => Err(Problem::field("fault", "goes without amount")),
            (None, None) => Err(Problem::field("amount", "or fault is required")),
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
    let wish = Wish::parse(body.amount, body.fault.as_deref())?;
    let claim = cx.claim()?;
    let grant = GrantId::of_request(&claim.key_hash);

    cx.retrying(async || {
        let ledger = storage.ledger(id).await?;
        let payment = ledger.payment.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let payment = cx.authorize(Action::RefundPayment, payment)?;
        // Before the rule: what is left was less before the first answer to this very request.
        if let Some(earlier) = storage.earlier(claim, cx.now()).await? {
            return Created::earlier(earlier);
        }
        check_unused(&grant, &ledger.refunds)?;
        let granted = decide(payment, body.gateway_payment_id.as_ref(), grant.clone(), wish, &reason, cx.now())?;
        let refund = granted.refund.as_ref().ok_or_else(|| Problem::internal("a grant without a refund"))?;
        let location = format!("/v1/payments/{id}");
        let created = Created::new(location, refund.version + 1, &RefundView::from(refund))?;
        let written = storage.commit_grant(&granted, claim, created.answer(), &cx.provenance()).await?;
        created.once(written)
    })
    .await
}

/// A refund outlives the record of its key: a key that is used again after a day would name the same refund.
fn check_unused(grant: &GrantId, refunds: &[Refund]) -> Result<(), Problem> {
    let is_used = refunds.iter().any(|refund| matches!(&refund.id.name, RefundName::Granted(known) if known == grant));
    if !is_used {
        return Ok(());
    }
    let detail = "a refund was granted under this Idempotency-Key before: use a new key for another one";
    Err(Problem::of(&problem::CONFLICT).detail(detail))
}

/// The rule, in the words of this endpoint.
fn decide(
    payment: Authorized<Payment>,
    attempt: Option<&GatewayPaymentId>,
    grant: GrantId,
    wish: Wish,
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
    let granted = match wish {
        Wish::Amount(amount) => payment.grant(&attempt, grant, amount, remark, now),
        Wish::PlatformFault => payment.compensate(&attempt, grant, remark, now),
    };
    granted.map_err(|refusal| match refusal {
        PromiseRefusal::NotCaptured => not_captured(),
        PromiseRefusal::TooMuch { left } => {
            Problem::of(&problem::CONFLICT).detail(format!("{} paise are left of what was captured", left.get()))
        }
        PromiseRefusal::TooLittle => Problem::field("amount", "must be 100 paise or more"),
        PromiseRefusal::LeavesTooLittle { left } => {
            Problem::field("amount", format!("must be all {} paise that are left, or leave 100 or more", left.get()))
        }
    })
}

fn not_captured() -> Problem {
    Problem::of(&problem::CONFLICT).detail("nothing was captured by this payment")
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
        decide(payment, attempt.as_ref(), grant, Wish::Amount(paise(amount)), &reason, instant())
            .err()
            .map(|it| it.kind.slug)
    }

    #[test]
    fn what_was_captured_can_be_given_back_and_no_more() {
        assert_eq!(refusal(captured_payment(), None, 50_000), None);
        assert_eq!(refusal(captured_payment(), Some("pay_P1"), 100), None);
        assert_eq!(refusal(captured_payment(), None, 50_001), Some("conflict"));
        assert_eq!(refusal(captured_payment(), None, 99), Some("invalid-request"));
        assert_eq!(refusal(captured_payment(), None, 49_900), None);
        assert_eq!(refusal(captured_payment(), None, 49_901), Some("invalid-request"));
        assert_eq!(refusal(captured_payment(), Some("pay_P2"), 100), Some("conflict"));
        let open = payment(PaymentState::Open { order: order_id("order_A1") });
        assert_eq!(refusal(open, None, 100), Some("conflict"));
    }

    #[test]
    fn a_key_that_has_granted_a_refund_grants_no_other() {
        let (paid, grant) = (attempt("pay_P1"), GrantId::of_request("k"));
        let granted = captured_payment().grant(&paid, grant, paise(100), String::new(), instant()).unwrap();
        let refunds = [granted.refund.unwrap()];
        let refusal = |key, refunds: &[Refund]| check_unused(&GrantId::of_request(key), refunds).err();
        assert_eq!(refusal("k", &refunds).map(|it| it.kind.slug), Some("conflict"));
        assert!(refusal("k", &[]).is_none() && refusal("other", &refunds).is_none());
    }

    #[test]
    fn somebody_says_how_much_or_whose_fault_it_was() {
        let amount = Some(paise(100));
        assert_eq!(Wish::parse(amount, None).unwrap(), Wish::Amount(paise(100)));
        assert_eq!(Wish::parse(None, Some("platform")).unwrap(), Wish::PlatformFault);
        for (amount, fault) in [(amount, Some("platform")), (None, Some("doctor")), (None, None)] {
            assert_eq!(Wish::parse(amount, fault).unwrap_err().kind.slug, "invalid-request");
        }
    }
}
