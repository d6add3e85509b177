//! Recovery codes: the way back into an account whose authenticator app is lost.
//!
//! A code has 80 random bits, so a plain hash protects it: nobody finds a code by trying. The hash is bound to its user,
//! so that a code of one user is worth nothing for another one.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::access::{Parties, Resource};
use crate::core::digest::Digest;
use crate::core::factor_change::FactorChange;
use crate::core::id::UserId;
use crate::core::text::InvalidField;

/// The number of codes that a user gets at once.
pub const CODES: usize = 10;

/// The random bytes of a code: 80 bits.
const BYTES: usize = 10;

/// Crockford's base 32: no I, L, O and U, which people confuse with other characters.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// One code in clear, for its owner. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryCode([u8; BYTES]);

impl RecoveryCode {
    /// A new code from a random id, whose 122 random bits are hashed to 80.
    pub fn from_random(id: Uuid) -> Self {
        let hash = Digest::new("recovery-code/1").text(&id.to_string()).finish();
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&hash[..BYTES]);
        Self(bytes)
    }

    /// Reads a code as a person types it: in any case, with or without hyphens and spaces, with O for 0 and I or L for 1.
    ///
    /// # Errors
    /// The text is not 16 such characters.
    pub fn parse(text: &str) -> Result<Self, InvalidField> {
        const WRONG: InvalidField = InvalidField("must be a recovery code: four groups of four letters and digits");
        let mut bits = 0_u128;
        let mut count = 0;
        for character in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let letter = match character.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = ALPHABET.iter().position(|known| *known == letter).ok_or(WRONG)?;
            count += 1;
            if count > 2 * BYTES * 4 / 5 {
                return Err(WRONG);
            }
            bits = bits << 5 | value as u128;
        }
        if count != 2 * BYTES * 4 / 5 {
            return Err(WRONG);
        }
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&bits.to_be_bytes()[16 - BYTES..]);
        Ok(Self(bytes))
    }

    /// The code in clear, in groups: `7K2M-Q9RT-0XJ4-VHBC`.
    pub fn expose(&self) -> String {
        let mut bits = [0; 16];
        bits[16 - BYTES..].copy_from_slice(&self.0);
        let bits = u128::from_be_bytes(bits);
        let letter = |index: usize| char::from(ALPHABET[(bits >> (75 - 5 * index) & 31) as usize]);
        let groups: Vec<String> = (0..4).map(|group| (4 * group..4 * group + 4).map(letter).collect()).collect();
        groups.join("-")
    }

    /// The stored hash, which only the same user's same code has.
    fn hash(&self, user: UserId) -> String {
        Digest::new("recovery-code-hash/1").text(&user.to_string()).text(&self.expose()).hex()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode([redacted])")
    }
}

/// A code as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCode {
    /// The hash of user and code.
    pub hash: String,
    /// The instant at which the code was used.
    pub used_at: Option<Timestamp>,
}

/// The recovery codes of a user, and the latest change of the second factor that they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCodes {
    /// The user.
    pub user: UserId,
    /// How often the user got codes; only those of the latest time are kept.
    pub generation: u32,
    /// The codes of this generation. There are none after the factor was removed.
    pub codes: Vec<StoredCode>,
    /// The latest change; `None` before the first one.
    pub change: Option<FactorChange>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// The code is not one of the user's, or was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an unused recovery code of this user")]
pub struct NotACode;

impl RecoveryCodes {
    /// The state of a user who has never had a second factor.
    pub fn none(user: UserId) -> Self {
        Self { user, generation: 0, codes: vec![], change: None, version: 0 }
    }

    /// The number of codes that can still be used.
    pub fn left(&self) -> usize {
        self.codes.iter().filter(|code| code.used_at.is_none()).count()
    }

    /// Replaces all codes by new ones. The former codes are worth nothing any more.
    #[must_use]
    pub fn replaced(self, codes: &[RecoveryCode; CODES], change: FactorChange) -> Self {
        let codes = codes.iter().map(|code| StoredCode { hash: code.hash(self.user), used_at: None }).collect();
        Self { generation: self.generation + 1, codes, change: Some(change), ..self }
    }

