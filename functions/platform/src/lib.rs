#![doc = include_str!("../README.md")]

pub mod api_docs;
pub mod api_docs_file;
pub mod dispatch;
pub mod fire_timers;
pub mod health;
pub mod openapi_document;
pub mod view_problem_type;

mod outbox;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &dispatch::CONSUMER,
    &fire_timers::CONSUMER,
    &health::ENDPOINT,
    &api_docs::ENDPOINT,
    &api_docs_file::ENDPOINT,
    &openapi_document::ENDPOINT,
    &view_problem_type::ENDPOINT,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &health::ENDPOINT,
    &api_docs::ENDPOINT,
    &api_docs_file::ENDPOINT,
    &openapi_document::ENDPOINT,
    &view_problem_type::ENDPOINT,
];
