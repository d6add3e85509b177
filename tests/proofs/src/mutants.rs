//! Conditions of the table are needed: each guard is left out in turn, and all orders of what some parties do must find a
//! violation; with it, the same orders find none. The search stops at the first.
//!
//! A guard that stands behind others, which refuse the same, is a second line: it must hold where those are left out, and a
//! violation be found where it is left out with them.

use std::collections::BTreeSet;

use storage::guard::{Guard, disarm};

use crate::interleavings::{Party, Setting, Share, Stage};
use crate::operations::OPERATIONS;

/// Guards of accounts and the trail, which no operation here uses. `storage` shows for each what happens without it.
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
];

/// What is to notice that a guard is gone.
#[derive(Debug, Clone, Copy)]
pub struct Hunt {
    pub guard: Guard,
    /// What each party does, one after the other, by the names of [`OPERATIONS`].
    parties: &'static [&'static [&'static str]],
    /// The guards behind which it stands.
    behind: &'static [Guard],
    setting: Setting,
}

impl Hunt {
    const fn behind(self, behind: &'static [Guard]) -> Self {
        Self { behind, ..self }
    }

    const fn with(self, setting: Setting) -> Self {
        Self { setting, ..self }
    }

    /// The names of all its operations.
    pub fn names(&self) -> BTreeSet<&'static str> {
        self.parties.iter().copied().flatten().copied().collect()
    }
}

