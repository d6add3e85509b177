//! The archive of the audit trail: objects in a bucket with S3 Object Lock. No caller can alter an object for as long
//! as the bucket's lock lasts. A hold keeps the object beyond that time.
//!
//! An object is put once: a second put with the same key leaves the first object in place. A run that was cut off is
//! repeated.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ObjectLockLegalHold, ObjectLockLegalHoldStatus};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Future, ServiceUnavailable};

const PUT: &str = "s3 PutObject (archive)";
const GET: &str = "s3 GetObject (archive)";
const LIST: &str = "s3 ListObjectsV2 (archive)";
const HOLD: &str = "s3 PutObjectLegalHold (archive)";
const LINK: &str = "s3 GetObject (archive), signed for another reader";

/// An object to be archived.
#[derive(Debug, Clone, Copy)]
pub struct ArchivedObject<'a> {
    /// The key of the object.
    pub key: &'a str,
    /// The content type, such as `application/json`.
    pub content_type: &'a str,
    /// The content of the object.
    pub body: &'a [u8],
}

/// The port: a place for objects that never change.
pub trait Archive: Send + Sync {
    /// Puts an object. If one with its key exists, that one stays, and the call succeeds too.
    fn put_once<'a>(&'a self, object: ArchivedObject<'a>) -> Future<'a, Result<(), ServiceUnavailable>>;

    /// Reads an object; `None` if no object has this key.
    fn get<'a>(&'a self, key: &'a str) -> Future<'a, Result<Option<Vec<u8>>, ServiceUnavailable>>;

    /// The keys that begin with `prefix` and come after `after`, in order, at most 1,000 of them.
    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Result<Vec<String>, ServiceUnavailable>>;

    /// An address at which its holder can read the object for the time `valid`, a week at most (a limit of S3). The
    /// adapter signs it without a call. It ends sooner if the credentials that sign it do.
    fn link<'a>(&'a self, key: &'a str, valid: Duration) -> Future<'a, Result<String, ServiceUnavailable>>;

    /// Sets or lifts the legal hold on an object. An object under a hold stays even after its retention has ended.
    fn hold<'a>(&'a self, key: &'a str, is_held: bool) -> Future<'a, Result<(), ServiceUnavailable>>;
}

/// The adapter to a bucket of Amazon S3.
#[derive(Debug, Clone)]
pub struct S3Archive {
    client: Client,
    bucket: String,
}

impl S3Archive {
    /// The archive in `bucket`. The bucket's default retention locks its objects.
    pub fn new(config: &SdkConfig, bucket: impl Into<String>) -> Self {
        Self { client: Client::new(config), bucket: bucket.into() }
    }
}

impl Archive for S3Archive {
    fn put_once<'a>(&'a self, object: ArchivedObject<'a>) -> Future<'a, Result<(), ServiceUnavailable>> {
        Box::pin(async move {
            let put = self.client.put_object().bucket(&self.bucket).key(object.key).content_type(object.content_type);
            let put = put.if_none_match("*").body(ByteStream::from(object.body.to_vec()));
            match put.send().await {
                Ok(_) => Ok(()),
                Err(error) if error.code() == Some("PreconditionFailed") => Ok(()),
                Err(error) => Err(ServiceUnavailable::of(PUT, &error)),
            }
        })
    }

    fn get<'a>(&'a self, key: &'a str) -> Future<'a, Result<Option<Vec<u8>>, ServiceUnavailable>> {
        Box::pin(async move {
            let object = match self.client.get_object().bucket(&self.bucket).key(key).send().await {
                Ok(object) => object,
                Err(error) if matches!(error.as_service_error(), Some(GetObjectError::NoSuchKey(_))) => {
                    return Ok(None);
                }
                Err(error) => return Err(ServiceUnavailable::of(GET, &error)),
            };
            let body = object.body.collect().await.map_err(|_| ServiceUnavailable::new(GET, "the body was cut off"))?;
            Ok(Some(body.to_vec()))
        })
    }

