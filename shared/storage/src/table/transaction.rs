//! All writes that decide anything: one `TransactWriteItems`, written as *item, guard, meaning of its
//! failure*, an item to a line. Nothing here knows what an item is about.
//!
//! A `ClientRequestToken` is left to the SDK, which makes a fresh one for each call and repeats it in its
//! own retries. It is never derived from an idempotency key: `:now` differs between a client's retries,
//! so the second would be refused as a mismatch.

use std::collections::HashSet;
use std::convert::Infallible;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use domain::audit::EventType;
use jiff::Timestamp;

use crate::Storage;
use crate::keys::Key;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::Condition;
use crate::table::item::{Attributes, Item};
use crate::table::provenance::Provenance;

/// DynamoDB's limit on a transaction.
pub const MAX_ITEMS: usize = 100;

/// What the failure of a guard means. All reasons of a refused transaction are read in this order, so that
/// nobody hears "taken" of his own success.
pub enum OnFailure<E> {
    /// The request was carried out before: the item that stands there holds the answer.
    Replay,
    /// What was read is out of date: load, decide and try again.
    Stale,
    /// A rule refuses the write.
    Refuse(E),
    /// The item that stands there tells: `Some` refuses, `None` is stale.
    Judge(Box<dyn FnOnce(Attributes) -> Option<E> + Send>),
}

/// A transaction in the making.
#[must_use = "nothing is written before `commit`"]
pub struct Transaction<E = Infallible> {
    provenance: Provenance,
    writes: Vec<Write<E>>,
}

struct Write<E> {
    change: Change,
    guard: Option<Condition>,
    on_failure: OnFailure<E>,
    event: Option<EventType>,
}

enum Change {
    Put(Item),
    Delete(Key),
    /// None: the item stays as it is, and the transaction depends on it.
    Check(Key),
}

impl<E> Transaction<E> {
    /// An empty transaction, whose items will say that `provenance` wrote them.
    pub fn by(provenance: &Provenance) -> Self {
        Self { provenance: provenance.clone(), writes: Vec::new() }
    }

    /// The time at which it is decided.
    pub fn at(&self) -> Timestamp {
        self.provenance.at
    }

    /// Puts `item` where `guard` holds.
    pub fn put(self, item: Item, guard: impl Into<Condition>, on_failure: OnFailure<E>) -> Self {
        self.push(Change::Put(item), Some(guard.into()), on_failure)
    }

    /// Puts an item that has no guard of its own, because the guard of another item of the same transaction
    /// holds for it too.
    pub fn put_unconditionally(self, item: Item) -> Self {
        self.push(Change::Put(item), None, OnFailure::Stale)
    }

    /// Deletes an item that has no guard of its own, like [`along`](Self::along).
    pub fn without(self, key: Key) -> Self {
        self.push(Change::Delete(key), None, OnFailure::Stale)
    }

    /// Demands that `guard` holds for an item that the transaction does not write. It costs what writing the item costs.
    pub fn check(self, key: Key, guard: impl Into<Condition>, on_failure: OnFailure<E>) -> Self {
        self.push(Change::Check(key), Some(guard.into()), on_failure)
    }

    /// Marks the item before as the one whose stream record is the audit event.
    pub fn event(mut self, event: EventType) -> Self {
        if let Some(write) = self.writes.last_mut() {
            write.event = Some(event);
        }
        self
    }

    fn push(mut self, change: Change, guard: Option<Condition>, on_failure: OnFailure<E>) -> Self {
        self.writes.push(Write { change, guard, on_failure, event: None });
        self
    }

    /// Writes everything or nothing.
    ///
    /// # Errors
    /// The first of [`CommitError`]'s variants that applies, in their order.
    pub async fn commit(self, storage: &Storage) -> Result<(), CommitError<E>> {
        self.validate()?;
        if self.writes.is_empty() {
            return Ok(());
        }
        let Self { provenance, writes } = self;
        let (items, meanings): (Vec<_>, Vec<_>) =
            writes.into_iter().filter_map(|write| write.render(&storage.table, &provenance)).unzip();
        let answer = storage.client.transact_write_items().set_transact_items(Some(items)).send().await;
        answer.map(drop).map_err(|error| read(error, meanings))
    }

