//! What a booking under way may be refused for: everything that stood in its way at some moment.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::answers::{BOOKINGS, booked_doctor, kind_of, wanted};
use super::people::Entry;
use super::slots::{Slot, State, day_of, start_of};
use super::{Checker, DAY, INDIA, LONGEST, USUAL, day_in_india};
use crate::functions::Call;
use crate::waitlist::{self, Offer};
use crate::world::{Event, Invocation};

/// The refusals that a booking may get, from the states of the table while it was under way.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// The problems that were justified at some moment; of a series by occurrence.
    pub(super) justified: Vec<BTreeSet<&'static str>>,
    /// The most that the patient had open at some moment, and the most of that that waited for payment.
    pub(super) open: usize,
    pub(super) holds: usize,
    /// The start of the earliest slot that a search must find, if there is one.
    pub(super) to_find: Option<i64>,
    /// The last offer of the entry: a snapshot that was read in parts may still show it.
    pub(super) offered: Option<Offer>,
    /// Whether another invocation has written since, which may change the result.
    pub(super) is_disturbed: bool,
    /// Where the first slot of a visit of several ended: those behind it are read after it, and if it was made longer or shorter
    /// meanwhile, they are not those that come after it at any one moment.
    pub(super) ends: BTreeSet<i64>,
    /// The starts of the slots that the visit would have taken at some moment: it may be refused because of one that is withdrawn since.
    pub(super) parts: BTreeSet<i64>,
}

impl Watch {
    /// The start of the earliest slot that has to be found, if there is one and that is still true.
    pub(super) fn surely(&self) -> Option<i64> {
        self.to_find.filter(|_| !self.is_disturbed)
    }

    /// Whether nothing has changed what there was to find, so that a refusal is judged.
    pub const fn is_undisturbed(&self) -> bool {
        !self.is_disturbed
    }

    pub(super) fn justifies(&self, problem: &str) -> bool {
        self.ends.len() > 1 || self.justified.iter().any(|occurrence| occurrence.contains(problem))
    }
}

/// How many slots `bookEarliest` tries at most, and how many pointers to the first ones of a day it reads at once.
const MOST_TRIES: usize = 100;

const CANDIDATES: usize = 10;

/// How far ahead a search for the earliest slot reaches without a limit.
const MONTH: i64 = 31 * DAY;

impl Checker {
    /// An invocation begins.
    pub fn begins(&mut self, invocation: &Invocation) {
        self.derived.begins(invocation, self.turn);
        if let Event::Http(call) = &invocation.event
            && BOOKINGS.contains(&call.operation)
        {
            let mut watch = Watch::default();
            self.justify(invocation, &mut watch);
            if call.operation == "bookEarliest" {
                watch.to_find = self.to_find(call, invocation.now());
            }
            self.watched.insert(invocation.id.clone(), (invocation.clone(), watch));
        }
    }

    /// An invocation has ended, before its answer is looked at.
    pub fn ends(&mut self, invocation: &Invocation) {
        if let Some((_, watch)) = self.watched.remove(&invocation.id) {
            // Kept until the answer is looked at.
            self.ended.insert(invocation.id.clone(), watch);
        }
    }

    /// Forgets a booking, and returns the refusals that it may get.
    pub fn watched(&mut self, invocation: &Invocation) -> Watch {
        self.ended.remove(&invocation.id).unwrap_or_default()
    }

    pub(super) fn justify(&self, invocation: &Invocation, watch: &mut Watch) {
        let Event::Http(call) = &invocation.event else { return };
        let (patient, now) = (call.caller.id.to_string(), invocation.now());
        if call.operation == "bookEarliest" {
            // The refusals of the patient that do not depend on the slot.
            let refusals = self.doctors.keys().flat_map(|doctor| self.refusals(doctor, USUAL, &[], &patient, now));
            watch.justified.resize_with(1, BTreeSet::new);
            watch.justified[0].extend(refusals.filter(|refusal| refusal.starts_with("too-many-")));
            return;
        }
        if call.operation == "acceptOffer" {
            let entry = self.waiting.entries.get(&call.path[0].1).filter(|entry| entry.patient == patient);
            if let Some(offer) = entry.and_then(|entry| entry.offer.clone()) {
                watch.offered = Some(offer);
            }
            watch.justified.resize_with(1, BTreeSet::new);
            watch.justified[0].extend(self.refusals_to_accept(entry, watch.offered.as_ref(), &patient, now));
            return;
        }
        let (doctor, slots) = (booked_doctor(call), wanted(call));
        watch.justified.resize_with(slots.len(), BTreeSet::new);
        for (slot, justified) in slots.iter().zip(&mut watch.justified) {
            justified.extend(self.refusals_of(doctor, kind_of(call), slot, &patient, now));
            let is_long = self.terms.contains_key(doctor) && self.terms(doctor).slots_of(kind_of(call)) > 1;
            let first = self.slots.get(&(doctor.to_owned(), start_of(slot))).filter(|_| is_long);
            watch.ends.extend(first.map(|first| first.end));
            if is_long {
                let (run, _) = self.run(doctor, slot, self.terms(doctor).slots_of(kind_of(call)));
                watch.parts.extend(run.iter().map(|part| part.start));
                let mut parts = watch.parts.iter().filter_map(|part| self.slots.get(&(doctor.to_owned(), *part)));
                justified.extend(parts.any(|part| !part.admits(&patient, now)).then_some("slot-taken"));
            }
        }
        let open = self.agendas.get(&patient).into_iter().flatten().filter(|entry| entry.is_open(now));
        let (holds, firm): (Vec<&Entry>, Vec<&Entry>) = open.partition(|entry| entry.until.is_some());
        watch.holds = watch.holds.max(holds.len());
        watch.open = watch.open.max(holds.len() + firm.len());
    }

