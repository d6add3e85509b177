//! The vocabulary of the audit trail: every event there is, with what it says about itself.
//!
//! It takes up the words of the systems that Vaidya replaces:
//!
//! | their word | here |
//! |---|---|
//! | `audit.login` | category `auth`: [`LoginSucceeded`](EventType::LoginSucceeded), [`LoginFailed`](EventType::LoginFailed), [`LoggedOut`](EventType::LoggedOut), [`SessionRefreshed`](EventType::SessionRefreshed) |
//! | `audit.data_access` | category `data_access`: whatever shows health or personal data, `phi_accessed` |
//! | `audit.data_modification` | category `data_modification` |
//! | `audit.admin_action` | category `admin` |
//! | `PAYMENT_SUCCESS` | [`PaymentSuccess`](EventType::PaymentSuccess) |
//! | `PRESCRIPTION_VIEWED` | [`PrescriptionViewed`](EventType::PrescriptionViewed) |
//! | severity low, medium, high, critical | [`Severity`] |
//! | outcome success, failure, partial | [`Outcome`](super::Outcome) |
//! | `data_exported` | set by [`AuditTrailExported`](EventType::AuditTrailExported), and by whatever hands out data in bulk |
//!
//! A word is never taken out or given another meaning: records of years ago are read by it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Who somebody is, and whether they may.
    Auth,
    /// Reading.
    DataAccess,
    /// Writing.
    DataModification,
    /// Running the service.
    Admin,
}

impl Category {
    /// As in JSON: `data_access`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::DataAccess => "data_access",
            Self::DataModification => "data_modification",
            Self::Admin => "admin",
        }
    }
}

/// How soon somebody should look at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The daily business.
    Low,
    /// Worth a look in a review.
    Medium,
    /// Worth a look today.
    High,
    /// Worth waking somebody.
    Critical,
}

impl Severity {
    /// As in JSON: `low`.
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

/// Name, spelling, category, severity and whether health data is seen, one line for each event.
macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident $text:literal $category:ident $severity:ident $phi:literal;)+) => {
        /// What happened. Spelled `LIKE_THIS` wherever it is written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventType {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl EventType {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// As it is written: `APPOINTMENT_BOOKED`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it is about.
            pub const fn category(self) -> Category {
                match self { $(Self::$name => Category::$category),+ }
            }

            /// How soon somebody should look at it.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),+ }
            }

            /// Whether whoever caused it has seen health data.
            pub const fn phi_accessed(self) -> bool {
                match self { $(Self::$name => $phi),+ }
            }
        }
    };
}

