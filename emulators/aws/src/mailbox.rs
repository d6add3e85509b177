//! The mailbox in which all mail of the local cloud arrives: from SES, and from the user pool (codes).
//!
//! The mailbox is a list for reading, not a mail server: it has no accounts, and sends nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::data_dir::{prepare, replace};
use crate::mime::{self, Malformed};
pub use crate::mime::{Attachment, Message};
use crate::{Clock, OpenError};

/// The sender of the mails of [`Mailbox::deliver`], as in Cognito's default configuration.
pub const CODE_SENDER: &str = "no-reply@verificationemail.com";

/// A mail that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Counted from 1, in the order of arrival.
    pub id: u64,
    /// The instant of arrival.
    pub at: Timestamp,
    /// The envelope's sender.
    pub sender: String,
    /// The envelope's recipients.
    pub recipients: Vec<String>,
    /// The message as it was sent.
    pub raw: Vec<u8>,
    /// The message as a reader sees it.
    pub message: Message,
}

/// The mailbox.
pub struct Mailbox {
    mails: Mutex<Vec<Arc<Mail>>>,
    dir: Option<PathBuf>,
    clock: Clock,
}

/// A mail as it is stored: one file each, so that a new mail does not rewrite the old ones.
#[derive(Serialize, Deserialize)]
struct StoredMail {
    id: u64,
    at: Timestamp,
    sender: String,
    recipients: Vec<String>,
    raw: String,
}

/// The reason why a mail did not arrive.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undelivered {
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("the mail could not be stored: {0}")]
    Store(#[from] io::Error),
}

impl Mailbox {
    /// The mailbox in a data directory, or an empty one in memory.
    ///
    /// # Errors
    /// [`OpenError`] when the stored mails can't be read.
    pub fn open(dir: Option<&Path>, clock: Clock) -> Result<Self, OpenError> {
        let Some(dir) = dir else { return Ok(Self { mails: Mutex::default(), dir: None, clock }) };
        prepare(dir)?;
        let dir = dir.join("mail");
        let io = |source| OpenError::Io { path: dir.clone(), source };
        fs::create_dir_all(&dir).map_err(io)?;
        let mut mails = Vec::new();
        for entry in fs::read_dir(&dir).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let bytes = fs::read(&path).map_err(io)?;
                mails.push(Arc::new(Mail::read(&bytes).map_err(|detail| OpenError::Damaged { path, detail })?));
            }
        }
        mails.sort_unstable_by_key(|mail| mail.id);
        Ok(Self { mails: Mutex::new(mails), dir: Some(dir), clock })
    }

    /// All mails, oldest first.
    pub fn list(&self) -> Vec<Arc<Mail>> {
        self.mails().clone()
    }

    /// The mails to an address (in any case), oldest first.
    pub fn to(&self, recipient: &str) -> Vec<Arc<Mail>> {
        self.mails().iter().filter(|mail| mail.is_for(recipient)).cloned().collect()
    }

    /// The newest mail to an address.
    pub fn latest_to(&self, recipient: &str) -> Option<Arc<Mail>> {
        self.mails().iter().rev().find(|mail| mail.is_for(recipient)).cloned()
    }

    /// A mail by its id.
    pub fn get(&self, id: u64) -> Option<Arc<Mail>> {
        self.mails().iter().find(|mail| mail.id == id).cloned()
    }

    /// Delivers a plain text, such as a confirmation code, without going through SES. Whether it could be stored.
    pub fn deliver(&self, to: &str, subject: &str, text: &str) -> bool {
        let digits = BASE64.encode(text);
        let lines: Vec<_> = digits.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
        let date = jiff::fmt::rfc2822::to_string(&(self.clock)().to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
        let raw = format!(
            "From: {CODE_SENDER}\r\nTo: {to}\r\nSubject: {}\r\nDate: {date}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            mime::encode_words(subject),
            lines.join("\r\n"),
        );
        let delivered = self.receive(CODE_SENDER, vec![to.to_owned()], raw.into_bytes());
        if let Err(error) = &delivered {
            tracing::error!(%error, "a mail could not be delivered");
        }
        delivered.is_ok()
    }

    /// Takes a mail in; its id.
    pub(crate) fn receive(&self, sender: &str, recipients: Vec<String>, raw: Vec<u8>) -> Result<u64, Undelivered> {
        let message = mime::parse(&raw)?;
        let mut mails = self.mails();
        let id = mails.last().map_or(1, |last| last.id + 1);
        let mail = Mail { id, at: (self.clock)(), sender: sender.to_owned(), recipients, raw, message };
        if let Some(dir) = &self.dir {
            replace(&dir.join(format!("{id:08}.json")), &mail.write()?)?;
        }
        mails.push(Arc::new(mail));
        Ok(id)
    }

    fn mails(&self) -> MutexGuard<'_, Vec<Arc<Mail>>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mail {
    fn is_for(&self, recipient: &str) -> bool {
        self.recipients.iter().any(|address| address.eq_ignore_ascii_case(recipient))
    }

    fn write(&self) -> io::Result<Vec<u8>> {
        let stored = StoredMail {
            id: self.id,
            at: self.at,
            sender: self.sender.clone(),
            recipients: self.recipients.clone(),
            raw: BASE64.encode(&self.raw),
        };
        Ok(serde_json::to_vec(&stored)?)
    }

    fn read(bytes: &[u8]) -> Result<Self, String> {
        let stored: StoredMail = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let raw = BASE64.decode(stored.raw).map_err(|error| error.to_string())?;
        let message = mime::parse(&raw).map_err(|error| error.to_string())?;
        Ok(Self { id: stored.id, at: stored.at, sender: stored.sender, recipients: stored.recipients, raw, message })
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailbox").field("mails", &self.mails().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Arc::new(|| "2026-12-01T04:30:00Z".parse().unwrap())
    }

    #[test]
    fn a_code_arrives_where_it_was_sent_and_nowhere_else() {
        let mailbox = Mailbox::open(None, clock()).unwrap();
        assert!(mailbox.deliver("asha@example.com", "Your Vaidya code", "Your code is 123456."));
        let mail = mailbox.latest_to("Asha@Example.com").unwrap();
        assert_eq!(mail.message.subject, "Your Vaidya code");
        assert_eq!(mail.message.text.as_deref(), Some("Your code is 123456."));
        assert_eq!(mail.message.date, "Tue, 1 Dec 2026 04:30:00 +0000");
        assert!(mailbox.to("ravi@example.com").is_empty());
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header_in() {
        let mailbox = Mailbox::open(None, clock()).unwrap();
        assert!(mailbox.deliver("asha@example.com", "Hello\r\nBcc: spy@example.com", "text"));
        assert_eq!(mailbox.list()[0].message.subject, "Hello  Bcc: spy@example.com");
    }

    #[test]
    fn mails_are_still_there_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let before = Mailbox::open(Some(dir.path()), clock()).unwrap();
        for n in 0..12 {
            assert!(before.deliver("asha@example.com", &format!("Mail {n} ₹"), "text"));
        }
        let after = Mailbox::open(Some(dir.path()), clock()).unwrap();
        assert_eq!(after.list(), before.list());
        assert!(after.deliver("asha@example.com", "One more", "text"));
        assert_eq!(after.latest_to("asha@example.com").unwrap().id, 13);
    }
}
