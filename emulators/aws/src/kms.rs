//! KMS: symmetric keys for data keys and small secrets, and P-256 keys for signatures.
//!
//! The keys are those that the stack names when it opens the service: there is no `CreateKey`, no rotation, no
//! grants, no policies. Key material is random and stays the same between runs under a data directory.
//!
//! A ciphertext is ours alone, as KMS's is: a version byte, the key's id, a nonce, and AES-256-GCM's output. The
//! key's ARN and the encryption context are its associated data.

use std::collections::BTreeMap;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{Digest, SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, ParsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::data_dir::JsonFile;
use crate::wire::{self, Protocol, Refusal};
use crate::{ACCOUNT, OpenError, REGION};

/// The most that `Encrypt` takes, in bytes.
const LONGEST_PLAINTEXT: usize = 4096;

/// The most bytes that `GenerateDataKey` makes.
const LONGEST_DATA_KEY: u32 = 1024;

const VERSION: u8 = 1;
const ID_LEN: usize = 16;
const HEADER_LEN: usize = 1 + ID_LEN + NONCE_LEN;

/// The use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyUse {
    /// `SYMMETRIC_DEFAULT`: AES-256-GCM.
    EncryptDecrypt,
    /// `ECC_NIST_P256`: `ECDSA_SHA_256`.
    SignVerify,
}

/// The service.
#[derive(Debug)]
pub struct Kms {
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    id: Uuid,
    /// `alias/...`
    alias: String,
    material: Material,
}

enum Material {
    Symmetric(RandomizedNonceKey),
    Signing(EcdsaKeyPair),
}

/// A key as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredKey {
    r#use: KeyUse,
    /// 32 bytes, or a PKCS#8 document; base64.
    material: String,
}

