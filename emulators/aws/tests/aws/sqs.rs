//! Delay, visibility, dead letters and limits, all by the clock.

use std::path::Path;
use std::sync::Arc;

use aws_emulator::sqs::{Depth, LONGEST_MESSAGE, QueueSpec, Redrive, Sqs};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
};
use jiff::SignedDuration;
use serde_json::json;

use crate::sdk;
use crate::support::{TestClock, code};

const HOLDS: &str = "holds";
const DEAD: &str = "holds-dead";

fn open(dir: Option<&Path>, clock: &TestClock) -> (Arc<Sqs>, Client) {
    let queue = |name: &str, redrive| QueueSpec {
        name: name.to_owned(),
        visibility_timeout: SignedDuration::from_secs(30),
        retention: SignedDuration::from_hours(if name == DEAD { 14 * 24 } else { 4 * 24 }),
        redrive,
    };
    let redrive = Redrive { dead_letter_queue: DEAD.to_owned(), max_receive_count: 2 };
    let queues = vec![queue(HOLDS, Some(redrive)), queue(DEAD, None)];
    let service = Arc::new(Sqs::open(dir, queues, clock.clock()).unwrap());
    let client = Client::new(&sdk!(service));
    (service, client)
}

fn clock() -> TestClock {
    TestClock::at("2026-12-01T04:30:00Z")
}

async fn send(client: &Client, body: &str, delay: i32) {
    client.send_message().queue_url(Sqs::url(HOLDS)).message_body(body).delay_seconds(delay).send().await.unwrap();
}

async fn receive(client: &Client, queue: &str) -> Vec<aws_sdk_sqs::types::Message> {
    let request = client.receive_message().queue_url(Sqs::url(queue)).max_number_of_messages(10);
    request
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await
        .unwrap()
        .messages
        .unwrap_or_default()
}

