//! The transaction of a settlement: payment, appointment, slots, agenda and day change together. It stands in this context
//! because it writes the records of several.

use domain::appointments::settlement::Settlement;
use domain::audit::EventType;

use crate::Storage;
use crate::appointments::{agenda, appointment};
use crate::availability::daily_quota;
use crate::payments::payment;
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
                    .put(payment::item(paid), payment::unchanged(paid), OnFailure::Stale)
                    .event(EventType::PaymentSuccess)
                    .put(appointment::item(confirmed), appointment::unchanged(confirmed), OnFailure::Stale)
                    .put(agenda::item(entered), agenda::guard(entered), OnFailure::Stale)
                    .slots(slots)
            }
            Settlement::Refund { payment: paid, refund } => {
                let event = if refund.is_some() { EventType::RefundStarted } else { EventType::PaymentReturned };
                payment::put_refund_decision(transaction, paid, refund.as_ref(), prov).event(event)
            }
        };
        transaction.commit(self).await
    }
}
