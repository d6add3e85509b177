//! What a receipt says, for its JSON form and its page alike.

use api::{Health, View};
use domain::appointments::appointment::{Absence, Appointment, Stage};
use domain::availability::slot::{Mode, Place};
use domain::core::id::{GatewayPaymentId, PaymentId};
use domain::core::money::{Currency, Paise};
use domain::core::person::{DoctorName, PersonName, RegistrationNumber};
use domain::core::time::Zone;
use domain::core::told::Told;
use domain::directory::visit_kind::VisitKind;
use domain::payments::account::Account;
use domain::payments::issuer::Issuer;
use domain::payments::payment::PaymentMethod;
use domain::payments::receipt::{Receipt, ReceiptNumber, ReceiptParties};
use domain::payments::refund::{Refund, RefundState};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A receipt as it was issued, with the people on it.
pub(crate) struct Issued<'a> {
    pub receipt: Receipt,
    /// `None` if there is no profile, or its key was erased.
    pub parties: Option<ReceiptParties>,
    /// The issuer of now, for a receipt that names none.
    pub issuer: &'a Issuer,
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
    /// The id of the attempt at Razorpay that paid, as it stands in the statement of account.
    #[schema(value_type = String, example = "pay_29QQoUBi66xm2f")]
    pub(crate) gateway_payment_id: GatewayPaymentId,
    /// The method of the payment: `card`, `upi`, `netbanking`, `wallet`, `emi`, `cardless_emi`, `paylater`,
    /// `bank_transfer`, or `other`. Absent if Razorpay named none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "upi")]
    pub(crate) method: Option<PaymentMethod>,
    /// The instant at which the receipt was issued.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) issued_at: Timestamp,
    /// The instant at which the payment was captured.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) paid_at: Timestamp,
    /// Who issued the receipt.
    pub(crate) issuer: IssuerView,
    /// The patient's name when the receipt was issued. Absent after the patient's data was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "Asha Rao")]
    pub(crate) patient_name: Option<PersonName>,
    /// The name of the person who paid. Absent after the patient's data was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "Asha Rao")]
    pub(crate) payer_name: Option<PersonName>,
    /// The doctor's name when the receipt was issued.
    #[schema(value_type = String)]
    pub(crate) doctor_name: DoctorName,
    /// The doctor's registration number.
    #[schema(value_type = String)]
    pub(crate) registration_number: RegistrationNumber,
    /// The visit that was paid for, as it is now.
    pub(crate) visit: PaidVisitView,
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
    /// The part of the amount that is promised as a refund and has not arrived yet, in paise.
    pub(crate) refund_due: i64,
    /// The part of the amount that is kept, in paise.
    pub(crate) retained: i64,
}

/// The issuer of a receipt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReceiptIssuer)]
pub struct IssuerView {
    /// The registered name.
    pub(crate) name: String,
    /// The registered address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// The registration for the goods and services tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "29AAAAA0000A1ZY")]
    pub(crate) gstin: Option<String>,
    /// The permanent account number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "AAAAA0000A")]
    pub(crate) pan: Option<String>,
}

/// The visit that a receipt is for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaidVisit)]
pub struct PaidVisitView {
    /// What became of the visit.
    pub(crate) outcome: PaidFor,
    /// The kind of the visit.
    #[schema(value_type = String, example = "consultation")]
    pub(crate) kind: VisitKind,
    /// `video` or `clinic`.
    #[schema(value_type = String, example = "clinic")]
    pub(crate) mode: Mode,
    /// The name of the clinic. Absent for a video visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Indiranagar")]
    pub(crate) clinic: Option<String>,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) start: Timestamp,
    /// The end of the visit.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) end: Timestamp,
    /// The time of the visit in words: in the zone of the clinic, or of the patient for a video visit.
    #[schema(example = "Tuesday, 1 December 2026, 10:30 to 11:00 (Asia/Kolkata)")]
    pub(crate) told: String,
}

/// What became of the visit that was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidFor {
    /// The visit is booked.
    Booked,
    /// The visit took place.
    Held,
    /// The visit was cancelled after it was paid.
    Cancelled,
    /// The visit was cancelled before the money came. There is no visit that the payment is for.
    CancelledBeforePayment,
    /// The patient did not come.
    PatientAbsent,
    /// The doctor did not come.
    DoctorAbsent,
}

