//! An e-mail to one person, by SES: text and HTML of the same content, and an invitation for the recipient's calendar.
//!
//! The port carries a finished message. The caller decides its content and its recipient, and keeps health data out of
//! the subject. Bulk sending, attachments other than the calendar, and templates are not here. SES replaces
//! `Message-ID` and `Date` by its own.

use aws_config::SdkConfig;
use aws_sdk_ses::Client;
use aws_sdk_ses::types::RawMessage;
use aws_smithy_types::Blob;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use domain::core::person::Email;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::MimePart;

use crate::{Future, ServiceUnavailable};

/// The name beside the sender's address.
const SENDER_NAME: &str = "Vaidya";
/// The name of the calendar as a file.
const FILE_NAME: &str = "appointment.ics";
const SEND: &str = "ses SendRawEmail";

/// An e-mail that is ready to send.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The recipient.
    pub to: Email,
    /// The subject, in one line; control characters in it become spaces. It travels unprotected and holds no health
    /// data.
    pub subject: String,
    /// The content, as plain text.
    pub text: String,
    /// The same content, as HTML that its writer has escaped.
    pub html: String,
    /// The entry for the recipient's calendar, if the e-mail carries one.
    pub invitation: Option<Invitation>,
}

/// An iCalendar object in an e-mail (RFC 6047).
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The `METHOD` that `ics` states; clients ignore an object that states another one.
    pub method: Method,
    /// The iCalendar text (RFC 5545), lines ended by CRLF.
    pub ics: String,
}

/// The request of an invitation to the calendar (RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Enter the appointment, or change it.
    Request,
    /// Remove the appointment.
    Cancel,
}

impl Method {
    /// The method as iCalendar and MIME spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Why an e-mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// SES will never accept this e-mail to this recipient: do not try it again. Holds the code of SES.
    #[error("the e-mail was rejected: {0}")]
    Rejected(String),
    /// SES did not take the e-mail this time.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

impl MailError {
    /// Whether the same e-mail may be accepted later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// The port: sends e-mails, each at least once (a retry after a lost reply may deliver it twice).
pub trait Mailer: Send + Sync {
    /// Passes the e-mail on for delivery. Returns the id that bounces of it will name.
    fn send<'a>(&'a self, mail: &'a Mail) -> Future<'a, Result<String, MailError>>;
}

/// The adapter to Amazon SES.
#[derive(Debug, Clone)]
pub struct SesMailer {
    client: Client,
    sender: String,
    configuration_set: Option<String>,
}

impl SesMailer {
    /// Sends from `sender`, an address without a name (`no-reply@example.org`) that SES has verified.
    pub fn new(config: &SdkConfig, sender: impl Into<String>) -> Self {
        Self { client: Client::new(config), sender: sender.into(), configuration_set: None }
    }

    /// Publishes bounces and complaints through this configuration set.
    #[must_use]
    pub fn with_configuration_set(self, name: impl Into<String>) -> Self {
        Self { configuration_set: Some(name.into()), ..self }
    }
}

impl Mailer for SesMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> Future<'a, Result<String, MailError>> {
        Box::pin(async move {
            let message = RawMessage::builder()
                .data(Blob::new(mime(&self.sender, mail)))
                .build()
                .expect("data is the only field that a raw message needs");
            let sent = self
                .client
                .send_raw_email()
                .source(&self.sender)
                .destinations(mail.to.as_str())
                .raw_message(message)
                .set_configuration_set_name(self.configuration_set.clone())
                .send()
                .await;
            match sent {
                Ok(output) => Ok(output.message_id().to_owned()),
                // The message of these errors quotes the recipient: only the code is kept.
                Err(error) => match error.code() {
                    Some(code @ ("MessageRejected" | "InvalidParameterValue")) => {
                        Err(MailError::Rejected(code.to_owned()))
                    }
                    _ => Err(ServiceUnavailable::of(SEND, &error).into()),
                },
            }
        })
    }
}