impl Kms {
    /// The service with a key per alias (`alias/health-data`). A key's id follows from its alias.
    ///
    /// # Errors
    /// [`OpenError`] when the stored keys can't be read, or one of them was stored for another use.
    pub fn open(dir: Option<&Path>, keys: &[(&str, KeyUse)]) -> Result<Self, OpenError> {
        const FILE: &str = "kms.json";
        let (file, stored) = JsonFile::open::<BTreeMap<String, StoredKey>>(dir, FILE)?;
        let mut stored = stored.unwrap_or_default();
        let path = dir.unwrap_or(Path::new("")).join(FILE);
        let damaged = |detail: String| OpenError::Damaged { path: path.clone(), detail };

        let mut opened = Vec::with_capacity(keys.len());
        for &(alias, r#use) in keys {
            let key = stored.entry(alias.to_owned()).or_insert_with(|| StoredKey::generate(r#use));
            if key.r#use != r#use {
                return Err(damaged(format!("{alias} is stored for {:?}, not for {:?}", key.r#use, r#use)));
            }
            let material = key.open().ok_or_else(|| damaged(format!("the key of {alias} can't be read")))?;
            opened.push(Key {
                id: Uuid::new_v5(&Uuid::NAMESPACE_URL, alias.as_bytes()),
                alias: alias.to_owned(),
                material,
            });
        }
        file.store(&stored).map_err(|source| OpenError::Io { path: path.clone(), source })?;
        Ok(Self { keys: opened })
    }

    /// Answers a request of the KMS API.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.answer(&request) {
            Ok(answer) => Protocol::Json11.ok(&answer),
            Err(refusal) => Protocol::Json11.refuse(&refusal),
        }
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Value, Refusal> {
        match wire::target(request.headers(), &["TrentService."])? {
            "GenerateDataKey" => self.generate_data_key(wire::parse(request)?, true),
            "GenerateDataKeyWithoutPlaintext" => self.generate_data_key(wire::parse(request)?, false),
            "Encrypt" => self.encrypt(wire::parse(request)?),
            "Decrypt" => self.decrypt(wire::parse(request)?),
            "DescribeKey" => {
                let input: KeyInput = wire::parse(request)?;
                Ok(json!({ "KeyMetadata": self.key(&input.key_id)?.metadata() }))
            }
            "GetPublicKey" => self.public_key(wire::parse(request)?),
            "Sign" => self.sign(wire::parse(request)?),
            "Verify" => self.verify(wire::parse(request)?),
            other => Err(Refusal::unknown_operation(other)),
        }
    }

    fn generate_data_key(&self, input: DataKeyInput, with_plaintext: bool) -> Result<Value, Refusal> {
        let key = self.key(&input.key_id)?;
        let length = match (input.key_spec.as_deref(), input.number_of_bytes) {
            (Some("AES_256"), None) => 32,
            (Some("AES_128"), None) => 16,
            (Some(other), None) => return Err(invalid(format!("{other:?} is no key spec of a data key"))),
            (None, Some(length @ 1..=LONGEST_DATA_KEY)) => length as usize,
            (None, Some(_)) => return Err(invalid(format!("NumberOfBytes must be from 1 to {LONGEST_DATA_KEY}"))),
            (Some(_), Some(_)) | (None, None) => {
                return Err(invalid("Please specify either number of bytes or key spec."));
            }
        };
        let data_key = random(length);
        let blob = key.seal(&data_key, &input.encryption_context)?;
        let mut answer = json!({ "KeyId": key.arn(), "CiphertextBlob": BASE64.encode(blob) });
        if with_plaintext {
            answer["Plaintext"] = BASE64.encode(data_key).into();
        }
        Ok(answer)
    }

    fn encrypt(&self, input: EncryptInput) -> Result<Value, Refusal> {
        let key = self.key(&input.key_id)?;
        let plaintext = blob("Plaintext", &input.plaintext)?;
        if plaintext.is_empty() || plaintext.len() > LONGEST_PLAINTEXT {
            return Err(invalid(format!("Plaintext must have from 1 to {LONGEST_PLAINTEXT} bytes")));
        }
        require("EncryptionAlgorithm", input.encryption_algorithm.as_deref(), "SYMMETRIC_DEFAULT")?;
        let blob = key.seal(&plaintext, &input.encryption_context)?;
        Ok(json!({
            "KeyId": key.arn(),
            "CiphertextBlob": BASE64.encode(blob),
            "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        }))
    }

    fn decrypt(&self, input: DecryptInput) -> Result<Value, Refusal> {
        let blob = blob("CiphertextBlob", &input.ciphertext_blob)?;
        require("EncryptionAlgorithm", input.encryption_algorithm.as_deref(), "SYMMETRIC_DEFAULT")?;
        let expected = input.key_id.as_deref().map(|id| self.key(id)).transpose()?;
        let key = sealing_key(&blob)
            .and_then(|id| self.keys.iter().find(|key| key.id == id))
            .ok_or_else(invalid_ciphertext)?;
        if expected.is_some_and(|expected| expected.id != key.id) {
            return Err(Refusal::of(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this operation.",
            ));
        }
        let plaintext = key.open(blob, &input.encryption_context)?;
        Ok(json!({
            "KeyId": key.arn(),
            "Plaintext": BASE64.encode(plaintext),
            "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        }))
    }

    fn public_key(&self, input: KeyInput) -> Result<Value, Refusal> {
        let key = self.key(&input.key_id)?;
        let pair = key.signing()?;
        Ok(json!({
            "KeyId": key.arn(),
            "PublicKey": BASE64.encode(subject_public_key_info(pair)),
            "KeySpec": "ECC_NIST_P256",
            "CustomerMasterKeySpec": "ECC_NIST_P256",
            "KeyUsage": "SIGN_VERIFY",
            "SigningAlgorithms": ["ECDSA_SHA_256"],
        }))
    }

    fn sign(&self, input: SignInput) -> Result<Value, Refusal> {
        let key = self.key(&input.key_id)?;
        let pair = key.signing()?;
        let signature = pair
            .sign_digest(&input.digest()?)
            .map_err(|_| Refusal::internal("KMSInternalException", "The signature could not be made."))?;
        Ok(json!({
            "KeyId": key.arn(),
            "Signature": BASE64.encode(signature.as_ref()),
            "SigningAlgorithm": "ECDSA_SHA_256",
        }))
    }

    fn verify(&self, input: VerifyInput) -> Result<Value, Refusal> {
        let key = self.key(&input.signed.key_id)?;
        let pair = key.signing()?;
        let signature = blob("Signature", &input.signature)?;
        let digest = input.signed.digest()?;
        ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, pair.public_key().as_ref())
            .expect("a key pair's own public key can be parsed")
            .verify_digest_sig(&digest, &signature)
            .map_err(|_| Refusal::of("KMSInvalidSignatureException", "The signature is not valid."))?;
        Ok(json!({ "KeyId": key.arn(), "SignatureValid": true, "SigningAlgorithm": "ECDSA_SHA_256" }))
    }

    /// The key that an id, an ARN, an alias or an alias's ARN names.
    fn key(&self, name: &str) -> Result<&Key, Refusal> {
        let local = name.strip_prefix(&format!("arn:aws:kms:{REGION}:{ACCOUNT}:")).unwrap_or(name);
        let found = if local.starts_with("alias/") {
            self.keys.iter().find(|key| key.alias == local)
        } else {
            let id = if local.len() < name.len() { local.strip_prefix("key/").unwrap_or_default() } else { local };
            self.keys.iter().find(|key| key.id.to_string() == id)
        };
        found.ok_or_else(|| {
            let what = if name.contains("alias/") { "Alias" } else { "Key" };
            Refusal::of("NotFoundException", format!("{what} '{name}' does not exist"))
        })
    }
}

impl Key {
    fn arn(&self) -> String {
        format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{}", self.id)
    }

    fn metadata(&self) -> Value {
        let (usage, spec) = match self.material {
            Material::Symmetric(_) => ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"),
            Material::Signing(_) => ("SIGN_VERIFY", "ECC_NIST_P256"),
        };
        json!({
            "AWSAccountId": ACCOUNT,
            "KeyId": self.id.to_string(),
            "Arn": self.arn(),
            "Enabled": true,
            "KeyState": "Enabled",
            "KeyManager": "CUSTOMER",
            "KeyUsage": usage,
            "KeySpec": spec,
            "CustomerMasterKeySpec": spec,
            "Origin": "AWS_KMS",
            "MultiRegion": false,
        })
    }

    fn symmetric(&self) -> Result<&RandomizedNonceKey, Refusal> {
        match &self.material {
            Material::Symmetric(key) => Ok(key),
            Material::Signing(_) => Err(self.wrong_use("SIGN_VERIFY")),
        }
    }

    fn signing(&self) -> Result<&EcdsaKeyPair, Refusal> {
        match &self.material {
            Material::Signing(pair) => Ok(pair),
            Material::Symmetric(_) => Err(self.wrong_use("ENCRYPT_DECRYPT")),
        }
    }

    fn wrong_use(&self, usage: &str) -> Refusal {
        let message = format!("{} key usage is {usage} which is not valid for this operation.", self.arn());
        Refusal::of("InvalidKeyUsageException", message)
    }

    fn seal(&self, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, Refusal> {
        let key = self.symmetric()?;
        let mut sealed = plaintext.to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(self.associated_data(context)), &mut sealed)
            .map_err(|_| Refusal::internal("KMSInternalException", "The plaintext could not be sealed."))?;
        let mut blob = Vec::with_capacity(HEADER_LEN + sealed.len());
        blob.push(VERSION);
        blob.extend(self.id.as_bytes());
        blob.extend(nonce.as_ref());
        blob.extend(sealed);
        Ok(blob)
    }

    /// Opens a blob that [`sealing_key`] has recognised.
    fn open(&self, blob: Vec<u8>, context: &Context) -> Result<Vec<u8>, Refusal> {
        let nonce =
            Nonce::try_assume_unique_for_key(&blob[1 + ID_LEN..HEADER_LEN]).map_err(|_| invalid_ciphertext())?;
        let mut sealed = blob[HEADER_LEN..].to_vec();
        self.symmetric()?
            .open_in_place(nonce, Aad::from(self.associated_data(context)), &mut sealed)
            .map(|plaintext| plaintext.to_vec())
            .map_err(|_| invalid_ciphertext())
    }

    /// The context to which a ciphertext is bound. Each part is preceded by its length: joined with separators, two contexts could
    /// collide.
    fn associated_data(&self, context: &Context) -> Vec<u8> {
        let arn = self.arn();
        let mut data = Vec::new();
        let parts = context.iter().flat_map(|(name, value)| [name, value]);
        for part in std::iter::once(&arn).chain(parts) {
            data.extend((part.len() as u64).to_be_bytes());
            data.extend(part.bytes());
        }
        data
    }
}

impl StoredKey {
    fn generate(r#use: KeyUse) -> Self {
        let material = match r#use {
            KeyUse::EncryptDecrypt => random(AES_256_GCM.key_len()),
            KeyUse::SignVerify => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new())
                .expect("the system's random generator works")
                .as_ref()
                .to_vec(),
        };
        Self { r#use, material: BASE64.encode(material) }
    }

    fn open(&self) -> Option<Material> {
        let bytes = BASE64.decode(&self.material).ok()?;
        match self.r#use {
            KeyUse::EncryptDecrypt => RandomizedNonceKey::new(&AES_256_GCM, &bytes).ok().map(Material::Symmetric),
            KeyUse::SignVerify => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &bytes).ok().map(Material::Signing)
            }
        }
    }
}

impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Pairs that a ciphertext is bound to; sorted, since their order does not matter to KMS.
type Context = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyInput {
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DataKeyInput {
    key_id: String,
    key_spec: Option<String>,
    number_of_bytes: Option<u32>,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EncryptInput {
    key_id: String,
    plaintext: String,
    encryption_algorithm: Option<String>,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DecryptInput {
    ciphertext_blob: String,
    key_id: Option<String>,
    encryption_algorithm: Option<String>,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SignInput {
    key_id: String,
    message: String,
    message_type: Option<String>,
    signing_algorithm: String,
}

#[derive(Deserialize)]
struct VerifyInput {
    #[serde(flatten)]
    signed: SignInput,
    #[serde(rename = "Signature")]
    signature: String,
}

impl SignInput {
    fn digest(&self) -> Result<Digest, Refusal> {
        require("SigningAlgorithm", Some(&self.signing_algorithm), "ECDSA_SHA_256")?;
        let message = blob("Message", &self.message)?;
        match self.message_type.as_deref() {
            None | Some("RAW") if (1..=LONGEST_PLAINTEXT).contains(&message.len()) => Ok(digest(&SHA256, &message)),
            None | Some("RAW") => Err(invalid(format!("Message must have from 1 to {LONGEST_PLAINTEXT} bytes"))),
            Some("DIGEST") => Digest::import_less_safe(&message, &SHA256)
                .map_err(|_| invalid("Digest is invalid length for algorithm ECDSA_SHA_256.")),
            Some(other) => Err(invalid(format!("{other:?} is no message type"))),
        }
    }
}

/// The id of the key that made a ciphertext, if it has the form of one.
fn sealing_key(blob: &[u8]) -> Option<Uuid> {
    let well_formed = blob.first() == Some(&VERSION) && blob.len() > HEADER_LEN + AES_256_GCM.tag_len();
    well_formed.then(|| Uuid::from_slice(&blob[1..=ID_LEN]).expect("an id has 16 bytes"))
}

/// DER of a P-256 public key: a fixed header, then the point.
fn subject_public_key_info(pair: &EcdsaKeyPair) -> Vec<u8> {
    const HEADER: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    [&HEADER, pair.public_key().as_ref()].concat()
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SystemRandom::new().fill(&mut bytes).expect("the system's random generator works");
    bytes
}

fn blob(name: &str, text: &str) -> Result<Vec<u8>, Refusal> {
    BASE64.decode(text).map_err(|_| Refusal::of("SerializationException", format!("{name} is not base64")))
}

fn require(name: &str, value: Option<&str>, only: &str) -> Result<(), Refusal> {
    match value {
        Some(other) if other != only => Err(invalid(format!("{name} must be {only} for this key, not {other:?}"))),
        _ => Ok(()),
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::of("ValidationException", message)
}

/// KMS gives only this text for a ciphertext that it cannot open, for every reason.
fn invalid_ciphertext() -> Refusal {
    Refusal::of("InvalidCiphertextException", "")
}
