//! Appointments: booking, moving, cancelling and attending a visit, series of visits, waiting lists and calendars.
//!
//! This context stands above availability and payments, because a transition of an appointment changes both.

pub mod agenda;
pub mod aggregate;
pub mod appointment;
pub mod attendance;
pub mod booking;
pub mod calendar_feed;
pub mod cancellation;
mod free_steps;
pub mod ics;
pub mod intake;
pub mod payment_start;
pub mod rescheduling;
pub mod series;
pub mod settlement;
pub mod step_refusal;
pub mod visit_terms;
pub mod waitlist;
