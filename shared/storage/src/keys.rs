//! The single table: what is in it, and how each of it is found. This is the only place that writes a key
//! string. Keys hold ids and times, never a detail of a person's health.
//!
//! # Entities
//!
//! Every item has `v` (the layout's version), `prov` (who wrote it, [`Provenance`](crate::Provenance)),
//! and `ver` where it has versions. `ttl` is garbage collection and decides nothing.
//!
//! | entity | PK | SK | GSI1 | GSI2 | ttl |
//! |---|---|---|---|---|---|
//! | [user profile](Entity::Profile) | `USER#<user>` | `PROFILE` | | | |
//! | [which calendar feed is current](Entity::CurrentFeed) | `USER#<user>` | `FEED` | | | |
//! | [calendar feed](Entity::CalendarFeed) | `FEED#<hash of its token>` | `FEED` | | | |
//! | [doctor](Entity::Doctor) | `DOC#<doctor>` | `DOCTOR` | | | |
//! | [version of a doctor's calendar](Entity::Calendar) | `DOC#<doctor>` | `CAL` | | | |
//! | [doctor's schedule](Entity::Schedule) | `DOC#<doctor>` | `SCHED` | | | |
//! | [day of a doctor with a daily limit](Entity::DailyQuota) | `DOC#<doctor>` | `DAY#<date>` | | | |
//! | [what is known of a doctor's free slots of a day](Entity::FirstFreeSlots) | `DOC#<doctor>` | `FREE#<date>` | | | after the day |
//! | [pointer to the first of them](Entity::FirstFreeSlotIndex) | `DOC#<doctor>` | `FIRST#<date>#<speciality>#<language or *>` | `EARLIEST#<date>#<speciality>#<language or *>` / `<start>#<doctor>`, as long as there is one | the same for video visits, `VIDEO#..` | after the day |
//! | [slot](Entity::Slot) | `DOC#<doctor>` | `SLOT#<start>` | | | |
//! | [registration number in use](Entity::Registration) | `REG#<number>` | `REG` | | | |
//! | [directory entry](Entity::Listing) | `DIR#<speciality or *>#<language or *>` | `<name, lower case>#<doctor>` | | | |
//! | [patient's agenda](Entity::Agenda) | `PAT#<patient>` | `AGENDA` | | | |
//! | [last visit to a doctor](Entity::LastVisit) | `PAT#<patient>` | `LASTVISIT#<doctor>` | | | |
//! | [what a patient waits for](Entity::OpenEntries) | `PAT#<patient>` | `WAITS` | | | |
//! | [entry of a waiting list](Entity::WaitlistEntry) | `WAIT#<entry>` | `ENTRY` | `WAITER#<patient>` / `<joined>#<entry>` | | |
//! | [its copy in line, while it waits](Entity::WaitlistPosition) | `QUEUE#DOC#<doctor>` or `QUEUE#SPEC#<speciality>` | `POSITION#<priority>#<joined>#<entry>` | | | |
//! | [appointment](Entity::Appointment) | `APPT#<appointment>` | `APPT` | `PAT#<patient>` / `<start>#<appointment>` | `DOC#<doctor>` / `<start>#<appointment>` | |
//! | [sealed reason of a visit](Entity::Reason) | `APPT#<appointment>` | `REASON` | | | |
//! | [visits that were booked together](Entity::VisitSeries) | `SERIES#<series>` | `VISITS` | | | |
//! | [payment](Entity::Payment) | `PAY#<payment>` | `PAY` | `PAYER#<patient>` / `<started>#<payment>` | `PAYDAY#<state>#<date>` / `<since>#<payment>` | |
//! | [attempt at paying](Entity::Attempt) | `PAY#<payment>` | `ATTEMPT#<gateway payment>` | | | |
//! | [refund](Entity::Refund) | `PAY#<payment>` | `REFUND#<refund>` | `REFUNDS#<state>` / `<since>#<payment>#<refund>`, until it is paid back | | |
//! | [receipt](Entity::Receipt) | `PAY#<payment>` | `RECEIPT` | | | |
//! | [series of receipts](Entity::ReceiptCounter) | `RECEIPTS#<financial year>` | `SERIES` | | | |
//! | [order's payment](Entity::Order) | `ORDER#<order>` | `ORDER` | | | |
//! | [stored webhook event](Entity::WebhookEvent) | `HOOK#<event key>` | `HOOK` | | | 30 days |
//! | [timer](Entity::Timer) | `DUE#<hour>` | `TIMER#<at>#<id>` | | | |
//! | [how far the timers are rung](Entity::TimerCursor) | `DUE#CURSOR` | `CURSOR` | | | |
//! | [idempotency record](Entity::Idempotency) | `IDEM#<key hash>` | `IDEM` | | | 24 hours |
//! | [activity](Entity::Activity) | `ACT#<id>` | `ACT` | | | 7 days |
//! | [audit record](Entity::AuditRecord) | `AUDIT#<chain>` | `<sequence>` | `AUDITDAY#<date>` / `<at>#<chain>#<sequence>` | `AUDITBY#<actor>` / `<at>#<chain>#<sequence>` | years, by category |
//! | [head of an audit chain](Entity::ChainHead) | `CHAIN#<chain>` | `HEAD` | | | |
//! | [event that a chain has](Entity::Seen) | `CHAIN#<chain>` | `SEEN#<event>` | | | 100 days |
//! | [access to a patient's data](Entity::Access) | `ACCESS#<patient>` | `<at>#<event>` | | | years, by category |
//! | [client's values of a patient's event](Entity::ClientValues) | `CLIENT#<patient>` | `EVENT#<event>` | | | with its event |
//! | [state of the checkpoints](Entity::Checkpoint) | `CHECKPOINT#AUDIT` | `STATE` | | | |
//!
//! An audit record is in a third index, too: GSI3 `AUDITTYPE#<type>#<date>` / `<at>#<chain>#<sequence>`; and so is a pointer to
//! the first slot in a clinic: GSI3 `CLINIC#<date>#<speciality>#<language or *>` / `<start>#<doctor>`.
//!
//! `<start>` is `20261201T0430Z`, the `<at>` of a timer `20261201T043000Z` and its `<hour>` `20261201T04`; a chain has two digits, a sequence number twenty, so that text sorts as time
//! and number do.
//!
//! # Access patterns
//!
//! | pattern | key condition | function | used by |
//! |---|---|---|---|
//! | everything that decides a booking | 5 keys, strong | [`booking_snapshot`](crate::Storage::booking_snapshot) | `bookAppointment` |
//! | everything that decides about a series of visits | `DOCTOR`, then the slots and 3 keys, strong | [`series_snapshot`](crate::Storage::series_snapshot) | `bookSeries`, `previewSeries` |
//! | a series and its visits | 1 key, then `APPT` keys, strong | [`visits_of_series`](crate::Storage::visits_of_series) | `viewSeries` |
//! | an appointment | 1 key, strong | [`appointment`](crate::Storage::appointment) | `startPayment`, `confirmPayment`, `checkIn`, `beginVisit`, `sendNotification` |
//! | an appointment, its reason and who looks | 3 keys, strong | [`appointment_with_viewer`](crate::Storage::appointment_with_viewer) | `viewAppointment` |
//! | everything about a visit | `APPT`, `PAY#` partition, then 3 keys; strong | [`visit`](crate::Storage::visit) | `cancelAppointment`, `confirmPayment`, `releaseExpiredHold`, `cancelSuspendedVisits`, `closeVisit`, `recordOutcome`, `settlePayment` |
//! | a patient's appointments in a time | GSI1 `PAT#`, start between | [`appointments_of_patient`](crate::Storage::appointments_of_patient) | `listAppointments` |
//! | a doctor's appointments in a time | GSI2 `DOC#`, start between | [`appointments_of_doctor`](crate::Storage::appointments_of_doctor) | `listAppointments`, `cancelSuspendedVisits` |
//! | a doctor's day, and when each of it was written | GSI2 `DOC#`, start between | [`day_of_doctor`](crate::Storage::day_of_doctor) | `viewDoctorDay` |
//! | calendar and slots around a time | `CAL`, then `SLOT#` between, strong | [`published`](crate::Storage::published) | `publishAvailability` |
//! | calendar and slots of a horizon | `CAL`, then `SLOT#` between, strong | [`published_ahead`](crate::Storage::published_ahead) | `replaceSchedule`, `applySchedule` |
//! | a doctor's schedule | 1 key, strong | [`schedule`](crate::Storage::schedule) | `viewSchedule`, `replaceSchedule`, `applySchedule` |
//! | a day of a doctor with a daily limit | 1 key, then `SLOT#` between, strong | [`day`](crate::Storage::day) | `bookAppointment`, `rescheduleAppointment` |
//! | days that have as many visits as they may | `SLOT#` between, strong | [`full_days`](crate::Storage::full_days) | `listAvailableSlots` |
//! | a slot | 1 key, strong | [`slot`](crate::Storage::slot) | `withdrawSlot` |
//! | free slots of a doctor in a time | `SLOT#` between, filter | [`free_slots`](crate::Storage::free_slots) | `listAvailableSlots` |
//! | what is known of a day, the doctor, the slots of the day | 2 keys, `SLOT#` between, strong | [`day_of_slots`](crate::Storage::day_of_slots) | `indexFirstFreeSlots` |
//! | days of a doctor that somebody has looked at | `FREE#` between, strong | [`days_with_first_free_slots`](crate::Storage::days_with_first_free_slots) | `indexFirstFreeSlots` |
//! | pointers of a speciality in a time | GSI1 `EARLIEST#`, GSI2 `VIDEO#` or GSI3 `CLINIC#` of each day, start between | [`earliest_candidates`](crate::Storage::earliest_candidates) | `bookEarliest` |
//! | earliest slots of a speciality in a time | the same; then doctors and slots, strong | [`earliest_slots`](crate::Storage::earliest_slots) | `listEarliestSlots` |
//! | a doctor | 1 key, strong | [`doctor`](crate::Storage::doctor) | `viewDoctor`, `updateDoctor`, `suspendDoctor`, `publishAvailability`, `listAvailableSlots`, `cancelSuspendedVisits` |
//! | the names of some doctors | `DOCTOR` keys, strong | [`doctor_names`](crate::Storage::doctor_names) | `listAccesses` |
//! | doctors by speciality, language, name | `DIR#` partition, name begins with | [`search`](crate::Storage::search) | `searchDoctors` |
//! | a user's profile | 1 key, strong | [`profile`](crate::Storage::profile) | `viewMe`, `updateMe`, `sendNotification` |
//! | which calendar feed of a user is current | 1 key, strong | [`current_feed`](crate::Storage::current_feed) | `makeCalendarFeed`, `endCalendarFeed` |
//! | whose calendar feed it is | 1 key, strong | [`owner_of_feed`](crate::Storage::owner_of_feed) | `viewCalendarFeed` |
//! | a payment, its attempts and refunds | `PAY#` partition, strong | [`ledger`](crate::Storage::ledger) | `startPayment`, `confirmPayment`, `settlePayment`, `issueRefund`, `sendNotification` |
//! | everything that decides whether somebody can wait | 2 or 3 keys, strong | [`join_snapshot`](crate::Storage::join_snapshot) | `joinWaitlist` |
//! | an entry of a waiting list | 1 key, strong | [`waitlist_entry`](crate::Storage::waitlist_entry) | `prioritiseWaitlistEntry`, `sendNotification` |
//! | an entry, its slots, who has them | `ENTRY`, then keys; strong | [`waitlist_entry_details`](crate::Storage::waitlist_entry_details) | `acceptOffer`, `declineOffer`, `leaveWaitlist`, `expireOffers` |
//! | who could have what is given back | `QUEUE#` partitions of the doctor and the specialities, strong | [`hand_over`](crate::Storage::hand_over) | `cancelAppointment`, `rescheduleAppointment`, `acceptOffer`, `declineOffer`, `leaveWaitlist`, `expireOffers` |
//! | what a patient waits for and has waited for | GSI1 `WAITER#` | [`entries_of_patient`](crate::Storage::entries_of_patient) | `listWaitlist` |
//! | who waits for a doctor, in line | `QUEUE#DOC#` partition, strong | [`queue_of_doctor`](crate::Storage::queue_of_doctor) | `listWaitlist` |
//! | a patient's payments | GSI1 `PAYER#` | [`payments_of_patient`](crate::Storage::payments_of_patient) | `listPayments` |
//! | payments by state and day | GSI2 `PAYDAY#` | [`payments_of_day`](crate::Storage::payments_of_day) | `listPayments`, `viewLedger` |
//! | refunds that are not paid back yet | GSI1 `REFUNDS#` | [`refunds_in_state`](crate::Storage::refunds_in_state) | `listRefunds` |
//! | how far a series of receipts is | 1 key, strong | [`receipt_counter`](crate::Storage::receipt_counter) | `viewReceipt`, `downloadReceipt` |
//! | the payment of an order | 1 key, strong | [`payment_of_order`](crate::Storage::payment_of_order) | `settlePayment` |
//! | a stored webhook event | 1 key, strong | [`event`](crate::Storage::event) | `settlePayment` |
//! | timers that are due | `DUE#` partition of each hour since the cursor, time until; strong | [`due_timers`](crate::Storage::due_timers) | `fireTimers` |
//! | audit records of an actor | GSI2 `AUDITBY#`, time between | [`events_by_actor`](crate::Storage::events_by_actor) | `listAuditEvents` |
//! | audit records of some types in a time, or of all | GSI1 `AUDITDAY#` or GSI3 `AUDITTYPE#`, time between | [`events_in`](crate::Storage::events_in) | `listAuditEvents` |
//! | the client's values of patients' events | up to 100 `CLIENT#` keys, strong | with the two above | `listAuditEvents` |
//! | who has seen a patient's data | `ACCESS#` partition, newest first | [`accesses`](crate::Storage::accesses) | `listAccesses` |
//! | state of the checkpoints, heads of all chains | 17 keys, strong | [`checkpoint_snapshot`](crate::Storage::checkpoint_snapshot) | `checkpointAudit` |
//! | state of the checkpoints | 1 key, strong | [`checkpoint_state`](crate::Storage::checkpoint_state) | `exportAudit`, `holdAuditDay`, `releaseAuditDay` |
//! | records of a chain from a number on | `AUDIT#` partition, strong | [`chain_part`](crate::Storage::chain_part) | `checkpointAudit` |
//! | head of a chain, and what it has seen | `HEAD` and `SEEN#` keys, strong | [`append`](crate::Storage::append) | `recordAudit` |
//! | whether the table answers | 1 key that no item has | [`ping`](crate::Storage::ping) | `health` |

