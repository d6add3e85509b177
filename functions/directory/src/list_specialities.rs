//! `GET /v1/specialities`: the specialities by which doctors are registered and found.
//!
//! The list is part of the program (`domain::directory::vocabulary`), so the endpoint reads nothing.

use crate::term::{TERMS_CACHE_SECONDS, TermView};
use api::problem::Problem;
use api::{Context, Endpoint, Ok200, Open, View};
use domain::directory::vocabulary::SPECIALITIES;
use serde::Serialize;
use utoipa::ToSchema;

/// The endpoint `listSpecialities`.
pub static ENDPOINT: Endpoint<(), (), Ok200<SpecialityList>> =
    Endpoint::get("/v1/specialities", "listSpecialities", "List the specialities", &handle)
        .details(
            "The specialities by which doctors are registered and found, with names in English and Hindi, and other words for each. Operations that take a speciality accept a code, a name or one of the other words, without case and accents.",
        )
        .public();

/// The specialities, sorted by their English names.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpecialityList {
    specialities: Vec<TermView>,
}

impl View for SpecialityList {
    type Data = Open;
}

async fn handle(_: Context, (): (), (): ()) -> Result<Ok200<SpecialityList>, Problem> {
    let specialities = SPECIALITIES.iter().map(TermView::of).collect();
    Ok(Ok200::new(SpecialityList { specialities }).cacheable(TERMS_CACHE_SECONDS))
}
