//! The AWS services that Vaidya calls, emulated in-process for `cargo local` and the tests.
//!
//! Every service is a struct with `async fn handle(&self, http::Request<Bytes>) -> http::Response<Bytes>` that
//! speaks AWS's wire protocol: the real SDK reaches it through an `HttpConnector`, and official clients (boto3, the
//! AWS CLI) over HTTP. Beside `handle` stand the few methods that AWS has no API for: what an event source mapping
//! reads, what a mailbox page shows.
//!
//! | module | service | protocol |
//! |---|---|---|
//! | [`dynamodb`] | DynamoDB and DynamoDB Streams, by `dynoxide` | JSON 1.0 |
//! | [`kms`] | KMS: symmetric keys and P-256 signatures | JSON 1.1 |
//! | [`ses`], [`mailbox`] | SES v1, and the mailbox where its mail arrives | query, XML |
//! | [`sqs`] | SQS standard queues | JSON 1.0 |
//! | [`secrets`] | Secrets Manager | JSON 1.1 |
//! | [`s3`] | S3 with versions and Object Lock, by `s3s` | REST, XML |
//!
//! The emulators are strict: what AWS refuses is refused with AWS's error type and status, and what is not emulated
//! is refused too, never acknowledged and dropped. IAM is not emulated: only S3 checks signatures.
//!
//! State lives under a data directory when one is given, otherwise in memory or in a temporary directory that goes
//! with the service. Time is a [`Clock`] argument. Ids are counted or derived from names, so that a run can be
//! repeated; only keys, nonces and signatures use the system's randomness.

pub mod data_dir;
pub mod dynamodb;
pub mod kms;
pub mod mailbox;
mod md5;
mod mime;
pub mod s3;
pub mod secrets;
pub mod ses;
pub mod sqs;
mod wire;

use std::sync::Arc;

pub use data_dir::OpenError;

/// Tells the time to a service: the machine's, or one that a test moves.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// The region in which the emulated resources claim to be: Mumbai, where Vaidya is deployed.
pub const REGION: &str = "ap-south-1";

/// The account to which the emulated resources claim to belong.
pub const ACCOUNT: &str = "000000000000";
