//! Text that somebody else has sealed. Storage keeps it and hands it back; it can't read it, and nothing
//! here makes one from plain text.

use serde::{Deserialize, Serialize};

/// The sealed form of a text: a versioned, encoded ciphertext. Whoever makes one says that it is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedText(String);

impl SealedText {
    /// Takes what the vault has sealed.
    pub fn from_sealed(sealed: String) -> Self {
        Self(sealed)
    }

    /// What the vault opens.
    pub fn as_sealed(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SealedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sealed]")
    }
}
