//! DynamoDB and DynamoDB Streams, by the embedded `dynoxide` engine.
//!
//! The engine evaluates the real expressions, conditions and transactions; this module puts the wire protocol in
//! front of it and mends what would mislead:
//! - the engine reads the service's [`Clock`], for TTL, stream records and the ten minutes of a `ClientRequestToken`;
//! - one expression index, without which every write scans all stream records ([`stream`]);
//! - a write that changes nothing leaves no stream record, and a deleted table takes its records along, as in AWS.
//!
//! Not emulated: `TransactionConflict` and throttling (one mutex serialises all requests; tests inject both), more
//! than one shard, backups, and signatures. Requests run on the caller's thread: one takes about a millisecond and
//! the engine is serial anyway, while a hop to a thread pool would make the order of requests depend on the machine.

mod stream;
mod tokens;

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use dynoxide::actions::vector_lifecycle::VectorIndexLifecycle;
use dynoxide::actions::{self, get_records::GetRecordsResponse};
use dynoxide::storage::Storage;
use dynoxide::{DynoxideError, ttl};
use futures::FutureExt;
use http::{Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::stream::Stream;
pub use self::stream::StreamRecord;
use self::tokens::Tokens;
use crate::data_dir::prepare;
use crate::wire::{self, Protocol, Refusal};
use crate::{Clock, OpenError};

const FILE: &str = "dynamodb.sqlite";

/// The engine's error.
pub type EngineError = DynoxideError;

/// A table as [`DynamoDb::ensure_table`] creates it: string keys, on-demand capacity, indexes with all attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The table's name.
    pub name: String,
    /// The partition key's attribute.
    pub partition_key: String,
    /// The sort key's attribute.
    pub sort_key: Option<String>,
    /// Global secondary indexes.
    pub indexes: Vec<Index>,
    /// Whether changes appear in a stream, with new and old images.
    pub stream: bool,
    /// The attribute that says when an item is garbage, in seconds since 1970.
    pub ttl_attribute: Option<String>,
}

/// A global secondary index of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The index's name, at least three characters.
    pub name: String,
    /// The partition key's attribute.
    pub partition_key: String,
    /// The sort key's attribute.
    pub sort_key: String,
}

/// The service.
pub struct DynamoDb {
    engine: Mutex<Engine>,
    clock: Clock,
    /// Holds the files of a database without a data directory, until the service is dropped.
    _temporary: Option<tempfile::TempDir>,
}

struct Engine {
    storage: Storage,
    stream: Stream,
    tokens: Tokens,
    vectors: VectorIndexLifecycle,
}

impl DynamoDb {
    /// Opens the database in `dir`, or a fresh one in a temporary directory.
    ///
    /// # Errors
    /// [`OpenError`] when the directory is of another layout or its file can't be opened.
    pub fn open(dir: Option<&Path>, clock: Clock) -> Result<Self, OpenError> {
        let temporary = match dir {
            Some(_) => None,
            None => Some(
                tempfile::tempdir().map_err(|source| OpenError::Io { path: "a temporary directory".into(), source })?,
            ),
        };
        if let Some(dir) = dir {
            prepare(dir)?;
        }
        let home = dir.or(temporary.as_ref().map(|temporary| temporary.path())).expect("one of them is there");
        let file = home.join(FILE);
        let failed = |error: EngineError| OpenError::Engine(error.to_string());

        let path = file.to_str().ok_or_else(|| OpenError::Engine(format!("{} is not UTF-8", file.display())))?;
        let storage = Storage::new(path).map_err(failed)?.with_clock(Arc::new(EngineClock(clock.clone())));
        // SQLite's durability: none for what is thrown away; what a crash of the process survives for the rest.
        if dir.is_none() { storage.enable_bulk_loading() } else { storage.disable_bulk_loading() }.map_err(failed)?;
        let stream = Stream::open(&file).map_err(|error| failed(error.into()))?;

        let engine = Engine { storage, stream, tokens: Tokens::default(), vectors: VectorIndexLifecycle::new() };
        Ok(Self { engine: Mutex::new(engine), clock, _temporary: temporary })
    }

