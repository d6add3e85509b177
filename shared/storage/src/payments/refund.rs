//! Refunds: those that a rule decided, those that were granted, and those of the gateway's own.

use domain::audit::EventType;
use domain::core::id::GatewayRefundId;
use domain::core::money::Paise;
use domain::messages::Message;
use domain::payments::account::{RefundDecisionOutcome, Retried};
use domain::payments::external_refund::ExternalRefundRecorded;
use domain::payments::payment::Payment;
use domain::payments::reconciliation::refund_timer;
use domain::payments::refund::{Refund, RefundReason, RefundState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::payments::keys::{Key, RefundIndex};
use crate::payments::payment::{self, is_default};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::idempotency::{Answer, Committed, IdempotencyClaim};
use crate::table::item::{Item, Row, ms};
use crate::table::key::Span;
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::timers;
use crate::table::transaction::{OnFailure, Transaction};

/// The states of refunds that are listed: those that are not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundFilter {
    /// Promised, and not asked for yet.
    Pending,
    /// Under way.
    Requested,
    /// An operator's case.
    Failed,
}

impl RefundFilter {
    /// The filter as in JSON: `pending`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Requested => "requested",
            Self::Failed => "failed",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    refund_key: String,
    amount: Paise,
    reason: RefundReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    tries: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<GatewayRefundId>,
    #[serde(with = "ms::required")]
    promised_at: Timestamp,
    #[serde(flatten)]
    state: StateRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Pending,
    Requested {
        refund_id: GatewayRefundId,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Processed {
        refund_id: GatewayRefundId,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Failed {
        detail: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refund_id: Option<GatewayRefundId>,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Superseded {
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
}

/// The refund as it will be stored, one version after the one that was read. It is in the list of refunds until it has
/// arrived.
pub(crate) fn item(refund: &Refund) -> Item {
    let Refund { payment, id, key, amount, reason, remark, tries, past, promised_at, state, version } = refund.clone();
    let (name, since) = (state.as_str(), state.since().unwrap_or(promised_at));
    // A refund of the gateway's own that has failed needs no more care.
    let is_over = matches!(state, RefundState::Processed { .. }) || !refund.claims();
    let state = match state {
        RefundState::Pending => StateRecord::Pending,
        RefundState::Requested { refund_id, at } => StateRecord::Requested { refund_id, since: at },
        RefundState::Processed { refund_id, at } => StateRecord::Processed { refund_id, since: at },
        RefundState::Failed { detail, refund_id, at } => StateRecord::Failed { detail, refund_id, since: at },
        RefundState::Superseded { at } => StateRecord::Superseded { since: at },
    };
    let record = Record { refund_key: key, amount, reason, remark, tries, past, promised_at, state };
    let item = Item::new(Key::Refund(payment, id.clone()), &record).version(version + 1);
    if is_over { item } else { item.indexed(RefundIndex { state: name, since, payment, refund: id }.attributes()) }
}

pub(crate) fn read(row: &Row) -> Result<Refund, StorageError> {
    let Key::Refund(payment, id) = row.key()? else { return Err(row.inconsistent("not a refund")) };
    let Record { refund_key: key, amount, reason, remark, tries, past, promised_at, state } = row.record()?;
    let state = match state {
        StateRecord::Pending => RefundState::Pending,
        StateRecord::Requested { refund_id, since } => RefundState::Requested { refund_id, at: since },
        StateRecord::Processed { refund_id, since } => RefundState::Processed { refund_id, at: since },
        StateRecord::Failed { detail, refund_id, since } => RefundState::Failed { detail, refund_id, at: since },
        StateRecord::Superseded { since } => RefundState::Superseded { at: since },
    };
    let version = row.version()?;
    Ok(Refund { payment, id, key, amount, reason, remark, tries, past, promised_at, state, version })
}

/// What a change of a refund means to others: one that becomes pending wants to be sent.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let Refund { payment, id, key, state, .. } = read(after)?;
    let before = before.map(read).transpose()?;
    let was_pending = before.is_some_and(|before| before.state == RefundState::Pending && before.key == key);
    let is_new = state == RefundState::Pending && !was_pending;
    Ok(is_new.then_some(Message::RefundPending { payment, refund: id }))
}

/// The guard of a refund's next step, or of its first.
fn guard(refund: &Refund) -> Condition {
    Guard::REFUND_NEW.or(Guard::REFUND_UNCHANGED, refund.version)
}

impl Storage {
    /// Writes what was granted by an administrator, with the answer to the request.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_grant(
        &self,
        granted: &RefundDecisionOutcome,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError> {
        let RefundDecisionOutcome { payment, refund } = granted;
        let transaction =
            put_refund_decision(Transaction::by(prov), payment, refund.as_ref(), Some(EventType::RefundGranted), prov)
                .claim(claim, answer, prov.at);
        claim.conclude(transaction.commit(self).await, prov.at)
    }

    /// Writes a refund that the gateway made by itself, and what yields to it.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_external_refund(
        &self,
        admitted: &ExternalRefundRecorded,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let ExternalRefundRecorded { payment, refund, yielded, instead } = admitted;
        let event = match refund.state {
            RefundState::Pending | RefundState::Requested { .. } | RefundState::Superseded { .. } => {
                EventType::RefundStarted
            }
            RefundState::Processed { .. } => EventType::RefundCompleted,
            RefundState::Failed { .. } => EventType::RefundFailed,
        };
        let transaction =
            Transaction::by(prov).put(payment::item(payment), payment::unchanged(payment), OnFailure::Stale);
        let transaction = put_refund(transaction, refund, Some(event), prov);
        let transaction = yielded.iter().fold(transaction, |all, ours| put_refund(all, ours, None, prov));
        let transaction = instead.iter().fold(transaction, |all, ours| put_refund(all, ours, None, prov));
        transaction.commit(self).await
    }

    /// Writes the next try of a refund, which an administrator has asked for.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_retry(&self, retried: &Retried, prov: &Provenance) -> Result<Refund, CommitError> {
        let Retried { payment, refund } = retried;
        let transaction = put_refund(Transaction::by(prov), refund, Some(EventType::RefundRetried), prov);
        let transaction = payment.iter().fold(transaction, |all, payment| {
            all.put(payment::item(payment), payment::unchanged(payment), OnFailure::Stale)
        });
        transaction.commit(self).await?;
        Ok(Refund { version: refund.version + 1, ..refund.clone() })
    }

    /// Writes the next step of a refund that was read.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_refund(&self, refund: &Refund, prov: &Provenance) -> Result<Refund, CommitError> {
        let item = item(refund);
        let item = match refund.state {
            RefundState::Pending | RefundState::Requested { .. } | RefundState::Superseded { .. } => item,
            RefundState::Processed { .. } => item.event(EventType::RefundCompleted),
            RefundState::Failed { .. } => item.event(EventType::RefundFailed),
        };
        Transaction::by(prov).put(item, guard(refund), OnFailure::Stale).commit(self).await?;
        Ok(Refund { version: refund.version + 1, ..refund.clone() })
    }

