//! Health data at rest: text sealed under a key of its patient's own, which AWS KMS wraps.
//!
//! A patient's data key is made on first use, wrapped by the KMS key with the encryption context
//! `{patient, purpose}`, and the wrapped form is kept in a table that holds nothing else. Removing that one
//! item erases everything that was ever sealed for the patient, in every backup of the other table; that is why
//! wrapped keys are not kept beside the data. Erasing itself is not here, and neither is deciding who may read.
//!
//! A key is used from memory for five minutes at most; that is also how long another process may still read after
//! an erasure. The cryptography is in [`sealing`]; this file moves keys.

mod sealing;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_kms::operation::decrypt::DecryptError;
use aws_sdk_kms::types::DataKeySpec;
use aws_smithy_types::Blob;
use domain::core::id::PatientId;
use domain::core::sensitive::Sensitive;
use jiff::{SignedDuration, Timestamp};
use sealing::DataKey;

use crate::{Clock, Future, ServiceUnavailable};

/// How long a key may be used from memory.
const KEPT: SignedDuration = SignedDuration::from_mins(5);
/// The second entry of the encryption context: a key wrapped for another purpose can't be put in place of these.
const PURPOSE: &str = "health-data";
/// The version of a keys table item.
const SCHEMA: &str = "1";

const GENERATE: &str = "kms GenerateDataKey";
const DECRYPT: &str = "kms Decrypt";
const GET: &str = "dynamodb GetItem (keys)";
const PUT: &str = "dynamodb PutItem (keys)";

/// Which text it is: a text that was sealed as one field opens as no other.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// The record that it belongs to, such as an appointment's id.
    pub record: &'a str,
    /// Its name in that record, such as `reason`.
    pub name: &'a str,
}

/// Why a text could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It is not what was sealed for this patient, record and field, or not sealed at all.
    #[error("the sealed text is not authentic")]
    Tampered,
    /// The key that it was sealed under does not exist any more: nobody can ever read it.
    #[error("the key of the sealed text was erased")]
    Erased,
    /// The key could not be had this time.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

impl VaultError {
    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// The port: seals and opens texts about a patient.
pub trait Vault: Send + Sync {
    /// Seals `plain` as this field of this patient, making the patient's key if there is none. The result is
    /// base64 text, different each time.
    fn seal<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        plain: &'a str,
    ) -> Future<'a, Result<String, VaultError>>;

    /// Opens what [`Vault::seal`] returned for the same patient and field.
    fn open<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        sealed: &'a str,
    ) -> Future<'a, Result<Sensitive<String>, VaultError>>;
}

/// The adapter to AWS KMS, with wrapped keys in a DynamoDB table (partition key `PK`).
pub struct KmsVault {
    kms: aws_sdk_kms::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    key_id: String,
    table: String,
    clock: Clock,
    keys: Mutex<HashMap<PatientId, (DataKey, Timestamp)>>,
}

impl KmsVault {
    /// Wraps data keys by the KMS key `key_id` and keeps them in `table`.
    pub fn new(config: &SdkConfig, key_id: impl Into<String>, table: impl Into<String>, clock: Clock) -> Self {
        Self {
            kms: aws_sdk_kms::Client::new(config),
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            key_id: key_id.into(),
            table: table.into(),
            clock,
            keys: Mutex::default(),
        }
    }

    /// The patient's key, from memory or from the table; `None` if there is none.
    async fn key(&self, patient: PatientId) -> Result<Option<DataKey>, VaultError> {
        if let Some(key) = self.recall(patient) {
            return Ok(Some(key));
        }
        let Some(wrapped) = self.load(patient).await? else { return Ok(None) };
        let opened = self
            .kms
            .decrypt()
            .key_id(&self.key_id)
            .ciphertext_blob(Blob::new(wrapped.as_slice()))
            .encryption_context("patient", patient.to_string())
            .encryption_context("purpose", PURPOSE)
            .send()
            .await
            .map_err(|error| match error.as_service_error() {
                // Wrapped for another patient or purpose, or changed: the item is not what was stored.
                Some(DecryptError::InvalidCiphertextException(_)) => VaultError::Tampered,
                _ => ServiceUnavailable::of(DECRYPT, &error).into(),
            })?;
        let plain = opened.plaintext.ok_or_else(|| ServiceUnavailable::new(DECRYPT, "no plaintext"))?;
        self.remember(patient, DECRYPT, &wrapped, plain).map(Some)
    }

