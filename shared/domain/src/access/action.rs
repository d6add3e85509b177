//! The actions that the policy knows.

/// An action of an actor on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read an appointment, its reason included.
    ViewAppointment,
    /// List appointments of a patient or doctor, without reasons.
    ListAppointments,
    /// Cancel an appointment, or preview the cancellation.
    CancelAppointment,
    /// Move an appointment to another time.
    RescheduleAppointment,
    /// Change what the patient tells the doctor before a visit.
    UpdateAppointment,
    /// Extend the hold of an appointment.
    ExtendHold,
    /// Enter the waiting room.
    CheckIn,
    /// Begin and end a visit.
    ConductVisit,
    /// Record the outcome of a visit that neither side joined.
    RecordOutcome,
    /// List the entries that wait for a doctor, or those of a patient.
    ListWaitlist,
    /// Take a patient off a waiting list.
    LeaveWaitlist,
    /// Accept or decline an offer to a waiting patient.
    AnswerOffer,
    /// Change the priority of a waiting list entry.
    PrioritiseWaitlistEntry,
    /// Get an order for an appointment.
    StartPayment,
    /// Report that a payment was made, or settle it.
    ConfirmPayment,
    /// See a payment with its refunds, or list the payments of a patient.
    ViewPayment,
    /// Get the receipt of a payment.
    ViewReceipt,
    /// Grant a refund beyond the rules, or try a refund again.
    RefundPayment,
    /// See all payments, the refunds that are not done, and whether the ledger balances.
    ViewLedger,
    /// Add slots to a calendar.
    PublishSlots,
    /// Withdraw a slot.
    WithdrawSlot,
    /// See a doctor's schedule.
    ViewSchedule,
    /// Replace a doctor's schedule.
    ReplaceSchedule,
    /// Publish the slots of a schedule.
    ApplySchedule,
    /// Add a doctor.
    RegisterDoctor,
    /// Change a doctor's profile.
    UpdateDoctor,
    /// Suspend a doctor.
    SuspendDoctor,
    /// End a doctor's suspension.
    ReinstateDoctor,
    /// List the suspended doctors, with the reasons.
    ViewSuspensions,
    /// Remove the second factor of another user.
    ResetAuthenticator,
    /// List users, or see the account of one.
    ViewUsers,
    /// Give a user roles of the staff, or take them.
    ChangeRoles,
    /// Disable or enable the account of a user.
    DisableUser,
    /// Read the audit trail.
    ViewAuditEvents,
    /// Export a part of the audit trail.
    ExportAuditTrail,
    /// Set or lift a legal hold on a part of the audit trail's archive.
    HoldAuditTrail,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 36] = [
        Self::ViewAppointment,
        Self::ListAppointments,
        Self::CancelAppointment,
        Self::RescheduleAppointment,
        Self::UpdateAppointment,
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
        Self::ReinstateDoctor,
        Self::ViewSuspensions,
        Self::ResetAuthenticator,
        Self::ViewUsers,
        Self::ChangeRoles,
        Self::DisableUser,
        Self::ViewAuditEvents,
        Self::ExportAuditTrail,
        Self::HoldAuditTrail,
    ];
}
