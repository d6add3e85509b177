//! `GET /docs`: what the API offers, for people.
//!
//! One page that loads the OpenAPI document from its neighbour and draws it by a script of its own: nothing comes from elsewhere, so that
//! the page's security policy can forbid everything else. It does not try out requests.

use api::{Context, Document, Endpoint, Problem};

/// `apiDocs`
pub static ENDPOINT: Endpoint<(), (), Document> = Endpoint::get("/docs", "apiDocs", "Read about the API", &handle)
    .details("A page for people that draws the OpenAPI document. It loads nothing from elsewhere.")
    .public();

const PAGE: &str = include_str!("api_docs.html");

async fn handle(_: Context, (): (), (): ()) -> Result<Document, Problem> {
    Ok(Document { media_type: "text/html; charset=utf-8", text: PAGE.into() })
}

#[cfg(test)]
mod tests {
    use super::PAGE;

    #[test]
    fn the_page_loads_the_document_and_nothing_from_elsewhere() {
        assert!(PAGE.contains(r#"fetch("openapi.json")"#));
        for foreign in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!PAGE.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn nothing_of_the_document_becomes_markup() {
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!PAGE.contains(sink), "{sink}");
        }
    }
}
