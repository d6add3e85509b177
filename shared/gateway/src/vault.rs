//! Health data at rest: texts and documents, sealed under a data key of their patient, which AWS KMS wraps.
//!
//! A patient's data key is made on first use, wrapped by the KMS key with the encryption context `{patient, purpose}`,
//! and its wrapped form is kept in a table that holds nothing else. Removing that one item erases all data that was
//! ever sealed for the patient, in every backup of the other table: that is why wrapped keys are not kept beside the
//! data. Erasing a key and deciding who may read are not here.
//!
//! A key is used from memory for a few minutes at most ([`KEPT`]). For that time, another process may still read after
//! an erasure. The cryptography is in [`sealing`]; this file fetches and keeps keys.
//!
//! # Sealed data in an endpoint
//!
//! A text is for one sentence or record in JSON; a document is for bytes with a content type, such as a PDF.
//!
//! - **To write**, the endpoint reads the [`ContentType`], seals the [`Document`] as the [`Field`] of its record, and
//!   passes the bytes and the content type to `storage::SealedDocument::from_sealed`, which refuses a document that is
//!   too large for an item.
//! - **To show**, the endpoint loads the record and authorizes the caller. Only then does it open the document, with
//!   the
//!   content type that is stored beside it, and answers with a view of health data that the context discloses: a
//!   structured record in the view's fields, a PDF printed from the disclosed view. A list opens nothing.

mod document;
mod profiles;
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

pub use document::{ContentType, Document, InvalidContentType};
pub use profiles::{ProfileError, open_profile, open_profiles};

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

/// The place of sealed data: data that was sealed as one field opens as no other.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// The id of the record, such as an appointment's.
    pub record: &'a str,
    /// The name of the field in that record, such as `reason`.
    pub name: &'a str,
}

/// Why data was not sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The data was not sealed, was changed, or was sealed for another patient, record, field or content type.
    #[error("the sealed data is not authentic")]
    Tampered,
    /// The key that the data was sealed under does not exist any more: the data can never be read again.
    #[error("the key of the sealed data was erased")]
    Erased,
    /// The key is not available this time.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

impl VaultError {
    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// The port: seals and opens texts and documents about a patient.
pub trait Vault: Send + Sync {
    /// Seals the text `plain` as this field of this patient, and makes the patient's key if there is none. The result
    /// is base64 text, different each time.
    fn seal<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        plain: &'a str,
    ) -> Future<'a, Result<String, VaultError>>;

    /// Opens the text that [`Vault::seal`] sealed for the same patient and field.
    fn open<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        sealed: &'a str,
    ) -> Future<'a, Result<Sensitive<String>, VaultError>>;

    /// Seals a document as this field of this patient, and makes the patient's key if there is none. The result is
    /// bytes, different each time; the content type is stored beside them.
    fn seal_document<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        plain: &'a Document,
    ) -> Future<'a, Result<Vec<u8>, VaultError>>;

    /// Opens the document that [`Vault::seal_document`] sealed for the same patient and field, with the same content
    /// type.
    fn open_document<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        content_type: &'a str,
        sealed: &'a [u8],
    ) -> Future<'a, Result<Document, VaultError>>;
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
                // Wrapped for another patient or purpose, or changed: the item is not the one that was stored.
                Some(DecryptError::InvalidCiphertextException(_)) => VaultError::Tampered,
                _ => ServiceUnavailable::of(DECRYPT, &error).into(),
            })?;
        let plain = opened.plaintext.ok_or_else(|| ServiceUnavailable::new(DECRYPT, "no plaintext"))?;
        self.remember(patient, DECRYPT, &wrapped, plain).map(Some)
    }

    /// The patient's key, made if there is none. Of two processes that make one at once, both use the one that the
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
            // Another process was first, or our own first try, of which the reply was lost.
            self.key(patient).await?.ok_or(VaultError::Erased)
        }
    }

    async fn load(&self, patient: PatientId) -> Result<Option<Vec<u8>>, VaultError> {
        let found = self
            .dynamodb
            .get_item()
            .table_name(&self.table)
            .key("PK", partition(patient))
            // A key that exists must never be missed: a second one would be made.
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

    /// Stores a new wrapped key; false if the patient has one already.
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

    /// The patient's key if it is in memory. Keys that are too old leave memory here, those of other patients too.
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

    fn seal_document<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        plain: &'a Document,
    ) -> Future<'a, Result<Vec<u8>, VaultError>> {
        Box::pin(async move { Ok(self.key_or_new(patient).await?.seal_document(patient, field, plain)) })
    }

    fn open_document<'a>(
        &'a self,
        patient: PatientId,
        field: Field<'a>,
        content_type: &'a str,
        sealed: &'a [u8],
    ) -> Future<'a, Result<Document, VaultError>> {
        Box::pin(async move {
            let key = self.key(patient).await?.ok_or(VaultError::Erased)?;
            key.open_document(patient, field, content_type, sealed)
        })
    }
}

fn partition(patient: PatientId) -> AttributeValue {
    AttributeValue::S(format!("PAT#{patient}"))
}

#[cfg(test)]
mod tests;
