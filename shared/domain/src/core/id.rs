//! Identifiers, one type for each kind of thing, so that one can't be passed for another.
//!
//! This module makes no identifiers: they come from Cognito, from the caller's generator or from a key.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::core::digest::Digest;
use crate::core::text::{InvalidField, text_value};
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
            /// Takes a UUID of any version: Cognito's are not all of one version.
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
    /// A user who can sign in: the `sub` of the Cognito user.
    UserId;
    /// A user in the role of a patient.
    PatientId;
    /// A user in the role of a doctor.
    DoctorId;
    /// An appointment, from its hold on.
    AppointmentId;
    /// A series of visits that were booked together.
    SeriesId;
    /// An entry of a waiting list.
    WaitlistEntryId;
    /// The payment of an appointment. It has the appointment's UUID: one order for each hold, by construction.
    PaymentId;
}

/// Accepts only the canonical form: a second spelling of an identifier would be a second key of the same thing.
fn parse_uuid(text: &str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId { expected: "a UUID, such as 7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001" };
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

    /// The start of the slot.
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

text_value! {
    /// An order at Razorpay: `order_…`.
    shown OrderId, order_id
}

fn order_id(text: &str) -> Result<String, InvalidField> {
    gateway_id(text, "order_", InvalidField("must be an order of Razorpay, such as order_EKwxwAgItmmXdp"))
}

text_value! {
    /// A payment at Razorpay, which is one attempt at an order: `pay_…`.
    shown GatewayPaymentId, gateway_payment_id
}

fn gateway_payment_id(text: &str) -> Result<String, InvalidField> {
    gateway_id(text, "pay_", InvalidField("must be a payment of Razorpay, such as pay_29QQoUBi66xm2f"))
}

text_value! {
    /// A refund at Razorpay: `rfnd_…`.
    shown GatewayRefundId, gateway_refund_id
}

fn gateway_refund_id(text: &str) -> Result<String, InvalidField> {
    gateway_id(text, "rfnd_", InvalidField("must be a refund of Razorpay, such as rfnd_FP8QHiV938haTz"))
}

/// The prefix and 1 to 40 letters and digits: enough room for Razorpay, none for a key separator.
fn gateway_id(text: &str, prefix: &str, invalid: InvalidField) -> Result<String, InvalidField> {
    let rest = text.strip_prefix(prefix).ok_or(invalid)?;
    let is_valid = (1..=40).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_valid { Ok(text.to_owned()) } else { Err(invalid) }
}

text_value! {
    /// The name of a refund that an administrator granted: 32 hexadecimal digits.
    shown GrantId, grant_id
}

fn grant_id(text: &str) -> Result<String, InvalidField> {
    let is_valid = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if is_valid { Ok(text.to_owned()) } else { Err(InvalidField("must be 32 hexadecimal digits")) }
}

impl GrantId {
    /// The grant of a request, by the hash of its idempotency key: the same request names the same refund.
    pub fn of_request(key_hash: &str) -> Self {
        Self(Digest::new("vaidya-grant-1").text(key_hash).hex()[..32].to_owned())
    }
}

/// The name of a refund among those of its captured attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundName {
    /// The refund that a rule decided: at most one.
    Decided,
    /// A refund that an administrator granted.
    Granted(GrantId),
    /// An external refund: made by Razorpay without our request, or by an operator in its dashboard.
    Gateway(GatewayRefundId),
    /// Our refund in place of an external one that had been counted and failed: at most one.
    InsteadOf(GatewayRefundId),
}

const INSTEAD_OF: &str = "instead-of-";

/// The name of a refund within its payment: `pay_…` for the one that a rule decided; otherwise `pay_…`, a hyphen, and
/// the grant, Razorpay's id, or `instead-of-` and Razorpay's id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RefundId {
    /// The captured attempt.
    pub attempt: GatewayPaymentId,
    /// The refund among those of the attempt.
    pub name: RefundName,
}

impl fmt::Display for RefundId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            RefundName::Decided => write!(f, "{}", self.attempt),
            RefundName::Granted(grant) => write!(f, "{}-{grant}", self.attempt),
            RefundName::Gateway(refund) => write!(f, "{}-{refund}", self.attempt),
            RefundName::InsteadOf(refund) => write!(f, "{}-{INSTEAD_OF}{refund}", self.attempt),
        }
    }
}

impl FromStr for RefundId {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        let (attempt, name) = match text.split_once('-') {
            None => (text, RefundName::Decided),
            Some((attempt, name)) => {
                let parsed = match name.strip_prefix(INSTEAD_OF) {
                    Some(failed) => GatewayRefundId::parse(failed).map(RefundName::InsteadOf).ok(),
                    None => GrantId::parse(name)
                        .map(RefundName::Granted)
                        .or_else(|_| GatewayRefundId::parse(name).map(RefundName::Gateway))
                        .ok(),
                };
                (attempt, parsed.ok_or(InvalidField("must be the id of a refund, such as pay_29QQoUBi66xm2f"))?)
            }
        };
        let attempt = GatewayPaymentId::parse(attempt)
            .map_err(|_| InvalidField("must be the id of a refund, such as pay_29QQoUBi66xm2f"))?;
        Ok(Self { attempt, name })
    }
}

impl TryFrom<String> for RefundId {
    type Error = InvalidField;

    fn try_from(text: String) -> Result<Self, InvalidField> {
        text.parse()
    }
}

impl From<RefundId> for String {
    fn from(id: RefundId) -> Self {
        id.to_string()
    }
}

impl From<GatewayPaymentId> for RefundId {
    fn from(attempt: GatewayPaymentId) -> Self {
        Self { attempt, name: RefundName::Decided }
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

    #[test]
    fn ids_of_the_gateway_have_their_prefix_and_no_separators() {
        assert!(OrderId::parse("order_EKwxwAgItmmXdp").is_ok());
        assert!(GatewayPaymentId::parse("pay_29QQoUBi66xm2f").is_ok());
        assert!(GatewayRefundId::parse("rfnd_FP8QHiV938haTz").is_ok());
        let long = format!("order_{}", "x".repeat(41));
        for text in ["", "order_", "pay_29QQoUBi66xm2f", "order_a#b", "order_a b", "ORDER_a", "order_a\n", &long] {
            assert!(OrderId::parse(text).is_err(), "{text:?}");
        }
        assert!(serde_json::from_str::<GatewayPaymentId>("\"order_x\"").is_err());
    }

    #[test]
    fn a_refund_is_named_in_one_way() {
        let id = |name| RefundId { attempt: "pay_P1".parse().unwrap(), name };
        let granted = id(RefundName::Granted(GrantId::of_request("1")));
        let named = [
            (id(RefundName::Decided), "pay_P1".to_owned()),
            (granted, format!("pay_P1-{}", GrantId::of_request("1"))),
            (id(RefundName::Gateway("rfnd_A".parse().unwrap())), "pay_P1-rfnd_A".to_owned()),
            (id(RefundName::InsteadOf("rfnd_A".parse().unwrap())), "pay_P1-instead-of-rfnd_A".to_owned()),
        ];
        for (id, text) in named {
            assert_eq!(id.to_string(), text);
            assert_eq!(text.parse(), Ok(id));
        }
        for bad in [
            "",
            "pay_",
            "pay_P1-",
            "pay_P1-x",
            "pay_P1-order_A",
            "rfnd_A",
            "pay_P1-rfnd_A-rfnd_B",
            "pay_P1-instead-of-pay_A",
        ] {
            assert!(bad.parse::<RefundId>().is_err(), "{bad}");
        }
    }
}
