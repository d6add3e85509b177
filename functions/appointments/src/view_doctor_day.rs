//! `GET /v1/doctors/{doctorId}/day`: a day of a doctor: the visits in order, who waits now, and what has changed since one last looked.
//!
//! One query of an index answers, so it may lag a little behind; it never holds the reason of a visit. The day is one of the doctor's own
//! zone, whatever its length. It is recorded as an access to the data of every patient on it. Holds that nobody paid for are left out: they were never visits.

use crate::view::AppointmentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Path, Query, View};
use domain::access::{Action, Parties, Role};
use domain::appointments::appointment::{Appointment, Stage};
use domain::audit::EventType;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, DoctorId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

/// `viewDoctorDay`
pub static ENDPOINT: Endpoint<Storage, (Path<DayPath>, Query<DayQuery>), Disclosed<DoctorDay>> =
    Endpoint::get("/v1/doctors/{doctorId}/day", "viewDoctorDay", "View a doctor's day", &handle)
        .details(
            "The visits of a day of the doctor's own time zone in order, who waits now, and in `changed` what was \
             written after `since`. It comes from an index and may lag a moment behind. It is recorded as an \
             access to the data of every patient on it.",
        )
        .allow(&[Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// So long before `since` a change may be written that whoever asked then could not see: a writer's time is the start of its request,
/// up to ten seconds before it is stored, two clocks may be five seconds apart, and the index lags. To be named twice does no harm;
/// what is not named is missed for ever.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// Whose day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DayPath {
    /// The doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
}

/// Which day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DayQuery {
    /// The day in the doctor's zone; today, if it is left out.
    #[schema(value_type = Option<String>, format = Date, example = "2026-12-01")]
    date: Option<Date>,
    /// `changed` names what was written since this instant, the `asOf` of the answer before, and in the 20 seconds before it: that
    /// answer may have missed it. So a change may be named twice.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

/// A doctor's day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// The doctor's zone.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// The instant at which this was so.
    #[schema(value_type = String, format = DateTime)]
    as_of: Timestamp,
    /// The visits, earliest first; cancelled ones among them.
    appointments: Vec<AppointmentView>,
    /// Who is in the waiting room, the longest first.
    waiting: Vec<Waiting>,
    /// Which of them have changed since the instant that was asked for, or in the 20 seconds before it; empty if none was.
    #[schema(value_type = Vec<uuid::Uuid>)]
    changed: Vec<AppointmentId>,
}

/// A patient in the waiting room.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Of which visit.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

impl View for DoctorDay {
    type Data = Health;
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Query(query)): (Path<DayPath>, Query<DayQuery>),
) -> Result<Disclosed<DoctorDay>, Problem> {
    cx.authorize(Action::ListAppointments, Parties::doctor(path.doctor_id))?;
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let zone = doctor.zone.tz().clone();
    let date = query.date.unwrap_or_else(|| cx.now().to_zoned(zone.clone()).date());
    let far = || Problem::parameter("query", "date", "is too far away");
    let next = date.checked_add(1.day()).map_err(|_| far())?;
    let start = |date: Date| date.to_zoned(zone.clone()).map(|midnight| midnight.timestamp()).map_err(|_| far());
    let (from, to) = (start(date)?, start(next)?);

    let mut day = vec![];
    let mut request = PageRequest::first(PageRequest::MAX);
    // One page holds a day of a hundred visits; a longer one takes another query.
    loop {
        let page = storage.day_of_doctor(path.doctor_id, from, to, &request).await?;
        day.extend(page.items.into_iter().filter(|(appointment, _)| is_visit(appointment, cx.now())));
        let Some(next) = page.next else { break };
        request = PageRequest::new(PageRequest::MAX, Some(next));
    }
    let mut waiting: Vec<Waiting> = day
        .iter()
        .filter_map(|(appointment, _)| match appointment.stage {
            Stage::CheckedIn { at } => Some(Waiting { appointment_id: appointment.id, since: at }),
            _ => None,
        })
        .collect();
    waiting.sort_by_key(|waiting| waiting.since);
    let patients = day.iter().map(|(appointment, _)| appointment.patient);
    let about = About::of_patients("appointments", &path.doctor_id.to_string(), patients);
    let shown = DoctorDay {
        date,
        zone: doctor.zone.as_str().to_owned(),
        as_of: cx.now(),
        changed: day.iter().filter(|(_, written)| is_changed(*written, query.since)).map(|(it, _)| it.id).collect(),
        appointments: day.iter().map(|(it, _)| AppointmentView::of(it, cx.now())).collect(),
        waiting,
    };
    cx.disclose(&storage, EventType::AppointmentsListed, about, shown).await
}

/// Whether it is, or was, more than a hold that came to nothing.
fn is_visit(appointment: &Appointment, now: Timestamp) -> bool {
    appointment.cancellation(now).is_none_or(|cancellation| cancellation.by != CancelledBy::Expiry)
}

/// Whether whoever has seen the day at `since` may not have seen what was written.
fn is_changed(written: Timestamp, since: Option<Timestamp>) -> bool {
    // Of the two only `since` is the caller's, and may be the first instant that there is.
    since.is_some_and(|since| since <= written + MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_shortly_before_one_looked_is_named_again() {
        let since: Timestamp = "2026-12-01T04:30:00Z".parse().unwrap();
        assert!(is_changed(since + SignedDuration::from_secs(1), Some(since)) && is_changed(since, Some(since)));
        assert!(is_changed(since - MARGIN, Some(since)), "it may have been in no index yet");
        assert!(!is_changed(since - MARGIN - SignedDuration::from_nanos(1), Some(since)));
        assert!(is_changed(since, Some(Timestamp::MIN)) && !is_changed(since, Some(Timestamp::MAX)));
        assert!(!is_changed(since, None), "nothing was asked for");
    }
}