    /// Removes all codes, because the factor is removed.
    #[must_use]
    pub fn removed(self, change: FactorChange) -> Self {
        Self { codes: vec![], change: Some(change), ..self }
    }

    /// Uses a code. The others stay: if the removal of the factor fails afterwards, the user tries again with the next one.
    ///
    /// # Errors
    /// [`NotACode`].
    pub fn spend(mut self, code: &RecoveryCode, now: Timestamp) -> Result<Self, NotACode> {
        let hash = code.hash(self.user);
        let unused = self.codes.iter_mut().find(|code| code.hash == hash && code.used_at.is_none());
        unused.ok_or(NotACode)?.used_at = Some(now);
        Ok(Self { change: Some(FactorChange::Recovered), ..self })
    }
}

impl Resource for RecoveryCodes {
    fn parties(&self) -> Parties {
        Parties::patient(self.user.as_patient())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;
    use std::collections::BTreeSet;

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    fn code(number: u128) -> RecoveryCode {
        RecoveryCode::from_random(Uuid::from_u128(number))
    }

    fn ten() -> [RecoveryCode; CODES] {
        std::array::from_fn(|index| code(index as u128))
    }

    fn enrolled() -> RecoveryCodes {
        RecoveryCodes::none(user(1)).replaced(&ten(), FactorChange::Enrolled)
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for number in 0..200 {
            let code = code(number);
            let text = code.expose();
            assert_eq!((text.len(), RecoveryCode::parse(&text)), (19, Ok(code)), "{text}");
            let typed = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            assert_eq!(RecoveryCode::parse(&typed), Ok(code), "{typed}");
        }
    }

    #[test]
    fn every_bit_of_a_code_is_read() {
        for bit in 0..80_usize {
            let mut bytes = [0; BYTES];
            bytes[bit / 8] = 1 << (bit % 8);
            let code = RecoveryCode(bytes);
            assert_eq!(RecoveryCode::parse(&code.expose()), Ok(code), "bit {bit}");
        }
    }

    #[test]
    fn other_texts_are_no_codes() {
        let seventeen = format!("{}0", code(1).expose());
        for text in ["", "7K2M-Q9RT-0XJ4", "7K2M-Q9RT-0XJ4-VHBU", "७K2M-Q9RT-0XJ4-VHBC", seventeen.as_str()] {
            assert!(RecoveryCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_code_is_shown_by_no_debug_and_stored_by_no_state() {
        let text = code(1).expose();
        assert!(!format!("{:?}{:?}", code(1), enrolled()).contains(&text));
    }

    #[test]
    fn a_code_is_used_once_and_the_others_stay() {
        let now = at("2026-12-01T03:00:00Z");
        let spent = enrolled().spend(&code(3), now).unwrap();
        assert_eq!((spent.left(), spent.change), (9, Some(FactorChange::Recovered)));
        assert_eq!(spent.clone().spend(&code(3), now), Err(NotACode));
        assert_eq!(spent.spend(&code(4), now).unwrap().left(), 8);
        assert_eq!(enrolled().spend(&code(99), now), Err(NotACode));
    }

    #[test]
    fn a_code_of_one_user_is_worth_nothing_for_another_one() {
        let hashes = |number| RecoveryCodes::none(user(number)).replaced(&ten(), FactorChange::Enrolled).codes;
        let (mine, others): (BTreeSet<_>, BTreeSet<_>) = (
            hashes(1).into_iter().map(|code| code.hash).collect(),
            hashes(2).into_iter().map(|code| code.hash).collect(),
        );
        assert_eq!((mine.len(), mine.intersection(&others).count()), (CODES, 0));
    }

    #[test]
    fn new_codes_end_the_former_ones() {
        let now = at("2026-12-01T03:00:00Z");
        let others: [RecoveryCode; CODES] = std::array::from_fn(|index| code(100 + index as u128));
        let renewed = enrolled().replaced(&others, FactorChange::CodesRenewed);
        assert_eq!((renewed.generation, renewed.left()), (2, CODES));
        assert_eq!(renewed.clone().spend(&code(3), now), Err(NotACode));
        let removed = renewed.removed(FactorChange::Removed);
        assert_eq!((removed.left(), removed.generation), (0, 2));
        assert_eq!(removed.spend(&code(103), now), Err(NotACode));
    }
}
