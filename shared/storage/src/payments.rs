//! Payments: the intent that precedes the call to the gateway, the order, its attempts, captures, refunds,
//! and the events that the gateway has sent. Nothing here talks to the gateway.

use domain::audit::EventType;
use domain::id::{AppointmentId, PatientId, PaymentId};
use domain::message::Message;
use domain::money::Paise;
use domain::payment::{
    GatewayPaymentId, GatewayRefundId, OrderId, Payment, PaymentState, Refund, RefundReason, RefundState, Settlement,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::error::{CommitError, StorageError};
use crate::guard::{Condition, Guard};
use crate::item::{Item, Row, ms};
use crate::keys::{Key, Span};
use crate::provenance::Provenance;
use crate::transaction::{OnFailure, Transaction};
use crate::{agenda, appointments, availability, timers};

/// How long an event of the gateway is kept.
const EVENT_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All that is known about the payment of an appointment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The payment, once one was started.
    pub payment: Option<Payment>,
    /// The attempts at paying that the gateway has told of.
    pub attempts: Vec<Attempt>,
    /// The refunds, one for each captured attempt at most.
    pub refunds: Vec<Refund>,
}

/// An attempt at paying an order. A failed one changes nothing else: the patient tries again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which payment.
    pub payment: PaymentId,
    /// Its id at the gateway.
    pub gateway_payment: GatewayPaymentId,
    /// How it went.
    pub state: AttemptState,
    /// When.
    pub at: Timestamp,
}

/// How an attempt went. Captured is final; a failed one can still turn captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// The gateway refused it.
    Failed,
    /// The gateway has the money.
    Captured,
    /// Its amount, currency or order is not what we asked for: an operator's case.
    Mismatched,
}

/// An event of the gateway, without what it told of the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its key: derived from the event's id and its body.
    pub key: String,
    /// What is kept of the body, whose signature was checked.
    pub body: String,
    /// When it came.
    pub received_at: Timestamp,
}

/// Whether something that is stored once is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is stored now.
    Stored,
    /// It was stored before, and stays as it was.
    Duplicate,
}

/// Why a payment start does not get the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment is being started by another request")]
pub struct StartInProgress {
    /// Until when, at the latest.
    pub until: Timestamp,
}

/// The order belongs to another payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the order belongs to another payment")]
pub struct OrderTaken;

#[derive(Serialize, Deserialize)]
struct Record {
    appointment: AppointmentId,
    patient: PatientId,
    amount: Paise,
    #[serde(flatten)]
    state: StateRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Intent {
        #[serde(with = "ms::required")]
        lease_until: Timestamp,
    },
    Open {
        order_id: OrderId,
    },
    Captured {
        order_id: OrderId,
        gateway_payment: GatewayPaymentId,
        #[serde(with = "ms::required")]
        captured_at: Timestamp,
    },
}