    /// Creates the table, its stream and its TTL, unless a table of that name exists already.
    ///
    /// # Errors
    /// The engine's error for a definition that it refuses.
    pub fn ensure_table(&self, table: &Table) -> Result<(), EngineError> {
        let engine = self.engine();
        if engine.storage.get_table_metadata(&table.name)?.is_some() {
            return Ok(());
        }
        engine.call(self.now(), "CreateTable", &table.create_request().to_string())?;
        if let Some(attribute) = &table.ttl_attribute {
            let request = json!({
                "TableName": table.name,
                "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": true },
            });
            engine.call(self.now(), "UpdateTimeToLive", &request.to_string())?;
        }
        Ok(())
    }

    /// Answers a request of the DynamoDB or the DynamoDB Streams API.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let operation = match wire::target(request.headers(), &["DynamoDB_20120810.", "DynamoDBStreams_20120810."]) {
            Ok(operation) => operation,
            Err(unknown) => return Protocol::Json10.refuse(&namespaced(unknown)),
        };
        let Ok(body) = std::str::from_utf8(request.body()) else {
            let malformed = Refusal::of("SerializationException", "The body is not UTF-8.");
            return Protocol::Json10.refuse(&namespaced(malformed));
        };
        match self.engine().call(self.now(), operation, body) {
            Ok(Some(answer)) => Protocol::Json10.answer(StatusCode::OK, answer),
            Ok(None) => Protocol::Json10.refuse(&namespaced(Refusal::unknown_operation(operation))),
            Err(error) => {
                let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                if status.is_server_error() {
                    tracing::error!(operation, %error, "the database engine failed");
                }
                Protocol::Json10.answer(status, error.to_json())
            }
        }
    }

    /// The changes of a table after the record `after` (all that are stored, if none), oldest first and at most
    /// `limit`, as a Lambda function receives them.
    ///
    /// # Errors
    /// The engine's error if it cannot read its file.
    pub fn stream_records(
        &self,
        table: &str,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StreamRecord>, EngineError> {
        let engine = self.engine();
        let Some(metadata) = engine.storage.get_table_metadata(table)? else { return Ok(Vec::new()) };
        engine.stream.records(&metadata, after, limit)
    }

    /// Forgets the stream records of a table up to and including `up_to`: call it with what every reader has read.
    /// Returns how many were forgotten.
    ///
    /// The newest record always stays: the engine numbers the next one after it.
    ///
    /// # Errors
    /// The engine's error if it cannot write its file.
    pub fn delete_consumed(&self, table: &str, up_to: u64) -> Result<usize, EngineError> {
        self.engine().stream.delete(table, up_to)
    }

    /// Deletes the items whose TTL has passed, as DynamoDB does within days; the stream shows who did it. Returns how
    /// many there were.
    ///
    /// # Errors
    /// The engine's error if it cannot write its file.
    pub fn sweep_ttl(&self) -> Result<usize, EngineError> {
        run(ttl::sweep_expired_items(&self.engine().storage))
    }

    fn now(&self) -> jiff::Timestamp {
        (self.clock)()
    }

    /// A panic within the engine leaves SQLite's transaction rolled back, so its lock is taken all the same.
    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for DynamoDb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DynamoDb").finish_non_exhaustive()
    }
}

/// Runs one action of the engine: `execute(storage, request)`, from JSON to JSON.
macro_rules! action {
    ($operation:ident, $engine:expr, $body:expr $(, $more:expr)*) => {
        encode(&run(actions::$operation::execute(&$engine.storage, decode($body)? $(, $more)*))?)
    };
}

