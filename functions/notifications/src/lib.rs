#![doc = include_str!("../README.md")]

pub mod send_notification;

mod channel;
mod content;
mod email;
mod notification_kind;

api::context! {
    endpoints: [],
    consumers: [send_notification],
}
