//! `POST /v1/waitlist`: a patient waits for a doctor, or for any doctor of a speciality, and gets offers of released
//! slots.
//!
//! A slot that is already free is booked, not waited for, and is not searched for here. One transaction writes the
//! entry, its position in the queue, the patient's open entries, and the timer that ends the entry with its window.

use crate::waitlist::EntryView;
use api::problem::{self, Facts, Fields, Problem};
use api::{Context, Created, Endpoint, Json};
use domain::access::Role;
use domain::appointments::waitlist::{Entry, InvalidWindow, JoinRefusal, MAX_ENTRIES, Target, WaitlistRequest, Window};
use domain::availability::slot::Mode;
use domain::core::id::{DoctorId, WaitlistEntryId};
use domain::directory::visit_kind::VisitKind;
use domain::directory::vocabulary::{LanguageTerm, SpecialityTerm};
use jiff::Timestamp;
use serde::Deserialize;
use storage::{Loaded, Storage};
use utoipa::ToSchema;

/// `joinWaitlist`
pub static ENDPOINT: Endpoint<Storage, Json<JoinWaitlist>, Created<EntryView>> =
    Endpoint::post("/v1/waitlist", "joinWaitlist", "Wait for a doctor or a speciality", &handle)
        .details(
            "The patient waits for a doctor, or for any doctor of a speciality, within a window of at least \
             {LEAST_WINDOW_MINUTES} minutes, by video, in a clinic, or either. A slot that is released in the \
             window is offered to one patient at a time: urgent entries first, then in the order of joining. An \
             offer lasts {OFFER_MINUTES} minutes, in which no other patient can book the slot. A patient has at \
             most {MAX_ENTRIES} open entries, and one for each target at a time. Slots that are already free are \
             not offered: book them.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[
            &problem::NOT_FOUND,
            &problem::DOCTOR_UNAVAILABLE,
            &problem::ALREADY_WAITING,
            &problem::TOO_MANY_WAITING,
        ]);

/// The target: exactly one of `doctorId` and `speciality`. Only released slots are offered; book slots that are free.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JoinWaitlist {
    /// The id of the doctor to wait for. Not together with `speciality` or `language`.
    #[schema(value_type = Option<uuid::Uuid>)]
    doctor_id: Option<DoctorId>,
    /// The speciality to wait for, by a code, a name or a synonym of `listSpecialities`. Not together with `doctorId`.
    #[schema(value_type = Option<String>, example = "cardiology")]
    speciality: Option<SpecialityTerm>,
    /// A language that the doctor must speak, by a tag (BCP 47) or a name of `listLanguages`. Only together with
    /// `speciality`.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<LanguageTerm>,
    /// The kind of visit. Default: `consultation`.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// `video` or `clinic`. Default: either.
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// The earliest start of the visit. Default: now.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The latest end of the visit, at most 92 days ahead. The entry ends then, too.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
}

async fn handle(cx: Context, storage: Storage, Json(body): Json<JoinWaitlist>) -> Result<Created<EntryView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let request = body.parse(cx.now())?;
    let id = WaitlistEntryId::from_uuid(cx.new_id());
    let entry = Entry::join(id, patient, request, cx.now());
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
        let open_entries = match snapshot.waits.admit(&entry, cx.now()) {
            Ok(open_entries) => open_entries,
            // The same request, sent twice, may have succeeded and be the reason for the refusal.
            Err(refusal) => return crate::booking::replay_or(&cx, &storage, refuse(refusal)).await,
        };
        let created = Created::new(format!("/v1/waitlist/{id}"), entry.version + 1, &EntryView::of(&entry))?;
        let written = storage.commit_join(&entry, &open_entries, claim, created.answer(), &cx.provenance()).await?;
        created.once(written)
    })
    .await
}

fn refuse(refusal: JoinRefusal) -> Problem {
    match refusal {
        JoinRefusal::Already { entry } => Problem::of(&problem::ALREADY_WAITING)
            .detail(format!("Your entry {entry} waits for the same at an overlapping time.")),
        JoinRefusal::TooMany => Problem::of(&problem::TOO_MANY_WAITING)
            .detail(format!("You have {MAX_ENTRIES} open entries, which is the limit."))
            .facts(Facts { limit: u32::try_from(MAX_ENTRIES).ok(), ..Facts::default() }),
    }
}

impl JoinWaitlist {
    fn parse(&self, now: Timestamp) -> Result<WaitlistRequest, Problem> {
        let mut fields = Fields::default();
        let wanted = match (self.doctor_id, &self.speciality, &self.language) {
            (Some(doctor), None, None) => Some(Target::Doctor(doctor)),
            (None, Some(SpecialityTerm(speciality)), language) => {
                let language = language.as_ref().map(|LanguageTerm(language)| language.clone());
                Some(Target::Speciality { speciality: speciality.clone(), language })
            }
            (Some(_), None, Some(_)) => {
                fields.refuse("language", "needs speciality");
                None
            }
            _ => {
                fields.refuse("doctorId", "either doctorId or speciality is required");
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
