//! The parts that every function needs around its own rule: the contract of an endpoint or consumer, the caller,
//! problems, idempotency, disclosure, the environment, and the loop that serves the function.
//!
//! It is the only crate that knows Lambda, HTTP and the environment. It knows no mail, payments or keys: an endpoint
//! takes such a port as an argument, and [`FromEnvironment`] says how the port is made.
//!
//! To add an endpoint: `cargo new-endpoint` makes its module in a context (`ENDPOINT`, its types, `handle`), names it
//! in the context's table ([`context!`]), and adds a binary of one line, a stanza in the template and a sample event.
//! The agreement test reports missing parts.

mod browser;
mod caller;
mod clock;
mod conditional;
mod consumer;
mod context;
mod contract;
pub mod cursor;
mod disclosure;
mod edge;
mod endpoint;
mod env;
mod failures;
mod function;
mod idempotency;
mod input;
mod log_filter;
pub mod openapi;
mod output;
mod probe;
pub mod problem;
mod reader;
pub mod schema;
mod serve;
mod session;
mod table;
mod window;

pub use browser::{FromApp, WithSession};
pub use caller::{Caller, User};
pub use clock::{Clock, Ids, RandomIds, SystemClock};
pub use consumer::{
    BatchItemFailure, BatchOutcome, Consumer, EventFunction, Failure, QueueBatch, ScheduledEvent, Source, StreamBatch,
    UrlRequest, UrlResponse,
};
pub use context::{Context, RequestInfo, Runtime};
pub use contract::{Access, Contract, MAX_BODY, Verb};
pub use disclosure::{About, Disclosed, Health, Open, View};
pub use endpoint::{Endpoint, HttpFunction};
pub use env::{Aws, ConfigError, FromEnvironment, Variable};
pub use function::{Bound, Function, kebab};
pub use input::{Input, Json, Path, Query};
pub use log_filter::log_filter;
pub use openapi::Described;
pub use output::{Accepted, Asset, Calendar, Created, Document, NoContent, Ok200, Output, Page, Pdf, Polled, etag};
pub use problem::{Fields, Problem, Reason};
pub use reader::{Limit, Whole};
pub use serve::{Exit, serve};
pub use window::window;
