//! All writes that decide anything: one `TransactWriteItems`, written as *item, guard, meaning of its
//! failure*, an item to a line. Nothing here knows what an item is about.
//!
//! A `ClientRequestToken` is left to the SDK, which makes a fresh one for each call and repeats it in its
//! own retries. It is never derived from an idempotency key: `:now` differs between a client's retries,
//! so the second would be refused as a mismatch.

use std::collections::HashSet;
use std::convert::Infallible;
use std::panic::Location;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::Timestamp;

use crate::Storage;
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Place};
use crate::table::item::{Item, Row};
use crate::table::key::ItemKey;
use crate::table::provenance::Provenance;

/// DynamoDB's limit on a transaction.
pub const MAX_ITEMS: usize = 100;

/// What the failure of a guard means. All reasons of a refused transaction are read in this order, so that
/// no caller hears "taken" of its own success.
pub enum OnFailure<E> {
    /// The request was carried out before: the item that stands there holds the answer.
    Replay,
    /// What was read is out of date: load, decide and try again.
    Stale,
    /// A rule refuses the write.
    Refuse(E),
    /// The item that stands there tells: `Some` refuses, `None` is stale.
    Judge(Judge<E>),
}

/// Reads the item that a guard has found where its own should go.
pub type Judge<E> = Box<dyn FnOnce(&Row) -> Option<E> + Send>;

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
    /// Where it is written in the code. A function that adds writes to a transaction is marked with `#[track_caller]`, so that
    /// each of its uses is a place of its own.
    location: &'static Location<'static>,
}

enum Change {
    Put(Item),
    Delete(ItemKey),
    /// None: the item stays as it is, and the transaction depends on it.
    Check(ItemKey),
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
    #[track_caller]
    pub fn put(self, item: Item, guard: impl Into<Condition>, on_failure: OnFailure<E>) -> Self {
        self.push(Change::Put(item), Some(guard.into()), on_failure)
    }

    /// Puts an item that has no guard of its own, because the guard of another item of the same transaction
    /// holds for it too.
    #[track_caller]
    pub fn put_unconditionally(self, item: Item) -> Self {
        self.push(Change::Put(item), None, OnFailure::Stale)
    }

    /// Deletes an item that has no guard of its own, like [`put_unconditionally`](Self::put_unconditionally).
    #[track_caller]
    pub fn delete_unconditionally(self, key: impl Into<ItemKey>) -> Self {
        self.push(Change::Delete(key.into()), None, OnFailure::Stale)
    }

    /// Demands that `guard` holds for an item that the transaction does not write. It costs what writing the item costs.
    #[track_caller]
    pub fn check(self, key: impl Into<ItemKey>, guard: impl Into<Condition>, on_failure: OnFailure<E>) -> Self {
        self.push(Change::Check(key.into()), Some(guard.into()), on_failure)
    }

    #[track_caller]
    fn push(mut self, change: Change, guard: Option<Condition>, on_failure: OnFailure<E>) -> Self {
        self.writes.push(Write { change, guard, on_failure, location: Location::caller() });
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
        let broken = |key: &ItemKey, detail: &str| StorageError::Inconsistent {
            entity: key.entity(),
            key: key.to_string(),
            detail: detail.to_owned(),
        };
        if let Some(beyond) = self.writes.get(MAX_ITEMS) {
            return Err(broken(beyond.change.key(), "the transaction has more than 100 items"));
        }
        if let Some(second) = self.writes.iter().filter(|write| write.change.is_event()).nth(1) {
            return Err(broken(second.change.key(), "the transaction has two events"));
        }
        let mut seen = HashSet::new();
        match self.writes.iter().map(|write| write.change.key()).find(|key| !seen.insert(*key)) {
            Some(twice) => Err(broken(twice, "the transaction writes the item twice")),
            None => Ok(()),
        }
    }
}

impl Change {
    const fn key(&self) -> &ItemKey {
        match self {
            Self::Put(item) => &item.key,
            Self::Delete(key) | Self::Check(key) => key,
        }
    }

    const fn is_event(&self) -> bool {
        matches!(self, Self::Put(Item { event: Some(_), .. }))
    }
}

impl<E> Write<E> {
    /// The place of the code that wrote it.
    fn place(&self) -> Place {
        let write = match &self.change {
            Change::Put(_) => "put",
            Change::Delete(_) => "delete",
            Change::Check(_) => "check",
        };
        let guard = self.guard.as_ref().map(Condition::guard);
        Place { location: self.location, write, entity: self.change.key().entity().0.name, guard }
    }

    /// Nothing at all for a write that a test leaves out: a check without its guard, or an item that has no guard.
    fn render(self, table: &str, provenance: &Provenance) -> Option<(TransactWriteItem, Meaning<E>)> {
        let is_left_out = self.place().is_left_out();
        if is_left_out && self.guard.is_none() {
            return None;
        }
        let key = self.change.key().clone();
        let guard = self.guard.filter(|_| !is_left_out).and_then(Condition::render);
        let (expression, names, values) = match guard {
            Some(guard) => (Some(guard.expression), guard.names, guard.values),
            None => (None, None, None),
        };
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        let write = match self.change {
            Change::Put(Item { mut attributes, event, .. }) => {
                let stamp = match event {
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
        Some((write, Meaning { key, on_failure: self.on_failure }))
    }
}

/// What the failure of the guard on an item means.
struct Meaning<E> {
    key: ItemKey,
    on_failure: OnFailure<E>,
}

/// Says what a failed call means.
fn read<E>(error: SdkError<TransactWriteItemsError>, meanings: Vec<Meaning<E>>) -> CommitError<E> {
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
fn judge<E>(reasons: Vec<CancellationReason>, meanings: Vec<Meaning<E>>) -> Option<CommitError<E>> {
    let mut stale = false;
    let mut refused = None;
    for (reason, Meaning { key, on_failure }) in reasons.into_iter().zip(meanings) {
        match (reason.code.as_deref(), on_failure) {
            (Some("ConditionalCheckFailed"), meaning) => match (meaning, reason.item) {
                (OnFailure::Replay, Some(item)) => return Some(CommitError::Replay(item)),
                (OnFailure::Refuse(refusal), _) => {
                    refused.get_or_insert(refusal);
                }
                (OnFailure::Judge(judge), Some(item)) => match Row::found(key, item).ok().and_then(|row| judge(&row)) {
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
