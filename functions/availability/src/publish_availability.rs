//! `POST /v1/doctors/{doctorId}/slots`: a doctor publishes slots, from weekly hours or one by one.
//!
//! It is all or nothing by the rules, and resumable by nature: a slot is known by its start, so publishing the same again adds what is
//! missing and changes nothing else.

use api::problem::{self, Fields, Problem};
use api::{Context, Endpoint, Json, Ok200, Open, Path, View};
use domain::access::{Action, Role};
use domain::availability::calendar::{MAX_PUBLISHED_AT_ONCE, PublishRefusal};
use domain::availability::schedule::{RuleDraft, WeeklyRule};
use domain::core::id::DoctorId;
use domain::core::time::{TimeRange, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use storage::Storage;
use utoipa::ToSchema;

/// `publishAvailability`
pub static ENDPOINT: Endpoint<Storage, (Path<CalendarPath>, Json<PublishAvailability>), Ok200<PublicationView>> =
    Endpoint::post("/v1/doctors/{doctorId}/slots", "publishAvailability", "Publish slots", &handle)
        .details(
            "From weekly hours or one by one, at most {MAX_PUBLISHED_AT_ONCE} at once; all or nothing by the \
             rules. A slot has at most {MAX_SLOT_MINUTES} minutes and overlaps no other one of the doctor. \
             Publishing the same again adds what is missing and changes nothing else. Weekly hours are in local \
             time: a slot whose local start the clocks skip is not published, one whose local start they repeat \
             is published once, at the first, and its length is real minutes whatever the clocks do.",
        )
        .allow(&[Role::Doctor, Role::Admin])
        .problems(&[&problem::SLOTS_OVERLAP]);

/// Whose calendar it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalendarPath {
    /// The doctor.
    #[schema(value_type = uuid::Uuid)]
    pub doctor_id: DoctorId,
}

/// What to publish: either `rule` or `slots`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublishAvailability {
    /// Weekly hours over a range of days.
    rule: Option<WeeklyHours>,
    /// Single slots, at most 1000.
    slots: Option<Vec<SingleSlot>>,
}

