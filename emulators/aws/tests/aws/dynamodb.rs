//! Conditions, transactions, indexes, the stream, TTL, and what a restart keeps.

use std::path::Path;
use std::sync::Arc;

use aws_emulator::OpenError;
use aws_emulator::dynamodb::{DynamoDb, Index, StreamRecord, Table};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::SignedDuration;
use serde_json::json;

use crate::sdk;
use crate::support::{TestClock, code};

const TABLE: &str = "vaidya-test";

fn table() -> Table {
    Table {
        name: TABLE.to_owned(),
        partition_key: "PK".to_owned(),
        sort_key: Some("SK".to_owned()),
        indexes: vec![Index {
            name: "GSI1".to_owned(),
            partition_key: "GSI1PK".to_owned(),
            sort_key: "GSI1SK".to_owned(),
        }],
        stream: true,
        ttl_attribute: Some("ttl".to_owned()),
    }
}

fn clock() -> TestClock {
    TestClock::at("2026-12-01T04:30:00Z")
}

fn open(dir: Option<&Path>, clock: &TestClock) -> (Arc<DynamoDb>, Client) {
    let service = Arc::new(DynamoDb::open(dir, clock.clock()).unwrap());
    service.ensure_table(&table()).unwrap();
    let client = Client::new(&sdk!(service));
    (service, client)
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

async fn put(client: &Client, pk: &str, value: &str) {
    client
        .put_item()
        .table_name(TABLE)
        .item("PK", text(pk))
        .item("SK", text("ITEM"))
        .item("value", text(value))
        .send()
        .await
        .unwrap();
}

async fn value(client: &Client, pk: &str) -> Option<String> {
    let item = client.get_item().table_name(TABLE).key("PK", text(pk)).key("SK", text("ITEM"));
    let item = item.consistent_read(true).send().await.unwrap().item?;
    Some(item["value"].as_s().unwrap().clone())
}

/// Puts an item that must not exist yet.
fn claim(pk: &str, owner: &str) -> TransactWriteItem {
    let put = Put::builder()
        .table_name(TABLE)
        .item("PK", text(pk))
        .item("SK", text("ITEM"))
        .item("value", text(owner))
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap();
    TransactWriteItem::builder().put(put).build()
}

async fn race(client: &Client) {
    let claims: Vec<_> = (0..200)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                let owner = format!("owner-{n}");
                // The second item shows whether a refused transaction leaves anything behind.
                let items = [claim("SLOT", &owner), claim(&format!("BOOKING#{n}"), &owner)];
                (owner, client.transact_write_items().set_transact_items(Some(items.into())).send().await)
            })
        })
        .collect();
    let (mut winners, mut seen) = (Vec::new(), Vec::new());
    for claim in claims {
        let (owner, result) = claim.await.unwrap();
        match result.map_err(SdkError::into_service_error) {
            Ok(_) => winners.push(owner),
            Err(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                let [slot, booking] = canceled.cancellation_reasons() else { panic!("{canceled:?}") };
                assert_eq!(slot.code(), Some("ConditionalCheckFailed"));
                assert_eq!(booking.code(), Some("None"));
                seen.push(slot.item().expect("ALL_OLD shows the item")["value"].as_s().unwrap().clone());
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    let [winner] = &winners[..] else { panic!("won by {winners:?}") };
    assert_eq!(seen.len(), 199);
    assert!(seen.iter().all(|owner| owner == winner), "every reader sees {winner}");

    let bookings = client.scan().table_name(TABLE).send().await.unwrap();
    assert_eq!(bookings.count(), 2, "the slot and the winner's booking");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_concurrent_claims_exactly_one_wins_and_the_others_see_the_winner() {
    let (_service, client) = open(None, &clock());
    race(&client).await;
}

#[tokio::test]
async fn a_race_on_one_thread_has_one_winner_too() {
    let (_service, client) = open(None, &clock());
    race(&client).await;
}

#[tokio::test]
async fn stream_records_come_in_order_and_in_the_shape_that_lambda_delivers() {
    let (service, client) = open(None, &clock());
    put(&client, "A", "1").await;
    put(&client, "A", "2").await;
    client.delete_item().table_name(TABLE).key("PK", text("A")).key("SK", text("ITEM")).send().await.unwrap();

    let records = service.stream_records(TABLE, None, 100).unwrap();
    assert!(records.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    let names: Vec<_> = records.iter().map(|record| record.event["eventName"].as_str().unwrap()).collect();
    assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);

    let modified = &records[1];
    let sequence = 100_000_000_000_000_000_000 + u128::from(modified.sequence);
    let arn = modified.event["eventSourceARN"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:dynamodb:ap-south-1:000000000000:table/vaidya-test/stream/"), "{arn}");
    let key = json!({ "PK": { "S": "A" }, "SK": { "S": "ITEM" } });
    let image = |value: &str| json!({ "PK": { "S": "A" }, "SK": { "S": "ITEM" }, "value": { "S": value } });
    let size = modified.event["dynamodb"]["SizeBytes"].as_u64().unwrap();
    assert!(size > 100, "{size}");
    let expected = json!({
        "eventID": format!("{:032x}", modified.sequence),
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-south-1",
        "eventSourceARN": arn,
        "dynamodb": {
            "ApproximateCreationDateTime": 1_796_099_400,
            "Keys": key,
            "NewImage": image("2"),
            "OldImage": image("1"),
            "SequenceNumber": sequence.to_string(),
            "SizeBytes": size,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    });
    assert_eq!(modified.event, expected);
    assert!(records[0].event["dynamodb"].get("OldImage").is_none());
    assert!(records[2].event["dynamodb"].get("NewImage").is_none());
}

#[tokio::test]
async fn a_reader_goes_on_where_it_stopped_even_when_the_clock_stands_and_all_is_consumed() {
    let (service, client) = open(None, &clock());
    for n in 0..5 {
        put(&client, "A", &n.to_string()).await;
    }
    let first = service.stream_records(TABLE, None, 3).unwrap();
    assert_eq!(first.len(), 3);
    let rest = service.stream_records(TABLE, first.last().map(|record| record.sequence), 100).unwrap();
    assert_eq!(values(&rest), ["3", "4"]);

    let last = rest.last().map(|record| record.sequence);
    assert_eq!(service.delete_consumed(TABLE, last.unwrap()).unwrap(), 4, "all but the newest");
    assert!(service.stream_records(TABLE, last, 100).unwrap().is_empty());
    put(&client, "A", "5").await;
    assert_eq!(values(&service.stream_records(TABLE, last, 100).unwrap()), ["5"]);
}

fn values(records: &[StreamRecord]) -> Vec<&str> {
    records.iter().map(|record| record.event["dynamodb"]["NewImage"]["value"]["S"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_write_that_changes_nothing_leaves_no_stream_record() {
    let (service, client) = open(None, &clock());
    put(&client, "A", "same").await;
    put(&client, "A", "same").await;
    put(&client, "A", "other").await;
    assert_eq!(values(&service.stream_records(TABLE, None, 100).unwrap()), ["same", "other"]);
}

#[tokio::test]
async fn the_records_of_a_deleted_table_do_not_reappear() {
    let (service, client) = open(None, &clock());
    put(&client, "A", "1").await;
    client.delete_table().table_name(TABLE).send().await.unwrap();
    service.ensure_table(&table()).unwrap();
    assert!(service.stream_records(TABLE, None, 100).unwrap().is_empty());
}

#[tokio::test]
async fn an_index_finds_items_by_their_other_key() {
    let (_service, client) = open(None, &clock());
    for day in ["2026-12-03", "2026-12-01", "2026-12-02"] {
        let item = client.put_item().table_name(TABLE).item("PK", text(day)).item("SK", text("ITEM"));
        item.item("GSI1PK", text("PAT#1")).item("GSI1SK", text(day)).send().await.unwrap();
    }
    let found = client
        .query()
        .table_name(TABLE)
        .index_name("GSI1")
        .key_condition_expression("GSI1PK = :patient AND GSI1SK >= :from")
        .expression_attribute_values(":patient", text("PAT#1"))
        .expression_attribute_values(":from", text("2026-12-02"))
        .send()
        .await
        .unwrap();
    let days: Vec<_> = found.items().iter().map(|item| item["PK"].as_s().unwrap().as_str()).collect();
    assert_eq!(days, ["2026-12-02", "2026-12-03"]);
}

#[tokio::test]
async fn a_transaction_that_is_sent_twice_runs_once_within_ten_minutes() {
    let clock = clock();
    let (_service, client) = open(None, &clock);
    let send = async |owner: &str| {
        let put = Put::builder().table_name(TABLE).item("PK", text("A")).item("SK", text("ITEM"));
        let put = put.item("value", text(owner)).item("more", text("attributes")).build().unwrap();
        let item = TransactWriteItem::builder().put(put).build();
        client.transact_write_items().transact_items(item).client_request_token("token-1").send().await
    };
    send("first").await.unwrap();
    put(&client, "A", "overwritten").await;
    clock.advance(SignedDuration::from_secs(599));
    send("first").await.unwrap();
    assert_eq!(value(&client, "A").await.unwrap(), "overwritten", "a replay changes nothing");
    assert_eq!(code(send("second").await), "IdempotentParameterMismatchException");

    clock.advance(SignedDuration::from_secs(1));
    send("second").await.unwrap();
    assert_eq!(value(&client, "A").await.unwrap(), "second");
}

#[tokio::test]
async fn a_refused_transaction_does_not_use_its_token_up() {
    let (_service, client) = open(None, &clock());
    put(&client, "A", "in the way").await;
    let send = async || {
        client.transact_write_items().transact_items(claim("A", "me")).client_request_token("token-1").send().await
    };
    assert_eq!(code(send().await), "TransactionCanceledException");
    client.delete_item().table_name(TABLE).key("PK", text("A")).key("SK", text("ITEM")).send().await.unwrap();
    send().await.unwrap();
    assert_eq!(value(&client, "A").await.unwrap(), "me");
}

#[tokio::test]
async fn items_expire_by_the_clock_and_the_stream_says_who_removed_them() {
    let clock = clock();
    let (service, client) = open(None, &clock);
    let at = clock.now().as_second() + 60;
    let item = client.put_item().table_name(TABLE).item("PK", text("A")).item("SK", text("ITEM"));
    item.item("value", text("1")).item("ttl", AttributeValue::N(at.to_string())).send().await.unwrap();

    assert_eq!(service.sweep_ttl().unwrap(), 0);
    clock.advance(SignedDuration::from_secs(61));
    assert_eq!(service.sweep_ttl().unwrap(), 1);
    assert_eq!(value(&client, "A").await, None);
    let records = service.stream_records(TABLE, None, 100).unwrap();
    let removal = &records.last().unwrap().event;
    assert_eq!(removal["eventName"], "REMOVE");
    assert_eq!(removal["userIdentity"], json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" }));
}

#[tokio::test]
async fn items_and_records_are_still_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let (service, client) = open(Some(dir.path()), &clock);
    put(&client, "A", "kept").await;
    let before = service.stream_records(TABLE, None, 100).unwrap();
    drop((service, client));

    let (service, client) = open(Some(dir.path()), &clock);
    assert_eq!(value(&client, "A").await.unwrap(), "kept");
    assert_eq!(service.stream_records(TABLE, None, 100).unwrap(), before);
    std::fs::write(dir.path().join("schema-version"), "0").unwrap();
    drop((service, client));
    assert!(matches!(DynamoDb::open(Some(dir.path()), clock.clock()), Err(OpenError::OtherVersion { .. })));
}

#[tokio::test]
async fn errors_have_the_types_of_dynamodb() {
    let (service, client) = open(None, &clock());
    let absent = client.get_item().table_name("nowhere").key("PK", text("A")).send().await;
    assert_eq!(code(absent), "ResourceNotFoundException");
    let half_a_key = client.get_item().table_name(TABLE).key("PK", text("A")).send().await;
    assert_eq!(code(half_a_key), "ValidationException");
    put(&client, "A", "1").await;
    let taken = client.put_item().table_name(TABLE).item("PK", text("A")).item("SK", text("ITEM"));
    let taken = taken.condition_expression("attribute_not_exists(PK)").send().await;
    assert_eq!(code(taken), "ConditionalCheckFailedException");
    assert_eq!(code(client.list_backups().send().await), "UnknownOperationException");

    for (body, kind) in [
        ("{", "SerializationException"),
        ("{}", "ValidationException"),
        ("{\"TableName\":1}", "SerializationException"),
    ] {
        let request = http::Request::post("/").header("x-amz-target", "DynamoDB_20120810.GetItem");
        let answer = service.handle(request.body(body.into()).unwrap()).await;
        assert_eq!(answer.status(), 400);
        let answer: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        assert!(answer["__type"].as_str().unwrap().ends_with(&format!("#{kind}")), "{body} gives {answer}");
    }
}
