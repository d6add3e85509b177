//! `GET /v1/payments/{paymentId}/receipt`: the receipt of a paid visit. The first who asks for it has it issued.

use crate::confirm_payment::PaymentPath;
use crate::receipts::ReceiptPorts;
use api::problem::{self, Problem};
use api::{Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::Role;
use domain::core::id::PaymentId;
use domain::core::money::{Currency, Paise};
use domain::core::person::{PersonName, RegistrationNumber};
use domain::payments::receipt::{Receipt, ReceiptNumber};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// `viewReceipt`
pub static ENDPOINT: Endpoint<ReceiptPorts, Path<PaymentPath>, Disclosed<ReceiptView>> =
    Endpoint::get("/v1/payments/{paymentId}/receipt", "viewReceipt", "See the receipt of a payment", &handle)
        .details(
            "Issued when it is asked for first, under the next number of the financial year's series, which has \
             no gaps. It shows number, date, the doctor's registration number, the amounts and the tax in them, \
             in paise. The access is recorded in the audit trail.",
        )
        .allow(&[Role::Patient, Role::Admin])
        .problems(&[&problem::NOT_FOUND, &problem::CONFLICT]);

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Receipt)]
pub struct ReceiptView {
    /// Its number, in an unbroken series of the financial year.
    #[schema(value_type = String, example = "VAI/26-27/000001")]
    pub(crate) number: ReceiptNumber,
    /// The payment that it is for.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) payment_id: PaymentId,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) issued_at: Timestamp,
    /// When the money came.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) paid_at: Timestamp,
    /// The doctor, as the name was when the receipt was issued.
    #[schema(value_type = String)]
    pub(crate) doctor_name: PersonName,
    /// The doctor's registration number.
    #[schema(value_type = String)]
    pub(crate) registration_number: RegistrationNumber,
    /// What was paid, tax included, in paise.
    #[schema(value_type = i64, example = 50000)]
    pub(crate) amount: Paise,
    /// The currency, by its ISO 4217 code.
    #[schema(value_type = String, example = "INR")]
    pub(crate) currency: Currency,
    /// The rate of the tax, in hundredths of a percent; 0 means exempt.
    pub(crate) tax_basis_points: u16,
    /// What of the amount is tax, in paise.
    #[schema(value_type = i64, example = 0)]
    pub(crate) tax: Paise,
    /// What of the amount has been paid back by now, in paise.
    pub(crate) refunded: i64,
}

impl View for ReceiptView {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: ReceiptPorts,
    Path(PaymentPath { payment_id: id }): Path<PaymentPath>,
) -> Result<Disclosed<ReceiptView>, Problem> {
    ports.receipt(&cx, id).await
}

impl ReceiptView {
    /// The receipt, of which so much has been paid back by now.
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
