//! Notifications: patient and doctor hear by mail of what has become of their appointment, and their calendars with them.
//!
//! Nothing waits for a mail, and nothing depends on one. A mail is read by more people than it is sent to: it names no speciality and
//! no reason of a visit, and what else there is to know is in the app.

pub mod send_notification;

mod letter;
mod notification_kind;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[&send_notification::CONSUMER];

/// Its operations of the API: none.
pub static OPERATIONS: &[&dyn Described] = &[];
