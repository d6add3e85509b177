//! The entry point of every binary: one function, served to the Lambda Runtime API.
//!
//! The runtime's loop is instantiated here, once. The binaries only link it.

use crate::context::Runtime;
use crate::env::Aws;
use crate::function::{Bound, Function};
use crate::log_filter::log_filter;
use lambda_http::Request;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::convert::Infallible;
use std::process::ExitCode;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// The exit code of a binary, which ends only if it could not start.
pub type Exit = ExitCode;

/// Serves one function until the environment is shut down.
pub fn serve(function: &'static dyn Function) -> Exit {
    // The filter reads `RUST_LOG`. Bodies are logged at no level, by libraries neither.
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false);
    tracing_subscriber::registry().with(layer.with_filter(log_filter(wanted))).init();
    // A function handles one event at a time: one thread suffices, and starts faster.
    let served = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(lambda_runtime::Error::from)
        .and_then(|runtime| runtime.block_on(run(function)));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(function = function.id(), %error, "the function could not be served");
            ExitCode::FAILURE
        }
    }
}

async fn run(function: &'static dyn Function) -> Result<(), lambda_runtime::Error> {
    let aws = Aws::from_process().await;
    let bound = function.bind(&aws)?;
    let runtime = Runtime::default();
    match bound {
        Bound::Http(function) => {
            let (function, runtime) = (&function, &runtime);
            lambda_http::run(service_fn(async move |request: Request| {
                Ok::<_, Infallible>(function.respond(runtime, request).await)
            }))
            .await
        }
        Bound::Event(function) => {
            let (function, runtime) = (&function, &runtime);
            lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| {
                let answer = function.handle(runtime, event.payload, &event.context.request_id).await;
                answer.map_err(lambda_runtime::Error::from)
            }))
            .await
        }
    }
}
