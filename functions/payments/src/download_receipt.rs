//! `GET /v1/payments/{paymentId}/receipt.pdf`: the receipt as a PDF page. The first request issues it.

use crate::confirm_payment::PaymentPath;
use crate::page::{self, Line};
use crate::receipts::{self, ReceiptPorts, ReceiptView};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Path, Pdf};
use domain::access::Role;
use jiff::Timestamp;
use jiff::tz::Offset;

/// `downloadReceipt`
pub static ENDPOINT: Endpoint<ReceiptPorts, Path<PaymentPath>, Pdf> = Endpoint::get(
    "/v1/payments/{paymentId}/receipt.pdf",
    "downloadReceipt",
    "Download the receipt of a payment as a PDF",
    &handle,
)
.details("The receipt of `viewReceipt` as a page for printing. The access is recorded in the audit trail.")
.allow(&[Role::Patient, Role::Admin])
.problems(&[&problem::NOT_FOUND, &problem::NOT_PAID]);

async fn handle(
    cx: Context,
    ports: ReceiptPorts,
    Path(PaymentPath { payment_id: id }): Path<PaymentPath>,
) -> Result<Pdf, Problem> {
    let receipt = receipts::receipt(&cx, &ports, id).await?;
    Ok(Pdf::of(receipt, |receipt| (page::pdf(&lines(receipt)), name(receipt))))
}

/// The name of the file.
fn name(receipt: &ReceiptView) -> String {
    format!("receipt-{}.pdf", receipt.number.as_str().replace('/', "-"))
}

/// The lines of the receipt.
fn lines(receipt: &ReceiptView) -> Vec<Line> {
    let money = |paise: i64| format!("{} {}.{:02}", receipt.currency, paise / 100, paise % 100);
    let (amount, tax) = (receipt.amount.get(), receipt.tax.get());
    let (percent, rest) = (receipt.tax_basis_points / 100, receipt.tax_basis_points % 100);
    let tax_line = match receipt.tax_basis_points {
        0 => "none: health care services are exempt".to_owned(),
        _ => format!("{} ({percent}.{rest:02} %, included)", money(tax)),
    };
    let mut lines = vec![
        Line::title("Receipt"),
        Line::of("Number", receipt.number.as_str()),
        Line::of("Issued", &day(receipt.issued_at)),
        Line::of("Paid", &day(receipt.paid_at)),
        Line::of("Payment", &receipt.payment_id.to_string()),
        Line::gap(),
        Line::of("For", "a consultation"),
        Line::of("Doctor", receipt.doctor_name.as_str()),
        Line::of("Registration number", receipt.registration_number.as_str()),
        Line::gap(),
        Line::of("Fee without tax", &money(amount - tax)),
        Line::of("Tax", &tax_line),
        Line::of("Total paid", &money(amount)),
    ];
    if receipt.refunded > 0 {
        lines.push(Line::of("Refunded since", &money(receipt.refunded)));
    }
    lines
}

/// The date and time in India: the receipt follows Indian law.
fn day(at: Timestamp) -> String {
    let india = Offset::from_seconds(19_800).expect("five and a half hours");
    india.to_datetime(at).strftime("%d %B %Y, %H:%M IST").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{held, instant, paise};
    use domain::payments::receipt::Receipt;

    fn receipt(tax_basis_points: u16) -> Receipt {
        Receipt {
            payment: held().payment(),
            patient: held().patient,
            number: "VAI/26-27/000042".parse().unwrap(),
            issued_at: instant(),
            paid_at: instant(),
            doctor_name: "Asha Rao".parse().unwrap(),
            registration_number: "KMC/12345".parse().unwrap(),
            amount: paise(50_000),
            currency: "INR".parse().unwrap(),
            tax_basis_points,
            tax: paise(50_000).tax_included(tax_basis_points),
        }
    }

    #[test]
    fn the_page_says_number_day_doctor_registration_amounts_and_tax() {
        let text = |receipt: &Receipt, refunded| page::text(&lines(&ReceiptView::of(receipt.clone(), refunded)));
        let exempt = text(&receipt(0), 0);
        for part in ["VAI/26-27/000042", "22 November 2026, 11:30 IST", "Asha Rao", "KMC/12345", "INR 500.00", "exempt"]
        {
            assert!(exempt.contains(part), "{part} in {exempt}");
        }
        assert!(!exempt.contains("Refunded"));
        let taxed = text(&receipt(1_800), 25_000);
        for part in ["INR 423.73", "INR 76.27 (18.00 %, included)", "Refunded since", "INR 250.00"] {
            assert!(taxed.contains(part), "{part} in {taxed}");
        }
    }
}
