//! The pool's RSA key: makes and checks RS256 tokens, and shows its public half. One key signs both kinds of token.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Map, Value, json};

/// A key that can not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the RSA key could not be generated")]
    Generate,
    #[error("the stored RSA key is unusable")]
    Stored(#[from] jsonwebtoken::errors::Error),
    #[error("the stored key is not an RSA key")]
    NotRsa,
}

/// A 2048-bit RSA key pair. Cheap to clone, so that tests can share one.
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    pem: String,
    kid: String,
    modulus: String,
    exponent: String,
    signs: EncodingKey,
    verifies: DecodingKey,
}

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// When the library cannot generate one.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| KeyError::Generate)?;
        let body = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        // RFC 7468 wants lines of 64 characters; base64 is ASCII, so that bytes are characters.
        for (index, character) in body.chars().enumerate() {
            if index > 0 && index % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END PRIVATE KEY-----\n");
        Self::from_pem(&pem)
    }

    /// Reads a key in PKCS#8 PEM form.
    ///
    /// # Errors
    /// When it is no RSA key in that form.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let signs = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let jwk = Jwk::from_encoding_key(&signs, Algorithm::RS256)?;
        let AlgorithmParameters::RSA(public) = jwk.algorithm else {
            return Err(KeyError::NotRsa);
        };
        let verifies = DecodingKey::from_rsa_components(&public.n, &public.e)?;
        Ok(Self(Arc::new(Inner {
            pem: pem.to_owned(),
            kid: STANDARD.encode(digest::digest(&digest::SHA256, public.n.as_bytes())),
            modulus: public.n,
            exponent: public.e,
            signs,
            verifies,
        })))
    }

    pub(crate) fn pem(&self) -> &str {
        &self.0.pem
    }

    /// The public half, as `/.well-known/jwks.json` shows it.
    pub(crate) fn jwks(&self) -> Value {
        let Inner { kid, modulus, exponent, .. } = &*self.0;
        json!({"keys": [{"alg": "RS256", "e": exponent, "kid": kid, "kty": "RSA", "n": modulus, "use": "sig"}]})
    }

    /// Signs claims. The header has `kid` and `alg` and nothing else, like Cognito's.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = None;
        header.kid = Some(self.0.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.0.signs).expect("a key that was read can sign JSON")
    }

    /// The claims of a token that this key signed, or nothing. Time and audience are for the caller to check:
    /// the library would ask the system's clock.
    pub(crate) fn open(&self, token: &str) -> Option<Map<String, Value>> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.kid.as_deref() != Some(&self.0.kid) {
            return None;
        }
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        jsonwebtoken::decode(token, &self.0.verifies, &validation).ok().map(|opened| opened.claims)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.0.kid).finish_non_exhaustive()
    }
}