    /// DynamoDB refuses these too, but as a validation error that names nothing.
    fn validate(&self) -> Result<(), StorageError> {
        let broken = |key: &Key, detail: &str| StorageError::Inconsistent {
            entity: key.entity(),
            key: format!("{} {}", key.pk(), key.sk()),
            detail: detail.to_owned(),
        };
        if let Some(beyond) = self.writes.get(MAX_ITEMS) {
            return Err(broken(beyond.change.key(), "the transaction has more than 100 items"));
        }
        if let Some(second) = self.writes.iter().filter(|write| write.event.is_some()).nth(1) {
            return Err(broken(second.change.key(), "the transaction has two events"));
        }
        let mut seen = HashSet::new();
        match self.writes.iter().map(|write| write.change.key()).find(|key| !seen.insert((key.pk(), key.sk()))) {
            Some(twice) => Err(broken(twice, "the transaction writes the item twice")),
            None => Ok(()),
        }
    }
}

impl Change {
    const fn key(&self) -> &Key {
        match self {
            Self::Put(item) => &item.key,
            Self::Delete(key) | Self::Check(key) => key,
        }
    }
}

impl<E> Write<E> {
    /// Nothing at all for a check whose guard a test has disarmed.
    fn render(self, table: &str, provenance: &Provenance) -> Option<(TransactWriteItem, OnFailure<E>)> {
        let guard = self.guard.and_then(Condition::render);
        let (expression, names, values) = match guard {
            Some(guard) => (Some(guard.expression), guard.names, guard.values),
            None => (None, None, None),
        };
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        let write = match self.change {
            Change::Put(Item { mut attributes, .. }) => {
                let stamp = match self.event {
                    Some(event) => provenance.stamp_event(event),
                    None => provenance.stamp(),
                };
                attributes.insert("prov".to_owned(), stamp);
                let put = Put::builder()
                    .table_name(table)
                    .set_item(Some(attributes))
                    .set_condition_expression(expression)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(all_old)
                    .build()
                    .expect("item and table are set");
                TransactWriteItem::builder().put(put).build()
            }
            Change::Delete(key) => {
                let delete = Delete::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .set_condition_expression(expression)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(all_old)
                    .build()
                    .expect("key and table are set");
                TransactWriteItem::builder().delete(delete).build()
            }
            Change::Check(key) => {
                let check = ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key.attributes()))
                    .condition_expression(expression?)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(all_old)
                    .build()
                    .expect("key, table and condition are set");
                TransactWriteItem::builder().condition_check(check).build()
            }
        };
        Some((write, self.on_failure))
    }
}

/// Says what a failed call means.
fn read<E>(error: SdkError<TransactWriteItemsError>, meanings: Vec<OnFailure<E>>) -> CommitError<E> {
    use TransactWriteItemsError as Failure;
    let verdict = match error.as_service_error() {
        Some(Failure::TransactionCanceledException(cancelled)) => {
            judge(cancelled.cancellation_reasons().to_vec(), meanings)
        }
        // The same transaction is still under way, or the table can't take more: worth another try.
        Some(
            Failure::TransactionInProgressException(_)
            | Failure::ProvisionedThroughputExceededException(_)
            | Failure::RequestLimitExceeded(_)
            | Failure::ThrottlingException(_),
        ) => Some(CommitError::Stale),
        _ => None,
    };
    verdict.unwrap_or_else(|| StorageError::unavailable(error).into())
}

/// Reads all reasons; `None` when none of them is one that we know.
fn judge<E>(reasons: Vec<CancellationReason>, meanings: Vec<OnFailure<E>>) -> Option<CommitError<E>> {
    let mut stale = false;
    let mut refused = None;
    for (reason, meaning) in reasons.into_iter().zip(meanings) {
        match (reason.code.as_deref(), meaning) {
            (Some("ConditionalCheckFailed"), meaning) => match (meaning, reason.item) {
                (OnFailure::Replay, Some(item)) => return Some(CommitError::Replay(item)),
                (OnFailure::Refuse(refusal), _) => {
                    refused.get_or_insert(refusal);
                }
                (OnFailure::Judge(judge), Some(item)) => match judge(item) {
                    Some(refusal) => {
                        refused.get_or_insert(refusal);
                    }
                    None => stale = true,
                },
                // An item that vanished between the check and the reading of it is another reason to look again.
                (OnFailure::Stale | OnFailure::Replay | OnFailure::Judge(_), _) => stale = true,
            },
            (
                Some(
                    "TransactionConflict"
                    | "ThrottlingError"
                    | "ProvisionedThroughputExceeded"
                    | "TransactionInProgress",
                ),
                _,
            ) => stale = true,
            _ => {}
        }
    }
    if stale { Some(CommitError::Stale) } else { refused.map(CommitError::Refused) }
}
