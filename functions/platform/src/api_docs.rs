//! `GET /docs`, and `GET /`: the API reference for people, who can send requests from the page.
//!
//! The page is Swagger UI, as released. [`crate::api_docs_file`] serves its files, so the page has the same origin as
//! the API, and its security policy forbids other origins, inline scripts, inline styles and `eval`.

use api::{Context, Endpoint, Page, Problem};

/// `apiDocs`
pub static ENDPOINT: Endpoint<(), (), Page> = Endpoint::get("/docs", "apiDocs", "Read the API reference", &handle)
    .details(
        "A page for people that shows the OpenAPI document and can send requests. It loads no files of other hosts. \
         `/` shows it too.",
    )
    .also(&["/"])
    .public();

/// The page. The addresses of its files contain their checksums.
pub(crate) const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/api_docs.html"));

/// The sources that the page may load. Swagger UI's style sheet contains its icons as `data:` URLs. Styles that a
/// script sets are not inline styles to a browser.
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
