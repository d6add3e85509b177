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
    Guard::DOCTOR_NEW,
    // Every doctor of the worlds has published before an operation begins.
    Guard::CALENDAR_NEW,
    Guard::REGISTRATION_NUMBER_FREE,
    Guard::PROFILE_NEW,
    Guard::PROFILE_UNCHANGED,
    Guard::ENDED_SESSIONS_NEW,
    Guard::ENDED_SESSIONS_UNCHANGED,
    Guard::RECOVERY_CODES_NEW,
    Guard::RECOVERY_CODES_UNCHANGED,
    Guard::ROSTER_NEW,
    Guard::ROSTER_UNCHANGED,
    Guard::CHAIN_HEAD_NEW,
    Guard::CHAIN_HEAD_UNCHANGED,
    Guard::AUDIT_EVENT_UNSEEN,
    Guard::CHECKPOINT_NEW,
    Guard::CHECKPOINT_UNCHANGED,
];

/// What is to notice that a guard is gone.
#[derive(Debug, Clone, Copy)]
pub struct Hunt {
    pub guard: Guard,
    /// What each party does, one after the other, by the names of [`OPERATIONS`].
    parties: &'static [&'static [&'static str]],
    /// The guards behind which it stands.
    pub behind: &'static [Guard],
    pub setting: Setting,
}

impl Hunt {
    const fn behind(self, behind: &'static [Guard]) -> Self {
        Self { behind, ..self }
    }

    const fn with(self, setting: Setting) -> Self {
        Self { setting, ..self }
    }

