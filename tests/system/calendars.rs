//! What is written for calendars, kept as files, so that a reader that is not ours can be asked about them: `.ci/check-calendars` does, with
//! the Python package `icalendar`.

use domain::appointments::ics::{self, Event, FeedEntry};
use domain::availability::slot::Place;
use domain::core::time::TimeRange;
use jiff::{SignedDuration, Timestamp};
use system_tests::repository::is_current;

#[test]
fn calendars_are_current() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let half_hour = |start: &str| TimeRange::new(at(start), at(start) + SignedDuration::from_mins(30)).unwrap();
    let appointment = "c2a4d8e6-1b3f-4a5c-8d7e-9f0a1b2c3d04".parse().unwrap();
    let clinic = || Place::Clinic { name: r#"Indiranagar, 2nd floor; "C" \ मंज़िल"#.parse().unwrap() };
    let visit = |sequence, start: &str| Event {
        appointment,
        sequence,
        time: half_hour(start),
        place: clinic(),
        stamp: at("2026-11-30T03:50:00Z"),
        // What has to be escaped, folded and quoted, and letters of several octets.
        doctor_name: r#"Dr. Meera Iyer-Venkataraman, MD; "Thoracic" \ Surgery, डॉ मीरा"#.parse().unwrap(),
        patient_name: r#"Asha "Ash" Rao, अाशा"#.parse().unwrap(),
        patient_email: "asha.rao+visits@example.com".parse().unwrap(),
        organizer_email: "no-reply@example.com".parse().unwrap(),
        description: "Tuesday, 1 December 2026, 10:00 to 10:30 (Asia/Kolkata)\nमंज़िल; \"C\"".to_owned(),
        url: "https://app.example.com/appointments/c2a4d8e6-1b3f-4a5c-8d7e-9f0a1b2c3d04".to_owned(),
    };
    let other = "5f0c2f5e-8c1b-4f0e-9a63-2d1e6d1f0a01".parse().unwrap();
    let entries = [(appointment, 3, false), (other, 2, true)].map(|(appointment, sequence, is_cancelled)| FeedEntry {
        appointment,
        sequence,
        time: half_hour("2026-12-01T05:30:00Z"),
        place: if is_cancelled { Place::Video } else { clinic() },
        doctor_name: (!is_cancelled).then(|| visit(1, "2026-12-01T04:30:00Z").doctor_name),
        is_cancelled,
        revised_at: at("2026-11-30T03:50:00Z"),
        description: (!is_cancelled).then(|| "Tuesday, 1 December 2026, 11:00 to 11:30 (Asia/Kolkata)".to_owned()),
    });
    for (name, text) in [
        ("invitation", ics::invitation(&visit(1, "2026-12-01T04:30:00Z"))),
        ("update", ics::invitation(&visit(2, "2026-12-01T05:30:00Z"))),
        ("cancellation", ics::cancellation(&visit(3, "2026-12-01T05:30:00Z"))),
        ("feed", ics::feed(&entries)),
        ("empty-feed", ics::feed(&[])),
    ] {
        is_current(&format!("tests/snapshots/calendars/{name}.ics"), &text);
    }
}
