//! Razorpay's webhook, behind a Lambda URL without an authorizer: an event is verified, stored once and acknowledged.
//!
//! [`crate::settle_payment`] reads the event later, from the queue. After any answer but a 2xx Razorpay sends the event
//! again, with growing pauses, for 24 hours. No part of a body is logged, and the payer's details (e-mail address,
//! phone, card) are not stored.

use api::{
    Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, Source, UrlRequest, UrlResponse, Variable,
};
use aws_lc_rs::digest::{SHA256, digest};
use domain::audit::{EventType, Outcome};
use domain::core::sensitive::Sensitive;
use gateway::razorpay::verify_webhook;
use gateway::secrets::{Secret, SecretsManager, WebhookSecrets};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;
use storage::{Provenance, Storage, StoredEvent};

/// The longest accepted body, in bytes. Razorpay's events have about two thousand.
const MAX_BODY: usize = 64 * 1024;
const SIGNATURE: &str = "x-razorpay-signature";
const EVENT_ID: &str = "x-razorpay-event-id";

/// `razorpayWebhook`
pub static CONSUMER: Consumer<WebhookPorts, UrlRequest, UrlResponse> =
    Consumer::of(Source::Url, "razorpayWebhook", &handle);

/// The table, and the secrets of the webhook. The key pair of Razorpay's API is not here: any sender reaches this function.
#[derive(Clone)]
pub struct WebhookPorts {
    storage: Storage,
    secrets: Arc<dyn Secret<WebhookSecrets>>,
}

impl FromEnvironment for WebhookPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let secret_id = aws.variable(Variable::RazorpayWebhookSecret)?;
        let secrets = Arc::new(SecretsManager::new(aws.sdk(), secret_id, aws.now_fn()));
        Ok(WebhookPorts { storage: aws.storage()?, secrets })
    }
}

/// The reason for which a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Method,
    TooLarge,
    Unsigned,
    WrongSignature,
}

impl Refusal {
    /// The status, and the reason in the answer and the audit trail.
    const fn as_answer(self) -> (u16, &'static str) {
        match self {
            Self::Method => (405, "method-not-allowed"),
            Self::TooLarge => (413, "body-too-large"),
            Self::Unsigned => (401, "signature-missing"),
            Self::WrongSignature => (401, "signature-invalid"),
        }
    }
}

async fn handle(cx: Context, ports: WebhookPorts, request: UrlRequest) -> Result<UrlResponse, Failure> {
    let signature = match admit(&request) {
        Ok(signature) => signature,
        Err(refusal) => return Ok(ports.refuse(&cx, &request, refusal).await),
    };
    let secrets = match ports.secrets.get().await {
        Ok(secrets) => secrets,
        Err(error) => return Ok(later(&error)),
    };
    if let Err(refusal) = verify(&request, signature, &secrets.0) {
        return Ok(ports.refuse(&cx, &request, refusal).await);
    }
    let Some(body) = redact_event(&request.body) else {
        tracing::error!("a signed body is no event");
        return Ok(UrlResponse::text(400, "not-an-event"));
    };
    let event = StoredEvent {
        key: event_key(request.headers.get(EVENT_ID).map(String::as_str), &request.body),
        body,
        received_at: cx.now(),
    };
    let prov = Provenance { ip: request.ip.clone(), ..cx.provenance() };
    // Razorpay gets the same answer whether the event is stored now or was stored before.
    match cx.retrying(async || ports.storage.store_event(&event, &prov).await.map_err(Problem::from)).await {
        Ok(_) => {
            // A metric filter counts these: an alarm follows if orders are open and no event arrives.
            tracing::info!(metric = "webhook_events", value = 1, "an event is stored");
            Ok(UrlResponse::text(200, "stored"))
        }
        Err(problem) => Ok(later(&problem.cause_text().unwrap_or_default())),
    }
}

/// Makes the checks that need no secret, and returns the signature to verify.
fn admit(request: &UrlRequest) -> Result<&str, Refusal> {
    if !request.method.eq_ignore_ascii_case("POST") {
        return Err(Refusal::Method);
    }
    if request.body.len() > MAX_BODY {
        return Err(Refusal::TooLarge);
    }
    request.headers.get(SIGNATURE).map(String::as_str).ok_or(Refusal::Unsigned)
}

