//! A schedule as clients send and receive it, in the same form.

use crate::publish_availability::Day;
use api::problem::{Fields, Problem};
use api::{Open, View};
use domain::availability::schedule::{self, DateOverride, Flaw, Hours, Schedule, ScheduleDraft, ScheduleRule};
use domain::availability::slot::{ClinicName, Mode, Place, Slot, SlotState};
use domain::core::id::{AppointmentId, SlotId};
use domain::core::text::InvalidField;
use domain::core::time::Zone;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// The schedule of a doctor, from which slots are published.
///
/// Where hours overlap, an override takes precedence over a rule, and an earlier item of a list over a later one. Slots
/// of the hours without precedence that overlap a slot or its pauses are not published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Schedule)]
pub struct ScheduleBody {
    /// The weekly hours: at most 30 rules, with at most 1000 slots a week in all.
    rules: Vec<RuleBody>,
    /// The dates with other hours, at most 100, each once.
    #[serde(default)]
    overrides: Vec<OverrideBody>,
    /// The times in which no slot is published, such as leave; at most 100.
    #[serde(default)]
    blocked: Vec<BlockedBody>,
    /// The notice: the minutes before its start at which a slot closes for booking, at most 43200 (thirty days).
    #[serde(default)]
    #[schema(minimum = 0, maximum = 43_200, example = 120)]
    notice_minutes: i64,
    /// The horizon: the number of days after today for which slots are published, 1 to 92.
    #[serde(default = "default_horizon")]
    #[schema(minimum = 1, maximum = 92, default = 28)]
    horizon_days: i64,
}

const fn default_horizon() -> i64 {
    schedule::DEFAULT_HORIZON_DAYS
}

/// Weekly hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ScheduleRule)]
struct RuleBody {
    /// The days of the week on which the hours start, each once.
    weekdays: Vec<Day>,
    /// The first date on which the hours start; no limit if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    first: Option<Date>,
    /// The last date on which the hours start; no limit if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last: Option<Date>,
    hours: HoursBody,
}

/// The hours of one date, which replace those of the rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ScheduleOverride)]
struct OverrideBody {
    /// The date.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// The hours of the date, at most four, with at most 150 slots in all. An empty list is a day off.
    hours: Vec<HoursBody>,
}

/// Hours of a day, which are cut into slots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ScheduleHours)]
struct HoursBody {
    /// The start of the hours, in local time.
    #[schema(value_type = api::schema::LocalTime)]
    start: Time,
    /// The end of the hours, in local time. An end that is not after `start` is on the next day.
    #[schema(value_type = api::schema::LocalTime)]
    end: Time,
    /// The IANA time zone of the local times; the doctor's zone if it is left out.
    #[schema(value_type = Option<String>, example = "Asia/Kolkata")]
    zone: Option<String>,
    /// The length of a slot in minutes, 5 to 480.
    #[schema(minimum = 5, maximum = 480)]
    slot_minutes: i64,
    /// The pause before a slot in minutes, 0 to 240.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 240)]
    buffer_before_minutes: i64,
    /// The pause after a slot in minutes, 0 to 240.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 240)]
    buffer_after_minutes: i64,
    /// The place of the visits; by video if it is left out.
    #[serde(default)]
    place: PlaceBody,
}

/// The place of a visit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Place)]
pub enum PlaceBody {
    /// The visit is a video call.
    #[default]
    Video,
    /// The visit is in a clinic.
    Clinic {
        /// The name by which patients know the clinic, 1 to 80 characters. E-mails and calendars show the name too; it
        /// need not reveal the speciality.
        name: String,
    },
}

/// A place as it is sent. Serde reads a tagged enum from a copy, and would not say which of its fields is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceFields {
    mode: Mode,
    name: Option<String>,
}

impl<'de> Deserialize<'de> for PlaceBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match PlaceFields::deserialize(deserializer)? {
            PlaceFields { mode: Mode::Clinic, name: Some(name) } => Ok(Self::Clinic { name }),
            PlaceFields { mode: Mode::Clinic, name: None } => Err(D::Error::missing_field("name")),
            PlaceFields { mode: Mode::Video, name: None } => Ok(Self::Video),
            PlaceFields { mode: Mode::Video, name: Some(_) } => Err(D::Error::unknown_field("name", &["mode"])),
        }
    }
}

