//! `GET /v1/payments/{paymentId}/receipt.pdf`: the receipt as a PDF page. The first request issues it.

use crate::confirm_payment::PaymentPath;
use crate::receipt_page;
use crate::receipts::{self, ReceiptPorts};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Path, Pdf};
use domain::access::Role;

/// `downloadReceipt`
pub static ENDPOINT: Endpoint<ReceiptPorts, Path<PaymentPath>, Pdf> = Endpoint::get(
    "/v1/payments/{paymentId}/receipt.pdf",
    "downloadReceipt",
    "Download the receipt of a payment as a PDF",
    &handle,
)
.details(
    "The receipt of `viewReceipt` as a page for printing: PDF/A-2a with embedded fonts. The access is recorded in the \
     audit trail.",
)
.allow(&[Role::Patient, Role::Admin])
.problems(&[&problem::NOT_FOUND, &problem::NOT_PAID]);

async fn handle(
    cx: Context,
    ports: ReceiptPorts,
    Path(PaymentPath { payment_id: id }): Path<PaymentPath>,
) -> Result<Pdf, Problem> {
    let receipt = receipts::receipt(&cx, &ports, id).await?;
    Pdf::of(receipt, |receipt| Ok((receipt_page::pdf(receipt)?, receipt_page::name(receipt))))
}