    /// What each party does, by the places of the operations in [`OPERATIONS`].
    pub fn parties(&self) -> Vec<Party> {
        let place =
            |name: &&str| OPERATIONS.iter().position(|operation| operation.name == *name).expect("an operation");
        self.parties.iter().map(|party| party.iter().map(place).collect()).collect()
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
    hunted(Guard::SLOT_BOOKABLE, &[&["P books a free slot"], &["Q books it too"]]),
    hunted(Guard::SLOT_UNCHANGED, &[&["Q books what P's hold has left"], &["the hold is released"]]),
    hunted(Guard::SLOT_UNPUBLISHED, &[&["D publishes"], &["D publishes it longer"]])
        .behind(&[Guard::CALENDAR_UNCHANGED]),
    hunted(Guard::CALENDAR_UNCHANGED, &[&["D publishes"], &["D publishes what overlaps it"]]),
    hunted(Guard::SCHEDULE_NEW, &[&["E makes a first schedule"], &["E makes another first schedule"]]),
    hunted(Guard::SCHEDULE_UNCHANGED, &[&["H replaces the schedule"], &["H replaces it by another"]]),
    hunted(
        Guard::SCHEDULE_CURRENT,
        &[&["H's schedule is applied"], &["H replaces the schedule", "H's schedule is applied"]],
    )
    .behind(&[Guard::CALENDAR_UNCHANGED]),
    hunted(Guard::DAILY_QUOTA_NEW, &[&["P books the one visit of a day"], &["Q books the one visit of that day"]]),
    hunted(
        Guard::DAILY_QUOTA_UNCHANGED,
        &[&["P books the one visit of a day on which one was cancelled"], &["Q books the one visit of that day, too"]],
    ),
    hunted(
        Guard::FIRST_FREE_SLOTS_NEW,
        &[&["a run looks at a new day of F's"], &["F publishes an earlier slot", "a run looks at a new day of F's"]],
    ),
    hunted(
        Guard::FIRST_FREE_SLOTS_UNCHANGED,
        &[&["a run looks at F's present day"], &["S cancels shortly before", "a run looks at F's present day"]],
    ),
    hunted(
        Guard::AGENDA_NEW,
        &[&["R, who never booked, books the free slot"], &["R, who never booked, books elsewhere"]],
    ),
    hunted(Guard::AGENDA_UNCHANGED, &[&["P books a free slot"], &["P books elsewhere at that time"]]),
    hunted(Guard::APPOINTMENT_NEW, &[&["P books with E another time"], &["Q books it too"]])
        .with(Setting::CopiedMemory),
    hunted(Guard::APPOINTMENT_UNCHANGED, &[&["S checks in"], &["F begins the visit"]]),
    hunted(Guard::WAITLIST_ENTRY_NEW, &[&["R waits for D"], &["Q waits for D"]]).with(Setting::CopiedMemory),
    hunted(Guard::WAITLIST_ENTRY_UNCHANGED, &[&["P cancels a visit with K"], &["T cancels a visit with K"]]),
    hunted(Guard::OPEN_ENTRIES_NEW, &[&["R waits for D"], &["R waits for E"]]),
    hunted(Guard::OPEN_ENTRIES_UNCHANGED, &[&["Q waits for D"], &["Q leaves K's waiting list"]]),
    hunted(Guard::LAST_VISIT_EARLIER, &[&["F ends the visit"], &["F says that it took place"]]),
    hunted(Guard::IDEMPOTENCY_KEY_FREE, &[&["P books a free slot"], &["P books it again under the same key"]])
        .behind(&[Guard::AGENDA_UNCHANGED, Guard::SLOT_BOOKABLE]),
    hunted(Guard::DOCTOR_UNCHANGED, &[&["D is suspended"], &["D changes the fee"]]),
    hunted(Guard::CURRENT_FEED_NEW, &[&["P makes a calendar feed"], &["P makes a calendar feed"]]),
    hunted(
        Guard::CURRENT_FEED_UNCHANGED,
        &[&["P makes a calendar feed", "P makes a calendar feed"], &["P makes a calendar feed"]],
    ),
    hunted(Guard::PAYMENT_START_FREE, &[&["P starts to pay"], &["P starts to pay"]]),
    hunted(
        Guard::PAYMENT_UNCHANGED,
        &[&["an administrator gives back most of the fee"], &["another one does so, too"]],
    ),
    hunted(Guard::ORDER_NEW, &[&["P starts to pay"]]).with(Setting::LyingGateway),
    hunted(Guard::ATTEMPT_NEW, &[&["the payment had failed before"], &["the expired hold is paid"]]),
    hunted(Guard::ATTEMPT_UNAUTHORIZED, &[&["the payment was authorized before"], &["the expired hold is paid"]]),
    hunted(Guard::ATTEMPT_OPEN, &[&["another amount is paid"], &["another amount is paid, told again"]]),
    hunted(
        Guard::REFUND_NEW,
        &[&["an administrator gives back most of the fee"], &["an administrator gives back most of the fee"]],
    )
    .behind(&[Guard::PAYMENT_UNCHANGED, Guard::IDEMPOTENCY_KEY_FREE]),
    hunted(Guard::REFUND_UNCHANGED, &[&["a refund is issued"], &["a refund has arrived"]]),
    hunted(Guard::RECEIPT_NEW, &[&["P asks for a receipt"], &["P asks for a receipt"]])
        .behind(&[Guard::RECEIPT_COUNTER_NEW]),
    hunted(Guard::RECEIPT_COUNTER_NEW, &[&["P asks for a receipt"], &["Q asks for a receipt"]]),
    hunted(
        Guard::RECEIPT_COUNTER_UNCHANGED,
        &[&["P asks for another receipt", "P asks for a receipt"], &["Q asks for a receipt"]],
    ),
    hunted(Guard::WEBHOOK_EVENT_NEW, &[&["Razorpay tells of a capture"], &["Razorpay tells of a capture"]]),
];

/// Leaves a guard out, and says what its parties make of it.
///
/// # Errors
/// If no operation notices, or if another invariant is violated already.
pub fn hunt(stage: &mut Stage, hunt: &Hunt) -> Result<String, String> {
    let parties = hunt.parties();
    stage.setting = hunt.setting;
    disarm(hunt.behind.iter().copied());
    let with_it = stage.try_all(&parties, Share::Nothing);
    disarm(hunt.behind.iter().copied().chain([hunt.guard]));
    let without_it = stage.try_all(&parties, Share::Nothing);
    disarm(None);
    stage.setting = Setting::Usual;
    match (with_it, without_it) {
        (Err(found), _) => Err(format!("it does not hold: {found}")),
        (Ok(_), Ok(_)) => Err("no check notices".to_owned()),
        (Ok(_), Err(found)) => Ok(found.to_string()),
    }
}