#[derive(Serialize, Deserialize)]
struct AttemptRecord {
    state: AttemptState,
    #[serde(with = "ms::required")]
    tried_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct RefundRecord {
    refund_key: String,
    amount: Paise,
    reason: RefundReason,
    #[serde(flatten)]
    state: RefundStateRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum RefundStateRecord {
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
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
}

#[derive(Serialize, Deserialize)]
struct OrderRecord {
    payment: PaymentId,
}

#[derive(Serialize, Deserialize)]
struct EventRecord {
    body: String,
    #[serde(with = "ms::required")]
    received_at: Timestamp,
}

/// The payment as it will be stored, one version after the one that was read.
pub(crate) fn item(payment: &Payment) -> Item {
    let Payment { id, appointment, patient, amount, state, version } = payment.clone();
    let state = match state {
        PaymentState::Intent { lease_until } => StateRecord::Intent { lease_until },
        PaymentState::Open { order } => StateRecord::Open { order_id: order },
        PaymentState::Captured { order, payment, at } => {
            StateRecord::Captured { order_id: order, gateway_payment: payment, captured_at: at }
        }
    };
    Item::new(Key::Payment(id), &Record { appointment, patient, amount, state }).version(version + 1)
}

pub(crate) fn read(row: &Row) -> Result<Payment, StorageError> {
    let Key::Payment(id) = row.key else { return Err(row.inconsistent("not a payment")) };
    let Record { appointment, patient, amount, state } = row.record()?;
    let state = match state {
        StateRecord::Intent { lease_until } => PaymentState::Intent { lease_until },
        StateRecord::Open { order_id } => PaymentState::Open { order: order_id },
        StateRecord::Captured { order_id, gateway_payment, captured_at } => {
            PaymentState::Captured { order: order_id, payment: gateway_payment, at: captured_at }
        }
    };
    Ok(Payment { id, appointment, patient, amount, state, version: row.version()? })
}

/// The refund as it will be stored, one version after the one that was read.
pub(crate) fn refund_item(refund: &Refund) -> Item {
    let Refund { payment, gateway_payment, key, amount, reason, state, version } = refund.clone();
    let state = match state {
        RefundState::Pending => RefundStateRecord::Pending,
        RefundState::Requested { refund_id, at } => RefundStateRecord::Requested { refund_id, since: at },
        RefundState::Processed { refund_id, at } => RefundStateRecord::Processed { refund_id, since: at },
        RefundState::Failed { detail, at } => RefundStateRecord::Failed { detail, since: at },
    };
    let record = RefundRecord { refund_key: key, amount, reason, state };
    Item::new(Key::Refund(payment, gateway_payment), &record).version(version + 1)
}

pub(crate) fn read_refund(row: &Row) -> Result<Refund, StorageError> {
    let Key::Refund(payment, gateway_payment) = row.key.clone() else { return Err(row.inconsistent("not a refund")) };
    let RefundRecord { refund_key: key, amount, reason, state } = row.record()?;
    let state = match state {
        RefundStateRecord::Pending => RefundState::Pending,
        RefundStateRecord::Requested { refund_id, since } => RefundState::Requested { refund_id, at: since },
        RefundStateRecord::Processed { refund_id, since } => RefundState::Processed { refund_id, at: since },
        RefundStateRecord::Failed { detail, since } => RefundState::Failed { detail, at: since },
    };
    Ok(Refund { payment, gateway_payment, key, amount, reason, state, version: row.version()? })
}

pub(crate) fn attempt_item(attempt: &Attempt) -> Item {
    let Attempt { payment, gateway_payment, state, at } = attempt.clone();
    Item::new(Key::Attempt(payment, gateway_payment), &AttemptRecord { state, tried_at: at })
}

pub(crate) fn read_attempt(row: &Row) -> Result<Attempt, StorageError> {
    let Key::Attempt(payment, gateway_payment) = row.key.clone() else {
        return Err(row.inconsistent("not an attempt"));
    };
    let AttemptRecord { state, tried_at } = row.record()?;
    Ok(Attempt { payment, gateway_payment, state, at: tried_at })
}

/// What a change of a refund means to others: a pending one wants to be sent.
pub(crate) fn refund_message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let Refund { payment, gateway_payment, state, .. } = read_refund(after)?;
    let is_new = before.is_none() && state == RefundState::Pending;
    Ok(is_new.then_some(Message::RefundPending { payment, gateway_payment }))
}

fn unchanged(payment: &Payment) -> Condition {
    Guard::PaymentUnchanged.expecting(payment.version)
}

impl Storage {
    /// A payment with its attempts and refunds, in one strongly consistent query.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ledger(&self, payment: PaymentId) -> Result<Ledger, StorageError> {
        let mut ledger = Ledger::default();
        for row in self.all(Span::ledger(payment)).await? {
            match row.key {
                Key::Payment(_) => ledger.payment = Some(read(&row)?),
                Key::Attempt(..) => ledger.attempts.push(read_attempt(&row)?),
                Key::Refund(..) => ledger.refunds.push(read_refund(&row)?),
                _ => return Err(row.inconsistent("it does not belong to a payment")),
            }
        }
        Ok(ledger)
    }

    /// Writes the intent to make an order: whoever succeeds may call the gateway until the lease ends.
    ///
    /// # Errors
    /// [`StartInProgress`] when another request has the lease, or another [`CommitError`].
    pub async fn commit_intent(
        &self,
        intent: &Payment,
        prov: &Provenance,
    ) -> Result<Payment, CommitError<StartInProgress>> {
        let now = prov.at;
        let leased =
            OnFailure::Judge(Box::new(move |stored| match Row::read(stored).and_then(|row| read(&row)).ok()?.state {
                PaymentState::Intent { lease_until: until } if until > now => Some(StartInProgress { until }),
                _ => None,
            }));
        Transaction::by(prov)
            .put(item(intent), Guard::PaymentStartFree.expecting(intent.version).at(now), leased)
            .event(EventType::PaymentStarted)
            .commit(self)
            .await?;
        Ok(stored(intent))
    }

    /// Writes the order that the gateway made for a payment, and the way from the order back to the payment.
    ///
    /// # Errors
    /// [`OrderTaken`], or another [`CommitError`].
    pub async fn commit_order(&self, open: &Payment, prov: &Provenance) -> Result<Payment, CommitError<OrderTaken>> {
        let transaction =
            Transaction::by(prov).put(item(open), unchanged(open), OnFailure::Stale).event(EventType::PaymentOrdered);
        let transaction = match open.order() {
            Some(order) => transaction.put(
                Item::new(Key::Order(order.clone()), &OrderRecord { payment: open.id }),
                Guard::OrderNew,
                OnFailure::Refuse(OrderTaken),
            ),
            None => transaction,
        };
        transaction.commit(self).await?;
        Ok(stored(open))
    }