impl PaidFor {
    /// What a payment that was captured at `paid_at` is for.
    fn of(visit: &Appointment, paid_at: Timestamp, now: Timestamp) -> Self {
        if let Some(cancellation) = visit.cancellation(now) {
            return if cancellation.at <= paid_at { Self::CancelledBeforePayment } else { Self::Cancelled };
        }
        match visit.stage {
            Stage::Completed { .. } => Self::Held,
            Stage::NoShow { absence: Absence::Patient { .. }, .. } => Self::PatientAbsent,
            Stage::NoShow { absence: Absence::Doctor { .. }, .. } => Self::DoctorAbsent,
            Stage::Held { .. } | Stage::Confirmed { .. } | Stage::CheckedIn { .. } | Stage::InProgress { .. } => {
                Self::Booked
            }
            Stage::Cancelled(_) => Self::Cancelled,
        }
    }
}

impl View for ReceiptView {
    type Data = Health;
}

impl ReceiptView {
    /// The view of a receipt for a patient whose clocks are in `zone`.
    pub(crate) fn of(
        issued: Issued<'_>,
        account: &Account,
        refunds: &[Refund],
        visit: &Appointment,
        zone: Zone,
        now: Timestamp,
    ) -> Self {
        let Issued { receipt, parties, issuer } = issued;
        let issuer = receipt.issuer.as_ref().unwrap_or(issuer);
        let refunded = refunded(account, refunds);
        let (patient_name, payer_name) = parties.map(|parties| (parties.patient, parties.payer)).unzip();
        let told: Told = visit.place.tell(visit.time, &visit.zone, &zone);
        Self {
            number: receipt.number,
            payment_id: receipt.payment,
            gateway_payment_id: account.attempt.clone(),
            method: account.method,
            issued_at: receipt.issued_at,
            paid_at: receipt.paid_at,
            issuer: IssuerView {
                name: issuer.name.to_string(),
                address: issuer.address.as_ref().map(ToString::to_string),
                gstin: issuer.gstin.as_ref().map(ToString::to_string),
                pan: issuer.pan.as_ref().map(ToString::to_string),
            },
            patient_name,
            payer_name,
            doctor_name: receipt.doctor_name,
            registration_number: receipt.registration_number,
            visit: PaidVisitView {
                outcome: PaidFor::of(visit, receipt.paid_at, now),
                kind: visit.kind,
                mode: match visit.place {
                    Place::Video => Mode::Video,
                    Place::Clinic { .. } => Mode::Clinic,
                },
                clinic: visit.place.clinic().map(ToString::to_string),
                start: visit.time.start(),
                end: visit.time.end(),
                told: told.in_full(),
            },
            amount: receipt.amount,
            currency: receipt.currency,
            tax_basis_points: receipt.tax_basis_points,
            tax: receipt.tax,
            refunded,
            refund_due: (account.promised.get() - refunded).max(0),
            retained: account.retained().get(),
        }
    }
}

/// The part of a capture that has been refunded, in paise.
fn refunded(account: &Account, refunds: &[Refund]) -> i64 {
    let arrived = |refund: &&Refund| {
        refund.id.attempt == account.attempt && matches!(refund.state, RefundState::Processed { .. })
    };
    refunds.iter().filter(arrived).map(|refund| refund.amount.get()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{held, instant};
    use domain::appointments::appointment::{Attendance, Cancellation};
    use domain::core::cancelled_by::CancelledBy;
    use jiff::SignedDuration;

    #[test]
    fn a_receipt_is_for_what_became_of_the_visit() {
        let minute = SignedDuration::from_mins(1);
        let (before, paid, after) = (instant() - minute, instant(), instant() + minute);
        let cancelled = |at| Stage::Cancelled(Cancellation { at, by: CancelledBy::Doctor, person: None, reason: None });
        let attendance = Attendance::default();
        for (stage, expected) in [
            (Stage::Confirmed { at: paid }, PaidFor::Booked),
            (Stage::InProgress { since: after, patient: None }, PaidFor::Booked),
            (Stage::Completed { at: after, attendance }, PaidFor::Held),
            (cancelled(before), PaidFor::CancelledBeforePayment),
            (cancelled(after), PaidFor::Cancelled),
            (Stage::NoShow { at: after, absence: Absence::Patient { doctor: None } }, PaidFor::PatientAbsent),
            (Stage::NoShow { at: after, absence: Absence::Doctor { patient: None } }, PaidFor::DoctorAbsent),
            // A hold that ended before the money came, which no cleanup has written yet.
            (Stage::Held { until: before, extended: false }, PaidFor::CancelledBeforePayment),
        ] {
            let visit = Appointment { stage, ..held() };
            assert_eq!(PaidFor::of(&visit, paid, after), expected, "{visit:?}");
        }
    }
}
