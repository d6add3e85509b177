//! `GET /v1/doctors`: the doctors who can be booked, by speciality, language and the beginning of the name, in the order of their names.
//!
//! One query of one partition, whatever is asked for. Whoever is suspended is not in the directory. When a doctor is free is not asked here:
//! see `listAvailableSlots`.

use api::problem::Problem;
use api::{Context, Endpoint, Ok200, Open, Query, View, cursor};
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{Language, PersonName, Speciality};
use serde::{Deserialize, Serialize};
use storage::{DoctorListing, PageRequest, Storage};
use utoipa::ToSchema;

/// `searchDoctors`
pub static ENDPOINT: Endpoint<Storage, Query<DoctorQuery>, Ok200<DoctorList>> =
    Endpoint::get("/v1/doctors", "searchDoctors", "Find doctors", &handle).details(
        "Those who can be booked, by speciality, language and the beginning of the name, in the order of \
             their names, page by page. Whoever is suspended is not listed. When a doctor is free is told by \
             `listAvailableSlots`.",
    );

/// For how many seconds a client may keep a page: doctors change rarely, and a booking reads again.
const FRESH: u32 = 60;
const LARGEST_PAGE: u8 = 50;

/// Which doctors.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoctorQuery {
    /// Those who treat this.
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<Speciality>,
    /// Those who consult in this language, as the doctor has named it: `hi`, `en-IN`.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// Those whose name begins like this, in any case.
    #[schema(value_type = Option<String>)]
    name: Option<PersonName>,
    /// How many at most, 1 to 50; 20, if it is left out.
    #[schema(minimum = 1, maximum = 50)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of doctors.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorList {
    doctors: Vec<DoctorSummary>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A doctor in a list. The registration number is in the doctor's own view.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorSummary {
    /// The doctor's id.
    #[schema(value_type = uuid::Uuid)]
    id: DoctorId,
    /// As the doctor is called.
    #[schema(example = "Asha Rao")]
    name: String,
    /// Degrees.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// What the doctor treats, foremost first.
    #[schema(value_type = Vec<String>, example = json!(["cardiology"]))]
    specialities: Vec<Speciality>,
    /// The languages in which the doctor consults.
    #[schema(value_type = Vec<String>, example = json!(["en-IN", "hi"]))]
    languages: Vec<Language>,
    /// What a visit costs that is booked now, in paise.
    #[schema(value_type = i64, example = 50000)]
    fee: Paise,
}

impl View for DoctorList {
    type Data = Open;
}

async fn handle(cx: Context, storage: Storage, Query(query): Query<DoctorQuery>) -> Result<Ok200<DoctorList>, Problem> {
    let limit = cursor::limit(query.limit, 20, LARGEST_PAGE)?;
    let DoctorQuery { speciality, language, name, .. } = &query;
    let search = format!("{speciality:?} {language:?} {name:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &search, text)).transpose()?;

    let prefix = name.as_ref().map(PersonName::as_str);
    let request = PageRequest::new(limit, after);
    let page = storage.search(speciality.as_ref(), language.as_ref(), prefix, &request).await?;
    let list = DoctorList {
        doctors: page.items.into_iter().map(DoctorSummary::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &search, &position)),
    };
    Ok(Ok200::new(list).cacheable(FRESH))
}

impl From<DoctorListing> for DoctorSummary {
    fn from(listing: DoctorListing) -> Self {
        let DoctorListing { doctor, name, qualification, specialities, languages, fee } = listing;
        DoctorSummary {
            id: doctor,
            name: name.into(),
            qualification: qualification.into(),
            specialities,
            languages,
            fee,
        }
    }
}
