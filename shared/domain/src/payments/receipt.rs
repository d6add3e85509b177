//! Receipts: the document that a patient gets for a payment, with a number of an unbroken series.
//!
//! A series lasts a financial year (April to March, by India's time). Its numbers follow the rules for tax invoices:
//! consecutive, unique within the year, at most 16 characters (Rule 46(b) of the CGST Rules, 2017). A receipt names the
//! doctor's registration number, as the Telemedicine Practice Guidelines require, with the doctor's data at the instant
//! of issue.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::core::id::{PatientId, PaymentId};
use crate::core::money::{Currency, Paise};
use crate::core::person::{DoctorName, PersonName, RegistrationNumber};
use crate::core::sensitive::{REDACTED, Sensitive};
use crate::core::text::{InvalidField, text_value};
use crate::directory::doctor::Doctor;
use crate::payments::account::Account;
use crate::payments::issuer::Issuer;
use crate::payments::payment::Payment;

text_value! {
    /// The number of a receipt: `VAI/26-27/000001`.
    shown ReceiptNumber, receipt_number
}

/// The longest number that the rules allow.
const LONGEST: usize = 16;
/// The last number of a series.
const LAST: u32 = 999_999;

fn receipt_number(text: &str) -> Result<String, InvalidField> {
    let is_valid = text.len() == LONGEST
        && text.is_ascii()
        && text.starts_with("VAI/")
        && text.as_bytes()[9] == b'/'
        && FinancialYear::parse(&text[4..9]).is_ok()
        && text[10..].bytes().all(|byte| byte.is_ascii_digit());
    if is_valid { Ok(text.to_owned()) } else { Err(InvalidField("must be the number of a receipt")) }
}

text_value! {
    /// A financial year: `26-27` is from 1 April 2026 to 31 March 2027, by India's time.
    shown FinancialYear, financial_year
}

fn financial_year(text: &str) -> Result<String, InvalidField> {
    let years = text.split_once('-').and_then(|(from, to)| {
        let number = |year: &str| (year.len() == 2).then(|| year.parse::<u8>().ok()).flatten();
        Some((number(from)?, number(to)?))
    });
    match years {
        Some((from, to)) if (from + 1) % 100 == to => Ok(text.to_owned()),
        _ => Err(InvalidField("must be a financial year")),
    }
}

impl FinancialYear {
    /// The financial year of an instant.
    pub fn of(at: Timestamp) -> Self {
        let india = Offset::from_seconds(19_800).expect("five and a half hours").to_datetime(at);
        let first = if india.month() >= 4 { india.year() } else { india.year() - 1 };
        Self(format!("{:02}-{:02}", first.rem_euclid(100), (first + 1).rem_euclid(100)))
    }
}

/// The counter of a series of receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptCounter {
    /// The year of the series.
    pub year: FinancialYear,
    /// The last number that was issued; 0 before the first.
    pub last: u32,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The payment that the receipt is for.
    pub payment: PaymentId,
    /// The patient of the paid visit.
    pub patient: PatientId,
    /// The number of the receipt.
    pub number: ReceiptNumber,
    /// Who issued it; `None` for a receipt from before receipts named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Issuer>,
    /// The instant of issue.
    pub issued_at: Timestamp,
    /// The instant of the capture.
    pub paid_at: Timestamp,
    /// The doctor's name.
    pub doctor_name: DoctorName,
    /// The doctor's registration number.
    pub registration_number: RegistrationNumber,
    /// The amount in paise, tax included.
    pub amount: Paise,
    /// The currency of the amount.
    pub currency: Currency,
    /// The rate of the tax, in hundredths of a percent; 0 means exempt, as doctors' services are in India.
    pub tax_basis_points: u16,
    /// The tax that the amount includes, in paise.
    pub tax: Paise,
}

/// The people on a receipt, by the names that they had when it was issued. They are stored as one sealed text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptParties {
    /// The patient of the visit.
    pub patient: PersonName,
    /// The person who paid.
    pub payer: PersonName,
}

/// The text is not that of the people on a receipt. The error omits the text, which is personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the people on a receipt can't be read")]
pub struct UnreadableParties;

impl ReceiptParties {
    /// The name of the sealed field. The name of the record is the id of the payment.
    pub const FIELD: &str = "receiptParties";

    /// The text to seal.
    pub fn to_json(&self) -> Sensitive<String> {
        Sensitive::new(serde_json::to_string(self).expect("texts are JSON"))
    }

    /// Reads the text that was sealed.
    pub fn from_json(text: &str) -> Result<Self, UnreadableParties> {
        serde_json::from_str(text).map_err(|_| UnreadableParties)
    }
}