    /// The patient's key, made if there is none. Of two that make one at once, both end with the one that the
    /// table took.
    async fn key_or_new(&self, patient: PatientId) -> Result<DataKey, VaultError> {
        if let Some(key) = self.key(patient).await? {
            return Ok(key);
        }
        let made = self
            .kms
            .generate_data_key()
            .key_id(&self.key_id)
            .key_spec(DataKeySpec::Aes256)
            .encryption_context("patient", patient.to_string())
            .encryption_context("purpose", PURPOSE)
            .send()
            .await
            .map_err(|error| ServiceUnavailable::of(GENERATE, &error))?;
        let (Some(wrapped), Some(plain)) = (made.ciphertext_blob, made.plaintext) else {
            return Err(ServiceUnavailable::new(GENERATE, "no key").into());
        };
        if self.store(patient, wrapped.as_ref()).await? {
            self.remember(patient, GENERATE, wrapped.as_ref(), plain)
        } else {
            // Another one was first, or our own first try whose reply was lost.
            self.key(patient).await?.ok_or(VaultError::Erased)
        }
    }

    async fn load(&self, patient: PatientId) -> Result<Option<Vec<u8>>, VaultError> {
        let found = self
            .dynamodb
            .get_item()
            .table_name(&self.table)
            .key("PK", partition(patient))
            // A key that is there must never be missed: a second one would be made.
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| ServiceUnavailable::of(GET, &error))?;
        let Some(mut item) = found.item else { return Ok(None) };
        match item.remove("wrapped") {
            Some(AttributeValue::B(wrapped)) => Ok(Some(wrapped.into_inner())),
            _ => Err(ServiceUnavailable::new(GET, "the item holds no wrapped key").into()),
        }
    }

    /// Stores a new wrapped key; false if the patient has one.
    async fn store(&self, patient: PatientId, wrapped: &[u8]) -> Result<bool, VaultError> {
        let stored = self
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .item("PK", partition(patient))
            .item("wrapped", AttributeValue::B(Blob::new(wrapped)))
            .item("v", AttributeValue::N(SCHEMA.to_owned()))
            .item("made", AttributeValue::S((self.clock)().to_string()))
            .condition_expression("attribute_not_exists(PK)")
            .send()
            .await;
        match stored {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
                _ => Err(ServiceUnavailable::of(PUT, &error).into()),
            },
        }
    }

    /// The patient's key if it is in memory. Keys that are too old leave memory here, whosever they are.
    fn recall(&self, patient: PatientId) -> Option<DataKey> {
        let now = (self.clock)();
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, (_, since)| *since <= now && now.duration_since(*since) < KEPT);
        keys.get(&patient).map(|(key, _)| key.clone())
    }

    fn remember(
        &self,
        patient: PatientId,
        operation: &'static str,
        wrapped: &[u8],
        plain: Blob,
    ) -> Result<DataKey, VaultError> {
        let key = DataKey::new(plain.into_inner(), wrapped)
            .ok_or_else(|| ServiceUnavailable::new(operation, "the key is not of 256 bits"))?;
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(patient, (key.clone(), (self.clock)()));
        Ok(key)
    }
}

impl Vault for KmsVault {
    fn seal<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        plain: &'a str,
    ) -> Future<'a, Result<String, VaultError>> {
        Box::pin(async move { Ok(self.key_or_new(patient).await?.seal(patient, field, plain)) })
    }

    fn open<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        sealed: &'a str,
    ) -> Future<'a, Result<Sensitive<String>, VaultError>> {
        Box::pin(async move {
            let key = self.key(patient).await?.ok_or(VaultError::Erased)?;
            key.open(patient, field, sealed).map(Sensitive::new)
        })
    }
}

fn partition(patient: PatientId) -> AttributeValue {
    AttributeValue::S(format!("PAT#{patient}"))
}

#[cfg(test)]
mod tests;
