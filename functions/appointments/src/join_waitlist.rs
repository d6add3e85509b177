//! `POST /v1/waitlist`: a patient waits for a doctor, or for anybody of a speciality, and is offered what others give back.
//!
//! What is free already is booked and not waited for; nobody looks for it here. The entry, its place in line and the patient's own list are
//! one transaction, and so is the timer that ends the wait with its window.

use crate::waitlist::EntryView;
use api::problem::{self, Fields, Problem};
use api::{Context, Created, Endpoint, Json};
use domain::access::Role;
use domain::appointments::waitlist::{Entry, InvalidWindow, JoinRefusal, Target, WaitlistRequest, Window};
use domain::availability::slot::Mode;
use domain::core::id::{DoctorId, WaitlistEntryId};
use domain::core::person::{Language, Speciality};
use domain::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use serde::Deserialize;
use storage::{Loaded, Storage};
use utoipa::ToSchema;

/// `joinWaitlist`
pub static ENDPOINT: Endpoint<Storage, Json<JoinWaitlist>, Created<EntryView>> =
    Endpoint::post("/v1/waitlist", "joinWaitlist", "Wait for a doctor or a speciality", &handle)
        .details(
            "For a doctor, or for anybody of a speciality, within a window of {LEAST_WINDOW_MINUTES} minutes at \
             least, by video, in a clinic, or either. What is given back in it is offered to one patient at a time: what is urgent first, then in \
             the order of joining. An offer lasts {OFFER_MINUTES} minutes, in which nobody else can book the \
             slot. A patient waits for at most {MAX_ENTRIES} things, and once for each. What is free already is \
             booked and not waited for.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[
            &problem::NOT_FOUND,
            &problem::DOCTOR_UNAVAILABLE,
            &problem::ALREADY_WAITING,
            &problem::TOO_MANY_WAITING,
        ]);

/// Whom to wait for: `doctorId` or `speciality`, exactly one of them. Only what others give back is offered; book what is free.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JoinWaitlist {
    /// The doctor to wait for; not together with `speciality` or `language`.
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// Wait for any doctor of this speciality; not together with `doctorId`.
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<Speciality>,
    /// Only doctors who speak this language; together with `speciality` alone.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// What kind of visit it is; a consultation unless said otherwise.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// `video` or `clinic`; either, if it is left out.
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// The visit begins at this instant or later; now, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The visit ends by this instant, at most 92 days ahead. The wait ends then, too.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
}

async fn handle(cx: Context, storage: Storage, Json(body): Json<JoinWaitlist>) -> Result<Created<EntryView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let wish = body.parse(cx.now())?;
    let id = WaitlistEntryId::from_uuid(cx.new_id());
    let entry = Entry::join(id, patient, wish, cx.now());
    let claim = cx.claim()?;

    cx.retrying(async || {
        let snapshot = match storage.join_snapshot(patient, &entry.wish.wanted, claim, cx.now()).await? {
            Loaded::Earlier(earlier) => return Created::earlier(earlier),
            Loaded::NoSuchDoctor | Loaded::NoSuchSlot => return Err(Problem::of(&problem::NOT_FOUND)),
            Loaded::Fresh(snapshot) => snapshot,
        };
        if snapshot.doctor.is_some_and(|doctor| !doctor.is_active()) {
            return Err(Problem::of(&problem::DOCTOR_UNAVAILABLE));
        }
        let waits = match snapshot.waits.admit(&entry, cx.now()) {
            Ok(waits) => waits,
            // What stands in the way may be the success of this very request, sent twice.
            Err(refusal) => return crate::booking::replay_or(&cx, &storage, refuse(refusal)).await,
        };
        let created = Created::new(format!("/v1/waitlist/{id}"), entry.version + 1, &EntryView::of(&entry))?;
        let written = storage.commit_join(&entry, &waits, claim, created.answer(), &cx.provenance()).await?;
        created.once(written)
    })
    .await
}

fn refuse(refusal: JoinRefusal) -> Problem {
    match refusal {
        JoinRefusal::Already { entry } => {
            Problem::of(&problem::ALREADY_WAITING).detail(format!("you wait for that by the entry {entry}"))
        }
        JoinRefusal::TooMany => Problem::of(&problem::TOO_MANY_WAITING),
    }
}

impl JoinWaitlist {
    fn parse(&self, now: Timestamp) -> Result<WaitlistRequest, Problem> {
        let mut fields = Fields::default();
        let wanted = match (self.doctor_id, &self.speciality, &self.language) {
            (Some(doctor), None, None) => Some(Target::Doctor(doctor)),
            (None, Some(speciality), language) => {
                Some(Target::Speciality { speciality: speciality.clone(), language: language.clone() })
            }
            (Some(_), None, Some(_)) => {
                fields.refuse("language", "goes with speciality alone");
                None
            }
            _ => {
                fields.refuse("doctorId", "or speciality is required, and not both");
                None
            }
        };
        let window: Result<Window, InvalidWindow> =
            Window::new(self.from.unwrap_or(now), self.to).and_then(|window| window.ahead(now));
        let window = fields.parse("to", window);
        let (wanted, window) = wanted.zip(window).ok_or_else(|| fields.refusal())?;
        Ok(WaitlistRequest { wanted, kind: self.kind.unwrap_or_default(), mode: self.mode, window })
    }
}
