//! The keys of calendars, slots, schedules, daily quotas and first free slots.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::availability::slot::Mode;
use domain::core::id::{DoctorId, SlotId};
use domain::core::person::{Language, Speciality};
use domain::core::time::MAX_MINUTES;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::table::entities::{entities, guards};
use crate::table::item::{Attributes, Row};
use crate::table::key::{KeyPart, LONGEST_SORT_KEY, Span, attributes, ceiling, minute, sortable, utc_date};

entities! {
    /// The version of a doctor's calendar.
    Calendar(doctor: DoctorId) "calendar" = "DOC#{doctor}" | "CAL"
        new CALENDAR_NEW "two first publications at once would give a doctor slots that overlap"
        unchanged CALENDAR_UNCHANGED "two publications at once would give a doctor slots that overlap";
    /// A doctor's schedule.
    Schedule(doctor: DoctorId) "schedule" = "DOC#{doctor}" | "SCHED"
        new SCHEDULE_NEW "two first schedules at once would leave only one of them, and its author would not know"
        unchanged SCHEDULE_UNCHANGED "a doctor would overwrite hours that the practice has just changed";
    /// A day of a doctor with a daily limit.
    DailyQuota(doctor: DoctorId, date: Date) "daily_quota" = "DOC#{doctor}" | "DAY#{date}"
        new DAILY_QUOTA_NEW "two patients at once would both be the one visit that a doctor takes in a day"
        unchanged DAILY_QUOTA_UNCHANGED "two patients at once would both be the last visit that a doctor takes in a day";
    /// The first free slots of a doctor's day, as they are known.
    FirstFreeSlots(doctor: DoctorId, date: Date) "first_free_slots" = "DOC#{doctor}" | "FREE#{date}"
        expires "after the day"
        new FIRST_FREE_SLOTS_NEW
            "of two first readings of a day the older one could be written last, and hide a slot that is free"
        unchanged FIRST_FREE_SLOTS_UNCHANGED
            "a reading of a day from before a slot was released would be written after the one from behind it";
    /// The entry of a doctor's day in the indexes of first free slots, for a speciality and a language or any (`*`).
    FirstFreeSlotIndex(doctor: DoctorId, date: Date, under: SearchKey) "first_free_slot_index"
        = "DOC#{doctor}" | "FIRST#{date}#{under}"
        indexed "GSI1 `EARLIEST#<date>#<speciality>#<language or *>` / `<start>#<doctor>`, as long as there is a free slot"
        indexed "GSI2 `VIDEO#..`, the same for video visits"
        indexed "GSI3 `CLINIC#..`, the same for visits in a clinic"
        expires "after the day";
    /// A slot.
    Slot(doctor: DoctorId, slot: SlotId) "slot" = "DOC#{doctor}" | "SLOT#{slot}"
        unchanged SLOT_UNCHANGED "a cancellation would free a slot that another patient has taken meanwhile";
}

guards! {
    /// A booking or a move takes a slot, or a move keeps one.
    SLOT_BOOKABLE = "ver = :ver AND (#state = :free OR (#state IN (:held, :offered) AND hold_until <= :now) \
                     OR (#state = :offered AND offered_to = :patient) OR appointment = :appointment)",
        states ["free", "held", "offered"];
        "two patients would hold one slot, or a slot that was withdrawn would be booked"
    /// A publication puts a slot.
    SLOT_UNPUBLISHED = "attribute_not_exists(PK) OR #state = :withdrawn", states ["withdrawn"];
        "a publication from an old reading would free a slot that is booked"
    /// Slots are brought in line with a schedule.
    SCHEDULE_CURRENT = "ver = :ver";
        "slots would be published from hours that the doctor has just given up"
}

/// Under what patients look for the earliest slot: a speciality, and a language or any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SearchKey {
    /// What the doctor treats.
    pub speciality: Speciality,
    /// In which language.
    pub language: Option<Language>,
}

/// `<speciality>#<language or *>`.
impl KeyPart for SearchKey {
    fn text(&self) -> String {
        format!("{}#{}", self.speciality.text(), self.language.text())
    }

    fn read(text: &str) -> Option<Self> {
        let (speciality, language) = text.split_once('#')?;
        Some(Self { speciality: KeyPart::read(speciality)?, language: KeyPart::read(language)? })
    }
}

/// The index of first free slots of a mode or of any, and its family.
const fn index(mode: Option<Mode>) -> (&'static str, &'static str) {
    match mode {
        None => ("GSI1", "EARLIEST"),
        Some(Mode::Video) => ("GSI2", "VIDEO"),
        Some(Mode::Clinic) => ("GSI3", "CLINIC"),
    }
}

