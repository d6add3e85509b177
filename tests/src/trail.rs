//! The audit trail without the functions: the table and the bucket, as an attacker reaches them.

use crate::World;
use aws_sdk_dynamodb::types::AttributeValue;
use local::services::{ARCHIVE_BUCKET, TABLE};

/// The bucket, as an operator reaches it.
pub struct ArchiveClient(aws_sdk_s3::Client);

impl ArchiveClient {
    /// Every version in the bucket, by its key.
    pub async fn versions(&self) -> Vec<String> {
        let answer = self.0.list_object_versions().bucket(ARCHIVE_BUCKET).send().await.expect("the bucket answers");
        answer.versions.unwrap_or_default().into_iter().filter_map(|version| version.key).collect()
    }

    /// Removes the latest version of an object for good, by every right that there is.
    ///
    /// # Errors
    /// What S3 says.
    pub async fn remove(&self, key: &str) -> Result<(), String> {
        let found = self.0.head_object().bucket(ARCHIVE_BUCKET).key(key).send().await.map_err(|e| format!("{e:?}"))?;
        let delete = self.0.delete_object().bucket(ARCHIVE_BUCKET).key(key).set_version_id(found.version_id);
        delete.bypass_governance_retention(true).send().await.map(drop).map_err(|error| format!("{error:?}"))
    }
}

impl World {
    /// The bucket of the archive.
    pub fn archive_client(&self) -> ArchiveClient {
        ArchiveClient(aws_sdk_s3::Client::new(self.stack.aws().sdk()))
    }

    /// Changes a record of a chain, by an update expression with one text, `:x`.
    pub async fn changes_record(&self, chain: u8, sequence: u64, update: &str, text: &str) {
        let key = [("PK", format!("AUDIT#{chain:02}")), ("SK", format!("{sequence:020}"))];
        let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
        let client = aws_sdk_dynamodb::Client::new(self.stack.aws().sdk());
        let request = client.update_item().table_name(TABLE).set_key(Some(key.into())).update_expression(update);
        let request = request.condition_expression("attribute_exists(PK)");
        let request = request.expression_attribute_values(":x", AttributeValue::S(text.to_owned()));
        request.send().await.expect("the record is there");
    }

    /// Says that a chain ends elsewhere.
    pub async fn sets_head(&self, chain: u8, sequence: u64, hash: &str) {
        let key = [("PK", format!("CHAIN#{chain:02}")), ("SK", "HEAD".to_owned())];
        let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
        let client = aws_sdk_dynamodb::Client::new(self.stack.aws().sdk());
        let request = client.update_item().table_name(TABLE).set_key(Some(key.into()));
        let request = request.update_expression("SET seq = :seq, head_hash = :hash");
        let request = request.expression_attribute_values(":seq", AttributeValue::N(sequence.to_string()));
        let request = request.expression_attribute_values(":hash", AttributeValue::S(hash.to_owned()));
        request.send().await.expect("the head is there");
    }
}
