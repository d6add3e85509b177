//! The keys of appointments, agendas, series, waiting lists and calendar feeds.

use domain::appointments::waitlist::{Priority, WaitlistQueue};
use domain::core::id::{AppointmentId, DoctorId, PatientId, SeriesId, UserId, WaitlistEntryId};
use jiff::Timestamp;

use crate::table::entities::{entities, guards};
use crate::table::item::Attributes;
use crate::table::key::{KeyPart, Millisecond, Span, attributes, ceiling, millisecond, minute, sortable};

entities! {
    /// The calendar feed of a user that is current.
    CurrentFeed(user: UserId) "current_feed" = "USER#{user}" | "FEED"
        new CURRENT_FEED_NEW "two first feeds made at once would both stay open, and only one could be ended"
        unchanged CURRENT_FEED_UNCHANGED
            "a feed that was replaced twice at once would leave an address that its user can't end";
    /// A calendar feed, by the hash of its token.
    CalendarFeed(hash: String) "calendar_feed" = "FEED#{hash}" | "FEED";
    /// A patient's agenda.
    Agenda(patient: PatientId) "agenda" = "PAT#{patient}" | "AGENDA"
        new AGENDA_NEW "two first bookings at once would leave only one of them in the patient's agenda"
        unchanged AGENDA_UNCHANGED "a patient would hold two slots that overlap";
    /// A patient's last visit to a doctor.
    LastVisit(patient: PatientId, doctor: DoctorId) "last_visit" = "PAT#{patient}" | "LASTVISIT#{doctor}";
    /// The open entries of a patient in waiting lists.
    OpenEntries(patient: PatientId) "open_entries" = "PAT#{patient}" | "OPENENTRIES"
        new OPEN_ENTRIES_NEW "a patient who joins twice at once would wait for the same twice"
        unchanged OPEN_ENTRIES_UNCHANGED "a patient who joins at once would wait for more than a patient may";
    /// An entry of a waiting list.
    WaitlistEntry(entry: WaitlistEntryId) "waitlist_entry" = "WAIT#{entry}" | "ENTRY"
        indexed "GSI1 `WAITER#<patient>` / `<joined>#<entry>`"
        new WAITLIST_ENTRY_NEW "a second entry under the same id would overwrite the first"
        unchanged WAITLIST_ENTRY_UNCHANGED
            "two slots that are released at once would be kept for one entry, and one be lost";
    /// The copy of an entry in its queue, while it waits.
    WaitlistPosition(queue: WaitlistQueue, priority: Priority, joined: Millisecond, entry: WaitlistEntryId)
        "waitlist_position" = "QUEUE#{queue}" | "POSITION#{priority}#{joined}#{entry}";
    /// An appointment.
    Appointment(appointment: AppointmentId) "appointment" = "APPT#{appointment}" | "APPT"
        indexed "GSI1 `PAT#<patient>` / `<start>#<appointment>`"
        indexed "GSI2 `DOC#<doctor>` / `<start>#<appointment>`"
        new APPOINTMENT_NEW "a second booking under the same id would overwrite the first"
        unchanged APPOINTMENT_UNCHANGED "a late cancellation would undo a confirmation that was paid for";
    /// What the patient tells the doctor before the visit, sealed.
    Intake(appointment: AppointmentId) "intake" = "APPT#{appointment}" | "INTAKE";
    /// Visits that were booked together.
    VisitSeries(series: SeriesId) "visit_series" = "SERIES#{series}" | "VISITS";
}

guards! {
    /// A visit that took place becomes the patient's last one to the doctor.
    LAST_VISIT_EARLIER = "attribute_not_exists(PK) OR last_visit <= :now";
        "an old visit whose outcome is recorded late would shorten the time in which a follow-up costs less"
}

/// `DOC#<doctor>` or `SPEC#<speciality>`.
impl KeyPart for WaitlistQueue {
    fn text(&self) -> String {
        match self {
            Self::Doctor(doctor) => format!("DOC#{doctor}"),
            Self::Speciality(speciality) => format!("SPEC#{}", speciality.text()),
        }
    }

    fn read(text: &str) -> Option<Self> {
        match text.split_once('#')? {
            ("DOC", doctor) => KeyPart::read(doctor).map(Self::Doctor),
            ("SPEC", speciality) => KeyPart::read(speciality).map(Self::Speciality),
            _ => None,
        }
    }
}

/// Text that sorts as priorities do.
impl KeyPart for Priority {
    fn text(&self) -> String {
        let rank = match self {
            Self::Urgent => "1",
            Self::Routine => "2",
        };
        rank.to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.text() == text)
    }
}

/// The places of an appointment in the indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppointmentIndex {
    pub patient: PatientId,
    pub doctor: DoctorId,
    pub start: Timestamp,
    pub appointment: AppointmentId,
}

impl AppointmentIndex {
    pub fn attributes(&self) -> Attributes {
        let Self { patient, doctor, start, appointment } = self;
        let sk = format!("{}Z#{appointment}", minute(*start));
        attributes([
            ("GSI1PK", format!("PAT#{patient}")),
            ("GSI1SK", sk.clone()),
            ("GSI2PK", format!("DOC#{doctor}")),
            ("GSI2SK", sk),
        ])
    }
}

/// The place of an entry in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryIndex {
    pub patient: PatientId,
    pub joined: Timestamp,
    pub entry: WaitlistEntryId,
}

impl EntryIndex {
    pub fn attributes(&self) -> Attributes {
        let Self { patient, joined, entry } = self;
        attributes([("GSI1PK", format!("WAITER#{patient}")), ("GSI1SK", format!("{}#{entry}", millisecond(*joined)))])
    }
}

impl Span {
    /// A patient's appointments that start in `from..to`.
    pub fn of_patient(patient: PatientId, from: Timestamp, to: Timestamp) -> Self {
        Self::index::<Key>("GSI1", format!("PAT#{patient}")).starts(from, to)
    }

    /// A doctor's appointments that start in `from..to`.
    pub fn of_doctor(doctor: DoctorId, from: Timestamp, to: Timestamp) -> Self {
        Self::index::<Key>("GSI2", format!("DOC#{doctor}")).starts(from, to)
    }

    fn starts(self, from: Timestamp, to: Timestamp) -> Self {
        let bound = |at| minute(ceiling(sortable(at)));
        self.between(bound(from), bound(to))
    }

    /// The entries that wait in a queue, in their order.
    pub fn queue(of: &WaitlistQueue) -> Self {
        Self::partition::<Key>(format!("QUEUE#{}", of.text()))
    }

    /// A patient's entries of waiting lists, by the time of joining.
    pub fn of_waiter(patient: PatientId) -> Self {
        Self::index::<Key>("GSI1", format!("WAITER#{patient}"))
    }
}
