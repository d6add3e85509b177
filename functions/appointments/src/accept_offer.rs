//! `POST /v1/waitlist/{entryId}/accept`: a patient accepts an offer. One transaction books the offered slot, by the
//! rules of every booking, and ends the entry.
//!
//! The appointment is then a hold like any other: it is paid in time, or the slot is free again.

use crate::booking::{self, BookingPorts, replay_or};
use crate::intake::IntakeTexts;
use crate::view::AppointmentView;
use crate::waitlist::{EntryPath, no_offer};
use api::problem::{self, Problem};
use api::{Context, Created, Endpoint, Json, Path};
use domain::access::{Action, Role};
use domain::appointments::booking::BookRefusal;
use domain::appointments::waitlist::{AcceptRefusal, OfferedTime};
use domain::core::id::{AppointmentId, DoctorId, SlotId};
use domain::core::sensitive::Sensitive;
use serde::Deserialize;
use storage::{CommitError, Loaded};
use utoipa::ToSchema;

/// `acceptOffer`
pub static ENDPOINT: Endpoint<BookingPorts, (Path<EntryPath>, Json<AcceptOffer>), Created<AppointmentView>> =
    Endpoint::post("/v1/waitlist/{entryId}/accept", "acceptOffer", "Accept an offer", &handle)
        .details(
            "One transaction books the offered slot, by the rules of every booking, and ends the entry. With a \
             fee the appointment is a hold: it is paid in time, or the slot is free again. An offer lasts \
             {OFFER_MINUTES} minutes, or until its slot closes. Afterwards, or if the request names another slot \
             than the offered one, the answer is `no-offer`.",
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
            &problem::TOO_MANY_CANCELLATIONS,
        ]);

/// The offer to accept, and what the patient tells the doctor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptOffer {
    /// `doctorId` of the offer.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// `slotId` of the offer: no other slot is booked.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The reason of the visit, 1 to 1000 characters. Only the patient and the doctor can read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
    /// The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    symptoms: Option<Vec<Sensitive<String>>>,
    /// Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them.
    #[schema(value_type = Option<String>)]
    notes: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: BookingPorts,
    (Path(path), Json(body)): (Path<EntryPath>, Json<AcceptOffer>),
) -> Result<Created<AppointmentView>, Problem> {
    let intake =
        IntakeTexts { reason: body.reason.as_ref(), symptoms: body.symptoms.as_deref(), notes: body.notes.as_ref() }
            .parse()?;
    let named = OfferedTime { doctor: body.doctor_id, slot: body.slot_id };
    let id = AppointmentId::from_uuid(cx.new_id());
    let claim = cx.claim()?;
    let storage = &ports.storage;

    cx.retrying(async || {
        let details =
            storage.waitlist_entry_details(path.entry_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let patient = details.entry.patient;
        let details = cx.authorize(Action::AnswerOffer, details)?;
        let Some(offer) = details.entry.offer() else { return replay_or(&cx, storage, no_offer()).await };
        let (slot, kind) = (offer.slots[0], details.entry.wish.kind);
        let snapshot = match storage.booking_snapshot(offer.doctor, slot, kind, patient, claim, cx.now()).await? {
            Loaded::Earlier(earlier) => return Created::earlier(earlier),
            Loaded::NoSuchDoctor | Loaded::NoSuchSlot => return Err(no_offer()),
            Loaded::Fresh(snapshot) => *snapshot,
        };
        let hold_for = ports.hold.duration();
        let (booking, transition) = match details.accept(named, snapshot, !intake.is_empty(), id, cx.now(), hold_for) {
            Ok(accepted) => accepted,
            Err(refusal) => return replay_or(&cx, storage, refuse(&cx, refusal)).await,
        };
        let transition = storage.offer_released_slots(transition, cx.now()).await?;
        let sealed = ports.intakes.seal(patient, id, &intake).await?;

        let view = AppointmentView::of(&cx, &booking.appointment.clone().written(cx.now()));
        let created = Created::new(format!("/v1/appointments/{id}"), booking.appointment.version + 1, &view)?;
        match storage.commit_acceptance(&booking, &transition, sealed, claim, created.answer(), &cx.provenance()).await
        {
            Ok(written) => created.once(written),
            // The offer changed between the read and the write: it is read again.
            Err(CommitError::Refused(_)) => Err(Problem::stale()),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// Maps the refusals. A slot that can't be booked ends the offer; the other refusals concern the patient or the doctor.
fn refuse(cx: &Context, refusal: AcceptRefusal) -> Problem {
    match refusal {
        AcceptRefusal::NoOffer(_)
        | AcceptRefusal::Booking(
            BookRefusal::SlotTaken
            | BookRefusal::SlotInPast
            | BookRefusal::TooShortNotice { .. }
            | BookRefusal::TooFewSlots,
        ) => no_offer(),
        AcceptRefusal::Booking(refusal) => booking::refused(cx, refusal),
    }
}
