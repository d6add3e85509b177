//! Randomness as an argument: the system's generator in `cargo local`, a seeded one where a test must be repeatable.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// A source of random bytes.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl Random {
    /// A source that fills slices with `fill`.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// The operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|bytes| aws_lc_rs::rand::fill(bytes).expect("the system's generator does not fail once it works"))
    }

    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    pub(crate) fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().to_string()
    }

    /// 256 unguessable bits, as text.
    pub(crate) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A six-digit code. The bias of the remainder over 64 bits is below 10^-13.
    pub(crate) fn six_digits(&self) -> String {
        format!("{:06}", u64::from_le_bytes(self.bytes()) % 1_000_000)
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick(&self, choices: &[u8]) -> char {
        let index = u64::from_le_bytes(self.bytes()) % choices.len() as u64;
        char::from(choices[index as usize])
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

/// The `sub` of a seeded account: the same for an e-mail address on every machine and at every start.
pub(crate) fn stable_sub(email: &str) -> String {
    /// Made once, at random, for this purpose.
    const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_5c1e_93a4_4b7e_9a52_1d0c_7be8_40f3);
    Uuid::new_v5(&NAMESPACE, email.as_bytes()).to_string()
}
