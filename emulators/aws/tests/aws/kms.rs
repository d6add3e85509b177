//! Keys, contexts, signatures.

use std::sync::Arc;

use aws_emulator::kms::{KeyUse, Kms};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{DataKeySpec, MessageType, SigningAlgorithmSpec};

use crate::sdk;
use crate::support::code;

const HEALTH: &str = "alias/health-data";
const OTHER: &str = "alias/other";
const SEALS: &str = "alias/seals";
const KEYS: &[(&str, KeyUse)] =
    &[(HEALTH, KeyUse::EncryptDecrypt), (OTHER, KeyUse::EncryptDecrypt), (SEALS, KeyUse::SignVerify)];

fn client() -> Client {
    Client::new(&sdk!(Arc::new(Kms::open(None, KEYS).unwrap())))
}

#[tokio::test]
async fn a_data_key_comes_back_under_its_context_and_under_no_other() {
    let kms = client();
    let made = kms.generate_data_key().key_id(HEALTH).key_spec(DataKeySpec::Aes256);
    let made = made.encryption_context("patient", "1").encryption_context("purpose", "health").send().await.unwrap();
    let wrapped = made.ciphertext_blob().unwrap();
    assert_eq!(made.plaintext().unwrap().as_ref().len(), 32);

    let opened = kms.decrypt().ciphertext_blob(wrapped.clone());
    let opened =
        opened.encryption_context("purpose", "health").encryption_context("patient", "1").send().await.unwrap();
    assert_eq!(opened.plaintext(), made.plaintext());
    assert_eq!(opened.key_id(), made.key_id());

    for context in [
        &[][..],
        &[("patient", "1")],
        &[("patient", "2"), ("purpose", "health")],
        &[("patient", "1"), ("purpose", "health"), ("more", "")],
        &[("patient", "1\u{0}purpose"), ("health", "")],
    ] {
        let mut request = kms.decrypt().ciphertext_blob(wrapped.clone());
        for (name, value) in context {
            request = request.encryption_context(*name, *value);
        }
        assert_eq!(code(request.send().await), "InvalidCiphertextException", "{context:?}");
    }
}

#[tokio::test]
async fn contexts_that_look_alike_when_joined_are_different_contexts() {
    let kms = client();
    let context = |pairs: &[(&str, &str)]| Some(pairs.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect());
    for (ours, theirs) in [
        (&[("a", "b,c=d")][..], &[("a", "b"), ("c", "d")][..]),
        (&[("a", "bc")], &[("ab", "c")]),
        (&[("a", "b"), ("c", "d")], &[("a", "bcd")]),
        (&[("a", "")], &[("", "a")]),
    ] {
        let sealed = kms.encrypt().key_id(HEALTH).plaintext(Blob::new("secret"));
        let sealed = sealed.set_encryption_context(context(ours)).send().await.unwrap().ciphertext_blob.unwrap();
        let decrypt = kms.decrypt().ciphertext_blob(sealed);
        let other = decrypt.clone().set_encryption_context(context(theirs)).send().await;
        assert_eq!(code(other), "InvalidCiphertextException", "{ours:?} as {theirs:?}");
        let same = decrypt.set_encryption_context(context(ours)).send().await.unwrap();
        assert_eq!(same.plaintext().unwrap().as_ref(), b"secret");
    }
}

#[tokio::test]
async fn a_ciphertext_that_was_touched_anywhere_is_invalid() {
    let kms = client();
    let sealed = kms.encrypt().key_id(HEALTH).plaintext(Blob::new("secret")).send().await.unwrap();
    let sealed = sealed.ciphertext_blob.unwrap().into_inner();
    for place in 0..sealed.len() {
        let mut touched = sealed.clone();
        touched[place] ^= 1;
        let result = kms.decrypt().ciphertext_blob(Blob::new(touched)).send().await;
        assert_eq!(code(result), "InvalidCiphertextException", "byte {place}");
        let cut = Blob::new(&sealed[..place.max(1)]);
        assert_eq!(
            code(kms.decrypt().ciphertext_blob(cut).send().await),
            "InvalidCiphertextException",
            "{place} bytes"
        );
    }
}

