//! The form of sealed texts and documents: AES-256-GCM under a patient's key, bound to patient, record and field. A
//! document is bound to its content type too.
//!
//! ```text
//! text:     base64( version 1 | key fingerprint 8 | nonce 12 | ciphertext | tag 16 )
//! document:         version 1 | key fingerprint 8 | nonce 12 | ciphertext | tag 16
//! ```
//!
//! The version also tells texts from documents: the two kinds never share a value. Version and fingerprint are
//! authenticated with the rest. The fingerprint distinguishes data under a key that was erased and replaced from
//! data that was changed. The length of the plain data is not hidden.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::core::id::PatientId;
use domain::core::sensitive::Sensitive;
use zeroize::Zeroizing;

use super::{ContentType, Document, Field, VaultError};

/// The version of a sealed text.
const TEXT: u8 = 1;
/// The version of a sealed document.
const DOCUMENT: u8 = 2;
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

    /// Seals a text.
    pub(super) fn seal(&self, patient: PatientId, field: Field<'_>, plain: &str) -> String {
        STANDARD.encode(self.seal_bytes(&Binding::of_text(patient, field), plain.as_bytes()))
    }

    /// The text, if this key sealed it for this patient and field and it is unchanged.
    pub(super) fn open(&self, patient: PatientId, field: Field<'_>, sealed: &str) -> Result<String, VaultError> {
        let sealed = STANDARD.decode(sealed).map_err(|_| VaultError::Tampered)?;
        let plain = self.open_bytes(&Binding::of_text(patient, field), sealed)?;
        String::from_utf8(plain).map_err(|_| VaultError::Tampered)
    }

    /// Seals a document.
    pub(super) fn seal_document(&self, patient: PatientId, field: Field<'_>, plain: &Document) -> Vec<u8> {
        self.seal_bytes(&Binding::of_document(patient, field, &plain.content_type), plain.bytes.expose())
    }

    /// The document, if this key sealed it for this patient, field and content type and it is unchanged.
    pub(super) fn open_document(
        &self,
        patient: PatientId,
        field: Field<'_>,
        content_type: &str,
        sealed: &[u8],
    ) -> Result<Document, VaultError> {
        // No document was sealed with a content type that is not valid.
        let content_type = ContentType::parse(content_type).map_err(|_| VaultError::Tampered)?;
        let plain = self.open_bytes(&Binding::of_document(patient, field, &content_type), sealed.to_vec())?;
        Ok(Document { content_type, bytes: Sensitive::new(plain) })
    }

    /// Seals under a fresh random nonce. Its 96 bits are safe for billions of values; a patient has hundreds.
    fn seal_bytes(&self, binding: &Binding<'_>, plain: &[u8]) -> Vec<u8> {
        let mut body = plain.to_vec();
        let nonce = self
            .cipher()
            .seal_in_place_append_tag(self.associated_data(binding), &mut body)
            .expect("AES-GCM seals any value shorter than 64 GB");
        let mut sealed = Vec::with_capacity(HEADER + body.len());
        sealed.push(binding.version);
        sealed.extend(self.fingerprint);
        sealed.extend(nonce.as_ref());
        sealed.extend(body);
        sealed
    }

    fn open_bytes(&self, binding: &Binding<'_>, mut sealed: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        let (header, body) = sealed.split_at_mut_checked(HEADER).ok_or(VaultError::Tampered)?;
        let (version, rest) = header.split_at(1);
        let (fingerprint, nonce) = rest.split_at(FINGERPRINT);
        if version != [binding.version] {
            return Err(VaultError::Tampered);
        }
        if fingerprint != self.fingerprint {
            return Err(VaultError::Erased);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Tampered)?;
        let plain = self
            .cipher()
            .open_in_place(nonce, self.associated_data(binding), body)
            .map_err(|_| VaultError::Tampered)?;
        Ok(plain.to_vec())
    }

    fn cipher(&self) -> RandomizedNonceKey {
        RandomizedNonceKey::new(&AES_256_GCM, self.secret.as_slice()).expect("a key of 256 bits")
    }

    /// The associated data. Every part is preceded by its length, so that no two bindings have the same bytes.
    fn associated_data(&self, binding: &Binding<'_>) -> Aad<Vec<u8>> {
        let mut bytes = vec![binding.version];
        bytes.extend(self.fingerprint);
        let patient = binding.patient.to_string();
        let parts = [patient.as_str(), binding.field.record, binding.field.name];
        for part in parts.into_iter().chain(binding.content_type.map(ContentType::as_str)) {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Aad::from(bytes)
    }
}

/// What sealed data is bound to: it opens for exactly this.
struct Binding<'a> {
    version: u8,
    patient: PatientId,
    field: Field<'a>,
    /// Of a document.
    content_type: Option<&'a ContentType>,
}

impl<'a> Binding<'a> {
    fn of_text(patient: PatientId, field: Field<'a>) -> Self {
        Self { version: TEXT, patient, field, content_type: None }
    }

