//! Every condition expression of the system, each once, with the reason why it is there. What a failure
//! of one *means* is not said here: the transaction that uses it says so, on the line where it does.
//!
//! In a build for development a guard can be left out of the requests of this thread, so that a test can show
//! what happens without it: a guard that nothing misses is not needed. A release has no such switch. It is no feature of the
//! crate: that would be another crate for everything above, wherever the proofs are built too.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::core::id::{AppointmentId, PatientId};
use jiff::Timestamp;

/// A condition on the item that stands where a write goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// A booking or a move takes a slot, or a move keeps one.
    SlotBookable,
    /// A confirmation, a cancellation or a withdrawal changes a slot.
    SlotUnchanged,
    /// A publication puts a slot.
    SlotUnpublished,
    /// A doctor's first publication makes the calendar.
    CalendarNew,
    /// Any later publication passes it.
    CalendarUnchanged,
    /// A doctor's first schedule.
    ScheduleNew,
    /// A later one takes its place.
    ScheduleUnchanged,
    /// Slots are brought in line with a schedule.
    ScheduleCurrent,
    /// The first visit of a day of a doctor with a daily limit.
    DailyQuotaNew,
    /// Any later one.
    DailyQuotaUnchanged,
    /// Somebody looks at the free slots of a doctor's day for the first time.
    FirstFreeSlotsNew,
    /// Somebody looks again.
    FirstFreeSlotsUnchanged,
    /// A patient's first booking makes the agenda.
    AgendaNew,
    /// Any later write of an agenda.
    AgendaUnchanged,
    /// A booking makes an appointment.
    AppointmentNew,
    /// A transition of an appointment.
    AppointmentUnchanged,
    /// A patient joins a waiting list.
    WaitlistEntryNew,
    /// An entry of a waiting list is offered something, or takes its next turn.
    WaitlistEntryUnchanged,
    /// A patient waits for the first time.
    OpenEntriesNew,
    /// A patient waits for something else, or does not wait any more.
    OpenEntriesUnchanged,
    /// A visit that took place becomes the patient's last one to the doctor.
    LastVisitEarlier,
    /// An answer is recorded under an idempotency key.
    IdempotencyKeyFree,
    /// A registration makes a doctor.
    DoctorNew,
    /// A registration takes a registration number.
    RegistrationNumberFree,
    /// A revision or a suspension changes a doctor.
    DoctorUnchanged,
    /// A user's profile is made.
    ProfileNew,
    /// A user's profile is changed.
    ProfileUnchanged,
    /// A user's first calendar feed is made.
    CurrentFeedNew,
    /// A user's calendar feed is replaced or ended.
    CurrentFeedUnchanged,
    /// A payment start takes the lease that allows one call to the payment gateway.
    PaymentStartFree,
    /// A payment gets its order, or is captured.
    PaymentUnchanged,
    /// An order of the gateway is bound to a payment.
    OrderNew,
    /// A failed attempt at paying is recorded.
    AttemptNew,
    /// An attempt for which the bank has reserved money is recorded.
    AttemptUnauthorized,
    /// An attempt that the gateway has money for is recorded.
    AttemptOpen,
    /// A refund is decided.
    RefundNew,
    /// A refund takes its next step.
    RefundUnchanged,
    /// A receipt is issued.
    ReceiptNew,
    /// The first receipt of a financial year.
    ReceiptCounterNew,
    /// Any later receipt.
    ReceiptCounterUnchanged,
    /// An event of the payment gateway is kept.
    WebhookEventNew,
    /// The first records of an audit chain.
    ChainHeadNew,
    /// Later records of an audit chain.
    ChainHeadUnchanged,
    /// An event enters an audit chain.
    AuditEventUnseen,
    /// The first checkpoint of the audit trail is claimed.
    CheckpointNew,
    /// A checkpoint is settled, or the next one claimed.
    CheckpointUnchanged,
}

const ABSENT: &str = "attribute_not_exists(PK)";
const UNCHANGED: &str = "ver = :ver";