use std::fmt;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::appointments::waitlist::{Priority, WaitlistQueue};
use domain::audit::EventType;
use domain::availability::slot::Mode;
use domain::core::id::RefundId;
use domain::core::id::{AppointmentId, DoctorId, PatientId, PaymentId, SeriesId, SlotId, UserId, WaitlistEntryId};
use domain::core::id::{GatewayPaymentId, OrderId};
use domain::core::person::{Language, RegistrationNumber, Speciality};
use domain::core::time::MAX_MINUTES;
use domain::directory::doctor::Doctor;
use domain::payments::receipt::FinancialYear;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::table::item::{Attributes, Row};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the chart at the top of this module describes each")]
pub enum Entity {
    Profile,
    CurrentFeed,
    CalendarFeed,
    Doctor,
    Calendar,
    Schedule,
    DailyQuota,
    FirstFreeSlots,
    FirstFreeSlotIndex,
    Slot,
    Registration,
    Listing,
    Agenda,
    LastVisit,
    OpenEntries,
    WaitlistEntry,
    WaitlistPosition,
    Appointment,
    Reason,
    VisitSeries,
    Payment,
    Attempt,
    Refund,
    Receipt,
    ReceiptCounter,
    Order,
    WebhookEvent,
    Timer,
    TimerCursor,
    Idempotency,
    Activity,
    AuditRecord,
    ChainHead,
    Seen,
    Access,
    ClientValues,
    Checkpoint,
    /// Something that is not in the chart.
    Unknown,
}

