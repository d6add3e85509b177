//! `GET /v1/appointments`: the appointments of a patient or a doctor by time.
//!
//! The list is read from an index, so it may lag a moment behind. It lacks the reasons of the visits. Patients and
//! doctors see their own appointments; an administrator names a patient or a doctor. The link of a patient to a doctor
//! is health data in itself: each page is recorded, for every patient on it, before it is sent.

use crate::intake::IntakePorts;
use crate::list_scope::ListScope;
use crate::people::{ListedAppointment, Patients, who_come};
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Role};
use domain::appointments::appointment::Status;
use domain::audit::EventType;
use domain::core::id::{DoctorId, PatientId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use storage::{Order, PageRequest};
use utoipa::ToSchema;

/// `listAppointments`
pub static ENDPOINT: Endpoint<IntakePorts, Query<AppointmentQuery>, Disclosed<AppointmentList>> =
    Endpoint::get("/v1/appointments", "listAppointments", "List appointments", &handle)
        .details(
            "The appointments by the time of their start. Patients and doctors see their own; an administrator \
             names a patient or a doctor. The doctor of a confirmed visit also sees the patient's name, age, sex and \
             telephone number. The list may lag a moment behind, and lacks the reasons of the visits. \
             With a status, a page may have fewer than `limit` items and still have a successor: only a page \
             without `nextCursor` is the last one. Each page is recorded in the audit trail before it is sent.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// The default span of a list, back and ahead: a year.
const DEFAULT_SPAN: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The filter of the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentQuery {
    /// Appointments of this patient. For administrators, and for this patient.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
    /// Appointments of this doctor. For administrators, and for this doctor.
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// The earliest start of the appointments. Default: a year ago.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The appointments start before this instant. Default: in a year.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Appointments with this status. A page may then have fewer than `limit` items and still have a successor.
    #[schema(value_type = Option<String>, example = "confirmed")]
    status: Option<Status>,
    /// `earliest-first`, the default, or `latest-first`.
    #[serde(default)]
    order: StartOrder,
    /// The maximum number of appointments on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// The order of a list by the start of the appointments.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartOrder {
    /// The earliest start comes first.
    #[default]
    EarliestFirst,
    /// The latest start comes first.
    LatestFirst,
}

/// A page of appointments, in the order of the query.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentList {
    /// The appointments of the page.
    appointments: Vec<ListedAppointment>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for AppointmentList {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: IntakePorts,
    Query(query): Query<AppointmentQuery>,
) -> Result<Disclosed<AppointmentList>, Problem> {
    let limit = cursor::limit(query.limit, 25);
    let from = query.from.unwrap_or(cx.now() - DEFAULT_SPAN);
    let to = query.to.unwrap_or(cx.now() + DEFAULT_SPAN);
    if to <= from {
        return Err(Problem::parameter("query", "to", "must be after from"));
    }
    let scope = ListScope::of(&cx, query.patient_id, query.doctor_id)?;
    cx.authorize(Action::ListAppointments, scope)?;

    let order = match query.order {
        StartOrder::EarliestFirst => Order::Ascending,
        StartOrder::LatestFirst => Order::Descending,
    };
    let name = format!("{scope:?} {:?} {:?} {:?} {order:?}", query.from, query.to, query.status);
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let storage = &ports.storage;
    let page = match scope {
        ListScope::Patient(patient) => storage.appointments_of_patient(patient, from, to, order, &request).await?,
        ListScope::Doctor(doctor) => storage.appointments_of_doctor(doctor, from, to, order, &request).await?,
    };
    let shown: Vec<_> = page
        .items
        .iter()
        .filter(|appointment| query.status.is_none_or(|status| appointment.status(cx.now()) == status))
        .collect();
    // An empty list is also recorded as an access to the patient's data.
    let patients = shown.iter().map(|appointment| appointment.patient).chain(scope.patient());
    let about = About::of_patients("appointments", &scope.id(), patients);
    let people = Patients::read(&ports, who_come(&cx, shown.iter().copied())).await?;
    let list = AppointmentList {
        appointments: shown.into_iter().map(|appointment| people.with_visit(&cx, appointment)).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(storage, EventType::AppointmentsListed, about, list).await
}
