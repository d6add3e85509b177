//! A receipt as a page to print, in the words that an insurer reads.

use crate::receipt_view::{PaidFor, ReceiptView};
use api::Problem;
use documents::{Block, Document, Fact};
use domain::core::told::Told;
use domain::directory::visit_kind::VisitKind;
use domain::payments::payment::PaymentMethod;

/// The receipt as a PDF.
///
/// A letter that no font has is set as its code point. The log says of which script it is, and not which letter, since
/// a name could be read from the letters.
pub(crate) fn pdf(receipt: &ReceiptView) -> Result<Vec<u8>, Problem> {
    let printed = documents::set(&document(receipt)).map_err(Problem::internal)?;
    if !printed.missing.is_empty() {
        let (number, scripts) = (receipt.number.as_str(), &printed.missing);
        tracing::warn!(number, ?scripts, "a receipt has letters that no font has");
    }
    Ok(printed.pdf)
}

/// The name of the file.
pub(crate) fn name(receipt: &ReceiptView) -> String {
    format!("receipt-{}.pdf", receipt.number.as_str().replace('/', "-"))
}

fn document(receipt: &ReceiptView) -> Document {
    let fact = |label: &str, value: &str| Fact::new(label, value);
    let optional = |label: &str, value: Option<&str>| value.map(|value| Fact::new(label, value));
    let issuer = &receipt.issuer;
    let issued = [
        Some(fact("Number", receipt.number.as_str())),
        Some(fact("Date", &Told::by_indian_law(receipt.issued_at).in_full())),
        Some(fact("Issued by", &issuer.name)),
        optional("Address", issuer.address.as_deref()),
        optional("GSTIN", issuer.gstin.as_deref()),
        optional("PAN", issuer.pan.as_deref()),
    ];
    let people = [
        optional("Patient", receipt.patient_name.as_ref().map(|name| name.as_str())),
        optional("Paid by", receipt.payer_name.as_ref().map(|name| name.as_str())),
    ];
    let visit = &receipt.visit;
    let place = match &visit.clinic {
        Some(clinic) => clinic.clone(),
        None => "by video".to_owned(),
    };
    let visit = [
        fact("For", &paid_for(visit.outcome, visit.kind)),
        fact("Doctor", receipt.doctor_name.as_str()),
        fact("Registration number", receipt.registration_number.as_str()),
        fact("Time", &visit.told),
        fact("Place", &place),
    ];
    let mut blocks = vec![Block::Facts(issued.into_iter().flatten().collect())];
    let people: Vec<Fact> = people.into_iter().flatten().collect();
    if !people.is_empty() {
        blocks.extend([Block::Heading("Patient".to_owned()), Block::Facts(people)]);
    }
    blocks.extend([Block::Heading("Visit".to_owned()), Block::Facts(visit.to_vec())]);
    blocks.extend([Block::Heading("Payment".to_owned()), Block::Facts(amounts(receipt))]);
    Document {
        title: format!("Receipt {}", receipt.number),
        id: receipt.number.to_string(),
        author: issuer.name.clone(),
        made_at: receipt.issued_at,
        language: "en",
        blocks,
    }
}

/// What was paid for.
fn paid_for(outcome: PaidFor, kind: VisitKind) -> String {
    let kind = match kind {
        VisitKind::Consultation => "a consultation",
        VisitKind::FollowUp => "a follow-up visit",
        VisitKind::Emergency => "an emergency visit",
        VisitKind::RoutineCheckup => "a routine check-up",
    };
    match outcome {
        PaidFor::Booked => format!("{kind}, which is booked"),
        PaidFor::Held => format!("{kind}, which took place"),
        PaidFor::Cancelled => format!("{kind}, which was cancelled and did not take place"),
        PaidFor::CancelledBeforePayment => {
            "no visit: the appointment was cancelled before the payment arrived".to_owned()
        }
        PaidFor::PatientAbsent => format!("{kind}, to which the patient did not come"),
        PaidFor::DoctorAbsent => format!("{kind}, to which the doctor did not come"),
    }
}

