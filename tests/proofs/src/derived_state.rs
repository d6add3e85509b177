//! What must hold of state that is derived from visits and schedules: last visits, receipts, calendar feeds, slots from replaced
//! hours, and the first free slots of a day.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use domain::access::{self, Action, Actor};
use domain::availability::schedule::{Schedule, ScheduleDraft};
use domain::messages::{Envelope, Message};
use jiff::Timestamp;
use serde_json::Value;

use crate::checker::{SKEW, Slot, State, day_of, start_of};
use crate::requests::slot_id;
use crate::table::{Change, Item, number, text};
use crate::violation::Violation;
use crate::world::{Event, Invocation};

/// A doctor's day, in UTC.
pub type DailyQuota = (String, String);

/// The last change and the last reading of a day, as numbers of calls.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// The last call that changed the day's free slots.
    changed: u64,
    /// The call at which the latest recorded reading began.
    read: u64,
}

/// A doctor's schedule.
#[derive(Debug, Clone)]
struct Hours {
    schedule: Schedule,
    /// The number of the call that wrote it.
    since: u64,
    /// The starts of the slots that it wants, and the time that was judged, by the latest run that began after the write and has
    /// applied it completely.
    wanted: Option<(BTreeSet<i64>, RangeInclusive<i64>)>,
    /// The starts of the slots that were published from a schedule, and not touched since.
    published: BTreeSet<i64>,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct DerivedState {
    /// The receipts that were issued: number and payment.
    receipts: BTreeMap<String, String>,
    /// The calendar feeds that are open: hash and owner.
    feeds: BTreeMap<String, String>,
    /// The doctors' schedules.
    schedules: BTreeMap<String, Hours>,
    /// The number of the call after which each invocation began.
    began: HashMap<String, u64>,
    days: BTreeMap<DailyQuota, Seen>,
}

impl DerivedState {
    /// An invocation begins, after the call of this number.
    pub fn begins(&mut self, invocation: &Invocation, turn: u64) {
        self.began.insert(invocation.id.clone(), turn);
    }

    /// Records an invocation that has applied schedules completely.
    pub fn applied(&mut self, by: &Invocation) {
        let Event::Queue { function: "applySchedule", bodies } = &by.event else { return };
        let began = self.began.get(&by.id).copied().unwrap_or_default();
        for body in bodies {
            let Ok(Envelope { payload: Message::ScheduleDue { doctor }, .. }) = Envelope::from_json(body) else {
                continue;
            };
            if let Some(hours) = self.schedules.get_mut(&doctor.to_string()).filter(|hours| hours.since <= began) {
                hours.wanted = Some(wanted(&hours.schedule, by.now()));
            }
        }
    }

    /// After a schedule was applied, no untouched slot of an earlier schedule is left that the current one does not
    /// want.
    ///
    /// # Errors
    /// If such a slot is left.
    pub fn check_hours(&self, doctor: &str) -> Result<(), Violation> {
        let Some(hours) = self.schedules.get(doctor) else { return Ok(()) };
        let Some((wanted, within)) = &hours.wanted else { return Ok(()) };
        match hours.published.range(within.clone()).find(|start| !wanted.contains(start)) {
            Some(start) => {
                Err(Violation::of("a slot is left of replaced hours", format!("{doctor} {}", slot_id(*start))))
            }
            None => Ok(()),
        }
    }

