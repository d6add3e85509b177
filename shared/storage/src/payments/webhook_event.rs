//! The events that the payment gateway has sent.

use domain::audit::EventType;
use domain::messages::Message;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::payments::keys::Key;
use crate::payments::payment::{Stored, once};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Guard;
use crate::table::item::{Item, Row, ms};
use crate::table::provenance::Provenance;
use crate::table::transaction::{OnFailure, Transaction};

/// How long an event of the gateway is kept.
const EVENT_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

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

#[derive(Serialize, Deserialize)]
struct Record {
    body: String,
    #[serde(with = "ms::required")]
    received_at: Timestamp,
}

/// What a stored event means to others: a new one wants to be worked on.
pub(crate) fn message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let Key::WebhookEvent(event) = after.key()? else { return Err(after.inconsistent("not a webhook event")) };
    Ok(before.is_none().then_some(Message::PaymentEventStored { event }))
}

impl Storage {
    /// Keeps an event of the gateway, once.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn store_event(&self, event: &StoredEvent, prov: &Provenance) -> Result<Stored, CommitError> {
        let record = Record { body: event.body.clone(), received_at: event.received_at };
        let item = Item::new(Key::WebhookEvent(event.key.clone()), &record).expires(event.received_at + EVENT_KEPT_FOR);
        let end = Transaction::by(prov)
            .put(item.event(EventType::WebhookReceived), Guard::WEBHOOK_EVENT_NEW, OnFailure::Refuse(Stored::Duplicate))
            .commit(self)
            .await;
        once(end)
    }

    /// An event of the gateway that was kept.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn event(&self, key: &str) -> Result<Option<StoredEvent>, StorageError> {
        let Some(row) = self.row(Key::WebhookEvent(key.to_owned())).await? else { return Ok(None) };
        let Record { body, received_at } = row.record()?;
        Ok(Some(StoredEvent { key: key.to_owned(), body, received_at }))
    }
}
