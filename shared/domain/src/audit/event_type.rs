//! The vocabulary of the audit trail: every type of event, with its category and severity.
//!
//! It uses the words of the systems that Vaidya replaces:
//!
//! | their word | here |
//! |---|---|
//! | `audit.login` | category `auth`: [`LoginSucceeded`](EventType::LoginSucceeded), [`LoginFailed`](EventType::LoginFailed), [`LoggedOut`](EventType::LoggedOut), [`SessionRefreshed`](EventType::SessionRefreshed) |
//! | `audit.data_access` | category `data_access`: every access to health or personal data, `phi_accessed` |
//! | `audit.data_modification` | category `data_modification` |
//! | `audit.admin_action` | category `admin` |
//! | `PAYMENT_SUCCESS` | [`PaymentSuccess`](EventType::PaymentSuccess) |
//! | `PRESCRIPTION_VIEWED` | [`PrescriptionViewed`](EventType::PrescriptionViewed) |
//! | severity low, medium, high, critical | [`Severity`] |
//! | outcome success, failure, partial | [`Outcome`](super::Outcome) |
//! | `data_exported` | set by [`AuditTrailExported`](EventType::AuditTrailExported), and by every bulk export of data |
//!
//! A word is never removed or given another meaning: the records of many years are read by it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The category of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Identity and permissions.
    Auth,
    /// Reading data.
    DataAccess,
    /// Writing data.
    DataModification,
    /// Running the service.
    Admin,
}

impl Category {
    /// The category as in JSON: `data_access`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::DataAccess => "data_access",
            Self::DataModification => "data_modification",
            Self::Admin => "admin",
        }
    }
}

/// The urgency with which an operator should look at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Daily business.
    Low,
    /// To be checked in a review.
    Medium,
    /// To be checked on the same day.
    High,
    /// To be checked at once, at any hour.
    Critical,
}

impl Severity {
    /// The severity as in JSON: `low`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// No event has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no audit event has this name")]
pub struct UnknownEventType;

/// The name, spelling, category, severity and access to health data of each event.
macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident $text:literal $category:ident $severity:ident $phi:literal;)+) => {
        /// The type of an event. It is always written `LIKE_THIS`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventType {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl EventType {
            /// All types.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The type as it is written: `APPOINTMENT_BOOKED`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The category of the event.
            pub const fn category(self) -> Category {
                match self { $(Self::$name => Category::$category),+ }
            }

            /// The severity of the event.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),+ }
            }

            /// Whether the actor has seen health data.
            pub const fn phi_accessed(self) -> bool {
                match self { $(Self::$name => $phi),+ }
            }
        }
    };
}

