//! `GET /docs`: what the API offers, for people, who can send requests from the page.
//!
//! It is Swagger UI, unchanged, as it was released. [`crate::api_docs_file`] serves its files, so that the page is one origin with the API,
//! and its security policy forbids every other one, inline scripts, inline styles and `eval`.

use api::{Context, Endpoint, Page, Problem};

/// `apiDocs`
pub static ENDPOINT: Endpoint<(), (), Page> =
    Endpoint::get("/docs", "apiDocs", "Read about the API, and try it", &handle)
        .details(
            "A page for people that draws the OpenAPI document and sends requests. It loads nothing from elsewhere.",
        )
        .public();

/// The page; the addresses of its files have their checksums.
pub(crate) const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/api_docs.html"));

/// Swagger UI's style sheet has its icons in itself, as `data:`. Styles that it sets by script are not inline styles to a browser.
const ALLOWS: &str = "script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'";

async fn handle(_: Context, (): (), (): ()) -> Result<Page, Problem> {
    Ok(Page { html: PAGE.into(), allows: ALLOWS })
}

#[cfg(test)]
mod tests {
    use super::PAGE;

    #[test]
    fn the_page_has_no_inline_script_or_style_and_names_no_other_host() {
        for forbidden in ["<style", "style=", "<script>", " on", "javascript:", "//"] {
            assert!(!PAGE.contains(forbidden), "{forbidden}");
        }
    }
}