#[tokio::test]
async fn a_delayed_message_is_there_when_the_clock_says_so() {
    let clock = clock();
    let (service, client) = open(None, &clock);
    let sent =
        client.send_message().queue_url(Sqs::url(HOLDS)).message_body("नमस्ते").delay_seconds(600).send().await.unwrap();
    // From `md5sum`.
    assert_eq!(sent.md5_of_message_body(), Some("16e2d966d4ab046e2442bc008b4da566"));
    assert_eq!(service.depth(HOLDS), Some(Depth { visible: 0, in_flight: 0, delayed: 1 }));
    assert_eq!(service.next_change(HOLDS), Some(clock.now() + SignedDuration::from_secs(600)));

    clock.advance(SignedDuration::from_secs(599));
    assert!(receive(&client, HOLDS).await.is_empty());
    clock.advance(SignedDuration::from_secs(1));
    let [message] = &receive(&client, HOLDS).await[..] else { panic!("one message is due") };
    assert_eq!(message.body(), Some("नमस्ते"));
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout_and_gone_once_deleted() {
    let clock = clock();
    let (service, client) = open(None, &clock);
    send(&client, "hold 1", 0).await;
    let first = receive(&client, HOLDS).await.remove(0);
    assert!(receive(&client, HOLDS).await.is_empty());
    assert_eq!(service.depth(HOLDS).unwrap().in_flight, 1);

    clock.advance(SignedDuration::from_secs(30));
    let second = receive(&client, HOLDS).await.remove(0);
    let attributes = second.attributes().unwrap();
    assert_eq!(attributes[&MessageSystemAttributeName::ApproximateReceiveCount], "2");
    assert_eq!(attributes[&MessageSystemAttributeName::SentTimestamp], "1796099400000");

    let delete = |handle: &str| client.delete_message().queue_url(Sqs::url(HOLDS)).receipt_handle(handle).send();
    delete(first.receipt_handle().unwrap()).await.unwrap();
    assert_eq!(service.depth(HOLDS).unwrap().in_flight, 1, "an old handle does nothing");
    delete(second.receipt_handle().unwrap()).await.unwrap();
    assert_eq!(service.depth(HOLDS), Some(Depth::default()));
    assert_eq!(code(delete("made up").await), "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn a_message_that_no_consumer_can_process_ends_in_the_dead_letter_queue() {
    let clock = clock();
    let (service, client) = open(None, &clock);
    send(&client, "poison", 0).await;
    let id = receive(&client, HOLDS).await[0].message_id().map(str::to_owned);
    clock.advance(SignedDuration::from_secs(30));
    assert_eq!(receive(&client, HOLDS).await.len(), 1, "the second and last time");
    clock.advance(SignedDuration::from_secs(30));
    assert!(receive(&client, HOLDS).await.is_empty());
    assert_eq!(service.peek(DEAD), ["poison"]);
    assert_eq!(service.depth(HOLDS), Some(Depth::default()));

    let dead = receive(&client, DEAD).await.remove(0);
    assert_eq!(dead.message_id().map(str::to_owned), id);
    let handle = dead.receipt_handle().unwrap();
    client.delete_message().queue_url(Sqs::url(DEAD)).receipt_handle(handle).send().await.unwrap();
    assert_eq!(service.depth(DEAD), Some(Depth::default()));
}

#[tokio::test]
async fn visibility_is_changed_from_now_on_and_only_in_flight() {
    let clock = clock();
    let (_service, client) = open(None, &clock);
    send(&client, "hold 1", 0).await;
    let message = receive(&client, HOLDS).await.remove(0);
    let change = |seconds| {
        let change = client.change_message_visibility().queue_url(Sqs::url(HOLDS));
        change.receipt_handle(message.receipt_handle().unwrap()).visibility_timeout(seconds).send()
    };
    clock.advance(SignedDuration::from_secs(20));
    change(60).await.unwrap();
    clock.advance(SignedDuration::from_secs(59));
    assert!(receive(&client, HOLDS).await.is_empty());
    change(0).await.unwrap();
    assert_eq!(code(change(60).await), "AWS.SimpleQueueService.MessageNotInflight");
    assert_eq!(receive(&client, HOLDS).await.len(), 1);
    assert_eq!(code(change(43_201).await), "InvalidParameterValue");
}

#[tokio::test]
async fn limits_are_those_of_sqs() {
    let (service, client) = open(None, &clock());
    let send = |body: String, delay: i32| {
        client.send_message().queue_url(Sqs::url(HOLDS)).message_body(body).delay_seconds(delay).send()
    };
    assert_eq!(code(send("late".into(), 901).await), "InvalidParameterValue");
    assert_eq!(code(send("x".repeat(LONGEST_MESSAGE + 1), 0).await), "InvalidParameterValue");
    assert_eq!(code(send("bell \u{7}".into(), 0).await), "InvalidMessageContents");
    send("x".repeat(LONGEST_MESSAGE), 900).await.unwrap();
    let attribute = MessageAttributeValue::builder().data_type("String").string_value("x").build().unwrap();
    let attributes =
        client.send_message().queue_url(Sqs::url(HOLDS)).message_body("x").message_attributes("a", attribute);
    assert_eq!(code(attributes.send().await), "AWS.SimpleQueueService.UnsupportedOperation");
    let many = client.receive_message().queue_url(Sqs::url(HOLDS)).max_number_of_messages(11).send().await;
    assert_eq!(code(many), "InvalidParameterValue");
    let unknown = client.send_message().queue_url(Sqs::url("nowhere")).message_body("x").send().await;
    assert_eq!(code(unknown), "AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(service.peek(HOLDS).len(), 1);
}

#[tokio::test]
async fn each_entry_of_a_batch_succeeds_or_fails_by_itself() {
    let (service, client) = open(None, &clock());
    let entry = |id: &str, delay| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(id).delay_seconds(delay).build().unwrap()
    };
    let batch = |entries| client.send_message_batch().queue_url(Sqs::url(HOLDS)).set_entries(Some(entries)).send();
    let answer = batch(vec![entry("good", 0), entry("bad", 1000)]).await.unwrap();
    assert_eq!(answer.successful()[0].id(), "good");
    assert_eq!(answer.failed()[0].id(), "bad");
    assert_eq!(answer.failed()[0].code(), "InvalidParameterValue");
    assert!(answer.failed()[0].sender_fault());
    assert_eq!(service.peek(HOLDS), ["good"]);

    assert_eq!(
        code(batch(vec![entry("twice", 0), entry("twice", 0)]).await),
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
    );
    assert_eq!(
        code(batch((0..11).map(|n| entry(&n.to_string(), 0)).collect()).await),
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
    );
    assert_eq!(code(batch(Vec::new()).await), "AWS.SimpleQueueService.EmptyBatchRequest");
}

#[tokio::test]
async fn an_event_source_mapping_gets_the_event_that_lambda_delivers() {
    let clock = clock();
    let (service, client) = open(None, &clock);
    send(&client, "hold 1", 0).await;
    send(&client, "hold 2", 60).await;
    let due = service.receive_due(HOLDS, 10);
    let [message] = &due[..] else { panic!("{due:?}") };
    let expected = json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": "hold 1",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1796099400000",
            "SenderId": "000000000000",
            "ApproximateFirstReceiveTimestamp": "1796099400000",
        },
        "messageAttributes": {},
        // From `printf 'hold 1' | md5sum`.
        "md5OfBody": "7a77eac96b545284f992e9bdb7662f94",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-south-1:000000000000:holds",
        "awsRegion": "ap-south-1",
    });
    assert_eq!(message.event_record(HOLDS), expected);
    assert!(service.delete(HOLDS, &message.receipt_handle));
    assert!(!service.delete(HOLDS, &message.receipt_handle));
}

#[tokio::test]
async fn a_queue_describes_itself() {
    let (_service, client) = open(None, &clock());
    let url = client.get_queue_url().queue_name(HOLDS).send().await.unwrap();
    assert_eq!(url.queue_url(), Some(Sqs::url(HOLDS).as_str()));
    let unknown = client.get_queue_url().queue_name("nowhere").send().await.unwrap_err().into_service_error();
    assert!(unknown.is_queue_does_not_exist(), "the SDK knows the error: {unknown:?}");
    let described = client.get_queue_attributes().queue_url(Sqs::url(HOLDS)).attribute_names(QueueAttributeName::All);
    let attributes = described.send().await.unwrap().attributes.unwrap();
    assert_eq!(attributes[&QueueAttributeName::QueueArn], Sqs::arn(HOLDS));
    assert_eq!(attributes[&QueueAttributeName::VisibilityTimeout], "30");
    let policy: serde_json::Value = serde_json::from_str(&attributes[&QueueAttributeName::RedrivePolicy]).unwrap();
    assert_eq!(policy, json!({ "deadLetterTargetArn": Sqs::arn(DEAD), "maxReceiveCount": 2 }));
}

#[tokio::test]
async fn messages_outlive_a_restart_and_not_their_retention() {
    let clock = clock();
    let dir = tempfile::tempdir().unwrap();
    let (service, client) = open(Some(dir.path()), &clock);
    send(&client, "hold 1", 600).await;
    drop((service, client));
    let (service, client) = open(Some(dir.path()), &clock);
    assert_eq!(service.peek(HOLDS), ["hold 1"]);
    clock.advance(SignedDuration::from_hours(96));
    assert!(receive(&client, HOLDS).await.is_empty());
    assert!(service.peek(HOLDS).is_empty());
}