fn verify(request: &UrlRequest, signature: &str, secrets: &[Sensitive<String>]) -> Result<(), Refusal> {
    if verify_webhook(&request.body, signature, secrets) { Ok(()) } else { Err(Refusal::WrongSignature) }
}

fn later(cause: &dyn std::fmt::Display) -> UrlResponse {
    tracing::error!(%cause, "an event was not stored: Razorpay will send it again");
    UrlResponse::text(503, "try-again-later")
}

impl WebhookPorts {
    /// Refuses the request, and records the refusal once per address, minute and reason: the endpoint is public.
    async fn refuse(&self, cx: &Context, request: &UrlRequest, refusal: Refusal) -> UrlResponse {
        let (status, word) = refusal.as_answer();
        let address = request.ip.as_deref().unwrap_or("unknown");
        tracing::warn!(status, word, address, bytes = request.body.len(), "a webhook was refused");
        let minute = minute(cx.now());
        let prov = Provenance {
            // The key of an activity contains the request id: within a minute the same activity is written again.
            request_id: format!("{address}@{minute}"),
            at: minute,
            ip: request.ip.clone(),
            ..cx.provenance()
        };
        let activity = cx.activity(EventType::WebhookRefused, Outcome::Failure, ("webhook", word), None);
        if let Err(error) = self.storage.record_activity(&activity, &prov).await {
            // A refusal reveals nothing, so it is sent even if its record fails.
            tracing::error!(%error, "a refused webhook was not recorded");
        }
        UrlResponse::text(status, word)
    }
}

/// The first instant of the minute that contains `at`.
fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

