//! SES v1 (the query protocol): `SendRawEmail`, whose mails arrive in a [`Mailbox`].
//!
//! As in an account out of the sandbox: senders must be verified identities, recipients only well-formed. Bounces,
//! suppression lists, configuration sets, templates and rates are not emulated; what a request says about them is
//! refused, not ignored.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::mailbox::{Mailbox, Undelivered};
use crate::mime;
use crate::{REGION, wire};

/// The largest message, before base64: 10 MB.
const LARGEST: usize = 10 * 1024 * 1024;

/// The most recipients of a message.
const MOST_RECIPIENTS: usize = 50;

/// The service.
#[derive(Debug)]
pub struct Ses {
    mailbox: Arc<Mailbox>,
    identities: Vec<String>,
}

/// An error, as the query protocol words it.
struct Refusal {
    code: &'static str,
    message: String,
    status: StatusCode,
}

impl Ses {
    /// The service with its verified identities: addresses (`no-reply@vaidya.example`) or domains (`vaidya.example`).
    pub fn new(mailbox: Arc<Mailbox>, identities: &[&str]) -> Self {
        Self { mailbox, identities: identities.iter().map(|identity| identity.to_ascii_lowercase()).collect() }
    }

    /// Answers a request of the SES v1 API.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.answer(request.body()) {
            Ok((action, result)) => xml(
                StatusCode::OK,
                format!(
                    "<{action}Response xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><{action}Result>{result}\
                     </{action}Result><ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{action}Response>",
                    wire::request_id(),
                ),
            ),
            Err(refusal) => xml(
                refusal.status,
                format!(
                    "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>{}</Type>\
                     <Code>{}</Code><Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
                    if refusal.status.is_client_error() { "Sender" } else { "Receiver" },
                    refusal.code,
                    escape(&refusal.message),
                    wire::request_id(),
                ),
            ),
        }
    }

    fn answer(&self, body: &[u8]) -> Result<(&'static str, String), Refusal> {
        let form: BTreeMap<String, String> = serde_urlencoded::from_bytes(body)
            .map_err(|error| Refusal::of("MalformedQueryString", error.to_string()))?;
        match form.get("Action").map(String::as_str) {
            Some("SendRawEmail") => Ok(("SendRawEmail", self.send_raw_email(&form)?)),
            Some(other) => Err(Refusal::of("InvalidAction", format!("The action {other} is not emulated."))),
            None => Err(Refusal::of("MissingAction", "The request has no Action.")),
        }
    }

    fn send_raw_email(&self, form: &BTreeMap<String, String>) -> Result<String, Refusal> {
        let known = |name: &str| {
            matches!(name, "Action" | "Version" | "Source" | "RawMessage.Data")
                || name.starts_with("Destinations.member.")
        };
        if let Some(name) = form.keys().find(|name| !known(name)) {
            let code =
                if name == "ConfigurationSetName" { "ConfigurationSetDoesNotExist" } else { "InvalidParameterValue" };
            return Err(Refusal::of(code, format!("{name} is not emulated.")));
        }
        let data = form.get("RawMessage.Data").map(String::as_str).unwrap_or_default();
        if data.is_empty() {
            return Err(Refusal::of(
                "ValidationError",
                "Value null at 'rawMessage.data' failed to satisfy constraint: Member must not be null",
            ));
        }
        let raw = BASE64.decode(data).map_err(|_| invalid("RawMessage.Data is not base64."))?;
        if raw.len() > LARGEST {
            return Err(invalid(format!("Message length is more than {LARGEST} bytes long.")));
        }

        let message = mime::parse(&raw).map_err(|error| invalid(error.to_string()))?;
        let source = form.get("Source").unwrap_or(&message.from);
        let senders = [address(source)?, address(&message.from)?];
        if let Some(unverified) = senders.iter().find(|sender| !self.is_verified(sender)) {
            let region = REGION.to_ascii_uppercase();
            return Err(Refusal::of(
                "MessageRejected",
                format!(
                    "Email address is not verified. The following identities failed the check in region {region}: {unverified}"
                ),
            ));
        }
        let mut recipients: Vec<String> = form
            .iter()
            .filter(|(name, _)| name.starts_with("Destinations.member."))
            .map(|(_, value)| value.clone())
            .collect();
        if recipients.is_empty() {
            recipients = mime::header_recipients(&raw).map_err(|error| invalid(error.to_string()))?;
        }
        if recipients.is_empty() {
            return Err(invalid("Missing required header 'To'."));
        }
        if recipients.len() > MOST_RECIPIENTS {
            return Err(invalid(format!("Recipient count exceeds {MOST_RECIPIENTS}.")));
        }
        let recipients = recipients.iter().map(|recipient| address(recipient)).collect::<Result<Vec<_>, _>>()?;

        let [sender, _] = senders;
        let id = self.mailbox.receive(&sender, recipients, raw).map_err(|error| match error {
            Undelivered::Malformed(error) => invalid(error.to_string()),
            Undelivered::Store(error) => {
                tracing::error!(%error, "a mail could not be stored");
                Refusal {
                    code: "InternalFailure",
                    message: "The mail could not be stored.".to_owned(),
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                }
            }
        })?;
        Ok(format!("<MessageId>{id:016x}-00000000-0000-4000-8000-000000000000-000000</MessageId>"))
    }

    /// Whether an address, or its whole domain, is ours to send from.
    fn is_verified(&self, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        let domain = address.rsplit('@').next().unwrap_or_default();
        self.identities.iter().any(|identity| *identity == address || identity == domain)
    }
}

impl Refusal {
    fn of(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::BAD_REQUEST }
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::of("InvalidParameterValue", message)
}

/// The one bare address of a header or parameter, checked as strictly as SES does and a bit more: ASCII, a dot in the
/// domain, no comments, no quoted local parts.
fn address(text: &str) -> Result<String, Refusal> {
    let [address]: [String; 1] =
        mime::addresses(text).try_into().map_err(|_| invalid(format!("Illegal address: {text:?}")))?;
    let (local, domain) = address.rsplit_once('@').ok_or_else(|| invalid("Missing final '@domain'"))?;
    let is_local = (1..=64).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !is_local {
        return Err(invalid(format!("Local address contains illegal characters: {address:?}")));
    }
    if domain.len() > 253 || !domain.contains('.') || !domain.split('.').all(is_label) {
        return Err(invalid(format!("Domain contains illegal characters: {address:?}")));
    }
    Ok(address)
}

fn xml(status: StatusCode, body: String) -> Response<Bytes> {
    wire::respond(status, "text/xml", body.into())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
