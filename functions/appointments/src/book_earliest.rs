//! `POST /v1/appointments/earliest`: a patient holds the earliest free slot of a speciality, with any doctor.
//!
//! Candidates are tried in their order, each like a booking. If another patient takes a slot first, or if the patient
//! is busy at that time, the next candidate is tried. The index of first free slots lags: if it names a slot that is
//! gone, the later slots of that doctor's day become candidates.

use crate::booking::{self, Attempt, BookingPorts, SlotRequest};
use crate::intake::IntakeTexts;
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{Context, Created, Endpoint, Json, window};
use domain::access::Role;
use domain::appointments::booking::BookRefusal;
use domain::availability::first_free::DEFAULT_SPAN;
use domain::availability::slot::Mode;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::core::sensitive::Sensitive;
use domain::directory::visit_kind::VisitKind;
use domain::directory::vocabulary::{LanguageTerm, SpecialityTerm};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::BTreeSet;
use storage::{Cursor, EarliestQuery, PageRequest, Storage};
use utoipa::ToSchema;

/// `bookEarliest`
pub static ENDPOINT: Endpoint<BookingPorts, Json<BookEarliest>, Created<AppointmentView>> =
    Endpoint::post("/v1/appointments/earliest", "bookEarliest", "Hold the earliest free slot of a speciality", &handle)
        .details(
            "Doctors of the speciality are tried in the order of their first free slots, by the rules of \
             `bookAppointment`. A slot that another patient takes first is skipped, and so is a time at which the \
             patient is busy. The slot is held for {HOLD_MINUTES} minutes; without a fee the visit is confirmed at \
             once. `no-free-slot` means that the window has no such slot. After 100 tries without success the \
             answer is 503: the same request searches again, from the slot that is then the earliest. A patient \
             who is often busy can ask with a later `from`.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[&problem::NO_FREE_SLOT, &problem::TOO_MANY_HOLDS, &problem::TOO_MANY_APPOINTMENTS]);

/// The number of slots that one request tries: more than other patients take meanwhile, and more than the patient's own
/// visits block. The tries usually take less than half a second.
const MOST_TRIES: usize = 100;

/// The number of candidates of a page.
const CANDIDATES: u8 = 10;
/// The number of pages that one request reads at most: enough for all tries, or for one page of each of as many weeks.
const MOST_PAGES: usize = 16;

/// The conditions for the earliest slot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookEarliest {
    /// The speciality of the doctor, by a code, a name or a synonym of `listSpecialities`.
    #[schema(value_type = String, example = "cardiology")]
    speciality: SpecialityTerm,
    /// A language that the doctor speaks, by a tag (BCP 47) or a name of `listLanguages`. Default: any language.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<LanguageTerm>,
    /// `video` or `clinic`. Default: either.
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// The earliest start of the slot. Default: now.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// The slot starts before this instant. Default: 31 days after `from`.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// The kind of visit. Default: `consultation`.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
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
    Json(body): Json<BookEarliest>,
) -> Result<Created<AppointmentView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let intake =
        IntakeTexts { reason: body.reason.as_ref(), symptoms: body.symptoms.as_deref(), notes: body.notes.as_ref() }
            .parse()?;
    let within = window((body.from, body.to), DEFAULT_SPAN, cx.now(), Problem::field)?;
    let kind = body.kind.unwrap_or_default();
    let SpecialityTerm(speciality) = body.speciality;
    let language = body.language.map(|LanguageTerm(language)| language);
    let query = EarliestQuery { speciality, language, mode: body.mode };
    let id = AppointmentId::from_uuid(cx.new_id());
    let mut candidates = Candidates::of(&ports.storage, query, within, patient, cx.now());

    for _ in 0..MOST_TRIES {
        let Some((slot, doctor)) = candidates.next().await? else {
            return ports.refuse(&cx, Problem::of(&problem::NO_FREE_SLOT)).await;
        };
        match ports.attempt(&cx, SlotRequest { doctor, slot, kind, intake: &intake }, patient, id).await? {
            Attempt::Booked(created) => return Ok(created),
            Attempt::Refused(refusal @ (BookRefusal::TooManyHolds { .. } | BookRefusal::TooManyOpen)) => {
                return ports.refuse(&cx, booking::refused(&cx, refusal)).await;
            }
            Attempt::Refused(BookRefusal::DoctorUnavailable | BookRefusal::TooManyCancellations(_)) => {}
            // A later slot of the same day may be free. That is also true if the doctor's day is full: the days here
            // are days in UTC, and the doctor's next day may begin within them.
            Attempt::Refused(_) | Attempt::NotThere => candidates.add_rest_of_day(slot, doctor).await?,
        }
    }
    // More candidates may exist, so `no-free-slot` would not be true.
    ports
        .refuse(&cx, Problem::unavailable("each tried slot was taken meanwhile, or the patient is busy at its time"))
        .await
}

