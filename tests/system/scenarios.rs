//! What people do with Vaidya, one file per part of their way.

mod accounts;
mod booking;
mod cancelling;
mod directory;
mod paying;
mod trail;
