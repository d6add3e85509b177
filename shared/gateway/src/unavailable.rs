//! The failure of a service outside.
//!
//! All ports share one type, because callers treat it in one way: they try again later. It names the operation and the
//! error *code*. It leaves out the service's message, which may quote the request: an address, a name.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call that failed for a reason that is not the caller's: no connection, time-out, throttling, a fault of the
/// service, or our own configuration (a missing permission or queue). All of these are transient: the same call may
/// succeed later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {cause}")]
pub struct ServiceUnavailable {
    operation: &'static str,
    cause: String,
}

impl ServiceUnavailable {
    /// A failure of `operation` (such as `ses SendRawEmail`). `cause` goes to the log: it must hold no text that came
    /// from a person.
    pub fn new(operation: &'static str, cause: impl Into<String>) -> Self {
        Self { operation, cause: cause.into() }
    }

    /// The failure that the SDK reports, without the service's own words.
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
