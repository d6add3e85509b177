//! Calendar entries for e-mails: iCalendar (RFC 5545) under iTIP (RFC 5546).
//!
//! One appointment is one entry for life: its UID never changes and every change has a higher SEQUENCE, so that a
//! calendar replaces or removes its entry. The entry names neither speciality nor reason, because calendars are synced
//! to other services and devices.

use jiff::Timestamp;

use crate::appointments::appointment::OPENS_BEFORE;
use crate::availability::slot::Place;
use crate::core::id::AppointmentId;
use crate::core::person::{DoctorName, Email, PersonName};
use crate::core::time::TimeRange;

/// The data of a calendar entry in an e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The appointment, which names the entry.
    pub appointment: AppointmentId,
    /// [`crate::appointments::appointment::Appointment::sequence`].
    pub sequence: u32,
    /// The time of the visit.
    pub time: TimeRange,
    /// The place of the visit.
    pub place: Place,
    /// The instant at which this entry is written.
    pub stamp: Timestamp,
    /// The name of the doctor.
    pub doctor_name: DoctorName,
    /// The name of the patient.
    pub patient_name: PersonName,
    /// The address to which the patient's invitation is sent.
    pub patient_email: Email,
    /// The address from which it is sent.
    pub organizer_email: Email,
    /// What the entry says of the visit beside its time and place: lines without health data.
    pub description: String,
    /// The page of the app on which the visit can be changed.
    pub url: String,
}

/// The calendar that asks to add the visit, or to replace an older version of it. Its alarm is at the time from which
/// the visit can be joined.
pub fn invitation(visit: &Event) -> String {
    let alarm = [
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{}", escape_text(&summary(&visit.doctor_name))),
        format!("TRIGGER:-PT{}M", OPENS_BEFORE.as_mins()),
        "END:VALARM".to_owned(),
    ];
    calendar(visit, "REQUEST", "CONFIRMED", &alarm)
}

/// The calendar that asks to remove the visit.
pub fn cancellation(visit: &Event) -> String {
    calendar(visit, "CANCEL", "CANCELLED", &[])
}

/// The interval at which a calendar should read a feed again.
const FEED_REFRESH: &str = "PT1H";

/// A visit in a feed: the same entry as in its owner's e-mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// The appointment, which names the entry.
    pub appointment: AppointmentId,
    /// [`crate::appointments::appointment::Appointment::sequence`].
    pub sequence: u32,
    /// The time of the visit.
    pub time: TimeRange,
    /// The place of the visit.
    pub place: Place,
    /// The name of the doctor; `None` in the doctor's own calendar, which does not name the patient.
    pub doctor_name: Option<DoctorName>,
    /// Whether the visit was cancelled.
    pub is_cancelled: bool,
    /// The instant of the last change of the visit.
    pub revised_at: Timestamp,
    /// The time by the clinic's clock, in words; `None` for a video visit, which the reader's calendar tells.
    pub description: Option<String>,
}

