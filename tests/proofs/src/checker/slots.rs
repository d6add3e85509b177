//! What must hold of slots: they do not overlap, agree with their appointments, and are found.

use domain::core::id::SlotId;
use jiff::Timestamp;

use super::appointments::Stage;
use super::{Checker, DAY, LONGEST, SKEW};
use crate::derived_state::{DailyQuota, hides};
use crate::table::{Item, number, text};
use crate::violation::{Violation, hold};
use crate::world::Invocation;

/// The state of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Free,
    Held {
        by: String,
        until: i64,
    },
    /// Kept for the patient of this entry of a waiting list.
    Offered {
        to: String,
        entry: String,
        until: i64,
    },
    Booked {
        by: String,
    },
    Withdrawn,
}

/// A slot of a doctor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub doctor: String,
    pub id: String,
    pub start: i64,
    pub end: i64,
    /// The instant from which on it can't be booked.
    pub closes: i64,
    /// The clinic in which patient and doctor meet; none for a video call.
    pub clinic: Option<String>,
    /// Whether the doctor's schedule made it.
    pub is_planned: bool,
    pub state: State,
}

impl Slot {
    pub fn holder(&self) -> Option<&str> {
        match &self.state {
            State::Held { by, .. } | State::Booked { by } => Some(by),
            State::Free | State::Offered { .. } | State::Withdrawn => None,
        }
    }

    /// Whether the patient may take it, by a clock that shows `now`.
    pub fn admits(&self, patient: &str, now: i64) -> bool {
        self.closes > now
            && match &self.state {
                State::Free => true,
                State::Held { until, .. } => *until <= now,
                State::Offered { to, until, .. } => *until <= now || to == patient,
                State::Booked { .. } | State::Withdrawn => false,
            }
    }
}

impl Checker {
    pub(super) fn check_slot(&self, place: &(String, i64), now: i64) -> Result<(), Violation> {
        let Some(slot) = self.slots.get(place) else { return Ok(()) };
        if slot.state != State::Withdrawn {
            let from = (slot.doctor.clone(), slot.start - LONGEST);
            let others = self.slots.range(from..(slot.doctor.clone(), slot.end)).map(|(_, other)| other);
            for other in others.filter(|other| other.start != slot.start && other.state != State::Withdrawn) {
                hold!(other.end <= slot.start, "published slots overlap", "{slot:?} and {other:?}");
            }
        }
        self.waiting.check_slot(slot)?;
        let Some(holder) = slot.holder() else { return Ok(()) };
        let Some(appointment) = self.appointments.get(holder) else {
            return Err(Violation::of("a slot has a holder that is not there", format!("{slot:?}")));
        };
        let named = appointment.doctor == slot.doctor && appointment.slots.contains(&slot.id);
        hold!(named, "a slot has a holder that does not name it", "{slot:?} and {appointment:?}");
        let agreed = match (&slot.state, &appointment.stage) {
            (State::Held { until, .. }, Stage::Held { until: mine }) => until == mine,
            // No patient can take it before then, in every stage of the appointment; after that it is free.
            (State::Held { until, .. }, _) => *until <= now + SKEW,
            (State::Booked { .. }, Stage::Firm | Stage::Over) => true,
            _ => false,
        };
        hold!(agreed, "a slot is lost, or has another state than its appointment", "{slot:?} and {appointment:?}");
        Ok(())
    }

    /// After a reading of a day that began after its last change, the index leads to the first free slot, or to one before it.
    /// The free slots of a doctor with a daily limit depend on more than the slots, and are not judged.
    pub(super) fn check_day(&self, day: &DailyQuota, now: i64) -> Result<(), Violation> {
        let (doctor, date) = day;
        let is_judged = self.doctors.get(doctor) == Some(&true) && self.terms(doctor).limit.is_none();
        if !is_judged || !self.derived.is_in_view(day) {
            return Ok(());
        }
        let pointer = self.pointers.get(&(format!("EARLIEST#{date}#cardiology#*"), doctor.clone())).copied();
        let midnight = date.parse::<jiff::civil::Date>().unwrap().to_zoned(jiff::tz::TimeZone::UTC).unwrap();
        let begin = midnight.timestamp().as_millisecond();
        let mut slots = self.slots.range((doctor.clone(), begin)..(doctor.clone(), begin + DAY)).map(|(_, slot)| slot);
        let hidden = slots.find(|slot| hides(pointer, slot, now));
        hold!(hidden.is_none(), "a slot is hidden that can be booked", "{hidden:?}: {pointer:?}");
        Ok(())
    }

