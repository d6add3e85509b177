//! What must hold after every write, checked on what the write has touched, and on every answer that is given.
//!
//! Times are compared by the true clock. A function's clock is wrong by [`SKEW`] at most, so that a hold may be taken
//! by so much early; what holds without clocks (a slot has one holder, two confirmed visits never overlap) is checked
//! without tolerance.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::id::SlotId;
use serde_json::{Map, Value};

use crate::fleet::Call;
use crate::table::{Change, Item, Key, number, text};
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
    /// Kept for somebody who waited for it.
    Offered {
        to: String,
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
                State::Offered { to, until } => *until <= now || to == patient,
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

/// What a booking may be refused for, as the table stands.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// The problems that were justified at some moment while the booking was under way.
    justified: BTreeSet<&'static str>,
}

/// The state that is checked, and what is under way.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    pub doctors: BTreeMap<String, bool>,
    /// Doctors who ask for no fee, so that nothing is held.
    generous: BTreeSet<String>,
    /// How many visits a doctor takes in a day, if that is limited.
    limits: BTreeMap<String, usize>,
    pub slots: BTreeMap<(String, i64), Slot>,
    pub appointments: BTreeMap<String, Appointment>,
    pub agendas: HashMap<String, Vec<Entry>>,
    pub payments: BTreeMap<String, Item>,
    pub refunds: BTreeMap<Key, Item>,
    /// By patient and by doctor: what may be live.
    open: HashMap<String, BTreeSet<String>>,
    /// Bookings under way.
    watched: BTreeMap<String, (Invocation, Watch)>,
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