/// A calendar for subscriptions: it has no method, since it invites no one, and it names only doctors.
///
/// Without a method, `DTSTAMP` is the last revision of an entry (RFC 5545, 3.8.7.2), so that the same visits give the
/// same text at any time. It has no alarms: a subscriber's own settings decide about them.
pub fn feed(entries: &[FeedEntry]) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Vaidya//Appointments//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "X-WR-CALNAME:Vaidya".to_owned(),
        // The first property is from RFC 7986; most calendars know only the second.
        format!("REFRESH-INTERVAL;VALUE=DURATION:{FEED_REFRESH}"),
        format!("X-PUBLISHED-TTL:{FEED_REFRESH}"),
    ];
    for FeedEntry { appointment, sequence, time, place, doctor_name, is_cancelled, revised_at, description } in entries
    {
        let summary = doctor_name.as_ref().map_or_else(|| "Medical appointment".to_owned(), summary);
        lines.extend(what_when_where(*appointment, *sequence, *revised_at, time, place, &summary));
        lines.extend(description.as_ref().map(|text| format!("DESCRIPTION:{}", escape_text(text))));
        lines.extend([
            format!("LAST-MODIFIED:{}", utc(*revised_at)),
            format!("STATUS:{}", if *is_cancelled { "CANCELLED" } else { "CONFIRMED" }),
            "CLASS:PRIVATE".to_owned(),
            format!("TRANSP:{}", if *is_cancelled { "TRANSPARENT" } else { "OPAQUE" }),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    folded(&lines)
}

/// The summary of an entry.
fn summary(doctor: &DoctorName) -> String {
    format!("Medical appointment with {doctor}")
}

/// The first lines of an entry, in e-mails and in feeds. A clinic is a location; the room of a video visit is in the
/// app.
fn what_when_where(
    appointment: AppointmentId,
    sequence: u32,
    stamp: Timestamp,
    time: &TimeRange,
    place: &Place,
    summary: &str,
) -> Vec<String> {
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{appointment}@vaidya"),
        format!("SEQUENCE:{sequence}"),
        format!("DTSTAMP:{}", utc(stamp)),
        format!("DTSTART:{}", utc(time.start())),
        format!("DTEND:{}", utc(time.end())),
        format!("SUMMARY:{}", escape_text(summary)),
    ];
    lines.extend(place.clinic().map(|clinic| format!("LOCATION:{}", escape_text(clinic.as_str()))));
    lines
}

fn folded(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        fold_into(&mut text, line);
        text
    })
}

fn calendar(visit: &Event, method: &str, status: &str, alarm: &[String]) -> String {
    let Event { appointment, sequence, time, place, stamp, doctor_name, .. } = visit;
    let Event { patient_name, patient_email, organizer_email, description, url, .. } = visit;
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Vaidya//Appointments//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("METHOD:{method}"),
    ];
    lines.extend(what_when_where(*appointment, *sequence, *stamp, time, place, &summary(doctor_name)));
    lines.extend([
        format!("DESCRIPTION:{}", escape_text(description)),
        format!("URL:{}", without_breaks(url)),
        format!("ORGANIZER;CN=\"Vaidya\":{}", mailto(organizer_email)),
        format!(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"{}\":{}",
            escape_parameter(patient_name.as_str()),
            mailto(patient_email)
        ),
        format!("STATUS:{status}"),
        "CLASS:PRIVATE".to_owned(),
        "TRANSP:OPAQUE".to_owned(),
    ]);
    lines.extend_from_slice(alarm);
    lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
    folded(&lines)
}