impl Engine {
    /// The answer of `operation` as JSON; nothing when there is no such operation here.
    fn call(&self, now: jiff::Timestamp, operation: &str, body: &str) -> Result<Option<Vec<u8>>, EngineError> {
        let answer = match operation {
            "GetItem" => action!(get_item, self, body),
            "PutItem" => action!(put_item, self, body),
            "UpdateItem" => action!(update_item, self, body),
            "DeleteItem" => action!(delete_item, self, body),
            "Query" => action!(query, self, body),
            "Scan" => action!(scan, self, body),
            "BatchGetItem" => action!(batch_get_item, self, body),
            "BatchWriteItem" => action!(batch_write_item, self, body),
            "TransactGetItems" => action!(transact_get_items, self, body),
            "TransactWriteItems" => self.transact_write(now, body)?,
            "CreateTable" => action!(create_table, self, body),
            "UpdateTable" => action!(update_table, self, body, &self.vectors),
            "DescribeTable" => action!(describe_table, self, body, &self.vectors),
            "DeleteTable" => self.delete_table(body)?,
            "ListTables" => action!(list_tables, self, body),
            "UpdateTimeToLive" => action!(update_time_to_live, self, body),
            "DescribeTimeToLive" => action!(describe_time_to_live, self, body),
            "TagResource" => action!(tag_resource, self, body),
            "UntagResource" => action!(untag_resource, self, body),
            "ListTagsOfResource" => action!(list_tags_of_resource, self, body),
            "ListStreams" => action!(list_streams, self, body),
            "DescribeStream" => action!(describe_stream, self, body),
            "GetShardIterator" => action!(get_shard_iterator, self, body),
            "GetRecords" => self.get_records(body)?,
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    fn transact_write(&self, now: jiff::Timestamp, body: &str) -> Result<Vec<u8>, EngineError> {
        let request: actions::transact_write_items::TransactWriteItemsRequest = decode(body)?;
        let token = self.tokens.claim(&request, now)?;
        if token.as_ref().is_some_and(tokens::Claim::is_replay) {
            return Ok(b"{}".to_vec());
        }
        let response = run(actions::transact_write_items::execute(&self.storage, request))?;
        if let Some(token) = token {
            self.tokens.keep(token, now);
        }
        Ok(encode(&response))
    }

    fn delete_table(&self, body: &str) -> Result<Vec<u8>, EngineError> {
        let request: Value = decode(body)?;
        let answer = action!(delete_table, self, body, &self.vectors);
        if let Some(table) = request["TableName"].as_str() {
            self.stream.forget(table)?;
        }
        Ok(answer)
    }

    fn get_records(&self, body: &str) -> Result<Vec<u8>, EngineError> {
        let mut response: GetRecordsResponse = run(actions::get_records::execute(&self.storage, decode(body)?))?;
        response.records.retain(|record| {
            let change = &record.dynamodb;
            record.event_name != "MODIFY" || change.new_image.is_none() || change.new_image != change.old_image
        });
        Ok(encode(&response))
    }
}

/// The engine's actions are `async` for the sake of another backend: over SQLite they never wait.
fn run<T>(action: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
    action.now_or_never().expect("the engine's native storage never waits")
}

fn encode(response: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(response).expect("the engine's responses have string keys and finite numbers")
}

/// Reads a request, with DynamoDB's two errors for one that can't be read.
fn decode<T: DeserializeOwned>(body: &str) -> Result<T, EngineError> {
    serde_json::from_str(body).map_err(|error| {
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        // The engine's own value types mark the class of an error in front of its text.
        if let Some((mark, message)) = text.split_once(':') {
            if mark.starts_with("VALIDATION") {
                return EngineError::ValidationException(message.to_owned());
            }
            if mark.starts_with("SERIALIZATION") {
                return EngineError::SerializationException(message.to_owned());
            }
        }
        let about_content = ["missing field", "unknown variant", "invalid type: null", "AttributeValue"];
        if about_content.iter().any(|sign| text.contains(sign)) {
            EngineError::ValidationException(text.to_owned())
        } else {
            EngineError::SerializationException(text.to_owned())
        }
    })
}

fn namespaced(mut refusal: Refusal) -> Refusal {
    refusal.kind = format!("com.amazon.coral.service#{}", refusal.kind);
    refusal
}

impl Table {
    fn create_request(&self) -> Value {
        let keys = |partition: &str, sort: Option<&str>| {
            let mut schema = vec![json!({ "AttributeName": partition, "KeyType": "HASH" })];
            schema.extend(sort.map(|sort| json!({ "AttributeName": sort, "KeyType": "RANGE" })));
            schema
        };
        let mut attributes: Vec<&str> = vec![&self.partition_key];
        attributes.extend(self.sort_key.as_deref());
        attributes.extend(self.indexes.iter().flat_map(|index| [&*index.partition_key, &*index.sort_key]));
        attributes.sort_unstable();
        attributes.dedup();

        let mut request = json!({
            "TableName": self.name,
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": keys(&self.partition_key, self.sort_key.as_deref()),
            "AttributeDefinitions": attributes
                .iter()
                .map(|name| json!({ "AttributeName": name, "AttributeType": "S" }))
                .collect::<Vec<_>>(),
        });
        if !self.indexes.is_empty() {
            request["GlobalSecondaryIndexes"] = self
                .indexes
                .iter()
                .map(|index| {
                    json!({
                        "IndexName": index.name,
                        "KeySchema": keys(&index.partition_key, Some(&index.sort_key)),
                        "Projection": { "ProjectionType": "ALL" },
                    })
                })
                .collect();
        }
        if self.stream {
            request["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
        }
        request
    }
}

/// Our clock, as the engine reads it.
struct EngineClock(Clock);

impl dynoxide::storage_backend::Clock for EngineClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from((self.0)().as_second()).unwrap_or(0)
    }

    #[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 fit into 53 bits until the year 2255")]
    fn now_unix_secs_f64(&self) -> f64 {
        (self.0)().as_microsecond() as f64 / 1e6
    }
}