event_types! {
    /// An account was made.
    UserRegistered "USER_REGISTERED" Auth Low false;
    /// The e-mail address of an account was confirmed.
    UserConfirmed "USER_CONFIRMED" Auth Low false;
    /// The owner of an address asked for the confirmation code again.
    ConfirmationRequested "CONFIRMATION_REQUESTED" Auth Low false;
    /// The owner of an address asked for a code to reset the password.
    PasswordResetRequested "PASSWORD_RESET_REQUESTED" Auth Medium false;
    /// A password was reset with a code, or a code was refused.
    PasswordReset "PASSWORD_RESET" Auth Medium false;
    /// A signed-in user changed the password, or did not know the present one.
    PasswordChanged "PASSWORD_CHANGED" Auth Medium false;
    /// A user began to enrol an authenticator app, or did not know the password or the present code.
    AuthenticatorBegun "AUTHENTICATOR_BEGUN" Auth Low false;
    /// A user enrolled an authenticator app and got recovery codes, or a password or a code was refused.
    AuthenticatorEnrolled "AUTHENTICATOR_ENROLLED" Auth Medium false;
    /// A user replaced the recovery codes, or a password or a code was refused.
    RecoveryCodesRenewed "RECOVERY_CODES_RENEWED" Auth Medium false;
    /// A user removed the authenticator app, or a password or a code was refused.
    AuthenticatorRemoved "AUTHENTICATOR_REMOVED" Auth Medium false;
    /// An administrator removed the authenticator app of another user.
    AuthenticatorReset "AUTHENTICATOR_RESET" Admin High false;
    /// A user removed the authenticator app with the password and a recovery code, or one of them was refused.
    AccountRecovered "ACCOUNT_RECOVERED" Auth High false;
    /// A password was right, and the user pool asks for another step.
    LoginChallenged "LOGIN_CHALLENGED" Auth Low false;
    /// A user signed in.
    LoginSucceeded "LOGIN_SUCCEEDED" Auth Low false;
    /// A sign-in failed.
    LoginFailed "LOGIN_FAILED" Auth Medium false;
    /// A user signed out.
    LoggedOut "LOGGED_OUT" Auth Low false;
    /// A session got new tokens.
    SessionRefreshed "SESSION_REFRESHED" Auth Low false;
    /// A profile was made for a new account.
    ProfileCreated "PROFILE_CREATED" DataModification Low false;
    /// A profile was read: date of birth and address are part of it.
    ProfileViewed "PROFILE_VIEWED" DataAccess Low true;
    /// A profile was changed.
    ProfileUpdated "PROFILE_UPDATED" DataModification Low true;
    /// A person's emergency contacts were read by that person.
    EmergencyContactsViewed "EMERGENCY_CONTACTS_VIEWED" DataAccess Low true;
    /// A person's emergency contacts were replaced.
    EmergencyContactsReplaced "EMERGENCY_CONTACTS_REPLACED" DataModification Low true;
    /// A person chose how the service speaks to them.
    PreferencesUpdated "PREFERENCES_UPDATED" DataModification Low false;
    /// A list of users was read: who has an account, and in which roles.
    UsersListed "USERS_LISTED" Admin Medium true;
    /// The account of a user was looked at.
    UserViewed "USER_VIEWED" Admin Low true;
    /// A user got or lost roles of the staff. The detail says which ones the user has now.
    RolesChanged "ROLES_CHANGED" Admin High false;
    /// The account of a user was disabled, and its sessions ended.
    UserDisabled "USER_DISABLED" Admin High false;
    /// The account of a user was enabled again.
    UserEnabled "USER_ENABLED" Admin High false;
    /// A user's calendar got a secret address; an earlier address ended.
    CalendarFeedCreated "CALENDAR_FEED_CREATED" DataModification Medium false;
    /// A calendar's secret address ended.
    CalendarFeedEnded "CALENDAR_FEED_ENDED" DataModification Low false;
    /// A doctor was added.
    DoctorRegistered "DOCTOR_REGISTERED" Admin Medium false;
    /// A doctor's profile was changed.
    DoctorUpdated "DOCTOR_UPDATED" DataModification Low false;
    /// A doctor was suspended.
    DoctorSuspended "DOCTOR_SUSPENDED" Admin High false;
    /// A doctor's suspension was ended.
    DoctorReinstated "DOCTOR_REINSTATED" Admin High false;
    /// Slots were published.
    AvailabilityPublished "AVAILABILITY_PUBLISHED" DataModification Low false;
    /// A schedule was made or replaced.
    ScheduleReplaced "SCHEDULE_REPLACED" DataModification Low false;
    /// Slots were published, changed or withdrawn, as a schedule requires.
    ScheduleApplied "SCHEDULE_APPLIED" DataModification Low false;
    /// A slot was withdrawn.
    SlotWithdrawn "SLOT_WITHDRAWN" DataModification Low false;
    /// An appointment was held.
    AppointmentBooked "APPOINTMENT_BOOKED" DataModification Low false;
    /// An appointment was confirmed.
    AppointmentConfirmed "APPOINTMENT_CONFIRMED" DataModification Low false;
    /// Several visits were booked together: held, or confirmed if they have no fee.
    SeriesBooked "SERIES_BOOKED" DataModification Low false;
    /// The remaining visits of a series were cancelled together.
    SeriesCancelled "SERIES_CANCELLED" DataModification Low false;
    /// An appointment was moved to another time.
    AppointmentRescheduled "APPOINTMENT_RESCHEDULED" DataModification Low false;
    /// A patient changed what the doctor is told before a visit.
    AppointmentUpdated "APPOINTMENT_UPDATED" DataModification Low true;
    /// A patient extended a hold.
    HoldExtended "HOLD_EXTENDED" DataModification Low false;
    /// An appointment was cancelled.
    AppointmentCancelled "APPOINTMENT_CANCELLED" DataModification Medium false;
    /// A hold ended unpaid.
    AppointmentExpired "APPOINTMENT_EXPIRED" DataModification Low false;
    /// The patient entered the waiting room.
    AppointmentCheckedIn "APPOINTMENT_CHECKED_IN" DataModification Low false;
    /// The doctor began a visit.
    AppointmentStarted "APPOINTMENT_STARTED" DataModification Low false;
    /// A visit took place.
    AppointmentCompleted "APPOINTMENT_COMPLETED" DataModification Low false;
    /// The patient or the doctor did not come to a visit.
    AppointmentMissed "APPOINTMENT_NO_SHOW" DataModification Medium false;
    /// An appointment and its reason were read.
    AppointmentViewed "APPOINTMENT_VIEWED" DataAccess Low true;
    /// A list of a user's appointments was read.
    AppointmentsListed "APPOINTMENTS_LISTED" DataAccess Low true;
    /// A patient joined the waiting list of a doctor or a speciality.
    WaitlistJoined "WAITLIST_JOINED" DataModification Low false;
    /// A patient left a waiting list.
    WaitlistLeft "WAITLIST_LEFT" DataModification Low false;
    /// The window of a waiting list entry is over.
    WaitlistEnded "WAITLIST_ENDED" DataModification Low false;
    /// The priority of a waiting list entry was changed.
    WaitlistPrioritised "WAITLIST_PRIORITISED" DataModification Medium false;
    /// A list of waiting list entries was read.
    WaitlistListed "WAITLIST_LISTED" DataAccess Low true;
    /// The patient had booked the offered visit without accepting the offer, which is over. An acceptance is recorded
    /// as a booking.
    OfferTaken "OFFER_TAKEN" DataModification Low false;
    /// An offer was declined, and its slot was offered to the next entry or became free for every patient.
    OfferDeclined "OFFER_DECLINED" DataModification Low false;
    /// An offer was not answered in time, and its slot was offered to the next entry or became free for every patient.
    OfferLapsed "OFFER_LAPSED" DataModification Low false;
    /// A prescription was read.
    PrescriptionViewed "PRESCRIPTION_VIEWED" DataAccess Low true;
    /// A record that is otherwise closed to the actor was opened in an emergency.
    BreakGlass "BREAK_GLASS" DataAccess Critical true;
    /// A patient read the list of accesses to their data.
    AccessesViewed "ACCESSES_VIEWED" DataAccess Low true;
    /// A payment was begun.
    PaymentStarted "PAYMENT_STARTED" DataModification Low false;
    /// The order for a payment was made. It is not written any more, since the start of a payment is one event; the
    /// trail keeps the word.
    PaymentOrdered "PAYMENT_ORDERED" DataModification Low false;
    /// A payment was captured.
    PaymentSuccess "PAYMENT_SUCCESS" DataModification Low false;
    /// An attempt to pay failed.
    PaymentFailed "PAYMENT_FAILED" DataModification Medium false;
    /// A capture did not match the payment that we asked for.
    PaymentRefused "PAYMENT_REFUSED" DataModification Critical false;
    /// A payment was captured, and Razorpay had refunded it already.
    PaymentReturned "PAYMENT_RETURNED" DataModification Medium false;
    /// A payment was read: it shows that a patient pays for a visit, which is health data, too.
    PaymentViewed "PAYMENT_VIEWED" DataAccess Low true;
    /// A list of payments was read.
    PaymentsListed "PAYMENTS_LISTED" DataAccess Low true;
    /// A receipt was issued and shown: it names the doctor.
    ReceiptIssued "RECEIPT_ISSUED" DataModification Low true;
    /// A receipt was shown again.
    ReceiptViewed "RECEIPT_VIEWED" DataAccess Low true;
    /// Our ledger of a payment and Razorpay's differ.
    LedgerMismatch "LEDGER_MISMATCH" DataModification Critical false;
    /// An administrator granted a refund.
    RefundGranted "REFUND_GRANTED" DataModification High false;
    /// A refund that failed is tried again.
    RefundRetried "REFUND_RETRIED" DataModification Medium false;
    /// A refund was promised.
    RefundStarted "REFUND_STARTED" DataModification Medium false;
    /// A refund arrived.
    RefundCompleted "REFUND_COMPLETED" DataModification Low false;
    /// A refund failed, and an operator must act.
    RefundFailed "REFUND_FAILED" DataModification Critical false;
    /// A webhook of Razorpay was received.
    WebhookReceived "WEBHOOK_RECEIVED" DataModification Low false;
    /// A webhook without a valid signature of Razorpay was refused.
    WebhookRefused "WEBHOOK_REFUSED" Auth High false;
    /// The policy denied an action.
    AccessDenied "ACCESS_DENIED" Auth High false;
    /// A request had no valid access token: one event for an address, an operation and a minute.
    AuthenticationRefused "AUTHENTICATION_REFUSED" Auth Low false;
    /// A request for an audited action was refused because of its contents or the current state.
    RequestRefused "REQUEST_REFUSED" DataModification Low false;
    /// The audit trail was read.
    AuditLogViewed "AUDIT_LOG_VIEWED" Admin Medium false;
    /// A part of the audit trail was exported, to be verified elsewhere.
    AuditTrailExported "AUDIT_TRAIL_EXPORTED" Admin High false;
    /// A legal hold was set on a day of the audit archive.
    LegalHoldSet "LEGAL_HOLD_SET" Admin High false;
    /// A legal hold was lifted.
    LegalHoldLifted "LEGAL_HOLD_LIFTED" Admin High false;
}

