#![doc = include_str!("../README.md")]

pub mod send_notification;

mod letter;
mod notification_kind;

api::context! {
    endpoints: [],
    consumers: [send_notification],
}
