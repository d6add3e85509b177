//! Time-based one-time passwords, RFC 6238: SHA-1, six digits, steps of 30 seconds, as authenticator apps have them.
//! Whether a code was used already is for the caller to remember: see [`matching_step`].

use aws_lc_rs::{constant_time, hmac};
use jiff::Timestamp;

const STEP_SECONDS: i64 = 30;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code that an authenticator app shows for a base32 secret at `at`; `None` when the secret is not base32.
#[must_use]
pub fn code_at(secret: &str, at: Timestamp) -> Option<String> {
    Some(code(&from_base32(secret)?, at.as_second() / STEP_SECONDS))
}

/// The step to which `given` belongs: the present one, or a neighbour, since clocks differ.
pub(crate) fn matching_step(secret: &str, given: &str, now: Timestamp) -> Option<i64> {
    let secret = from_base32(secret)?;
    let present = now.as_second() / STEP_SECONDS;
    [present, present - 1, present + 1]
        .into_iter()
        .find(|&step| constant_time::verify_slices_are_equal(code(&secret, step).as_bytes(), given.as_bytes()).is_ok())
}

fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    // RFC 4226, 5.3: the last four bits choose where to read 31 bits.
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    let word = u32::from_be_bytes([tag[offset] & 0x7f, tag[offset + 1], tag[offset + 2], tag[offset + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// RFC 4648 base32 without padding.
pub(crate) fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0_u32, 0);
    for &byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(buffer >> bits) as usize & 31]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(buffer << (5 - bits)) as usize & 31]));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0_u32, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|&letter| letter == character)?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = to_base32(b"12345678901234567890");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (second, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let at = Timestamp::from_second(second).unwrap();
            assert_eq!(code_at(&secret, at).as_deref(), Some(expected));
        }
    }

    #[test]
    fn base32_reads_back_what_it_wrote() {
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(37)).collect();
            assert_eq!(from_base32(&to_base32(&bytes)), Some(bytes));
        }
        assert_eq!(from_base32("not base32"), None);
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_no_further() {
        let secret = to_base32(b"12345678901234567890");
        let now = Timestamp::from_second(1_111_111_109).unwrap();
        for (seconds, taken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let at = now + jiff::SignedDuration::from_secs(seconds);
            assert_eq!(matching_step(&secret, &code_at(&secret, at).unwrap(), now).is_some(), taken, "{seconds}");
        }
        assert_eq!(matching_step(&secret, "", now), None);
    }
}