impl Entity {
    /// Everything that is in the chart.
    pub const ALL: [Self; 37] = [
        Self::Profile,
        Self::CurrentFeed,
        Self::CalendarFeed,
        Self::Doctor,
        Self::Calendar,
        Self::Schedule,
        Self::DailyQuota,
        Self::FirstFreeSlots,
        Self::FirstFreeSlotIndex,
        Self::Slot,
        Self::Registration,
        Self::Listing,
        Self::Agenda,
        Self::LastVisit,
        Self::OpenEntries,
        Self::WaitlistEntry,
        Self::WaitlistPosition,
        Self::Appointment,
        Self::Reason,
        Self::VisitSeries,
        Self::Payment,
        Self::Attempt,
        Self::Refund,
        Self::Receipt,
        Self::ReceiptCounter,
        Self::Order,
        Self::WebhookEvent,
        Self::Timer,
        Self::TimerCursor,
        Self::Idempotency,
        Self::Activity,
        Self::AuditRecord,
        Self::ChainHead,
        Self::Seen,
        Self::Access,
        Self::ClientValues,
        Self::Checkpoint,
    ];

    /// The name, as the audit trail and errors have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::CurrentFeed => "current_feed",
            Self::CalendarFeed => "calendar_feed",
            Self::Doctor => "doctor",
            Self::Calendar => "calendar",
            Self::Schedule => "schedule",
            Self::DailyQuota => "daily_quota",
            Self::FirstFreeSlots => "first_free_slots",
            Self::FirstFreeSlotIndex => "first_free_slot_index",
            Self::Slot => "slot",
            Self::Registration => "registration",
            Self::Listing => "listing",
            Self::Agenda => "agenda",
            Self::LastVisit => "last_visit",
            Self::OpenEntries => "open_entries",
            Self::WaitlistEntry => "waitlist_entry",
            Self::WaitlistPosition => "waitlist_position",
            Self::Appointment => "appointment",
            Self::Reason => "reason",
            Self::VisitSeries => "visit_series",
            Self::Payment => "payment",
            Self::Attempt => "attempt",
            Self::Refund => "refund",
            Self::Receipt => "receipt",
            Self::ReceiptCounter => "receipt_counter",
            Self::Order => "order",
            Self::WebhookEvent => "webhook_event",
            Self::Timer => "timer",
            Self::TimerCursor => "timer_cursor",
            Self::Idempotency => "idempotency",
            Self::Activity => "activity",
            Self::AuditRecord => "audit_record",
            Self::ChainHead => "chain_head",
            Self::Seen => "seen",
            Self::Access => "access",
            Self::ClientValues => "client_values",
            Self::Checkpoint => "checkpoint",
            Self::Unknown => "unknown item",
        }
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the chart at the top of this module describes each")]
pub enum Key {
    Profile(UserId),
    CurrentFeed(UserId),
    CalendarFeed(String),
    Doctor(DoctorId),
    Calendar(DoctorId),
    Schedule(DoctorId),
    DailyQuota(DoctorId, Date),
    FirstFreeSlots(DoctorId, Date),
    FirstFreeSlotIndex(DoctorId, Date, SearchKey),
    Slot(DoctorId, SlotId),
    Registration(RegistrationNumber),
    Listing(Listing),
    Agenda(PatientId),
    LastVisit(PatientId, DoctorId),
    OpenEntries(PatientId),
    WaitlistEntry(WaitlistEntryId),
    WaitlistPosition { line: WaitlistQueue, priority: Priority, joined: Timestamp, entry: WaitlistEntryId },
    Appointment(AppointmentId),
    Reason(AppointmentId),
    VisitSeries(SeriesId),
    Payment(PaymentId),
    Attempt(PaymentId, GatewayPaymentId),
    Refund(PaymentId, RefundId),
    Receipt(PaymentId),
    ReceiptCounter(FinancialYear),
    Order(OrderId),
    WebhookEvent(String),
    Timer { hour: Hour, at: Timestamp, id: String },
    TimerCursor,
    Idempotency(String),
    Activity(String),
    AuditRecord { chain: u8, sequence: u64 },
    ChainHead(u8),
    Seen(u8, String),
    Access { patient: PatientId, at: Timestamp, event: String },
    ClientValues(PatientId, String),
    Checkpoint,
}