#[tokio::test]
async fn a_key_is_found_by_each_of_its_names_and_others_are_not_found() {
    let kms = client();
    let described = kms.describe_key().key_id(HEALTH).send().await.unwrap().key_metadata.unwrap();
    let arn = described.arn().unwrap();
    let alias_arn = format!("arn:aws:kms:ap-south-1:000000000000:{HEALTH}");
    for name in [described.key_id(), arn, &alias_arn] {
        let again = kms.describe_key().key_id(name).send().await.unwrap().key_metadata.unwrap();
        assert_eq!(again.key_id(), described.key_id(), "{name}");
    }
    let elsewhere = arn.replace("ap-south-1", "eu-west-1");
    for name in ["alias/unknown", "00000000-0000-0000-0000-000000000000", "health-data", &elsewhere] {
        assert_eq!(code(kms.describe_key().key_id(name).send().await), "NotFoundException", "{name}");
    }
}

#[tokio::test]
async fn keys_do_only_what_they_are_for() {
    let kms = client();
    let sealed = kms.encrypt().key_id(HEALTH).plaintext(Blob::new("secret")).send().await.unwrap();
    let sealed = sealed.ciphertext_blob.unwrap();
    assert_eq!(code(kms.decrypt().key_id(OTHER).ciphertext_blob(sealed).send().await), "IncorrectKeyException");
    let misuse = kms.generate_data_key().key_id(SEALS).key_spec(DataKeySpec::Aes256).send().await;
    assert_eq!(code(misuse), "InvalidKeyUsageException");
    assert_eq!(code(kms.get_public_key().key_id(HEALTH).send().await), "InvalidKeyUsageException");
    let both = kms.generate_data_key().key_id(HEALTH).key_spec(DataKeySpec::Aes256).number_of_bytes(32).send().await;
    assert_eq!(code(both), "ValidationException");
    let large = kms.encrypt().key_id(HEALTH).plaintext(Blob::new(vec![0; 4097])).send().await;
    assert_eq!(code(large), "ValidationException");
    assert_eq!(code(kms.create_key().send().await), "UnknownOperationException");
}

#[tokio::test]
async fn a_signature_is_verified_by_the_public_key_and_only_for_its_message() {
    let kms = client();
    let sign = kms.sign().key_id(SEALS).signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
    let signature = sign.message(Blob::new("root of day 1")).send().await.unwrap().signature.unwrap();
    let public = kms.get_public_key().key_id(SEALS).send().await.unwrap().public_key.unwrap();
    let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public.as_ref()).unwrap();
    assert!(public.verify_sig(b"root of day 1", signature.as_ref()).is_ok());
    assert!(public.verify_sig(b"root of day 2", signature.as_ref()).is_err());

    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"root of day 1");
    let verify = kms.verify().key_id(SEALS).signing_algorithm(SigningAlgorithmSpec::EcdsaSha256).signature(signature);
    let same =
        verify.clone().message_type(MessageType::Digest).message(Blob::new(digest.as_ref())).send().await.unwrap();
    assert!(same.signature_valid());
    let other = verify.message(Blob::new("root of day 2")).send().await;
    assert_eq!(code(other), "KMSInvalidSignatureException");
}

#[tokio::test]
async fn keys_are_the_same_after_a_restart_and_of_another_kind_never() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Client::new(&sdk!(Arc::new(Kms::open(Some(dir.path()), KEYS).unwrap())));
    let sealed = open().encrypt().key_id(HEALTH).plaintext(Blob::new("secret")).send().await.unwrap();
    let opened = open().decrypt().ciphertext_blob(sealed.ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(opened.plaintext().unwrap().as_ref(), b"secret");
    assert!(Kms::open(Some(dir.path()), &[(HEALTH, KeyUse::SignVerify)]).is_err());
}