/// Candidates in the order of time: the first free slot of each day of each doctor, page after page, and the later
/// slots of the days whose first slot could not be booked.
struct Candidates<'a> {
    storage: &'a Storage,
    query: EarliestQuery,
    window: (Timestamp, Timestamp),
    patient: PatientId,
    now: Timestamp,
    /// The fetched candidates that are not tried yet.
    untried: BTreeSet<(SlotId, DoctorId)>,
    /// The days whose later slots are candidates, too.
    opened: BTreeSet<(DoctorId, Date)>,
    /// The cursor of the next page, and the number of pages that may still be read; `None` after the last page.
    next_page: Option<(Option<Cursor>, usize)>,
    /// No slot that is not fetched yet starts before this instant.
    reached: Timestamp,
}

impl<'a> Candidates<'a> {
    fn of(
        storage: &'a Storage,
        query: EarliestQuery,
        window: (Timestamp, Timestamp),
        patient: PatientId,
        now: Timestamp,
    ) -> Self {
        let (untried, opened) = (BTreeSet::new(), BTreeSet::new());
        let next_page = Some((None, MOST_PAGES));
        Candidates { storage, query, window, patient, now, untried, opened, next_page, reached: Timestamp::MIN }
    }

    /// The earliest candidate that was not tried yet.
    async fn next(&mut self) -> Result<Option<(SlotId, DoctorId)>, Problem> {
        loop {
            let Some((cursor, left)) = self.next_page.clone() else { return Ok(self.untried.pop_first()) };
            if self.untried.first().is_some_and(|(slot, _)| slot.start() <= self.reached) {
                return Ok(self.untried.pop_first());
            }
            let request = PageRequest::new(CANDIDATES, cursor);
            let page = self.storage.earliest_candidates(&self.query, self.window, self.now, &request).await?;
            self.reached = page.items.last().map_or(self.reached, |(_, last)| last.start());
            self.untried.extend(page.items.iter().map(|&(doctor, slot)| (slot, doctor)));
            self.next_page = page.next.filter(|_| left > 1).map(|next| (Some(next), left - 1));
        }
    }

    /// Adds the slots after one that could not be booked, up to the end of its day: the next day has its own candidate.
    async fn add_rest_of_day(&mut self, slot: SlotId, doctor: DoctorId) -> Result<(), Problem> {
        let date = slot.start().to_zoned(TimeZone::UTC).date();
        if !self.opened.insert((doctor, date)) {
            return Ok(());
        }
        let after = slot.start() + SignedDuration::from_mins(1);
        let tomorrow = date.tomorrow().and_then(|date| date.to_zoned(TimeZone::UTC));
        let end = tomorrow.map_or(self.window.1, |tomorrow| tomorrow.timestamp().min(self.window.1));
        if after < end {
            let request = PageRequest::first(PageRequest::MAX);
            let free = self.storage.free_slots(doctor, after, end, Some(self.patient), self.now, &request).await?;
            let mode = self.query.mode;
            let matching = free.items.iter().filter(|slot| Mode::admits(mode, &slot.place));
            self.untried.extend(matching.map(|slot| (slot.id(), doctor)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_states_the_number_of_tries() {
        assert!(ENDPOINT.contract.details.contains(&format!("After {MOST_TRIES} tries")));
    }
}