impl EventType {
    /// The access to a patient's data, in words for that patient. The subject of the sentence, which names the actor,
    /// comes before it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::ProfileViewed => "looked at your profile",
            Self::ProfileUpdated => "changed your profile and saw it",
            Self::UsersListed => "looked at a list of accounts with yours",
            Self::UserViewed => "looked at your account",
            Self::EmergencyContactsViewed => "looked at your emergency contacts",
            Self::EmergencyContactsReplaced => "changed your emergency contacts and saw them",
            Self::AppointmentViewed => "looked at an appointment of yours",
            Self::AppointmentUpdated => "changed what a doctor is told before a visit of yours",
            Self::AppointmentsListed => "looked at a list with appointments of yours",
            Self::WaitlistListed => "looked at a waiting list with you on it",
            Self::PrescriptionViewed => "looked at a prescription of yours",
            Self::PaymentViewed => "looked at a payment of yours",
            Self::PaymentsListed => "looked at a list with payments of yours",
            Self::ReceiptIssued => "had a receipt of yours issued and saw it",
            Self::ReceiptViewed => "looked at a receipt of yours",
            Self::BreakGlass => "opened records of yours in an emergency",
            Self::AccessesViewed => "looked at this list",
            _ => "saw data of yours",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventType {
    type Err = UnknownEventType;

    fn from_str(text: &str) -> Result<Self, UnknownEventType> {
        Self::ALL.iter().copied().find(|event_type| event_type.as_str() == text).ok_or(UnknownEventType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_written_and_read_in_one_spelling() {
        for event_type in EventType::ALL.iter().copied() {
            let text = event_type.as_str();
            assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{text}");
            assert_eq!(text.parse(), Ok(event_type));
            assert_eq!(serde_json::to_value(event_type).unwrap(), text);
            assert_eq!(serde_json::from_value::<EventType>(text.into()).unwrap(), event_type);
        }
        assert_eq!("SOMETHING".parse::<EventType>(), Err(UnknownEventType));
    }

    #[test]
    fn no_two_events_share_a_name() {
        let mut names: Vec<&str> = EventType::ALL.iter().map(|event_type| event_type.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EventType::ALL.len());
    }

    #[test]
    fn every_reading_of_data_is_a_reading_of_health_data() {
        for event_type in EventType::ALL {
            if event_type.category() == Category::DataAccess {
                assert!(event_type.phi_accessed(), "{event_type}");
            }
        }
        assert!(!EventType::LoginFailed.phi_accessed());
    }

    #[test]
    fn every_kind_of_access_has_words_for_the_patient() {
        for event_type in EventType::ALL.iter().filter(|event_type| event_type.phi_accessed()) {
            assert_ne!(event_type.in_words(), "saw data of yours", "{event_type} has no words of its own");
        }
    }

    #[test]
    fn categories_and_severities_are_stored_as_they_are_shown() {
        for category in [Category::Auth, Category::DataAccess, Category::DataModification, Category::Admin] {
            assert_eq!(serde_json::to_value(category).unwrap(), category.as_str());
        }
        for severity in [Severity::Low, Severity::Medium, Severity::High, Severity::Critical] {
            assert_eq!(serde_json::to_value(severity).unwrap(), severity.as_str());
        }
        assert!(Severity::Low < Severity::Critical);
    }
}
