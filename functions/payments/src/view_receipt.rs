//! `GET /v1/payments/{paymentId}/receipt`: the receipt of a paid visit. The first request issues it.

use crate::confirm_payment::PaymentPath;
use crate::receipt_view::ReceiptView;
use crate::receipts::{self, ReceiptPorts};
use api::problem::{self, Problem};
use api::{Context, Disclosed, Endpoint, Path};
use domain::access::Role;

/// `viewReceipt`
pub static ENDPOINT: Endpoint<ReceiptPorts, Path<PaymentPath>, Disclosed<ReceiptView>> =
    Endpoint::get("/v1/payments/{paymentId}/receipt", "viewReceipt", "View the receipt of a payment", &handle)
        .details(
            "The first request issues the receipt, under the next number of the financial year's gapless series. \
             It shows number and date, the issuer, the patient and the payer, the doctor's registration number, the \
             time, place and outcome of the visit, the amounts and the included tax, in paise. The visit and the \
             refunds are those of now. The access is recorded in the audit trail.",
        )
        .allow(&[Role::Patient, Role::Admin])
        .problems(&[&problem::NOT_FOUND, &problem::NOT_PAID]);

async fn handle(
    cx: Context,
    ports: ReceiptPorts,
    Path(PaymentPath { payment_id: id }): Path<PaymentPath>,
) -> Result<Disclosed<ReceiptView>, Problem> {
    receipts::receipt(&cx, &ports, id).await
}
