//! Receipts, and the counter of their numbers.

use domain::audit::EventType;
use domain::core::id::PatientId;
use domain::core::money::{Currency, Paise};
use domain::core::person::{DoctorName, RegistrationNumber};
use domain::payments::issuer::Issuer;
use domain::payments::receipt::{FinancialYear, Receipt, ReceiptCounter, ReceiptNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::payments::keys::Key;
use crate::payments::payment::is_default;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::provenance::Provenance;
use crate::table::sealed::SealedText;
use crate::table::transaction::{OnFailure, Transaction};

#[derive(Serialize, Deserialize)]
struct Record {
    patient: PatientId,
    number: ReceiptNumber,
    #[serde(with = "ms::required")]
    issued_at: Timestamp,
    #[serde(with = "ms::required")]
    paid_at: Timestamp,
    doctor_name: DoctorName,
    registration_number: RegistrationNumber,
    amount: Paise,
    #[serde(default, skip_serializing_if = "is_default")]
    currency: Currency,
    tax_basis_points: u16,
    tax: Paise,
    /// Absent in receipts from before they named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<Issuer>,
    /// `ReceiptParties`. Absent in receipts from before they named people, and where no profile had a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parties: Option<SealedText>,
}

#[derive(Serialize, Deserialize)]
struct CounterRecord {
    last: u32,
}

pub(crate) fn item(receipt: &Receipt, parties: Option<&SealedText>) -> Item {
    let Receipt { payment, patient, number, issued_at, paid_at, doctor_name, registration_number, .. } =
        receipt.clone();
    let Receipt { amount, currency, tax_basis_points, tax, issuer, .. } = receipt.clone();
    let record = Record {
        patient,
        number,
        issued_at,
        paid_at,
        doctor_name,
        registration_number,
        amount,
        currency,
        tax_basis_points,
        tax,
        issuer,
        parties: parties.cloned(),
    };
    Item::new(Key::Receipt(payment), &record)
}

/// The receipt, and the people on it, sealed.
pub(crate) fn read(row: &Row) -> Result<(Receipt, Option<SealedText>), StorageError> {
    let Key::Receipt(payment) = row.key()? else { return Err(row.inconsistent("not a receipt")) };
    let record: Record = row.record()?;
    let receipt = Receipt {
        payment,
        patient: record.patient,
        number: record.number,
        issued_at: record.issued_at,
        paid_at: record.paid_at,
        doctor_name: record.doctor_name,
        registration_number: record.registration_number,
        amount: record.amount,
        currency: record.currency,
        tax_basis_points: record.tax_basis_points,
        tax: record.tax,
        issuer: record.issuer,
    };
    Ok((receipt, record.parties))
}

pub(crate) fn counter_item(counter: &ReceiptCounter) -> Item {
    Item::new(Key::ReceiptCounter(counter.year.clone()), &CounterRecord { last: counter.last })
        .version(counter.version + 1)
}

pub(crate) fn read_counter(row: &Row) -> Result<ReceiptCounter, StorageError> {
    let Key::ReceiptCounter(year) = row.key()? else { return Err(row.inconsistent("not a series of receipts")) };
    Ok(ReceiptCounter { year, last: row.record::<CounterRecord>()?.last, version: row.version()? })
}

impl Storage {
    /// How far the series of a financial year has come.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn receipt_counter(&self, year: FinancialYear) -> Result<ReceiptCounter, StorageError> {
        match self.row(Key::ReceiptCounter(year.clone())).await? {
            Some(row) => read_counter(&row),
            None => Ok(ReceiptCounter { year, last: 0, version: 0 }),
        }
    }

    /// Writes a receipt with the number that its series has for it, and the people on it, sealed.
    ///
    /// # Errors
    /// [`CommitError`]; stale, if another receipt got the number, or the payment has a receipt by now.
    pub async fn commit_receipt(
        &self,
        receipt: &Receipt,
        parties: Option<&SealedText>,
        counter: &ReceiptCounter,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let guard = Guard::RECEIPT_COUNTER_NEW.or(Guard::RECEIPT_COUNTER_UNCHANGED, counter.version);
        Transaction::by(prov)
            .put(item(receipt, parties).event(EventType::ReceiptIssued), Guard::RECEIPT_NEW, OnFailure::Stale)
            .put(counter_item(counter), guard, OnFailure::Stale)
            .commit(self)
            .await
    }
}