/// An hour of UTC: the partition in which timers are filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(Timestamp);

impl Hour {
    /// The hour that `at` is in.
    pub fn of(at: Timestamp) -> Self {
        let start = at.as_second().div_euclid(3_600) * 3_600;
        Self(Timestamp::from_second(start).unwrap_or(at))
    }

    /// The next one, whose start is the end of this one.
    pub fn next(self) -> Self {
        Self(self.0.checked_add(SignedDuration::from_hours(1)).unwrap_or(self.0))
    }

    /// When it begins.
    pub const fn start(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y%m%dT%H").fmt(f)
    }
}

/// The text is no hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an hour such as 20261201T04")]
pub struct InvalidHour;

impl FromStr for Hour {
    type Err = InvalidHour;

    fn from_str(text: &str) -> Result<Self, InvalidHour> {
        let start = utc(&format!("{text}0000Z")).ok_or(InvalidHour)?;
        Some(Self(start)).filter(|hour| hour.to_string() == text).ok_or(InvalidHour)
    }
}

/// Where a doctor stands in the directory, once for every way of looking.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Listing {
    speciality: Option<Speciality>,
    language: Option<Language>,
    /// The name in lower case: what a prefix is compared with, and the order of a page.
    name: String,
    doctor: DoctorId,
}

const ANY: &str = "*";

/// In bytes, by DynamoDB's rule.
const LONGEST_SORT_KEY: usize = 1024;

impl Listing {
    /// Every entry of a doctor: each of the specialities, or any, with each of the languages, or any. At
    /// most 6 x 7 of them.
    pub fn all_of(doctor: &Doctor) -> Vec<Self> {
        let either = |values: &[Speciality]| -> Vec<Option<Speciality>> {
            values.iter().cloned().map(Some).chain([None]).collect()
        };
        let languages: Vec<Option<Language>> = doctor.languages.iter().cloned().map(Some).chain([None]).collect();
        either(&doctor.specialities)
            .into_iter()
            .flat_map(|speciality| languages.iter().map(move |language| (speciality.clone(), language.clone())))
            .map(|(speciality, language)| Self {
                speciality,
                language,
                name: sort_name(doctor.name.as_str()),
                doctor: doctor.id,
            })
            .collect()
    }

    /// Whose entry it is.
    pub const fn doctor(&self) -> DoctorId {
        self.doctor
    }
}

/// Under what patients look for the earliest slot: a speciality, and a language or any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchKey {
    /// What the doctor treats.
    pub speciality: Speciality,
    /// In which language.
    pub language: Option<Language>,
}

impl SearchKey {
    fn on(&self, date: Date) -> String {
        format!("{date}#{}#{}", self.speciality.as_str(), self.language.as_ref().map_or(ANY, Language::as_str))
    }

    fn parse(text: &str) -> Option<Self> {
        let (speciality, language) = text.split_once('#')?;
        let language = unless_any(language, |text| Language::parse(text).ok())?;
        Some(Self { speciality: Speciality::parse(speciality).ok()?, language })
    }
}

/// The index and the family in which pointers for a mode are, or for whichever is earlier.
const fn pointers(mode: Option<Mode>) -> (&'static str, &'static str) {
    match mode {
        None => ("GSI1", "EARLIEST"),
        Some(Mode::Video) => ("GSI2", "VIDEO"),
        Some(Mode::Clinic) => ("GSI3", "CLINIC"),
    }
}

fn sort_name(name: &str) -> String {
    name.to_lowercase()
}

fn directory(speciality: Option<&Speciality>, language: Option<&Language>) -> String {
    format!("DIR#{}#{}", speciality.map_or(ANY, Speciality::as_str), language.map_or(ANY, Language::as_str))
}

fn line(line: &WaitlistQueue) -> String {
    match line {
        WaitlistQueue::Doctor(doctor) => format!("QUEUE#DOC#{doctor}"),
        WaitlistQueue::Speciality(speciality) => format!("QUEUE#SPEC#{}", speciality.as_str()),
    }
}

/// Text that sorts as priorities do.
const fn rank(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "1",
        Priority::Routine => "2",
    }
}

fn due(hour: Hour) -> String {
    format!("DUE#{hour}")
}

impl Key {
    /// What stands at this key.
    pub const fn entity(&self) -> Entity {
        match self {
            Self::Profile(_) => Entity::Profile,
            Self::CurrentFeed(_) => Entity::CurrentFeed,
            Self::CalendarFeed(_) => Entity::CalendarFeed,
            Self::Doctor(_) => Entity::Doctor,
            Self::Calendar(_) => Entity::Calendar,
            Self::Schedule(_) => Entity::Schedule,
            Self::DailyQuota(..) => Entity::DailyQuota,
            Self::FirstFreeSlots(..) => Entity::FirstFreeSlots,
            Self::FirstFreeSlotIndex(..) => Entity::FirstFreeSlotIndex,
            Self::Slot(..) => Entity::Slot,
            Self::Registration(_) => Entity::Registration,
            Self::Listing(_) => Entity::Listing,
            Self::Agenda(_) => Entity::Agenda,
            Self::LastVisit(..) => Entity::LastVisit,
            Self::OpenEntries(_) => Entity::OpenEntries,
            Self::WaitlistEntry(_) => Entity::WaitlistEntry,
            Self::WaitlistPosition { .. } => Entity::WaitlistPosition,
            Self::Appointment(_) => Entity::Appointment,
            Self::Reason(_) => Entity::Reason,
            Self::VisitSeries(_) => Entity::VisitSeries,
            Self::Payment(_) => Entity::Payment,
            Self::Attempt(..) => Entity::Attempt,
            Self::Refund(..) => Entity::Refund,
            Self::Receipt(_) => Entity::Receipt,
            Self::ReceiptCounter(_) => Entity::ReceiptCounter,
            Self::Order(_) => Entity::Order,
            Self::WebhookEvent(_) => Entity::WebhookEvent,
            Self::Timer { .. } => Entity::Timer,
            Self::TimerCursor => Entity::TimerCursor,
            Self::Idempotency(_) => Entity::Idempotency,
            Self::Activity(_) => Entity::Activity,
            Self::AuditRecord { .. } => Entity::AuditRecord,
            Self::ChainHead(_) => Entity::ChainHead,
            Self::Seen(..) => Entity::Seen,
            Self::Access { .. } => Entity::Access,
            Self::ClientValues(..) => Entity::ClientValues,
            Self::Checkpoint => Entity::Checkpoint,
        }
    }