/// The method in words. A method without a name in words is "online", as all of them are.
fn method(method: Option<PaymentMethod>) -> &'static str {
    match method {
        Some(PaymentMethod::Card) => "card",
        Some(PaymentMethod::Upi) => "UPI",
        Some(PaymentMethod::Netbanking) => "net banking",
        Some(PaymentMethod::Wallet) => "wallet",
        Some(PaymentMethod::Emi | PaymentMethod::CardlessEmi) => "monthly instalments",
        Some(PaymentMethod::Paylater) => "pay later",
        Some(PaymentMethod::BankTransfer) => "bank transfer",
        Some(PaymentMethod::Other) | None => "online",
    }
}

fn amounts(receipt: &ReceiptView) -> Vec<Fact> {
    let money = |paise: i64| format!("{} {}.{:02}", receipt.currency, paise / 100, paise % 100);
    let (amount, tax) = (receipt.amount.get(), receipt.tax.get());
    let (percent, rest) = (receipt.tax_basis_points / 100, receipt.tax_basis_points % 100);
    let tax_line = match receipt.tax_basis_points {
        0 => "none: health care services are exempt".to_owned(),
        _ => format!("{} ({percent}.{rest:02} %, included)", money(tax)),
    };
    let mut facts = vec![
        Fact::new("Paid", Told::by_indian_law(receipt.paid_at).in_full()),
        Fact::new("Method", format!("{}, by Razorpay ({})", method(receipt.method), receipt.gateway_payment_id)),
        Fact::new("Payment", receipt.payment_id.to_string()),
        Fact::new("Fee without tax", money(amount - tax)),
        Fact::new("Tax", tax_line),
        Fact::new("Total paid", money(amount)),
    ];
    if receipt.refunded > 0 || receipt.refund_due > 0 {
        facts.push(Fact::new("Refunded", money(receipt.refunded)));
        if receipt.refund_due > 0 {
            facts.push(Fact::new("Refund on its way", money(receipt.refund_due)));
        }
        facts.push(Fact::new("Retained", money(receipt.retained)));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipt_view::Issued;
    use crate::testing::{captured_payment, held, instant, paise};
    use domain::appointments::appointment::{Appointment, Attendance, Cancellation, Stage};
    use domain::availability::slot::Place;
    use domain::core::cancelled_by::CancelledBy;
    use domain::core::time::Zone;
    use domain::payments::issuer::Issuer;
    use domain::payments::receipt::{Receipt, ReceiptParties};

    fn issuer() -> Issuer {
        Issuer {
            name: "Vaidya Health Private Limited".parse().unwrap(),
            address: Some("1 Residency Road, Bengaluru 560025".parse().unwrap()),
            gstin: Some("29AAAAA0000A1ZY".parse().unwrap()),
            pan: Some("AAAAA0000A".parse().unwrap()),
        }
    }

    fn receipt(tax_basis_points: u16) -> Receipt {
        Receipt {
            payment: held().payment(),
            patient: held().patient,
            number: "VAI/26-27/000042".parse().unwrap(),
            issuer: None,
            issued_at: instant(),
            paid_at: instant(),
            doctor_name: "डॉ. अनीता शर्मा".parse().unwrap(),
            registration_number: "KMC/12345".parse().unwrap(),
            amount: paise(50_000),
            currency: "INR".parse().unwrap(),
            tax_basis_points,
            tax: paise(50_000).tax_included(tax_basis_points),
        }
    }

    fn view(visit: &Appointment, tax_basis_points: u16, promised: i64) -> ReceiptView {
        let mut payment = captured_payment();
        payment.accounts[0].promised = paise(promised);
        let parties =
            ReceiptParties { patient: "ரவி ஐயர்".parse().unwrap(), payer: "Asha Iyer".parse().unwrap() };
        let issued = Issued { receipt: receipt(tax_basis_points), parties: Some(parties), issuer: &issuer() };
        let zone = Zone::parse("America/Los_Angeles").unwrap();
        ReceiptView::of(issued, payment.paying_account().unwrap(), &[], visit, zone, instant())
    }

    fn text(receipt: &ReceiptView) -> String {
        let mut lines = vec![];
        for block in document(receipt).blocks {
            match block {
                Block::Heading(text) | Block::Paragraph(text) => lines.push(text),
                Block::Facts(facts) => {
                    lines.extend(facts.into_iter().map(|fact| format!("{}: {}", fact.label, fact.value)));
                }
            }
        }
        lines.join("\n")
    }

    fn completed() -> Appointment {
        let stage = Stage::Completed { at: instant(), attendance: Attendance::default() };
        Appointment { stage, place: Place::Clinic { name: "Indiranagar".parse().unwrap() }, ..held() }
    }

    #[test]
    fn the_page_says_what_an_insurer_asks_for() {
        let page = text(&view(&completed(), 0, 0));
        for line in [
            "Number: VAI/26-27/000042",
            "Date: Sunday, 22 November 2026, 11:30 (Asia/Kolkata)",
            "Issued by: Vaidya Health Private Limited",
            "Address: 1 Residency Road, Bengaluru 560025",
            "GSTIN: 29AAAAA0000A1ZY",
            "PAN: AAAAA0000A",
            "Patient: ரவி ஐயர்",
            "Paid by: Asha Iyer",
            "For: a consultation, which took place",
            "Doctor: डॉ. अनीता शर्मा",
            "Registration number: KMC/12345",
            "Time: Tuesday, 24 November 2026, 11:30 to 12:00 (Asia/Kolkata), which is Monday, 23 November 2026, 22:00 to \
             22:30 (America/Los_Angeles)",
            "Place: Indiranagar",
            "Paid: Sunday, 22 November 2026, 11:30 (Asia/Kolkata)",
            "Method: UPI, by Razorpay (pay_P1)",
            "Payment: 00000000-0000-0000-0000-000000000001",
            "Tax: none: health care services are exempt",
            "Total paid: INR 500.00",
        ] {
            assert!(page.lines().any(|other| other == line), "{line} in {page}");
        }
        assert!(!page.contains("Refund"), "{page}");
    }

    #[test]
    fn the_page_says_tax_and_refunds() {
        let page = text(&view(&completed(), 1_800, 25_000));
        for line in [
            "Fee without tax: INR 423.73",
            "Tax: INR 76.27 (18.00 %, included)",
            "Refunded: INR 0.00",
            "Refund on its way: INR 250.00",
            "Retained: INR 250.00",
        ] {
            assert!(page.lines().any(|other| other == line), "{line} in {page}");
        }
    }

    #[test]
    fn a_payment_that_came_after_the_cancellation_is_for_no_consultation() {
        let stage =
            Stage::Cancelled(Cancellation { at: instant(), by: CancelledBy::Patient, person: None, reason: None });
        let page = text(&view(&Appointment { stage, ..held() }, 0, 50_000));
        assert!(!page.contains("consultation") && page.contains("For: no visit"), "{page}");
        assert!(page.contains("Place: by video"));
        // By video, the time is the patient's.
        assert!(page.contains("Time: Monday, 23 November 2026, 22:00 to 22:30 (America/Los_Angeles)"), "{page}");
    }

    #[test]
    fn a_receipt_is_a_pdf_with_every_letter() {
        let receipt = view(&completed(), 1_800, 25_000);
        let printed = documents::set(&document(&receipt)).unwrap();
        assert!(printed.missing.is_empty(), "{:?}", printed.missing);
        let text = String::from_utf8_lossy(&printed.pdf);
        assert!(text.contains("NotoSansDevanagari") && text.contains("NotoSansTamil"));
        assert_eq!(pdf(&receipt).unwrap(), printed.pdf);
    }
}
