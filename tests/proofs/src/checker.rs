//! What must hold after every write, checked on what the write has touched, and on every answer that is given.
//!
//! Times are compared by the true clock. A function's clock is wrong by [`SKEW`] at most, so that a hold may be taken
//! by so much early; what holds without clocks (a slot has one holder, two confirmed visits never overlap) is checked
//! without tolerance.

use crate::waitlist;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::core::id::SlotId;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::derived_state::{Beside, DailyQuota, hides};
use crate::functions::Call;
use crate::requests::slot_id;
use crate::table::{Change, Item, Key, number, text};
use crate::waitlist::{Offer, Waiting};
use crate::world::{Answer, Event, Invocation};

/// By how much a clock may be wrong, in milliseconds.
pub const SKEW: i64 = 5_000;

/// Something that must never happen, and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub what: &'static str,
    pub detail: String,
}

impl Violation {
    pub fn of(what: &'static str, detail: impl Into<String>) -> Self {
        Self { what, detail: detail.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.detail)
    }
}

macro_rules! hold {
    ($condition:expr, $what:literal, $($detail:tt)*) => {
        if !$condition {
            return Err(Violation::of($what, format!($($detail)*)));
        }
    };
}

/// Who has a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Free,
    Held {
        by: String,
        until: i64,
    },
    /// Kept for somebody who waits for it, by this entry of a waiting list.
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
    /// From when on it can't be booked.
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

/// Where in its life an appointment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Held {
        until: i64,
    },
    /// Confirmed, checked in or in progress.
    Firm,
    /// Completed or missed.
    Over,
    Cancelled {
        by: String,
    },
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: String,
    pub patient: String,
    pub doctor: String,
    pub start: i64,
    pub end: i64,
    pub slots: Vec<String>,
    pub fee: i64,
    pub stage: Stage,
    pub state: String,
    pub sequence: i64,
}

impl Appointment {
    /// Whether it takes the time of doctor and patient, by every clock.
    pub fn is_live(&self, now: i64) -> bool {
        match self.stage {
            Stage::Held { until } => until > now + SKEW,
            Stage::Firm => true,
            Stage::Over | Stage::Cancelled { .. } => false,
        }
    }
}

/// How a doctor can be booked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    fee: i64,
    /// How many visits they take in a day, if that is limited.
    pub limit: Option<usize>,
    /// Of the kinds of visits that are not as usual: how many slots they take, and what they cost.
    kinds: BTreeMap<String, (usize, i64)>,
}

impl Terms {
    fn read(doctor: &Item) -> Self {
        let terms = doctor.get("terms").map(|terms| &terms["M"]);
        let limit = terms.and_then(|terms| terms["daily_limit"]["N"].as_str()?.parse().ok());
        let kinds = terms.and_then(|terms| terms["kinds"]["M"].as_object()).into_iter().flatten();
        let kind = |(kind, terms): (&String, &Value)| {
            let terms = terms["M"].as_object().expect("the terms of a kind");
            let [slots, fee] = ["slots", "fee"].map(|name| number(terms, name).expect("a number"));
            (kind.clone(), (usize::try_from(slots).expect("some slots"), fee))
        };
        Self { fee: number(doctor, "fee").expect("a fee"), limit, kinds: kinds.map(kind).collect() }
    }

    /// How many slots a visit of this kind takes.
    pub fn slots_of(&self, kind: &str) -> usize {
        self.kinds.get(kind).map_or(1, |(slots, _)| *slots)
    }

    fn fee_of(&self, kind: &str) -> i64 {
        self.kinds.get(kind).map_or(self.fee, |(_, fee)| *fee)
    }
}

/// What came by one attempt at paying, and what was decided about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub attempt: String,
    pub captured: i64,
    pub promised: i64,
    pub rule: String,
    pub percent: i64,
}

/// The accounts of a payment.
pub fn accounts_of(payment: &Item) -> Vec<Account> {
    let accounts = payment.get("accounts").and_then(|accounts| accounts["L"].as_array());
    let read = |account: &Value| {
        let account = account["M"].as_object().expect("an account");
        let numbers = ["captured", "promised", "percent"].map(|name| number(account, name).expect("a number"));
        let [captured, promised, percent] = numbers;
        let (attempt, rule) = (text(account, "attempt").to_owned(), text(account, "rule").to_owned());
        Account { attempt, captured, promised, rule, percent }
    };
    accounts.into_iter().flatten().map(read).collect()
}

/// An entry of a patient's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub start: i64,
    pub end: i64,
    pub appointment: String,
    pub until: Option<i64>,
}

impl Entry {
    fn is_open(&self, now: i64) -> bool {
        self.end > now && self.until.is_none_or(|until| until > now)
    }
}

