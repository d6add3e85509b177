//! What must hold of patients and doctors: they are in one appointment at a time, and agendas agree with appointments.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::appointments::{Appointment, Stage};
use super::slots::Slot;
use super::{Checker, SKEW};
use crate::table::Item;
use crate::violation::{Violation, hold};
use crate::world::Invocation;

/// An entry of a patient's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub start: i64,
    pub end: i64,
    pub appointment: String,
    pub until: Option<i64>,
}

impl Entry {
    pub(super) fn is_open(&self, now: i64) -> bool {
        self.end > now && self.until.is_none_or(|until| until > now)
    }
}

impl Checker {
    pub(super) fn check_person(&self, person: &str, now: i64) -> Result<(), Violation> {
        let open = self.open.get(person).into_iter().flatten().filter_map(|id| self.appointments.get(id));
        let mut live: Vec<&Appointment> = open.filter(|appointment| appointment.is_live(now)).collect();
        live.sort_by_key(|appointment| appointment.start);
        for pair in live.windows(2) {
            let apart = pair[0].end <= pair[1].start;
            hold!(apart, "a person is in two appointments that overlap", "{:?} and {:?}", pair[0], pair[1]);
        }
        let Some(agenda) = self.agendas.get(person) else {
            let patient = live.iter().find(|appointment| appointment.patient == person);
            hold!(patient.is_none(), "an agenda lacks a live appointment", "{patient:?}");
            return Ok(());
        };
        let entry = |appointment: &Appointment| Entry {
            start: appointment.start,
            end: appointment.end,
            appointment: appointment.id.clone(),
            until: match appointment.stage {
                Stage::Held { until } => Some(until),
                _ => None,
            },
        };
        for appointment in live.iter().filter(|appointment| appointment.end > now + SKEW) {
            let there = agenda.contains(&entry(appointment));
            hold!(there, "an agenda lacks a live appointment", "{appointment:?}: {agenda:?}");
        }
        for open in agenda.iter().filter(|entry| entry.is_open(now + SKEW)) {
            let known = self.appointments.get(&open.appointment);
            // A visit that ended early keeps its time in the agenda.
            let agrees = known.is_some_and(|known| {
                entry(known) == *open && (known.is_live(now) || matches!(known.stage, Stage::Over))
            });
            hold!(agrees, "an agenda has what is not a live appointment", "{open:?}: {known:?}");
        }
        Ok(())
    }
}

impl Checker {
    /// Whether the patient's other visits surely leave room for a visit in a slot, or surely do not; `None` if the agenda was written
    /// since the invocation began, or if it depends on a few seconds.
    pub(super) fn could_accept(&self, patient: &str, slot: &Slot, now: i64, by: &Invocation) -> Option<bool> {
        if self.agendas_written.get(patient).is_some_and(|written| *written >= by.started) {
            return None;
        }
        let agenda = self.agendas.get(patient).into_iter().flatten();
        let meets = |entry: &&Entry| entry.start < slot.end && slot.start < entry.end;
        let perhaps: Vec<&Entry> = agenda.clone().filter(|entry| entry.is_open(now - 2 * SKEW)).collect();
        if agenda.filter(|entry| entry.is_open(now + 2 * SKEW)).any(|entry| meets(&entry)) {
            return Some(false);
        }
        let holds = perhaps.iter().filter(|entry| entry.until.is_some()).count();
        let has_room = !perhaps.iter().any(meets)
            && holds < domain::appointments::agenda::MAX_HOLDS
            && perhaps.len() < domain::appointments::agenda::MAX_OPEN
            && !self.cancelled_too_many(patient, &slot.doctor, now - 2 * SKEW);
        has_room.then_some(true)
    }

    /// Whether the patient's cancellations refuse another visit without a fee.
    pub(super) fn cancelled_too_many(&self, patient: &str, doctor: &str, now: i64) -> bool {
        use domain::appointments::agenda::{
            CANCELLATIONS_COUNT_FOR, MAX_FREE_CANCELLATIONS, MAX_FREE_CANCELLATIONS_IN_ALL,
        };
        let counts = |at: i64| now < at + i64::try_from(CANCELLATIONS_COUNT_FOR.as_millis()).unwrap();
        let recent = self.cancellations.get(patient).into_iter().flatten().filter(|(_, at)| counts(*at));
        let of_doctor = recent.clone().filter(|(of, _)| of == doctor).count();
        of_doctor >= MAX_FREE_CANCELLATIONS || recent.count() >= MAX_FREE_CANCELLATIONS_IN_ALL
    }
}

/// Doctor (16 bytes), instant (8, milliseconds).
pub(super) fn cancellations(item: &Item) -> Vec<(String, i64)> {
    let Some(packed) = item.get("cancellations").and_then(|packed| packed["B"].as_str()) else { return vec![] };
    let packed = STANDARD.decode(packed).unwrap();
    let read = |bytes: &[u8]| {
        let doctor = uuid::Uuid::from_slice(&bytes[..16]).unwrap().to_string();
        (doctor, i64::from_be_bytes(bytes[16..24].try_into().unwrap()))
    };
    packed.chunks(24).map(read).collect()
}

/// Start (8 bytes, milliseconds), length (2, minutes), appointment (16), end of the hold (8, milliseconds; 0 for none).
pub(super) fn agenda(item: &Item) -> Vec<Entry> {
    let packed = STANDARD.decode(item["entries"]["B"].as_str().unwrap()).unwrap();
    let entry = |bytes: &[u8]| {
        let start = i64::from_be_bytes(bytes[..8].try_into().unwrap());
        let minutes = i64::from(u16::from_be_bytes(bytes[8..10].try_into().unwrap()));
        let until = i64::from_be_bytes(bytes[26..34].try_into().unwrap());
        Entry {
            start,
            end: start + minutes * 60_000,
            appointment: uuid::Uuid::from_slice(&bytes[10..26]).unwrap().to_string(),
            until: (until != 0).then_some(until),
        }
    };
    packed.chunks(34).map(entry).collect()
}