/// The key of an event: the digest of its id, which is not signed, and of its body, which is signed.
fn event_key(id: Option<&str>, body: &[u8]) -> String {
    let id = id.unwrap_or_default().as_bytes();
    // The length comes first, so no two pairs of id and body give the same bytes.
    let named = [&(id.len() as u64).to_be_bytes(), id, body].concat();
    digest(&SHA256, &named).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of orders, payments and refunds that are read. The other fields describe the payer, or are not used.
const KEPT: [&str; 14] = [
    "id",
    "captured",
    "entity",
    "order_id",
    "payment_id",
    "amount",
    "amount_refunded",
    "currency",
    "method",
    "receipt",
    "status",
    "created_at",
    "error_code",
    "error_reason",
];

/// The event without the payer's details (name, account, card). `None` if the body is not a JSON object.
fn redact_event(body: &[u8]) -> Option<String> {
    let Value::Object(mut event) = serde_json::from_slice(body).ok()? else { return None };
    event.retain(|name, _| matches!(name.as_str(), "event" | "created_at" | "payload"));
    let payload = match event.remove("payload") {
        Some(Value::Object(payload)) => payload,
        _ => Map::new(),
    };
    let kept = payload.into_iter().filter_map(|(kind, mut carried)| {
        let entity = carried.get_mut("entity")?.as_object_mut()?;
        entity.retain(|name, _| KEPT.contains(&name.as_str()));
        let entity = std::mem::take(entity);
        Some((kind, Value::Object(Map::from_iter([("entity".to_owned(), Value::Object(entity))]))))
    });
    event.insert("payload".to_owned(), Value::Object(kept.collect()));
    Some(Value::Object(event).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CAPTURED;
    use aws_lc_rs::hmac;
    use base64::Engine;
    use gateway::razorpay::WebhookEvent;
    use serde_json::{Value, json};

    fn secrets() -> Vec<Sensitive<String>> {
        vec![Sensitive::new("current".to_owned()), Sensitive::new("previous".to_owned())]
    }

    fn request(body: &[u8], signature: Option<String>) -> UrlRequest {
        UrlRequest {
            body: body.to_vec(),
            headers: signature.into_iter().map(|text| (SIGNATURE.to_owned(), text)).collect(),
            ip: Some("192.0.2.1".to_owned()),
            method: "POST".to_owned(),
        }
    }

    fn signed(body: &[u8], secret: &str) -> UrlRequest {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
        request(body, Some(tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    fn refusal(request: &UrlRequest) -> Option<Refusal> {
        admit(request).and_then(|signature| verify(request, signature, &secrets())).err()
    }

    #[test]
    fn a_body_signed_with_either_secret_is_admitted() {
        for secret in ["current", "previous"] {
            assert_eq!(refusal(&signed(CAPTURED.as_bytes(), secret)), None, "{secret}");
            assert_eq!(refusal(&signed(b"no event at all", secret)), None, "{secret}");
        }
    }

    #[test]
    fn what_is_not_signed_by_us_is_refused_before_it_is_read() {
        assert_eq!(refusal(&request(b"{ broken", None)), Some(Refusal::Unsigned));
        assert_eq!(refusal(&request(b"{ broken", Some("00".repeat(32)))), Some(Refusal::WrongSignature));
        assert_eq!(refusal(&request(b"{ broken", Some(String::new()))), Some(Refusal::WrongSignature));
        assert_eq!(refusal(&signed(CAPTURED.as_bytes(), "another")), Some(Refusal::WrongSignature));
        let mut tampered = signed(CAPTURED.as_bytes(), "current");
        tampered.body.push(b' ');
        assert_eq!(refusal(&tampered), Some(Refusal::WrongSignature));
    }

    #[test]
    fn a_body_of_more_than_64_kb_is_refused_before_its_signature_is_looked_at() {
        assert_eq!(refusal(&signed(&vec![b' '; MAX_BODY], "current")), None);
        assert_eq!(refusal(&signed(&vec![b' '; MAX_BODY + 1], "current")), Some(Refusal::TooLarge));
        assert_eq!(refusal(&request(&vec![b' '; MAX_BODY + 1], None)), Some(Refusal::TooLarge));
    }

    #[test]
    fn only_posts_are_taken() {
        let get = UrlRequest { method: "GET".to_owned(), ..signed(CAPTURED.as_bytes(), "current") };
        assert_eq!(refusal(&get), Some(Refusal::Method));
    }

    #[test]
    fn every_refusal_is_one_that_makes_razorpay_retry() {
        for refusal in [Refusal::Method, Refusal::TooLarge, Refusal::Unsigned, Refusal::WrongSignature] {
            assert!((400..500).contains(&refusal.as_answer().0), "{refusal:?}");
        }
    }

    #[test]
    fn an_event_is_named_by_its_id_and_its_body() {
        let key = event_key(Some("evt_1"), b"body");
        assert_eq!(key, event_key(Some("evt_1"), b"body"));
        assert_ne!(key, event_key(Some("evt_2"), b"body"));
        assert_ne!(key, event_key(Some("evt_1"), b"other"));
        assert_ne!(key, event_key(Some("evt_1b"), b"ody"));
        assert_eq!(event_key(None, b"body"), event_key(Some(""), b"body"));
        assert_eq!(key.len(), 64);
    }

    #[test]
    fn a_stored_event_reads_the_same_without_the_payers_details() {
        let stored = redact_event(CAPTURED.as_bytes()).unwrap();
        assert_eq!(WebhookEvent::parse(stored.as_bytes()).unwrap(), WebhookEvent::parse(CAPTURED.as_bytes()).unwrap());
        for detail in ["gaurav", "+91", "1111", "vpa", "card_", "Visa", "notes"] {
            assert!(CAPTURED.contains(detail) && !stored.contains(detail), "{detail} in {stored}");
        }
    }

    #[test]
    fn a_signed_body_that_is_no_event_is_not_stored() {
        assert_eq!(redact_event(b"[]"), None);
        assert_eq!(redact_event(b"{"), None);
        assert_eq!(
            redact_event(br#"{"event":"x.y","payload":7,"created_at":1}"#).unwrap(),
            r#"{"created_at":1,"event":"x.y","payload":{}}"#
        );
    }

    #[test]
    fn refusals_of_a_minute_have_one_time() {
        let at = |text: &str| minute(text.parse().unwrap()).to_string();
        assert_eq!(at("2026-11-22T06:00:59.9Z"), "2026-11-22T06:00:00Z");
        assert_eq!(at("2026-11-22T06:01:00Z"), "2026-11-22T06:01:00Z");
    }

    /// SplitMix64: a seed gives the same numbers on every machine.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^ (word >> 31)
        }

        fn below(&mut self, bound: usize) -> usize {
            usize::try_from(self.roll() % bound.max(1) as u64).unwrap()
        }

        /// Changes bytes at random: flips, removes, doubles or inserts some, or truncates the rest.
        fn mutate(&mut self, bytes: &mut Vec<u8>) {
            for _ in 0..=self.below(3) {
                let at = self.below(bytes.len());
                match self.below(6) {
                    0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                    1 if !bytes.is_empty() => _ = bytes.remove(at),
                    2 => bytes.insert(at, self.roll().to_le_bytes()[0]),
                    3 => bytes.truncate(at),
                    4 if !bytes.is_empty() => {
                        let to = at + self.below(bytes.len() - at) + 1;
                        let part = bytes[at..to].to_vec();
                        bytes.splice(at..at, part);
                    }
                    _ => {
                        let texts: [&[u8]; 8] =
                            [b"null", b"{", b"]", b"1e999", b"\\u0000", b"-1", b"payment.captured", b"\"\""];
                        let text = texts[self.below(texts.len())];
                        bytes.splice(at..at, text.iter().copied());
                    }
                }
            }
        }
    }

    /// Mutates headers and body of a valid request. No mutation panics, and only the signed bytes are admitted, with
    /// the signature made for them. The code behind the signature check is run with the mutated body as well.
    #[test]
    fn of_mutated_webhooks_none_is_admitted_and_none_panics() {
        let count = if in_full() { 1_000_000 } else { 10_000 };
        let mut dice = Dice(0x00C0_FFEE);
        let good = signed(CAPTURED.as_bytes(), "current");
        let signature = good.headers[SIGNATURE].clone();
        let (mut admitted, mut read) = (0, 0);
        for round in 0..count {
            let mut body = CAPTURED.as_bytes().to_vec();
            let mut header = signature.clone().into_bytes();
            if round % 3 != 1 {
                dice.mutate(&mut body);
            }
            if round % 3 != 0 {
                dice.mutate(&mut header);
            }
            let header = String::from_utf8_lossy(&header).into_owned();
            let is_original = body == CAPTURED.as_bytes() && header.eq_ignore_ascii_case(&signature);
            let is_admitted = refusal(&request(&body, Some(header))).is_none();
            assert_eq!(is_admitted, is_original, "round {round}");
            admitted += usize::from(is_admitted);
            // As if Razorpay had sent this body.
            if let Some(kept) = redact_event(&body) {
                read += usize::from(WebhookEvent::parse(kept.as_bytes()).is_ok());
            }
            let _ = event_key(Some(&signature), &body);
        }
        println!(
            "{count} webhooks: {admitted} are what they were, {read} bodies are still events, no other body is admitted"
        );
        assert!(admitted < count / 100, "a mutation that changes nothing is rare: {admitted}");
        assert!(read > 0, "some are still events");
    }

    /// Unusual headers, sent beside the expected ones or in their place.
    const ODD_HEADERS: [(&str, &str); 10] = [
        ("content-type", "text/plain; charset=utf-16"),
        ("content-encoding", "gzip"),
        ("content-length", "-1"),
        ("transfer-encoding", "chunked"),
        ("x-razorpay-signature", ""),
        ("X-RAZORPAY-SIGNATURE", "00"),
        ("x-razorpay-signature ", "\u{0}"),
        ("x-razorpay-event-id", "\u{1F4A9}\u{202E}'; --"),
        ("x-forwarded-for", "192.0.2.1, ::1"),
        ("", ""),
    ];

    /// The event of a Lambda URL with this body, as JSON.
    fn url_event(dice: &mut Dice, body: &[u8], signature: &str) -> Vec<u8> {
        let names = ["x-razorpay-signature", "X-Razorpay-Signature", "X-RAZORPAY-SIGNATURE"];
        let mut headers = vec![
            (names[dice.below(names.len())].to_owned(), signature.to_owned()),
            ("x-razorpay-event-id".to_owned(), "evt_1".to_owned()),
        ];
        for _ in 0..dice.below(4) {
            let (name, value) = ODD_HEADERS[dice.below(ODD_HEADERS.len())];
            let value = if dice.below(8) == 0 { "x".repeat(1 << dice.below(14)) } else { value.to_owned() };
            match dice.below(3) {
                0 => headers.insert(0, (name.to_owned(), value)),
                1 => headers.push((name.to_owned(), value)),
                _ => {
                    let at = dice.below(headers.len());
                    headers[at] = (name.to_owned(), value);
                }
            }
        }
        // Names may be repeated: the reader takes one of them.
        let headers: Vec<String> =
            headers.iter().map(|(name, value)| format!("{}:{}", json!(name), json!(value))).collect();
        let text = String::from_utf8(body.to_vec()).ok().filter(|_| dice.below(2) == 0);
        let (body, is_base64) = match text {
            Some(text) => (text, false),
            None => (base64::engine::general_purpose::STANDARD.encode(body), true),
        };
        let odd = [json!(null), json!(7), json!({}), json!([]), json!("true")];
        let mut or_odd = |usual: Value| if dice.below(40) == 0 { odd[dice.below(odd.len())].clone() } else { usual };
        let (body, is_base64) = (or_odd(json!(body)), or_odd(json!(is_base64)));
        let context = json!({ "http": { "method": "POST", "path": "/", "sourceIp": "192.0.2.1" }, "requestId": "r1" });
        let context = or_odd(context);
        format!(
            r#"{{"version":"2.0","rawPath":"/","cookies":["a=b"],"headers":{{{}}},"requestContext":{context},"body":{body},"isBase64Encoded":{is_base64}}}"#,
            headers.join(",")
        )
        .into_bytes()
    }

    /// Mutates the headers and the whole event of the Lambda URL, and reads it as the function does. No mutation
    /// panics, and an admitted event has the signed bytes and their signature.
    #[test]
    fn of_mutated_events_of_the_url_none_is_admitted_that_is_not_what_was_signed() {
        let count = if in_full() { 1_000_000 } else { 10_000 };
        let mut dice = Dice(0x00BE_EF00);
        let signature = signed(CAPTURED.as_bytes(), "current").headers[SIGNATURE].clone();
        let (mut unread, mut refused, mut admitted) = (0, 0, 0);
        for round in 0..count {
            let mut body = CAPTURED.as_bytes().to_vec();
            if round % 4 == 0 {
                dice.mutate(&mut body);
            }
            let mut event = url_event(&mut dice, &body, &signature);
            if round % 2 == 0 {
                dice.mutate(&mut event);
            }
            let Ok(request) = serde_json::from_slice::<UrlRequest>(&event) else {
                unread += 1;
                continue;
            };
            let is_signed = request.headers.get(SIGNATURE).is_some_and(|it| it.eq_ignore_ascii_case(&signature));
            let is_post = request.method.eq_ignore_ascii_case("POST");
            let is_original = request.body == CAPTURED.as_bytes() && is_signed && is_post;
            let refusal = refusal(&request);
            assert_eq!(refusal.is_none(), is_original, "round {round}: {}", String::from_utf8_lossy(&event));
            match refusal {
                Some(refusal) => {
                    refused += 1;
                    assert!((400..500).contains(&refusal.as_answer().0), "{refusal:?}");
                }
                None => {
                    admitted += 1;
                    assert!(redact_event(&request.body).is_some(), "what was signed is an event");
                }
            }
            let _ = event_key(request.headers.get(EVENT_ID).map(String::as_str), &request.body);
        }
        println!("{count} events: {unread} can't be read, {refused} refused, {admitted} admitted as they were signed");
        assert!(unread > count / 50 && refused > count / 10 && admitted > count / 10, "all three are tried");
    }

    /// Whether the tests run at full size: `VAIDYA_FULL=1`.
    #[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of the product")]
    fn in_full() -> bool {
        std::env::var("VAIDYA_FULL").is_ok_and(|value| value == "1")
    }
}