/// The day, counted from 1970, on which an instant (in milliseconds) is in India, where the doctors are.
const fn day_in_india(at: i64) -> i64 {
    (at + 330 * 60_000).div_euclid(24 * 60 * 60_000)
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
        self.check(&touched, now).map_err(|violation| Violation {
            detail: format!("{} (after a write of {} {})", violation.detail, by.function(), by.id),
            ..violation
        })?;
        let watched: Vec<String> = self.watched.keys().cloned().collect();
        for id in watched {
            let (invocation, mut watch) = self.watched.remove(&id).unwrap();
            self.justify(&invocation, &mut watch);
            self.watched.insert(id, (invocation, watch));
        }
        Ok(())
    }

    fn take(&mut self, change: &Change, now: i64, by: &Invocation, touched: &mut Touched) -> Result<(), Violation> {
        let (pk, sk) = &change.key;
        let (family, id) = pk.split_once('#').unwrap_or((pk, ""));
        let kind = sk.split_once('#').map_or(sk.as_str(), |(kind, _)| kind);
        let Some(after) = &change.after else {
            // Nothing that matters is ever deleted: a directory entry may be, and a timer that was rung.
            hold!(["DIR", "ACT", "DUE"].contains(&family), "an item was deleted", "{pk} {sk}");
            return Ok(());
        };
        let before = change.before.as_ref();
        if self.structural
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
                match number(after, "fee") {
                    Some(0) => self.generous.insert(id.to_owned()),
                    _ => self.generous.remove(id),
                };
                let limit =
                    after.get("terms").and_then(|terms| terms.pointer("/M/daily_limit/N")?.as_str()?.parse().ok());
                if let Some(limit) = limit {
                    self.limits.insert(id.to_owned(), limit);
                }
                let was = self.doctors.insert(id.to_owned(), active);
                hold!(was != Some(false) || !active, "a suspension was undone", "{id}");
            }
            ("DOC", "SLOT") => {
                let slot = slot(id, sk, after);
                if let Some(earlier) = self.slots.get(&(slot.doctor.clone(), slot.start)) {
                    touched.appointments.extend(earlier.holder().map(str::to_owned));
                }
                touched.appointments.extend(slot.holder().map(str::to_owned));
                touched.slots.insert((slot.doctor.clone(), slot.start));
                self.slots.insert((slot.doctor.clone(), slot.start), slot);
            }
            ("APPT", "APPT") => {
                let next = appointment(id, after);
                if let Some(last) = self.appointments.get(id) {
                    succession(last, &next)?;
                    touched.slots.extend(self.places(last));
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
        };
        self.check(&touched, now)
    }

    fn check(&self, touched: &Touched, now: i64) -> Result<(), Violation> {
        touched.slots.iter().try_for_each(|place| self.check_slot(place, now))?;
        touched.appointments.iter().try_for_each(|id| self.check_appointment(id, now))?;
        touched.people.iter().try_for_each(|person| self.check_person(person, now))?;
        touched.payments.iter().try_for_each(|id| self.check_payment(id, touched.captured.contains(id)))
    }

    fn check_slot(&self, place: &(String, i64), now: i64) -> Result<(), Violation> {
        let Some(slot) = self.slots.get(place) else { return Ok(()) };
        if slot.state != State::Withdrawn {
            // No slot is longer than 480 minutes.
            let from = (slot.doctor.clone(), slot.start - 480 * 60_000);
            let others = self.slots.range(from..(slot.doctor.clone(), slot.end)).map(|(_, other)| other);
            for other in others.filter(|other| other.start != slot.start && other.state != State::Withdrawn) {
                hold!(other.end <= slot.start, "published slots overlap", "{slot:?} and {other:?}");
            }
        }
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

    fn check_person(&self, person: &str, now: i64) -> Result<(), Violation> {
        let open = self.open.get(person).into_iter().flatten().filter_map(|id| self.appointments.get(id));
        let mut live: Vec<&Appointment> = open.filter(|appointment| appointment.is_live(now)).collect();
        live.sort_by_key(|appointment| appointment.start);
        for pair in live.windows(2) {
            let apart = pair[0].end <= pair[1].start;
            hold!(apart, "somebody is in two appointments that overlap", "{:?} and {:?}", pair[0], pair[1]);
        }
        if let Some(&limit) = self.limits.get(person) {
            let mut days: BTreeMap<i64, usize> = BTreeMap::new();
            live.iter().for_each(|appointment| *days.entry(day_in_india(appointment.start)).or_default() += 1);
            let within = days.values().all(|visits| *visits <= limit);
            hold!(within, "a doctor has more visits in a day than they take", "{person}: {live:?}");
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
            let of_it = (format!("PAY#{id}"), format!("REFUND#{}", account.attempt));
            let refunds = self.refunds.range(of_it..).take_while(|((pk, _), _)| *pk == format!("PAY#{id}"));
            let refunds =
                refunds.filter(|((_, sk), _)| sk["REFUND#".len()..].split('-').next() == Some(&account.attempt));
            let claimed: i64 = refunds
                .filter(|(_, refund)| text(refund, "state") != "superseded")
                .filter_map(|(_, refund)| number(refund, "amount"))
                .sum();
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
        hold!(
            rules.contains(&paying.rule.as_str()) && paying.promised == paying.captured * paying.percent / 100,
            "money is kept or given back under a rule that does not fit",
            "{appointment:?} {paying:?}"
        );
        Ok(())
    }

    // --- bookings under way, and what they may hear ------------------------------------------------------------

    /// An invocation begins.
    pub fn begins(&mut self, invocation: &Invocation) {
        if matches!(&invocation.event, Event::Http(call) if call.operation == "bookAppointment") {
            let mut watch = Watch::default();
            self.justify(invocation, &mut watch);
            self.watched.insert(invocation.id.clone(), (invocation.clone(), watch));
        }
    }

    /// An invocation has ended, before its answer is looked at.
    pub fn ends(&mut self, invocation: &Invocation) {
        if let Some((_, watch)) = self.watched.remove(&invocation.id) {
            // Kept until the answer is looked at.
            self.watched.insert(format!("ended {}", invocation.id), (invocation.clone(), watch));
        }
    }

    /// Forgets a booking, and says what it might have been refused for.
    pub fn justified(&mut self, invocation: &Invocation) -> BTreeSet<&'static str> {
        let ended = self.watched.remove(&format!("ended {}", invocation.id));
        ended.map(|(_, watch)| watch.justified).unwrap_or_default()
    }

    fn justify(&self, invocation: &Invocation, watch: &mut Watch) {
        let Event::Http(call) = &invocation.event else { return };
        let body = call.body.as_ref().unwrap();
        let (doctor, slot) = (body["doctorId"].as_str().unwrap(), body["slotId"].as_str().unwrap());
        let patient = call.caller.id.to_string();
        watch.justified.extend(self.refusals(doctor, &[slot], &patient, invocation.now()));
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
        justified: &BTreeSet<&'static str>,
    ) -> Result<(), Violation> {
        hold!(answer.status < 500 || answer.status == 503, "something went wrong on our side", "{}", answer.status);
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
            ("bookAppointment" | "bookEarliest", 201) => {
                let there = self.appointments.get(answer.json()["id"].as_str().unwrap_or_default());
                let mine = there.is_some_and(|there| there.patient == call.caller.id.to_string());
                hold!(mine, "a booking that is not there", "{there:?}");
            }
            ("bookAppointment", 404 | 409) => {
                let told = answer.problem();
                hold!(justified.contains(told.as_str()), "a booking was refused without reason", "only {justified:?}");
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

    /// How many live visits the doctor of a slot has on its day.
    fn visits_on(&self, slot: &Slot, now: i64) -> usize {
        let open = self.open.get(&slot.doctor).into_iter().flatten().filter_map(|id| self.appointments.get(id));
        open.filter(|it| it.is_live(now) && day_in_india(it.start) == day_in_india(slot.start)).count()
    }

    /// Everything that a booking could be refused for now, by a clock that shows `now`.
    pub fn refusals(&self, doctor: &str, slots: &[&str], patient: &str, now: i64) -> Vec<&'static str> {
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
        if self.doctors.get(doctor) == Some(&false) {
            refusals.push("doctor-unavailable");
        }
        if self.limits.get(doctor).is_some_and(|limit| found.iter().any(|slot| self.visits_on(slot, now) >= *limit)) {
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
        if holds >= domain::agenda::MAX_HOLDS && !self.generous.contains(doctor) {
            refusals.push("too-many-holds");
        }
        if open.len() >= domain::agenda::MAX_OPEN {
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

fn start_of(slot: &str) -> i64 {
    slot.parse::<SlotId>().expect("a slot's id").start().as_millisecond()
}

fn slot(doctor: &str, sk: &str, item: &Item) -> Slot {
    let id = sk.split_once('#').unwrap().1.to_owned();
    let by = text(item, "appointment").to_owned();
    let start = start_of(&id);
    let state = match text(item, "state") {
        "free" => State::Free,
        "held" => State::Held { by, until: number(item, "hold_until").unwrap() },
        "offered" => {
            State::Offered { to: text(item, "offered_to").to_owned(), until: number(item, "hold_until").unwrap() }
        }
        "booked" => State::Booked { by },
        "withdrawn" => State::Withdrawn,
        other => panic!("a slot is {other}"),
    };
    let closes = number(item, "closes").unwrap_or(start).min(start);
    Slot { doctor: doctor.to_owned(), start, end: number(item, "end").unwrap(), closes, id, state }
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
            let start = jiff::Timestamp::from_millisecond(start).unwrap();
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
