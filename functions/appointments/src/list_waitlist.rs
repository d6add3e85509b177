//! `GET /v1/waitlist`: the waiting list entries of a patient, open and over, or the queue of a doctor.
//!
//! Patients see their own entries. A doctor sees the entries that name the doctor, not those for a speciality. An
//! administrator names a patient or a doctor. Each page is recorded, for every patient on it, before it is sent.

use crate::intake::IntakePorts;
use crate::list_scope::ListScope;
use crate::people::{ListedEntry, Patients, who_wait};
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Role};
use domain::audit::EventType;
use domain::core::id::{DoctorId, PatientId};
use serde::{Deserialize, Serialize};
use storage::PageRequest;
use utoipa::ToSchema;

/// `listWaitlist`
pub static ENDPOINT: Endpoint<IntakePorts, Query<WaitlistQuery>, Disclosed<WaitlistPage>> =
    Endpoint::get("/v1/waitlist", "listWaitlist", "List waiting list entries", &handle)
        .details(
            "A patient sees their own entries, open and over; a doctor sees the doctor's queue, with the name, age, sex and \
             telephone number of each patient; an administrator names a patient or a doctor. Each page is recorded in the audit trail before it is sent.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// The filter of the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaitlistQuery {
    /// The entries of this patient, in the order of joining. For administrators, and for this patient.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
    /// The queue of this doctor, the next entry first. For administrators, and for this doctor.
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// The maximum number of entries on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of waiting list entries.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistPage {
    /// The entries of the page.
    entries: Vec<ListedEntry>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for WaitlistPage {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: IntakePorts,
    Query(query): Query<WaitlistQuery>,
) -> Result<Disclosed<WaitlistPage>, Problem> {
    let limit = cursor::limit(query.limit, 25);
    let scope = ListScope::of(&cx, query.patient_id, query.doctor_id)?;
    cx.authorize(Action::ListWaitlist, scope)?;

    let name = format!("{scope:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let storage = &ports.storage;
    let page = match scope {
        ListScope::Patient(patient) => storage.entries_of_patient(patient, &request).await?,
        ListScope::Doctor(doctor) => storage.queue_of_doctor(doctor, &request).await?,
    };
    let patients = page.items.iter().map(|entry| entry.patient).chain(scope.patient());
    let about = About::of_patients("waitlist", &scope.id(), patients);
    let doctor = match scope {
        ListScope::Doctor(doctor) => Some(doctor),
        ListScope::Patient(_) => None,
    };
    let people = Patients::read(&ports, who_wait(&cx, doctor, &page.items)).await?;
    let list = WaitlistPage {
        entries: page.items.iter().map(|entry| people.with_entry(&cx, entry)).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(storage, EventType::WaitlistListed, about, list).await
}