/// The e-mail as SES takes it: `alternative { text, html }`, or with an invitation
/// `mixed { alternative { text, html, calendar }, calendar }`.
///
/// Outlook and Exchange look for the calendar as the last alternative (MS-OXCMAIL, 2.1.3.3.8.2), and so does Gmail to
/// show the visit above the message; other programs look for a file. So it stands in both places.
fn mime(sender: &str, mail: &Mail) -> Vec<u8> {
    let mut alternatives = vec![
        MimePart::new(ContentType::new("text/plain").attribute("charset", "utf-8"), mail.text.as_str()),
        MimePart::new(ContentType::new("text/html").attribute("charset", "utf-8"), mail.html.as_str()),
    ];
    let calendar = mail.invitation.as_ref().map(|Invitation { method, ics }| {
        let kind = ContentType::new("text/calendar").attribute("charset", "utf-8").attribute("method", method.as_str());
        let file = kind.clone().attribute("name", FILE_NAME);
        (MimePart::new(kind, ics.as_str()), MimePart::new(file, ics.as_str()).attachment(FILE_NAME))
    });
    let body = match calendar {
        Some((inline, file)) => {
            alternatives.push(inline);
            MimePart::new("multipart/mixed", vec![MimePart::new("multipart/alternative", alternatives), file])
        }
        None => MimePart::new("multipart/alternative", alternatives),
    };
    let message = MessageBuilder::new()
        .from(Address::new_address(Some(SENDER_NAME), one_line(sender)))
        .to(Address::new_address(None::<&str>, one_line(mail.to.as_str())))
        .subject(one_line(&mail.subject))
        .body(body);
    let mut bytes = Vec::new();
    message.serialize(&mut bytes);
    bytes
}

