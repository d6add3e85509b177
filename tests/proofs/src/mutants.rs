//! Conditions of the table are needed: each guard is left out in turn, and all orders of a pair of operations must find a
//! violation; with it, the same orders find none. The search stops at the first.

use storage::guard::{Guard, disarm};

use crate::interleavings::{Share, Stage};
use crate::operations::OPERATIONS;

/// Guards of accounts, the trail, receipts and feeds, which no operation here uses. `storage` shows for each what happens without it.
pub const OTHERS: &[Guard] = &[
    Guard::DoctorNew,
    Guard::RegistrationNumberFree,
    Guard::ProfileNew,
    Guard::ProfileUnchanged,
    Guard::ChainHeadNew,
    Guard::ChainHeadUnchanged,
    Guard::AuditEventUnseen,
    Guard::CheckpointNew,
    Guard::CheckpointUnchanged,
    Guard::ReceiptNew,
    Guard::SeriesNew,
    Guard::SeriesUnchanged,
    Guard::CurrentFeedNew,
    Guard::CurrentFeedUnchanged,
];

/// The pair that is to notice that a guard is gone, by the names of [`OPERATIONS`].
pub const HUNTED: &[(Guard, &str, &str)] = &[
    (Guard::SlotBookable, "P books a free slot", "Q books it too"),
    (Guard::SlotUnchanged, "Q books what P's hold has left", "the hold is released"),
    (Guard::CalendarUnchanged, "D publishes", "D publishes what overlaps it"),
    (Guard::AgendaNew, "R, who never booked, books the free slot", "R, who never booked, books elsewhere"),
    (Guard::AgendaUnchanged, "P books a free slot", "P books elsewhere at that time"),
    (Guard::DayNew, "P books the one visit of a day", "Q books the one visit of that day"),
    (
        Guard::DayUnchanged,
        "P books the one visit of a day on which one was cancelled",
        "Q books the one visit of that day, too",
    ),
    (Guard::AppointmentUnchanged, "S checks in", "F begins the visit"),
    (Guard::WaitlistEntryUnchanged, "P cancels a visit with K", "T cancels a visit with K"),
    (Guard::WaitsNew, "R waits for D", "R waits for E"),
    (Guard::WaitsUnchanged, "Q waits for D", "Q leaves K's waiting list"),
    (Guard::DoctorUnchanged, "D is suspended", "D changes the fee"),
    (Guard::PaymentStartFree, "P starts to pay", "P starts to pay"),
    (Guard::PaymentUnchanged, "an administrator gives back most of the fee", "another one does so, too"),
    (Guard::AttemptNew, "the payment had failed before", "the expired hold is paid"),
    (Guard::AttemptOpen, "another amount is paid", "another amount is paid, told again"),
    (Guard::RefundUnchanged, "a refund is issued", "a refund has arrived"),
    (Guard::WebhookEventNew, "Razorpay tells of a capture", "Razorpay tells of a capture"),
    (Guard::ScheduleNew, "E makes a first schedule", "E makes another first schedule"),
    (Guard::ScheduleUnchanged, "H replaces the schedule", "H replaces it by another"),
];

/// Guards that no pair and no world here is known to miss: `storage` shows for each what happens without it.
pub const NOT_HUNTED: &[(Guard, &str)] = &[
    (Guard::SlotUnpublished, "behind the calendar's version, which every publication reads first and passes"),
    (Guard::AppointmentNew, "ids are random; it matters when a machine's memory was copied"),
    (Guard::WaitlistEntryNew, "likewise"),
    (Guard::IdempotencyKeyFree, "a booking passes the agenda's version too, and whoever comes second finds the record"),
    (Guard::OrderNew, "no gateway that keeps its word gives one order to two receipts"),
    (
        Guard::AttemptUnauthorized,
        "no pair here hears of an authorization; worlds of the simulation do, some hundreds apart",
    ),
    (Guard::RefundNew, "whoever promises a refund passes the version of the payment or of the appointment too"),
    (Guard::ScheduleCurrent, "the news of the newer schedule mends what was published meanwhile"),
    (
        Guard::OpeningsNew,
        "a pointer from an old reading offers nothing that can't be booked: what it names is read again",
    ),
    (Guard::OpeningsUnchanged, "likewise; what it hides is found when the day is looked at again"),
    (Guard::CareEarlier, "visits of one patient to one doctor close in the order of their times"),
];

/// Leaves a guard out, and says what its pair makes of it.
pub fn hunt(stage: &mut Stage, guard: Guard, one: &str, two: &str) -> Option<String> {
    let place = |name: &str| OPERATIONS.iter().position(|operation| operation.name == name).expect("an operation");
    disarm([guard]);
    let found = stage.try_all(&[place(one), place(two)], Share::Nothing);
    disarm(None);
    found.err().map(|found| found.to_string())
}
