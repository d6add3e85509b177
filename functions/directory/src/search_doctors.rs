//! `GET /v1/doctors`: lists the doctors who can be booked, by speciality, language and the beginning of the name,
//! sorted by name.
//!
//! Each search is one query of one partition. Suspended doctors are not in the directory. The free slots of a doctor
//! are listed by `listAvailableSlots`.

use api::problem::Problem;
use api::{Context, Endpoint, Limit, Ok200, Open, Query, View, cursor};
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{Language, PersonName, Speciality};
use serde::{Deserialize, Serialize};
use storage::{DoctorListing, PageRequest, Storage};
use utoipa::ToSchema;

/// The endpoint `searchDoctors`.
pub static ENDPOINT: Endpoint<Storage, Query<DoctorQuery>, Ok200<DoctorList>> =
    Endpoint::get("/v1/doctors", "searchDoctors", "Find doctors", &handle).details(
        "Lists the doctors who can be booked, by speciality, language and the beginning of the name, sorted by \
             name, page by page. Suspended doctors are not listed. `listAvailableSlots` lists the free slots of a \
             doctor.",
    );

/// The seconds for which a client may cache a page. Doctors change rarely, and a booking reads the doctor again.
const CACHE_SECONDS: u32 = 60;

/// The criteria of a search for doctors.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoctorQuery {
    /// Only doctors of this speciality.
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<Speciality>,
    /// Only doctors who consult in this language. The tag must be spelled as the doctor's profile has it, such as `hi`
    /// or `en-IN`.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// Only doctors whose name begins with this text. Upper and lower case are the same.
    #[schema(value_type = Option<String>)]
    name: Option<PersonName>,
    /// The maximum number of doctors on a page, 1 to 50; 20 if it is left out.
    #[schema(inline)]
    limit: Option<Limit<50>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of doctors, sorted by name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorList {
    doctors: Vec<DoctorSummary>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

/// A doctor in a list. `viewDoctor` also shows the registration number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorSummary {
    /// The doctor's id.
    #[schema(value_type = uuid::Uuid)]
    id: DoctorId,
    /// The doctor's name.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The doctor's degrees.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// The doctor's specialities, the main one first.
    #[schema(value_type = Vec<String>, example = json!(["cardiology"]))]
    specialities: Vec<Speciality>,
    /// The languages in which the doctor consults.
    #[schema(value_type = Vec<String>, example = json!(["en-IN", "hi"]))]
    languages: Vec<Language>,
    /// The fee, in paise, of a visit that is booked now.
    #[schema(value_type = i64, example = 50000)]
    fee: Paise,
}

impl View for DoctorList {
    type Data = Open;
}

async fn handle(cx: Context, storage: Storage, Query(query): Query<DoctorQuery>) -> Result<Ok200<DoctorList>, Problem> {
    let limit = cursor::limit(query.limit, 20);
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
    Ok(Ok200::new(list).cacheable(CACHE_SECONDS))
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