/// A URI stands unescaped (RFC 5545, 3.3.13), so it must not hold what begins a line of its own.
fn without_breaks(uri: &str) -> String {
    uri.chars().filter(|c| !c.is_control()).collect()
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The address as a URI (RFC 6068, 2): what a local part may hold and a URI must not is percent-encoded.
fn mailto(address: &Email) -> String {
    let mut uri = "mailto:".to_owned();
    for c in address.as_str().chars() {
        if c.is_ascii_alphanumeric() || "-._~!$'*+@".contains(c) {
            uri.push(c);
        } else {
            uri.push_str(&format!("%{:02X}", u32::from(c)));
        }
    }
    uri
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{appointment_id, at, now, visit};

    fn a_visit() -> Event {
        Event {
            appointment: appointment_id(1),
            sequence: 1,
            time: visit(),
            place: Place::Video,
            stamp: now(),
            doctor_name: "Dr. Asha Rao".parse().unwrap(),
            patient_name: "Ravi Iyer".parse().unwrap(),
            patient_email: "ravi@example.com".parse().unwrap(),
            organizer_email: "visits@vaidya.example".parse().unwrap(),
            description: "Tuesday, 1 December 2026\nby video".to_owned(),
            url: "https://app.example.com/appointments/1".to_owned(),
        }
    }

    fn clinic() -> Place {
        Place::Clinic { name: "Indiranagar, 2nd floor".parse().unwrap() }
    }

    fn unfold(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_invitation_is_this_text() {
        assert_eq!(
            unfold(&invitation(&a_visit())),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Vaidya//Appointments//EN",
                "CALSCALE:GREGORIAN",
                "METHOD:REQUEST",
                "BEGIN:VEVENT",
                "UID:00000000-0000-0000-0000-000000000001@vaidya",
                "SEQUENCE:1",
                "DTSTAMP:20261130T030000Z",
                "DTSTART:20261201T043000Z",
                "DTEND:20261201T050000Z",
                "SUMMARY:Medical appointment with Dr. Asha Rao",
                r"DESCRIPTION:Tuesday\, 1 December 2026\nby video",
                "URL:https://app.example.com/appointments/1",
                "ORGANIZER;CN=\"Vaidya\":mailto:visits@vaidya.example",
                "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"Ravi Iyer\":mailto:ravi@example.com",
                "STATUS:CONFIRMED",
                "CLASS:PRIVATE",
                "TRANSP:OPAQUE",
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "DESCRIPTION:Medical appointment with Dr. Asha Rao",
                "TRIGGER:-PT30M",
                "END:VALARM",
                "END:VEVENT",
                "END:VCALENDAR",
            ]
        );
    }

    #[test]
    fn a_cancellation_names_the_same_entry() {
        let lines = unfold(&cancellation(&Event { sequence: 2, ..a_visit() }));
        for line in
            ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2", "UID:00000000-0000-0000-0000-000000000001@vaidya"]
        {
            assert!(lines.iter().any(|other| other == line), "{line}");
        }
        assert!(!lines.iter().any(|line| line.contains("VALARM")), "nothing is to be reminded of");
    }

    #[test]
    fn an_entry_names_the_clinic_and_no_location_for_a_video_visit() {
        let of = |visit: &Event| {
            let lines = [invitation(visit), cancellation(visit)].map(|text| unfold(&text)).concat();
            lines.into_iter().filter(|line| line.starts_with("LOCATION")).collect::<Vec<_>>()
        };
        assert_eq!(of(&Event { place: clinic(), ..a_visit() }), [r"LOCATION:Indiranagar\, 2nd floor"; 2]);
        assert_eq!(of(&a_visit()), Vec::<String>::new());
    }

    #[test]
    fn a_feed_has_the_entries_of_the_emails_and_names_no_patient() {
        let entry = |number, doctor_name: Option<&str>, is_cancelled| FeedEntry {
            appointment: appointment_id(number),
            sequence: 1,
            time: visit(),
            place: clinic(),
            doctor_name: doctor_name.map(|name| name.parse().unwrap()),
            is_cancelled,
            revised_at: at("2026-11-29T08:15:00.123Z"),
            description: Some("Tuesday, 1 December 2026, 10:00 to 10:30 (Asia/Kolkata)".to_owned()),
        };
        let entries = [entry(1, Some("Dr. Asha Rao"), false), entry(2, None, true)];
        let lines = unfold(&feed(&entries));
        let of =
            |prefix: &str| lines.iter().filter(|line| line.starts_with(prefix)).map(String::as_str).collect::<Vec<_>>();
        let uid = |number| format!("UID:{}@vaidya", appointment_id(number));
        assert_eq!(of("UID:"), [uid(1), uid(2)]);
        assert_eq!(of("SUMMARY:"), ["SUMMARY:Medical appointment with Dr. Asha Rao", "SUMMARY:Medical appointment"]);
        assert_eq!(of("STATUS:"), ["STATUS:CONFIRMED", "STATUS:CANCELLED"]);
        assert_eq!(of("LOCATION:"), [r"LOCATION:Indiranagar\, 2nd floor"; 2]);
        assert_eq!((of("METHOD"), of("ATTENDEE"), of("ORGANIZER")), (vec![], vec![], vec![]));
        assert_eq!(of("DTSTAMP:"), ["DTSTAMP:20261129T081500Z"; 2], "the last revision");
        assert_eq!(of("LAST-MODIFIED:"), ["LAST-MODIFIED:20261129T081500Z"; 2]);
        assert_eq!(of("DESCRIPTION:")[0], r"DESCRIPTION:Tuesday\, 1 December 2026\, 10:00 to 10:30 (Asia/Kolkata)");
        let invited = unfold(&invitation(&a_visit()));
        assert!(invited.contains(&uid(1)), "one appointment is one entry, by e-mail and by feed");
        assert_eq!(unfold(&feed(&[])).len(), 8, "an empty feed is a calendar too");
    }

    #[test]
    fn a_doctor_is_named_with_the_title_or_without_one() {
        for name in ["Prof. Dr. Asha Rao", "Drishti Rao"] {
            let lines = unfold(&invitation(&Event { doctor_name: name.parse().unwrap(), ..a_visit() }));
            assert_eq!(lines[11], format!("SUMMARY:Medical appointment with {name}"));
        }
    }

    #[test]
    fn an_address_with_any_local_part_is_a_uri() {
        let of = |address: &str| mailto(&address.parse().unwrap());
        assert_eq!(of("n.o'connell+x@example.com"), "mailto:n.o'connell+x@example.com");
        assert_eq!(
            of("a%b&c=d?e/f#g{h|i}j^k`l@example.com"),
            "mailto:a%25b%26c%3Dd%3Fe%2Ff%23g%7Bh%7Ci%7Dj%5Ek%60l@example.com"
        );
    }

    #[test]
    fn special_characters_are_escaped_where_they_stand() {
        let lines = unfold(&invitation(&Event {
            doctor_name: r"Rao, Asha; MD\PhD".parse().unwrap(),
            patient_name: "Ravi \"R^\" Iyer".parse().unwrap(),
            patient_email: "ravi%x+y@example.com".parse().unwrap(),
            ..a_visit()
        }));
        assert_eq!(lines[11], r"SUMMARY:Medical appointment with Rao\, Asha\; MD\\PhD");
        assert!(lines[15].ends_with(r#";CN="Ravi ^'R^^^' Iyer":mailto:ravi%25x+y@example.com"#), "{}", lines[15]);
    }

    #[test]
    fn no_value_starts_a_line_of_its_own() {
        assert!("Asha\r\nATTENDEE:mailto:evil@example.com".parse::<PersonName>().is_err());
        // Even if such a name existed, it would stay inside its value.
        let evil = "Asha\r\nX:1\nY:2\rZ:3\u{b}\0";
        assert_eq!(escape_text(evil), "Asha\\nX:1\\nY:2\\nZ:3");
        assert_eq!(escape_parameter(evil), "Asha^nX:1^nY:2^nZ:3");
    }

    #[test]
    fn a_line_of_75_octets_stays_whole_and_one_of_76_is_folded() {
        let fold = |line: &str| {
            let mut text = String::new();
            fold_into(&mut text, line);
            text
        };
        assert_eq!(fold(&"x".repeat(75)), format!("{}\r\n", "x".repeat(75)));
        assert_eq!(fold(&"x".repeat(76)), format!("{}\r\n x\r\n", "x".repeat(75)));
        // The space that continues a line counts.
        assert_eq!(fold(&"x".repeat(150)), format!("{}\r\n {}\r\n x\r\n", "x".repeat(75), "x".repeat(74)));
        // Three octets each: the 25th character ends at 75, and behind one more octet it would end at 76.
        assert_eq!(fold(&"द".repeat(26)), format!("{}\r\n द\r\n", "द".repeat(25)));
        assert_eq!(fold(&format!("x{}", "द".repeat(25))), format!("x{}\r\n द\r\n", "द".repeat(24)));
    }

    proptest! {
        #[test]
        fn any_names_make_short_lines_that_unfold_into_the_same_properties(
            doctor in "\\PC{1,100}", patient in "\\PC{1,100}",
        ) {
            prop_assume!(doctor.parse::<PersonName>().is_ok() && patient.parse::<PersonName>().is_ok());
            let text = invitation(&Event {
                doctor_name: doctor.parse().unwrap(),
                patient_name: patient.parse().unwrap(),
                ..a_visit()
            });
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= MAX_OCTETS, "{} octets", line.len());
                prop_assert!(!line.contains(['\r', '\n']));
            }
            prop_assert_eq!(unfold(&text).len(), 26);
        }
    }
}
