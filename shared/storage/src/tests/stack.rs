//! A table of its own for a test, and the way to it, on which things can go wrong.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_emulator::dynamodb::{DynamoDb, Index, Table};
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use serde_json::{Value, json};

use super::samples::now;
use crate::Storage;

const TABLE: &str = "vaidya-test";

/// What goes wrong with a request that writes, or with one that reads some keys or a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it is another one that goes wrong.
    Pass,
    /// It is never sent.
    NeverSent,
    /// It is carried out, and its answer is lost.
    LoseReply,
    /// Another transaction has an item of it.
    Conflict,
    /// DynamoDB has too much to do.
    Throttle,
    /// DynamoDB does not get round to any key of a batch.
    LeaveKeys,
    /// A query sees nothing of a transaction that other reads see already.
    Lag,
}

impl Fault {
    const fn concerns(self) -> &'static str {
        match self {
            Self::Pass | Self::NeverSent | Self::LoseReply | Self::Conflict | Self::Throttle => "TransactWriteItems",
            Self::LeaveKeys => "BatchGetItem",
            Self::Lag => "Query",
        }
    }
}

/// A storage with a table of its own.
pub struct Stack {
    pub storage: Storage,
    database: Arc<DynamoDb>,
    way: Arc<Way>,
}

#[derive(Debug, Default)]
struct Way {
    faults: Mutex<VecDeque<Fault>>,
    calls: Mutex<Vec<(String, Value)>>,
}

#[derive(Debug)]
struct Connector {
    database: Arc<DynamoDb>,
    way: Arc<Way>,
}

impl Stack {
    pub fn new() -> Self {
        let database = Arc::new(DynamoDb::open(None, Arc::new(now)).unwrap());
        let index = |name: &str| Index {
            name: name.to_owned(),
            partition_key: format!("{name}PK"),
            sort_key: format!("{name}SK"),
        };
        let table = Table {
            name: TABLE.to_owned(),
            partition_key: "PK".to_owned(),
            sort_key: Some("SK".to_owned()),
            indexes: vec![index("GSI1"), index("GSI2"), index("GSI3")],
            stream: true,
            ttl_attribute: Some("ttl".to_owned()),
        };
        database.ensure_table(&table).unwrap();

        let way = Arc::new(Way::default());
        let connector = SharedHttpConnector::new(Connector { database: database.clone(), way: way.clone() });
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("ap-south-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        Self { storage: Storage::new(aws_sdk_dynamodb::Client::from_conf(config), TABLE), database, way }
    }

    /// Lets the next request of the kind that the fault is about go wrong; called twice, the next two.
    pub fn next(&self, fault: Fault) {
        self.way.faults.lock().unwrap().push_back(fault);
    }

    /// The requests so far, by the name of the operation.
    pub fn calls(&self) -> Vec<(String, Value)> {
        self.way.calls.lock().unwrap().clone()
    }

    /// Forgets the requests so far.
    pub fn forget_calls(&self) {
        self.way.calls.lock().unwrap().clear();
    }

    /// The stream so far, as a function receives it.
    pub fn stream(&self) -> Vec<String> {
        let records = self.database.stream_records(TABLE, None, usize::MAX).unwrap();
        records.into_iter().map(|record| record.event.to_string()).collect()
    }

    /// Removes what TTL may remove.
    pub fn sweep(&self) -> usize {
        self.database.sweep_ttl().unwrap()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (database, way) = (self.database.clone(), self.way.clone());
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().unwrap();
            let body = Bytes::copy_from_slice(request.body().bytes().unwrap_or_default());
            let target = request.headers()["x-amz-target"].to_str().unwrap();
            let operation = target.rsplit_once('.').unwrap().1.to_owned();
            let sent: Value = serde_json::from_slice(&body).unwrap();
            way.calls.lock().unwrap().push((operation.clone(), sent.clone()));

            let fault = way.faults.lock().unwrap().pop_front_if(|fault| fault.concerns() == operation);
            let items = sent["TransactItems"].as_array().map_or(0, Vec::len);
            match fault {
                Some(Fault::Conflict) => return answer(400, cancelled("TransactionConflict", items)),
                Some(Fault::Throttle) => return answer(400, cancelled("ThrottlingError", items)),
                Some(Fault::LeaveKeys) => {
                    return answer(200, json!({ "Responses": {}, "UnprocessedKeys": sent["RequestItems"] }));
                }
                Some(Fault::Lag) => return answer(200, json!({ "Items": [], "Count": 0, "ScannedCount": 0 })),
                Some(Fault::NeverSent) => return Err(ConnectorError::timeout("it is lost on its way".into())),
                Some(Fault::Pass | Fault::LoseReply) | None => {}
            }
            let (parts, _) = request.into_parts();
            let reply = database.handle(http::Request::from_parts(parts, body)).await;
            if fault == Some(Fault::LoseReply) {
                return Err(ConnectorError::timeout("the reply is lost".into()));
            }
            Ok(HttpResponse::try_from(reply.map(SdkBody::from)).unwrap())
        })
    }
}

/// A transaction of which one item, the last, is refused for a reason that is not ours.
fn cancelled(code: &str, items: usize) -> Value {
    let reasons: Vec<Value> =
        (1..=items).map(|item| json!({ "Code": if item == items { code } else { "None" } })).collect();
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    })
}

fn answer(status: u16, body: Value) -> Result<HttpResponse, ConnectorError> {
    let reply = http::Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
    Ok(HttpResponse::try_from(reply.body(SdkBody::from(body.to_string())).unwrap()).unwrap())
}