event_types! {
    /// An account was made.
    UserRegistered "USER_REGISTERED" Auth Low false;
    /// Its e-mail address was confirmed.
    UserConfirmed "USER_CONFIRMED" Auth Low false;
    /// Somebody signed in.
    LoginSucceeded "LOGIN_SUCCEEDED" Auth Low false;
    /// Somebody tried to.
    LoginFailed "LOGIN_FAILED" Auth Medium false;
    /// Somebody signed out.
    LoggedOut "LOGGED_OUT" Auth Low false;
    /// A session got new tokens.
    SessionRefreshed "SESSION_REFRESHED" Auth Low false;
    /// A profile was made for a new account.
    ProfileCreated "PROFILE_CREATED" DataModification Low false;
    /// A profile was read: date of birth and address are part of it.
    ProfileViewed "PROFILE_VIEWED" DataAccess Low true;
    /// A profile was changed.
    ProfileUpdated "PROFILE_UPDATED" DataModification Low true;
    /// A user's calendar got a secret address; one that it had ends.
    CalendarFeedCreated "CALENDAR_FEED_CREATED" DataModification Medium false;
    /// A calendar's secret address ended.
    CalendarFeedEnded "CALENDAR_FEED_ENDED" DataModification Low false;
    /// A doctor was added.
    DoctorRegistered "DOCTOR_REGISTERED" Admin Medium false;
    /// What patients see of a doctor was changed.
    DoctorUpdated "DOCTOR_UPDATED" DataModification Low false;
    /// A doctor was taken out of booking.
    DoctorSuspended "DOCTOR_SUSPENDED" Admin High false;
    /// Slots were published.
    AvailabilityPublished "AVAILABILITY_PUBLISHED" DataModification Low false;
    /// A schedule was made, or another took its place.
    ScheduleReplaced "SCHEDULE_REPLACED" DataModification Low false;
    /// Slots were published, changed or taken back, as a schedule has it.
    ScheduleApplied "SCHEDULE_APPLIED" DataModification Low false;
    /// A slot was taken back.
    SlotWithdrawn "SLOT_WITHDRAWN" DataModification Low false;
    /// An appointment was held.
    AppointmentBooked "APPOINTMENT_BOOKED" DataModification Low false;
    /// An appointment was confirmed.
    AppointmentConfirmed "APPOINTMENT_CONFIRMED" DataModification Low false;
    /// Several visits were booked together: held, or confirmed if they cost nothing.
    SeriesBooked "SERIES_BOOKED" DataModification Low false;
    /// An appointment was moved to another time.
    AppointmentRescheduled "APPOINTMENT_RESCHEDULED" DataModification Low false;
    /// A patient got more time to pay.
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
    /// Somebody did not come to a visit.
    AppointmentMissed "APPOINTMENT_NO_SHOW" DataModification Medium false;
    /// An appointment and its reason were read.
    AppointmentViewed "APPOINTMENT_VIEWED" DataAccess Low true;
    /// A list of somebody's appointments was read.
    AppointmentsListed "APPOINTMENTS_LISTED" DataAccess Low true;
    /// A patient waits for a doctor or a speciality.
    WaitlistJoined "WAITLIST_JOINED" DataModification Low false;
    /// A patient does not wait any more.
    WaitlistLeft "WAITLIST_LEFT" DataModification Low false;
    /// The time that a patient waited for is over.
    WaitlistEnded "WAITLIST_ENDED" DataModification Low false;
    /// Somebody said how urgent it is for a patient who waits.
    WaitlistPrioritised "WAITLIST_PRIORITISED" DataModification Medium false;
    /// A list of who waits was read.
    WaitlistListed "WAITLIST_LISTED" DataAccess Low true;
    /// An offer that is over was found to be booked by its patient. An acceptance is a booking, and recorded as that.
    OfferTaken "OFFER_TAKEN" DataModification Low false;
    /// It was declined, and went to the next one or to everybody.
    OfferDeclined "OFFER_DECLINED" DataModification Low false;
    /// It was not answered in time, and went to the next one or to everybody.
    OfferLapsed "OFFER_LAPSED" DataModification Low false;
    /// A prescription was read.
    PrescriptionViewed "PRESCRIPTION_VIEWED" DataAccess Low true;
    /// Somebody opened a record in an emergency that is otherwise closed to them.
    BreakGlass "BREAK_GLASS" DataAccess Critical true;
    /// A patient read who has seen their data.
    AccessesViewed "ACCESSES_VIEWED" DataAccess Low true;
    /// A payment was begun.
    PaymentStarted "PAYMENT_STARTED" DataModification Low false;
    /// The order for it was made. Not written any more, since the start of a payment is one event; the trail keeps its words.
    PaymentOrdered "PAYMENT_ORDERED" DataModification Low false;
    /// It was captured.
    PaymentSuccess "PAYMENT_SUCCESS" DataModification Low false;
    /// An attempt at it failed.
    PaymentFailed "PAYMENT_FAILED" DataModification Medium false;
    /// Something was captured that is not what we asked for.
    PaymentRefused "PAYMENT_REFUSED" DataModification Critical false;
    /// It was captured, and Razorpay had given the money back already.
    PaymentReturned "PAYMENT_RETURNED" DataModification Medium false;
    /// A payment was looked at: that somebody pays for a visit is health data, too.
    PaymentViewed "PAYMENT_VIEWED" DataAccess Low true;
    /// A list of payments was read.
    PaymentsListed "PAYMENTS_LISTED" DataAccess Low true;
    /// A receipt was issued, and shown: it names the doctor.
    ReceiptIssued "RECEIPT_ISSUED" DataModification Low true;
    /// A receipt was shown again.
    ReceiptViewed "RECEIPT_VIEWED" DataAccess Low true;
    /// Our books of a payment and Razorpay's differ.
    LedgerMismatch "LEDGER_MISMATCH" DataModification Critical false;
    /// An administrator granted a refund.
    RefundGranted "REFUND_GRANTED" DataModification High false;
    /// A refund that failed is tried again.
    RefundRetried "REFUND_RETRIED" DataModification Medium false;
    /// Money is to go back.
    RefundStarted "REFUND_STARTED" DataModification Medium false;
    /// Money went back.
    RefundCompleted "REFUND_COMPLETED" DataModification Low false;
    /// Money could not go back: an operator's case.
    RefundFailed "REFUND_FAILED" DataModification Critical false;
    /// Razorpay told us something.
    WebhookReceived "WEBHOOK_RECEIVED" DataModification Low false;
    /// Somebody who is not Razorpay did.
    WebhookRefused "WEBHOOK_REFUSED" Auth High false;
    /// Somebody wanted what they may not.
    AccessDenied "ACCESS_DENIED" Auth High false;
    /// Somebody came without a valid access token: one event for an address, an operation and a minute.
    AuthenticationRefused "AUTHENTICATION_REFUSED" Auth Low false;
    /// Something was asked for that would be an event, and was refused for what it said or for the state of things.
    RequestRefused "REQUEST_REFUSED" DataModification Low false;
    /// The audit trail was read.
    AuditLogViewed "AUDIT_LOG_VIEWED" Admin Medium false;
    /// Part of it left the system, to be verified elsewhere.
    AuditTrailExported "AUDIT_TRAIL_EXPORTED" Admin High false;
    /// A day of its archive is kept whatever else would let it go.
    LegalHoldSet "LEGAL_HOLD_SET" Admin High false;
    /// It no longer is.
    LegalHoldLifted "LEGAL_HOLD_LIFTED" Admin High false;
}

impl EventType {
    /// What somebody did to a patient's data, to be told to that patient: a sentence that begins with who it was.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::ProfileViewed => "looked at your profile",
            Self::ProfileUpdated => "changed your profile and saw it",
            Self::AppointmentViewed => "looked at an appointment of yours",
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
    fn a_patient_is_told_in_words_of_every_kind_of_access() {
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
