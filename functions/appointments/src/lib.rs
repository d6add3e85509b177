#![doc = include_str!("../README.md")]

pub mod accept_offer;
pub mod begin_visit;
pub mod book_appointment;
pub mod book_earliest;
pub mod book_series;
pub mod cancel_appointment;
pub mod cancel_series;
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
pub mod preview_series_cancellation;
pub mod prioritise_waitlist_entry;
pub mod record_outcome;
pub mod release_expired_hold;
pub mod reschedule_appointment;
pub mod update_appointment;
pub mod view_appointment;
pub mod view_calendar_feed;
pub mod view_doctor_day;
pub mod view_series;

mod booking;
mod intake;
mod list_scope;
mod people;
mod refund_ports;
mod series;
mod view;
mod visits;
mod waitlist;

api::context! {
    endpoints: [
        book_appointment,
        book_earliest,
        book_series,
        preview_series,
        view_series,
        preview_series_cancellation,
        cancel_series,
        view_appointment,
        list_appointments,
        extend_hold,
        reschedule_appointment,
        preview_cancellation,
        cancel_appointment,
        check_in,
        begin_visit,
        complete_visit,
        record_outcome,
        view_doctor_day,
        join_waitlist,
        list_waitlist,
        leave_waitlist,
        accept_offer,
        decline_offer,
        prioritise_waitlist_entry,
        make_calendar_feed,
        end_calendar_feed,
        view_calendar_feed,
        update_appointment,
    ],
    consumers: [
        release_expired_hold,
        cancel_suspended_visits,
        close_visit,
        expire_offers,
    ],
}
