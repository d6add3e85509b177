//! What must hold after every write, checked on what the write has touched, and on every answer that is given.
//!
//! Times are compared by the true clock. A function's clock is wrong by [`SKEW`] at most, so that a hold may be taken
//! that much early; what holds without clocks (a slot has one holder, two confirmed visits never overlap) is checked
//! without tolerance.

mod answers;
mod appointments;
mod payments;
mod people;
mod refusals;
mod slots;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use self::appointments::{appointment, succession};
use self::people::{agenda, cancellations};
use self::slots::{places_of, replacement, slot};
use crate::derived_state::{DailyQuota, DerivedState};
use crate::table::{Change, Item, Key, number, text};
use crate::violation::hold;
use crate::waitlist::Waiting;
use crate::world::Invocation;

pub use self::appointments::{Appointment, Stage, Terms};
pub use self::payments::accounts_of;
pub use self::people::Entry;
pub use self::refusals::Watch;
pub use self::slots::{Slot, State, day_of, start_of};
pub use crate::violation::Violation;

/// The largest error of a clock, in milliseconds.
pub const SKEW: i64 = 5_000;

/// The state that is checked, and the invocations under way.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    pub doctors: BTreeMap<String, bool>,
    /// The terms of each doctor, with the true time (in milliseconds) from which on they apply; the last are the current ones.
    terms: BTreeMap<String, Vec<(i64, Terms)>>,
    /// The indexes: the start of a slot, by the search key of a day, and by doctor.
    pointers: BTreeMap<(String, String), i64>,
    /// The time at which each doctor's schedule was written, and at which the last run that has applied it began.
    schedules: BTreeMap<String, i64>,
    applied: BTreeMap<String, i64>,
    /// The time at which a payment last confirmed a visit after its hold, by doctor and day: the daily limit does not apply to it.
    paid_late: BTreeMap<(String, i64), i64>,
    pub slots: BTreeMap<(String, i64), Slot>,
    pub appointments: BTreeMap<String, Appointment>,
    pub agendas: HashMap<String, Vec<Entry>>,
    /// The true time at which each patient's agenda was written last.
    agendas_written: HashMap<String, i64>,
    /// The patients' cancellations of visits without a fee: doctor and instant.
    cancellations: HashMap<String, Vec<(String, i64)>>,
    pub payments: BTreeMap<String, Item>,
    pub refunds: BTreeMap<Key, Item>,
    pub waiting: Waiting,
    pub derived: DerivedState,
    /// Whether Razorpay breaks its contract, so that an operation may have to give up.
    pub gateway_lies: bool,
    /// The appointments that may be live, by patient and by doctor.
    open: HashMap<String, BTreeSet<String>>,
    /// Bookings under way.
    watched: BTreeMap<String, (Invocation, Watch)>,
    /// Bookings that have ended, until their answers are judged.
    ended: BTreeMap<String, Watch>,
    /// The answer that each request has recorded: status, body, location, tag.
    pub answers: HashMap<String, Arc<Map<String, Value>>>,
    /// The number of the call that recorded each answer.
    recorded_at: HashMap<String, u64>,
    /// The number of the call at which each request has last read the table.
    pub looked: HashMap<String, u64>,
    /// The number of the call that is carried out.
    pub turn: u64,
    /// Whether each version must follow the stored one.
    pub structural: bool,
    /// How often a version was replaced: by operation, path and the tag in the request.
    replaced: HashMap<String, u64>,
}

/// The kind of a visit if the request names none.
pub const USUAL: &str = "consultation";

const DAY: i64 = 24 * 60 * 60_000;

/// The length of the longest slot or visit, in milliseconds.
const LONGEST: i64 = 480 * 60_000;

/// The offset of India's clocks, where the doctors are, from UTC, in milliseconds.
pub const INDIA: i64 = 330 * 60_000;

/// The day, counted from 1970, on which an instant (in milliseconds) is in India.
const fn day_in_india(at: i64) -> i64 {
    (at + INDIA).div_euclid(DAY)
}