/// What a booking may hear, as the table stood while it was under way.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// The problems that were justified at some moment; of a series by occurrence.
    justified: Vec<BTreeSet<&'static str>>,
    /// The most that the patient had open at some moment, and the most of that that waited for payment.
    open: usize,
    holds: usize,
    /// The start of the earliest slot that whoever looks for one has to find, if there is one.
    to_find: Option<i64>,
    /// The slots that were offered when it was last looked, and whose: what a snapshot that was read in parts may still show.
    offered: Option<Offer>,
    /// Whether somebody else has written since what may change what there is to find.
    is_disturbed: bool,
    /// Where the first slot of a visit of several ended: those behind it are read after it, and if it was made longer or shorter
    /// meanwhile, they are not those that come after it at any one moment.
    ends: BTreeSet<i64>,
    /// The starts of the slots that the visit would have taken at some moment: it hears that one is taken that is withdrawn since.
    parts: BTreeSet<i64>,
}

impl Watch {
    /// The start of the earliest slot that has to be found, if there is one and that is still true.
    fn surely(&self) -> Option<i64> {
        self.to_find.filter(|_| !self.is_disturbed)
    }

    /// Whether nothing has changed what there was to find, so that a refusal is judged.
    pub const fn is_undisturbed(&self) -> bool {
        !self.is_disturbed
    }

    fn justifies(&self, problem: &str) -> bool {
        self.ends.len() > 1 || self.justified.iter().any(|occurrence| occurrence.contains(problem))
    }
}

/// The state that is checked, and what is under way.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    pub doctors: BTreeMap<String, bool>,
    /// The terms of each doctor, with the time (in milliseconds, true) from which on they stand; the last are those of now.
    terms: BTreeMap<String, Vec<(i64, Terms)>>,
    /// Where the indexes point to: the start of a slot, by what somebody looks for on a day, and by doctor.
    pointers: BTreeMap<(String, String), i64>,
    /// When each doctor's schedule was written, and when the last run began that has applied it.
    schedules: BTreeMap<String, i64>,
    applied: BTreeMap<String, i64>,
    /// When money last confirmed a visit whose hold was over, by doctor and day: it does not ask how many visits there are.
    paid_late: BTreeMap<(String, i64), i64>,
    pub slots: BTreeMap<(String, i64), Slot>,
    pub appointments: BTreeMap<String, Appointment>,
    pub agendas: HashMap<String, Vec<Entry>>,
    pub payments: BTreeMap<String, Item>,
    pub refunds: BTreeMap<Key, Item>,
    pub waiting: Waiting,
    pub beside: Beside,
    /// Whether Razorpay breaks its word, so that an operation may have to give up.
    pub gateway_lies: bool,
    /// By patient and by doctor: what may be live.
    open: HashMap<String, BTreeSet<String>>,
    /// Bookings under way.
    watched: BTreeMap<String, (Invocation, Watch)>,
    /// Those that have ended, until their answers are looked at.
    ended: BTreeMap<String, Watch>,
    /// What each request has recorded as its answer: status, body, location, tag.
    pub answers: HashMap<String, Arc<Map<String, Value>>>,
    /// At which call each of them was recorded.
    recorded_at: HashMap<String, u64>,
    /// At which call each request has last looked at the table.
    pub looked: HashMap<String, u64>,
    /// The number of the call that is carried out.
    pub turn: u64,
    /// Whether each version must be the one after the version that stands there.
    pub structural: bool,
    /// Which request has replaced a version of what: by operation, path and the tag that it named.
    replaced: HashMap<String, u64>,
}

/// The operations by which a patient books.
const BOOKINGS: [&str; 4] = ["bookAppointment", "bookEarliest", "bookSeries", "acceptOffer"];

/// The kind of a visit of which nothing is said.
pub const USUAL: &str = "consultation";

/// How many slots `bookEarliest` tries at most, and how many pointers to the first ones of a day it reads at once.
const MOST_TRIES: usize = 100;
const CANDIDATES: usize = 10;

const DAY: i64 = 24 * 60 * 60_000;

/// How far ahead somebody looks for the earliest slot who does not say.
const MONTH: i64 = 31 * DAY;

/// No slot and no visit is longer, in milliseconds.
const LONGEST: i64 = 480 * 60_000;

/// By how much the clocks of India, where the doctors are, are ahead of UTC, in milliseconds.
pub const INDIA: i64 = 330 * 60_000;

/// The day, counted from 1970, on which an instant (in milliseconds) is in India.
const fn day_in_india(at: i64) -> i64 {
    (at + INDIA).div_euclid(DAY)
}

