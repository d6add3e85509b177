//! The stream of a table, read from the engine's file over a second connection.
//!
//! The second connection does what the engine has no call for: it adds the index by sequence number without which
//! each write scans every record that is stored (30 times slower after some thousand records), and forgets records
//! that are consumed.

use std::path::Path;

use dynoxide::storage::TableMetadata;
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};

use super::EngineError;
use crate::{ACCOUNT, REGION};

/// The expression is the engine's own: SQLite uses an expression index only for the very same expression.
const INDEX: &str = "CREATE INDEX IF NOT EXISTS stream_sequence \
                     ON _stream_records(table_name, CAST(sequence_number AS INTEGER))";

const READ: &str = "SELECT CAST(sequence_number AS INTEGER), event_name, keys_json, new_image, old_image, created_at, \
                    user_identity FROM _stream_records \
                    WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2 \
                    ORDER BY CAST(sequence_number AS INTEGER)";

const DELETE: &str = "DELETE FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2 \
                      AND CAST(sequence_number AS INTEGER) < \
                      (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)";

/// DynamoDB's sequence numbers have 21 digits and more: the engine adds this to its own numbers.
const PUBLIC_OFFSET: u128 = 100_000_000_000_000_000_000;

/// A change of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    /// The record's place in the stream: greater than those of all earlier ones.
    pub sequence: u64,
    /// An element of `Records` in the event that a Lambda function receives.
    pub event: Value,
}

pub(super) struct Stream(Connection);

impl Stream {
    /// Opens a file that the engine has opened before.
    pub(super) fn open(file: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(INDEX)?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        Ok(Self(connection))
    }

    /// The records of a table after `after`, without those that changed nothing.
    pub(super) fn records(
        &self,
        table: &TableMetadata,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StreamRecord>, EngineError> {
        let label = table.stream_label.as_deref().unwrap_or_default();
        let arn = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}/stream/{label}", table.table_name);
        let after = after.map_or(-1, stored);

        let mut statement = self.0.prepare_cached(READ)?;
        let mut rows = statement.query(params![table.table_name, after])?;
        let mut records = Vec::new();
        while records.len() < limit
            && let Some(row) = rows.next()?
        {
            records.extend(Change::read(row)?.into_record(&arn));
        }
        Ok(records)
    }

    pub(super) fn delete(&self, table: &str, up_to: u64) -> Result<usize, EngineError> {
        Ok(self.0.prepare_cached(DELETE)?.execute(params![table, stored(up_to)])?)
    }

    /// Forgets every record of a table that is gone.
    pub(super) fn forget(&self, table: &str) -> Result<(), EngineError> {
        self.0.execute("DELETE FROM _stream_records WHERE table_name = ?1", params![table])?;
        Ok(())
    }
}

fn stored(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

/// A row of the engine's table.
struct Change {
    sequence: u64,
    name: String,
    keys: Value,
    new: Option<Value>,
    old: Option<Value>,
    at: i64,
    size: usize,
    /// The deleter of the item if it was not a client: the TTL sweep.
    identity: Option<Value>,
}

impl Change {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut size = 0;
        let mut json = |column: usize| -> rusqlite::Result<Option<Value>> {
            let text: Option<String> = row.get(column)?;
            size += text.as_ref().map_or(0, String::len);
            text.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
            })
        };
        let (keys, new, old) = (json(2)?.unwrap_or_default(), json(3)?, json(4)?);
        let identity = json(6)?;
        Ok(Self {
            sequence: row.get::<_, i64>(0)?.unsigned_abs(),
            name: row.get(1)?,
            keys,
            new,
            old,
            at: row.get(5)?,
            size,
            identity,
        })
    }

    /// The record that Lambda gets; `None` for a write that left the item unchanged, for which DynamoDB makes no record.
    fn into_record(self, arn: &str) -> Option<StreamRecord> {
        if self.new.is_some() && self.new == self.old {
            return None;
        }
        let mut change = json!({
            "ApproximateCreationDateTime": self.at,
            "Keys": self.keys,
            "SequenceNumber": (PUBLIC_OFFSET + u128::from(self.sequence)).to_string(),
            "SizeBytes": self.size,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        });
        if let Some(new) = self.new {
            change["NewImage"] = new;
        }
        if let Some(old) = self.old {
            change["OldImage"] = old;
        }
        let mut event = json!({
            "eventID": format!("{:032x}", self.sequence),
            "eventName": self.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": change,
            "eventSourceARN": arn,
        });
        if let Some(identity) = self.identity {
            event["userIdentity"] = identity;
        }
        Some(StreamRecord { sequence: self.sequence, event })
    }
}

#[cfg(test)]
mod tests {
    use dynoxide::storage::Storage;

    use super::*;

    #[test]
    fn neither_the_engine_nor_a_reader_scans_the_records() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("test.sqlite");
        let _storage = Storage::new(file.to_str().unwrap()).unwrap();
        let stream = Stream::open(&file).unwrap();
        // What the engine runs before each record that it writes.
        let engine =
            "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1";
        for query in [engine, READ, DELETE] {
            let mut plan = stream.0.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            let parameters = rusqlite::params_from_iter(["table", "0"].into_iter().take(plan.parameter_count()));
            let steps: Vec<String> =
                plan.query_map(parameters, |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
            assert!(steps.iter().any(|step| step.contains("stream_sequence")), "{query}: {steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE")), "{steps:?}");
        }
    }
}