    /// The partition key.
    pub fn pk(&self) -> String {
        match self {
            Self::Profile(user) | Self::CurrentFeed(user) => format!("USER#{user}"),
            Self::CalendarFeed(hash) => format!("FEED#{hash}"),
            Self::Doctor(doctor)
            | Self::Calendar(doctor)
            | Self::Schedule(doctor)
            | Self::DailyQuota(doctor, _)
            | Self::FirstFreeSlots(doctor, _)
            | Self::FirstFreeSlotIndex(doctor, ..)
            | Self::Slot(doctor, _) => {
                format!("DOC#{doctor}")
            }
            Self::Registration(number) => format!("REG#{}", number.as_str()),
            Self::Listing(entry) => directory(entry.speciality.as_ref(), entry.language.as_ref()),
            Self::Agenda(patient) | Self::LastVisit(patient, _) | Self::OpenEntries(patient) => {
                format!("PAT#{patient}")
            }
            Self::WaitlistEntry(id) => format!("WAIT#{id}"),
            Self::WaitlistPosition { line: at, .. } => line(at),
            Self::Appointment(id) | Self::Reason(id) => format!("APPT#{id}"),
            Self::VisitSeries(id) => format!("SERIES#{id}"),
            Self::Payment(id) | Self::Attempt(id, _) | Self::Refund(id, _) | Self::Receipt(id) => format!("PAY#{id}"),
            Self::ReceiptCounter(year) => format!("RECEIPTS#{year}"),
            Self::Order(order) => format!("ORDER#{order}"),
            Self::WebhookEvent(event) => format!("HOOK#{event}"),
            Self::Timer { hour, .. } => due(*hour),
            Self::TimerCursor => "DUE#CURSOR".to_owned(),
            Self::Idempotency(hash) => format!("IDEM#{hash}"),
            Self::Activity(id) => format!("ACT#{id}"),
            Self::AuditRecord { chain, .. } => format!("AUDIT#{chain:02}"),
            Self::ChainHead(chain) | Self::Seen(chain, _) => format!("CHAIN#{chain:02}"),
            Self::Access { patient, .. } => format!("ACCESS#{patient}"),
            Self::ClientValues(patient, _) => format!("CLIENT#{patient}"),
            Self::Checkpoint => "CHECKPOINT#AUDIT".to_owned(),
        }
    }

    /// The sort key.
    pub fn sk(&self) -> String {
        match self {
            Self::Profile(_) => "PROFILE".to_owned(),
            Self::CurrentFeed(_) | Self::CalendarFeed(_) => "FEED".to_owned(),
            Self::Doctor(_) => "DOCTOR".to_owned(),
            Self::Calendar(_) => "CAL".to_owned(),
            Self::Schedule(_) => "SCHED".to_owned(),
            Self::DailyQuota(_, date) => format!("DAY#{date}"),
            Self::FirstFreeSlots(_, date) => format!("FREE#{date}"),
            Self::FirstFreeSlotIndex(_, date, heading) => format!("FIRST#{}", heading.on(*date)),
            Self::Slot(_, slot) => format!("SLOT#{slot}"),
            Self::Registration(_) => "REG".to_owned(),
            Self::Listing(entry) => format!("{}#{}", entry.name, entry.doctor),
            Self::Agenda(_) => "AGENDA".to_owned(),
            Self::LastVisit(_, doctor) => format!("LASTVISIT#{doctor}"),
            Self::OpenEntries(_) => "OPENENTRIES".to_owned(),
            Self::WaitlistEntry(_) => "ENTRY".to_owned(),
            Self::WaitlistPosition { priority, joined, entry, .. } => {
                format!("POSITION#{}#{}#{entry}", rank(*priority), millisecond(*joined))
            }
            Self::Appointment(_) => "APPT".to_owned(),
            Self::Reason(_) => "REASON".to_owned(),
            Self::VisitSeries(_) => "VISITS".to_owned(),
            Self::Payment(_) => "PAY".to_owned(),
            Self::Attempt(_, attempt) => format!("ATTEMPT#{attempt}"),
            Self::Refund(_, refund) => format!("REFUND#{refund}"),
            Self::Receipt(_) => "RECEIPT".to_owned(),
            Self::ReceiptCounter(_) => "COUNTER".to_owned(),
            Self::Order(_) => "ORDER".to_owned(),
            Self::WebhookEvent(_) => "HOOK".to_owned(),
            Self::Timer { at, id, .. } => format!("TIMER#{}#{id}", second(*at)),
            Self::TimerCursor => "CURSOR".to_owned(),
            Self::Idempotency(_) => "IDEM".to_owned(),
            Self::Activity(_) => "ACT".to_owned(),
            Self::AuditRecord { sequence, .. } => format!("{sequence:020}"),
            Self::ChainHead(_) => "HEAD".to_owned(),
            Self::Seen(_, event) => format!("SEEN#{event}"),
            Self::Access { at, event, .. } => format!("{}#{event}", millisecond(*at)),
            Self::ClientValues(_, event) => format!("EVENT#{event}"),
            Self::Checkpoint => "STATE".to_owned(),
        }
    }

    /// The id of the thing, as the audit trail has it: of a slot with its doctor's, of an attempt or a refund with
    /// its payment's.
    pub fn resource_id(&self) -> String {
        let pk = self.pk();
        let owner = pk.split_once('#').map_or("", |(_, id)| id).to_owned();
        match self {
            Self::Slot(_, slot) => format!("{owner}/{slot}"),
            Self::DailyQuota(_, date) | Self::FirstFreeSlots(_, date) => format!("{owner}/{date}"),
            Self::LastVisit(_, doctor) => format!("{owner}/{doctor}"),
            Self::Attempt(_, attempt) => format!("{owner}/{attempt}"),
            Self::Refund(_, refund) => format!("{owner}/{refund}"),
            _ => owner,
        }
    }

