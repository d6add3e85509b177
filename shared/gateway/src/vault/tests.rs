//! The vault over a small KMS and keys table that honour encryption contexts and conditions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::testing::{Call, Calls, Reply, config};

const FIELD: Field<'_> = Field { record: "appointment-1", name: "reason" };

fn patient(number: u8) -> PatientId {
    format!("00000000-0000-4000-8000-0000000000{number:02}").parse().unwrap()
}

#[derive(Default)]
struct State {
    /// The keys table: `PK` to item.
    items: HashMap<String, Value>,
    /// How many data keys KMS has made.
    made: u8,
    /// Error codes for operations that fail.
    faults: HashMap<&'static str, &'static str>,
    /// Stored by another process between our read and our write.
    rival: Option<Value>,
}

impl State {
    fn answer(&mut self, call: &Call) -> Reply {
        let body = call.json();
        if let Some(code) = self.faults.get(call.operation.as_str()) {
            return Reply::error(code, "as arranged");
        }
        match call.operation.as_str() {
            "GenerateDataKey" => {
                self.made += 1;
                let (wrapped, plain) = wrap(self.made, &body["EncryptionContext"]);
                Reply::ok(json!({ "KeyId": "key", "CiphertextBlob": wrapped, "Plaintext": plain }).to_string())
            }
            "Decrypt" => {
                let blob = STANDARD.decode(body["CiphertextBlob"].as_str().unwrap()).unwrap();
                let wrapped: Value = serde_json::from_slice(&blob).unwrap();
                if wrapped["context"] != body["EncryptionContext"] {
                    return Reply::error("InvalidCiphertextException", "");
                }
                Reply::ok(json!({ "KeyId": "key", "Plaintext": wrapped["plain"] }).to_string())
            }
            "GetItem" => {
                assert_eq!(body["ConsistentRead"], true);
                let item = self.items.get(body["Key"]["PK"]["S"].as_str().unwrap());
                Reply::ok(item.map_or(json!({}), |item| json!({ "Item": item })).to_string())
            }
            "PutItem" => {
                assert_eq!(body["ConditionExpression"], "attribute_not_exists(PK)");
                let key = body["Item"]["PK"]["S"].as_str().unwrap().to_owned();
                if let Some(rival) = self.rival.take() {
                    self.items.insert(key.clone(), rival);
                }
                if self.items.contains_key(&key) {
                    return Reply::error(
                        "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                        "The conditional request failed",
                    );
                }
                self.items.insert(key, body["Item"].clone());
                Reply::ok("{}")
            }
            other => panic!("{other} is not expected"),
        }
    }
}

/// A data key of equal bytes, and KMS's wrapped form of it, both in base64.
fn wrap(seed: u8, context: &Value) -> (String, String) {
    let plain = STANDARD.encode([seed; 32]);
    (STANDARD.encode(json!({ "plain": plain, "context": context }).to_string()), plain)
}

struct Stand {
    vault: KmsVault,
    state: Arc<Mutex<State>>,
    now: Arc<Mutex<Timestamp>>,
    calls: Calls,
}

impl Stand {
    fn new() -> Self {
        Self::sharing(Arc::default())
    }

    /// Another process over the same services.
    fn sharing(state: Arc<Mutex<State>>) -> Self {
        let now = Arc::new(Mutex::new(Timestamp::UNIX_EPOCH));
        let (config, calls) = config({
            let state = Arc::clone(&state);
            move |call| state.lock().unwrap().answer(call)
        });
        let clock: Clock = Arc::new({
            let now = Arc::clone(&now);
            move || *now.lock().unwrap()
        });
        Self { vault: KmsVault::new(&config, "key", "keys", clock), state, now, calls }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn advance(&self, by: SignedDuration) {
        *self.now.lock().unwrap() += by;
    }

    fn operations(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap()).into_iter().map(|call| call.operation).collect()
    }

    async fn seal(&self, text: &str) -> String {
        self.vault.seal(patient(1), FIELD, text).await.unwrap()
    }

    async fn open(&self, sealed: &str) -> Result<String, VaultError> {
        self.vault.open(patient(1), FIELD, sealed).await.map(Sensitive::into_inner)
    }

    async fn seal_document(&self, content: &[u8]) -> Vec<u8> {
        self.vault.seal_document(patient(1), FIELD, &document(content)).await.unwrap()
    }

    async fn open_document(&self, sealed: &[u8]) -> Result<Document, VaultError> {
        self.vault.open_document(patient(1), FIELD, CONTENT_TYPE, sealed).await
    }
}

const CONTENT_TYPE: &str = "application/pdf";

fn document(content: &[u8]) -> Document {
    Document { content_type: ContentType::parse(CONTENT_TYPE).unwrap(), bytes: Sensitive::new(content.to_vec()) }
}

#[tokio::test]
async fn a_text_that_one_process_sealed_another_opens() {
    let one = Stand::new();
    let sealed = one.seal("migraine").await;
    let two = Stand::sharing(Arc::clone(&one.state));
    assert_eq!(two.open(&sealed).await.unwrap(), "migraine");
    assert_eq!(one.operations(), ["GetItem", "GenerateDataKey", "PutItem"]);
    assert_eq!(two.operations(), ["GetItem", "Decrypt"]);
}

