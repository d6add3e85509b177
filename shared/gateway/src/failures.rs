//! Records of the table's stream that no consumer could handle, kept whole in an S3 bucket.
//!
//! Lambda itself puts a batch there after its last attempt. A function puts a single record there that no repetition
//! would mend: a record that is reported as failed holds up all later records of its shard. Both kinds of object have
//! the batch in `payload` and are replayed in the same way. Replaying is not here.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Future, ServiceUnavailable};

const PUT: &str = "s3 PutObject (failures)";

/// A record that a consumer could not handle.
#[derive(Debug, Clone, Copy)]
pub struct FailedRecord<'a> {
    /// The id of the function that could not handle the record. The record is replayed to it after a repair.
    pub function: &'a str,
    /// The id of the invocation, for the log.
    pub request_id: &'a str,
    /// The record's sequence number. It names the object, so that a second delivery makes no second object.
    pub sequence: &'a str,
    /// The instant of the failure.
    pub at: Timestamp,
    /// The reason, without values of attributes.
    pub reason: &'a str,
    /// The record as the stream delivered it.
    pub record: &'a Value,
}

/// The port: a place for records that were given up.
pub trait Failures: Send + Sync {
    /// Keeps a record.
    fn keep<'a>(&'a self, failed: FailedRecord<'a>) -> Future<'a, Result<(), ServiceUnavailable>>;
}

/// The adapter to a bucket of Amazon S3.
#[derive(Debug, Clone)]
pub struct S3Failures {
    client: Client,
    bucket: String,
}

impl S3Failures {
    /// Keeps records in `bucket`, under `unreadable/<function>/`.
    pub fn new(config: &SdkConfig, bucket: impl Into<String>) -> Self {
        Self { client: Client::new(config), bucket: bucket.into() }
    }
}

impl Failures for S3Failures {
    fn keep<'a>(&'a self, failed: FailedRecord<'a>) -> Future<'a, Result<(), ServiceUnavailable>> {
        Box::pin(async move {
            let put = self
                .client
                .put_object()
                .bucket(&self.bucket)
                .key(format!("unreadable/{}/{}.json", failed.function, failed.sequence))
                .content_type("application/json")
                .body(ByteStream::from(document(failed).to_string().into_bytes()));
            put.send().await.map(drop).map_err(|error| ServiceUnavailable::of(PUT, &error))
        })
    }
}

/// The fields of Lambda's own objects that an operator needs to diagnose and to replay the record.
fn document(failed: FailedRecord<'_>) -> Value {
    json!({
        "version": "1.0",
        "timestamp": failed.at,
        "requestContext": {
            "requestId": failed.request_id,
            "functionName": failed.function,
            "condition": "RecordUnreadable",
        },
        "responseContext": { "functionError": failed.reason },
        "payload": json!({ "Records": [failed.record] }).to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Reply, config};

    async fn keep(reply: Reply) -> (Result<(), ServiceUnavailable>, Vec<crate::testing::Call>) {
        let (config, calls) = config(move |_| reply.clone());
        let record = json!({ "dynamodb": { "SequenceNumber": "7", "Keys": {} } });
        let failed = FailedRecord {
            function: "recordAudit",
            request_id: "r-1",
            sequence: "7",
            at: "2026-11-30T03:50:00Z".parse().unwrap(),
            reason: "no entity has the key",
            record: &record,
        };
        let kept = S3Failures::new(&config, "failures").keep(failed).await;
        let calls = calls.lock().unwrap().clone();
        (kept, calls)
    }

    #[tokio::test]
    async fn a_record_is_kept_as_a_batch_that_can_be_replayed() {
        let (kept, calls) = keep(Reply::ok("")).await;
        kept.unwrap();
        assert_eq!(calls[0].method, "PUT");
        assert!(calls[0].uri.contains("unreadable/recordAudit/7.json"), "{}", calls[0].uri);
        let document = calls[0].json();
        assert_eq!(document["responseContext"]["functionError"], "no entity has the key");
        let batch: Value = serde_json::from_str(document["payload"].as_str().unwrap()).unwrap();
        assert_eq!(batch["Records"][0]["dynamodb"]["SequenceNumber"], "7");
    }

    #[tokio::test]
    async fn a_bucket_that_does_not_answer_is_an_outage() {
        assert!(keep(Reply::new(503, "<Error><Code>SlowDown</Code></Error>")).await.0.is_err());
        assert!(keep(Reply::ConnectionLost).await.0.is_err());
    }
}
