//! `POST /v1/doctors/{doctorId}/slots`: a doctor publishes slots, from weekly hours or one by one.
//!
//! If one slot breaks a rule, none is published. A publication that stops half-way can be repeated: a slot is
//! identified by its start, so the same request adds the missing slots and changes nothing else.

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

/// The endpoint `publishAvailability`.
pub static ENDPOINT: Endpoint<Storage, (Path<CalendarPath>, Json<PublishAvailability>), Ok200<PublicationView>> =
    Endpoint::post("/v1/doctors/{doctorId}/slots", "publishAvailability", "Publish slots", &handle)
        .details(
            "Publishes slots from weekly hours or one by one, at most {MAX_PUBLISHED_AT_ONCE} at once. If one slot \
             breaks a rule, none is published. A slot has at most {MAX_SLOT_MINUTES} minutes and overlaps no other \
             slot of the doctor. The same request again adds the missing slots and changes nothing else. Weekly hours \
             are in local time. If a change of the clocks skips the local start of a slot, the slot is not published; \
             if it repeats the start, the slot is published once, at the first instant. The length of a slot is in \
             elapsed minutes, also across a change of the clocks.",
        )
        .allow(&[Role::Doctor, Role::Admin])
        .problems(&[&problem::SLOTS_OVERLAP]);

/// The doctor that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalendarPath {
    /// The doctor's id.
    #[schema(value_type = uuid::Uuid)]
    pub doctor_id: DoctorId,
}

/// The slots to publish: either `rule` or `slots`.
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
    /// The last day, at most 92 days after the first.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// The days of the week on which the hours start.
    weekdays: Vec<Day>,
    /// The start of the hours, in local time.
    #[schema(value_type = api::schema::LocalTime)]
    start: Time,
    /// The end of the hours, in local time. An end that is not after `start` is on the next day.
    #[schema(value_type = api::schema::LocalTime)]
    end: Time,
    /// The length of a slot in minutes, 5 to 480.
    slot_minutes: i64,
    /// The pause after a slot in minutes, 0 to 240.
    #[serde(default)]
    buffer_minutes: i64,
    /// The IANA time zone of the local times; the doctor's zone if it is left out.
    #[schema(example = "Asia/Kolkata")]
    zone: Option<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name is the day")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A single slot.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SingleSlot {
    /// The start, a whole minute in the future.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The end, at most 480 minutes after the start.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
}

/// The result of a publication.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Publication)]
pub struct PublicationView {
    /// The number of new slots.
    published: usize,
    /// The number of slots that were published before.
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
    // After a lost race the next attempt finds slots that this request has written. The count of the first attempt
    // keeps them new.
    let new = OnceLock::new();
    cx.retrying(async || {
        let published = storage.published(path.doctor_id, from, to).await?;
        let calendar = cx.authorize(Action::PublishSlots, published.calendar)?;
        let publication = calendar.publish(&published.slots, wanted.clone(), cx.now()).map_err(refusal)?;
        let new_count = *new.get_or_init(|| publication.new.len());
        storage.commit_publication(&calendar, &publication, &cx.provenance()).await?;
        Ok(Ok200::new(PublicationView { published: new_count, already_published: wanted.len() - new_count }))
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

impl Day {
    /// The day of the week as clients name it.
    pub(crate) fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => Day::Monday,
            Weekday::Tuesday => Day::Tuesday,
            Weekday::Wednesday => Day::Wednesday,
            Weekday::Thursday => Day::Thursday,
            Weekday::Friday => Day::Friday,
            Weekday::Saturday => Day::Saturday,
            Weekday::Sunday => Day::Sunday,
        }
    }

    pub(crate) fn weekday(self) -> Weekday {
        match self {
            Day::Monday => Weekday::Monday,
            Day::Tuesday => Weekday::Tuesday,
            Day::Wednesday => Weekday::Wednesday,
            Day::Thursday => Weekday::Thursday,
            Day::Friday => Weekday::Friday,
            Day::Saturday => Weekday::Saturday,
            Day::Sunday => Weekday::Sunday,
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
    fn a_wrong_field_of_a_rule_is_named() {
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
    fn each_wrong_slot_is_named() {
        let slots = r#"{"slots": [
            {"start": "2026-12-01T04:00:00Z", "end": "2026-12-01T03:00:00Z"},
            {"start": "2026-12-01T04:00:00Z", "end": "2026-12-01T04:30:00Z"},
            {"start": "2026-12-01T05:00:10Z", "end": "2026-12-01T16:00:00Z"}
        ]}"#;
        assert_eq!(refused(slots), ["#/slots/0/end", "#/slots/2/start", "#/slots/2/end"]);
    }

    #[test]
    fn rule_and_slots_exclude_each_other() {
        assert_eq!(refused("{}"), ["#"]);
    }
}