    /// Reads a key back; `None` for one that no entity has.
    pub fn parse(pk: &str, sk: &str) -> Option<Self> {
        let (family, id) = pk.split_once('#')?;
        let (kind, rest) = sk.split_once('#').unwrap_or((sk, ""));
        let key = match (family, kind) {
            ("USER", "PROFILE") => Self::Profile(id.parse().ok()?),
            ("USER", "FEED") => Self::CurrentFeed(id.parse().ok()?),
            ("FEED", "FEED") => Self::CalendarFeed(id.to_owned()),
            ("DOC", "DOCTOR") => Self::Doctor(id.parse().ok()?),
            ("DOC", "CAL") => Self::Calendar(id.parse().ok()?),
            ("DOC", "SCHED") => Self::Schedule(id.parse().ok()?),
            ("DOC", "DAY") => Self::DailyQuota(id.parse().ok()?, rest.parse().ok()?),
            ("DOC", "OPEN") => Self::FirstFreeSlots(id.parse().ok()?, rest.parse().ok()?),
            ("DOC", "FIRST") => {
                let (date, heading) = rest.split_once('#')?;
                Self::FirstFreeSlotIndex(id.parse().ok()?, date.parse().ok()?, SearchKey::parse(heading)?)
            }
            ("DOC", "SLOT") => Self::Slot(id.parse().ok()?, rest.parse().ok()?),
            ("REG", "REG") => Self::Registration(RegistrationNumber::parse(id).ok()?),
            ("DIR", _) => {
                let (speciality, language) = id.split_once('#')?;
                let (name, doctor) = sk.rsplit_once('#')?;
                Self::Listing(Listing {
                    speciality: unless_any(speciality, |text| Speciality::parse(text).ok())?,
                    language: unless_any(language, |text| Language::parse(text).ok())?,
                    name: name.to_owned(),
                    doctor: doctor.parse().ok()?,
                })
            }
            ("PAT", "AGENDA") => Self::Agenda(id.parse().ok()?),
            ("PAT", "CARE") => Self::LastVisit(id.parse().ok()?, rest.parse().ok()?),
            ("PAT", "OPENENTRIES") => Self::OpenEntries(id.parse().ok()?),
            ("WAIT", "ENTRY") => Self::WaitlistEntry(id.parse().ok()?),
            ("LINE", "PLACE") => {
                let line = match id.split_once('#')? {
                    ("DOC", doctor) => WaitlistQueue::Doctor(doctor.parse().ok()?),
                    ("SPEC", speciality) => WaitlistQueue::Speciality(Speciality::parse(speciality).ok()?),
                    _ => return None,
                };
                let (place, rest) = rest.split_once('#')?;
                let (joined, entry) = rest.split_once('#')?;
                let priority = Priority::ALL.into_iter().find(|priority| rank(*priority) == place)?;
                Self::WaitlistPosition { line, priority, joined: joined.parse().ok()?, entry: entry.parse().ok()? }
            }
            ("APPT", "APPT") => Self::Appointment(id.parse().ok()?),
            ("APPT", "REASON") => Self::Reason(id.parse().ok()?),
            ("COUNTER", "VISITS") => Self::VisitSeries(id.parse().ok()?),
            ("PAY", "PAY") => Self::Payment(id.parse().ok()?),
            ("PAY", "ATTEMPT") => Self::Attempt(id.parse().ok()?, GatewayPaymentId::parse(rest).ok()?),
            ("PAY", "REFUND") => Self::Refund(id.parse().ok()?, rest.parse().ok()?),
            ("PAY", "RECEIPT") => Self::Receipt(id.parse().ok()?),
            ("RECEIPTS", "COUNTER") => Self::ReceiptCounter(FinancialYear::parse(id).ok()?),
            ("ORDER", "ORDER") => Self::Order(OrderId::parse(id).ok()?),
            ("HOOK", "HOOK") => Self::WebhookEvent(id.to_owned()),
            ("DUE", "TIMER") => {
                let (hour, (at, id)) = (id, rest.split_once('#')?);
                Self::Timer { hour: hour.parse().ok()?, at: utc(at)?, id: id.to_owned() }
            }
            ("DUE", "CURSOR") => Self::TimerCursor,
            ("IDEM", "IDEM") => Self::Idempotency(id.to_owned()),
            ("ACT", "ACT") => Self::Activity(id.to_owned()),
            ("AUDIT", _) => Self::AuditRecord { chain: id.parse().ok()?, sequence: sk.parse().ok()? },
            ("CHAIN", "HEAD") => Self::ChainHead(id.parse().ok()?),
            ("CHAIN", "SEEN") => Self::Seen(id.parse().ok()?, rest.to_owned()),
            ("ACCESS", at) => Self::Access { patient: id.parse().ok()?, at: at.parse().ok()?, event: rest.to_owned() },
            ("CLIENT", "EVENT") => Self::ClientValues(id.parse().ok()?, rest.to_owned()),
            ("CHECKPOINT", "STATE") => Self::Checkpoint,
            _ => return None,
        };
        // A text that reads as a key but is not how we write it is none of ours.
        (key.pk() == pk && key.sk() == sk).then_some(key)
    }

    /// The key in the form in which requests take it.
    pub fn attributes(&self) -> Attributes {
        attributes([("PK", self.pk()), ("SK", self.sk())])
    }
}

/// `Some(None)` for any, `None` for a text that is not a value.
fn unless_any<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text == ANY { Some(None) } else { parse(text).map(Some) }
}

fn attributes<const N: usize>(pairs: [(&str, String); N]) -> Attributes {
    pairs.map(|(name, value)| (name.to_owned(), AttributeValue::S(value))).into()
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pk(), self.sk())
    }
}

/// An item's place in the indexes: each is sparse, and holds two kinds of partitions that never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the chart at the top of this module describes each")]
pub enum IndexKey {
    Appointment {
        patient: PatientId,
        doctor: DoctorId,
        start: Timestamp,
        appointment: AppointmentId,
    },
    Payment {
        patient: PatientId,
        started: Timestamp,
        state: &'static str,
        since: Timestamp,
        payment: PaymentId,
    },
    Refund {
        state: &'static str,
        since: Timestamp,
        payment: PaymentId,
        refund: RefundId,
    },
    WaitlistEntry {
        patient: PatientId,
        joined: Timestamp,
        entry: WaitlistEntryId,
    },
    AuditRecord {
        actor: String,
        event_type: EventType,
        at: Timestamp,
        chain: u8,
        sequence: u64,
    },
    FirstFreeSlotIndex {
        heading: SearchKey,
        doctor: DoctorId,
        first: Option<Timestamp>,
        video: Option<Timestamp>,
        clinic: Option<Timestamp>,
    },
}

