//! Calendar entries for mails: iCalendar (RFC 5545) under iTIP (RFC 5546).
//!
//! One appointment is one entry for life: its UID never changes and every change has a higher SEQUENCE, so that a
//! calendar replaces or removes what it has. The entry names neither speciality nor reason: calendars are synced to
//! places that nobody thinks of.

use jiff::Timestamp;

use crate::id::AppointmentId;
use crate::person::{Email, PersonName};
use crate::time::TimeRange;

/// What a calendar entry needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Names the entry.
    pub appointment: AppointmentId,
    /// [`crate::appointment::Appointment::sequence`].
    pub sequence: u32,
    /// When the visit is.
    pub time: TimeRange,
    /// When this entry is written.
    pub stamp: Timestamp,
    /// With whom.
    pub doctor_name: PersonName,
    /// Who comes.
    pub patient_name: PersonName,
    /// Where the patient's invitation goes.
    pub patient_email: Email,
    /// The address that sends it.
    pub organizer_email: Email,
}

/// Asks a calendar to add the visit, or to replace it by this newer version.
pub fn invitation(visit: &Visit) -> String {
    calendar(visit, "REQUEST", "CONFIRMED")
}

/// Asks a calendar to remove the visit.
pub fn cancellation(visit: &Visit) -> String {
    calendar(visit, "CANCEL", "CANCELLED")
}

fn calendar(visit: &Visit, method: &str, status: &str) -> String {
    let Visit {
        appointment,
        sequence,
        time,
        stamp,
        doctor_name,
        patient_name,
        patient_email,
        organizer_email,
    } = visit;
    // Many doctors write their title into their name.
    let doctor = doctor_name.as_str();
    let doctor = doctor
        .strip_prefix("Dr.")
        .or_else(|| doctor.strip_prefix("Dr "))
        .unwrap_or(doctor)
        .trim_start();
    let summary = escape_text(&format!("Medical appointment with Dr. {doctor}"));
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Vaidya//Appointments//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{appointment}@vaidya"),
        format!("SEQUENCE:{sequence}"),
        format!("DTSTAMP:{}", utc(*stamp)),
        format!("DTSTART:{}", utc(time.start())),
        format!("DTEND:{}", utc(time.end())),
        format!("SUMMARY:{summary}"),
        format!("ORGANIZER;CN=\"Vaidya\":{}", mailto(organizer_email)),
        format!(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"{}\":{}",
            escape_parameter(patient_name.as_str()),
            mailto(patient_email)
        ),
        format!("STATUS:{status}"),
        "CLASS:PRIVATE".to_owned(),
        "TRANSP:OPAQUE".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().fold(String::new(), |mut text, line| {
        fold_into(&mut text, line);
        text
    })
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The only character of our addresses that a URI reads otherwise is the percent sign.
fn mailto(address: &Email) -> String {
    format!("mailto:{}", address.as_str().replace('%', "%25"))
}

/// A TEXT value (RFC 5545, 3.3.11). A line break becomes `\n`, so that no value can start a line of its own.
fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// The inside of a quoted parameter value, which can hold neither quotes nor line breaks (RFC 6868).
fn escape_parameter(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '^' => escaped.push_str("^^"),
            '"' => escaped.push_str("^'"),
            '\n' | '\r' => escaped.push_str("^n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// The most octets of a line, its break not counted (RFC 5545, 3.1).
const MAX_OCTETS: usize = 75;

/// Appends a line, folded where it would be too long, but never inside of a character.
fn fold_into(text: &mut String, line: &str) {
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > MAX_OCTETS {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets += c.len_utf8();
    }
    text.push_str("\r\n");
}
