//! What must hold of waiting lists: the queues, the offers, and that no entry is passed over.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::checker::{SKEW, Slot, State};
use crate::table::{Change, Item, number, text};
use crate::violation::Violation;
use crate::world::Invocation;

/// Slots that close sooner than that (in milliseconds) are not offered.
const LEAST_OFFER: i64 = domain::appointments::waitlist::LEAST_OFFER_MINUTES * 60_000;

/// The functions that release booked or offered slots.
const RELEASERS: [&str; 7] = [
    "cancelAppointment",
    "rescheduleAppointment",
    "acceptOffer",
    "declineOffer",
    "leaveWaitlist",
    "expireOffers",
    "cancelSeries",
];

/// The speciality and the language of the doctors here.
const SPECIALITY: &str = "cardiology";
const LANGUAGE: &str = "en";

/// An entry of a waiting list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub patient: String,
    /// The doctor, or none for every doctor of a speciality.
    pub doctor: Option<String>,
    speciality: Option<String>,
    language: Option<String>,
    mode: Option<String>,
    from: i64,
    to: i64,
    is_urgent: bool,
    joined: i64,
    /// Doctor and slot of offers that were not accepted.
    passed: Vec<(String, String)>,
    pub state: String,
    pub offer: Option<Offer>,
    version: i64,
    /// The true time at which it was written.
    since: i64,
}

/// The slots that are kept for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub doctor: String,
    pub slots: Vec<String>,
    pub until: i64,
}

impl Entry {
    fn read(id: &str, item: &Item, since: i64) -> Self {
        let words = |list: &Value| -> Vec<String> {
            let words = list["L"].as_array().into_iter().flatten();
            words.filter_map(|word| word["S"].as_str().map(str::to_owned)).collect()
        };
        let some = |name: &str| item.get(name).and_then(|value| value["S"].as_str()).map(str::to_owned);
        let passed = item.get("passed").and_then(|passed| passed["L"].as_array()).into_iter().flatten();
        let passed = passed.map(|it| {
            let word = |name: &str| it["M"][name]["S"].as_str().unwrap_or_default().to_owned();
            (word("doctor"), word("slot"))
        });
        Self {
            id: id.to_owned(),
            patient: text(item, "patient").to_owned(),
            doctor: some("doctor"),
            speciality: some("speciality"),
            language: some("language"),
            mode: some("mode"),
            from: number(item, "from").expect("a window"),
            to: number(item, "to").expect("a window"),
            is_urgent: text(item, "priority") == "urgent",
            joined: number(item, "joined").expect("a time"),
            passed: passed.collect(),
            state: text(item, "state").to_owned(),
            offer: some("offered_by").map(|doctor| Offer {
                doctor,
                slots: words(&item["slots"]),
                until: number(item, "until").expect("an end"),
            }),
            version: number(item, "ver").expect("a version"),
            since,
        }
    }

    pub fn is_open(&self) -> bool {
        ["waiting", "offered"].contains(&self.state.as_str())
    }

    /// The time at which the entry changes without a request.
    pub fn due(&self) -> Option<i64> {
        match &self.offer {
            Some(offer) => Some(offer.until),
            None => (self.state == "waiting").then_some(self.to),
        }
    }

    fn place(&self) -> (bool, i64, &str) {
        (!self.is_urgent, self.joined, &self.id)
    }

    /// The partition of its queue and the key in it.
    fn key(&self) -> (String, String) {
        let queue = match (&self.doctor, &self.speciality) {
            (Some(doctor), _) => format!("QUEUE#DOC#{doctor}"),
            (None, speciality) => format!("QUEUE#SPEC#{}", speciality.as_deref().unwrap_or_default()),
        };
        (queue, self.id.clone())
    }

    /// Whether the slot has the wanted mode, video or clinic.
    fn is_met_in(&self, slot: &Slot) -> bool {
        self.mode.as_deref().is_none_or(|mode| (mode == "clinic") == slot.clinic.is_some())
    }

