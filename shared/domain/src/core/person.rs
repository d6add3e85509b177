//! Personal data: names, contacts, credentials, and free text.
//!
//! Each type trims and checks its text once, in `parse`, and again when it is read from storage. Types that identify
//! a patient or their health print as `[redacted]` and have no `Display`: a caller that needs the text calls
//! `as_str()`.

mod address;
mod contact;
mod credentials;
mod details;
mod emergency;
mod title;
mod words;

pub use address::{Address, Country, Locality, PostalCode, Street, WrittenAddress};
pub use contact::{BirthDate, Email, PersonName, Phone, PhoneRegion, Sex};
pub use credentials::{Biography, Language, Qualification, RegistrationNumber, Speciality};
pub use details::{PersonalDetails, Preferences, ReminderWish, UnreadableDetails};
pub use emergency::{EmergencyContact, EmergencyContacts, InvalidContacts, MAX_EMERGENCY_CONTACTS, Relationship};
pub use title::{DoctorName, Title, doctor_person, is_title, without_title};
pub use words::{Remark, Symptom, VisitNotes, VisitReason};