/// A header's value without line breaks or other control characters, so that it can't begin another header.
fn one_line(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Reply, config};

    const ICS: &str =
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Medical appointment with Dr. आशा\r\nEND:VCALENDAR\r\n";

    fn mail() -> Mail {
        Mail {
            to: Email::parse("asha@example.com").unwrap(),
            subject: "Your appointment".to_owned(),
            text: "Hello Asha,\nsee you at 10:00.".to_owned(),
            html: "<p>Hello Asha,<br>see you at 10:00.</p>".to_owned(),
            invitation: None,
        }
    }

    fn invited(method: Method) -> Mail {
        Mail { invitation: Some(Invitation { method, ics: ICS.to_owned() }), ..mail() }
    }

    fn text_of(mail: &Mail) -> String {
        String::from_utf8(mime("no-reply@vaidya.example", mail)).unwrap()
    }

    /// The header block of the whole message, unfolded, a line per header.
    fn headers_of(message: &str) -> Vec<String> {
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n").map(str::to_owned).collect()
    }

    /// The parts of the multipart with the `Content-Type` line that begins at the first occurrence of `kind`.
    fn parts_of<'a>(message: &'a str, kind: &str) -> Vec<&'a str> {
        let from = &message[message.find(kind).unwrap()..];
        let quoted = &from[from.find("boundary=\"").unwrap() + 10..];
        let boundary = &quoted[..quoted.find('"').unwrap()];
        let parts: Vec<_> = message.split(&format!("--{boundary}")).collect();
        assert!(parts.last().unwrap().starts_with("--"), "the multipart is closed");
        parts[1..parts.len() - 1].to_vec()
    }

    #[test]
    fn an_email_offers_its_text_before_its_html() {
        let message = text_of(&mail());
        let parts = parts_of(&message, "multipart/alternative");
        assert_eq!(parts.len(), 2);
        assert!(parts[0].contains("text/plain; charset=\"utf-8\"") && parts[0].contains("see you at 10:00."));
        assert!(parts[1].contains("text/html; charset=\"utf-8\"") && parts[1].contains("<p>Hello Asha,"));
    }

    #[test]
    fn an_invitation_is_the_last_alternative_and_a_file_and_states_its_method() {
        for (method, stated) in [(Method::Request, "REQUEST"), (Method::Cancel, "CANCEL")] {
            let message = text_of(&invited(method));
            assert!(headers_of(&message).iter().any(|line| line.starts_with("Content-Type: multipart/mixed;")));
            let parts = parts_of(&message, "multipart/mixed");
            assert_eq!(parts.len(), 2);
            assert!(parts[0].contains("Content-Type: multipart/alternative;"));
            let alternatives = parts_of(&message, "multipart/alternative");
            assert_eq!(alternatives.len(), 3);
            for (part, kind) in alternatives.iter().zip(["text/plain;", "text/html;", "text/calendar;"]) {
                assert!(part.contains(&format!("Content-Type: {kind}")), "{part}");
            }
            for (part, is_file) in [(alternatives[2], false), (parts[1], true)] {
                assert!(part.contains("Content-Type: text/calendar;"), "{part}");
                assert!(part.contains(&format!("method=\"{stated}\"")), "{part}");
                assert_eq!(part.contains("Content-Disposition: attachment"), is_file, "{part}");
            }
        }
    }

    #[test]
    fn the_invitation_arrives_as_it_was_written() {
        let message = text_of(&invited(Method::Request));
        for part in [parts_of(&message, "multipart/mixed")[1], parts_of(&message, "multipart/alternative")[2]] {
            let (head, body) = part.split_once("\r\n\r\n").unwrap();
            let decoded = if head.contains("base64") {
                use base64::Engine as _;
                let joined: String = body.split_whitespace().collect();
                base64::engine::general_purpose::STANDARD.decode(joined).unwrap()
            } else {
                quoted_printable(body)
            };
            assert_eq!(String::from_utf8(decoded).unwrap().trim_end(), ICS.trim_end());
        }
    }

    fn quoted_printable(body: &str) -> Vec<u8> {
        let body = body.replace("=\r\n", "");
        let mut bytes = body.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            if byte == b'=' {
                let pair = [bytes.next().unwrap(), bytes.next().unwrap()];
                out.push(u8::from_str_radix(str::from_utf8(&pair).unwrap(), 16).unwrap());
            } else {
                out.push(byte);
            }
        }
        out
    }

    #[test]
    fn a_line_break_in_the_subject_begins_no_header() {
        for evil in ["Hi\r\nBcc: thief@example.com", "Hi\nBcc: thief@example.com", "नमस्ते\r\nBcc: thief@example.com"]
        {
            let message = text_of(&Mail { subject: evil.to_owned(), ..mail() });
            assert!(!headers_of(&message).iter().any(|line| line.to_lowercase().starts_with("bcc")), "{message}");
        }
    }

    #[test]
    fn a_line_break_in_the_sender_begins_no_header() {
        let message = String::from_utf8(mime("a@example.com>\r\nBcc: <thief@example.com", &mail())).unwrap();
        assert!(!headers_of(&message).iter().any(|line| line.to_lowercase().starts_with("bcc")), "{message}");
    }

    #[tokio::test]
    async fn an_email_goes_from_the_sender_to_the_recipient() {
        let (config, calls) = config(|_| {
            Reply::ok(
                "<SendRawEmailResponse><SendRawEmailResult><MessageId>m-1</MessageId></SendRawEmailResult></SendRawEmailResponse>",
            )
        });
        let mailer = SesMailer::new(&config, "no-reply@vaidya.example").with_configuration_set("bounces");
        assert_eq!(mailer.send(&mail()).await.unwrap(), "m-1");

        let calls = calls.lock().unwrap();
        let form: Vec<(String, String)> = serde_urlencoded::from_str(&calls[0].body).unwrap();
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(field("Action"), Some("SendRawEmail"));
        assert_eq!(field("Source"), Some("no-reply@vaidya.example"));
        assert_eq!(field("Destinations.member.1"), Some("asha@example.com"));
        assert_eq!(field("ConfigurationSetName"), Some("bounces"));
    }

    fn refusal(code: &str) -> String {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>Email address is not verified: asha@example.com</Message></Error></ErrorResponse>"
        )
    }

    #[tokio::test]
    async fn a_rejected_email_is_permanent_and_does_not_repeat_the_address() {
        let (config, _) = config(|_| Reply::new(400, refusal("MessageRejected")));
        let error = SesMailer::new(&config, "no-reply@vaidya.example").send(&mail()).await.unwrap_err();
        assert_eq!(error, MailError::Rejected("MessageRejected".to_owned()));
        assert!(!error.is_transient());
        assert!(!format!("{error} {error:?}").contains("asha@"));
    }

    #[tokio::test]
    async fn a_paused_account_and_throttling_are_outages() {
        for code in ["AccountSendingPausedException", "Throttling"] {
            let (config, _) = config(move |_| Reply::new(400, refusal(code)));
            let error = SesMailer::new(&config, "no-reply@vaidya.example").send(&mail()).await.unwrap_err();
            assert!(error.is_transient(), "{code}: {error}");
            assert!(!format!("{error} {error:?}").contains("asha@"));
        }
    }
}