impl std::fmt::Debug for ReceiptParties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The reason why no receipt can be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReceipt {
    /// The visit is not paid.
    #[error("the visit is not paid")]
    NotPaid,
    /// The series is full.
    #[error("the series of this year is full")]
    SeriesFull,
}

/// Issues the next receipt of a series for the payment of a visit.
pub fn issue(
    payment: &Payment,
    doctor: &Doctor,
    series: ReceiptCounter,
    tax_basis_points: u16,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<(Receipt, ReceiptCounter), NoReceipt> {
    let Account { captured, at, .. } = payment.paying_account().ok_or(NoReceipt::NotPaid)?;
    if series.last >= LAST {
        return Err(NoReceipt::SeriesFull);
    }
    let next = ReceiptCounter { last: series.last + 1, ..series };
    let receipt = Receipt {
        patient: payment.patient,
        payment: payment.id,
        number: ReceiptNumber(format!("VAI/{}/{:06}", next.year, next.last)),
        issuer: Some(issuer.clone()),
        issued_at: now,
        paid_at: *at,
        doctor_name: doctor.display_name(),
        registration_number: doctor.registration_number.clone(),
        amount: *captured,
        currency: payment.currency.clone(),
        tax_basis_points,
        tax: captured.tax_included(tax_basis_points),
    };
    Ok((receipt, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, captured_payment, doctor, issuer, now, open_payment};

    fn series(last: u32) -> ReceiptCounter {
        ReceiptCounter { year: FinancialYear::of(now()), last, version: u64::from(last) }
    }

    #[test]
    fn a_financial_year_begins_in_april_by_indias_clock() {
        let of = |text| FinancialYear::of(at(text)).to_string();
        assert_eq!(of("2027-03-31T18:29:59Z"), "26-27");
        assert_eq!(of("2027-03-31T18:30:00Z"), "27-28");
        assert_eq!(of("2099-12-31T00:00:00Z"), "99-00");
        for bad in ["26", "26-28", "2026-27", "x-y", "26-27 ", "a6-27"] {
            assert!(FinancialYear::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_follow_each_other_and_are_as_long_as_the_rules_allow() {
        let (first, series) = issue(&captured_payment(), &doctor(), series(0), 0, &issuer(), now()).unwrap();
        assert_eq!(first.number.as_str(), "VAI/26-27/000001");
        let (second, _) = issue(&captured_payment(), &doctor(), series, 0, &issuer(), now()).unwrap();
        assert_eq!(second.number.as_str(), "VAI/26-27/000002");
        assert_eq!(second.number.as_str().len(), LONGEST);
        assert_eq!(ReceiptNumber::parse(second.number.as_str()).unwrap(), second.number);
        for bad in
            ["", "VAI/26-28/000001", "VAI/26-27/00001x", "INV/26-27/000001", "VAI/26-27-000001", "VAI/26-27/0é001"]
        {
            assert!(ReceiptNumber::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_receipt_names_the_amount_and_the_tax_in_it() {
        let (receipt, _) = issue(&captured_payment(), &doctor(), series(7), 1_800, &issuer(), now()).unwrap();
        assert_eq!((receipt.amount.get(), receipt.tax.get(), receipt.paid_at), (50_000, 7_627, now()));
        assert_eq!(receipt.registration_number, doctor().registration_number);
        let (exempt, _) = issue(&captured_payment(), &doctor(), series(7), 0, &issuer(), now()).unwrap();
        assert!(exempt.tax.is_zero());
    }

    #[test]
    fn the_people_on_a_receipt_read_back_and_do_not_show_in_logs() {
        let parties = ReceiptParties { patient: "Ravi Iyer".parse().unwrap(), payer: "Asha Iyer".parse().unwrap() };
        let text = parties.to_json();
        assert_eq!(text.expose(), r#"{"patient":"Ravi Iyer","payer":"Asha Iyer"}"#);
        assert_eq!(ReceiptParties::from_json(text.expose()).unwrap(), parties);
        assert_eq!(format!("{parties:?} {text:?}"), "[redacted] [redacted]");
        assert!(ReceiptParties::from_json("{}").is_err());
    }

    #[test]
    fn an_unpaid_visit_and_a_full_series_give_no_receipt() {
        assert_eq!(issue(&open_payment(), &doctor(), series(0), 0, &issuer(), now()), Err(NoReceipt::NotPaid));
        assert_eq!(
            issue(&captured_payment(), &doctor(), series(LAST), 0, &issuer(), now()),
            Err(NoReceipt::SeriesFull)
        );
    }
}
