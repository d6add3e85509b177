//! The receipt of a payment. The first request issues it, and later requests read it.
//!
//! So the series counts the receipts that exist, without a gap, and a payment without a request uses no number.

use api::problem::{self, Problem};
use api::{About, Aws, ConfigError, Context, Disclosed, FromEnvironment, Health, Variable, View};
use domain::access::Action;
use domain::audit::EventType;
use domain::core::id::PaymentId;
use domain::core::money::{Currency, Paise};
use domain::core::person::{DoctorName, RegistrationNumber};
use domain::payments::receipt::{FinancialYear, NoReceipt, Receipt, ReceiptNumber, issue};
use domain::payments::refund::{Refund, RefundState};
use jiff::Timestamp;
use serde::Serialize;
use storage::{Ledger, Storage};
use utoipa::ToSchema;

/// The table, and the rate of the tax that a fee includes, in basis points.
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

/// The receipt of a paid visit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Receipt)]
pub struct ReceiptView {
    /// The number of the receipt, in the gapless series of its financial year.
    #[schema(value_type = String, example = "VAI/26-27/000001")]
    pub(crate) number: ReceiptNumber,
    /// The id of the payment.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) payment_id: PaymentId,
    /// The instant at which the receipt was issued.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) issued_at: Timestamp,
    /// The instant at which the payment was captured.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) paid_at: Timestamp,
    /// The doctor's name when the receipt was issued.
    #[schema(value_type = String)]
    pub(crate) doctor_name: DoctorName,
    /// The doctor's registration number.
    #[schema(value_type = String)]
    pub(crate) registration_number: RegistrationNumber,
    /// The amount paid, tax included, in paise.
    #[schema(value_type = i64, example = 50000)]
    pub(crate) amount: Paise,
    /// The ISO 4217 code of the currency.
    #[schema(value_type = String, example = "INR")]
    pub(crate) currency: Currency,
    /// The tax rate in basis points (hundredths of a percent). 0 means exempt.
    pub(crate) tax_basis_points: u16,
    /// The tax that the amount includes, in paise.
    #[schema(value_type = i64, example = 0)]
    pub(crate) tax: Paise,
    /// The part of the amount that has been refunded so far, in paise.
    pub(crate) refunded: i64,
}

impl View for ReceiptView {
    type Data = Health;
}

impl ReceiptView {
    /// The view of a receipt. `refunded` is the amount refunded so far, in paise.
    pub(crate) fn of(receipt: Receipt, refunded: i64) -> Self {
        Self {
            number: receipt.number,
            payment_id: receipt.payment,
            issued_at: receipt.issued_at,
            paid_at: receipt.paid_at,
            doctor_name: receipt.doctor_name,
            registration_number: receipt.registration_number,
            amount: receipt.amount,
            currency: receipt.currency,
            tax_basis_points: receipt.tax_basis_points,
            tax: receipt.tax,
            refunded,
        }
    }
}

/// Returns the receipt of a payment, and issues it first if there is none. The audit event of the issue records the
/// first access.
///
/// # Errors
/// 404 if the caller may not see the receipt, 409 if the visit is not paid, 503 if the table does not answer.
pub(crate) async fn receipt(
    cx: &Context,
    ports: &ReceiptPorts,
    id: PaymentId,
) -> Result<Disclosed<ReceiptView>, Problem> {
    cx.retrying(async || {
        let ledger = ports.storage.ledger(id).await?;
        let payment = ledger.payment.as_ref().ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        cx.authorize(Action::ViewReceipt, payment)?;
        let refunded = paid_back(&ledger);
        if let Some(receipt) = ledger.receipt.clone() {
            let about = About::of("receipt", &id.to_string(), payment.patient);
            return cx
                .disclose(&ports.storage, EventType::ReceiptViewed, about, ReceiptView::of(receipt, refunded))
                .await;
        }
        let counter = ports.storage.receipt_counter(FinancialYear::of(cx.now())).await?;
        let visit = ports.storage.appointment(payment.appointment).await?;
        let visit = visit.ok_or_else(|| Problem::internal("a payment without an appointment"))?;
        let doctor = ports.storage.doctor(visit.doctor).await?;
        let doctor = doctor.ok_or_else(|| Problem::internal("an appointment without a doctor"))?;
        let issued = issue(payment, &doctor, counter, ports.tax_basis_points, cx.now());
        let (receipt, counter) = issued.map_err(|refusal| match refusal {
            NoReceipt::NotPaid => Problem::of(&problem::CONFLICT).detail("the visit is not paid"),
            NoReceipt::SeriesFull => Problem::internal(refusal),
        })?;
        ports.storage.commit_receipt(&receipt, &counter, &cx.provenance()).await?;
        Ok(cx.disclose_written(EventType::ReceiptIssued, ReceiptView::of(receipt, refunded)))
    })
    .await
}

/// The refunded part of the capture that paid for the visit, in paise.
fn paid_back(ledger: &Ledger) -> i64 {
    let paying = ledger.payment.as_ref().and_then(|payment| payment.paying_account());
    let of_paying = |attempt| paying.is_some_and(|account| account.attempt == attempt);
    let refunds = ledger.refunds.iter().filter(|refund| of_paying(refund.id.attempt.clone()));
    let is_processed = |refund: &&Refund| matches!(refund.state, RefundState::Processed { .. });
    refunds.filter(is_processed).map(|refund| refund.amount.get()).sum()
}
