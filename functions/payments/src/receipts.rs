//! The receipt of a payment: found, or issued when it is asked for first.
//!
//! So the series counts the receipts that exist, without a gap, and a payment that nobody wants a receipt for costs none.

use crate::view_receipt::ReceiptView;
use api::problem::{self, Problem};
use api::{About, Aws, ConfigError, Context, Disclosed, FromEnvironment, Variable};
use domain::access::Action;
use domain::audit::EventType;
use domain::core::id::PaymentId;
use domain::payments::receipt::{FinancialYear, NoReceipt, issue};
use storage::{Ledger, Storage};

/// The table, and the rate of the tax that a fee includes.
#[derive(Clone)]
pub struct ReceiptPorts {
    storage: Storage,
    tax_basis_points: u16,
}

impl FromEnvironment for ReceiptPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(ReceiptPorts { storage: aws.storage()?, tax_basis_points: aws.parsed(Variable::TaxBasisPoints)? })
    }
}

impl ReceiptPorts {
    /// The receipt, for whoever may see it. That it was issued is the record of who saw it first.
    ///
    /// # Errors
    /// 404 for who may not see it, 409 if the visit is not paid, and those of the table.
    pub(crate) async fn receipt(&self, cx: &Context, id: PaymentId) -> Result<Disclosed<ReceiptView>, Problem> {
        cx.retrying(async || {
            let ledger = self.storage.ledger(id).await?;
            let payment = ledger.payment.as_ref().ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
            cx.authorize(Action::ViewReceipt, payment)?;
            let refunded = paid_back(&ledger);
            if let Some(receipt) = ledger.receipt.clone() {
                let about = About::of("receipt", &id.to_string(), payment.patient);
                return cx
                    .disclose(&self.storage, EventType::ReceiptViewed, about, ReceiptView::of(receipt, refunded))
                    .await;
            }
            let series = self.storage.receipt_counter(FinancialYear::of(cx.now())).await?;
            let visit = self.storage.appointment(payment.appointment).await?;
            let visit = visit.ok_or_else(|| Problem::internal("a payment without an appointment"))?;
            let doctor = self.storage.doctor(visit.doctor).await?;
            let doctor = doctor.ok_or_else(|| Problem::internal("an appointment without a doctor"))?;
            let issued = issue(payment, &doctor, series, self.tax_basis_points, cx.now());
            let (receipt, series) = issued.map_err(|refusal| match refusal {
                NoReceipt::NotPaid => Problem::of(&problem::CONFLICT).detail("the visit is not paid"),
                NoReceipt::SeriesFull => Problem::internal(refusal),
            })?;
            self.storage.commit_receipt(&receipt, &series, &cx.provenance()).await?;
            Ok(cx.disclose_written(EventType::ReceiptIssued, ReceiptView::of(receipt, refunded)))
        })
        .await
    }
}

/// What of the money that paid for the visit has been paid back, in paise.
fn paid_back(ledger: &Ledger) -> i64 {
    let paying = ledger.payment.as_ref().and_then(|payment| payment.paying_account());
    let of_paying = |attempt| paying.is_some_and(|account| account.attempt == attempt);
    let refunds = ledger.refunds.iter().filter(|refund| of_paying(refund.id.attempt.clone()));
    let is_there = |refund: &&domain::payments::refund::Refund| {
        matches!(refund.state, domain::payments::refund::RefundState::Processed { .. })
    };
    refunds.filter(is_there).map(|refund| refund.amount.get()).sum()
}
