//! A binary, started as a real process against a stand-in for the Lambda Runtime API.
//!
//! It shows that a binary starts with nothing but its environment, reads its sample event and gives a well-formed answer. It
//! deliberately has no AWS behind it: calls fail at once, so that an endpoint which needs one answers 503. What the functions do when AWS
//! answers is the business of the system tests. Protocol: "Using the Lambda runtime API for custom runtimes" of the AWS Lambda guide.
//!
//! And that a binary is linked with the SDKs that it uses and no others, which its symbols tell.

mod build;
mod http;
mod linked;
mod process;

pub use build::{binaries, build};
pub use linked::{links_schemas, sdks};
pub use process::{Answer, answer};

use serde_json::Value;
use std::path::Path;

/// Starts a binary with its sample event and judges its answer.
///
/// # Panics
/// If it does not give a well-formed answer in time.
pub fn prove(name: &str, executable: &Path) {
    let sample = build::root().join(format!("events/{name}.json"));
    let event = std::fs::read_to_string(&sample).unwrap_or_else(|error| panic!("{}: {error}", sample.display()));
    let asked: Value = serde_json::from_str(&event).expect("a sample event is JSON");
    judge(name, &asked, &answer(executable, &event));
}

/// An HTTP event is always answered with a response; any other one with an answer, or with the error of a service out of reach.
fn judge(name: &str, event: &Value, answer: &Answer) {
    let is_http = event.pointer("/requestContext/http").is_some();
    match answer {
        Answer::Response(response) if is_http => {
            let status = response["statusCode"].as_u64();
            // Without AWS, what needs it is unavailable; what does not need it is there.
            assert!(
                status.is_some_and(|status| (200..500).contains(&status) || status == 503),
                "{name} answered {response}"
            );
            assert!(response["headers"].is_object(), "{name} answered {response}");
            let problem = response.pointer("/headers/content-type") == Some(&"application/problem+json".into());
            if problem {
                let body: Value = serde_json::from_str(response["body"].as_str().unwrap_or_default())
                    .unwrap_or_else(|error| panic!("{name}: the problem is not JSON: {error}"));
                assert!(body["type"].as_str().is_some_and(|kind| kind.starts_with("/problems/")), "{name}: {body}");
            }
        }
        Answer::Response(response) => {
            // A batch answers with its failures, a trigger returns its event, and the answer to a schedule is not used.
            let is_well_formed = response["batchItemFailures"].is_array() || response == event || response.is_null();
            assert!(is_well_formed, "{name} answered {response}")
        }
        Answer::Error(error) if !is_http => {
            let message = error["errorMessage"].as_str().unwrap_or_default();
            assert!(message.starts_with("try again later"), "{name} failed with {error}");
        }
        other => panic!("{name}: {other:?}"),
    }
}
