//! `GET /v1/appointments/{appointmentId}`: an appointment with the reason of the visit and the reason of its
//! cancellation.
//!
//! The reason of the visit is health data: the access is recorded before the answer is sent. An administrator sees all
//! but this reason.

use crate::people::{PatientView, Patients, who_come};
use crate::sealed_reason::SealedReasonPorts;
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::{Action, Actor, Role};
use domain::appointments::appointment::Cancellation;
use domain::audit::EventType;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::AppointmentId;
use gateway::vault::Field;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `viewAppointment`
pub static ENDPOINT: Endpoint<SealedReasonPorts, Path<AppointmentPath>, Disclosed<AppointmentDetails>> =
    Endpoint::get("/v1/appointments/{appointmentId}", "viewAppointment", "View an appointment", &handle)
        .details(
            "The appointment with the reason of the visit and the reason of a cancellation. An administrator does \
             not see the reason of the visit. The doctor of a confirmed visit also sees the patient's name, age, sex \
             and telephone number. The access is recorded in the audit trail before the answer is sent.",
        )
        .allow(&[Role::Patient, Role::Doctor, Role::Admin]);

/// The appointment that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppointmentPath {
    /// The id of the appointment.
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
    /// The patient. Present for the doctor of a visit that was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<PatientView>,
    /// The reason of the visit. Only its patient and its doctor see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The cancellation. Present only for `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation: Option<CancellationDetails>,
}

/// The cancellation of an appointment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancellationDetails {
    /// The party or event that cancelled the appointment: `patient`, `doctor`, `admin`, `expiry`, `suspension` or
    /// `payment`.
    #[schema(value_type = String, example = "doctor")]
    by: CancelledBy,
    /// The instant of the cancellation.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The reason that the cancelling party gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<Cancellation> for CancellationDetails {
    fn from(Cancellation { at, by, reason }: Cancellation) -> Self {
        CancellationDetails { by, at, reason }
    }
}

impl View for AppointmentDetails {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: SealedReasonPorts,
    Path(path): Path<AppointmentPath>,
) -> Result<Disclosed<AppointmentDetails>, Problem> {
    let stored = ports.storage.appointment_with_reason(path.appointment_id).await?;
    let stored = stored.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let appointment = cx.authorize(Action::ViewAppointment, stored.appointment)?;

    let parties = [Actor::Patient(appointment.patient), Actor::Doctor(appointment.doctor)];
    let is_party = cx.caller.actors().iter().any(|actor| parties.contains(actor));
    let record = appointment.id.to_string();
    let reason = match stored.reason {
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
    let people = Patients::read(&ports, who_come(&cx, [&*appointment])).await?;
    let version = appointment.version;
    let details = AppointmentDetails {
        appointment: AppointmentView::of(&appointment, cx.now()),
        patient: people.of(&cx, &appointment),
        reason: reason.map(|reason| reason.expose().clone()),
        cancellation: appointment.cancellation(cx.now()).map(CancellationDetails::from),
    };
    let about = About::of("appointment", &record, appointment.patient);
    let disclosed = cx.disclose(&ports.storage, EventType::AppointmentViewed, about, details).await?;
    Ok(disclosed.tagged(version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cancellation_shows_its_party_its_time_and_its_reason_if_there_is_one() {
        let at = "2026-12-01T04:30:00Z".parse().unwrap();
        let shown = |by, reason: Option<&str>| {
            let cancellation = Cancellation { at, by, reason: reason.map(str::to_owned) };
            serde_json::to_value(CancellationDetails::from(cancellation)).unwrap()
        };
        let said = json!({ "by": "doctor", "at": "2026-12-01T04:30:00Z", "reason": "I am ill" });
        assert_eq!(shown(CancelledBy::Doctor, Some("I am ill")), said);
        assert_eq!(shown(CancelledBy::Expiry, None), json!({ "by": "expiry", "at": "2026-12-01T04:30:00Z" }));
    }
}
