//! What is said about people: names, contacts, credentials, and the words they write.
//!
//! Each type trims and checks its text once, in `parse`, and again when it is read from storage. Types that identify
//! a patient or say something of their health print as `[redacted]` and have no `Display`: whoever needs the text
//! says `as_str()`.

mod contact;
mod credentials;
mod details;
mod words;

pub use contact::{Address, BirthDate, Email, PersonName, Phone};
pub use credentials::{Language, Qualification, RegistrationNumber, Speciality};
pub use details::{PersonalDetails, UnreadableDetails};
pub use words::{Remark, VisitReason};