fn index_partition(family: &str, date: Date, under: &SearchKey) -> String {
    format!("{family}#{date}#{}", under.text())
}

/// The places of a doctor's day in the indexes of first free slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstFreeSlotPlaces {
    pub under: SearchKey,
    pub doctor: DoctorId,
    pub first: Option<Timestamp>,
    pub video: Option<Timestamp>,
    pub clinic: Option<Timestamp>,
}

impl FirstFreeSlotPlaces {
    pub fn attributes(&self) -> Attributes {
        let places = [(None, self.first), (Some(Mode::Video), self.video), (Some(Mode::Clinic), self.clinic)];
        let place = |(mode, start): (Option<Mode>, Option<Timestamp>)| {
            let start = start?;
            let (index, family) = index(mode);
            let pk = index_partition(family, utc_date(start), &self.under);
            Some([(format!("{index}PK"), pk), (format!("{index}SK"), StartPlace::of_slot(start, self.doctor).0)])
        };
        let pairs = places.into_iter().filter_map(place).flatten();
        pairs.map(|(name, value)| (name, AttributeValue::S(value))).collect()
    }
}

/// Where a first free slot stands in time, among those of all doctors: the sort key of its indexes, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StartPlace(String);

impl StartPlace {
    /// Before every slot that starts at an instant or later, and behind all that start before it.
    pub fn at(instant: Timestamp) -> Self {
        Self(minute(ceiling(sortable(instant))))
    }

    fn of_slot(start: Timestamp, doctor: DoctorId) -> Self {
        Self(format!("{}Z#{doctor}", minute(start)))
    }

    /// The place of an entry in the index of a mode.
    pub fn of(row: &Row, mode: Option<Mode>) -> Option<Self> {
        row.text(&format!("{}SK", index(mode).0)).map(|place| Self(place.to_owned()))
    }

    /// Which slot it names; `None` for a beginning.
    pub fn slot(&self) -> Option<(DoctorId, SlotId)> {
        let (slot, doctor) = self.0.split_once('#')?;
        Some((doctor.parse().ok()?, slot.parse().ok()?))
    }

    /// Where a page ended, as the cursor that the client brings back.
    pub fn cursor(&self) -> Attributes {
        attributes([("PK", Self::FAMILY.to_owned()), ("SK", self.0.clone())])
    }

    /// Reads a cursor back, which the client may have changed.
    pub fn parse(cursor: &Attributes) -> Option<Self> {
        let text = |name: &str| cursor.get(name).and_then(|value| value.as_s().ok());
        let place = text("SK").filter(|place| (1..=LONGEST_SORT_KEY).contains(&place.len()))?;
        (text("PK")? == Self::FAMILY && cursor.len() == 2).then(|| Self(place.clone()))
    }

    /// The day (UTC) that it is in.
    pub fn date(&self) -> Option<Date> {
        Date::strptime("%Y%m%d", self.0.get(..8)?).ok()
    }

    const FAMILY: &str = "STARTPLACE";
}

impl Span {
    /// A doctor's slots that start in `from..to`.
    pub fn slots(doctor: DoctorId, from: Timestamp, to: Timestamp) -> Self {
        let bound = |at| format!("SLOT#{}", minute(ceiling(at)));
        Self::partition_of(&Key::Calendar(doctor)).between(bound(from), bound(to))
    }

    /// A doctor's slots that can overlap `from..to`: no slot is longer than [`MAX_MINUTES`].
    pub fn slots_around(doctor: DoctorId, from: Timestamp, to: Timestamp) -> Self {
        Self::slots(doctor, from - SignedDuration::from_mins(MAX_MINUTES), to)
    }

    /// The first free slots of a doctor's days, from the one of an instant on.
    pub fn first_free_slots(doctor: DoctorId, from: Timestamp) -> Self {
        let (first, last) = (format!("FREE#{}", utc_date(from)), "FREE#9999-12-31".to_owned());
        Self::partition_of(&Key::Calendar(doctor)).between(first, last)
    }

    /// The first free slots of a day under a search key that are behind one place and before another.
    pub fn first_free_slots_of_all(
        under: &SearchKey,
        mode: Option<Mode>,
        date: Date,
        after: &StartPlace,
        before: &StartPlace,
    ) -> Self {
        let (index, family) = index(mode);
        // All places are equally long: with something behind it a place sorts right behind itself.
        Self::index::<Key>(index, index_partition(family, date, under))
            .between(format!("{} ", after.0), before.0.clone())
    }
}
