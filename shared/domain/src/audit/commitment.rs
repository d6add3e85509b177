//! Commitments to the values about an event's client, which can be erased after the event was chained.
//!
//! An event holds no health data, and names people by ids that have no meaning once their profile is erased. Session,
//! IP address and user agent are different: they are values, and a patient may ask for their erasure, while the chain
//! must hold and the archive can't be changed. So the hash of such an event covers a commitment in their place:
//! HMAC-SHA256 of the values under a key of 32 bytes, the *opening*. A verifier with the opening can check the values.
//! Without it the values can't even be guessed; a bare hash of an IP address could be, as there are few. Other values,
//! or another opening, for the same commitment can't be found.
//!
//! Opening and values are kept and erased together. An event of an actor who can't ask for erasure (staff, the system)
//! has its values in the hash in plain text, so that they can't be removed from it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;

use crate::core::digest::{Digest, hex, unhex};

/// The values about the client of a request.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientValues<'a> {
    /// The session of the request.
    pub session_id: Option<&'a str>,
    /// The IP address from which the request came.
    pub ip: Option<&'a str>,
    /// The user agent that sent the request.
    pub user_agent: Option<&'a str>,
}

/// The key of a commitment: 32 bytes, in text 64 lowercase hexadecimal digits. Each event has its own, since equal
/// values under equal keys would have equal commitments, and so reveal that two requests came from one place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Opening([u8; 32]);

/// The text is not an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an opening is 64 lowercase hexadecimal digits")]
pub struct NotAnOpening;

/// The commitment that the hash of an event covers in place of its client's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The commitment, in hexadecimal.
    pub hash: String,
    /// The key of the commitment; `None` once the values are erased.
    pub opening: Option<Opening>,
}

impl Opening {
    /// An opening from 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The opening of an event under a secret of its actor: the same each time, so that an event that is delivered
    /// again is the same event. It can't be found without the secret.
    pub fn derived(secret: &[u8; 32], event_id: &str) -> Self {
        Self(mac(secret, Digest::new("vaidya-opening-1").text(event_id)))
    }

    /// The commitment to these values.
    pub fn commit(&self, values: &ClientValues<'_>) -> [u8; 32] {
        let ClientValues { session_id, ip, user_agent } = values;
        mac(&self.0, Digest::new("vaidya-client-1").optional(*session_id).optional(*ip).optional(*user_agent))
    }
}

fn mac(key: &[u8; 32], message: Digest) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message.into_bytes());
    tag.as_ref().try_into().expect("HMAC-SHA256 has 32 bytes")
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl FromStr for Opening {
    type Err = NotAnOpening;

    fn from_str(text: &str) -> Result<Self, NotAnOpening> {
        unhex(text).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(NotAnOpening)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: ClientValues<'_> = ClientValues { session_id: Some("s1"), ip: Some("203.0.113.7"), user_agent: None };

    #[test]
    fn a_commitment_follows_from_every_value_and_from_the_opening() {
        let opening = Opening::new([7; 32]);
        let all = [
            VALUES,
            ClientValues { session_id: None, ..VALUES },
            ClientValues { ip: Some("203.0.113.8"), ..VALUES },
            ClientValues { user_agent: Some(""), ..VALUES },
            ClientValues { session_id: Some("s1203.0.113.7"), ip: Some(""), ..VALUES },
        ];
        let mut commitments: Vec<_> = all.iter().map(|values| opening.commit(values)).collect();
        commitments.push(Opening::new([8; 32]).commit(&VALUES));
        commitments.sort_unstable();
        commitments.dedup();
        assert_eq!(commitments.len(), 6);
    }

    #[test]
    fn an_event_has_its_own_opening_and_always_the_same() {
        let opening = Opening::derived(&[1; 32], "e1");
        assert_eq!(opening, Opening::derived(&[1; 32], "e1"));
        assert_ne!(opening, Opening::derived(&[1; 32], "e2"));
        assert_ne!(opening, Opening::derived(&[2; 32], "e1"));
        assert_eq!(opening.to_string().parse(), Ok(opening));
        assert_eq!("7".parse::<Opening>(), Err(NotAnOpening));
        assert_eq!(format!("{opening:?}"), "[redacted]");
    }
}
