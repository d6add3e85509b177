#![doc = include_str!("../README.md")]

pub mod accept_offer;
pub mod begin_visit;
pub mod book_appointment;
pub mod book_earliest;
pub mod book_series;
pub mod cancel_appointment;
pub mod cancel_suspended_visits;
pub mod check_in;
pub mod close_visit;
pub mod complete_visit;
pub mod decline_offer;
pub mod end_calendar_feed;
pub mod expire_offers;
pub mod extend_hold;
pub mod join_waitlist;
pub mod leave_waitlist;
pub mod list_appointments;
pub mod list_waitlist;
pub mod make_calendar_feed;
pub mod preview_cancellation;
pub mod preview_series;
pub mod prioritise_waitlist_entry;
pub mod record_outcome;
pub mod release_expired_hold;
pub mod reschedule_appointment;
pub mod view_appointment;
pub mod view_calendar_feed;
pub mod view_doctor_day;
pub mod view_series;

mod booking;
mod list_scope;
mod refund_ports;
mod sealed_reason;
mod series;
mod view;
mod waitlist;

use api::{Described, Function};

/// Every function of the context.
pub static FUNCTIONS: &[&dyn Function] = &[
    &book_appointment::ENDPOINT,
    &book_earliest::ENDPOINT,
    &book_series::ENDPOINT,
    &preview_series::ENDPOINT,
    &view_series::ENDPOINT,
    &view_appointment::ENDPOINT,
    &list_appointments::ENDPOINT,
    &extend_hold::ENDPOINT,
    &reschedule_appointment::ENDPOINT,
    &preview_cancellation::ENDPOINT,
    &cancel_appointment::ENDPOINT,
    &check_in::ENDPOINT,
    &begin_visit::ENDPOINT,
    &complete_visit::ENDPOINT,
    &record_outcome::ENDPOINT,
    &view_doctor_day::ENDPOINT,
    &join_waitlist::ENDPOINT,
    &list_waitlist::ENDPOINT,
    &leave_waitlist::ENDPOINT,
    &accept_offer::ENDPOINT,
    &decline_offer::ENDPOINT,
    &prioritise_waitlist_entry::ENDPOINT,
    &make_calendar_feed::ENDPOINT,
    &end_calendar_feed::ENDPOINT,
    &view_calendar_feed::ENDPOINT,
    &release_expired_hold::CONSUMER,
    &cancel_suspended_visits::CONSUMER,
    &close_visit::CONSUMER,
    &expire_offers::CONSUMER,
];

/// Its operations of the API.
pub static OPERATIONS: &[&dyn Described] = &[
    &book_appointment::ENDPOINT,
    &book_earliest::ENDPOINT,
    &book_series::ENDPOINT,
    &preview_series::ENDPOINT,
    &view_series::ENDPOINT,
    &view_appointment::ENDPOINT,
    &list_appointments::ENDPOINT,
    &extend_hold::ENDPOINT,
    &reschedule_appointment::ENDPOINT,
    &preview_cancellation::ENDPOINT,
    &cancel_appointment::ENDPOINT,
    &check_in::ENDPOINT,
    &begin_visit::ENDPOINT,
    &complete_visit::ENDPOINT,
    &record_outcome::ENDPOINT,
    &view_doctor_day::ENDPOINT,
    &join_waitlist::ENDPOINT,
    &list_waitlist::ENDPOINT,
    &leave_waitlist::ENDPOINT,
    &accept_offer::ENDPOINT,
    &decline_offer::ENDPOINT,
    &prioritise_waitlist_entry::ENDPOINT,
    &make_calendar_feed::ENDPOINT,
    &end_calendar_feed::ENDPOINT,
    &view_calendar_feed::ENDPOINT,
];
