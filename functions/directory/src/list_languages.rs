//! `GET /v1/languages`: the languages by which doctors are registered and found.
//!
//! The list is part of the program (`domain::directory::vocabulary`), so the endpoint reads nothing.

use crate::term::{TERMS_CACHE_SECONDS, TermView};
use api::problem::Problem;
use api::{Context, Endpoint, Ok200, Open, View};
use domain::directory::vocabulary::LANGUAGES;
use serde::Serialize;
use utoipa::ToSchema;

/// The endpoint `listLanguages`.
pub static ENDPOINT: Endpoint<(), (), Ok200<LanguageList>> =
    Endpoint::get("/v1/languages", "listLanguages", "List the languages", &handle)
        .details(
            "The languages by which doctors are registered and found, with names in English and Hindi, and other names for each. Operations that take a language accept a tag (BCP 47) whose language is listed, with any script and region, or a name.",
        )
        .public();

/// The languages, sorted by their English names.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LanguageList {
    languages: Vec<TermView>,
}

impl View for LanguageList {
    type Data = Open;
}

async fn handle(_: Context, (): (), (): ()) -> Result<Ok200<LanguageList>, Problem> {
    let languages = LANGUAGES.iter().map(TermView::of).collect();
    Ok(Ok200::new(LanguageList { languages }).cacheable(TERMS_CACHE_SECONDS))
}
