//! `GET /v1/doctors`: lists the doctors who can be booked, by speciality, language and words of the name, sorted by
//! name.
//!
//! A search reads the entries of one page and the doctors that they lead to, however many doctors there are. Suspended
//! doctors are not in the directory. The free slots of a doctor are listed by `listAvailableSlots`.

use api::problem::Problem;
use api::{Context, Endpoint, Limit, Ok200, Open, Query, View, cursor};
use domain::core::id::DoctorId;
use domain::core::money::Paise;
use domain::core::person::{Language, PersonName, Speciality, is_title};
use domain::directory::doctor::Doctor;
use domain::directory::vocabulary::{LanguageTerm, SpecialityTerm};
use domain::directory::words::words;
use serde::{Deserialize, Serialize};
use storage::{DirectorySearch, PageRequest, Storage};
use utoipa::ToSchema;

/// The endpoint `searchDoctors`.
pub static ENDPOINT: Endpoint<Storage, Query<DoctorQuery>, Ok200<DoctorList>> =
    Endpoint::get("/v1/doctors", "searchDoctors", "Find doctors", &handle).details(
        "Lists the doctors who can be booked, by speciality, language and words of the name, sorted by name without \
             the title, page by page. A page may hold fewer doctors than asked for and still have a `nextCursor`. \
             Suspended doctors are not listed. `listAvailableSlots` lists the free slots of a doctor.",
    );

/// The seconds for which a client may cache a page. Doctors change rarely, and a booking reads the doctor again.
const CACHE_SECONDS: u32 = 60;

/// The criteria of a search for doctors.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoctorQuery {
    /// Only doctors of this speciality, by a code, a name or a synonym of `listSpecialities`, such as `cardiology` or
    /// `heart`.
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<SpecialityTerm>,
    /// Only doctors who consult in this language, by a tag (BCP 47) or a name of `listLanguages`. `hi` finds doctors with
    /// `hi-IN`, and `hi-IN` those with `hi`.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<LanguageTerm>,
    /// Only doctors whose names have words that begin with these, in any order. Title, case, accents, script and the
    /// usual spellings of Indian names do not matter. If no name has them, one typo in each word of 4 letters or more is
    /// forgiven.
    #[schema(value_type = Option<String>, example = "meera")]
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
    /// The title before the name. Absent if the doctor has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Dr.")]
    title: Option<String>,
    /// The doctor's name, without the title.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The name with the title, as people read it.
    #[schema(example = "Dr. Asha Rao")]
    display_name: String,
    /// The number in the medical register, with which a patient can verify the doctor.
    #[schema(example = "KMC/12345")]
    registration_number: String,
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
    let wanted = DirectorySearch {
        speciality: query.speciality.map(|SpecialityTerm(speciality)| speciality),
        language: query.language.map(|LanguageTerm(language)| language),
        // A title alone, with which a query begins, is every doctor's.
        name: query.name.filter(|name| !is_title(name.as_str())).map(|name| words(name.as_str())).unwrap_or_default(),
    };
    let search = format!("{wanted:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &search, text)).transpose()?;

    let page = storage.search(&wanted, &PageRequest::new(limit, after)).await?;
    let list = DoctorList {
        doctors: page.items.into_iter().map(DoctorSummary::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &search, &position)),
    };
    Ok(Ok200::new(list).cacheable(CACHE_SECONDS))
}

impl From<Doctor> for DoctorSummary {
    fn from(doctor: Doctor) -> Self {
        let display_name = doctor.display_name().into();
        let Doctor { id, title, name, registration_number, qualification, specialities, languages, fee, .. } = doctor;
        DoctorSummary {
            id,
            title: title.map(Into::into),
            name: name.into(),
            display_name,
            registration_number: registration_number.into(),
            qualification: qualification.into(),
            specialities,
            languages,
            fee,
        }
    }
}