/// A time in which no slot is published.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = BlockedTime)]
enum BlockedBody {
    /// A time from one instant to another.
    Time {
        /// The first instant of the time.
        #[schema(value_type = String, format = DateTime)]
        from: Timestamp,
        /// The first instant after the time.
        #[schema(value_type = String, format = DateTime)]
        to: Timestamp,
    },
    /// A range of whole days.
    Days {
        /// The first day.
        #[schema(value_type = String, format = Date)]
        first: Date,
        /// The last day.
        #[schema(value_type = String, format = Date)]
        last: Date,
        /// The IANA time zone of the days; the doctor's zone if it is left out.
        #[schema(value_type = Option<String>, example = "Asia/Kolkata")]
        zone: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum BlockedKind {
    Time,
    Days,
}

/// A blocked time as it is sent, see [`PlaceFields`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockedFields {
    kind: BlockedKind,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    first: Option<Date>,
    last: Option<Date>,
    zone: Option<String>,
}

impl<'de> Deserialize<'de> for BlockedBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn needed<T, E: Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
            value.ok_or_else(|| E::missing_field(name))
        }
        fn absent<T, E: Error>(value: Option<T>, name: &str) -> Result<(), E> {
            if value.is_none() { Ok(()) } else { Err(E::unknown_field(name, &[])) }
        }
        let BlockedFields { kind, from, to, first, last, zone } = BlockedFields::deserialize(deserializer)?;
        match kind {
            BlockedKind::Time => {
                absent(first, "first")?;
                absent(last, "last")?;
                absent(zone, "zone")?;
                Ok(Self::Time { from: needed(from, "from")?, to: needed(to, "to")? })
            }
            BlockedKind::Days => {
                absent(from, "from")?;
                absent(to, "to")?;
                Ok(Self::Days { first: needed(first, "first")?, last: needed(last, "last")?, zone })
            }
        }
    }
}

/// A schedule, and the taken slots outside it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleState {
    schedule: ScheduleBody,
    /// The slots that are held, offered or booked outside the schedule or in a blocked time, earliest first. These
    /// slots do not change.
    outside: Vec<OutsideSlot>,
}

impl View for ScheduleState {
    type Data = Open;
}

impl ScheduleState {
    /// The view of a schedule and of the future published slots.
    pub fn of(schedule: &Schedule, published: &[Slot], now: Timestamp) -> Self {
        let outside = schedule.outside(published, now).iter().map(OutsideSlot::of).collect();
        Self { schedule: ScheduleBody::of(schedule.terms()), outside }
    }
}

/// A slot that is held, offered or booked outside the schedule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutsideSlot {
    /// The id of the slot.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The start of the slot.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The end of the slot.
    #[schema(value_type = String, format = DateTime)]
    end: Timestamp,
    /// `held` for a patient who has not paid yet, `booked`, or `offered` to a patient who waits.
    #[schema(example = "booked")]
    state: &'static str,
    /// The appointment of the slot; absent if the slot is only offered. The appointment can be moved or cancelled, or
    /// stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    appointment_id: Option<AppointmentId>,
}

impl ScheduleBody {
    /// Converts the body into a draft, which the domain then checks. Hours without a zone are in the doctor's zone.
    pub fn parse(&self, doctors_zone: &Zone) -> Result<ScheduleDraft, Problem> {
        let mut fields = Fields::default();
        let draft = self.read(doctors_zone, &mut fields);
        fields.finish()?;
        Ok(draft)
    }

    /// Converts the body. A field that cannot be read is added to `fields` and replaced by a default.
    fn read(&self, doctors_zone: &Zone, fields: &mut Fields) -> ScheduleDraft {
        let mut hours = |body: &HoursBody, path: String| body.read(doctors_zone, fields, &path);
        let rules = self.rules.iter().enumerate().map(|(place, rule)| ScheduleRule {
            weekdays: rule.weekdays.iter().map(|day| day.weekday()).collect(),
            first: rule.first,
            last: rule.last,
            hours: hours(&rule.hours, format!("rules/{place}/hours")),
        });
        let rules = rules.collect();
        let overrides = self.overrides.iter().enumerate().map(|(date, body)| DateOverride {
            date: body.date,
            hours: body
                .hours
                .iter()
                .enumerate()
                .map(|(place, it)| hours(it, format!("overrides/{date}/hours/{place}")))
                .collect(),
        });
        let overrides = overrides.collect();
        let blocked = self.blocked.iter().enumerate().map(|(place, body)| match body {
            &BlockedBody::Time { from, to } => schedule::Blocked::Time { from, to },
            BlockedBody::Days { first, last, zone } => schedule::Blocked::Days {
                first: *first,
                last: *last,
                zone: read_zone(zone.as_deref(), doctors_zone, fields, &format!("blocked/{place}/zone")),
            },
        });
        let blocked = blocked.collect();
        let Self { notice_minutes, horizon_days, .. } = *self;
        ScheduleDraft { rules, overrides, blocked, notice_minutes, horizon_days }
    }

