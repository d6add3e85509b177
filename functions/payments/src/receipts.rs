//! The receipt of a payment. The first request issues it, and later requests read it.
//!
//! So the series counts the receipts that exist, without a gap, and a payment without a request uses no number.
//!
//! What a receipt says of its issue never changes: number, dates, issuer, names, amounts. The visit and the refunds are
//! those of now, since an insurer asks whether the visit took place, and a patient may get the receipt before it.

use api::problem::{self, Problem};
use api::{About, Aws, ConfigError, Context, Disclosed, FromEnvironment, Variable};
use domain::access::Action;
use domain::audit::EventType;
use domain::core::id::{PaymentId, UserId};
use domain::core::person::PersonalDetails;
use domain::payments::issuer::Issuer;
use domain::payments::payment::Payment;
use domain::payments::receipt::{FinancialYear, NoReceipt, ReceiptParties, issue};
use gateway::vault::{Field, ProfileError, Vault, VaultError, open_profile};
use std::sync::Arc;
use storage::{SealedText, Storage};

use crate::ports::vault;
use crate::receipt_view::{Issued, ReceiptView};

/// The table, the vault of the patients' names, the issuer, and the rate of the tax that a fee includes, in basis
/// points.
#[derive(Clone)]
pub struct ReceiptPorts {
    storage: Storage,
    vault: Arc<dyn Vault>,
    issuer: Issuer,
    tax_basis_points: u16,
}

impl FromEnvironment for ReceiptPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let issuer = Issuer {
            name: aws.parsed(Variable::IssuerName)?,
            address: aws.optional(Variable::IssuerAddress)?,
            gstin: aws.optional(Variable::IssuerGstin)?,
            pan: aws.optional(Variable::IssuerPan)?,
        };
        let tax_basis_points = aws.parsed(Variable::TaxBasisPoints)?;
        Ok(ReceiptPorts { storage: aws.storage()?, vault: vault(aws)?, issuer, tax_basis_points })
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
        let account = payment.paying_account().ok_or_else(not_paid)?;
        let user = UserId::from(payment.patient);
        let (visit, profile) =
            futures::try_join!(ports.storage.appointment(payment.appointment), ports.storage.profile(user))?;
        let visit = visit.ok_or_else(|| Problem::internal("a payment without an appointment"))?;
        let reader = match &profile {
            Some(profile) => details(ports, user, profile.details.as_sealed()).await?,
            None => None,
        };
        let now_named = reader.as_ref().map(|reader| ReceiptParties {
            patient: reader.name.clone(),
            // Patients pay for themselves.
            payer: reader.name.clone(),
        });
        let zone = reader.map_or_else(|| visit.zone.clone(), |reader| reader.preferences.zone);
        let about = About::of("receipt", &id.to_string(), payment.patient);
        if let Some(receipt) = ledger.receipt.clone() {
            let parties = match &ledger.receipt_parties {
                Some(sealed) => opened(ports, payment, sealed).await?,
                None => now_named,
            };
            let issued = Issued { receipt, parties, issuer: &ports.issuer };
            let view = ReceiptView::of(issued, account, &ledger.refunds, &visit, zone, cx.now());
            return cx.disclose(&ports.storage, EventType::ReceiptViewed, about, view).await;
        }
        // The issue is a write, and this operation is a read, which runs beside the check of the session.
        cx.require_live_session().await?;
        let year = FinancialYear::of(cx.now());
        let (counter, doctor) =
            futures::try_join!(ports.storage.receipt_counter(year), ports.storage.doctor(visit.doctor))?;
        let doctor = doctor.ok_or_else(|| Problem::internal("an appointment without a doctor"))?;
        let issued = issue(payment, &doctor, counter, ports.tax_basis_points, &ports.issuer, cx.now());
        let (receipt, counter) = issued.map_err(|refusal| match refusal {
            NoReceipt::NotPaid => not_paid(),
            NoReceipt::SeriesFull => Problem::internal(refusal),
        })?;
        let sealed = match &now_named {
            Some(parties) => sealed(ports, payment, parties).await?,
            None => None,
        };
        ports.storage.commit_receipt(&receipt, sealed.as_ref(), &counter, &cx.provenance()).await?;
        let issued = Issued { receipt, parties: now_named, issuer: &ports.issuer };
        let view = ReceiptView::of(issued, account, &ledger.refunds, &visit, zone, cx.now());
        cx.disclose_written(EventType::ReceiptIssued, view).await
    })
    .await
}

fn not_paid() -> Problem {
    Problem::of(&problem::NOT_PAID)
}

/// The details of the patient. `None` if the patient's data was erased.
async fn details(ports: &ReceiptPorts, user: UserId, sealed: &str) -> Result<Option<PersonalDetails>, Problem> {
    match open_profile(ports.vault.as_ref(), user, sealed).await {
        Ok(details) => Ok(Some(details)),
        Err(ProfileError::Sealed(error)) => unless_erased(Err(error)),
        Err(error @ ProfileError::Unreadable(_)) => Err(Problem::internal(error)),
    }
}

/// The people on an issued receipt. `None` if the patient's data was erased.
async fn opened(
    ports: &ReceiptPorts,
    payment: &Payment,
    sealed: &SealedText,
) -> Result<Option<ReceiptParties>, Problem> {
    let record = payment.id.to_string();
    let field = Field { record: &record, name: ReceiptParties::FIELD };
    let opened = unless_erased(ports.vault.open(payment.patient, field, sealed.as_sealed()).await)?;
    opened.map(|text| ReceiptParties::from_json(text.expose()).map_err(Problem::internal)).transpose()
}

async fn sealed(
    ports: &ReceiptPorts,
    payment: &Payment,
    parties: &ReceiptParties,
) -> Result<Option<SealedText>, Problem> {
    let record = payment.id.to_string();
    let field = Field { record: &record, name: ReceiptParties::FIELD };
    let sealed = ports.vault.seal(payment.patient, field, parties.to_json().expose()).await;
    Ok(unless_erased(sealed)?.map(SealedText::from_sealed))
}

fn unless_erased<T>(result: Result<T, VaultError>) -> Result<Option<T>, Problem> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(VaultError::Erased) => Ok(None),
        Err(error) if error.is_transient() => Err(Problem::unavailable(error)),
        Err(error) => Err(Problem::internal(error)),
    }
}
