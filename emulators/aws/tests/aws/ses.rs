//! Mails go through SES into the mailbox, and only those that SES would send.

use std::sync::Arc;

use aws_emulator::mailbox::Mailbox;
use aws_emulator::ses::Ses;
use aws_sdk_ses::Client;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::RawMessage;
use mail_builder::MessageBuilder;

use crate::sdk;
use crate::support::{TestClock, code};

const SENDER: &str = "no-reply@vaidya.example";
const SUBJECT: &str = "आपकी अपॉइंटमेंट: ₹500.00 का भुगतान मिल गया है, धन्यवाद और जल्द मिलते हैं";
const TEXT: &str = "It is booked.\nIt costs ₹500 = five hundred rupees, and this line is long enough to be wrapped.\n";

fn open() -> (Arc<Mailbox>, Client) {
    let clock = TestClock::at("2026-12-01T04:30:00Z");
    let mailbox = Arc::new(Mailbox::open(None, clock.clock()).unwrap());
    let ses = Arc::new(Ses::new(mailbox.clone(), &[SENDER, "clinic.example"]));
    (mailbox, Client::new(&sdk!(ses)))
}

fn mail(from: &'static str, to: &'static str) -> Vec<u8> {
    MessageBuilder::new()
        .message_id("m1@vaidya.example")
        .date(1_796_099_400_i64)
        .from(("Vaidya", from))
        .to(to)
        .subject(SUBJECT)
        .text_body(TEXT)
        .html_body("<p>Your visit is booked. &amp; <b>₹500</b></p>")
        .attachment("text/calendar; method=REQUEST; charset=utf-8", "visit.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        .write_to_vec()
        .unwrap()
}

fn raw(message: Vec<u8>) -> RawMessage {
    RawMessage::builder().data(Blob::new(message)).build().unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (mailbox, ses) = open();
    let message = mail(SENDER, "asha@example.com");
    let sent = ses.send_raw_email().source(SENDER).destinations("asha@example.com").raw_message(raw(message.clone()));
    let sent = sent.send().await.unwrap();
    assert!(!sent.message_id().is_empty());

    let mail = mailbox.latest_to("asha@example.com").unwrap();
    assert_eq!(mail.raw, message);
    assert_eq!(mail.sender, SENDER);
    assert_eq!(mail.recipients, ["asha@example.com"]);
    assert_eq!(mail.at.to_string(), "2026-12-01T04:30:00Z");
    let read = &mail.message;
    assert_eq!(read.subject, SUBJECT);
    assert_eq!(read.from, "\"Vaidya\" <no-reply@vaidya.example>");
    assert_eq!(read.to, ["asha@example.com"]);
    assert_eq!(read.date, "Tue, 1 Dec 2026 04:30:00 +0000");
    let text = read.text.as_deref().unwrap();
    assert_eq!(text.replace("\r\n", "\n"), TEXT);
    assert_eq!(read.html.as_deref().unwrap().trim_end(), "<p>Your visit is booked. &amp; <b>₹500</b></p>");
    let [invitation] = &read.attachments[..] else { panic!("{:?}", read.attachments) };
    assert_eq!(invitation.name, "visit.ics");
    assert!(invitation.content_type.starts_with("text/calendar"), "{}", invitation.content_type);
    assert_eq!(invitation.content, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
}

#[tokio::test]
async fn recipients_come_from_the_headers_when_the_request_names_none() {
    let (mailbox, ses) = open();
    ses.send_raw_email().raw_message(raw(mail("doctor@clinic.example", "ravi@example.com"))).send().await.unwrap();
    assert_eq!(mailbox.list()[0].recipients, ["ravi@example.com"]);
    assert_eq!(mailbox.list()[0].sender, "doctor@clinic.example");
}

#[tokio::test]
async fn a_sender_that_is_not_verified_is_rejected_in_envelope_and_header() {
    let (mailbox, ses) = open();
    let forged = ses.send_raw_email().source(SENDER).destinations("a@example.com");
    let forged = forged.raw_message(raw(mail("ceo@bank.example", "a@example.com"))).send().await;
    assert_eq!(code(forged), "MessageRejected");
    let stranger = ses.send_raw_email().source("me@elsewhere.example").destinations("a@example.com");
    let stranger = stranger.raw_message(raw(mail(SENDER, "a@example.com"))).send().await;
    assert_eq!(code(stranger), "MessageRejected");
    assert!(mailbox.list().is_empty());
}

#[tokio::test]
async fn malformed_addresses_and_messages_are_refused() {
    let (mailbox, ses) = open();
    for address in [
        "asha",
        "asha@",
        "@example.com",
        "asha@example",
        "a sha@example.com",
        "a@b@.com",
        "अशा@example.com",
        "a..b@example.com",
    ] {
        let sent = ses.send_raw_email().source(SENDER).destinations(address);
        let sent = sent.raw_message(raw(mail(SENDER, "a@example.com"))).send().await;
        assert_eq!(code(sent), "InvalidParameterValue", "{address}");
    }
    let broken =
        b"From: no-reply@vaidya.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhalf".to_vec();
    let sent = ses.send_raw_email().destinations("a@example.com").raw_message(raw(broken)).send().await;
    assert_eq!(code(sent), "InvalidParameterValue");
    let set = ses.send_raw_email().configuration_set_name("bounces").raw_message(raw(mail(SENDER, "a@example.com")));
    assert_eq!(code(set.send().await), "ConfigurationSetDoesNotExist");
    assert_eq!(code(ses.get_send_quota().send().await), "InvalidAction");
    assert!(mailbox.list().is_empty());
}
