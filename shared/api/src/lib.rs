//! The parts that every function needs around its own rule: the contract of an endpoint or consumer, the caller,
//! problems, idempotency, disclosure, the environment, and the loop that serves the function.
//!
//! It is the only crate that knows Lambda, HTTP and the environment. It knows no mail, payments or keys: an endpoint
//! takes such a port as an argument, and [`FromEnvironment`] says how the port is made.
//!
//! To add an endpoint: `cargo new-endpoint` makes its module in a context (`ENDPOINT`, its types, `handle`), names it
//! in the context's table ([`context!`]), and adds a binary of one line, a stanza in the template and a sample event.
//! The agreement test reports missing parts.

mod caller;
mod clock;
mod consumer;
mod context;
pub mod cursor;
mod disclosure;
mod endpoint;
mod env;
mod failures;
mod function;
mod idempotency;
mod input;
pub mod openapi;
mod output;
pub mod problem;
mod serve;
mod table;
mod validators;
mod window;

pub use caller::{Caller, User};
pub use clock::{Clock, Ids, RandomIds, SystemClock};
pub use consumer::{
    BatchItemFailure, BatchOutcome, Consumer, EventFunction, Failure, QueueBatch, ScheduledEvent, Source, StreamBatch,
    UrlRequest, UrlResponse,
};
pub use context::{Context, RequestInfo, Runtime};
pub use disclosure::{About, Disclosed, Health, Open, View};
pub use endpoint::{Access, Contract, Endpoint, HttpFunction, MAX_BODY, Verb};
pub use env::{Aws, ConfigError, FromEnvironment, Variable};
pub use function::{Bound, Function, kebab};
pub use input::{Input, Json, Path, Query};
pub use openapi::Described;
pub use output::{Accepted, Asset, Calendar, Created, Document, NoContent, Ok200, Output, Page, Pdf, etag};
pub use problem::{Fields, Problem};
pub use serve::{Exit, serve};
pub use window::window;
