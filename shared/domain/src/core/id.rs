//! Identifiers, one type for each kind of thing, so that one can't be passed for another.
//!
//! Nothing here makes identifiers: they come from Cognito, from the caller's generator or from a key.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::core::time::{TimeRange, is_whole_minute};

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
    /// Visits that were booked together.
    SeriesId;
    /// An entry of a waiting list.
    WaitlistEntryId;
    /// The payment of an appointment. It has the appointment's UUID: one order for each hold, by construction.
    PaymentId;
}

/// Only the canonical form: a second spelling of an identifier would be a second key of the same thing.
fn parse_uuid(text: &str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId { expected: "a UUID in its hyphenated form" };
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

const SLOT_ID: InvalidId = InvalidId { expected: "a UTC minute like 20261201T0430Z" };
const SLOT_ID_FORMAT: &str = "%Y%m%dT%H%MZ";

impl SlotId {
    /// The slot that starts at `start`. Fails unless that is a whole minute since 1970.
    pub fn new(start: Timestamp) -> Result<Self, InvalidId> {
        if is_whole_minute(start) { Ok(Self(start)) } else { Err(SLOT_ID) }
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
        if id.to_string() == text { Ok(id) } else { Err(SLOT_ID) }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::at;

    const TEXT: &str = "0b9dd2b1-7c3e-4a51-9d0e-aa0f6d6b3c11";

    #[test]
    fn an_id_is_written_and_read_in_one_spelling() {
        let id: DoctorId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(TEXT.to_uppercase().parse::<DoctorId>().unwrap().to_string(), TEXT);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{TEXT}\""));
        assert_eq!(serde_json::from_str::<DoctorId>(&format!("\"{TEXT}\"")).unwrap(), id);
    }

    #[test]
    fn other_spellings_of_a_uuid_are_refused() {
        let bare = TEXT.replace('-', "");
        for text in ["", "x", &bare, &format!("{{{TEXT}}}"), &format!("urn:uuid:{TEXT}"), &format!("{TEXT} ")] {
            assert!(text.parse::<PatientId>().is_err(), "{text}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<PatientId>(&json).is_err(), "{text}");
        }
    }

    #[test]
    fn a_payment_and_its_appointment_share_their_uuid() {
        let appointment: AppointmentId = TEXT.parse().unwrap();
        assert_eq!(PaymentId::from(appointment).appointment(), appointment);
        assert_eq!(PaymentId::from(appointment).to_string(), TEXT);
    }

    #[test]
    fn a_person_keeps_their_uuid_in_every_role() {
        let user: UserId = TEXT.parse().unwrap();
        assert_eq!(UserId::from(user.as_patient()), user);
        assert_eq!(UserId::from(user.as_doctor()), user);
    }

    #[test]
    fn a_slot_is_named_by_its_minute() {
        let id = SlotId::new(at("2026-12-01T04:30:00Z")).unwrap();
        assert_eq!(id.to_string(), "20261201T0430Z");
        assert_eq!("20261201T0430Z".parse::<SlotId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"20261201T0430Z\"");
        assert!(SlotId::new(at("2026-12-01T04:30:01Z")).is_err());
        assert!(SlotId::new(at("2026-12-01T04:30:00.5Z")).is_err());
        assert!(SlotId::new(at("1969-12-01T04:30:00Z")).is_err());
    }

    #[test]
    fn other_spellings_of_a_minute_are_refused() {
        for text in [
            "",
            "20261201T0430",
            "20261201T043000Z",
            "2026-12-01T04:30Z",
            "20261301T0430Z",
            "20261201T2460Z",
            " 20261201T0430Z",
            "20261201T430Z",
            "20261201T0430z",
            "20261201T0430Z#SLOT",
        ] {
            assert!(text.parse::<SlotId>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn slot_ids_sort_as_their_starts_do(a in 0_i64..4_000_000_000, b in 0_i64..4_000_000_000) {
            let id = |minute: i64| SlotId::new(Timestamp::from_second(minute / 60 * 60).unwrap()).unwrap();
            let (a, b) = (id(a), id(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            prop_assert_eq!(a.to_string().parse::<SlotId>().unwrap(), a);
        }

        #[test]
        fn no_text_breaks_the_parsers(text in "\\PC{0,40}") {
            let _ = text.parse::<SlotId>();
            let _ = text.parse::<UserId>();
        }
    }
}
