//! `GET /health`: whether the service can do its work, which it can when its table answers.
//!
//! It asks for one key that no item has, and nothing else: Razorpay, SES and KMS have outages that leave most operations whole, and each
//! of those has its alarm.

use api::{Context, Endpoint, Ok200, Open, Problem, View};
use serde::Serialize;
use storage::Storage;
use utoipa::ToSchema;

/// `health`
pub static ENDPOINT: Endpoint<Storage, (), Ok200<Health>> =
    Endpoint::get("/health", "health", "Say whether the service works", &handle)
        .details(
            "200 while the table answers, 503 otherwise. What else may be out leaves most operations whole, and \
             has its own alarm.",
        )
        .public();

/// The service works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: what does not work answers 503.
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
