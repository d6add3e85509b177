//! A service outside did not do what it is there for.
//!
//! One type for all ports, because callers treat it in one way: try again later. It names the operation and
//! the error *code*, and leaves out the service's message, which may quote what was sent: an address, a name.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call that failed for a reason that is not the caller's: no connection, time-out, throttling, a fault of
/// the service, or our own configuration (a missing permission, a queue that is not there). All of them are
/// transient in the sense that the same call may succeed later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {cause}")]
pub struct ServiceUnavailable {
    operation: &'static str,
    cause: String,
}

impl ServiceUnavailable {
    /// An outage of `operation` (such as `ses SendRawEmail`); `cause` goes to the log, so it must hold nothing
    /// that came from a person.
    pub fn new(operation: &'static str, cause: impl Into<String>) -> Self {
        Self { operation, cause: cause.into() }
    }

    /// What the SDK reports, without the service's own words.
    pub(crate) fn of<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self {
        let cause = match error {
            SdkError::ConstructionFailure(_) => "the request could not be built".to_owned(),
            SdkError::TimeoutError(_) => "timed out".to_owned(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => "timed out while sending".to_owned(),
            SdkError::DispatchFailure(_) => "no connection".to_owned(),
            SdkError::ResponseError(_) => "unreadable response".to_owned(),
            SdkError::ServiceError(failure) => {
                let status = failure.raw().status().as_u16();
                format!("{} (HTTP {status})", failure.err().code().unwrap_or("no error code"))
            }
            _ => "failed".to_owned(),
        };
        Self::new(operation, cause)
    }
}