    /// The refunds in a state, those first that have been in it for longest. From an index: it may lag.
    ///
    /// Key condition: GSI1 `REFUNDS#`.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn refunds_in_state(
        &self,
        state: RefundFilter,
        page: &PageRequest,
    ) -> Result<Page<Refund>, StorageError> {
        self.page(Span::refunds(state.as_str()), page).await?.try_map(|row| read(&row))
    }
}

/// Adds a decision about money to a transaction: the payment with its account, when to ask what became of the refund that it
/// promises, and last that refund, if there is one. An event is marked on the refund, or on the payment if there is none.
#[track_caller]
pub(crate) fn put_refund_decision<E>(
    transaction: Transaction<E>,
    payment: &Payment,
    refund: Option<&Refund>,
    event: Option<EventType>,
    prov: &Provenance,
) -> Transaction<E> {
    let item = match (refund, event) {
        (None, Some(event)) => payment::item(payment).event(event),
        _ => payment::item(payment),
    };
    let transaction = transaction.put(item, payment::unchanged(payment), OnFailure::Stale);
    match refund {
        Some(refund) => put_refund(transaction, refund, event, prov),
        None => transaction,
    }
}

/// The refund, and, as long as it is not over, the timer that asks about it if no message comes.
#[track_caller]
fn put_refund<E>(
    transaction: Transaction<E>,
    refund: &Refund,
    event: Option<EventType>,
    prov: &Provenance,
) -> Transaction<E> {
    let transaction = match refund.state {
        RefundState::Pending | RefundState::Requested { .. } => {
            transaction.put_unconditionally(timers::item(&refund_timer(refund, 0, prov.at), prov))
        }
        _ => transaction,
    };
    let item = match event {
        Some(event) => item(refund).event(event),
        None => item(refund),
    };
    transaction.put(item, guard(refund), OnFailure::Stale)
}
