//! `POST /v1/appointments`: a patient holds a free slot of a doctor, until it is paid for or the hold ends.
//!
//! It starts no payment; a visit that costs nothing is confirmed at once.

use crate::ports::ReasonPorts;
use crate::view::AppointmentView;
use api::problem::{self, Fields, Problem};
use api::{Context, Created, Endpoint, Json};
use domain::appointment::AppointmentKind;
use domain::booking::{BookingWish, DEFAULT_HOLD_MINUTES};
use domain::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::person::VisitReason;
use domain::policy::Role;
use domain::sensitive::Sensitive;
use gateway::vault::Field;
use jiff::SignedDuration;
use serde::Deserialize;
use storage::{Committed, Desk, Earlier, SealedText};
use utoipa::ToSchema;

/// `bookAppointment`
pub static ENDPOINT: Endpoint<ReasonPorts, Json<BookAppointment>, Created<AppointmentView>> =
    Endpoint::post("/v1/appointments", "bookAppointment", "Hold a free slot of a doctor", &handle)
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[
            &problem::NOT_FOUND,
            &problem::SLOT_TAKEN,
            &problem::DAY_FULL,
            &problem::PATIENT_BUSY,
            &problem::DOCTOR_UNAVAILABLE,
            &problem::TOO_MANY_HOLDS,
            &problem::TOO_MANY_APPOINTMENTS,
        ]);

/// A wish for a slot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookAppointment {
    /// Whose slot it is.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The slot, from the list of the doctor's free slots.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
    /// What kind of visit it is; a consultation unless said otherwise.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<AppointmentKind>,
    /// What the visit is about, 1 to 1000 characters. Only the patient and the doctor will read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: ReasonPorts,
    Json(body): Json<BookAppointment>,
) -> Result<Created<AppointmentView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let reason = body.reason()?;
    let kind = body.kind.unwrap_or_default();
    let wish = BookingWish { kind, has_reason: reason.is_some() };
    let id = AppointmentId::from_uuid(cx.new_id());
    let claim = cx.claim()?;

    cx.retrying(async || {
        let desk =
            match ports.storage.booking_desk(body.doctor_id, body.slot_id, kind, patient, claim, cx.now()).await? {
                Desk::Replay(answer) => return Ok(Created::replay(answer)),
                Desk::Mismatch => return Err(Problem::of(&problem::IDEMPOTENCY_KEY_REUSED)),
                Desk::NoSuchDoctor | Desk::NoSuchSlot => return Err(Problem::of(&problem::NOT_FOUND)),
                Desk::Fresh(desk) => desk,
            };
        let booking = match desk.hold(wish, patient, id, cx.now(), SignedDuration::from_mins(DEFAULT_HOLD_MINUTES)) {
            Ok(booking) => booking,
            // A batch is no snapshot: what stands in the way may be the success of this very request, sent twice and
            // written while the desk was being read.
            Err(refusal) => match ports.storage.earlier(claim, cx.now()).await? {
                Some(Earlier::Same(answer)) => return Ok(Created::replay(answer)),
                Some(Earlier::Other) => return Err(Problem::of(&problem::IDEMPOTENCY_KEY_REUSED)),
                None => return Err(refusal.into()),
            },
        };
        let sealed = ports.seal(patient, id, reason.as_ref()).await?;

        let view = AppointmentView::of(&booking.appointment, cx.now());
        let created = Created::new(format!("/v1/appointments/{id}"), booking.appointment.version + 1, &view)?;
        match ports.storage.commit_booking(&booking, sealed, claim, created.answer(), &cx.provenance()).await? {
            Committed::Fresh => Ok(created),
            Committed::Replayed(answer) => Ok(Created::replay(answer)),
            Committed::KeyReused => Err(Problem::of(&problem::IDEMPOTENCY_KEY_REUSED)),
        }
    })
    .await
}

impl BookAppointment {
    fn reason(&self) -> Result<Option<VisitReason>, Problem> {
        let mut fields = Fields::default();
        let reason = self.reason.as_ref().map(|text| VisitReason::parse(text.expose()));
        let reason = fields.parse_optional("reason", reason);
        fields.finish()?;
        Ok(reason)
    }
}

impl ReasonPorts {
    async fn seal(
        &self,
        patient: PatientId,
        id: AppointmentId,
        reason: Option<&VisitReason>,
    ) -> Result<Option<SealedText>, Problem> {
        let Some(reason) = reason else { return Ok(None) };
        let record = id.to_string();
        let field = Field { record: &record, name: "reason" };
        let sealed = self.vault.seal(patient, field, reason.as_str()).await.map_err(Problem::unavailable)?;
        Ok(Some(SealedText::from_sealed(sealed)))
    }
}
