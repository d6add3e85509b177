//! `GET /v1/payments/{paymentId}/receipt`: the receipt of a paid visit. The first who asks for it has it issued.

use crate::confirm_payment::PaymentPath;
use crate::receipts::{ReceiptPorts, paid_back};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Open, Path, View};
use domain::id::PaymentId;
use domain::money::{Currency, Paise};
use domain::person::{PersonName, RegistrationNumber};
use domain::policy::Role;
use domain::receipt::{Receipt, ReceiptNumber};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// `viewReceipt`
pub static ENDPOINT: Endpoint<ReceiptPorts, Path<PaymentPath>, Ok200<ReceiptView>> =
    Endpoint::get("/v1/payments/{paymentId}/receipt", "viewReceipt", "See the receipt of a payment", &handle)
        .allow(&[Role::Patient, Role::Admin])
        .problems(&[&problem::NOT_FOUND, &problem::CONFLICT]);

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Receipt)]
pub struct ReceiptView {
    /// Its number, in an unbroken series of the financial year.
    #[schema(value_type = String, example = "VAI/26-27/000001")]
    number: ReceiptNumber,
    /// The payment that it is for.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    issued_at: Timestamp,
    /// When the money came.
    #[schema(value_type = String, format = DateTime)]
    paid_at: Timestamp,
    /// The doctor, as the name was when the receipt was issued.
    #[schema(value_type = String)]
    doctor_name: PersonName,
    /// The doctor's registration number.
    #[schema(value_type = String)]
    registration_number: RegistrationNumber,
    /// What was paid, tax included, in paise.
    #[schema(value_type = i64, example = 50000)]
    amount: Paise,
    /// The currency, by its ISO 4217 code.
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// The rate of the tax, in hundredths of a percent; 0 means exempt.
    tax_basis_points: u16,
    /// What of the amount is tax, in paise.
    #[schema(value_type = i64, example = 0)]
    tax: Paise,
    /// What of the amount has been paid back by now, in paise.
    refunded: i64,
}

impl View for ReceiptView {
    type Data = Open;
}

async fn handle(
    cx: Context,
    ports: ReceiptPorts,
    Path(PaymentPath { payment_id: id }): Path<PaymentPath>,
) -> Result<Ok200<ReceiptView>, Problem> {
    let (receipt, ledger) = ports.receipt(&cx, id).await?;
    let refunded = paid_back(&ledger);
    let Receipt { payment, number, issued_at, paid_at, doctor_name, registration_number, .. } = receipt;
    Ok(Ok200::new(ReceiptView {
        number,
        payment_id: payment,
        issued_at,
        paid_at,
        doctor_name,
        registration_number,
        amount: receipt.amount,
        currency: receipt.currency,
        tax_basis_points: receipt.tax_basis_points,
        tax: receipt.tax,
        refunded,
    }))
}
