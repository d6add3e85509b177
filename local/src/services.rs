//! The services behind the network, and the names of the resources in them.

use aws_emulator::dynamodb::DynamoDb;
use aws_emulator::kms::Kms;
use aws_emulator::mailbox::Mailbox;
use aws_emulator::s3::S3;
use aws_emulator::secrets::Secrets;
use aws_emulator::ses::Ses;
use aws_emulator::sqs::Sqs;
use bytes::Bytes;
use cognito_emulator::UserPool;
use http::{Request, Response, StatusCode};
use razorpay_emulator::Razorpay;
use std::sync::Arc;

/// The name of the single table.
pub const TABLE: &str = "vaidya-local";
/// The name of the table of wrapped keys.
pub const KEYS_TABLE: &str = "vaidya-local-keys";
/// The user pool.
pub const POOL: &str = "ap-south-1_Local0001";
/// The app's client: hosted log-in with code and PKCE.
pub const APP_CLIENT: &str = "local-app-client";
/// The client of `/v1/auth`.
pub const HEADLESS_CLIENT: &str = "local-headless-client";
/// The id, and the secret, of the key pair that signs all requests.
pub const ACCESS_KEY: &str = "local";
/// The key that wraps the patients' data keys.
pub const HEALTH_DATA_KEY: &str = "alias/vaidya-local-health-data";
/// The key that signs checkpoints.
pub const CHECKPOINT_KEY: &str = "alias/vaidya-local-checkpoints";
/// The secret with the key pair of Razorpay's API.
pub(crate) const RAZORPAY_SECRET: &str = "vaidya-emulators/razorpay";
/// The secret of Razorpay's webhooks.
pub(crate) const RAZORPAY_WEBHOOK_SECRET: &str = "vaidya-emulators/razorpay-webhook";
/// The bucket of stream records that could not be processed.
pub const FAILURES_BUCKET: &str = "vaidya-local-failures";
/// The bucket of the archived audit trail.
pub const ARCHIVE_BUCKET: &str = "vaidya-local-archive";
/// The address that mails are sent from.
pub(crate) const SENDER: &str = "no-reply@vaidya.example";

/// The services behind the network.
pub struct Services {
    /// DynamoDB.
    pub dynamodb: DynamoDb,
    /// KMS.
    pub kms: Kms,
    /// SES.
    pub ses: Ses,
    /// The mailbox in which SES's mail arrives.
    pub mailbox: Arc<Mailbox>,
    /// SQS.
    pub sqs: Sqs,
    /// S3.
    pub s3: S3,
    /// Secrets Manager.
    pub secrets: Secrets,
    /// The user pool.
    pub pool: UserPool,
    /// Razorpay.
    pub razorpay: Razorpay,
}

impl Services {
    /// Hands a request to a service.
    pub async fn answer(&self, service: &str, request: Request<Bytes>) -> Response<Bytes> {
        match service {
            "dynamodb" => self.dynamodb.handle(request).await,
            "kms" => self.kms.handle(request).await,
            "ses" => self.ses.handle(request).await,
            "sqs" => self.sqs.handle(request).await,
            "s3" => self.s3.handle(request).await,
            "secretsmanager" => self.secrets.handle(request).await,
            "cognito-idp" => self.pool.handle(request).await,
            "razorpay" => self.razorpay.handle(request).await,
            _ => {
                let mut response = Response::new(Bytes::from_static(b"no such service here"));
                *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
                response
            }
        }
    }
}