impl Guard {
    /// Every guard, for the test that disarms each.
    pub const ALL: [Self; 46] = [
        Self::SlotBookable,
        Self::SlotUnchanged,
        Self::SlotUnpublished,
        Self::CalendarNew,
        Self::CalendarUnchanged,
        Self::ScheduleNew,
        Self::ScheduleUnchanged,
        Self::ScheduleCurrent,
        Self::DailyQuotaNew,
        Self::DailyQuotaUnchanged,
        Self::FirstFreeSlotsNew,
        Self::FirstFreeSlotsUnchanged,
        Self::AgendaNew,
        Self::AgendaUnchanged,
        Self::AppointmentNew,
        Self::AppointmentUnchanged,
        Self::WaitlistEntryNew,
        Self::WaitlistEntryUnchanged,
        Self::OpenEntriesNew,
        Self::OpenEntriesUnchanged,
        Self::LastVisitEarlier,
        Self::IdempotencyKeyFree,
        Self::DoctorNew,
        Self::RegistrationNumberFree,
        Self::DoctorUnchanged,
        Self::ProfileNew,
        Self::ProfileUnchanged,
        Self::CurrentFeedNew,
        Self::CurrentFeedUnchanged,
        Self::PaymentStartFree,
        Self::PaymentUnchanged,
        Self::OrderNew,
        Self::AttemptNew,
        Self::AttemptUnauthorized,
        Self::AttemptOpen,
        Self::RefundNew,
        Self::RefundUnchanged,
        Self::ReceiptNew,
        Self::ReceiptCounterNew,
        Self::ReceiptCounterUnchanged,
        Self::WebhookEventNew,
        Self::ChainHeadNew,
        Self::ChainHeadUnchanged,
        Self::AuditEventUnseen,
        Self::CheckpointNew,
        Self::CheckpointUnchanged,
    ];

