//! Signatures by a P-256 key that never leaves KMS. Each holder of the public key can check them.

use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};

use crate::{Future, ServiceUnavailable};

const SIGN: &str = "kms Sign";
const PUBLIC_KEY: &str = "kms GetPublicKey";

/// The port: a key pair that signs.
pub trait Signer: Send + Sync {
    /// Signs a message of at most 4,096 bytes (a limit of KMS): ECDSA over P-256 with SHA-256, in ASN.1 DER. Two
    /// signatures of one message differ, and both are valid.
    fn sign<'a>(&'a self, message: &'a [u8]) -> Future<'a, Result<Vec<u8>, ServiceUnavailable>>;

    /// The public key, as a `SubjectPublicKeyInfo` in DER (RFC 5280).
    fn public_key(&self) -> Future<'_, Result<Vec<u8>, ServiceUnavailable>>;
}

/// The adapter to a key of AWS KMS, of the kind `ECC_NIST_P256`.
#[derive(Debug, Clone)]
pub struct KmsSigner {
    client: Client,
    key: String,
}

impl KmsSigner {
    /// The key `key`: its id, ARN or alias.
    pub fn new(config: &SdkConfig, key: impl Into<String>) -> Self {
        Self { client: Client::new(config), key: key.into() }
    }
}

impl Signer for KmsSigner {
    fn sign<'a>(&'a self, message: &'a [u8]) -> Future<'a, Result<Vec<u8>, ServiceUnavailable>> {
        Box::pin(async move {
            let sign = self.client.sign().key_id(&self.key).message_type(MessageType::Raw);
            let sign = sign.signing_algorithm(SigningAlgorithmSpec::EcdsaSha256).message(Blob::new(message));
            let answer = sign.send().await.map_err(|error| ServiceUnavailable::of(SIGN, &error))?;
            let signature =
                answer.signature.ok_or_else(|| ServiceUnavailable::new(SIGN, "no signature in the answer"))?;
            Ok(signature.into_inner())
        })
    }

    fn public_key(&self) -> Future<'_, Result<Vec<u8>, ServiceUnavailable>> {
        Box::pin(async move {
            let answer = self.client.get_public_key().key_id(&self.key).send().await;
            let answer = answer.map_err(|error| ServiceUnavailable::of(PUBLIC_KEY, &error))?;
            let key = answer.public_key.ok_or_else(|| ServiceUnavailable::new(PUBLIC_KEY, "no key in the answer"))?;
            Ok(key.into_inner())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Reply, config};

    #[tokio::test]
    async fn a_message_is_hashed_and_signed_by_kms() {
        let (sdk, calls) = config(|_| Reply::ok(r#"{"Signature":"MEQ="}"#));
        let signature = KmsSigner::new(&sdk, "alias/checkpoints").sign(b"message").await.unwrap();
        assert_eq!(signature, [0x30, 0x44]);
        let call = calls.lock().unwrap()[0].clone();
        let sent = call.json();
        assert_eq!((call.operation.as_str(), sent["MessageType"].as_str()), ("Sign", Some("RAW")));
        assert_eq!(sent["SigningAlgorithm"], "ECDSA_SHA_256");
        assert_eq!(sent["KeyId"], "alias/checkpoints");
    }

    #[tokio::test]
    async fn a_refusal_or_an_empty_answer_of_kms_is_an_outage() {
        let (sdk, _) = config(|_| Reply::error("DisabledException", "off"));
        assert!(KmsSigner::new(&sdk, "k").sign(b"message").await.is_err());
        let (sdk, _) = config(|_| Reply::ok("{}"));
        let signer = KmsSigner::new(&sdk, "k");
        assert!(signer.sign(b"message").await.is_err());
        assert!(signer.public_key().await.is_err());
    }
}
