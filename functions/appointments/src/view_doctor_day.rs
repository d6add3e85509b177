//! `GET /v1/doctors/{doctorId}/day`: the visits of a doctor's day in order, the waiting patients, and the changes since
//! the last request.
//!
//! The day is read from an index, so it may lag a moment behind. It lacks the reasons of the visits. The day is a
//! calendar day of the doctor's time zone. The request is recorded as an access to the data of every patient on that
//! day, unless it is answered with 304. Expired holds are left out: they never became visits.

use crate::intake::IntakePorts;
use crate::people::{ListedAppointment, Patients, who_come};
use api::problem::{self, Problem};
use api::{About, Context, Endpoint, Health, Path, Polled, Query, View};
use domain::access::{Action, Parties, Role};
use domain::appointments::appointment::{Appointment, Stage};
use domain::audit::EventType;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, DoctorId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use storage::PageRequest;
use utoipa::ToSchema;

/// `viewDoctorDay`
pub static ENDPOINT: Endpoint<IntakePorts, (Path<DayPath>, Query<DayQuery>), Polled<DoctorDay>> =
    Endpoint::get("/v1/doctors/{doctorId}/day", "viewDoctorDay", "View a doctor's day", &handle)
        .details(
            "The visits of a day in the doctor's time zone in order, the waiting patients, and in `changed` the \
             visits that were written after `since`. The doctor sees the name, age, sex and telephone number of each \
             patient with a confirmed visit. The day may lag a moment behind. The request is recorded as an \
             access to the data of every patient on that day. A client that asks again sends the `ETag` in \
             `If-None-Match`: as long as the visits and the waiting patients are the same, the answer is 304, which \
             shows nothing and is no access.",
        )
        .allow(&[Role::Doctor, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// The time before `since` from which a change may have been missing in the earlier answer: a writer's time is the
/// start of its request, up to ten seconds before the write, two clocks may differ by five seconds, and the index lags.
/// A change that is named twice does no harm; a change that is not named is missed for ever.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// The doctor that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DayPath {
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
}

/// The day to view.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DayQuery {
    /// The day in the doctor's time zone. Default: today.
    #[schema(value_type = Option<String>, format = Date, example = "2026-12-01")]
    date: Option<Date>,
    /// The `asOf` of the previous answer. `changed` names the visits that were written since then, or in the 20 seconds
    /// before it, which that answer may have missed. So a change may be named twice.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

/// A doctor's day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorDay {
    /// The day in the doctor's time zone.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// The doctor's time zone.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// The instant of this answer: `since` of the next request.
    #[schema(value_type = String, format = DateTime)]
    as_of: Timestamp,
    /// The visits, earliest first, including cancelled visits.
    appointments: Vec<ListedAppointment>,
    /// The patients in the waiting room. The patient who has waited longest comes first.
    waiting: Vec<Waiting>,
    /// The ids of the visits that have changed since `since`, or in the 20 seconds before it. Empty without `since`.
    #[schema(value_type = Vec<uuid::Uuid>)]
    changed: Vec<AppointmentId>,
}

/// A patient in the waiting room.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// The id of the patient's appointment.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// The instant at which the patient checked in.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

impl View for DoctorDay {
    type Data = Health;
}

async fn handle(
    cx: Context,
    ports: IntakePorts,
    (Path(path), Query(query)): (Path<DayPath>, Query<DayQuery>),
) -> Result<Polled<DoctorDay>, Problem> {
    cx.authorize(Action::ListAppointments, Parties::doctor(path.doctor_id))?;
    let storage = &ports.storage;
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let zone = doctor.zone.tz().clone();
    let date = query.date.unwrap_or_else(|| cx.now().to_zoned(zone.clone()).date());
    let far = || Problem::parameter("query", "date", "is too far away");
    let next = date.checked_add(1.day()).map_err(|_| far())?;
    let start = |date: Date| date.to_zoned(zone.clone()).map(|midnight| midnight.timestamp()).map_err(|_| far());
    let (from, to) = (start(date)?, start(next)?);

    let mut day = vec![];
    let mut request = PageRequest::first(PageRequest::MAX);
    // A page holds a hundred visits; a longer day takes another query.
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
    let people = Patients::read(&ports, who_come(&cx, day.iter().map(|(appointment, _)| appointment))).await?;
    let view = DoctorDay {
        date,
        zone: doctor.zone.as_str().to_owned(),
        as_of: cx.now(),
        changed: day.iter().filter(|(_, written)| is_changed(*written, query.since)).map(|(it, _)| it.id).collect(),
        appointments: day.iter().map(|(it, _)| people.with_visit(&cx, it)).collect(),
        waiting,
    };
    // A doctor's page asks every few seconds. A patient who looks at the accesses to their data sees what was shown, and not
    // that nothing had changed.
    let state = serde_json::json!([view.date, view.zone, view.appointments, view.waiting]);
    cx.disclose_changes(storage, EventType::AppointmentsListed, about, view, &state).await
}

/// Whether the appointment is not an expired hold.
fn is_visit(appointment: &Appointment, now: Timestamp) -> bool {
    appointment.cancellation(now).is_none_or(|cancellation| cancellation.by != CancelledBy::Expiry)
}

/// Whether an answer at `since` may lack a change that was written at `written`.
fn is_changed(written: Timestamp, since: Option<Timestamp>) -> bool {
    // `since` comes from the caller and may be the first representable instant, so the margin is added to `written`.
    since.is_some_and(|since| since <= written + MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shortly_before_the_last_request_is_named_again() {
        let since: Timestamp = "2026-12-01T04:30:00Z".parse().unwrap();
        assert!(is_changed(since + SignedDuration::from_secs(1), Some(since)) && is_changed(since, Some(since)));
        assert!(is_changed(since - MARGIN, Some(since)), "the index may have lacked it");
        assert!(!is_changed(since - MARGIN - SignedDuration::from_nanos(1), Some(since)));
        assert!(is_changed(since, Some(Timestamp::MIN)) && !is_changed(since, Some(Timestamp::MAX)));
        assert!(!is_changed(since, None), "nothing was asked for");
    }
}
