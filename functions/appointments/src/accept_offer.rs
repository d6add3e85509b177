//! `POST /v1/waitlist/{entryId}/accept`: a patient takes what is offered. It is booked by the rule of every booking, and the wait
//! is over, in one transaction.
//!
//! From here on it is a hold like any other: paid for in time, or open to everybody.

use crate::booking::{self, replay_or};
use crate::sealed_reason::SealedReasonPorts;
use crate::view::AppointmentView;
use crate::waitlist::{EntryPath, no_offer};
use api::problem::{self, Problem};
use api::{Context, Created, Endpoint, Json, Path};
use domain::access::{Action, Role};
use domain::appointments::booking::{BookRefusal, DEFAULT_HOLD_MINUTES};
use domain::appointments::waitlist::{AcceptRefusal, OfferedTime};
use domain::core::id::{AppointmentId, DoctorId, SlotId};
use domain::core::sensitive::Sensitive;
use jiff::SignedDuration;
use serde::Deserialize;
use storage::{CommitError, Loaded};
use utoipa::ToSchema;

/// `acceptOffer`
pub static ENDPOINT: Endpoint<SealedReasonPorts, (Path<EntryPath>, Json<AcceptOffer>), Created<AppointmentView>> =
    Endpoint::post("/v1/waitlist/{entryId}/accept", "acceptOffer", "Book what is offered", &handle)
        .details(
            "What is kept for the caller is booked by the rule of every booking, and the wait is over, in one \
             transaction. With a fee it is a hold from then on: it is paid for in time, or open to everybody. An \
             offer lasts {OFFER_MINUTES} minutes, or until its slot closes; afterwards, or if it names another \
             slot than the one that is kept, the answer is `no-offer`.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[
            &problem::NO_OFFER,
            &problem::DAY_FULL,
            &problem::PATIENT_BUSY,
            &problem::DOCTOR_UNAVAILABLE,
            &problem::TOO_MANY_HOLDS,
            &problem::TOO_MANY_APPOINTMENTS,
        ]);

/// What the booking of an offer may say besides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptOffer {
    /// `doctorId` of the offer.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// `slotId` of the offer: no other one is booked.
    #[schema(value_type = String, example = "20261201T0430Z")]
    slot_id: SlotId,
    /// What the visit is about, 1 to 1000 characters. Only the patient and the doctor will read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: SealedReasonPorts,
    (Path(path), Json(body)): (Path<EntryPath>, Json<AcceptOffer>),
) -> Result<Created<AppointmentView>, Problem> {
    let reason = booking::reason(body.reason.as_ref())?;
    let named = OfferedTime { doctor: body.doctor_id, slot: body.slot_id };
    let id = AppointmentId::from_uuid(cx.new_id());
    let claim = cx.claim()?;
    let storage = &ports.storage;

    cx.retrying(async || {
        let file =
            storage.waitlist_entry_details(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let patient = file.entry.patient;
        let file = cx.authorize(Action::AnswerOffer, file)?;
        let Some(offer) = file.entry.offer() else { return replay_or(&cx, storage, no_offer()).await };
        let (slot, kind) = (offer.slots[0], file.entry.wish.kind);
        let snapshot = match storage.booking_snapshot(offer.doctor, slot, kind, patient, claim, cx.now()).await? {
            Loaded::Earlier(earlier) => return Created::earlier(earlier),
            Loaded::NoSuchDoctor | Loaded::NoSuchSlot => return Err(no_offer()),
            Loaded::Fresh(snapshot) => *snapshot,
        };
        let hold_for = SignedDuration::from_mins(DEFAULT_HOLD_MINUTES);
        let (booking, transition) = match file.accept(named, snapshot, reason.is_some(), id, cx.now(), hold_for) {
            Ok(accepted) => accepted,
            Err(refusal) => return replay_or(&cx, storage, refuse(refusal)).await,
        };
        let transition = storage.offer_released_slots(transition, cx.now()).await?;
        let sealed = ports.seal(patient, id, reason.as_ref()).await?;

        let view = AppointmentView::of(&booking.appointment, cx.now());
        let created = Created::new(format!("/v1/appointments/{id}"), booking.appointment.version + 1, &view)?;
        match storage.commit_acceptance(&booking, &transition, sealed, claim, created.answer(), &cx.provenance()).await
        {
            Ok(written) => created.once(written),
            // Between the reading and the writing: look again at what has become of the offer.
            Err(CommitError::Refused(_)) => Err(Problem::stale()),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// What makes the slot itself impossible ends the offer with it; the rest is between the patient and the doctor.
fn refuse(refusal: AcceptRefusal) -> Problem {
    match refusal {
        AcceptRefusal::NoOffer(_)
        | AcceptRefusal::Booking(
            BookRefusal::SlotTaken | BookRefusal::SlotInPast | BookRefusal::TooShortNotice | BookRefusal::TooFewSlots,
        ) => no_offer(),
        AcceptRefusal::Booking(refusal) => refusal.into(),
    }
}