    fn keys<'a>(
        &'a self,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Result<Vec<String>, ServiceUnavailable>> {
        Box::pin(async move {
            let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let list = list.set_start_after(after.map(str::to_owned)).send().await;
            let found = list.map_err(|error| ServiceUnavailable::of(LIST, &error))?.contents.unwrap_or_default();
            Ok(found.into_iter().filter_map(|object| object.key).collect())
        })
    }

    fn link<'a>(&'a self, key: &'a str, valid: Duration) -> Future<'a, Result<String, ServiceUnavailable>> {
        Box::pin(async move {
            let valid =
                PresigningConfig::expires_in(valid).map_err(|_| ServiceUnavailable::new(LINK, "longer than a week"))?;
            let signed = self.client.get_object().bucket(&self.bucket).key(key).presigned(valid).await;
            Ok(signed.map_err(|error| ServiceUnavailable::of(LINK, &error))?.uri().to_owned())
        })
    }

    fn hold<'a>(&'a self, key: &'a str, is_held: bool) -> Future<'a, Result<(), ServiceUnavailable>> {
        Box::pin(async move {
            let status = if is_held { ObjectLockLegalHoldStatus::On } else { ObjectLockLegalHoldStatus::Off };
            let hold = ObjectLockLegalHold::builder().status(status).build();
            let put = self.client.put_object_legal_hold().bucket(&self.bucket).key(key).legal_hold(hold);
            put.send().await.map(drop).map_err(|error| ServiceUnavailable::of(HOLD, &error))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Reply, config};

    const OBJECT: ArchivedObject<'_> =
        ArchivedObject { key: "audit/checkpoints/1.json", content_type: "application/json", body: b"{}" };

    fn error(status: u16, code: &str) -> Reply {
        Reply::new(status, format!("<Error><Code>{code}</Code></Error>"))
    }

    #[tokio::test]
    async fn an_object_is_put_once_and_a_second_put_succeeds_too() {
        let (sdk, calls) = config(|_| Reply::ok(""));
        S3Archive::new(&sdk, "archive").put_once(OBJECT).await.unwrap();
        let call = calls.lock().unwrap()[0].clone();
        assert_eq!((call.method.as_str(), call.header("if-none-match")), ("PUT", Some("*")));
        assert!(call.uri.contains("audit/checkpoints/1.json"), "{}", call.uri);

        let (sdk, _) = config(|_| error(412, "PreconditionFailed"));
        assert!(S3Archive::new(&sdk, "archive").put_once(OBJECT).await.is_ok());
    }

    #[tokio::test]
    async fn a_missing_object_is_none_and_no_outage() {
        let (sdk, _) = config(|_| error(404, "NoSuchKey"));
        assert_eq!(S3Archive::new(&sdk, "archive").get("x").await, Ok(None));
        let (sdk, _) = config(|_| Reply::ok("text"));
        assert_eq!(S3Archive::new(&sdk, "archive").get("x").await, Ok(Some(b"text".to_vec())));
    }

    #[tokio::test]
    async fn a_bucket_that_does_not_answer_or_refuses_is_an_outage() {
        for reply in [error(503, "SlowDown"), error(403, "AccessDenied"), error(409, "ConditionalRequestConflict")] {
            let (sdk, _) = config(move |_| reply.clone());
            let archive = S3Archive::new(&sdk, "archive");
            assert!(archive.put_once(OBJECT).await.is_err());
            assert!(archive.get("x").await.is_err());
            assert!(archive.hold("x", true).await.is_err());
            assert!(archive.keys("x", None).await.is_err());
        }
    }

    #[tokio::test]
    async fn an_address_is_signed_for_a_limited_time_and_without_a_call() {
        let (sdk, calls) = config(|_| Reply::ok(""));
        let archive = S3Archive::new(&sdk, "archive");
        let link = archive.link("audit/keys/1.pem", Duration::from_mins(15)).await.unwrap();
        assert!(link.contains("/audit/keys/1.pem?") && link.contains("X-Amz-Expires=900&"), "{link}");
        assert!(calls.lock().unwrap().is_empty());
        assert!(archive.link("x", Duration::from_hours(24 * 8)).await.is_err());
    }

    #[tokio::test]
    async fn a_hold_is_set_and_lifted_by_its_status() {
        for (is_held, status) in [(true, "ON"), (false, "OFF")] {
            let (sdk, calls) = config(|_| Reply::ok(""));
            S3Archive::new(&sdk, "archive").hold("x", is_held).await.unwrap();
            let call = calls.lock().unwrap()[0].clone();
            assert!(call.uri.contains("legal-hold") && call.body.contains(&format!("<Status>{status}</Status>")));
        }
    }
}
