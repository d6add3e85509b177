//! `GET /v1/waitlist`: what a patient waits for and has waited for, or who waits for a doctor, in line.
//!
//! Patients see their own, a doctor those who wait for the doctor, and not those who wait for anybody of a speciality; an administrator says
//! whose. Each page is recorded before it leaves, for every patient on it.

use crate::list_scope::ListScope;
use crate::waitlist::EntryView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Query, View, cursor};
use domain::access::{Action, Role};
use domain::audit::EventType;
use domain::core::id::{DoctorId, PatientId};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

/// `listWaitlist`
pub static ENDPOINT: Endpoint<Storage, Query<WaitlistQuery>, Disclosed<WaitlistPage>> =
    Endpoint::get("/v1/waitlist", "listWaitlist", "List who waits, or what you wait for", &handle)
        .details(
            "A patient sees what they wait for and have waited for, a doctor the line of those who wait for the \
             doctor; an administrator says whose. Each page is recorded in the audit trail before it leaves.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// Whose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaitlistQuery {
    /// What this patient waits for, in the order of joining; for administrators, and for the patient.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
    /// Who waits for this doctor at the moment, the next one first; for administrators, and for the doctor.
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// How many at most, 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistPage {
    entries: Vec<EntryView>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl View for WaitlistPage {
    type Data = Health;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<WaitlistQuery>,
) -> Result<Disclosed<WaitlistPage>, Problem> {
    let limit = cursor::limit(query.limit, 25, 100)?;
    let scope = ListScope::of(&cx, query.patient_id, query.doctor_id)?;
    cx.authorize(Action::ListWaitlist, scope)?;

    let name = format!("{scope:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let page = match scope {
        ListScope::Patient(patient) => storage.entries_of_patient(patient, &request).await?,
        ListScope::Doctor(doctor) => storage.queue_of_doctor(doctor, &request).await?,
    };
    let patients = page.items.iter().map(|entry| entry.patient).chain(scope.patient());
    let about = About::of_patients("waitlist", &scope.id(), patients);
    let list = WaitlistPage {
        entries: page.items.iter().map(EntryView::of).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(&storage, EventType::WaitlistListed, about, list).await
}
