//! `GET /openapi.json`: the API reference for programs.
//!
//! A test makes the document from the endpoints' contracts, and it is committed. So this function links no schema of
//! any context, and reviews show changes of the contract.

use api::{Context, Document, Endpoint, Problem};

/// `openapiDocument`
pub static ENDPOINT: Endpoint<(), (), Document> =
    Endpoint::get("/openapi.json", "openapiDocument", "Get the OpenAPI document", &handle)
        .details("The document is in OpenAPI 3.1, and is made from the endpoints.")
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