/// Weekly hours, cut into slots.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WeeklyHours {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day, at most 92 days on.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// The days of the week on which hours start.
    weekdays: Vec<DailyQuota>,
    /// When hours start, in local time.
    #[schema(value_type = String, example = "09:00")]
    start: Time,
    /// When they end; not after `start` means on the next day.
    #[schema(value_type = String, example = "13:00")]
    end: Time,
    /// The length of a slot in minutes, 5 to 480.
    slot_minutes: i64,
    /// The pause after a slot in minutes, 0 to 240.
    #[serde(default)]
    buffer_minutes: i64,
    /// The IANA time zone of the local times; the doctor's own if it is left out.
    #[schema(example = "Asia/Kolkata")]
    zone: Option<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum DailyQuota {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// One slot.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SingleSlot {
    /// When it begins, a whole minute in the future.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// When it ends, at most 480 minutes later.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Publication)]
pub struct PublicationView {
    /// How many slots are new.
    published: usize,
    /// How many were published before.
    already_published: usize,
}

impl View for PublicationView {
    type Data = Open;
}

async fn handle(
    cx: Context,
    storage: Storage,
    (Path(path), Json(body)): (Path<CalendarPath>, Json<PublishAvailability>),
) -> Result<Ok200<PublicationView>, Problem> {
    let doctor = storage.doctor(path.doctor_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
    let doctor = cx.authorize(Action::PublishSlots, doctor)?;
    let wanted = body.slots(&doctor.zone)?;
    let (from, to) = match (wanted.iter().map(TimeRange::start).min(), wanted.iter().map(TimeRange::end).max()) {
        (Some(from), Some(to)) => (from, to),
        _ => return Err(refusal(PublishRefusal::Nothing)),
    };
    // A lost race leaves transactions of this request behind that count as published when it is tried again.
    let new = OnceLock::new();
    cx.retrying(async || {
        let published = storage.published(path.doctor_id, from, to).await?;
        let calendar = cx.authorize(Action::PublishSlots, published.calendar)?;
        let publication = calendar.publish(&published.slots, wanted.clone(), cx.now()).map_err(refusal)?;
        let first_count = *new.get_or_init(|| publication.new.len());
        storage.commit_publication(&calendar, &publication, &cx.provenance()).await?;
        Ok(Ok200::new(PublicationView { published: first_count, already_published: wanted.len() - first_count }))
    })
    .await
}

fn refusal(refusal: PublishRefusal) -> Problem {
    match refusal {
        PublishRefusal::WantedOverlap { .. } | PublishRefusal::Overlaps { .. } => {
            Problem::of(&problem::SLOTS_OVERLAP).detail(refusal.to_string())
        }
        PublishRefusal::Nothing | PublishRefusal::TooMany { .. } | PublishRefusal::InThePast { .. } => {
            Problem::field("", refusal)
        }
    }
}

impl PublishAvailability {
    fn slots(&self, doctors_zone: &Zone) -> Result<Vec<TimeRange>, Problem> {
        match (&self.rule, &self.slots) {
            (Some(rule), None) => rule.slots(doctors_zone),
            (None, Some(slots)) => single_slots(slots),
            _ => Err(Problem::field("", "must have either rule or slots")),
        }
    }
}

impl WeeklyHours {
    fn slots(&self, doctors_zone: &Zone) -> Result<Vec<TimeRange>, Problem> {
        let zone = match &self.zone {
            Some(name) => Zone::parse(name).map_err(|error| Problem::field("rule/zone", error))?,
            None => doctors_zone.clone(),
        };
        let draft = RuleDraft {
            from: self.from,
            to: self.to,
            weekdays: self.weekdays.iter().map(|day| day.weekday()).collect(),
            start: self.start,
            end: self.end,
            slot_minutes: self.slot_minutes,
            buffer_minutes: self.buffer_minutes,
            zone,
        };
        let rule = WeeklyRule::new(draft).map_err(|error| {
            let field = match error.field() {
                "slot_minutes" => "slotMinutes",
                "buffer_minutes" => "bufferMinutes",
                plain => plain,
            };
            Problem::field(&format!("rule/{field}"), error)
        })?;
        Ok(rule.slots())
    }
}

fn single_slots(slots: &[SingleSlot]) -> Result<Vec<TimeRange>, Problem> {
    let mut fields = Fields::default();
    if slots.len() > MAX_PUBLISHED_AT_ONCE {
        fields.refuse("slots", format!("may have {MAX_PUBLISHED_AT_ONCE} slots"));
    }
    let mut ranges = Vec::with_capacity(slots.len());
    for (index, slot) in slots.iter().enumerate().take(MAX_PUBLISHED_AT_ONCE) {
        if slot.start.as_millisecond() % 60_000 != 0 {
            fields.refuse(&format!("slots/{index}/start"), "must be a whole minute");
        }
        ranges.extend(fields.parse(&format!("slots/{index}/end"), TimeRange::new(slot.start, slot.end)));
    }
    fields.finish()?;
    Ok(ranges)
}

impl DailyQuota {
    /// The day of this name.
    pub(crate) fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => DailyQuota::Monday,
            Weekday::Tuesday => DailyQuota::Tuesday,
            Weekday::Wednesday => DailyQuota::Wednesday,
            Weekday::Thursday => DailyQuota::Thursday,
            Weekday::Friday => DailyQuota::Friday,
            Weekday::Saturday => DailyQuota::Saturday,
            Weekday::Sunday => DailyQuota::Sunday,
        }
    }

    pub(crate) fn weekday(self) -> Weekday {
        match self {
            DailyQuota::Monday => Weekday::Monday,
            DailyQuota::Tuesday => Weekday::Tuesday,
            DailyQuota::Wednesday => Weekday::Wednesday,
            DailyQuota::Thursday => Weekday::Thursday,
            DailyQuota::Friday => Weekday::Friday,
            DailyQuota::Saturday => Weekday::Saturday,
            DailyQuota::Sunday => Weekday::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Vec<String> {
        let body: PublishAvailability = serde_json::from_str(body).unwrap();
        let problem = body.slots(&Zone::default()).unwrap_err();
        problem.body("r").errors.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_pointed_at() {
        let rule = |change: (&str, &str)| {
            let mut rule = serde_json::json!({
                "from": "2026-12-01", "to": "2026-12-07", "weekdays": ["monday"],
                "start": "09:00", "end": "12:00", "slotMinutes": 30
            });
            rule[change.0] = serde_json::from_str(change.1).unwrap();
            refused(&serde_json::json!({ "rule": rule }).to_string())
        };
        assert_eq!(rule(("zone", "\"Mars/Olympus\"")), ["#/rule/zone"]);
        assert_eq!(rule(("slotMinutes", "481")), ["#/rule/slotMinutes"]);
        assert_eq!(rule(("to", "\"2026-11-01\"")), ["#/rule/to"]);
        assert_eq!(rule(("weekdays", "[]")), ["#/rule/weekdays"]);
    }

    #[test]
    fn every_wrong_slot_is_pointed_at() {
        let slots = r#"{"slots": [
            {"start": "2026-12-01T04:00:00Z", "end": "2026-12-01T03:00:00Z"},
            {"start": "2026-12-01T04:00:00Z", "end": "2026-12-01T04:30:00Z"},
            {"start": "2026-12-01T05:00:10Z", "end": "2026-12-01T16:00:00Z"}
        ]}"#;
        assert_eq!(refused(slots), ["#/slots/0/end", "#/slots/2/start", "#/slots/2/end"]);
    }

    #[test]
    fn rule_and_slots_exclude_each_other() {
        assert_eq!(refused("{}"), ["#/"]);
    }
}
