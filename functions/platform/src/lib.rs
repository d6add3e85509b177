//! Platform: what no other context owns. Facts of the table's stream, and timers whose time has come, go to the queues of those who act
//! on them, and four public pages say whether the service works, what it offers, and what its refusals mean.
//!
//! Nothing here decides anything about patients, doctors or money: [`dispatch`] routes what others have written, [`fire_timers`] what
//! others have planned, and the pages hold no data.

pub mod api_docs;
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
    &openapi_document::ENDPOINT,
    &view_problem_type::ENDPOINT,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] =
    &[&health::ENDPOINT, &api_docs::ENDPOINT, &openapi_document::ENDPOINT, &view_problem_type::ENDPOINT];