#[tokio::test]
async fn a_key_is_wrapped_for_its_patient_and_purpose() {
    let stand = Stand::new();
    stand.seal("migraine").await;
    let context = json!({ "patient": patient(1).to_string(), "purpose": "health-data" });
    let calls = stand.calls.lock().unwrap();
    let generate = calls.iter().find(|call| call.operation == "GenerateDataKey").unwrap().json();
    assert_eq!(generate["EncryptionContext"], context);
    assert_eq!((&generate["KeySpec"], &generate["KeyId"]), (&json!("AES_256"), &json!("key")));
    let item = &calls.iter().find(|call| call.operation == "PutItem").unwrap().json()["Item"];
    assert_eq!(item["PK"]["S"], format!("PAT#{}", patient(1)));
    assert_eq!(item["v"]["N"], "1");
}

#[tokio::test]
async fn patients_have_keys_of_their_own() {
    let stand = Stand::new();
    let sealed = stand.seal("migraine").await;
    stand.vault.seal(patient(2), FIELD, "cough").await.unwrap();
    assert_eq!(stand.state().items.len(), 2);
    assert!(stand.vault.open(patient(2), FIELD, &sealed).await.is_err());
}

#[tokio::test]
async fn a_wrapped_key_that_was_put_under_another_patient_opens_nothing() {
    let stand = Stand::new();
    let sealed = stand.seal("migraine").await;
    {
        let mut state = stand.state();
        let item = state.items[&format!("PAT#{}", patient(1))].clone();
        state.items.insert(format!("PAT#{}", patient(2)), item);
    }
    assert_eq!(stand.vault.open(patient(2), FIELD, &sealed).await.map(drop), Err(VaultError::Tampered));
}

#[tokio::test]
async fn a_key_is_used_from_memory_for_less_than_five_minutes() {
    let stand = Stand::new();
    let sealed = stand.seal("migraine").await;
    stand.operations();
    stand.advance(KEPT - SignedDuration::from_nanos(1));
    stand.open(&sealed).await.unwrap();
    assert_eq!(stand.operations(), [""; 0]);
    stand.advance(SignedDuration::from_nanos(1));
    stand.open(&sealed).await.unwrap();
    assert_eq!(stand.operations(), ["GetItem", "Decrypt"]);
}

#[tokio::test]
async fn using_a_key_does_not_keep_it_longer() {
    let stand = Stand::new();
    let sealed = stand.seal("migraine").await;
    for _ in 0..4 {
        stand.advance(SignedDuration::from_mins(2));
        stand.open(&sealed).await.unwrap();
    }
    assert_eq!(stand.operations().iter().filter(|operation| *operation == "Decrypt").count(), 1);
}

#[tokio::test]
async fn the_keys_of_other_patients_leave_memory_too() {
    let stand = Stand::new();
    stand.seal("migraine").await;
    stand.advance(KEPT);
    stand.vault.seal(patient(2), FIELD, "cough").await.unwrap();
    let keys = stand.vault.keys.lock().unwrap();
    assert_eq!(keys.keys().collect::<Vec<_>>(), [&patient(2)]);
}

#[tokio::test]
async fn the_loser_of_a_race_for_a_first_key_takes_the_winners() {
    let stand = Stand::new();
    let context = json!({ "patient": patient(1).to_string(), "purpose": "health-data" });
    let (wrapped, _) = wrap(99, &context);
    stand.state().rival = Some(json!({ "PK": { "S": "PAT#1" }, "wrapped": { "B": wrapped } }));

    let sealed = stand.seal("migraine").await;
    assert_eq!(stand.operations(), ["GetItem", "GenerateDataKey", "PutItem", "GetItem", "Decrypt"]);
    let other = Stand::sharing(Arc::clone(&stand.state));
    assert_eq!(other.open(&sealed).await.unwrap(), "migraine");
}

#[tokio::test]
async fn many_callers_at_once_end_with_one_key() {
    let stand = Stand::new();
    let sealed = tokio::join!(stand.seal("a"), stand.seal("b"), stand.seal("c"));
    let other = Stand::sharing(Arc::clone(&stand.state));
    assert_eq!(other.open(&sealed.0).await.unwrap(), "a");
    assert_eq!(other.open(&sealed.1).await.unwrap(), "b");
    assert_eq!(other.open(&sealed.2).await.unwrap(), "c");
    assert_eq!(stand.state().items.len(), 1);
}

#[tokio::test]
async fn once_the_wrapped_key_is_gone_the_text_is_erased_even_under_a_younger_key() {
    let stand = Stand::new();
    let sealed = stand.seal("migraine").await;
    stand.state().items.clear();
    stand.advance(KEPT);
    assert_eq!(stand.open(&sealed).await, Err(VaultError::Erased));
    stand.seal("a later text").await;
    assert_eq!(stand.open(&sealed).await, Err(VaultError::Erased));
}

