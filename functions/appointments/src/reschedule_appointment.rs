//! `POST /v1/appointments/{appointmentId}/reschedule`: a confirmed visit moves to another slot of the same doctor.
//!
//! One transaction takes the new slot and releases the old one, which is offered to the next matching waiting list
//! entry or is free. The appointment keeps its id and its payment. A refused move changes nothing, nor does a move to
//! the current time.

use crate::view::{AppointmentView, answer};
use crate::view_appointment::AppointmentPath;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Path};
use domain::access::{Action, Actor, Role};
use domain::appointments::appointment::{Appointment, Status};
use domain::appointments::rescheduling::{self, MoveRefusal, MovedBy};
use domain::core::id::SlotId;
use serde::Deserialize;
use storage::Storage;
use utoipa::ToSchema;

/// `rescheduleAppointment`
pub static ENDPOINT: Endpoint<Storage, (Path<AppointmentPath>, Json<RescheduleAppointment>), Ok200<AppointmentView>> =
    Endpoint::post(
        "/v1/appointments/{appointmentId}/reschedule",
        "rescheduleAppointment",
        "Move an appointment to another slot",
        &handle,
    )
    .details(
        "Moves a confirmed visit to another slot of the same doctor. The patient can move a visit up to \
             {MAX_MOVES} times, until {MOVE_NOTICE_HOURS} hours before the start; the doctor or an administrator \
             can move it until it begins, which does not count as a move of the patient. One transaction takes the \
             new slot and releases the old one, which is offered to the next matching waiting list entry or is \
             free. Id, fee and payment stay. A patient who moves a visit and cancels it later gets no more back than \
             for a cancellation in place of the move, and a reduced follow-up moves within its window; a move by the \
             doctor or an administrator takes nothing from the patient. A refused move changes nothing, nor does a \
             move to the current time.",
    )
    .allow(&[Role::Patient, Role::Doctor, Role::Admin])
    .problems(&[
        &problem::AWAITING_PAYMENT,
        &problem::HOLD_ENDED,
        &problem::VISIT_CANCELLED,
        &problem::VISIT_BEGUN,
        &problem::VISIT_JOINED,
        &problem::VISIT_OVER,
        &problem::TOO_LATE_TO_MOVE,
        &problem::MOVES_USED_UP,
        &problem::FEE_WOULD_CHANGE,
        &problem::SLOT_YOURS,
        &problem::SLOT_TAKEN,
        &problem::DAY_FULL,
        &problem::PATIENT_BUSY,
        &problem::DOCTOR_UNAVAILABLE,
    ]);

/// The new time of the visit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RescheduleAppointment {
    /// The id of the new first slot, from the list of the same doctor's free slots.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<AppointmentPath>, Json<RescheduleAppointment>),
) -> Result<Ok200<AppointmentView>, Problem> {
    cx.retrying(async || {
        let visit = storage.visit(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let by = mover(&cx, &visit.appointment);
        let visit = cx.authorize(Action::RescheduleAppointment, visit)?;
        let appointment = &visit.appointment;
        if appointment.first_slot() == body.slot_id && appointment.status(cx.now()) == Status::Confirmed {
            return Ok(answer(&cx, appointment));
        }
        let slots = storage.slots_from(appointment.doctor, body.slot_id, appointment.slots.len()).await?;
        let (slot, following) = slots.ok_or_else(|| Problem::field("slotId", "is no slot of the doctor"))?;
        let day = storage.day(&visit.doctor, slot.time.start(), cx.now()).await?;
        let moved = rescheduling::reschedule(visit, slot, following, day, by, cx.now())
            .map_err(|refusal| refuse(refusal, by))?;
        let moved = storage.offer_released_slots(moved, cx.now()).await?;
        storage.commit_reschedule(&moved, &cx.provenance()).await?;
        Ok(answer(&cx, &moved.appointment.clone().written(cx.now())))
    })
    .await
}

/// Only the patient may know which other visit of the patient is in the way.
fn refuse(refusal: MoveRefusal, by: MovedBy) -> Problem {
    match refusal {
        MoveRefusal::NewTime(refusal) if by == MovedBy::Staff => Problem::of_booking_for_another(refusal),
        refusal => refusal.into(),
    }
}

/// The party that moves the visit. The patient of the visit is bound by the rules for patients, in any role.
fn mover(cx: &Context, appointment: &Appointment) -> MovedBy {
    let is_own = cx.caller.actors().contains(&Actor::Patient(appointment.patient));
    if is_own { MovedBy::Patient } else { MovedBy::Staff }
}