    /// The start of the earliest slot that a wish for one has to find now, if there is one, by a clock that shows `now`.
    ///
    /// It is one that the patient can book, in the time and the manner that are wanted, to which the indexes lead: they
    /// point to it, or to one before it on its day, behind which the later ones of the day are looked at. What they don't lead to
    /// yet need not be found, for they follow a moment later.
    ///
    /// Not judged is what lies beyond the slots that are tried or the pages that are read, the slots of doctors with a daily limit,
    /// and the result while another invocation writes: then the reads of one request see different tables.
    /// No patient here wishes for a kind of visit that takes several slots.
    fn to_find(&self, call: &Call, now: i64) -> Option<i64> {
        let body = call.body.as_ref()?;
        let instant = |name: &str| body[name].as_str().map(|at| at.parse::<Timestamp>().unwrap().as_millisecond());
        let from = instant("from").unwrap_or(now);
        let to = instant("to").unwrap_or(from + MONTH).min(from + MONTH);
        let within = from.max(now)..to;
        let mode = body["mode"].as_str();
        let family = mode.map_or("EARLIEST".to_owned(), str::to_uppercase);
        let heading = format!("{}#{}", body["speciality"].as_str()?, body["language"].as_str().unwrap_or("*"));
        let patient = call.caller.id.to_string();
        let is_wanted = |slot: &Slot| mode.is_none_or(|mode| (mode == "clinic") == slot.clinic.is_some());
        let is_led_to = |slot: &Slot| {
            let place = (format!("{family}#{}#{heading}", day_of(slot.start)), slot.doctor.clone());
            self.pointers.get(&place).is_some_and(|first| within.contains(first) && *first <= slot.start)
        };
        let slots = self.slots.values().filter(|slot| within.contains(&slot.start));
        let is_to_be_found = |slot: &&Slot| {
            is_wanted(slot)
                && self.terms(&slot.doctor).limit.is_none()
                && is_led_to(slot)
                && self.refusals(&slot.doctor, USUAL, &[&slot.id], &patient, now).is_empty()
        };
        let first = slots.clone().filter(is_to_be_found).map(|slot| slot.start).min()?;
        let tried = slots.filter(|slot| slot.start <= first && slot.admits(&patient, now)).count();
        let pointers = self.pointers.iter().filter(|((place, _), first)| {
            place.starts_with(&family) && place.ends_with(&heading) && within.contains(*first)
        });
        let pointers = pointers.count();
        (pointers < CANDIDATES && tried + pointers < MOST_TRIES).then_some(first)
    }

    /// How many visits a slot's day has by a clock that shows `now`, what is kept for others on it included.
    pub fn visits_on(&self, slot: &Slot, patient: &str, now: i64) -> usize {
        let midnight = day_in_india(slot.start) * DAY - INDIA;
        let of_day = self.slots.range((slot.doctor.clone(), midnight)..(slot.doctor.clone(), midnight + DAY));
        let visits = of_day.filter_map(|(_, other)| match &other.state {
            State::Held { by, until } => (*until > now).then_some(by),
            State::Booked { by } => Some(by),
            State::Offered { to, entry, until } => (*until > now && to != patient).then_some(entry),
            State::Free | State::Withdrawn => None,
        });
        visits.collect::<BTreeSet<_>>().len()
    }

    /// A slot, and as many of those published after it as a visit of `count` slots takes that begins with it; whether they are
    /// enough, and adjacent.
    fn run(&self, doctor: &str, first: &str, count: usize) -> (Vec<&Slot>, bool) {
        let Some(first) = self.slots.get(&(doctor.to_owned(), start_of(first))) else { return (vec![], false) };
        let behind = self.slots.range((doctor.to_owned(), first.end)..(doctor.to_owned(), first.start + LONGEST));
        let behind = behind.map(|(_, slot)| slot).filter(|slot| slot.state != State::Withdrawn);
        let run: Vec<&Slot> = std::iter::once(first).chain(behind.take(count - 1)).collect();
        let is_adjacent = |pair: &[&Slot]| pair[0].end == pair[1].start && pair[0].clinic == pair[1].clinic;
        let ends = run.last().map_or(first.end, |last| last.end);
        let is_visit = run.len() == count && run.windows(2).all(is_adjacent) && ends <= first.start + LONGEST;
        (run, is_visit)
    }