impl IndexKey {
    /// The key attributes of its indexes.
    pub fn attributes(&self) -> Attributes {
        match self {
            Self::Appointment { patient, doctor, start, appointment } => {
                let sk = format!("{}Z#{appointment}", minute(*start));
                attributes([
                    ("GSI1PK", format!("PAT#{patient}")),
                    ("GSI1SK", sk.clone()),
                    ("GSI2PK", format!("DOC#{doctor}")),
                    ("GSI2SK", sk),
                ])
            }
            Self::Payment { patient, started, state, since, payment } => attributes([
                ("GSI1PK", format!("PAYER#{patient}")),
                ("GSI1SK", format!("{}#{payment}", millisecond(*started))),
                ("GSI2PK", format!("PAYDAY#{state}#{}", day(*since))),
                ("GSI2SK", format!("{}#{payment}", millisecond(*since))),
            ]),
            Self::Refund { state, since, payment, refund } => attributes([
                ("GSI1PK", format!("REFUNDS#{state}")),
                ("GSI1SK", format!("{}#{payment}#{refund}", millisecond(*since))),
            ]),
            Self::FirstFreeSlotIndex { heading, doctor, first, video, clinic } => {
                let places = [(None, first), (Some(Mode::Video), video), (Some(Mode::Clinic), clinic)];
                let place = |(mode, start): (Option<Mode>, &Option<Timestamp>)| {
                    let start = (*start)?;
                    let (index, family) = pointers(mode);
                    let pk = format!("{family}#{}", heading.on(utc_date(start)));
                    Some([(format!("{index}PK"), pk), (format!("{index}SK"), StartPlace::of_slot(start, *doctor).0)])
                };
                let pairs = places.into_iter().filter_map(place).flatten();
                pairs.map(|(name, value)| (name, AttributeValue::S(value))).collect()
            }
            Self::WaitlistEntry { patient, joined, entry } => attributes([
                ("GSI1PK", format!("WAITER#{patient}")),
                ("GSI1SK", format!("{}#{entry}", millisecond(*joined))),
            ]),
            Self::AuditRecord { actor, event_type, at, chain, sequence } => {
                let sk = AuditPlace::of(*at, *chain, *sequence).0;
                attributes([
                    ("GSI1PK", format!("AUDITDAY#{}", day(*at))),
                    ("GSI1SK", sk.clone()),
                    ("GSI2PK", format!("AUDITBY#{actor}")),
                    ("GSI2SK", sk.clone()),
                    ("GSI3PK", audit_type(*event_type, *at)),
                    ("GSI3SK", sk),
                ])
            }
        }
    }
}

/// Where an audit record stands in time, among those of all chains: the sort key of its indexes, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AuditPlace(String);

impl AuditPlace {
    /// Before everything that happened at an instant, and behind everything before it.
    pub fn at(instant: Timestamp) -> Self {
        Self(millisecond(sortable(instant)))
    }

    /// The place of a record.
    pub fn of(at: Timestamp, chain: u8, sequence: u64) -> Self {
        Self(format!("{}#{chain:02}#{sequence:020}", millisecond(at)))
    }

    /// Where a page ended, as the cursor that the client brings back.
    pub fn cursor(&self) -> Attributes {
        attributes([("PK", Self::FAMILY.to_owned()), ("SK", self.0.clone())])
    }

    /// Reads it back, from whatever the client has brought.
    pub fn parse(cursor: &Attributes) -> Option<Self> {
        let text = |name: &str| cursor.get(name).and_then(|value| value.as_s().ok());
        let place = text("SK").filter(|place| place.len() <= LONGEST_SORT_KEY)?;
        (text("PK")? == Self::FAMILY && cursor.len() == 2).then(|| Self(place.clone()))
    }

    /// The day (UTC) that it is in.
    pub fn day(&self) -> Option<Date> {
        self.0.get(..10)?.parse().ok()
    }

    const FAMILY: &str = "AUDITPLACE";
}

/// Where a pointer stands in time, among those of all doctors: the sort key of its indexes, or the beginning of one.
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

    /// The place of a pointer in the index of a mode.
    pub fn of(row: &Row, mode: Option<Mode>) -> Option<Self> {
        row.text(&format!("{}SK", pointers(mode).0)).map(|place| Self(place.to_owned()))
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

    /// Reads it back, from whatever the client has brought.
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

/// From the first instant of a day (UTC) up to the first after it.
pub(crate) fn day_of(date: Date) -> (Timestamp, Timestamp) {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp());
    let next = date.tomorrow().and_then(midnight);
    (midnight(date).unwrap_or(Timestamp::MIN), next.unwrap_or(Timestamp::MAX))
}

/// The day (UTC) of an instant.
pub(crate) fn utc_date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The key condition of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub index: Option<&'static str>,
    pub pk: String,
    pub sort: Sort,
}

/// Which part of a partition a query reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sort {
    All,
    Prefix(String),
    Between(String, String),
}

/// Where a place in the table is, seen from a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In its partition and before it: a span that begins at the present has moved on since.
    Before,
    /// In it.
    Inside,
    /// Behind it, in another partition, or nowhere: it was not a page of this span that ended there.
    Elsewhere,
}

impl Span {
    /// Where a page ended. DynamoDB refuses to go on from anywhere but the inside, as it refuses a request that is malformed.
    pub fn place(&self, key: &Attributes) -> Place {
        let text = |name: &str| key.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
        let (pk, sk, names) = match self.index {
            None => (text("PK"), text("SK"), 2),
            Some(index) => (text(&format!("{index}PK")), text(&format!("{index}SK")), 4),
        };
        let is_item = matches!((text("PK"), text("SK")), (Some(pk), Some(sk)) if Key::parse(pk, sk).is_some());
        let sk = match sk {
            Some(sk)
                if is_item
                    && key.len() == names
                    && pk == Some(&self.pk)
                    && (1..=LONGEST_SORT_KEY).contains(&sk.len()) =>
            {
                sk
            }
            _ => return Place::Elsewhere,
        };
        match &self.sort {
            Sort::All => Place::Inside,
            Sort::Prefix(prefix) if sk.starts_with(prefix) => Place::Inside,
            Sort::Between(from, _) if sk <= from.as_str() => Place::Before,
            Sort::Between(_, to) if sk < to.as_str() => Place::Inside,
            Sort::Prefix(_) | Sort::Between(..) => Place::Elsewhere,
        }
    }

    /// A doctor's slots that start in `from..to`.
    pub fn slots(doctor: DoctorId, from: Timestamp, to: Timestamp) -> Self {
        let sort = Sort::Between(format!("SLOT#{}", minute(ceiling(from))), format!("SLOT#{}", minute(ceiling(to))));
        Self { index: None, pk: Key::Calendar(doctor).pk(), sort }
    }

    /// A doctor's slots that can overlap `from..to`: no slot is longer than [`MAX_MINUTES`].
    pub fn slots_around(doctor: DoctorId, from: Timestamp, to: Timestamp) -> Self {
        Self::slots(doctor, from - SignedDuration::from_mins(MAX_MINUTES), to)
    }

