#![doc = include_str!("../README.md")]

pub mod send_notification;

mod letter;
mod notification_kind;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[&send_notification::CONSUMER];

/// Its operations of the API: none.
pub static OPERATIONS: &[&dyn Described] = &[];