    /// The payment that an order of the gateway is for.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn payment_of_order(&self, order: &OrderId) -> Result<Option<PaymentId>, StorageError> {
        let Some(row) = self.row(&Key::Order(order.clone())).await? else { return Ok(None) };
        Ok(Some(row.record::<OrderRecord>()?.payment))
    }

    /// Records an attempt at paying, once. A late failure does not overwrite a capture; a capture does overwrite
    /// a failure.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn record_attempt(&self, attempt: &Attempt, prov: &Provenance) -> Result<Stored, CommitError> {
        let (guard, event) = match attempt.state {
            AttemptState::Failed => (Guard::AttemptNew, Some(EventType::PaymentFailed)),
            AttemptState::Mismatched => (Guard::AttemptOpen, Some(EventType::PaymentRefused)),
            // The settlement beside it is the event.
            AttemptState::Captured => (Guard::AttemptOpen, None),
        };
        let transaction = Transaction::by(prov).put(attempt_item(attempt), guard, OnFailure::Refuse(Stored::Duplicate));
        let transaction = match event {
            Some(event) => transaction.event(event),
            None => transaction,
        };
        once(transaction.commit(self).await)
    }

    /// Writes what a capture leads to: the visit confirmed, or the money on its way back. A settlement that
    /// changes nothing writes nothing, and a refund that is there already stands.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_settlement(&self, settlement: &Settlement, prov: &Provenance) -> Result<(), CommitError> {
        let transaction = Transaction::by(prov);
        let transaction = match settlement {
            Settlement::AlreadySettled | Settlement::Mismatch { .. } => return Ok(()),
            Settlement::Confirm { payment, appointment, slots, agenda } => {
                let confirmed = timers::along(transaction, appointment, prov)
                    .put(item(payment), unchanged(payment), OnFailure::Stale)
                    .event(EventType::PaymentSuccess)
                    .put(appointments::item(appointment), appointments::unchanged(appointment), OnFailure::Stale)
                    .put(agenda::item(agenda), agenda::guard(agenda), OnFailure::Stale);
                slots.iter().fold(confirmed, |transaction, slot| {
                    let guard = Guard::SlotUnchanged.expecting(slot.version);
                    transaction.put(availability::item(slot), guard, OnFailure::Stale)
                })
            }
            Settlement::Refund { payment, refund } => transaction
                .put(item(payment), unchanged(payment), OnFailure::Stale)
                .put(refund_item(refund), Guard::RefundNew, OnFailure::Refuse(Stored::Duplicate))
                .event(EventType::RefundStarted),
        };
        once(transaction.commit(self).await).map(drop)
    }

    /// Writes the next step of a refund that was read.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_refund(&self, refund: &Refund, prov: &Provenance) -> Result<Refund, CommitError> {
        let guard = Guard::RefundUnchanged.expecting(refund.version);
        let transaction = Transaction::by(prov).put(refund_item(refund), guard, OnFailure::Stale);
        let transaction = match refund.state {
            RefundState::Pending | RefundState::Requested { .. } => transaction,
            RefundState::Processed { .. } => transaction.event(EventType::RefundCompleted),
            RefundState::Failed { .. } => transaction.event(EventType::RefundFailed),
        };
        transaction.commit(self).await?;
        Ok(Refund { version: refund.version + 1, ..refund.clone() })
    }

    /// Keeps an event of the gateway, once.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn store_event(&self, event: &StoredEvent, prov: &Provenance) -> Result<Stored, CommitError> {
        let record = EventRecord { body: event.body.clone(), received_at: event.received_at };
        let item = Item::new(Key::WebhookEvent(event.key.clone()), &record).expires(event.received_at + EVENT_KEPT_FOR);
        let end = Transaction::by(prov)
            .put(item, Guard::WebhookEventNew, OnFailure::Refuse(Stored::Duplicate))
            .event(EventType::WebhookReceived)
            .commit(self)
            .await;
        once(end)
    }

    /// An event of the gateway that was kept.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn event(&self, key: &str) -> Result<Option<StoredEvent>, StorageError> {
        let Some(row) = self.row(&Key::WebhookEvent(key.to_owned())).await? else { return Ok(None) };
        let EventRecord { body, received_at } = row.record()?;
        Ok(Some(StoredEvent { key: key.to_owned(), body, received_at }))
    }
}

/// A payment as it is after its write.
fn stored(payment: &Payment) -> Payment {
    Payment { version: payment.version + 1, ..payment.clone() }
}

/// Of a write that may happen once, the second is no failure.
fn once(end: Result<(), CommitError<Stored>>) -> Result<Stored, CommitError> {
    match end {
        Ok(()) => Ok(Stored::Stored),
        Err(error) => error.refusal(),
    }
}