    /// The condition expression. A placeholder that is the name of a state stands for that name; `:ver`,
    /// `:now` and the others are bound by [`Condition`].
    pub const fn expression(self) -> &'static str {
        match self {
            Self::SlotBookable => {
                "ver = :ver AND (#state = :free OR (#state IN (:held, :offered) AND hold_until <= :now) \
                 OR (#state = :offered AND offered_to = :patient) OR appointment = :appointment)"
            }
            Self::SlotUnpublished => "attribute_not_exists(PK) OR #state = :withdrawn",
            Self::LastVisitEarlier => "attribute_not_exists(PK) OR last_visit <= :now",
            Self::IdempotencyKeyFree => "attribute_not_exists(PK) OR expires <= :now",
            Self::PaymentStartFree => {
                "attribute_not_exists(PK) OR (ver = :ver AND #state = :intent AND lease_until <= :now)"
            }
            Self::AttemptUnauthorized => "attribute_not_exists(PK) OR #state = :failed",
            Self::AttemptOpen => "attribute_not_exists(PK) OR #state = :failed OR #state = :authorized",
            Self::ChainHeadUnchanged => "seq = :seq AND head_hash = :hash",
            Self::SlotUnchanged
            | Self::CalendarUnchanged
            | Self::ScheduleUnchanged
            | Self::ScheduleCurrent
            | Self::DailyQuotaUnchanged
            | Self::FirstFreeSlotsUnchanged
            | Self::AgendaUnchanged
            | Self::AppointmentUnchanged
            | Self::WaitlistEntryUnchanged
            | Self::OpenEntriesUnchanged
            | Self::DoctorUnchanged
            | Self::ProfileUnchanged
            | Self::CurrentFeedUnchanged
            | Self::PaymentUnchanged
            | Self::RefundUnchanged
            | Self::ReceiptCounterUnchanged
            | Self::CheckpointUnchanged => UNCHANGED,
            Self::CalendarNew
            | Self::ScheduleNew
            | Self::DailyQuotaNew
            | Self::FirstFreeSlotsNew
            | Self::AgendaNew
            | Self::AppointmentNew
            | Self::WaitlistEntryNew
            | Self::OpenEntriesNew
            | Self::DoctorNew
            | Self::RegistrationNumberFree
            | Self::ProfileNew
            | Self::CurrentFeedNew
            | Self::OrderNew
            | Self::AttemptNew
            | Self::RefundNew
            | Self::ReceiptNew
            | Self::ReceiptCounterNew
            | Self::WebhookEventNew
            | Self::ChainHeadNew
            | Self::AuditEventUnseen
            | Self::CheckpointNew => ABSENT,
        }
    }

    /// What would go wrong without it.
    pub const fn why(self) -> &'static str {
        match self {
            Self::SlotBookable => "two patients would hold one slot, or a slot that was withdrawn would be booked",
            Self::SlotUnchanged => "a cancellation would free a slot that another patient has taken meanwhile",
            Self::SlotUnpublished => "a publication from an old reading would free a slot that is booked",
            Self::CalendarNew => "two first publications at once would give a doctor slots that overlap",
            Self::CalendarUnchanged => "two publications at once would give a doctor slots that overlap",
            Self::ScheduleNew => "two first schedules at once would leave only one of them, and nobody would know",
            Self::ScheduleUnchanged => "a doctor would overwrite hours that the practice has just changed",
            Self::ScheduleCurrent => "slots would be published from hours that the doctor has just given up",
            Self::DailyQuotaNew => "two patients at once would both be the one visit that a doctor takes in a day",
            Self::DailyQuotaUnchanged => {
                "two patients at once would both be the last visit that a doctor takes in a day"
            }
            Self::FirstFreeSlotsNew => {
                "of two first looks at a day the older one could be written last, and hide a slot that is free"
            }
            Self::FirstFreeSlotsUnchanged => {
                "a look at a day from before a slot was given back would be written after the one from behind it"
            }
            Self::AgendaNew => "two first bookings at once would leave only one of them in the patient's agenda",
            Self::AgendaUnchanged => "a patient would hold two slots that overlap",
            Self::AppointmentNew => "a second booking under the same id would overwrite the first",
            Self::AppointmentUnchanged => "a late cancellation would undo a confirmation that was paid for",
            Self::WaitlistEntryNew => "a second entry under the same id would overwrite the first",
            Self::WaitlistEntryUnchanged => {
                "two slots that are given back at once would be kept for one entry, and one be lost"
            }
            Self::OpenEntriesNew => "a patient who joins twice at once would wait for the same twice",
            Self::OpenEntriesUnchanged => "a patient who joins at once would wait for more than anybody may",
            Self::LastVisitEarlier => {
                "an old visit that is told of late would shorten the time in which a follow-up costs less"
            }
            Self::IdempotencyKeyFree => "a request that is sent twice would be carried out twice",
            Self::DoctorNew => "a second registration would overwrite a doctor, her suspension included",
            Self::RegistrationNumberFree => "two doctors would practise under one registration number",
            Self::DoctorUnchanged => "a revision would undo a suspension that it has not seen",
            Self::ProfileNew => "a repeated sign-up trigger would wipe the details that a user has entered",
            Self::ProfileUnchanged => "two updates at once would lose one of them",
            Self::CurrentFeedNew => "two first feeds made at once would both stay open, and only one could be ended",
            Self::CurrentFeedUnchanged => {
                "a feed that was replaced twice at once would leave an address that nobody can end"
            }
            Self::PaymentStartFree => "two payment starts at once would make two orders for one visit",
            Self::PaymentUnchanged => "a payment that was captured would become open again",
            Self::OrderNew => "an order that is bound to one payment would be bound to another",
            Self::AttemptNew => "a late failure would overwrite the capture of an attempt",
            Self::AttemptUnauthorized => {
                "two who hear of an authorization at once would note it twice, at different times"
            }
            Self::AttemptOpen => "a payment that is refused would be reported with every delivery",
            Self::RefundNew => "a refund that was sent would be sent again, under another key",
            Self::RefundUnchanged => "a late message would set a processed refund back",
            Self::ReceiptNew => "a payment that two people look at would get two receipts",
            Self::ReceiptCounterNew => "the first two receipts of a year would get one number",
            Self::ReceiptCounterUnchanged => "two receipts would get one number",
            Self::WebhookEventNew => "an event that is delivered twice would be worked on twice",
            Self::ChainHeadNew => "two first writers of a chain would both start it",
            Self::ChainHeadUnchanged => "two writers of a chain would fork it",
            Self::AuditEventUnseen => "a record that the stream delivers twice would be in the audit trail twice",
            Self::CheckpointNew => "two first runs at once would claim two checkpoints of one number",
            Self::CheckpointUnchanged => "a run that was overtaken would set the checkpoints back",
        }
    }

    /// The guard on an item that was read in version `version`.
    pub fn expecting(self, version: u64) -> Condition {
        Condition::from(self).bind(":ver", AttributeValue::N(version.to_string()))
    }

    /// The guard at the time of the request.
    pub fn at(self, now: Timestamp) -> Condition {
        Condition::from(self).at(now)
    }

    /// The guard on the head of a chain that was read with this sequence number and hash.
    pub fn after(self, sequence: u64, hash: &str) -> Condition {
        Condition::from(self)
            .bind(":seq", AttributeValue::N(sequence.to_string()))
            .bind(":hash", AttributeValue::S(hash.to_owned()))
    }
}

/// A guard with its values.
#[derive(Debug, Clone)]
pub struct Condition {
    guard: Guard,
    values: HashMap<String, AttributeValue>,
}

/// A condition in the form in which a request takes it.
pub(crate) struct Rendered {
    pub expression: String,
    pub names: Option<HashMap<String, String>>,
    pub values: Option<HashMap<String, AttributeValue>>,
}

