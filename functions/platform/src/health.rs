//! `GET /health`: whether the service works, which it does when its table answers.
//!
//! The check reads one key that no item has, and calls nothing else: most operations work during an outage of Razorpay,
//! SES or KMS, and each of these has an alarm.

use api::{Context, Endpoint, Ok200, Open, Problem, View};
use serde::Serialize;
use storage::Storage;
use utoipa::ToSchema;

/// `health`
pub static ENDPOINT: Endpoint<Storage, (), Ok200<Health>> =
    Endpoint::get("/health", "health", "Check the service", &handle)
        .details(
            "Answers 200 while the table answers, and 503 otherwise. Most operations work during an outage of \
             another dependency, which has its own alarm.",
        )
        .public()
        .direct();

/// The state of a service that works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: a service that does not work answers 503.
    #[schema(value_type = String, example = "ok")]
    status: &'static str,
}

impl View for Health {
    type Data = Open;
}

async fn handle(_: Context, storage: Storage, (): ()) -> Result<Ok200<Health>, Problem> {
    storage.ping().await.map_err(Problem::unavailable)?;
    Ok(Ok200::new(Health { status: "ok" }))
}
