//! The form of a sealed text: AES-256-GCM under a patient's key, bound to patient, record and field.
//!
//! ```text
//! base64( version 1 | key fingerprint 8 | nonce 12 | ciphertext | tag 16 )
//! ```
//!
//! Version and fingerprint are authenticated with the rest. The fingerprint tells a text whose key was
//! erased, and replaced by a younger one, from a text that was changed. The length of the text is not hidden.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::core::id::PatientId;
use zeroize::Zeroizing;

use super::{Field, VaultError};

const VERSION: u8 = 1;
const KEY: usize = 32;
const FINGERPRINT: usize = 8;
const HEADER: usize = 1 + FINGERPRINT + NONCE_LEN;

/// A patient's key; wiped from memory when dropped.
#[derive(Clone)]
pub(super) struct DataKey {
    secret: Zeroizing<[u8; KEY]>,
    fingerprint: [u8; FINGERPRINT],
}

impl DataKey {
    /// The key with these bytes, or `None` if they are not 256 bits; its fingerprint is that of its wrapped form.
    pub(super) fn new(plain: Vec<u8>, wrapped: &[u8]) -> Option<Self> {
        let plain = Zeroizing::new(plain);
        let secret = Zeroizing::new(<[u8; KEY]>::try_from(plain.as_slice()).ok()?);
        let mut fingerprint = [0; FINGERPRINT];
        fingerprint.copy_from_slice(&digest::digest(&digest::SHA256, wrapped).as_ref()[..FINGERPRINT]);
        Some(Self { secret, fingerprint })
    }

    /// Seals under a fresh random nonce. Their 96 bits are safe for billions of texts; a patient has hundreds.
    pub(super) fn seal(&self, patient: PatientId, field: Field<'_>, plain: &str) -> String {
        let mut text = plain.as_bytes().to_vec();
        let nonce = self
            .cipher()
            .seal_in_place_append_tag(self.bound_to(patient, field), &mut text)
            .expect("AES-GCM seals any text shorter than 64 GB");
        let mut sealed = Vec::with_capacity(HEADER + text.len());
        sealed.push(VERSION);
        sealed.extend(self.fingerprint);
        sealed.extend(nonce.as_ref());
        sealed.extend(text);
        STANDARD.encode(sealed)
    }

    /// The text, if it was sealed by this key for this patient and field, and is unchanged.
    pub(super) fn open(&self, patient: PatientId, field: Field<'_>, sealed: &str) -> Result<String, VaultError> {
        let mut sealed = STANDARD.decode(sealed).map_err(|_| VaultError::Tampered)?;
        let (header, body) = sealed.split_at_mut_checked(HEADER).ok_or(VaultError::Tampered)?;
        let (version, rest) = header.split_at(1);
        let (fingerprint, nonce) = rest.split_at(FINGERPRINT);
        if version != [VERSION] {
            return Err(VaultError::Tampered);
        }
        if fingerprint != self.fingerprint {
            return Err(VaultError::Erased);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Tampered)?;
        let plain = self
            .cipher()
            .open_in_place(nonce, self.bound_to(patient, field), body)
            .map_err(|_| VaultError::Tampered)?;
        String::from_utf8(plain.to_vec()).map_err(|_| VaultError::Tampered)
    }

    fn cipher(&self) -> RandomizedNonceKey {
        RandomizedNonceKey::new(&AES_256_GCM, self.secret.as_slice()).expect("a key of 256 bits")
    }

