//! `GET /problems/{problemType}`: what a type of problem means, at the address that every refusal names as its `type`.
//!
//! The text is that of the table of types, which the answers and the OpenAPI document come from as well.

use api::problem::{self, ProblemType};
use api::{Context, Endpoint, Page, Path, Problem};
use askama::Template;
use serde::Deserialize;
use utoipa::ToSchema;

/// `viewProblemType`
pub static ENDPOINT: Endpoint<(), Path<ProblemTypePath>, Page> =
    Endpoint::get("/problems/{problemType}", "viewProblemType", "Read about a type of problem", &handle)
        .details("At the address that every refusal names as its `type`: what it means, and what to do.")
        .public();

/// Which type of problem.
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
    // It has no script, and its only style stands in it.
    Ok(Page { html: html.into(), allows: "style-src 'unsafe-inline'" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_page_that_says_what_to_do() {
        for kind in problem::TYPES {
            let page = ProblemPage { kind, others: problem::TYPES }.render().unwrap();
            assert!(page.contains(&format!("<h1>{}</h1>", kind.title.replace('\'', "&#39;"))), "{}", kind.slug);
            assert!(page.contains(&kind.status.to_string()), "{}", kind.slug);
            assert!(page.contains("aria-current=\"page\""), "{}", kind.slug);
            assert!(!page.contains("https://"), "{}", kind.slug);
        }
    }
}
