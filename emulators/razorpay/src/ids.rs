//! Identifiers of Razorpay's form, deterministic: the n-th identifier of a seed is always the same.
//!
//! Not secret and not unpredictable; a simulator's identifiers need neither.

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number of alphanumerics after the prefix (`order_`, `pay_`, `rfnd_`), as in the documentation's samples.
pub(crate) const LENGTH: usize = 14;

/// The source of identifiers. Stored with the data, so that a reopened simulator never repeats one.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    issued: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, issued: 0 }
    }

    /// The next identifier (with its prefix) and its number, which tells what came first.
    pub(crate) fn next(&mut self, prefix: &str) -> (String, u64) {
        let number = self.number();
        let hash = scramble(self.seed, number);
        let tail = hash.iter().take(LENGTH).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
        (prefix.chars().chain(tail).collect(), number)
    }

    /// The next number alone, for what needs an order and no name.
    pub(crate) fn number(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }
}

/// A hash of seed and number, for values that must look random and be repeatable.
pub(crate) fn scramble(seed: u64, number: u64) -> [u8; 32] {
    let mut message = [0; 16];
    message[..8].copy_from_slice(&seed.to_be_bytes());
    message[8..].copy_from_slice(&number.to_be_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, &message).as_ref());
    hash
}

/// Whether `id` has the form of an identifier with this prefix.
pub(crate) fn is_id(prefix: &str, id: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|tail| tail.len() == LENGTH && tail.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_identifiers_and_another_seed_gives_others() {
        let draw = |seed| {
            let mut ids = Ids::new(seed);
            (0..3).map(|_| ids.next("order_").0).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn identifiers_have_the_documented_form_and_do_not_repeat() {
        let mut ids = Ids::new(1);
        let drawn: std::collections::BTreeSet<_> = (0..2_000).map(|_| ids.next("pay_").0).collect();
        assert_eq!(drawn.len(), 2_000);
        assert!(drawn.iter().all(|id| is_id("pay_", id)));
        assert!(!is_id("order_", "pay_29QQoUBi66xm2f"));
    }
}