/// The names of states, which stand for themselves in an expression.
const STATES: [&str; 7] = [":free", ":held", ":offered", ":withdrawn", ":intent", ":failed", ":authorized"];

impl From<Guard> for Condition {
    fn from(guard: Guard) -> Self {
        Self { guard, values: HashMap::new() }
    }
}

impl Condition {
    /// Adds the time of the request, in the table's milliseconds.
    pub fn at(self, now: Timestamp) -> Self {
        self.bind(":now", AttributeValue::N(now.as_millisecond().to_string()))
    }

    /// Adds the patient who books.
    pub fn by(self, patient: PatientId) -> Self {
        self.bind(":patient", AttributeValue::S(patient.to_string()))
    }

    /// Adds the appointment that the slot is for.
    pub fn of(self, appointment: AppointmentId) -> Self {
        self.bind(":appointment", AttributeValue::S(appointment.to_string()))
    }

    fn bind(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }

    /// The expression with names and values, or `None` for a guard that a test has disarmed.
    pub(crate) fn render(mut self) -> Option<Rendered> {
        if is_disarmed(self.guard) {
            return None;
        }
        let expression = self.guard.expression();
        for state in STATES.into_iter().filter(|state| expression.contains(state)) {
            self.values.insert(state.to_owned(), AttributeValue::S(state[1..].to_owned()));
        }
        let names = expression.contains("#state").then(|| HashMap::from([("#state".to_owned(), "state".to_owned())]));
        let values = (!self.values.is_empty()).then_some(self.values);
        Some(Rendered { expression: expression.to_owned(), names, values })
    }
}

#[cfg(any(test, debug_assertions))]
mod switch {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::Guard;

    thread_local! {
        static DISARMED: RefCell<Vec<Guard>> = const { RefCell::new(Vec::new()) };
        static ASKED: RefCell<BTreeSet<usize>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// Leaves guards out of every request that this thread builds, until it is called again; `None` leaves out none.
    pub fn disarm(guards: impl IntoIterator<Item = Guard>) {
        DISARMED.set(guards.into_iter().collect());
    }

    /// The guards of the requests that this thread has built since it was asked the last time, disarmed or not.
    pub fn asked() -> Vec<Guard> {
        let asked = ASKED.take();
        Guard::ALL.into_iter().filter(|guard| asked.contains(&(*guard as usize))).collect()
    }

    pub(super) fn is_disarmed(guard: Guard) -> bool {
        ASKED.with_borrow_mut(|asked| asked.insert(guard as usize));
        DISARMED.with_borrow(|disarmed| disarmed.contains(&guard))
    }
}

#[cfg(any(test, debug_assertions))]
use switch::is_disarmed;
#[cfg(any(test, debug_assertions))]
pub use switch::{asked, disarm};

#[cfg(not(any(test, debug_assertions)))]
const fn is_disarmed(_: Guard) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_lists_every_guard_once_and_each_has_its_own_reason() {
        let guards: HashSet<Guard> = Guard::ALL.into_iter().collect();
        let reasons: HashSet<&str> = Guard::ALL.into_iter().map(Guard::why).collect();
        assert_eq!(guards.len(), Guard::ALL.len());
        assert_eq!(reasons.len(), Guard::ALL.len());
        // The last variant has the highest discriminant: a variant that `ALL` lacks shows as a gap.
        assert_eq!(Guard::CheckpointUnchanged as usize + 1, Guard::ALL.len());
    }

    #[test]
    fn a_rendered_condition_binds_every_placeholder_of_its_expression_and_no_other() {
        let patient = PatientId::from_uuid(uuid::Uuid::nil());
        let appointment = AppointmentId::from_uuid(uuid::Uuid::nil());
        let rendered = Guard::SlotBookable
            .expecting(3)
            .by(patient)
            .of(appointment)
            .at(Timestamp::UNIX_EPOCH)
            .render()
            .expect("nothing is disarmed");
        let values = rendered.values.expect("it has values");
        let mut names: Vec<&str> = values.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, [":appointment", ":free", ":held", ":now", ":offered", ":patient", ":ver"]);
        assert_eq!(rendered.names.expect("state is a reserved word")["#state"], "state");
    }

    #[test]
    fn a_disarmed_guard_renders_nothing_and_the_others_still_do() {
        disarm(Some(Guard::OrderNew));
        assert!(Condition::from(Guard::OrderNew).render().is_none());
        assert!(Condition::from(Guard::RefundNew).render().is_some());
        disarm(None);
        assert!(Condition::from(Guard::OrderNew).render().is_some());
    }
}
