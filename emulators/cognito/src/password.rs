//! Passwords: the policy, the stored hash, and temporary ones. The clear text is never kept.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::config::PasswordPolicy;
use crate::error::{ErrorCode, Refusal};
use crate::random::Random;

/// The symbols of Cognito (developer guide, "Password policy"); a space counts inside a password.
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";
/// The longest password that Cognito takes, in characters.
const LONGEST: usize = 256;

/// A password's PBKDF2-HMAC-SHA-256 hash, with what is needed to check one against it.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordHash {
    rounds: NonZeroU32,
    salt: String,
    hash: String,
}

impl PasswordHash {
    pub fn of(password: &str, rounds: NonZeroU32, random: &Random) -> Self {
        let salt = random.bytes::<16>();
        let mut hash = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, password.as_bytes(), &mut hash);
        Self { rounds, salt: STANDARD.encode(salt), hash: STANDARD.encode(hash) }
    }

    /// Compares in constant time. A damaged record matches nothing.
    pub fn matches(&self, password: &str) -> bool {
        let (Ok(salt), Ok(hash)) = (STANDARD.decode(&self.salt), STANDARD.decode(&self.hash)) else {
            return false;
        };
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, self.rounds, &salt, password.as_bytes(), &hash).is_ok()
    }

    /// Spends the time of a comparison: an unknown name must not answer faster than a wrong password.
    pub fn compare_with_nothing(password: &str, rounds: NonZeroU32) {
        let mut hash = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &[0; 16], password.as_bytes(), &mut hash);
        std::hint::black_box(hash);
    }
}

impl PasswordPolicy {
    /// The policy, for the person who chooses a password.
    pub(crate) fn in_words(&self) -> String {
        let classes = [
            (self.uppercase, "an upper case letter"),
            (self.lowercase, "a lower case letter"),
            (self.numbers, "a digit"),
            (self.symbols, "a symbol"),
        ];
        let asked: Vec<_> = classes.into_iter().filter_map(|(asked, class)| asked.then_some(class)).collect();
        let with = match asked.as_slice() {
            [] => String::new(),
            [one] => format!(", with {one}"),
            [some @ .., last] => format!(", with {} and {last}", some.join(", ")),
        };
        format!("At least {} characters{with}.", self.minimum_length)
    }

    /// Refuses a password that breaks the policy, with Cognito's sentence for the first rule broken.
    pub(crate) fn check(&self, password: &str) -> Result<(), Refusal> {
        let length = password.chars().count();
        let broken = if length < self.minimum_length {
            "Password not long enough"
        } else if length > LONGEST {
            "Password too long"
        } else if password.starts_with(' ') || password.ends_with(' ') {
            "Password must not start or end with a space"
        } else if self.uppercase && !password.chars().any(|c| c.is_ascii_uppercase()) {
            "Password must have uppercase characters"
        } else if self.lowercase && !password.chars().any(|c| c.is_ascii_lowercase()) {
            "Password must have lowercase characters"
        } else if self.numbers && !password.chars().any(|c| c.is_ascii_digit()) {
            "Password must have numeric characters"
        } else if self.symbols && !password.chars().any(|c| SYMBOLS.contains(c)) {
            "Password must have symbol characters"
        } else {
            return Ok(());
        };
        Err(Refusal::new(ErrorCode::InvalidPassword, format!("Password did not conform with policy: {broken}")))
    }
}

/// A password for an invitation: 16 characters, of each class at least one, none that are easily confused.
pub fn temporary(random: &Random) -> String {
    const CLASSES: [&[u8]; 4] =
        [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnopqrstuvwxyz", b"23456789", b"!@#%&*-_=+?"];
    (0..16).map(|position| random.pick(CLASSES[position % CLASSES.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_of_the_policy_refuses_a_password_that_breaks_only_that_rule() {
        let policy = PasswordPolicy::default();
        let cases = [
            ("Short1!aA", "not long enough"),
            ("lowercase-only-1", "uppercase"),
            ("UPPERCASE-ONLY-1", "lowercase"),
            ("No-digits-at-all", "numeric"),
            ("NoSymbolsAtAll12", "symbol"),
            (" Leading-space-1", "start or end"),
        ];
        for (password, reason) in cases {
            let refusal = policy.check(password).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::InvalidPassword);
            assert!(refusal.message.contains(reason), "{password}: {}", refusal.message);
        }
        policy.check("Correct-horse-7").unwrap();
        policy.check(&format!("Aa1-{}", "x".repeat(253))).unwrap_err();
    }

    #[test]
    fn a_rule_that_the_policy_does_not_have_refuses_nothing() {
        let all = PasswordPolicy::default();
        let cases = [
            (PasswordPolicy { symbols: false, ..all }, "ALongPassw0rd1"),
            (PasswordPolicy { numbers: false, ..all }, "No-digits-at-all"),
            (PasswordPolicy { uppercase: false, ..all }, "lowercase-only-1"),
            (PasswordPolicy { lowercase: false, ..all }, "UPPERCASE-ONLY-1"),
            (PasswordPolicy { minimum_length: 9, ..all }, "Short1!aA"),
        ];
        for (policy, password) in cases {
            policy.check(password).unwrap();
            all.check(password).unwrap_err();
        }
    }

    #[test]
    fn a_temporary_password_conforms_with_the_policy_and_differs_each_time() {
        let random = Random::system();
        let first = temporary(&random);
        PasswordPolicy::default().check(&first).unwrap();
        assert_ne!(first, temporary(&random));
    }

    #[test]
    fn a_hash_matches_its_password_alone_and_holds_no_clear_text() {
        let hash = PasswordHash::of("Correct-horse-7", NonZeroU32::new(10).unwrap(), &Random::system());
        assert!(hash.matches("Correct-horse-7"));
        assert!(!hash.matches("correct-horse-7"));
        assert!(!serde_json::to_string(&hash).unwrap().contains("horse"));
    }
}
