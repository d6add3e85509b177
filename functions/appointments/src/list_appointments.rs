//! `GET /v1/appointments`: a patient's or a doctor's appointments by time.
//!
//! An index answers, so the list may lag a little behind; it never holds the reason of a visit. Patients and doctors see their own;
//! an administrator says whose. Who sees which doctor is health data by itself: each page is recorded before it leaves, for every
//! patient on it.

use crate::list_scope::ListScope;
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Query, View, cursor};
use domain::access::{Action, Role};
use domain::appointments::appointment::Status;
use domain::audit::EventType;
use domain::core::id::{DoctorId, PatientId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

/// `listAppointments`
pub static ENDPOINT: Endpoint<Storage, Query<AppointmentQuery>, Disclosed<AppointmentList>> =
    Endpoint::get("/v1/appointments", "listAppointments", "List appointments", &handle)
        .details(
            "By the time of their start, page by page. Patients and doctors see their own; an administrator names \
             a patient or a doctor. The list comes from an index and may lag a moment behind; it never holds the \
             reason of a visit. With a status, a page may hold fewer than `limit` and still have a successor: \
             only a page without `nextCursor` is the last one. Each page is recorded in the audit trail before it \
             leaves.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// How far back and ahead a list goes unless it is told: a year.
const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Which appointments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentQuery {
    /// Those of this patient; for administrators, and for the patient.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
    /// Those of this doctor; for administrators, and for the doctor.
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// Those that start at this instant or later; a year ago, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Those that start before this instant; in a year, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Those with this status. A page may then hold fewer than `limit` and still have a successor.
    #[schema(value_type = Option<String>, example = "confirmed")]
    status: Option<Status>,
    /// How many at most, 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of appointments, earliest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentList {
    appointments: Vec<AppointmentView>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl View for AppointmentList {
    type Data = Health;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<AppointmentQuery>,
) -> Result<Disclosed<AppointmentList>, Problem> {
    let limit = cursor::limit(query.limit, 25, 100)?;
    let from = query.from.unwrap_or(cx.now() - DEFAULT_SPAN);
    let to = query.to.unwrap_or(cx.now() + DEFAULT_SPAN);
    if to <= from {
        return Err(Problem::parameter("query", "to", "must be after from"));
    }
    let scope = ListScope::of(&cx, query.patient_id, query.doctor_id)?;
    cx.authorize(Action::ListAppointments, scope)?;

    let name = format!("{scope:?} {:?} {:?} {:?}", query.from, query.to, query.status);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let page = match scope {
        ListScope::Patient(patient) => storage.appointments_of_patient(patient, from, to, &request).await?,
        ListScope::Doctor(doctor) => storage.appointments_of_doctor(doctor, from, to, &request).await?,
    };
    let shown: Vec<_> = page
        .items
        .iter()
        .filter(|appointment| query.status.is_none_or(|status| appointment.status(cx.now()) == status))
        .collect();
    // Of a patient without appointments, that is shown.
    let patients = shown.iter().map(|appointment| appointment.patient).chain(scope.patient());
    let about = About::of_patients("appointments", &scope.id(), patients);
    let list = AppointmentList {
        appointments: shown.into_iter().map(|appointment| AppointmentView::of(appointment, cx.now())).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(&storage, EventType::AppointmentsListed, about, list).await
}