    /// Records a change in the call of this number.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn take(
        &mut self,
        Change { key: (pk, sk), before, after }: &Change,
        by: &Invocation,
        turn: u64,
    ) -> Result<(), Violation> {
        let (family, id) = pk.split_once('#').unwrap_or((pk, ""));
        let (kind, rest) = sk.split_once('#').unwrap_or((sk, ""));
        let before = before.as_ref();
        let Some(after) = after else {
            if family == "FEED" {
                self.feeds.remove(id);
            }
            return Ok(());
        };
        match (family, kind) {
            ("PAT", "LASTVISIT") => {
                let last = |item: &Item| number(item, "last_visit");
                if before.is_some_and(|before| last(before) > last(after)) {
                    return Err(Violation::of("a later visit was forgotten", format!("{pk} {sk}: {before:?}")));
                }
            }
            ("PAY", "RECEIPT") => {
                let of_number = self.receipts.insert(text(after, "number").to_owned(), id.to_owned());
                if before.is_some() || of_number.is_some() {
                    let detail = format!("{pk}: {after:?}, before {before:?}, under its number {of_number:?}");
                    return Err(Violation::of("a receipt was issued again, or its number", detail));
                }
            }
            ("FEED", "FEED") => {
                self.feeds.insert(id.to_owned(), text(after, "user").to_owned());
            }
            ("DOC", "SCHED") => {
                let published = self.schedules.remove(id).map(|hours| hours.published).unwrap_or_default();
                let hours = Hours { schedule: schedule(id, after), since: turn, wanted: None, published };
                self.schedules.insert(id.to_owned(), hours);
            }
            ("DOC", "SLOT") => {
                let free = |item: &Item| {
                    (text(item, "state") == "free").then(|| (item.get("closes").cloned(), item.get("clinic").cloned()))
                };
                if before.and_then(free) != free(after) {
                    self.days.entry((id.to_owned(), day_of(start_of(rest)))).or_default().changed = turn;
                }
                let is_there = |item: &&Item| text(item, "state") != "withdrawn";
                let published = before.filter(is_there);
                // A schedule may change the length of its own slots, while they have no holder.
                let is_applied = by.function() == "applySchedule";
                let is_other = |before: &Item| number(before, "end") != number(after, "end");
                if published.is_some_and(is_other) && !is_applied {
                    let detail = format!("{before:?} {after:?}");
                    return Err(Violation::of("a published slot changed its length", detail));
                }
                if let Some(hours) = self.schedules.get_mut(id) {
                    match published.is_none() && is_there(&after) && is_applied {
                        true => hours.published.insert(start_of(rest)),
                        false => hours.published.remove(&start_of(rest)),
                    };
                }
            }
            ("DOC", "FREE") => {
                let began = self.began.get(&by.id).copied().unwrap_or_default();
                let seen = self.days.entry((id.to_owned(), rest.to_owned())).or_default();
                seen.read = seen.read.max(began);
            }
            _ => {}
        }
        Ok(())
    }

    /// A user has one calendar feed at most.
    ///
    /// # Errors
    /// If a user has two.
    pub fn check_feeds(&self) -> Result<(), Violation> {
        let owners: BTreeSet<&String> = self.feeds.values().collect();
        match owners.len() == self.feeds.len() {
            true => Ok(()),
            false => Err(Violation::of("a user has two calendar feeds", format!("{:?}", self.feeds))),
        }
    }

    /// Whether a reading of a day was recorded that began after its last change.
    pub fn is_in_view(&self, day: &DailyQuota) -> bool {
        self.days.get(day).is_some_and(|seen| seen.changed <= seen.read)
    }

    /// The days that have slots.
    pub fn days(&self) -> impl Iterator<Item = &DailyQuota> {
        self.days.keys()
    }
}

/// The starts of the slots that a schedule wants, and from when until when: no sooner than its notice, no later than
/// its horizon, behind which the next day adds others.
fn wanted(schedule: &Schedule, now: i64) -> (BTreeSet<i64>, RangeInclusive<i64>) {
    let ScheduleDraft { notice_minutes, horizon_days, .. } = *schedule.terms();
    let (notice, horizon) = (notice_minutes * 60_000, horizon_days * 24 * 60 * 60_000);
    let schedule = access::authorize(&Actor::System("applySchedule"), Action::ApplySchedule, schedule.clone()).unwrap();
    let slots = schedule.plan(&[], Timestamp::from_millisecond(now).unwrap()).add;
    let wanted: BTreeSet<i64> = slots.iter().map(|slot| slot.time.start().as_millisecond()).collect();
    (wanted, now + notice + SKEW..=now + horizon)
}

fn schedule(doctor: &str, item: &Item) -> Schedule {
    let terms = Value::Object(item.iter().map(|(name, value)| (name.clone(), plain(value))).collect());
    Schedule::new(doctor.parse().unwrap(), serde_json::from_value(terms).unwrap(), 1).unwrap()
}

/// The value of an item's attribute, without its types.
fn plain(value: &Value) -> Value {
    let (kind, value) = value.as_object().and_then(|value| value.iter().next()).expect("a value of an attribute");
    match (kind.as_str(), value) {
        ("M", Value::Object(map)) => map.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        ("L", Value::Array(list)) => list.iter().map(plain).collect(),
        ("N", Value::String(number)) => number.parse().unwrap(),
        ("NULL", _) => Value::Null,
        _ => value.clone(),
    }
}

/// Whether an index that leads to `pointer` hides a slot of the day: it can be booked and starts earlier.
pub fn hides(pointer: Option<i64>, slot: &Slot, now: i64) -> bool {
    slot.state == State::Free && slot.closes > now + SKEW && pointer.is_none_or(|pointer| pointer > slot.start)
}
