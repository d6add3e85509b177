//! The actions that the policy knows.

/// What somebody wants to do to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read an appointment, its reason included.
    ViewAppointment,
    /// List appointments of a patient or doctor, without reasons.
    ListAppointments,
    /// Cancel an appointment, or see what that would mean.
    CancelAppointment,
    /// Move an appointment to another time.
    RescheduleAppointment,
    /// Ask for more time to pay for an appointment.
    ExtendHold,
    /// Enter the waiting room.
    CheckIn,
    /// Begin and end a visit.
    ConductVisit,
    /// Say what a visit was that nobody joined.
    RecordOutcome,
    /// List who waits for a doctor, or what a patient waits for.
    ListWaitlist,
    /// Take a patient off a waiting list.
    LeaveWaitlist,
    /// Accept or decline what is offered to somebody who waits.
    AnswerOffer,
    /// Say how urgent it is for somebody who waits.
    PrioritiseWaitlistEntry,
    /// Get an order for an appointment.
    StartPayment,
    /// Tell that a payment was made, or settle it.
    ConfirmPayment,
    /// See a payment and what became of its money, or a list of somebody's payments.
    ViewPayment,
    /// Get the receipt of a payment.
    ViewReceipt,
    /// Give money back beyond what the rules give, or try a refund again.
    RefundPayment,
    /// See everybody's payments, the refunds that are not done, and whether the books balance.
    ViewLedger,
    /// Add to a calendar.
    PublishSlots,
    /// Take a slot back.
    WithdrawSlot,
    /// See the rules that a doctor's slots come from.
    ViewSchedule,
    /// Change them.
    ReplaceSchedule,
    /// Publish what follows from them.
    ApplySchedule,
    /// Add a doctor.
    RegisterDoctor,
    /// Change what patients see of a doctor.
    UpdateDoctor,
    /// Take a doctor out of booking.
    SuspendDoctor,
    /// Read the audit trail.
    ViewAuditEvents,
    /// Take part of it out of the system.
    ExportAuditTrail,
    /// Keep a part of its archive whatever else would let it go, or no longer.
    HoldAuditTrail,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 29] = [
        Self::ViewAppointment,
        Self::ListAppointments,
        Self::CancelAppointment,
        Self::RescheduleAppointment,
        Self::ExtendHold,
        Self::CheckIn,
        Self::ConductVisit,
        Self::RecordOutcome,
        Self::ListWaitlist,
        Self::LeaveWaitlist,
        Self::AnswerOffer,
        Self::PrioritiseWaitlistEntry,
        Self::StartPayment,
        Self::ConfirmPayment,
        Self::ViewPayment,
        Self::ViewReceipt,
        Self::RefundPayment,
        Self::ViewLedger,
        Self::PublishSlots,
        Self::WithdrawSlot,
        Self::ViewSchedule,
        Self::ReplaceSchedule,
        Self::ApplySchedule,
        Self::RegisterDoctor,
        Self::UpdateDoctor,
        Self::SuspendDoctor,
        Self::ViewAuditEvents,
        Self::ExportAuditTrail,
        Self::HoldAuditTrail,
    ];
}
