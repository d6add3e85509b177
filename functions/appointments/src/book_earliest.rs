//! `POST /v1/appointments/earliest`: a patient holds the earliest free slot of a speciality, whoever the doctor is.
//!
//! Candidates are tried one after the other, as a booking of each would be: who is overtaken at one gets the next. What stands in the
//! way of the patient alone, such as another visit at that time, leads on to the next, too. Pointers lag; where one names a slot that is
//! gone, the later ones of that doctor's day are candidates.

use crate::booking::{self, Attempt, SlotWish};
use crate::sealed_reason::SealedReasonPorts;
use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{Context, Created, Endpoint, Json, window};
use domain::access::Role;
use domain::appointments::booking::BookRefusal;
use domain::availability::first_free::DEFAULT_SPAN;
use domain::availability::slot::Mode;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::core::person::{Language, Speciality};
use domain::core::sensitive::Sensitive;
use domain::directory::visit_kind::VisitKind;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::BTreeSet;
use storage::{Cursor, EarliestQuery, PageRequest, Storage};
use utoipa::ToSchema;

/// `bookEarliest`
pub static ENDPOINT: Endpoint<SealedReasonPorts, Json<BookEarliest>, Created<AppointmentView>> =
    Endpoint::post("/v1/appointments/earliest", "bookEarliest", "Hold the earliest free slot of a speciality", &handle)
        .details(
            "Doctors of the speciality are tried in the order of their first free slots, each as \
             `bookAppointment` would: whoever is overtaken at one gets the next, and a time at which the patient \
             is busy is passed over. The patient holds the slot for {HOLD_MINUTES} minutes, or has it at once if \
             there is no fee. `no-free-slot` says that there is none in the window. After 100 tries in vain it is \
             503: the same request begins anew, at what is the earliest then. Whoever is busy so often asks with \
             a later `from`.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[&problem::NO_FREE_SLOT, &problem::TOO_MANY_HOLDS, &problem::TOO_MANY_APPOINTMENTS]);

/// How many slots are tried in one request: more than get taken while somebody looks, and than lie at a time at which the patient is
/// busy. Half a second, mostly.
const MOST_TRIES: usize = 100;

/// How many candidates are fetched at once, and how often: more than are tried, or those of 16 weeks.
const CANDIDATES: u8 = 10;
const MOST_PAGES: usize = 16;

/// A wish for the earliest slot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookEarliest {
    /// What the doctor is to treat.
    #[schema(value_type = String, example = "cardiology")]
    speciality: Speciality,
    /// In which language, as doctors name it: `hi`, `en-IN`; any, if it is left out.
    #[schema(value_type = Option<String>, example = "hi")]
    language: Option<Language>,
    /// `video` or `clinic`; either, if it is left out.
    #[schema(value_type = Option<String>, example = "video")]
    mode: Option<Mode>,
    /// Slots that start at this instant or later; now, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Slots that start before this instant; 31 days after `from`, if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// What kind of visit it is; a consultation unless said otherwise.
    #[schema(value_type = Option<String>, example = "consultation")]
    kind: Option<VisitKind>,
    /// What the visit is about, 1 to 1000 characters. Only the patient and the doctor will read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
}

async fn handle(
    cx: Context,
    ports: SealedReasonPorts,
    Json(body): Json<BookEarliest>,
) -> Result<Created<AppointmentView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let reason = booking::reason(body.reason.as_ref())?;
    let within = window((body.from, body.to), DEFAULT_SPAN, cx.now(), Problem::field)?;
    let kind = body.kind.unwrap_or_default();
    let query = EarliestQuery { speciality: body.speciality, language: body.language, mode: body.mode };
    let id = AppointmentId::from_uuid(cx.new_id());
    let mut candidates = Candidates::of(&ports.storage, query, within, patient, cx.now());

    for _ in 0..MOST_TRIES {
        let Some((slot, doctor)) = candidates.next().await? else {
            return ports.refuse(&cx, Problem::of(&problem::NO_FREE_SLOT)).await;
        };
        match ports.attempt(&cx, SlotWish { doctor, slot, kind, reason: reason.as_ref() }, patient, id).await? {
            Attempt::Booked(created) => return Ok(created),
            Attempt::Refused(refusal @ (BookRefusal::TooManyHolds | BookRefusal::TooManyOpen)) => {
                return ports.refuse(&cx, refusal.into()).await;
            }
            Attempt::Refused(BookRefusal::DoctorUnavailable) => {}
            // This slot can't be had; a later one of the same day may be. Behind a day of the doctor's that is full, too: the days here
            // are those of UTC, on which another one begins.
            Attempt::Refused(_) | Attempt::NotThere => candidates.go_on(slot, doctor).await?,
        }
    }
    // There are more, so that "none" would not be true.
    ports
        .refuse(&cx, Problem::unavailable("every slot that was tried was taken meanwhile, or the patient is busy"))
        .await
}

/// Slots in the order of time: the first ones of the days of all doctors, page after page, and the later ones of those days on which
/// the first could not be had.
struct Candidates<'a> {
    storage: &'a Storage,
    query: EarliestQuery,
    window: (Timestamp, Timestamp),
    patient: PatientId,
    now: Timestamp,
    waiting: BTreeSet<(SlotId, DoctorId)>,
    /// Days whose later slots wait, too.
    opened: BTreeSet<(DoctorId, Date)>,
    /// Where the next page begins, and how many there may be; `None` when there is none.
    next_page: Option<(Option<Cursor>, usize)>,
    /// Whatever was not fetched yet does not start before this.
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
        let (waiting, opened) = (BTreeSet::new(), BTreeSet::new());
        let next_page = Some((None, MOST_PAGES));
        Candidates { storage, query, window, patient, now, waiting, opened, next_page, reached: Timestamp::MIN }
    }

    /// The earliest that was not tried yet.
    async fn next(&mut self) -> Result<Option<(SlotId, DoctorId)>, Problem> {
        loop {
            let Some((cursor, left)) = self.next_page.clone() else { return Ok(self.waiting.pop_first()) };
            if self.waiting.first().is_some_and(|(slot, _)| slot.start() <= self.reached) {
                return Ok(self.waiting.pop_first());
            }
            let request = PageRequest::new(CANDIDATES, cursor);
            let page = self.storage.earliest_candidates(&self.query, self.window, self.now, &request).await?;
            self.reached = page.items.last().map_or(self.reached, |(_, last)| last.start());
            self.waiting.extend(page.items.iter().map(|&(doctor, slot)| (slot, doctor)));
            self.next_page = page.next.filter(|_| left > 1).map(|next| (Some(next), left - 1));
        }
    }

    /// Adds the slots behind one that could not be had, up to the end of its day: the next day has a candidate of its own.
    async fn go_on(&mut self, slot: SlotId, doctor: DoctorId) -> Result<(), Problem> {
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
            let wanted = free.items.iter().filter(|slot| Mode::admits(mode, &slot.place));
            self.waiting.extend(wanted.map(|slot| (slot.id(), doctor)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_says_how_many_slots_are_tried() {
        assert!(ENDPOINT.contract.details.contains(&format!("After {MOST_TRIES} tries")));
    }
}
