//! The three ways of reading: a key, some keys, a span of a partition. Strongly consistent wherever a
//! decision may follow; what an index or a list says is checked again by the write that follows it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use crate::Storage;
use crate::table::error::StorageError;
use crate::table::item::{Attributes, Row, key_of};
use crate::table::key::{ItemKey, Order, Place, Sort, Span};
use crate::table::pagination::{Cursor, Page, PageRequest};

/// How often a batch asks again for keys that DynamoDB has not read, before the table counts as unavailable.
const ROUNDS: usize = 4;

/// The rows of a batch, to be taken out by key.
#[derive(Debug)]
pub(crate) struct Rows(HashMap<ItemKey, Row>);

impl Rows {
    /// Takes the row at `key`, if there is one.
    pub fn take(&mut self, key: impl Into<ItemKey>) -> Option<Row> {
        self.0.remove(&key.into())
    }

    /// The row at `key`, which stays.
    pub fn peek(&self, key: impl Into<ItemKey>) -> Option<&Row> {
        self.0.get(&key.into())
    }

    /// Takes the row at `key` and reads it.
    pub fn read<T>(
        &mut self,
        key: impl Into<ItemKey>,
        read: impl FnOnce(&Row) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        self.take(key).map(|row| read(&row)).transpose()
    }
}

/// A filter of a query, and how many rows it may look at.
pub(crate) struct Filter {
    pub expression: &'static str,
    pub names: HashMap<String, String>,
    pub values: HashMap<String, AttributeValue>,
    pub examined: i32,
}

/// The page goes on behind the span, where nothing is.
struct Beyond;

/// Where in a span a page begins. What a client shows as a cursor can name any place.
fn start(span: &Span, page: &PageRequest) -> Result<Option<Attributes>, Beyond> {
    let Some(after) = page.start() else { return Ok(None) };
    match span.place(&after) {
        Place::Before => Ok(None),
        Place::Inside => Ok(Some(after)),
        Place::Elsewhere => Err(Beyond),
    }
}

impl Storage {
    /// One row, strongly consistent.
    pub(crate) async fn row(&self, key: impl Into<ItemKey>) -> Result<Option<Row>, StorageError> {
        let key = key.into();
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key.attributes())).consistent_read(true);
        let found = get.send().await.map_err(StorageError::unavailable)?.item;
        found.map(|item| Row::found(key, item)).transpose()
    }

    /// Some rows (at most 100 keys, each once), strongly consistent, in one `BatchGetItem` unless DynamoDB
    /// leaves keys over.
    pub(crate) async fn rows(&self, keys: Vec<ItemKey>) -> Result<Rows, StorageError> {
        let mut wanted: Vec<_> = keys.iter().map(ItemKey::attributes).collect();
        let mut found = HashMap::with_capacity(keys.len());
        for _ in 0..ROUNDS {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .expect("keys are set");
            let answer = self.client.batch_get_item().request_items(&self.table, request).send().await;
            let answer = answer.map_err(StorageError::unavailable)?;
            for item in answer.responses.into_iter().flat_map(|mut tables| tables.remove(&self.table)).flatten() {
                let (pk, sk) = key_of(&item);
                let key = keys.iter().find(|key| key.is(pk, sk)).cloned();
                let key = key.unwrap_or_else(|| ItemKey::unknown(pk, sk));
                found.insert(key.clone(), Row::found(key, item)?);
            }
            let left = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table));
            match left {
                Some(left) if !left.keys.is_empty() => wanted = left.keys,
                _ => return Ok(Rows(found)),
            }
        }
        Err(StorageError::Unavailable("the table left keys of a batch unread, again and again".into()))
    }

    /// A page of a span. The base table is read strongly, an index can't be.
    pub(crate) async fn page(&self, span: Span, page: &PageRequest) -> Result<Page<Row>, StorageError> {
        let Ok(start) = start(&span, page) else { return Ok(Page { items: Vec::new(), next: None }) };
        let (consistent, read_key) = (span.index.is_none(), span.read_key);
        let query = self.query(span).consistent_read(consistent).limit(page.limit().try_into().expect("at most 100"));
        let answer = query.set_exclusive_start_key(start).send().await.map_err(StorageError::unavailable)?;
        let next = answer.last_evaluated_key.as_ref().map(Cursor::of);
        let rows = answer.items.unwrap_or_default().into_iter().map(|item| Row::read(item, read_key));
        let items = rows.collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    /// A page of those rows of a span of the base table that a filter admits: one query, eventually
    /// consistent, which ends early when it has looked at `filter.examined` rows.
    pub(crate) async fn filtered(
        &self,
        span: Span,
        filter: Filter,
        page: &PageRequest,
    ) -> Result<Page<Row>, StorageError> {
        let Ok(start) = start(&span, page) else { return Ok(Page { items: Vec::new(), next: None }) };
        let read_key = span.read_key;
        let mut query = self.query(span).filter_expression(filter.expression).limit(filter.examined);
        for (name, attribute) in filter.names {
            query = query.expression_attribute_names(name, attribute);
        }
        for (placeholder, value) in filter.values {
            query = query.expression_attribute_values(placeholder, value);
        }
        let answer = query.set_exclusive_start_key(start).send().await.map_err(StorageError::unavailable)?;
        let mut next = answer.last_evaluated_key.as_ref().map(Cursor::of);
        let rows = answer.items.unwrap_or_default().into_iter().map(|item| Row::read(item, read_key));
        let mut items: Vec<Row> = rows.collect::<Result<_, _>>()?;
        if items.len() > page.limit() {
            items.truncate(page.limit());
            next = items.last().map(|last| Cursor::of(&last.at.attributes()));
        }
        Ok(Page { items, next })
    }

    /// All rows of a span of the base table, strongly consistent. For spans that are short by their nature.
    pub(crate) async fn all(&self, span: Span) -> Result<Vec<Row>, StorageError> {
        let read_key = span.read_key;
        let mut pages = self.query(span).consistent_read(true).into_paginator().items().send();
        let mut rows = Vec::new();
        while let Some(item) = pages.next().await {
            rows.push(Row::read(item.map_err(StorageError::unavailable)?, read_key)?);
        }
        Ok(rows)
    }

    fn query(&self, span: Span) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let (pk, sk) = match span.index {
            None => ("PK".to_owned(), "SK".to_owned()),
            Some(index) => (format!("{index}PK"), format!("{index}SK")),
        };
        let query = self.client.query().table_name(&self.table).set_index_name(span.index.map(str::to_owned));
        let query = query.scan_index_forward(span.order == Order::Ascending);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(span.pk));
        match span.sort {
            Sort::All => query.key_condition_expression(format!("{pk} = :pk")),
            Sort::Between(from, to) => query
                .key_condition_expression(format!("{pk} = :pk AND {sk} BETWEEN :from AND :to"))
                .expression_attribute_values(":from", AttributeValue::S(from))
                .expression_attribute_values(":to", AttributeValue::S(to)),
        }
    }
}
