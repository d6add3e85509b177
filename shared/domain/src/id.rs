//! Identifiers, one type for each kind of thing, so that one can't be passed for another.
//!
//! Nothing here makes identifiers: they come from Cognito, from the caller's generator or from a key.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::{TimeRange, is_whole_minute};

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {expected}")]
pub struct InvalidId {
    expected: &'static str,
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// Written as a hyphenated, lowercase UUID.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID of any version: Cognito's own are not all of one.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_uuid(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

uuid_id! {
    /// Anybody who can sign in: the `sub` of the Cognito user.
    UserId;
    /// A user in the role of a patient.
    PatientId;
    /// A user in the role of a doctor.
    DoctorId;
    /// An appointment, from its hold on.
    AppointmentId;
    /// The payment of an appointment. It has the appointment's UUID: one order for each hold, by construction.
    PaymentId;
}

/// Only the canonical form: a second spelling of an identifier would be a second key of the same thing.
fn parse_uuid(text: &str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId {
        expected: "a UUID in its hyphenated form",
    };
    if text.len() != 36 {
        return Err(invalid);
    }
    Uuid::try_parse(text).map_err(|_| invalid)
}

impl UserId {
    /// The same person as a patient.
    pub const fn as_patient(&self) -> PatientId {
        PatientId(self.0)
    }

    /// The same person as a doctor.
    pub const fn as_doctor(&self) -> DoctorId {
        DoctorId(self.0)
    }
}

impl From<PatientId> for UserId {
    fn from(patient: PatientId) -> Self {
        Self(patient.0)
    }
}

impl From<DoctorId> for UserId {
    fn from(doctor: DoctorId) -> Self {
        Self(doctor.0)
    }
}

impl From<AppointmentId> for PaymentId {
    fn from(appointment: AppointmentId) -> Self {
        Self(appointment.0)
    }
}

impl PaymentId {
    /// The appointment that is paid.
    pub const fn appointment(&self) -> AppointmentId {
        AppointmentId(self.0)
    }
}

/// A doctor's slot, named by its start: whole minutes, written as `20261201T0430Z`.
///
/// The text sorts as time does, which makes a doctor's week one range of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlotId(Timestamp);

const SLOT_ID: InvalidId = InvalidId {
    expected: "a UTC minute like 20261201T0430Z",
};
const SLOT_ID_FORMAT: &str = "%Y%m%dT%H%MZ";

impl SlotId {
    /// The slot that starts at `start`. Fails unless that is a whole minute since 1970.
    pub fn new(start: Timestamp) -> Result<Self, InvalidId> {
        if is_whole_minute(start) {
            Ok(Self(start))
        } else {
            Err(SLOT_ID)
        }
    }

    /// When the slot starts.
    pub const fn start(&self) -> Timestamp {
        self.0
    }
}

impl From<&TimeRange> for SlotId {
    fn from(time: &TimeRange) -> Self {
        Self(time.start())
    }
}

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime(SLOT_ID_FORMAT).fmt(f)
    }
}

impl FromStr for SlotId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let start = jiff::civil::DateTime::strptime(SLOT_ID_FORMAT, text)
            .and_then(|local| local.to_zoned(TimeZone::UTC))
            .map_err(|_| SLOT_ID)?
            .timestamp();
        let id = Self::new(start)?;
        // The parser is lenient (leading spaces, short numbers); a key has exactly one spelling.
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(SLOT_ID)
        }
    }
}

impl TryFrom<String> for SlotId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<SlotId> for String {
    fn from(id: SlotId) -> Self {
        id.to_string()
    }
}