impl Checker {
    /// Takes note of what was written, and checks everything that it touches.
    ///
    /// # Errors
    /// What does not hold.
    pub fn observe(&mut self, changes: &[Change], now: i64, by: &Invocation) -> Result<(), Violation> {
        let mut touched = Touched::default();
        for change in changes {
            self.take(change, now, by, &mut touched).map_err(|violation| Violation {
                detail: format!("{} (by {} {})", violation.detail, by.function(), by.id),
                ..violation
            })?;
        }
        let given_back = touched.had.iter().filter_map(|earlier| {
            let slot = self.slots.get(&(earlier.doctor.clone(), earlier.start))?;
            // Of what was held and is let go nobody was kept from having it.
            let was_had = matches!(earlier.state, State::Booked { .. } | State::Offered { .. });
            let is_free = matches!(slot.state, State::Free | State::Offered { .. });
            // Who waits here waits for a consultation, and where that takes several slots one of them is of no use.
            let is_use = self.terms(&slot.doctor).slots_of(USUAL) == 1;
            let is_given_back = was_had && is_free && is_use && slot.state != earlier.state;
            (is_given_back && self.doctors[&slot.doctor]).then_some(slot)
        });
        let is_limited = |doctor: &str| self.terms(doctor).limit.is_some();
        let turn = self.waiting.check_turn(changes, given_back.collect(), is_limited, now, by);
        let added = || touched.added.iter().try_for_each(|(doctor, day)| self.check_load(doctor, *day, now, by));
        turn.and_then(|()| self.check(&touched, now))
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

    /// Whoever books makes what the answer says, in one write with that answer: one visit, or those of a series that could be had.
    fn check_booked(&self, changes: &[Change], by: &Invocation) -> Result<(), Violation> {
        let Event::Http(call) = &by.event else { return Ok(()) };
        if !BOOKINGS.contains(&call.operation) {
            return Ok(());
        }
        let new = changes.iter().filter(|change| change.before.is_none() && change.key.1 == "APPT");
        let made: BTreeSet<&str> = new.filter_map(|change| change.key.0.strip_prefix("APPT#")).collect();
        let mut answers = changes.iter().filter(|change| change.key.0.starts_with("IDEM#"));
        let Some(answer) = answers.find_map(|change| change.after.as_ref()) else {
            hold!(made.is_empty(), "something is booked without an answer", "{made:?}");
            return Ok(());
        };
        let body: Value = serde_json::from_str(text(answer, "body")).unwrap_or_default();
        let watch = self.watched.get(&by.id).map(|(_, watch)| watch.clone()).unwrap_or_default();
        if call.operation != "bookSeries" {
            let id = body["id"].as_str().unwrap_or_default();
            hold!(made == BTreeSet::from([id]), "a booking makes something else than it says", "{made:?}: {body}");
            let visit = &self.appointments[id];
            let is_first = watch.surely().is_none_or(|first| visit.start <= first);
            hold!(is_first, "an earlier slot could be had", "{:?}: {body}", watch.to_find);
            let kind = kind_of(call);
            let is_agreed =
                |terms: &Terms| (terms.slots_of(kind), terms.fee_of(kind)) == (visit.slots.len(), visit.fee);
            let is_right = self.terms_since(&visit.doctor, by.started).any(is_agreed);
            hold!(is_right, "a visit is longer, shorter or costs something else than its kind", "{visit:?}");
            return Ok(());
        }
        let occurrences: Vec<&Value> = body["occurrences"].as_array().into_iter().flatten().collect();
        let told: Vec<&str> = occurrences.iter().filter_map(|told| told["slotId"].as_str()).collect();
        hold!(told == wanted(call), "a series is not what was wanted", "{body}");
        let reasons: Vec<Option<&str>> = occurrences.iter().map(|told| told["reason"].as_str()).collect();
        let named: Vec<&str> = occurrences.iter().filter_map(|told| told["appointmentId"].as_str()).collect();
        let is_whole = reasons.iter().all(Option::is_none) || !wants_all(call);
        hold!(is_whole && !named.is_empty(), "half of a series was booked", "{body}");
        let is_said = named.len() == made.len() && made == named.iter().copied().collect();
        hold!(is_said, "a series makes something else than it says", "{made:?}: {body}");
        for told in occurrences {
            let (id, slot) = (told["appointmentId"].as_str(), told["slotId"].as_str().unwrap_or_default());
            let agrees = match id.map(|id| &self.appointments[id]) {
                Some(visit) => told["available"] == true && told["reason"].is_null() && visit.slots == [slot],
                None => told["available"] == false && told["reason"].is_string(),
            };
            hold!(agrees, "an occurrence is not what was booked of it", "{told}");
        }
        let series = body["id"].as_str().unwrap_or_default();
        let kept = changes.iter().find(|change| change.key.0 == format!("SERIES#{series}"));
        let kept = kept.and_then(|change| change.after.as_ref()?.get("appointments")?["L"].as_array());
        let kept: Option<Vec<&str>> = kept.map(|ids| ids.iter().filter_map(|id| id["S"].as_str()).collect());
        hold!(kept.as_ref() == Some(&named), "a series does not name its visits", "{kept:?}: {body}");
        self.check_reasons(call, &reasons, &watch)
    }

    /// Each occurrence that can't be had is one that could not be had at some moment, after those before it.
    fn check_reasons(&self, call: &Call, reasons: &[Option<&str>], watch: &Watch) -> Result<(), Violation> {
        let slots = wanted(call);
        let doctor = booked_doctor(call);
        let span = |slot: &str| self.slots.get(&(doctor.to_owned(), start_of(slot))).map(|slot| (slot.start, slot.end));
        for (index, reason) in reasons.iter().enumerate() {
            let Some(reason) = *reason else { continue };
            let had: Vec<&String> =
                (0..index).filter(|earlier| reasons[*earlier].is_none()).map(|it| &slots[it]).collect();
            let wants_money = self.terms(doctor).fee > 0;
            let after_those = match reason {
                "too-many-holds" => wants_money && watch.holds + had.len() >= domain::appointments::agenda::MAX_HOLDS,
                "too-many-appointments" => watch.open + had.len() >= domain::appointments::agenda::MAX_OPEN,
                "day-full" => self.terms(doctor).limit.is_some() && !had.is_empty(),
                // What was published meanwhile in the place of something else.
                "patient-busy" => had.iter().any(|one| {
                    span(one).zip(span(&slots[index])).is_none_or(|(one, two)| one.0 < two.1 && two.0 < one.1)
                }),
                _ => false,
            };
            // What a single booking hears of a slot that is not there.
            let problem = if reason == "not-published" { "not-found" } else { reason };
            let may = watch.justified.get(index).is_some_and(|occurrence| occurrence.contains(problem)) || after_those;
            hold!(may, "an occurrence was refused without reason", "{reason} of {index} of {slots:?}: only {watch:?}");
        }
        Ok(())
    }

    fn take(&mut self, change: &Change, now: i64, by: &Invocation, touched: &mut Touched) -> Result<(), Violation> {
        let (pk, sk) = &change.key;
        let (family, id) = pk.split_once('#').unwrap_or((pk, ""));
        let kind = sk.split_once('#').map_or(sk.as_str(), |(kind, _)| kind);
        self.waiting.take(change, now, by)?;
        self.beside.take(change, by, self.turn)?;
        match family {
            "WAIT" => touched.entries.extend([id.to_owned()]),
            "LINE" => touched.entries.extend(sk.rsplit('#').next().map(str::to_owned)),
            "PAT" if sk == "WAITS" => touched.entries.extend(self.waiting.of(id)),
            _ => {}
        }
        let Some(after) = &change.after else {
            // Nothing that matters is ever deleted: a directory entry may be, a timer that was rung, a place in line, and a feed.
            hold!(["DIR", "ACT", "DUE", "LINE", "FEED"].contains(&family), "an item was deleted", "{pk} {sk}");
            return Ok(());
        };
        let before = change.before.as_ref();
        // A place in line is a copy, with the version of its entry.
        if self.structural
            && family != "LINE"
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
                hold!(was != Some(false) || !active, "a suspension was undone", "{id}");
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
            ("DOC", "OPEN") => {
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

    fn places(&self, appointment: &Appointment) -> impl Iterator<Item = (String, i64)> + use<> {
        let doctor = appointment.doctor.clone();
        let starts: Vec<i64> = appointment.slots.iter().map(|slot| start_of(slot)).collect();
        starts.into_iter().map(move |start| (doctor.clone(), start))
    }

    /// Everything, whatever was touched.
    ///
    /// # Errors
    /// What does not hold.
    pub fn check_all(&self, now: i64) -> Result<(), Violation> {
        let touched = Touched {
            slots: self.slots.keys().cloned().collect(),
            appointments: self.appointments.keys().cloned().collect(),
            people: self.open.keys().cloned().collect(),
            payments: self.payments.keys().cloned().collect(),
            captured: BTreeSet::new(),
            entries: self.waiting.entries.keys().cloned().collect(),
            days: self.beside.days().cloned().collect(),
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
        self.beside.check_feeds()?;
        let doctors: BTreeSet<&String> = touched.days.iter().map(|(doctor, _)| doctor).collect();
        doctors.into_iter().try_for_each(|doctor| self.beside.check_hours(doctor))?;
        touched.payments.iter().try_for_each(|id| self.check_payment(id, touched.captured.contains(id)))
    }

    fn check_slot(&self, place: &(String, i64), now: i64) -> Result<(), Violation> {
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
            // Nobody can take it before then, whatever the appointment is by now; after that it is free.
            (State::Held { until, .. }, _) => *until <= now + SKEW,
            (State::Booked { .. }, Stage::Firm | Stage::Over) => true,
            _ => false,
        };
        hold!(agreed, "a slot is lost, or has another state than its appointment", "{slot:?} and {appointment:?}");
        Ok(())
    }

    /// Whoever has looked at a day after the last change of it leads to the first slot that is free, or to one before it.
    /// What doctors have free who take only so many visits in a day depends on more than their slots, and is not judged.
    fn check_day(&self, day: &DailyQuota, now: i64) -> Result<(), Violation> {
        let (doctor, date) = day;
        let is_judged = self.doctors.get(doctor) == Some(&true) && self.terms(doctor).limit.is_none();
        if !is_judged || !self.beside.is_in_view(day) {
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

    fn check_entry(&self, id: &str, now: i64) -> Result<(), Violation> {
        self.waiting.check(id, now)?;
        let is_kept = |slot: &&Slot| matches!(&slot.state, State::Offered { entry, .. } if entry == id);
        self.slots.values().filter(is_kept).try_for_each(|slot| self.waiting.check_slot(slot))
    }

    /// What was kept for somebody was taken by nobody else before the time was over.
    fn check_taken(&self, earlier: &Slot, now: i64) -> Result<(), Violation> {
        let State::Offered { to, until, .. } = &earlier.state else { return Ok(()) };
        let slot = &self.slots[&(earlier.doctor.clone(), earlier.start)];
        let by = slot.holder().map(|holder| &self.appointments[holder]);
        let may = *until <= now + SKEW || by.is_none_or(|by| by.patient == *to);
        hold!(may, "what was kept for one was taken by another", "{earlier:?}: {by:?}");
        Ok(())
    }

    fn check_appointment(&self, id: &str, now: i64) -> Result<(), Violation> {
        let Some(appointment) = self.appointments.get(id) else { return Ok(()) };
        if !appointment.is_live(now) {
            return Ok(());
        }
        let mut end = appointment.start;
        for place in self.places(appointment) {
            let slot = self.slots.get(&place);
            let expected = match appointment.stage {
                Stage::Held { until } => State::Held { by: id.to_owned(), until },
                _ => State::Booked { by: id.to_owned() },
            };
            let Some(slot) = slot.filter(|slot| slot.state == expected) else {
                return Err(Violation::of(
                    "a live appointment has lost its slot",
                    format!("{appointment:?}: {slot:?}"),
                ));
            };
            hold!(slot.start == end, "an appointment has slots with a gap", "{appointment:?}: {slot:?}");
            end = slot.end;
        }
        hold!(end == appointment.end, "an appointment is longer or shorter than its slots", "{appointment:?}");
        Ok(())
    }

    /// A visit was added to a day: there are no more than the doctor takes, as they said at some moment since whoever added it
    /// began. What money confirms that came late is not counted.
    fn check_load(&self, doctor: &str, day: i64, now: i64, by: &Invocation) -> Result<(), Violation> {
        let limits: Option<Vec<usize>> = self.terms_since(doctor, by.started).map(|terms| terms.limit).collect();
        let Some(most) = limits.and_then(|limits| limits.into_iter().max()) else { return Ok(()) };
        let paid_late = self.paid_late.get(&(doctor.to_owned(), day)).is_some_and(|late| *late >= by.started);
        let open = self.open.get(doctor).into_iter().flatten().filter_map(|id| self.appointments.get(id));
        let visits: Vec<_> = open
            .filter(|it| day_in_india(it.start) == day && (it.is_live(now) || it.stage == Stage::Over))
            .map(|it| (&it.id, it.start, &it.stage))
            .collect();
        let is_within = visits.len() <= most || paid_late;
        hold!(is_within, "a doctor has more visits in a day than they take", "{doctor}, {most} at most: {visits:?}");
        Ok(())
    }

    fn check_person(&self, person: &str, now: i64) -> Result<(), Violation> {
        let open = self.open.get(person).into_iter().flatten().filter_map(|id| self.appointments.get(id));
        let mut live: Vec<&Appointment> = open.filter(|appointment| appointment.is_live(now)).collect();
        live.sort_by_key(|appointment| appointment.start);
        for pair in live.windows(2) {
            let apart = pair[0].end <= pair[1].start;
            hold!(apart, "somebody is in two appointments that overlap", "{:?} and {:?}", pair[0], pair[1]);
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

    /// Money that was captured is kept under a rule that fits what became of the visit, or promised back in the very same
    /// write; what is promised is what the refunds say, and never more than came.
    fn check_payment(&self, id: &str, just_captured: bool) -> Result<(), Violation> {
        let (Some(payment), Some(appointment)) = (self.payments.get(id), self.appointments.get(id)) else {
            return Ok(());
        };
        let accounts = accounts_of(payment);
        for account in &accounts {
            let claimed: i64 = self.claims(id, &account.attempt).filter_map(|refund| number(refund, "amount")).sum();
            hold!(
                account.promised == claimed,
                "what is promised is not what the refunds say",
                "{account:?}: {claimed}"
            );
            hold!(account.promised <= account.captured, "more is promised than came", "{account:?}");
        }
        if text(payment, "state") != "captured" {
            return Ok(());
        }
        for account in accounts.iter().filter(|account| account.attempt != text(payment, "gateway_payment")) {
            let goes_back = account.rule == "duplicate_capture" && account.promised == account.captured;
            hold!(goes_back, "a second payment was kept", "{account:?} {payment:?}");
        }
        let paying = accounts.iter().find(|account| account.attempt == text(payment, "gateway_payment"));
        let Some(paying) = paying else {
            return Err(Violation::of("a captured payment has no account", format!("{payment:?}")));
        };
        let rules: &[&str] = match (&appointment.stage, appointment.state.as_str()) {
            (Stage::Firm, _) => &["visit_confirmed"],
            (Stage::Over, "completed") => &["visit_held"],
            (Stage::Over, _) => &["patient_absent", "doctor_absent"],
            (Stage::Cancelled { by }, _) if by == "patient" && !just_captured => {
                &["cancelled_early", "cancelled_late", "cancelled_last_minute", "late_capture"]
            }
            (Stage::Cancelled { by }, _) if by == "doctor" => &["cancelled_by_doctor", "late_capture"],
            (Stage::Cancelled { by }, _) if by == "admin" => &["cancelled_by_admin", "late_capture"],
            (Stage::Cancelled { by }, _) if by == "suspension" => &["doctor_suspended", "late_capture"],
            // It came when the hold was over or the visit was cancelled.
            (Stage::Held { .. } | Stage::Cancelled { .. }, _) => &["late_capture"],
        };
        // What an administrator granted before counts towards what the rule gives, and adds to it afterwards.
        let granted = self.claims(id, &paying.attempt).filter(|refund| text(refund, "reason") == "granted");
        let granted: i64 = granted.filter_map(|refund| number(refund, "amount")).sum();
        let ruled = paying.captured * paying.percent / 100;
        hold!(
            rules.contains(&paying.rule.as_str()) && (ruled.max(granted)..=ruled + granted).contains(&paying.promised),
            "money is kept or given back under a rule that does not fit",
            "{appointment:?} {paying:?}"
        );
        Ok(())
    }

    /// The refunds of an attempt that count.
    fn claims<'a>(&'a self, payment: &str, attempt: &'a str) -> impl Iterator<Item = &'a Item> {
        let partition = format!("PAY#{payment}");
        let first = (partition.clone(), format!("REFUND#{attempt}"));
        let of_it = self.refunds.range(first..).take_while(move |((pk, _), _)| *pk == partition);
        let of_it = of_it.filter(move |((_, sk), _)| sk["REFUND#".len()..].split('-').next() == Some(attempt));
        of_it.map(|(_, refund)| refund).filter(|refund| text(refund, "state") != "superseded")
    }

    // --- bookings under way, and what they may hear ------------------------------------------------------------

    /// An invocation begins.
    pub fn begins(&mut self, invocation: &Invocation) {
        self.beside.begins(invocation, self.turn);
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

    /// Forgets a booking, and says what it may hear.
    pub fn watched(&mut self, invocation: &Invocation) -> Watch {
        self.ended.remove(&invocation.id).unwrap_or_default()
    }

    fn justify(&self, invocation: &Invocation, watch: &mut Watch) {
        let Event::Http(call) = &invocation.event else { return };
        let (patient, now) = (call.caller.id.to_string(), invocation.now());
        if call.operation == "bookEarliest" {
            // What stands in the way of the patient at whatever slot.
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
    /// Not judged is what lies beyond the slots that are tried or the pages that are read, what doctors offer who take only so
    /// many visits in a day, and what is found while somebody else writes: then the reads of one request see different tables.
    /// Nobody here wishes for a kind of visit that takes several slots.
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

    /// Looks at an answer to a request that was said once, or several times under one key.
    ///
    /// # Errors
    /// What does not hold.
    pub fn judge(
        &mut self,
        call: &Call,
        (by, requests): (&str, &[String]),
        answer: &Answer,
        watch: &Watch,
    ) -> Result<(), Violation> {
        let is_expected = answer.status < 500 || answer.status == 503 || self.gateway_lies;
        hold!(is_expected, "something went wrong on our side", "{}", answer.status);
        if call.key.is_some() {
            let recorded: Vec<_> = requests.iter().filter(|request| self.answers.contains_key(*request)).collect();
            hold!(recorded.len() < 2, "a request was carried out twice", "{requests:?}");
            match recorded.first() {
                Some(writer) => {
                    let record = &self.answers[*writer];
                    let same = i64::from(answer.status) == number(record, "status").unwrap()
                        && answer.body == text(record, "body")
                        && answer.location.as_deref().unwrap_or_default() == text(record, "location")
                        && answer.etag.as_deref().unwrap_or_default() == text(record, "etag");
                    // Two at once: the one was refused, and had looked for the last time, before the other was carried out.
                    let earlier = !answer.is_success() && self.looked.get(by) < self.recorded_at.get(*writer);
                    let own = answer.status == 503 || same || earlier;
                    hold!(own, "somebody hears something else of an own success", "recorded is {record:?}");
                }
                None => hold!(!answer.is_success(), "a success that is not there", "{requests:?}"),
            }
        }
        if let Some(tag) = &call.if_match
            && answer.is_success()
        {
            let count = self.replaced.entry(format!("{} {:?} {tag}", call.operation, call.path)).or_default();
            *count += 1;
            hold!(*count == 1, "one version was replaced twice", "{:?} {tag}", call.path);
        }
        match (call.operation, answer.status) {
            ("rescheduleAppointment", 200) => {
                let there = self.appointments.get(&call.path[0].1);
                hold!(there.is_some(), "a visit was moved that is not there", "{:?}", call.path);
            }
            ("bookAppointment" | "bookEarliest" | "acceptOffer", 201) => {
                let there = self.appointments.get(answer.json()["id"].as_str().unwrap_or_default());
                let mine = there.is_some_and(|there| there.patient == call.caller.id.to_string());
                hold!(mine, "a booking that is not there", "{there:?}");
            }
            ("bookEarliest", 409) if answer.problem() == "no-free-slot" => {
                let first = watch.surely();
                hold!(first.is_none(), "a slot was there to be found", "{first:?}");
            }
            ("joinWaitlist", 201) => {
                let there = self.waiting.entries.get(answer.json()["id"].as_str().unwrap_or_default());
                let mine = there.is_some_and(|there| there.patient == call.caller.id.to_string());
                hold!(mine, "an entry of a waiting list that is not there", "{there:?}");
            }
            ("leaveWaitlist", 204) => {
                let there = self.waiting.entries.get(&call.path[0].1);
                hold!(there.is_some_and(|there| !there.is_open()), "somebody left and waits", "{there:?}");
            }
            ("bookAppointment" | "bookEarliest" | "acceptOffer", 404 | 409 | 422) => {
                let told = answer.problem();
                let told = field_refused(answer).unwrap_or(&told);
                hold!(watch.justifies(told), "a booking was refused without reason", "{told}: only {watch:?}");
            }
            ("bookSeries", 409) => {
                hold!(answer.problem() == "series-not-free", "a series was refused without reason", "{answer:?}");
                let slots = wanted(call);
                let body = answer.json();
                let errors: Vec<&Value> = body["errors"].as_array().into_iter().flatten().collect();
                let reason = |index: usize| {
                    let pointer = format!("#/occurrences/{index}");
                    errors.iter().find(|error| error["pointer"] == *pointer)?["detail"].as_str()
                };
                let reasons: Vec<Option<&str>> = (0..slots.len()).map(reason).collect();
                let refused = reasons.iter().flatten().count();
                let is_enough = refused >= if wants_all(call) { 1 } else { slots.len() };
                hold!(is_enough && refused == errors.len(), "a series was refused without reason", "{answer:?}");
                self.check_reasons(call, &reasons, watch)?;
            }
            ("cancelAppointment", 200) => {
                let there = self.appointments.get(&call.path[0].1);
                let done = there.is_some_and(|there| matches!(there.stage, Stage::Cancelled { .. }));
                hold!(done, "a cancellation that is not there", "{there:?}");
            }
            ("startPayment", 200) => {
                let there = self.payments.get(&call.path[0].1);
                let order = answer.json()["orderId"].as_str().unwrap_or_default().to_owned();
                let own = there.is_some_and(|there| text(there, "order_id") == order);
                hold!(own, "an order was shown that is not the payment's", "{there:?}");
            }
            _ => {}
        }
        Ok(())
    }

    /// The terms of a doctor.
    ///
    /// # Panics
    /// If there is no such doctor.
    pub fn terms(&self, doctor: &str) -> &Terms {
        &self.terms[doctor].last().expect("a doctor has terms").1
    }

    /// The terms that a doctor has had at some moment since then.
    fn terms_since(&self, doctor: &str, since: i64) -> impl Iterator<Item = &Terms> {
        let all = &self.terms[doctor];
        let before = all.iter().rposition(|(from, _)| *from < since).unwrap_or(0);
        all[before..].iter().map(|(_, terms)| terms)
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

/// What a write has touched.
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
    /// Slots that somebody had, as they were before.
    had: Vec<Slot>,
    /// Days (in India) to which a visit was added, by doctor.
    added: BTreeSet<(String, i64)>,
}

/// How one state of a slot may follow another: whoever has it keeps its time and place, and a schedule disturbs nobody and leaves
/// alone what was published by hand.
fn replacement(last: &Slot, next: &Slot, by: &Invocation) -> Result<(), Violation> {
    let is_kept = last.holder().is_none() || last.holder() != next.holder();
    let is_same = (last.end, &last.clinic) == (next.end, &next.clinic);
    hold!(is_kept || is_same, "a slot was changed that somebody has", "{next:?} after {last:?}");
    if by.function() == "applySchedule" {
        let is_theirs = last.holder().is_some() || (!last.is_planned && last.state != State::Withdrawn);
        let is_left = last.state == next.state && is_same;
        hold!(!is_theirs || is_left, "a schedule took a slot that is not its own", "{next:?} after {last:?}");
    }
    Ok(())
}

/// What a booking is told of one of its fields.
fn field_refused(answer: &Answer) -> Option<&'static str> {
    let body = answer.json();
    let error = body["errors"].get(0).filter(|_| answer.status == 422)?;
    match (error["pointer"].as_str()?, error["detail"].as_str()?) {
        ("#/slotId", "is in the past") => Some("in-past"),
        ("#/slotId", "can't be booked at such short notice") => Some("too-short-notice"),
        ("#/kind", _) => Some("too-few-slots"),
        _ => None,
    }
}

/// The kind of visit that is wanted.
fn kind_of(call: &Call) -> &str {
    call.body.as_ref().and_then(|body| body["kind"].as_str()).unwrap_or(USUAL)
}

/// How one state of an appointment may follow another.
fn succession(last: &Appointment, next: &Appointment) -> Result<(), Violation> {
    let same = (&last.patient, &last.doctor, last.fee) == (&next.patient, &next.doctor, next.fee);
    hold!(same, "an appointment became another's", "{next:?} after {last:?}");
    let possible = match (&last.stage, &next.stage) {
        (Stage::Held { .. }, _) | (Stage::Firm, Stage::Firm | Stage::Over | Stage::Cancelled { .. }) => true,
        (Stage::Cancelled { by }, Stage::Firm) => by == "expiry",
        _ => false,
    };
    hold!(possible, "an appointment went back", "{next:?} after {last:?}");
    // A calendar takes no news that is not newer than what it has.
    let visible = (last.start, last.end, &last.state) != (next.start, next.end, &next.state);
    hold!(
        !visible || next.sequence > last.sequence,
        "a change of an appointment is not newer",
        "{next:?} after {last:?}"
    );
    Ok(())
}

/// The slots that a booking wants of the doctor whom it names, in the order of time.
fn wanted(call: &Call) -> Vec<String> {
    let body = call.body.as_ref().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    if let Some(slots) = body["slotIds"].as_array() {
        let mut slots: Vec<String> = slots.iter().map(text).collect();
        slots.sort();
        return slots;
    }
    let Some(first) = body["first"].as_str() else { return vec![text(&body["slotId"])] };
    // The clocks of the doctors, who are in India, are never changed.
    let every = body["everyDays"].as_i64().unwrap_or(7) * DAY;
    (0..body["count"].as_i64().unwrap()).map(|number| slot_id(start_of(first) + number * every)).collect()
}

/// Whether a series is to be booked as a whole or not at all.
fn wants_all(call: &Call) -> bool {
    call.body.as_ref().is_none_or(|body| body["mode"] != "available")
}

fn booked_doctor(call: &Call) -> &str {
    call.body.as_ref().and_then(|body| body["doctorId"].as_str()).unwrap()
}

/// Where a pointer of a doctor's stands in the indexes, and to what it points.
fn places_of(pointer: &Item, doctor: &str) -> impl Iterator<Item = ((String, String), i64)> {
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

fn slot(doctor: &str, sk: &str, item: &Item) -> Slot {
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

fn appointment(id: &str, item: &Item) -> Appointment {
    let state = text(item, "state");
    let stage = match state {
        "held" => Stage::Held { until: number(item, "hold_until").unwrap() },
        "confirmed" | "checked_in" | "in_progress" => Stage::Firm,
        "completed" | "no_show" => Stage::Over,
        "cancelled" => Stage::Cancelled { by: text(item, "by").to_owned() },
        other => panic!("an appointment is {other}"),
    };
    let start = number(item, "start").unwrap();
    let slots = match item.get("slots").and_then(|slots| slots["L"].as_array()) {
        Some(slots) => slots.iter().map(|slot| slot["S"].as_str().unwrap().to_owned()).collect(),
        None => {
            let start = Timestamp::from_millisecond(start).unwrap();
            vec![SlotId::new(start).unwrap().to_string()]
        }
    };
    Appointment {
        id: id.to_owned(),
        patient: text(item, "patient").to_owned(),
        doctor: text(item, "doctor").to_owned(),
        start,
        end: number(item, "end").unwrap(),
        slots,
        fee: number(item, "fee").unwrap(),
        stage,
        state: state.to_owned(),
        sequence: number(item, "sequence").unwrap(),
    }
}

/// Start (8 bytes, milliseconds), length (2, minutes), appointment (16), end of the hold (8, milliseconds; 0 for none).
fn agenda(item: &Item) -> Vec<Entry> {
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
