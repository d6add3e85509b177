//! The transaction of a settlement: payment, appointment, slots, agenda and day change together. It stands in this context
//! because it writes the records of several.

use domain::appointments::settlement::Settlement;
use domain::audit::EventType;

use crate::Storage;
use crate::appointments::{agenda, appointment, record};
use crate::availability::daily_quota;
use crate::payments::{payment, refund};
use crate::table::error::CommitError;
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

impl Storage {
    /// Writes what a capture leads to: the visit confirmed, or the money on its way back. A settlement that
    /// changes nothing writes nothing, and a refund that is there already stands.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_settlement(&self, settlement: &Settlement, prov: &Provenance) -> Result<(), CommitError> {
        let transaction = Transaction::by(prov);
        let transaction = match settlement {
            Settlement::AlreadySettled | Settlement::Mismatch { .. } => return Ok(()),
            Settlement::Confirm { payment: paid, appointment: confirmed, slots, agenda: entered, day } => {
                let transaction = daily_quota::pass(transaction, day.as_ref());
                appointment::plan_close(transaction, confirmed, prov)
                    .put(
                        payment::item(paid).event(EventType::PaymentSuccess),
                        payment::unchanged(paid),
                        OnFailure::Stale,
                    )
                    .put(record::item(confirmed), appointment::unchanged(confirmed), OnFailure::Stale)
                    .put(agenda::item(entered), agenda::guard(entered), OnFailure::Stale)
                    .slots(slots)
            }
            Settlement::Refund { payment: paid, refund: owed } => {
                let event = if owed.is_some() { EventType::RefundStarted } else { EventType::PaymentReturned };
                refund::put_refund_decision(transaction, paid, owed.as_ref(), Some(event), prov)
            }
        };
        transaction.commit(self).await
    }
}