    /// A slot that was kept for a patient was taken by no other before the end of the offer.
    pub(super) fn check_taken(&self, earlier: &Slot, now: i64) -> Result<(), Violation> {
        let State::Offered { to, until, .. } = &earlier.state else { return Ok(()) };
        let slot = &self.slots[&(earlier.doctor.clone(), earlier.start)];
        let by = slot.holder().map(|holder| &self.appointments[holder]);
        let may = *until <= now + SKEW || by.is_none_or(|by| by.patient == *to);
        hold!(may, "a slot that was kept for one patient was taken by another", "{earlier:?}: {by:?}");
        Ok(())
    }
}

/// How one state of a slot may follow another: its holder keeps time and place, and a schedule changes neither slots with a holder
/// nor those that were published by hand.
pub(super) fn replacement(last: &Slot, next: &Slot, by: &Invocation) -> Result<(), Violation> {
    let is_kept = last.holder().is_none() || last.holder() != next.holder();
    let is_same = (last.end, &last.clinic) == (next.end, &next.clinic);
    hold!(is_kept || is_same, "a slot with a holder was changed", "{next:?} after {last:?}");
    if by.function() == "applySchedule" {
        let is_theirs = last.holder().is_some() || (!last.is_planned && last.state != State::Withdrawn);
        let is_left = last.state == next.state && is_same;
        hold!(!is_theirs || is_left, "a schedule took a slot that is not its own", "{next:?} after {last:?}");
    }
    Ok(())
}

pub(super) fn slot(doctor: &str, sk: &str, item: &Item) -> Slot {
    let id = sk.split_once('#').unwrap().1.to_owned();
    let by = text(item, "appointment").to_owned();
    let start = start_of(&id);
    let state = match text(item, "state") {
        "free" => State::Free,
        "held" => State::Held { by, until: number(item, "hold_until").unwrap() },
        "offered" => State::Offered {
            to: text(item, "offered_to").to_owned(),
            entry: text(item, "offered_for").to_owned(),
            until: number(item, "hold_until").unwrap(),
        },
        "booked" => State::Booked { by },
        "withdrawn" => State::Withdrawn,
        other => panic!("a slot is {other}"),
    };
    let closes = number(item, "closes").unwrap_or(start).min(start);
    let clinic = item.get("clinic").and_then(|clinic| clinic["S"].as_str()).map(str::to_owned);
    let is_planned = text(item, "origin") == "schedule";
    let end = number(item, "end").unwrap();
    Slot { doctor: doctor.to_owned(), start, end, closes, clinic, is_planned, id, state }
}

/// The places of a doctor's entry in the indexes, and the slot's start in it.
pub(super) fn places_of(pointer: &Item, doctor: &str) -> impl Iterator<Item = ((String, String), i64)> {
    ["GSI1", "GSI2", "GSI3"].into_iter().filter_map(move |index| {
        let place = text(pointer, &format!("{index}PK")).to_owned();
        let (start, _) = text(pointer, &format!("{index}SK")).split_once('#')?;
        Some(((place, doctor.to_owned()), start_of(start)))
    })
}

/// The day on which an instant is, in UTC.
pub fn day_of(at: i64) -> String {
    Timestamp::from_millisecond(at).unwrap().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

pub fn start_of(slot: &str) -> i64 {
    slot.parse::<SlotId>().expect("a slot's id").start().as_millisecond()
}
