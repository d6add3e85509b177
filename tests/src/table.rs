//! What is in the tables: to see that a refused request has changed nothing.

use crate::World;
use bytes::Bytes;
use http::Request;
use local::services::{KEYS_TABLE, TABLE};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a refusal may add: the record that it was refused, and what becomes of that.
const TRACES: [&str; 4] = ["ACT#", "AUDIT#", "CHAIN#", "CLIENT#"];

impl World {
    /// Every item of both tables but the traces that refusals leave, by its key.
    pub async fn state(&self) -> BTreeMap<String, Value> {
        let mut items = BTreeMap::new();
        for table in [TABLE, KEYS_TABLE] {
            for item in self.items(table).await {
                let key = format!("{table} {} {}", item["PK"]["S"], item["SK"]["S"]);
                items.insert(key, item);
            }
        }
        items
    }

    /// The keys of the items whose partition key begins like this.
    pub async fn keys_like(&self, prefix: &str) -> Vec<String> {
        let all = self.items(TABLE).await;
        all.iter()
            .filter_map(|item| item["PK"]["S"].as_str())
            .filter(|key| key.starts_with(prefix))
            .map(str::to_owned)
            .collect()
    }

    /// Puts an item into the table without a function, in the form of a request.
    ///
    /// # Panics
    /// If the table refuses it.
    pub async fn puts_item(&self, item: Value) {
        let _ = self.asks_table("PutItem", json!({ "TableName": TABLE, "Item": item })).await;
    }

    /// An item of the table as it is stored.
    ///
    /// # Panics
    /// If there is none.
    pub async fn item(&self, pk: &str, sk: &str) -> Value {
        let key = json!({ "PK": { "S": pk }, "SK": { "S": sk } });
        let mut found = self.asks_table("GetItem", json!({ "TableName": TABLE, "Key": key })).await;
        assert!(found["Item"].is_object(), "{pk} {sk} is not there");
        found["Item"].take()
    }

    async fn asks_table(&self, action: &str, body: Value) -> Value {
        let request = Request::post("http://dynamodb.local/")
            .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
            .header("content-type", "application/x-amz-json-1.0")
            .body(Bytes::from(body.to_string()))
            .expect("a well-formed request");
        let response = self.stack.services().dynamodb.handle(request).await;
        assert_eq!(response.status(), 200, "{action}: {:?}", response.body());
        serde_json::from_slice(response.body()).expect("an answer")
    }

    async fn items(&self, table: &str) -> Vec<Value> {
        let mut items = vec![];
        let mut start = Value::Null;
        loop {
            let mut body = json!({ "TableName": table });
            if !start.is_null() {
                body["ExclusiveStartKey"] = start;
            }
            let page = self.asks_table("Scan", body).await;
            items.extend(page["Items"].as_array().cloned().expect("a page of items"));
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                break;
            }
        }
        items.retain(|item| {
            !TRACES.iter().any(|trace| item["PK"]["S"].as_str().is_some_and(|key| key.starts_with(trace)))
        });
        items
    }
}
