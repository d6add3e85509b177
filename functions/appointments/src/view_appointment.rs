//! `GET /v1/appointments/{appointmentId}`: an appointment with the reason of the visit.
//!
//! The reason is health data: the access is recorded before the answer leaves. An administrator sees everything but the reason.

use crate::ports::ReasonPorts;
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::audit::EventType;
use domain::id::AppointmentId;
use domain::policy::{Action, Actor, Role};
use gateway::vault::Field;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `viewAppointment`
pub static ENDPOINT: Endpoint<ReasonPorts, Path<AppointmentPath>, Disclosed<AppointmentDetails>> =
    Endpoint::get("/v1/appointments/{appointmentId}", "viewAppointment", "View an appointment", &handle)
        .allow(&[Role::Patient, Role::Doctor, Role::Admin])
        .problems(&[&problem::SESSION_ENDED]);

/// Which appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentPath {
    /// The appointment.
    #[schema(value_type = uuid::Uuid)]
    pub appointment_id: AppointmentId,
}

/// An appointment with the reason of the visit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentDetails {
    /// The appointment.
    #[serde(flatten)]
    appointment: AppointmentView,
    /// What the patient wrote about the visit; for its patient and its doctor alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl View for AppointmentDetails {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: ReasonPorts,
    Path(path): Path<AppointmentPath>,
) -> Result<Disclosed<AppointmentDetails>, Problem> {
    let user = cx.caller.user()?;
    let file = ports
        .storage
        .appointment_with_viewer(path.appointment_id, user.id)
        .await?
        .ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    user.must_be_issued_after(file.viewer.and_then(|viewer| viewer.tokens_valid_after))?;
    let appointment = cx.authorize(Action::ViewAppointment, file.appointment)?;

    let parties = [Actor::Patient(appointment.patient), Actor::Doctor(appointment.doctor)];
    let is_party = cx.caller.actors().iter().any(|actor| parties.contains(actor));
    let record = appointment.id.to_string();
    let reason = match file.reason {
        Some(sealed) if is_party => {
            let field = Field { record: &record, name: "reason" };
            let opened = ports.vault.open(appointment.patient, field, sealed.as_sealed()).await;
            Some(opened.map_err(|error| match error.is_transient() {
                true => Problem::unavailable(error),
                false => Problem::internal(error),
            })?)
        }
        _ => None,
    };
    let version = appointment.version;
    let details = AppointmentDetails {
        appointment: AppointmentView::of(&appointment, cx.now()),
        reason: reason.map(|reason| reason.expose().clone()),
    };
    let about = About::of("appointment", &record, appointment.patient);
    let disclosed = cx.disclose(&ports.storage, EventType::AppointmentViewed, about, details).await?;
    Ok(disclosed.tagged(version))
}