    /// What is known of a doctor's days, from the one of an instant on.
    pub fn first_free_slots(doctor: DoctorId, from: Timestamp) -> Self {
        let sort = Sort::Between(format!("FREE#{}", utc_date(from)), "FREE#9999-12-31".to_owned());
        Self { index: None, pk: Key::Calendar(doctor).pk(), sort }
    }

    /// The pointers of a day under a heading that are behind one place and before another.
    pub fn pointers(
        heading: &SearchKey,
        mode: Option<Mode>,
        date: Date,
        after: &StartPlace,
        before: &StartPlace,
    ) -> Self {
        let (index, family) = pointers(mode);
        // All places of pointers are equally long: with something behind it a place sorts right behind itself.
        let sort = Sort::Between(format!("{} ", after.0), before.0.clone());
        Self { index: Some(index), pk: format!("{family}#{}", heading.on(date)), sort }
    }

    /// A patient's appointments that start in `from..to`.
    pub fn of_patient(patient: PatientId, from: Timestamp, to: Timestamp) -> Self {
        Self { index: Some("GSI1"), pk: Key::Agenda(patient).pk(), sort: starts(from, to) }
    }

    /// A doctor's appointments that start in `from..to`.
    pub fn of_doctor(doctor: DoctorId, from: Timestamp, to: Timestamp) -> Self {
        Self { index: Some("GSI2"), pk: Key::Doctor(doctor).pk(), sort: starts(from, to) }
    }

    /// The doctors of one partition of the directory, by the beginning of their names.
    pub fn directory(speciality: Option<&Speciality>, language: Option<&Language>, prefix: Option<&str>) -> Self {
        let sort = prefix.map_or(Sort::All, |prefix| Sort::Prefix(sort_name(prefix)));
        Self { index: None, pk: directory(speciality, language), sort }
    }

    /// A payment with its attempts and refunds.
    pub fn ledger(payment: PaymentId) -> Self {
        Self { index: None, pk: Key::Payment(payment).pk(), sort: Sort::All }
    }

    /// The timers of an hour that are due at `now`.
    pub fn due(hour: Hour, now: Timestamp) -> Self {
        // A second later than `now`, without what follows the time: right behind everything that is due.
        let behind = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
        let sort = Sort::Between("TIMER#".to_owned(), format!("TIMER#{}", second(behind)));
        Self { index: None, pk: due(hour), sort }
    }

    /// Those who stand in a line, in their order.
    pub fn queue(of: &WaitlistQueue) -> Self {
        Self { index: None, pk: line(of), sort: Sort::All }
    }

    /// A patient's entries of waiting lists, by the time of joining.
    pub fn of_waiter(patient: PatientId) -> Self {
        Self { index: Some("GSI1"), pk: format!("WAITER#{patient}"), sort: Sort::All }
    }

    /// A patient's payments, by the time at which they were begun.
    pub fn of_payer(patient: PatientId) -> Self {
        Self { index: Some("GSI1"), pk: format!("PAYER#{patient}"), sort: Sort::All }
    }

    /// The payments that came into a state on a day (UTC).
    pub fn payments_of_day(state: &str, date: Date) -> Self {
        Self { index: Some("GSI2"), pk: format!("PAYDAY#{state}#{date}"), sort: Sort::All }
    }

    /// The refunds in a state, those first that have been in it for longest.
    pub fn refunds(state: &str) -> Self {
        Self { index: Some("GSI1"), pk: format!("REFUNDS#{state}"), sort: Sort::All }
    }

    /// The audit records of a day (UTC).
    #[cfg(test)]
    pub fn audit_day(date: Date) -> Self {
        Self { index: Some("GSI1"), pk: format!("AUDITDAY#{date}"), sort: Sort::All }
    }

    /// The audit records of a day (UTC), of one type or all, whose places are in `after..before`.
    pub fn audit_part(date: Date, event_type: Option<EventType>, after: &AuditPlace, before: &AuditPlace) -> Self {
        let (index, pk) = match event_type {
            None => ("GSI1", format!("AUDITDAY#{date}")),
            Some(event_type) => ("GSI3", format!("AUDITTYPE#{event_type}#{date}")),
        };
        // All places of records are equally long: with something behind it a place sorts right behind itself.
        Self { index: Some(index), pk, sort: Sort::Between(format!("{} ", after.0), before.0.clone()) }
    }

    /// The records of a chain from a number up to and including another.
    pub fn chain(chain: u8, from: u64, to: u64) -> Self {
        let number = |sequence| Key::AuditRecord { chain, sequence }.sk();
        Self {
            index: None,
            pk: Key::AuditRecord { chain, sequence: 0 }.pk(),
            sort: Sort::Between(number(from), number(to)),
        }
    }

    /// The accesses to a patient's data.
    pub fn accesses(patient: PatientId) -> Self {
        Self { index: None, pk: format!("ACCESS#{patient}"), sort: Sort::All }
    }

    /// The audit records of an actor in `from..to`.
    pub fn audit_actor(actor: &str, from: Timestamp, to: Timestamp) -> Self {
        let sort = Sort::Between(millisecond(sortable(from)), millisecond(sortable(to)));
        Self { index: Some("GSI2"), pk: format!("AUDITBY#{actor}"), sort }
    }
}

/// The partition of the audit records of a type on a day (UTC).
fn audit_type(event_type: EventType, at: Timestamp) -> String {
    format!("AUDITTYPE#{event_type}#{}", day(at))
}

/// BETWEEN includes both ends; a bound without the final `Z` sorts right before the text of its own
/// minute, so that the upper end is left out and the lower one is not.
fn starts(from: Timestamp, to: Timestamp) -> Sort {
    Sort::Between(minute(ceiling(sortable(from))), minute(ceiling(sortable(to))))
}

/// Nothing here is older than 1970, and years before 0 would not sort as text.
fn sortable(at: Timestamp) -> Timestamp {
    at.max(Timestamp::UNIX_EPOCH)
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M").to_string()
}

/// The first whole minute at or after `at`.
fn ceiling(at: Timestamp) -> Timestamp {
    let minutes = -(-at.as_nanosecond()).div_euclid(60_000_000_000);
    let seconds = i64::try_from(minutes * 60).expect("a timestamp's seconds fit");
    Timestamp::from_second(seconds).unwrap_or(at)
}

fn second(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// What [`second`] writes; whoever reads a key back makes sure that it is spelled so.
fn utc(text: &str) -> Option<Timestamp> {
    let local = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn millisecond(at: Timestamp) -> String {
    // Always three digits: as text, "00.5Z" would sort before "00Z".
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
