//! What must hold of answers: they are true, said once, and a refusal has a reason.

use std::collections::BTreeSet;

use serde_json::Value;

use super::appointments::{Stage, Terms};
use super::refusals::Watch;
use super::slots::start_of;
use super::{Checker, DAY, USUAL};
use crate::functions::Call;
use crate::requests::slot_id;
use crate::table::{Change, number, text};
use crate::violation::{Violation, hold};
use crate::world::{Answer, Event, Invocation};

/// The operations by which a patient books.
pub(super) const BOOKINGS: [&str; 4] = ["bookAppointment", "bookEarliest", "bookSeries", "acceptOffer"];

impl Checker {
    /// A booking writes the visits of its answer, in one write with that answer: one visit, or the available ones of a series.
    pub(super) fn check_booked(&self, changes: &[Change], by: &Invocation) -> Result<(), Violation> {
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

    /// Each refused occurrence could not be booked at some moment, after those before it.
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
            // The problem of a single booking for a missing slot.
            let problem = if reason == "not-published" { "not-found" } else { reason };
            let may = watch.justified.get(index).is_some_and(|occurrence| occurrence.contains(problem)) || after_those;
            hold!(may, "an occurrence was refused without reason", "{reason} of {index} of {slots:?}: only {watch:?}");
        }
        Ok(())
    }

    /// Judges the answer to a request that was sent once, or several times under one key.
    ///
    /// # Errors
    /// The invariant that does not hold.
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
                    hold!(own, "a client gets another answer than its own success", "recorded is {record:?}");
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
                hold!(there.is_some_and(|there| !there.is_open()), "an entry was left and still waits", "{there:?}");
            }
            ("bookAppointment" | "bookEarliest" | "acceptOffer", 404 | 409 | 422) => {
                let problem = answer.problem();
                let problem = field_refused(answer).unwrap_or(&problem);
                hold!(watch.justifies(problem), "a booking was refused without reason", "{problem}: only {watch:?}");
            }
            ("bookSeries", 409) => {
                hold!(answer.problem() == "series-not-free", "a series was refused without reason", "{answer:?}");
                let slots = wanted(call);
                let body = answer.json();
                let errors: Vec<&Value> = body["errors"].as_array().into_iter().flatten().collect();
                let details: Vec<&str> = errors.iter().filter_map(|error| error["detail"].as_str()).collect();
                let reason =
                    |slot: &String| details.iter().find_map(|detail| detail.strip_prefix(&format!("{slot}: ")));
                let reasons: Vec<Option<&str>> = slots.iter().map(reason).collect();
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
}

/// The refusal of one of a booking's fields.
fn field_refused(answer: &Answer) -> Option<&'static str> {
    let body = answer.json();
    let error = body["errors"].get(0).filter(|_| answer.status == 422)?;
    match (error["pointer"].as_str()?, error["detail"].as_str()?) {
        ("#/slotId", "is in the past") => Some("in-past"),
        ("#/slotId", detail) if detail.starts_with("can't be booked at such short notice") => Some("too-short-notice"),
        ("#/kind", _) => Some("too-few-slots"),
        _ => None,
    }
}

/// The kind of visit that is wanted.
pub(super) fn kind_of(call: &Call) -> &str {
    call.body.as_ref().and_then(|body| body["kind"].as_str()).unwrap_or(USUAL)
}

/// The slots that a booking wants of its doctor, in the order of time.
pub(super) fn wanted(call: &Call) -> Vec<String> {
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

pub(super) fn booked_doctor(call: &Call) -> &str {
    call.body.as_ref().and_then(|body| body["doctorId"].as_str()).unwrap()
}