    /// Whether the slot matches the entry.
    fn wants(&self, slot: &Slot) -> bool {
        let is_of = match &self.doctor {
            Some(doctor) => *doctor == slot.doctor,
            None => {
                self.speciality.as_deref() == Some(SPECIALITY)
                    && self.language.as_deref().is_none_or(|language| language == LANGUAGE)
            }
        };
        is_of
            && self.is_met_in(slot)
            && self.from <= slot.start
            && slot.end <= self.to
            && !self.passed.contains(&(slot.doctor.clone(), slot.id.clone()))
    }
}

/// The current waiting lists.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    pub entries: BTreeMap<String, Entry>,
    /// The copies in the queues: the version, by partition and entry.
    places: BTreeMap<(String, String), i64>,
    /// The open entries that are listed with each patient.
    listed: HashMap<String, BTreeSet<String>>,
}

fn fails(what: &'static str, detail: impl std::fmt::Debug) -> Violation {
    Violation::of(what, format!("{detail:?}"))
}

impl Waiting {
    /// Records a write.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn take(&mut self, change: &Change, now: i64, by: &Invocation) -> Result<(), Violation> {
        let (pk, sk) = &change.key;
        match (pk.split_once('#'), sk.as_str(), &change.after) {
            (Some(("WAIT", id)), "ENTRY", Some(item)) => {
                let next = Entry::read(id, item, now);
                if let Some(last) = self.entries.get(id) {
                    succession(last, &next, now, by)?;
                }
                self.entries.insert(id.to_owned(), next);
            }
            (Some(("QUEUE", _)), place, after) => {
                let entry = place.rsplit('#').next().unwrap_or_default().to_owned();
                let place = (pk.clone(), entry);
                match after {
                    Some(item) => self.places.insert(place, number(item, "ver").expect("a version")),
                    None => self.places.remove(&place),
                };
            }
            (Some(("PAT", patient)), "OPENENTRIES", Some(item)) => {
                let open = item["open"]["L"].as_array().into_iter().flatten();
                let open = open.filter_map(|wait| wait["M"]["entry"]["S"].as_str().map(str::to_owned));
                self.listed.insert(patient.to_owned(), open.collect());
            }
            _ => {}
        }
        Ok(())
    }

    /// What holds of an entry at every time: it is in its queue, once, while it waits, and on its patient's list until it is over.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn check(&self, id: &str, now: i64) -> Result<(), Violation> {
        let Some(entry) = self.entries.get(id) else { return Ok(()) };
        let copies: Vec<_> = self.places.iter().filter(|((_, of), _)| *of == entry.id).collect();
        let is_right = match copies[..] {
            [] => entry.state != "waiting",
            [(place, version)] => entry.state == "waiting" && *place == entry.key() && *version == entry.version,
            _ => false,
        };
        if !is_right {
            return Err(fails("an entry is in its queue twice, or not, or wrongly", (entry, copies)));
        }
        if (entry.state == "offered") != entry.offer.is_some() {
            return Err(fails("an offer without anything that is offered", entry));
        }
        // An entry past its window may leave the list before it is ended.
        let is_listed = self.listed.get(&entry.patient).is_some_and(|listed| listed.contains(id));
        let must = entry.is_open() && entry.to > now + SKEW;
        if (must && !is_listed) || (is_listed && !entry.is_open()) {
            return Err(fails("a patient's list does not match the open entries", (entry, &self.listed)));
        }
        Ok(())
    }

    /// A patient's entries.
    pub fn of(&self, patient: &str) -> impl Iterator<Item = String> {
        self.entries.values().filter(move |entry| entry.patient == patient).map(|entry| entry.id.clone())
    }

    /// An offered slot agrees with the entry of its offer.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn check_slot(&self, slot: &Slot) -> Result<(), Violation> {
        let State::Offered { to, entry, .. } = &slot.state else { return Ok(()) };
        let offered = self.entries.get(entry);
        let offer = offered.and_then(|entry| entry.offer.as_ref());
        let agrees = offered.is_some_and(|entry| entry.patient == *to && entry.is_met_in(slot))
            && offer.is_some_and(|offer| offer.doctor == slot.doctor && offer.slots.contains(&slot.id));
        if agrees { Ok(()) } else { Err(fails("a slot is kept without an entry", (slot, offered))) }
    }

    /// A slot that a write has released was offered to the first entry that matches it, of those that were unchanged since the invocation
    /// began and whose patients could accept; it is free only if there is none. No patient who is busy then gets an offer. With a daily limit the slots of one visit are room for one visit: the first matching
    /// entry has one of them.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn check_offers(
        &self,
        changes: &[Change],
        released: Vec<&Slot>,
        is_limited: impl Fn(&str) -> bool,
        could_accept: impl Fn(&str, &Slot) -> Option<bool>,
        now: i64,
        by: &Invocation,
    ) -> Result<(), Violation> {
        if !RELEASERS.contains(&by.function()) {
            return Ok(());
        }
        let written = |id: &str| changes.iter().find(|change| change.key.0.strip_prefix("WAIT#") == Some(id));
        let releasing: BTreeSet<&str> = changes
            .iter()
            .filter_map(|change| change.after.as_ref())
            .filter(|item| item.contains_key("patient") && text(item, "state") != "offered")
            .map(|item| text(item, "patient"))
            .collect();
        let served_by = |slot: &Slot| match &slot.state {
            State::Offered { entry, .. } => self.entries.get(entry),
            _ => None,
        };
        for slot in &released {
            if let Some(served) = served_by(slot).filter(|served| could_accept(&served.patient, slot) == Some(false)) {
                return Err(fails("a slot was offered to a patient who is busy then", (slot, served)));
            }
        }
        for slot in released.iter().filter(|slot| slot.closes >= now + LEAST_OFFER + 2 * SKEW) {
            let waiting = self.entries.values().filter(|entry| {
                entry.state == "waiting"
                    && entry.since < by.started
                    && written(&entry.id).is_none()
                    && !releasing.contains(entry.patient.as_str())
                    && entry.wants(slot)
                    && could_accept(&entry.patient, slot) == Some(true)
            });
            let Some(first) = waiting.min_by_key(|entry| entry.place()) else { continue };
            let served = if is_limited(&slot.doctor) {
                // A move within the day makes no room.
                if by.function() == "rescheduleAppointment" {
                    continue;
                }
                let served = released.iter().filter_map(|slot| served_by(slot)).min_by_key(|entry| entry.place());
                // A limit that was lowered leaves no room for an offer.
                if served.is_none() {
                    continue;
                }
                served
            } else {
                served_by(slot)
            };
            if served.is_none_or(|served| served.place() > first.place()) {
                return Err(fails("an entry was passed over", (slot, first, served)));
            }
        }
        Ok(())
    }

    /// At rest, no entry is left that should have ended by its time.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn at_rest(&self, now: i64) -> Result<(), Violation> {
        let late = self.entries.values().find(|entry| entry.due().is_some_and(|due| due < now - SKEW));
        match late {
            Some(late) => Err(fails("an offer or an entry past its end was never ended", late)),
            None => Ok(()),
        }
    }

    /// The next time at which an entry changes without a request.
    pub fn next_due(&self) -> Option<i64> {
        self.entries.values().filter_map(Entry::due).min()
    }
}

/// How one state of an entry may follow another.
fn succession(last: &Entry, next: &Entry, now: i64, by: &Invocation) -> Result<(), Violation> {
    let may = match (last.state.as_str(), next.state.as_str()) {
        ("waiting", "waiting") => last.is_urgent != next.is_urgent,
        ("waiting", "offered" | "left") => true,
        ("waiting", "ended") => last.to <= now + SKEW,
        // An offer does not expire before its end.
        ("offered", "waiting" | "ended" | "booked" | "left") => {
            by.function() != "expireOffers" || last.offer.as_ref().is_some_and(|offer| offer.until <= now + SKEW)
        }
        // Only the priority.
        ("offered", "offered") => last.offer == next.offer,
        _ => false,
    };
    let is_same =
        last.patient == next.patient && last.joined == next.joined && (last.from, last.to) == (next.from, next.to);
    if may && is_same { Ok(()) } else { Err(fails("an entry of a waiting list became what it can't", (last, next))) }
}