    /// What the text is tied to. Every part is preceded by its length, so that no two fields read alike.
    fn bound_to(&self, patient: PatientId, field: Field<'_>) -> Aad<Vec<u8>> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.fingerprint);
        for part in [patient.to_string().as_str(), field.record, field.name] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Aad::from(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Field<'_> = Field { record: "appointment-1", name: "reason" };

    fn patient(number: u8) -> PatientId {
        format!("00000000-0000-4000-8000-0000000000{number:02}").parse().unwrap()
    }

    fn key(seed: u8) -> DataKey {
        DataKey::new(vec![seed; KEY], &[seed; 184]).unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        for text in ["", "x", "सिर दर्द, since Monday\n", &"long ".repeat(1000)] {
            let sealed = key(1).seal(patient(1), FIELD, text);
            assert_eq!(key(1).open(patient(1), FIELD, &sealed).unwrap(), text);
        }
    }

    #[test]
    fn the_text_does_not_show_and_looks_different_each_time() {
        let (one, two) = (key(1).seal(patient(1), FIELD, "migraine"), key(1).seal(patient(1), FIELD, "migraine"));
        assert_ne!(one, two);
        let bytes = STANDARD.decode(&one).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"migraine"));
        assert_eq!(bytes[0], VERSION);
    }

    #[test]
    fn a_text_opens_for_its_own_patient_record_and_field_alone() {
        let sealed = key(1).seal(patient(1), FIELD, "migraine");
        let others = [
            (patient(2), FIELD),
            (patient(1), Field { record: "appointment-2", ..FIELD }),
            (patient(1), Field { name: "notes", ..FIELD }),
            // The same characters, cut elsewhere.
            (patient(1), Field { record: "appointment-1r", name: "eason" }),
            (patient(1), Field { record: "", name: "appointment-1reason" }),
        ];
        for (patient, field) in others {
            assert_eq!(key(1).open(patient, field, &sealed), Err(VaultError::Tampered), "{patient} {field:?}");
        }
    }

    #[test]
    fn no_bit_of_a_sealed_text_can_be_changed() {
        let sealed = STANDARD.decode(key(1).seal(patient(1), FIELD, "migraine")).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(key(1).open(patient(1), FIELD, &STANDARD.encode(changed)).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn cut_lengthened_and_foreign_texts_are_tampered_with() {
        let sealed = STANDARD.decode(key(1).seal(patient(1), FIELD, "migraine")).unwrap();
        for length in 0..sealed.len() {
            let error = key(1).open(patient(1), FIELD, &STANDARD.encode(&sealed[..length])).unwrap_err();
            assert_eq!(error, VaultError::Tampered, "{length} bytes");
        }
        let longer = STANDARD.encode([&sealed[..], b"x"].concat());
        let unpadded = STANDARD.encode(&sealed).trim_end_matches('=').to_owned() + "!";
        for text in [longer.as_str(), unpadded.as_str(), "", "====", "plain text", "é"] {
            assert_eq!(key(1).open(patient(1), FIELD, text), Err(VaultError::Tampered), "{text:?}");
        }
    }

    #[test]
    fn a_text_whose_key_was_replaced_is_erased_and_not_tampered_with() {
        let sealed = key(1).seal(patient(1), FIELD, "migraine");
        assert_eq!(key(2).open(patient(1), FIELD, &sealed), Err(VaultError::Erased));
    }

    #[test]
    fn another_key_under_the_same_fingerprint_opens_nothing() {
        let sealed = key(1).seal(patient(1), FIELD, "migraine");
        let impostor = DataKey::new(vec![2; KEY], &[1; 184]).unwrap();
        assert_eq!(impostor.open(patient(1), FIELD, &sealed), Err(VaultError::Tampered));
    }

    #[test]
    fn a_key_has_256_bits() {
        for length in [0, 16, 31, 33, 64] {
            assert!(DataKey::new(vec![0; length], b"wrapped").is_none(), "{length} bytes");
        }
    }

    #[test]
    fn the_stored_form_of_version_1_stays_readable() {
        // Sealed by another implementation of AES-GCM, after the description at the top of this file.
        const GOLDEN: &str = "AURRYLuOfl5cAAECAwQFBgcICQoLf+6FFHhnjwtpasDiYFPTjttiBaFvsA==";
        assert_eq!(key(7).open(patient(7), FIELD, GOLDEN).unwrap(), "golden");
    }
}
