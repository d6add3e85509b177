//! The emulated services as the real AWS SDK sees them, over an in-process HTTP connector.

#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod dynamodb;
mod kms;
mod s3;
mod secrets;
mod ses;
mod sqs;
mod support;
