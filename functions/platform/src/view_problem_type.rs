//! `GET /problems/{problemType}`: explains a type of problem, at the address that every refusal has as its `type`.
//!
//! The text comes from the table of types, like the answers and the OpenAPI document.

use api::problem::{self, ProblemType};
use api::{Context, Endpoint, Page, Path, Problem};
use askama::Template;
use serde::Deserialize;
use utoipa::ToSchema;

/// `viewProblemType`
pub static ENDPOINT: Endpoint<(), Path<ProblemTypePath>, Page> =
    Endpoint::get("/problems/{problemType}", "viewProblemType", "Read about a type of problem", &handle)
        .details("Explains a type of problem and its remedy. Every refusal has this address as its `type`.")
        .public();

/// The type of problem that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProblemTypePath {
    /// The last segment of the problem's `type`.
    #[schema(example = "slot-taken")]
    problem_type: String,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    kind: &'static ProblemType,
    others: &'static [&'static ProblemType],
}

async fn handle(_: Context, (): (), Path(path): Path<ProblemTypePath>) -> Result<Page, Problem> {
    let kind = problem::TYPES
        .iter()
        .find(|kind| kind.slug == path.problem_type)
        .ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let html = ProblemPage { kind, others: problem::TYPES }.render().map_err(Problem::internal)?;
    // The page has no script, and its only style sheet is inline.
    Ok(Page { html: html.into(), allows: "style-src 'unsafe-inline'" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_page_with_its_title_and_status() {
        for kind in problem::TYPES {
            let page = ProblemPage { kind, others: problem::TYPES }.render().unwrap();
            assert!(page.contains(&format!("<h1>{}</h1>", kind.title.replace('\'', "&#39;"))), "{}", kind.slug);
            assert!(page.contains(&kind.status.to_string()), "{}", kind.slug);
            assert!(page.contains("aria-current=\"page\""), "{}", kind.slug);
            assert!(!page.contains("https://"), "{}", kind.slug);
        }
    }
}
