//! `razorpay-emulator`: a faithful simulator of Razorpay for `cargo local` and the tests.
//!
//! The simulator replaces `https://api.razorpay.com/v1` and the checkout page: orders, payments, captures,
//! idempotent refunds, signed webhooks. It is as strict as Razorpay (credentials, amounts, refund
//! keys) and has Razorpay's faults: webhooks come late, twice, out of order or not at all, and a
//! payment that failed may be captured days later.
//!
//! | surface | entry |
//! |---|---|
//! | REST API | [`Razorpay::handle`] |
//! | checkout page | [`Razorpay::page`] |
//! | a customer without a browser | [`Razorpay::pay`], [`Razorpay::authorise_late`] |
//! | webhooks | [`Razorpay::deliver_due`], which the owner calls; nothing here runs in the background |
//! | the second ledger | [`Razorpay::ledger`] |
//!
//! Time is a [`Clock`] and randomness a seed, so that a run can be replayed to the byte.
//!
//! Features that Vaidya does not use are deliberately left out: settlements, disputes, payment links,
//! subscriptions, partial payment of an order, currencies other than the rupee, form-encoded request bodies.

mod books;
mod checkout;
mod config;
mod entity;
mod fields;
mod ids;
mod ledger;
mod rejection;
mod rest;
mod signature;
mod simulator;
mod store;
mod webhook;

pub use books::Outcome;
pub use config::{ApiFault, Clock, Config, DeliveryOrder, EventName, Faults, Outlet, RefundMode};
pub use entity::{Method, Order, OrderStatus, Payment, PaymentStatus, Refund, RefundStatus};
pub use ledger::{Account, Ledger};
pub use rejection::Rejection;
pub use signature::{checkout_signature, webhook_signature};
pub use simulator::{Paid, Razorpay};
pub use store::OpenError;
pub use webhook::{Delivered, PendingWebhook, WebhookState};