#[tokio::test]
async fn opening_never_makes_a_key() {
    let stand = Stand::new();
    assert_eq!(stand.open("AAAA").await, Err(VaultError::Erased));
    assert_eq!(stand.operations(), ["GetItem"]);
}

#[tokio::test]
async fn a_service_that_fails_is_an_outage_and_neither_erased_nor_tampered() {
    let sealed = Stand::new().seal("migraine").await;
    for (operation, code) in [
        ("GetItem", "ProvisionedThroughputExceededException"),
        ("Decrypt", "KMSInternalException"),
        ("Decrypt", "AccessDeniedException"),
    ] {
        let stand = Stand::new();
        stand.seal("migraine").await;
        stand.advance(KEPT);
        stand.state().faults.insert(operation, code);
        let error = stand.open(&sealed).await.unwrap_err();
        assert!(error.is_transient(), "{operation}: {error}");
        assert!(error.to_string().contains(code), "{error}");
    }
    for operation in ["GenerateDataKey", "PutItem"] {
        let stand = Stand::new();
        stand.state().faults.insert(operation, "ThrottlingException");
        let error = stand.vault.seal(patient(1), FIELD, "migraine").await.unwrap_err();
        assert!(error.is_transient(), "{operation}: {error}");
        assert!(stand.state().items.is_empty());
    }
}

#[tokio::test]
async fn an_item_without_a_usable_key_is_an_outage_and_is_not_replaced() {
    let stand = Stand::new();
    stand.state().items.insert(format!("PAT#{}", patient(1)), json!({ "PK": { "S": "PAT#1" } }));
    let error = stand.vault.seal(patient(1), FIELD, "migraine").await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(stand.operations(), ["GetItem"]);
}

#[tokio::test]
async fn a_document_that_one_process_sealed_another_opens() {
    let one = Stand::new();
    for content in [&b""[..], b"%PDF-1.7\xff\x00", &[7; 1_000_000]] {
        let sealed = one.seal_document(content).await;
        let two = Stand::sharing(Arc::clone(&one.state));
        assert_eq!(two.open_document(&sealed).await.unwrap(), document(content));
    }
    assert_eq!(one.operations(), ["GetItem", "GenerateDataKey", "PutItem"]);
}

#[tokio::test]
async fn a_document_is_sealed_under_the_key_of_the_patients_texts_and_erased_with_it() {
    let stand = Stand::new();
    let text = stand.seal("migraine").await;
    let sealed = stand.seal_document(b"migraine").await;
    assert_eq!(stand.state().items.len(), 1);
    stand.state().items.clear();
    stand.advance(KEPT);
    assert_eq!(stand.open(&text).await, Err(VaultError::Erased));
    assert_eq!(stand.open_document(&sealed).await, Err(VaultError::Erased));
}

#[tokio::test]
async fn a_document_opened_as_another_patients_record_field_or_type_is_tampered_with() {
    let stand = Stand::new();
    let sealed = stand.seal_document(b"migraine").await;
    let others = [
        (Field { record: "appointment-2", ..FIELD }, CONTENT_TYPE),
        (Field { name: "notes", ..FIELD }, CONTENT_TYPE),
        (FIELD, "text/html"),
        (FIELD, "not a content type"),
    ];
    for (field, content_type) in others {
        let opened = stand.vault.open_document(patient(1), field, content_type, &sealed).await;
        assert_eq!(opened, Err(VaultError::Tampered), "{field:?} {content_type}");
    }
    // The other patient has the same wrapped key, for KMS to refuse.
    let item = stand.state().items[&format!("PAT#{}", patient(1))].clone();
    stand.state().items.insert(format!("PAT#{}", patient(2)), item);
    let opened = stand.vault.open_document(patient(2), FIELD, CONTENT_TYPE, &sealed).await;
    assert_eq!(opened, Err(VaultError::Tampered));
}

#[tokio::test]
async fn a_cut_or_changed_document_is_tampered_with() {
    let stand = Stand::new();
    let sealed = stand.seal_document(b"migraine").await;
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    for bytes in [&sealed[..sealed.len() - 1], &changed[..], b""] {
        assert_eq!(stand.open_document(bytes).await, Err(VaultError::Tampered));
    }
}

#[tokio::test]
async fn a_text_does_not_open_as_a_document_nor_a_document_as_a_text() {
    let stand = Stand::new();
    let text = STANDARD.decode(stand.seal("migraine").await).unwrap();
    assert_eq!(stand.open_document(&text).await, Err(VaultError::Tampered));
    let sealed = STANDARD.encode(stand.seal_document(b"migraine").await);
    assert_eq!(stand.open(&sealed).await, Err(VaultError::Tampered));
}

#[test]
fn a_document_does_not_show_when_printed() {
    let shown = format!("{:?}", document(b"migraine"));
    assert!(shown.contains("[redacted]") && shown.contains(CONTENT_TYPE), "{shown}");
    assert!(!shown.contains("109"), "{shown}");
}
