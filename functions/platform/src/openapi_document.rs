//! `GET /openapi.json`: what the API offers, for programs.
//!
//! The document is made from the endpoints' contracts by a test and committed, so that this function links no schema of any context, and
//! a change of the contract is seen in review.

use api::{Context, Document, Endpoint, Problem};

/// `openapiDocument`
pub static ENDPOINT: Endpoint<(), (), Document> =
    Endpoint::get("/openapi.json", "openapiDocument", "Get the OpenAPI document", &handle)
        .details("In OpenAPI 3.1: made from the endpoints themselves.")
        .public();

const DOCUMENT: &str = include_str!("openapi.json");

async fn handle(_: Context, (): (), (): ()) -> Result<Document, Problem> {
    Ok(Document(DOCUMENT))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_document_is_openapi() {
        let document: serde_json::Value = serde_json::from_str(super::DOCUMENT).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        assert!(document["info"]["title"].is_string() && document["paths"].is_object());
    }
}