impl Checker {
    /// Records a write, and checks everything that it touches.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn observe(&mut self, changes: &[Change], now: i64, by: &Invocation) -> Result<(), Violation> {
        let mut touched = Touched::default();
        for change in changes {
            self.take(change, now, by, &mut touched).map_err(|violation| Violation {
                detail: format!("{} (by {} {})", violation.detail, by.function(), by.id),
                ..violation
            })?;
        }
        let released = touched.had.iter().filter_map(|earlier| {
            let slot = self.slots.get(&(earlier.doctor.clone(), earlier.start))?;
            // A slot that was only held and is released is not offered.
            let was_had = matches!(earlier.state, State::Booked { .. } | State::Offered { .. });
            let is_free = matches!(slot.state, State::Free | State::Offered { .. });
            // The patients here wait for a consultation; where that takes several slots, a single one is of no use.
            let is_use = self.terms(&slot.doctor).slots_of(USUAL) == 1;
            let is_released = was_had && is_free && is_use && slot.state != earlier.state;
            (is_released && self.doctors[&slot.doctor]).then_some(slot)
        });
        let is_limited = |doctor: &str| self.terms(doctor).limit.is_some();
        let could_accept = |patient: &str, slot: &Slot| self.could_accept(patient, slot, now, by);
        let offers = self.waiting.check_offers(changes, released.collect(), is_limited, could_accept, now, by);
        let added = || touched.added.iter().try_for_each(|(doctor, day)| self.check_load(doctor, *day, now, by));
        offers
            .and_then(|()| self.check(&touched, now))
            .and_then(|()| added())
            .and_then(|()| self.check_booked(changes, by))
            .map_err(|violation| Violation {
                detail: format!("{} (after a write of {} {})", violation.detail, by.function(), by.id),
                ..violation
            })?;
        // Slots, pointers and doctors are a doctor's, an agenda is a patient's.
        let disturbs =
            changes.iter().any(|Change { key: (pk, _), .. }| pk.starts_with("DOC#") || pk.starts_with("PAT#"));
        let mut watched = std::mem::take(&mut self.watched);
        for (invocation, watch) in watched.values_mut() {
            self.justify(invocation, watch);
            watch.is_disturbed |= disturbs && invocation.id != by.id;
        }
        self.watched = watched;
        Ok(())
    }

    fn take(&mut self, change: &Change, now: i64, by: &Invocation, touched: &mut Touched) -> Result<(), Violation> {
        let (pk, sk) = &change.key;
        let (family, id) = pk.split_once('#').unwrap_or((pk, ""));
        let kind = sk.split_once('#').map_or(sk.as_str(), |(kind, _)| kind);
        self.waiting.take(change, now, by)?;
        self.derived.take(change, by, self.turn)?;
        match family {
            "WAIT" => touched.entries.extend([id.to_owned()]),
            "QUEUE" => touched.entries.extend(sk.rsplit('#').next().map(str::to_owned)),
            "PAT" if sk == "OPENENTRIES" => touched.entries.extend(self.waiting.of(id)),
            _ => {}
        }
        let Some(after) = &change.after else {
            // Nothing that matters is ever deleted: a directory entry may be, a timer that has fired, a position in a queue, a feed,
            // and what a patient no longer tells.
            let may_go =
                ["DIR", "NAME", "SUSPENDED", "ACT", "DUE", "QUEUE", "FEED"].contains(&family) || sk == "INTAKE";
            hold!(may_go, "an item was deleted", "{pk} {sk}");
            return Ok(());
        };
        let before = change.before.as_ref();
        // A position in a queue is a copy, with the version of its entry.
        if self.structural
            && family != "QUEUE"
            && let Some(version) = number(after, "ver")
        {
            let known = before.and_then(|item| number(item, "ver")).unwrap_or(0);
            hold!(
                version == known + 1,
                "a write has not seen the latest version",
                "{pk} {sk}: {version} after {known}"
            );
        }
        match (family, kind) {
            ("DOC", "DOCTOR") => {
                let active = text(after, "state") != "suspended";
                self.terms.entry(id.to_owned()).or_default().push((now, Terms::read(after)));
                let was = self.doctors.insert(id.to_owned(), active);
                let is_reinstated = by.function() == "reinstateDoctor";
                hold!(was != Some(false) || !active || is_reinstated, "a suspension was undone", "{id}");
            }
            ("DOC", "SLOT") => {
                let slot = slot(id, sk, after);
                if let Some(earlier) = self.slots.get(&(slot.doctor.clone(), slot.start)) {
                    replacement(earlier, &slot, by)?;
                    touched.appointments.extend(earlier.holder().map(str::to_owned));
                    touched.had.extend((earlier.state != State::Free).then(|| earlier.clone()));
                }
                touched.appointments.extend(slot.holder().map(str::to_owned));
                touched.slots.insert((slot.doctor.clone(), slot.start));
                touched.days.insert((slot.doctor.clone(), day_of(slot.start)));
                self.slots.insert((slot.doctor.clone(), slot.start), slot);
            }
            ("DOC", "FREE") => {
                touched.days.extend(sk.split_once('#').map(|(_, date)| (id.to_owned(), date.to_owned())));
            }
            ("DOC", "SCHED") => {
                self.schedules.insert(id.to_owned(), now);
            }
            ("DOC", "FIRST") => {
                if let Some(before) = before {
                    self.pointers.retain(|place, _| places_of(before, id).all(|(gone, _)| gone != *place));
                }
                self.pointers.extend(places_of(after, id));
            }
            ("APPT", "APPT") => {
                let next = appointment(id, after);
                if let Some(last) = self.appointments.get(id) {
                    succession(last, &next)?;
                    touched.slots.extend(self.places(last));
                    let is_paid = next.stage == Stage::Firm && last.stage != Stage::Firm;
                    if is_paid && !last.is_live(now) {
                        self.paid_late.insert((next.doctor.clone(), day_in_india(next.start)), now);
                    }
                }
                let is_for_suspension =
                    |it: &Appointment| matches!(&it.stage, Stage::Cancelled { by } if by == "suspension");
                let was = self.appointments.get(id).is_some_and(is_for_suspension);
                hold!(
                    was || !is_for_suspension(&next) || self.doctors.get(&next.doctor) == Some(&false),
                    "a visit was cancelled for a suspension that had ended",
                    "{next:?}"
                );
                let day = day_in_india(next.start);
                if self.appointments.get(id).is_none_or(|last| day_in_india(last.start) != day) {
                    touched.added.insert((next.doctor.clone(), day));
                }
                for person in [&next.patient, &next.doctor] {
                    self.open.entry(person.clone()).or_default().insert(id.to_owned());
                }
                touched.slots.extend(self.places(&next));
                touched.appointments.insert(id.to_owned());
                touched.payments.insert(id.to_owned());
                touched.people.extend([next.patient.clone(), next.doctor.clone()]);
                self.appointments.insert(id.to_owned(), next);
            }
            ("PAT", "AGENDA") => {
                touched.people.insert(id.to_owned());
                self.agendas.insert(id.to_owned(), agenda(after));
                self.agendas_written.insert(id.to_owned(), now);
                self.cancellations.insert(id.to_owned(), cancellations(after));
            }
            ("IDEM", _) => {
                let expired = before.is_none_or(|before| number(before, "expires").unwrap_or(0) <= now + SKEW);
                hold!(expired, "an answer that was given was overwritten", "{pk}: {before:?} by {after:?}");
                self.answers.insert(by.id.clone(), after.clone());
                self.recorded_at.insert(by.id.clone(), self.turn);
            }
            ("PAY", "PAY") => {
                if let Some(before) = before {
                    let rank =
                        |item: &Item| ["intent", "open", "captured"].iter().position(|s| *s == text(item, "state"));
                    let forward = rank(after) >= rank(before);
                    hold!(
                        forward,
                        "a payment went back",
                        "{pk}: {} after {}",
                        text(after, "state"),
                        text(before, "state")
                    );
                    for fact in ["order_id", "gateway_payment"] {
                        let (known, said) = (text(before, fact), text(after, fact));
                        hold!(
                            known.is_empty() || known == said,
                            "a payment changed its order or capture",
                            "{pk} {said}"
                        );
                    }
                    hold!(before.get("amount") == after.get("amount"), "a payment changed its amount", "{pk}");
                }
                if text(after, "state") == "captured" && before.is_none_or(|item| text(item, "state") != "captured") {
                    touched.captured.insert(id.to_owned());
                }
                self.payments.insert(id.to_owned(), after.clone());
                touched.payments.insert(id.to_owned());
            }
            ("PAY", "ATTEMPT") => {
                let last = before.map_or("", |item| text(item, "state"));
                hold!(
                    last.is_empty() || (["failed", "authorized"].contains(&last) && text(after, "state") != last),
                    "what is known of an attempt was overwritten",
                    "{pk} {sk}: {} after {last}",
                    text(after, "state")
                );
            }
            ("PAY", "REFUND") => {
                if let Some(before) = before {
                    let (last, next) = (text(before, "state"), text(after, "state"));
                    hold!(last != "processed", "a refund that had arrived was written again", "{pk} {sk}: {next}");
                    hold!(
                        next != "pending" || last != "requested",
                        "a refund went back",
                        "{pk} {sk}: {next} after {last}"
                    );
                    for fact in ["refund_key", "amount", "reason"] {
                        let same = before.get(fact) == after.get(fact);
                        hold!(same, "a refund changed what was promised", "{pk} {sk} {fact}");
                    }
                }
                self.refunds.insert(change.key.clone(), after.clone());
            }
            ("ORDER", _) => {
                let known = before.map_or("", |item| text(item, "payment"));
                hold!(known.is_empty(), "an order was bound again", "{pk}: {known} and {}", text(after, "payment"));
            }
            ("HOOK", _) => hold!(before.is_none(), "an event of Razorpay was stored again", "{pk}"),
            _ => {}
        }
        Ok(())
    }

    /// Checks everything, also what was not touched.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn check_all(&self, now: i64) -> Result<(), Violation> {
        let touched = Touched {
            slots: self.slots.keys().cloned().collect(),
            appointments: self.appointments.keys().cloned().collect(),
            people: self.open.keys().cloned().collect(),
            payments: self.payments.keys().cloned().collect(),
            captured: BTreeSet::new(),
            entries: self.waiting.entries.keys().cloned().collect(),
            days: self.derived.days().cloned().collect(),
            had: vec![],
            added: BTreeSet::new(),
        };
        self.check(&touched, now)
    }

    fn check(&self, touched: &Touched, now: i64) -> Result<(), Violation> {
        touched.slots.iter().try_for_each(|place| self.check_slot(place, now))?;
        touched.appointments.iter().try_for_each(|id| self.check_appointment(id, now))?;
        touched.people.iter().try_for_each(|person| self.check_person(person, now))?;
        touched.entries.iter().try_for_each(|entry| self.check_entry(entry, now))?;
        touched.had.iter().try_for_each(|earlier| self.check_taken(earlier, now))?;
        touched.days.iter().try_for_each(|day| self.check_day(day, now))?;
        self.derived.check_feeds()?;
        let doctors: BTreeSet<&String> = touched.days.iter().map(|(doctor, _)| doctor).collect();
        doctors.into_iter().try_for_each(|doctor| self.derived.check_hours(doctor))?;
        touched.payments.iter().try_for_each(|id| self.check_payment(id, touched.captured.contains(id)))
    }

    fn check_entry(&self, id: &str, now: i64) -> Result<(), Violation> {
        self.waiting.check(id, now)?;
        let is_kept = |slot: &&Slot| matches!(&slot.state, State::Offered { entry, .. } if entry == id);
        self.slots.values().filter(is_kept).try_for_each(|slot| self.waiting.check_slot(slot))
    }

    /// Takes note that a run which began at `started` has applied a doctor's schedule.
    pub fn applies(&mut self, doctor: &str, started: i64) {
        let last = self.applied.entry(doctor.to_owned()).or_insert(started);
        *last = started.max(*last);
    }

    /// A doctor whose schedule was replaced and not applied since, if there is one.
    pub fn unapplied(&self) -> Option<&String> {
        let is_late = |(doctor, written): &(&String, &i64)| self.applied.get(*doctor).is_none_or(|at| at < *written);
        self.schedules.iter().find(is_late).map(|(doctor, _)| doctor)
    }
}

/// The items that a write has touched.
#[derive(Debug, Default)]
struct Touched {
    slots: BTreeSet<(String, i64)>,
    appointments: BTreeSet<String>,
    people: BTreeSet<String>,
    payments: BTreeSet<String>,
    /// Payments that this write says are captured.
    captured: BTreeSet<String>,
    /// Entries of waiting lists.
    entries: BTreeSet<String>,
    /// Days of doctors.
    days: BTreeSet<DailyQuota>,
    /// Slots with a holder or an offer, as they were before.
    had: Vec<Slot>,
    /// Days (in India) to which a visit was added, by doctor.
    added: BTreeSet<(String, i64)>,
}
