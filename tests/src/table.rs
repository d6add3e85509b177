//! What is in the tables: to see that a refused request has changed nothing.

use crate::World;
use bytes::Bytes;
use http::Request;
use local::stack::{KEYS_TABLE, TABLE};
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

    async fn items(&self, table: &str) -> Vec<Value> {
        let mut items = vec![];
        let mut start = Value::Null;
        loop {
            let mut body = json!({ "TableName": table });
            if !start.is_null() {
                body["ExclusiveStartKey"] = start;
            }
            let request = Request::post("http://dynamodb.local/")
                .header("x-amz-target", "DynamoDB_20120810.Scan")
                .header("content-type", "application/x-amz-json-1.0")
                .body(Bytes::from(body.to_string()))
                .expect("a well-formed request");
            let response = self.stack.services().dynamodb.handle(request).await;
            let page: Value = serde_json::from_slice(response.body()).expect("a page of items");
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
