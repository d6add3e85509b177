//! Doctors and the entries under which patients find them.

pub mod doctor;