    /// The body for the schedule of a doctor.
    pub fn of(draft: &ScheduleDraft) -> Self {
        let ScheduleDraft { rules, overrides, blocked, notice_minutes, horizon_days } = draft;
        let rule = |rule: &ScheduleRule| RuleBody {
            weekdays: rule.weekdays.iter().map(|day| Day::of(*day)).collect(),
            first: rule.first,
            last: rule.last,
            hours: HoursBody::of(&rule.hours),
        };
        let exception =
            |it: &DateOverride| OverrideBody { date: it.date, hours: it.hours.iter().map(HoursBody::of).collect() };
        let time = |blocked: &schedule::Blocked| match blocked {
            &schedule::Blocked::Time { from, to } => BlockedBody::Time { from, to },
            schedule::Blocked::Days { first, last, zone } => {
                BlockedBody::Days { first: *first, last: *last, zone: Some(zone.to_string()) }
            }
        };
        Self {
            rules: rules.iter().map(rule).collect(),
            overrides: overrides.iter().map(exception).collect(),
            blocked: blocked.iter().map(time).collect(),
            notice_minutes: *notice_minutes,
            horizon_days: *horizon_days,
        }
    }
}

impl HoursBody {
    fn read(&self, doctors_zone: &Zone, fields: &mut Fields, path: &str) -> Hours {
        let place = match &self.place {
            PlaceBody::Video => Some(Place::Video),
            PlaceBody::Clinic { name } => {
                let name = fields.parse(&format!("{path}/place/name"), ClinicName::parse(name));
                name.map(|name| Place::Clinic { name })
            }
        };
        Hours {
            zone: read_zone(self.zone.as_deref(), doctors_zone, fields, &format!("{path}/zone")),
            start: self.start,
            end: self.end,
            slot_minutes: self.slot_minutes,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            place: place.unwrap_or_default(),
        }
    }

    fn of(hours: &Hours) -> Self {
        let Hours { zone, start, end, slot_minutes, buffer_before_minutes, buffer_after_minutes, place } = hours;
        Self {
            start: *start,
            end: *end,
            zone: Some(zone.to_string()),
            slot_minutes: *slot_minutes,
            buffer_before_minutes: *buffer_before_minutes,
            buffer_after_minutes: *buffer_after_minutes,
            place: PlaceBody::of(place),
        }
    }
}

impl PlaceBody {
    /// The body for a place.
    pub fn of(place: &Place) -> Self {
        match place {
            Place::Video => Self::Video,
            Place::Clinic { name } => Self::Clinic { name: name.to_string() },
        }
    }
}

impl OutsideSlot {
    /// The view of a slot outside the schedule, from [`domain::availability::schedule::Plan::outside`].
    pub fn of(slot: &Slot) -> Self {
        let state = match slot.state {
            SlotState::Free => "free",
            SlotState::Held { .. } => "held",
            SlotState::Offered { .. } => "offered",
            SlotState::Booked { .. } => "booked",
            SlotState::Withdrawn => "withdrawn",
        };
        Self {
            slot_id: slot.id(),
            start: slot.time.start(),
            end: slot.time.end(),
            state,
            appointment_id: slot.holder(),
        }
    }
}

fn read_zone(name: Option<&str>, doctors_zone: &Zone, fields: &mut Fields, path: &str) -> Zone {
    let zone: Option<Result<Zone, InvalidField>> = name.map(Zone::parse);
    fields.parse_optional(path, zone).unwrap_or_else(|| doctors_zone.clone())
}

