//! The web pages: the app as CloudFront serves it, and the console (mailbox, clock, audit trail), which exists on one machine only.
//!
//! The console is plain HTML, without resources of other sites. A mail's HTML is not trusted: it is shown in a frame without rights.

pub mod app;
pub mod console;

use crate::Stack;
use askama::Template;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Notify;

/// The state of the pages: the stack, and the program's data directory.
#[derive(Clone)]
pub struct Site {
    /// The stack.
    pub stack: Stack,
    /// The data directory, if there is one.
    data_dir: Option<Arc<Path>>,
    /// Makes the deliveries look for work at once.
    pub(crate) wake: Arc<Notify>,
}

impl Site {
    /// A site of a stack, with the directory of its data.
    pub(crate) fn new(stack: Stack, data_dir: Option<PathBuf>) -> Self {
        Site { stack, data_dir: data_dir.map(Arc::from), wake: Arc::default() }
    }

    /// Moves the clock forward, delivers what is due by then, and remembers the offset with the data.
    pub async fn advance(&self, by: SignedDuration) {
        self.stack.advance(by).await;
        if let Some(dir) = &self.data_dir
            && let Err(error) = crate::data::keep_offset(dir, self.stack.clock().offset())
        {
            tracing::error!(%error, "the clock's offset was not kept");
        }
    }
}

/// The content security policy: own styles, own scripts, own forms, and requests to `connect`.
fn policy(connect: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; frame-src 'self'; form-action 'self'; \
         connect-src {connect}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A page.
fn html(status: StatusCode, page: &impl Template, connect: &str) -> Response {
    rendered(status, page, connect).map(Body::from)
}

/// A page, with its text in memory.
fn rendered(status: StatusCode, page: &impl Template, connect: &str) -> http::Response<Bytes> {
    let text = page.render().expect("the templates only write to memory");
    let mut response = http::Response::new(Bytes::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(connect)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A page with a message only.
#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    title: &'a str,
    text: &'a str,
}

fn message(status: StatusCode, title: &str, text: &str) -> Response {
    html(status, &Message { title, text }, "'none'")
}