const fn hunted(guard: Guard, parties: &'static [&'static [&'static str]]) -> Hunt {
    Hunt { guard, parties, behind: &[], setting: Setting::Usual }
}

/// All guards of scheduling and payments.
pub const HUNTED: &[Hunt] = &[
    hunted(Guard::SlotBookable, &[&["P books a free slot"], &["Q books it too"]]),
    hunted(Guard::SlotUnchanged, &[&["Q books what P's hold has left"], &["the hold is released"]]),
    hunted(Guard::SlotUnpublished, &[&["D publishes"], &["D publishes it longer"]]).behind(&[Guard::CalendarUnchanged]),
    hunted(Guard::CalendarUnchanged, &[&["D publishes"], &["D publishes what overlaps it"]]),
    hunted(Guard::ScheduleNew, &[&["E makes a first schedule"], &["E makes another first schedule"]]),
    hunted(Guard::ScheduleUnchanged, &[&["H replaces the schedule"], &["H replaces it by another"]]),
    hunted(
        Guard::ScheduleCurrent,
        &[&["H's schedule is applied"], &["H replaces the schedule", "H's schedule is applied"]],
    )
    .behind(&[Guard::CalendarUnchanged]),
    hunted(Guard::DailyQuotaNew, &[&["P books the one visit of a day"], &["Q books the one visit of that day"]]),
    hunted(
        Guard::DailyQuotaUnchanged,
        &[&["P books the one visit of a day on which one was cancelled"], &["Q books the one visit of that day, too"]],
    ),
    hunted(
        Guard::FirstFreeSlotsNew,
        &[
            &["somebody looks at a new day of F's"],
            &["F publishes an earlier slot", "somebody looks at a new day of F's"],
        ],
    ),
    hunted(
        Guard::FirstFreeSlotsUnchanged,
        &[&["somebody looks at F's present day"], &["S cancels shortly before", "somebody looks at F's present day"]],
    ),
    hunted(
        Guard::AgendaNew,
        &[&["R, who never booked, books the free slot"], &["R, who never booked, books elsewhere"]],
    ),
    hunted(Guard::AgendaUnchanged, &[&["P books a free slot"], &["P books elsewhere at that time"]]),
    hunted(Guard::AppointmentNew, &[&["P books with E another time"], &["Q books it too"]]).with(Setting::CopiedMemory),
    hunted(Guard::AppointmentUnchanged, &[&["S checks in"], &["F begins the visit"]]),
    hunted(Guard::WaitlistEntryNew, &[&["R waits for D"], &["Q waits for D"]]).with(Setting::CopiedMemory),
    hunted(Guard::WaitlistEntryUnchanged, &[&["P cancels a visit with K"], &["T cancels a visit with K"]]),
    hunted(Guard::OpenEntriesNew, &[&["R waits for D"], &["R waits for E"]]),
    hunted(Guard::OpenEntriesUnchanged, &[&["Q waits for D"], &["Q leaves K's waiting list"]]),
    hunted(Guard::LastVisitEarlier, &[&["F ends the visit"], &["F says that it took place"]]),
    hunted(Guard::IdempotencyKeyFree, &[&["P books a free slot"], &["P books it again under the same key"]])
        .behind(&[Guard::AgendaUnchanged, Guard::SlotBookable]),
    hunted(Guard::DoctorUnchanged, &[&["D is suspended"], &["D changes the fee"]]),
    hunted(Guard::CurrentFeedNew, &[&["P makes a calendar feed"], &["P makes a calendar feed"]]),
    hunted(
        Guard::CurrentFeedUnchanged,
        &[&["P makes a calendar feed", "P makes a calendar feed"], &["P makes a calendar feed"]],
    ),
    hunted(Guard::PaymentStartFree, &[&["P starts to pay"], &["P starts to pay"]]),
    hunted(Guard::PaymentUnchanged, &[&["an administrator gives back most of the fee"], &["another one does so, too"]]),
    hunted(Guard::OrderNew, &[&["P starts to pay"]]).with(Setting::LyingGateway),
    hunted(Guard::AttemptNew, &[&["the payment had failed before"], &["the expired hold is paid"]]),
    hunted(Guard::AttemptUnauthorized, &[&["the payment was authorized before"], &["the expired hold is paid"]]),
    hunted(Guard::AttemptOpen, &[&["another amount is paid"], &["another amount is paid, told again"]]),
    hunted(
        Guard::RefundNew,
        &[&["an administrator gives back most of the fee"], &["an administrator gives back most of the fee"]],
    )
    .behind(&[Guard::PaymentUnchanged, Guard::IdempotencyKeyFree]),
    hunted(Guard::RefundUnchanged, &[&["a refund is issued"], &["a refund has arrived"]]),
    hunted(Guard::ReceiptNew, &[&["P asks for a receipt"], &["P asks for a receipt"]])
        .behind(&[Guard::ReceiptCounterNew]),
    hunted(Guard::ReceiptCounterNew, &[&["P asks for a receipt"], &["Q asks for a receipt"]]),
    hunted(
        Guard::ReceiptCounterUnchanged,
        &[&["P asks for another receipt", "P asks for a receipt"], &["Q asks for a receipt"]],
    ),
    hunted(Guard::WebhookEventNew, &[&["Razorpay tells of a capture"], &["Razorpay tells of a capture"]]),
];

/// Leaves a guard out, and says what its parties make of it.
///
/// # Errors
/// If no operation notices, or if another invariant is violated already.
pub fn hunt(stage: &mut Stage, hunt: &Hunt) -> Result<String, String> {
    let place = |name: &&str| OPERATIONS.iter().position(|operation| operation.name == *name).expect("an operation");
    let parties: Vec<Party> = hunt.parties.iter().map(|party| party.iter().map(place).collect()).collect();
    stage.setting = hunt.setting;
    disarm(hunt.behind.iter().copied());
    let with_it = stage.try_all(&parties, Share::Nothing);
    disarm(hunt.behind.iter().copied().chain([hunt.guard]));
    let without_it = stage.try_all(&parties, Share::Nothing);
    disarm(None);
    stage.setting = Setting::Usual;
    match (with_it, without_it) {
        (Err(found), _) => Err(format!("it does not hold: {found}")),
        (Ok(_), Ok(_)) => Err("nobody notices".to_owned()),
        (Ok(_), Err(found)) => Ok(found.to_string()),
    }
}