    /// Everything that the acceptance of an offer could be refused for now, by a clock that shows `now`.
    fn refusals_to_accept(
        &self,
        entry: Option<&waitlist::Entry>,
        offered: Option<&Offer>,
        patient: &str,
        now: i64,
    ) -> Vec<&'static str> {
        let (Some(entry), Some(offer)) = (entry, offered) else {
            return vec![if entry.is_some() { "no-offer" } else { "not-found" }];
        };
        let is_kept = |slot: &String| {
            let slot = self.slots.get(&(offer.doctor.clone(), start_of(slot)));
            slot.is_some_and(|slot| matches!(&slot.state, State::Offered { entry: of, .. } if *of == entry.id))
        };
        let slots: Vec<&str> = offer.slots.iter().map(String::as_str).collect();
        let mut refusals = self.refusals(&offer.doctor, USUAL, &slots, patient, now);
        let is_gone = !offer.slots.iter().all(is_kept)
            || ["slot-taken", "in-past", "too-short-notice"].iter().any(|it| refusals.contains(it));
        refusals.extend(is_gone.then_some("no-offer"));
        refusals
    }

    /// Everything that a booking of a visit of this kind which begins with a slot could be refused for now, by a clock that shows
    /// `now`.
    pub fn refusals_of(&self, doctor: &str, kind: &str, first: &str, patient: &str, now: i64) -> Vec<&'static str> {
        let count = self.terms.get(doctor).map_or(1, |_| self.terms(doctor).slots_of(kind));
        let (run, is_visit) = self.run(doctor, first, count);
        let slots: Vec<&str> = run.iter().map(|slot| slot.id.as_str()).collect();
        // Of a slot that is not there that is said.
        let slots = if slots.is_empty() { vec![first] } else { slots };
        let mut refusals = self.refusals(doctor, kind, &slots, patient, now);
        refusals.extend((!is_visit && !run.is_empty()).then_some("too-few-slots"));
        refusals
    }

    /// Everything that a booking of these slots could be refused for now, by a clock that shows `now`.
    pub fn refusals(&self, doctor: &str, kind: &str, slots: &[&str], patient: &str, now: i64) -> Vec<&'static str> {
        let mut refusals = vec![];
        let found: Vec<Option<&Slot>> =
            slots.iter().map(|slot| self.slots.get(&(doctor.to_owned(), start_of(slot)))).collect();
        if found.iter().any(Option::is_none) || !self.doctors.contains_key(doctor) {
            refusals.push("not-found");
        }
        let found: Vec<&Slot> = found.into_iter().flatten().collect();
        if found.iter().any(|slot| !slot.admits(patient, now)) {
            refusals.push("slot-taken");
        }
        if found.iter().any(|slot| slot.start <= now) {
            refusals.push("in-past");
        }
        if found.iter().any(|slot| slot.closes <= now) {
            refusals.push("too-short-notice");
        }
        if self.doctors.get(doctor) == Some(&false) {
            refusals.push("doctor-unavailable");
        }
        let terms = self.terms.get(doctor).and_then(|terms| Some(&terms.last()?.1));
        let limit = terms.and_then(|terms| terms.limit);
        if let Some((slot, limit)) = found.first().zip(limit)
            && self.visits_on(slot, patient, now) >= limit
        {
            refusals.push("day-full");
        }
        let empty = vec![];
        let agenda = self.agendas.get(patient).unwrap_or(&empty);
        let open: Vec<&Entry> = agenda.iter().filter(|entry| entry.is_open(now)).collect();
        let (start, end) = (found.first().map_or(0, |slot| slot.start), found.last().map_or(0, |slot| slot.end));
        if open.iter().any(|entry| entry.start < end && start < entry.end) {
            refusals.push("patient-busy");
        }
        let is_own = |slot: &&Slot| open.iter().any(|entry| slot.holder() == Some(entry.appointment.as_str()));
        if found.iter().any(is_own) {
            refusals.push("slot-yours");
        }
        if terms.is_none_or(|terms| terms.fee_of(kind) == 0) && self.cancelled_too_many(patient, doctor, now) {
            refusals.push("too-many-cancellations");
        }
        let holds = open.iter().filter(|entry| entry.until.is_some()).count();
        if holds >= domain::appointments::agenda::MAX_HOLDS && terms.is_none_or(|terms| terms.fee_of(kind) > 0) {
            refusals.push("too-many-holds");
        }
        if open.len() >= domain::appointments::agenda::MAX_OPEN {
            refusals.push("too-many-appointments");
        }
        refusals
    }
}