    fn of_document(patient: PatientId, field: Field<'a>, content_type: &'a ContentType) -> Self {
        Self { version: DOCUMENT, patient, field, content_type: Some(content_type) }
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
        assert_eq!(bytes[0], TEXT);
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

    fn document(content: &[u8]) -> Document {
        let content_type = ContentType::parse("application/pdf").unwrap();
        Document { content_type, bytes: Sensitive::new(content.to_vec()) }
    }

    fn open_pdf(sealed: &[u8]) -> Result<Document, VaultError> {
        key(1).open_document(patient(1), FIELD, "application/pdf", sealed)
    }

    #[test]
    fn a_sealed_document_opens_with_its_content_type() {
        for content in [&b""[..], b"x", b"%PDF-1.7\xff\x00", &[7; 1_000_000]] {
            let sealed = key(1).seal_document(patient(1), FIELD, &document(content));
            assert_eq!(open_pdf(&sealed).unwrap(), document(content));
        }
    }

    #[test]
    fn the_document_does_not_show_and_looks_different_each_time() {
        let seal = || key(1).seal_document(patient(1), FIELD, &document(b"migraine"));
        let (one, two) = (seal(), seal());
        assert_ne!(one, two);
        assert!(!one.windows(8).any(|window| window == b"migraine"));
        assert_eq!(one[0], DOCUMENT);
    }

    #[test]
    fn a_document_opens_for_its_own_patient_record_field_and_content_type_alone() {
        let sealed = key(1).seal_document(patient(1), FIELD, &document(b"migraine"));
        let others = [
            (patient(2), FIELD, "application/pdf"),
            (patient(1), Field { record: "appointment-2", ..FIELD }, "application/pdf"),
            (patient(1), Field { name: "notes", ..FIELD }, "application/pdf"),
            (patient(1), FIELD, "application/json"),
            (patient(1), FIELD, "Application/PDF"),
            (patient(1), FIELD, ""),
            // The same characters, cut elsewhere.
            (patient(1), Field { record: "appointment-1r", name: "eason" }, "application/pdf"),
            (patient(1), Field { name: "reasona", ..FIELD }, "pplication/pdf"),
        ];
        for (patient, field, content_type) in others {
            let opened = key(1).open_document(patient, field, content_type, &sealed);
            assert_eq!(opened, Err(VaultError::Tampered), "{patient} {field:?} {content_type}");
        }
    }

    #[test]
    fn a_text_is_no_document_and_a_document_is_no_text() {
        let text = STANDARD.decode(key(1).seal(patient(1), FIELD, "migraine")).unwrap();
        let sealed = key(1).seal_document(patient(1), FIELD, &document(b"migraine"));
        let with_version = |version, sealed: &[u8]| [&[version], &sealed[1..]].concat();
        for text in [text.clone(), with_version(DOCUMENT, &text)] {
            assert_eq!(open_pdf(&text), Err(VaultError::Tampered));
        }
        for document in [sealed.clone(), with_version(TEXT, &sealed)] {
            let opened = key(1).open(patient(1), FIELD, &STANDARD.encode(document));
            assert_eq!(opened, Err(VaultError::Tampered));
        }
    }

    #[test]
    fn no_bit_of_a_sealed_document_can_be_changed() {
        let sealed = key(1).seal_document(patient(1), FIELD, &document(b"migraine"));
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open_pdf(&changed).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn cut_and_lengthened_documents_are_tampered_with() {
        let sealed = key(1).seal_document(patient(1), FIELD, &document(b"migraine"));
        for length in 0..sealed.len() {
            assert_eq!(open_pdf(&sealed[..length]), Err(VaultError::Tampered), "{length} bytes");
        }
        assert_eq!(open_pdf(&[&sealed[..], b"x"].concat()), Err(VaultError::Tampered));
    }

    #[test]
    fn a_document_whose_key_was_replaced_is_erased_and_not_tampered_with() {
        let sealed = key(1).seal_document(patient(1), FIELD, &document(b"migraine"));
        let opened = key(2).open_document(patient(1), FIELD, "application/pdf", &sealed);
        assert_eq!(opened, Err(VaultError::Erased));
    }

    #[test]
    fn the_stored_form_of_a_document_stays_readable() {
        // Sealed by another implementation of AES-GCM, after the description at the top of this file.
        const GOLDEN: &str = "AkRRYLuOfl5cAAECAwQFBgcICQoLf+6FFHhnCy9eL40XQLEwFAdiNotn4Q==";
        let sealed = STANDARD.decode(GOLDEN).unwrap();
        let opened = key(7).open_document(patient(7), FIELD, "application/pdf", &sealed);
        assert_eq!(opened.unwrap(), document(b"golden"));
    }

    #[test]
    fn the_stored_form_of_a_text_stays_readable() {
        // Sealed by another implementation of AES-GCM, after the description at the top of this file.
        const GOLDEN: &str = "AURRYLuOfl5cAAECAwQFBgcICQoLf+6FFHhnjwtpasDiYFPTjttiBaFvsA==";
        assert_eq!(key(7).open(patient(7), FIELD, GOLDEN).unwrap(), "golden");
    }
}
