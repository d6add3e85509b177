//! Records of the table's stream that nobody could deal with, kept whole in a bucket by S3.
//!
//! Lambda itself puts a batch there when it has tried for too long. A function does it for a single record that no
//! repetition would mend: reporting that one as failed would hold up everything behind it in its shard. Both kinds of
//! object have the batch in `payload`, so that they are replayed in the same way. Replaying is not here.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Future, ServiceUnavailable};

const PUT: &str = "s3 PutObject (failures)";

/// A record that is put aside.
#[derive(Debug, Clone, Copy)]
pub struct FailedRecord<'a> {
    /// The function that could not deal with it, to which it is given again once that is mended.
    pub function: &'a str,
    /// The invocation, for the log.
    pub request_id: &'a str,
    /// The record's sequence number, which names the object: a second delivery makes no second one.
    pub sequence: &'a str,
    /// When.
    pub at: Timestamp,
    /// Why, without values of attributes.
    pub reason: &'a str,
    /// The record as it came.
    pub record: &'a Value,
}

/// The port: a place for what was given up.
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

/// The fields of Lambda's own objects that somebody needs to find out and to replay.
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