/// The problem for the errors that the domain found in a schedule, each at its field.
pub fn refusal(flaws: &[Flaw]) -> Problem {
    let mut fields = Fields::default();
    for flaw in flaws {
        fields.refuse(&camel_case(&flaw.path), flaw.to_string());
    }
    fields.refusal()
}

/// Converts a path of the domain to one of the body: `rules/0/hours/slot_minutes` to `rules/0/hours/slotMinutes`.
fn camel_case(path: &str) -> String {
    let mut parts = path.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| {
        let mut letters = part.chars();
        let head = letters.next().map(|letter| letter.to_ascii_uppercase());
        path + &head.into_iter().chain(letters).collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::availability::schedule::Schedule;
    use serde_json::{Value, json};

    fn body() -> Value {
        json!({
            "rules": [{
                "weekdays": ["monday", "friday"], "first": "2026-12-01",
                "hours": {
                    "start": "09:00:00", "end": "13:00:00", "zone": "Asia/Kolkata", "slotMinutes": 30,
                    "bufferBeforeMinutes": 0, "bufferAfterMinutes": 5, "place": { "mode": "clinic", "name": "Indiranagar" },
                },
            }],
            "overrides": [{ "date": "2026-12-25", "hours": [] }],
            "blocked": [
                { "kind": "time", "from": "2026-12-24T10:00:00Z", "to": "2026-12-24T12:00:00Z" },
                { "kind": "days", "first": "2027-01-01", "last": "2027-01-07", "zone": "Asia/Kolkata" },
            ],
            "noticeMinutes": 120, "horizonDays": 28,
        })
    }

    fn parsed(body: Value) -> Result<ScheduleDraft, Problem> {
        serde_json::from_value::<ScheduleBody>(body).unwrap().parse(&Zone::default())
    }

    fn pointers(problem: &Problem) -> Vec<String> {
        problem.body("r").errors.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_schedule_is_received_as_it_was_sent() {
        let draft = parsed(body()).unwrap();
        assert_eq!(serde_json::to_value(ScheduleBody::of(&draft)).unwrap(), body());
    }

    #[test]
    fn a_field_that_is_left_out_has_its_default() {
        let short = json!({ "rules": [{
            "weekdays": ["monday"], "hours": { "start": "09:00", "end": "13:00", "slotMinutes": 30 },
        }]});
        let london = Zone::parse("Europe/London").unwrap();
        let draft = serde_json::from_value::<ScheduleBody>(short).unwrap().parse(&london).unwrap();
        let hours = &draft.rules[0].hours;
        assert_eq!((&hours.zone, &hours.place, hours.buffer_after_minutes), (&london, &Place::Video, 0));
        assert_eq!((draft.notice_minutes, draft.horizon_days), (0, 28));
    }

    #[test]
    fn each_field_that_cannot_be_read_is_named_at_once() {
        let mut wrong = body();
        wrong["rules"][0]["hours"]["zone"] = "Mars/Olympus".into();
        wrong["rules"][0]["hours"]["place"]["name"] = "".into();
        wrong["overrides"][0]["hours"] = json!([wrong["rules"][0]["hours"]]);
        wrong["blocked"][1]["zone"] = "IST".into();
        let expected = [
            "#/rules/0/hours/place/name",
            "#/rules/0/hours/zone",
            "#/overrides/0/hours/0/place/name",
            "#/overrides/0/hours/0/zone",
            "#/blocked/1/zone",
        ];
        assert_eq!(pointers(&parsed(wrong).unwrap_err()), expected);
    }

    #[test]
    fn an_inconsistent_field_is_named_as_in_the_body() {
        let mut wrong = body();
        wrong["rules"][0]["hours"]["slotMinutes"] = 4.into();
        wrong["rules"][0]["hours"]["bufferBeforeMinutes"] = 241.into();
        wrong["blocked"][0]["to"] = "2026-12-24T10:00:00Z".into();
        let doctor = domain::core::id::DoctorId::from_uuid(uuid::Uuid::nil());
        let flaws = Schedule::new(doctor, parsed(wrong).unwrap(), 1).unwrap_err();
        let expected = ["#/rules/0/hours/slotMinutes", "#/rules/0/hours/bufferBeforeMinutes", "#/blocked/0/to"];
        assert_eq!(pointers(&refusal(&flaws)), expected);
    }
}
