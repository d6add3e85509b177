#![doc = include_str!("../README.md")]

pub mod api_docs;
pub mod api_docs_file;
pub mod dispatch;
pub mod fire_timers;
pub mod health;
pub mod openapi_document;
pub mod view_problem_type;

mod outbox;

api::context! {
    endpoints: [
        health,
        api_docs,
        api_docs_file,
        openapi_document,
        view_problem_type,
    ],
    consumers: [
        dispatch,
        fire_timers,
    ],
}
