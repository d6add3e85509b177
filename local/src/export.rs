//! Exports of the audit trail of a local stack, as docs/audit-format.md describes them.
//!
//! There are two. The export of the *table* has the events that the table has now, with the checkpoints of the archive: it shows a
//! change of the table. The export of the *archive* is the one that the API gives to an administrator ([`download`]).

use crate::Stack;
use crate::accounts::KAVITA;
use crate::client::{ApiCall, Client, Unexpected};
use crate::services::{ARCHIVE_BUCKET, TABLE};
use crate::stack::Addresses;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::archive::Part;
use domain::audit::{CHAINS, EventLine, Head};
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use verify_audit::{Options, Report};

/// An export in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditExport {
    /// The checkpoint after which the export begins; `None` for the beginning.
    pub since: Option<u64>,
    /// The files of the export, by path.
    pub files: BTreeMap<String, String>,
}

impl AuditExport {
    /// The export of the table.
    ///
    /// # Errors
    /// [`Unexpected`] if a record cannot be read.
    pub async fn of_table(stack: &Stack) -> Result<Self, Unexpected> {
        let storage = stack.aws().storage().map_err(|error| Unexpected(error.to_string()))?;
        let mut export = AuditExport::default();
        for (key, body) in stack.services().s3.objects(ARCHIVE_BUCKET) {
            if let Some(part) = Part::of_object(&key) {
                export.append(&part.file(), &String::from_utf8_lossy(&body));
            }
        }
        for chain in 0..CHAINS {
            let events = storage.chain_part(chain, 1, u64::MAX).await;
            for event in events.map_err(|error| Unexpected(error.to_string()))? {
                export
                    .append(&format!("events/chain={chain:02}/table.jsonl"), &(EventLine::of(&event).to_json() + "\n"));
            }
        }
        Ok(export)
    }

    fn append(&mut self, file: &str, text: &str) {
        self.files.entry(file.to_owned()).or_default().push_str(text);
    }

    /// Writes the export to a directory that is new or empty.
    ///
    /// # Errors
    /// The file system's error.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        std::fs::create_dir_all(directory.join("events"))?;
        for (path, text) in &self.files {
            let path = directory.join(path);
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(path, text)?;
        }
        Ok(())
    }

    /// Verifies the export with its own keys.
    ///
    /// # Errors
    /// [`Unexpected`] if it has no keys, since nothing is signed yet.
    pub fn verify(&self) -> Result<Report, Unexpected> {
        let text = |file: &str| self.files.get(file).map(String::as_str).unwrap_or_default();
        let keys = verify_audit::keys::from_pem(text("keys.pem"))
            .map_err(|_| Unexpected("nothing is signed yet".to_owned()))?;
        let chain = |chain: u8| {
            let prefix = format!("events/chain={chain:02}/");
            let files = self.files.iter().filter(move |(path, _)| path.starts_with(&prefix));
            files.map(|(_, text)| text.as_str()).collect::<String>()
        };
        let chains: Vec<String> = (0..CHAINS).map(chain).collect();
        let options = Options { since: self.since, most: 100, ..Options::default() };
        let lines = chains.iter().map(String::as_bytes).collect();
        let report = verify_audit::verify(&keys, text("checkpoints.jsonl").as_bytes(), lines, &options);
        report.map_err(|error| Unexpected(error.to_string()))
    }
}

/// The export of the archive, as the demo administrator gets it from the API of a running stack: from the first day on.
///
/// # Errors
/// [`Unexpected`] with the answer, if it is not an export.
pub async fn download(at: &Addresses) -> Result<AuditExport, Unexpected> {
    let client = Client::new()?;
    let tokens = client.log_in(at, KAVITA).await?;
    let clock = client.get(&format!("{}/clock", at.mailbox)).await?.expect(StatusCode::OK)?;
    let now: Timestamp =
        clock["now"].as_str().unwrap_or_default().parse().map_err(|_| Unexpected(clock.to_string()))?;
    let mut wish = json!({ "from": "2020-01-01", "to": domain::audit::archive::day(now) });
    let mut export = AuditExport::default();
    loop {
        let url = format!("{}/v1/audit-exports", at.api);
        let call = ApiCall {
            method: Method::POST,
            url: &url,
            token: &tokens.access,
            idempotency_key: None,
            body: Some(&wish),
        };
        let page = client.call(call).await?.expect(StatusCode::OK)?;
        export.since = page["since"].as_u64();
        for file in page["files"].as_array().into_iter().flatten() {
            let (path, url) = (file["path"].as_str().unwrap_or_default(), file["url"].as_str().unwrap_or_default());
            let reply = client.get(url).await?;
            if reply.status != StatusCode::OK {
                return Err(Unexpected(format!("{path}: {} {}", reply.status, reply.body)));
            }
            export.append(path, &reply.body);
        }
        match page["next"].as_u64() {
            Some(next) => wish["after"] = next.into(),
            None => return Ok(export),
        }
    }
}

/// Changes the actor of the last signed record of the longest chain, as an official client could without the table's policy. Returns
/// chain and number.
///
/// # Errors
/// [`Unexpected`] if there is no such record.
pub async fn overwrite(stack: &Stack) -> Result<(u8, u64), Unexpected> {
    let failed = |error: &dyn std::fmt::Display| Unexpected(error.to_string());
    let storage = stack.aws().storage().map_err(|error| failed(&error))?;
    let state = storage.checkpoint_state().await.map_err(|error| failed(&error))?;
    let heads = state.into_iter().flat_map(|state| state.to);
    let head = heads.max_by_key(|head| head.sequence).filter(|head| head.sequence > 0);
    let Head { chain, sequence, .. } = head.ok_or_else(|| Unexpected("nothing is signed yet".to_owned()))?;
    let [pk, sk] = [format!("AUDIT#{chain:02}"), format!("{sequence:020}")].map(AttributeValue::S);
    let client = aws_sdk_dynamodb::Client::new(stack.aws().sdk());
    let update = client.update_item().table_name(TABLE).key("PK", pk).key("SK", sk);
    let update = update.update_expression("SET actor = :actor").condition_expression("attribute_exists(PK)");
    let update = update.expression_attribute_values(":actor", AttributeValue::S("another-actor".to_owned()));
    update.send().await.map_err(|error| Unexpected(format!("{error:?}")))?;
    Ok((chain, sequence))
}
