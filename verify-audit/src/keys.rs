//! Public keys in PEM, one after the other in a file: the current one and those before it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::audit::{NotAKey, PublicKey};

/// The reason why a file has no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is no `BEGIN PUBLIC KEY`, or one of them has no end or is not base64.
    #[error("no public keys in PEM")]
    NotPem,
    /// A key of another kind.
    #[error(transparent)]
    NotAKey(#[from] NotAKey),
}

/// Reads every public key of a PEM file; text around them is ignored, as PEM requires.
///
/// # Errors
/// [`KeysError`] if there is no key, or one cannot be read.
pub fn from_pem(text: &str) -> Result<Vec<PublicKey>, KeysError> {
    let blocks = text.split("-----BEGIN PUBLIC KEY-----").skip(1);
    let keys: Vec<PublicKey> = blocks
        .map(|block| {
            let (body, _) = block.split_once("-----END PUBLIC KEY-----").ok_or(KeysError::NotPem)?;
            let body: String = body.split_ascii_whitespace().collect();
            let der = STANDARD.decode(body).map_err(|_| KeysError::NotPem)?;
            Ok(PublicKey::from_der(&der)?)
        })
        .collect::<Result<_, KeysError>>()?;
    if keys.is_empty() { Err(KeysError::NotPem) } else { Ok(keys) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl ecparam -name prime256v1 -genkey | openssl ec -pubout`.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEmhTFuCQFfBAtlrTMMxTCeCzbkms4
AioW+XZyIub5s/giBfFbf1ZH9f7yPz/JvcKq9R/NSaQHQO46nTdNBMrVUA==
-----END PUBLIC KEY-----
";

    #[test]
    fn every_key_of_a_file_is_read() {
        let keys = from_pem(&format!("of 2026:\n{KEY}of 2027:\r\n{}", KEY.replace('\n', "\r\n"))).unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0].id(), "accf88ef6eab484428fb2bc452fd2abb1c4760a3aa8a98f110d6b646a050fd83");
    }

    #[test]
    fn what_is_no_key_is_an_error() {
        for text in ["", "hello", "-----BEGIN PUBLIC KEY-----", &KEY.replace("MFk", "M k!"), &KEY[..90]] {
            assert_eq!(from_pem(text), Err(KeysError::NotPem), "{text}");
        }
        // A key for encryption of another curve, and no key at all.
        let short = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
        assert_eq!(from_pem(short), Err(KeysError::NotAKey(NotAKey)));
        assert_eq!(from_pem(&format!("{KEY}{short}")), Err(KeysError::NotAKey(NotAKey)));
    }
}
