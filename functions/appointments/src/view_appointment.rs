//! `GET /v1/appointments/{appointmentId}`: an appointment with what the patient tells the doctor and the reason of its
//! cancellation.
//!
//! What the patient tells is health data: the access is recorded before the answer is sent. An administrator sees all
//! but this.

use crate::intake::IntakePorts;
use crate::intake::IntakeView;
use crate::people::{Patients, VisitingPatient, who_come};
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, View};
use domain::access::{Action, Actor, Role};
use domain::appointments::appointment::{Appointment, Cancellation};
use domain::appointments::intake::Intake;
use domain::audit::EventType;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::AppointmentId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `viewAppointment`
pub static ENDPOINT: Endpoint<IntakePorts, Path<AppointmentPath>, Disclosed<AppointmentDetails>> =
    Endpoint::get("/v1/appointments/{appointmentId}", "viewAppointment", "View an appointment", &handle)
        .details(
            "The appointment with what the patient tells the doctor (reason, symptoms, notes) and the reason of a \
             cancellation. An administrator does not see what the patient tells. The doctor of a confirmed visit also sees \
             the patient's name, age, sex, telephone number and emergency contacts. The access is recorded in the audit trail before the answer is sent.",
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

/// An appointment with what the patient tells the doctor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentDetails {
    /// The appointment.
    #[serde(flatten)]
    appointment: AppointmentView,
    /// The patient. Present for the doctor of a visit that was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<VisitingPatient>,
    /// What the patient tells the doctor.
    #[serde(flatten)]
    intake: IntakeView,
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
    fn from(Cancellation { at, by, reason, .. }: Cancellation) -> Self {
        CancellationDetails { by, at, reason }
    }
}

impl View for AppointmentDetails {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: IntakePorts,
    Path(path): Path<AppointmentPath>,
) -> Result<Disclosed<AppointmentDetails>, Problem> {
    let stored = ports.storage.appointment_with_intake(path.appointment_id).await?;
    let stored = stored.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let appointment = cx.authorize(Action::ViewAppointment, stored.appointment)?;

    let parties = [Actor::Patient(appointment.patient), Actor::Doctor(appointment.doctor)];
    let is_party = cx.caller.actors().iter().any(|actor| parties.contains(actor));
    let intake = match stored.intake {
        Some(sealed) if is_party => ports.open(appointment.patient, appointment.id, &sealed).await?,
        _ => Intake::default(),
    };
    let people = Patients::read(&ports, who_come(&cx, [&*appointment])).await?;
    let details = AppointmentDetails::of(&cx, &appointment, people.visiting(&cx, &appointment), intake);
    let about = About::of("appointment", &appointment.id.to_string(), appointment.patient);
    let disclosed = cx.disclose(&ports.storage, EventType::AppointmentViewed, about, details).await?;
    Ok(disclosed.tagged(appointment.version))
}

impl AppointmentDetails {
    /// The view of an appointment with this intake, which the caller may see.
    pub(crate) fn of(
        cx: &Context,
        appointment: &Appointment,
        patient: Option<VisitingPatient>,
        intake: Intake,
    ) -> Self {
        AppointmentDetails {
            appointment: AppointmentView::of(cx, appointment),
            patient,
            intake: intake.into(),
            cancellation: appointment.cancellation(cx.now()).map(CancellationDetails::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cancellation_shows_its_party_its_time_and_its_reason_if_there_is_one() {
        let at = "2026-12-01T04:30:00Z".parse().unwrap();
        let shown = |by, reason: Option<&str>| {
            let cancellation = Cancellation { at, by, person: None, reason: reason.map(str::to_owned) };
            serde_json::to_value(CancellationDetails::from(cancellation)).unwrap()
        };
        let said = json!({ "by": "doctor", "at": "2026-12-01T04:30:00Z", "reason": "I am ill" });
        assert_eq!(shown(CancelledBy::Doctor, Some("I am ill")), said);
        assert_eq!(shown(CancelledBy::Expiry, None), json!({ "by": "expiry", "at": "2026-12-01T04:30:00Z" }));
    }
}
