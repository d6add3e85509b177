//! The table itself: items, keys, conditions, transactions, queries. It knows no context.

pub(crate) mod entities;
pub mod error;
pub mod guard;
pub mod idempotency;
pub mod item;
pub mod key;
pub(crate) mod keys;
pub mod pagination;
pub mod provenance;
pub mod read;
pub mod sealed;
pub mod timers;
pub mod transaction;
