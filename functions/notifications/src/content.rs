//! The mails: what is said to whom, in text and in HTML of the same content, and what their calendar is told.
//!
//! A letter is its sentences, its facts and one link; two templates set them. So HTML and text can't say different things. What a letter
//! never holds: a speciality, a qualification (which names one), the kind or the reason of the visit, the remark of whoever cancelled, and,
//! to the doctor, who the patient is.

use crate::notification_kind::{NotificationKind, Progress, RefundStatus};
use askama::Template;
use domain::appointments::appointment::Appointment;
use domain::appointments::ics;
use domain::appointments::waitlist::{Entry, Offer};
use domain::availability::slot::Place;
use domain::core::cancelled_by::CancelledBy;
use domain::core::person::{Email, PersonName};
use domain::core::time::{TimeRange, Zone};
use domain::directory::doctor::Doctor;
use domain::payments::refund_policy::RefundPolicy;
use gateway::mail::{Invitation, Mail, Method};
use jiff::Timestamp;

/// The side of the visit on which the recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecipientRole {
    Patient,
    Doctor,
}

impl RecipientRole {
    /// As it is remembered.
    pub fn as_str(self) -> &'static str {
        match self {
            RecipientRole::Patient => "patient",
            RecipientRole::Doctor => "doctor",
        }
    }
}

/// Where a letter goes.
#[derive(Clone)]
pub(crate) struct Recipient {
    pub role: RecipientRole,
    pub name: PersonName,
    pub email: Email,
    /// Where the reader's local times are.
    pub zone: Zone,
}

/// Everything that a letter is written from.
pub(crate) struct EmailContext<'a> {
    pub news: NotificationKind,
    pub appointment: &'a Appointment,
    pub doctor: &'a Doctor,
    pub payback: &'a RefundStatus,
    /// What would come back, were it cancelled.
    pub policy: &'a RefundPolicy,
    /// The patients' app, without a slash at its end.
    pub app_url: &'a str,
    /// The address that sends the mail, and organises the visit in calendars.
    pub sender: &'a Email,
    pub now: Timestamp,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a>(&'a Letter);

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a>(&'a Letter);

/// What is said, before it is set.
struct Letter {
    subject: String,
    name: String,
    sentences: Vec<String>,
    facts: Vec<(&'static str, String)>,
    link: (&'static str, String),
}

/// Writes the letter to one reader; none if it is no news to them.
///
/// # Errors
/// A template that can't be set.
pub(crate) fn write(occasion: &EmailContext<'_>, to: &Recipient) -> Result<Option<Mail>, askama::Error> {
    let Some(letter) = letter(occasion, to) else { return Ok(None) };
    Ok(Some(Mail {
        to: to.email.clone(),
        text: Text(&letter).render()?,
        html: Html(&letter).render()?,
        subject: letter.subject,
        invitation: invitation(occasion, to),
    }))
}

/// Writes to a patient who waits what is kept for them, and until when.
///
/// # Errors
/// A template that can't be set.
pub(crate) fn offer(
    entry: &Entry,
    offer: &Offer,
    doctor: &Doctor,
    app_url: &str,
    to: &Recipient,
) -> Result<Mail, askama::Error> {
    let (when, until) = (When::of(offer.time, &to.zone), offer.until.to_zoned(to.zone.tz().clone()));
    let until = until.strftime("%-d %B %Y at %H:%M");
    let letter = Letter {
        subject: format!("A time is kept for you until {until}"),
        name: to.name.as_str().to_owned(),
        sentences: vec![
            "A time that you wait for was given back. It is kept for you alone, and can be booked with one click."
                .to_owned(),
            "If you decline it, or do not answer in time, it goes to the next person who waits, and you keep your place. \
             After ten times that you let pass you wait no more."
                .to_owned(),
        ],
        facts: vec![
            ("Doctor", titled(&doctor.name)),
            ("Registration number", doctor.registration_number.to_string()),
            ("When", when.in_full()),
            ("Where", whereabouts(&offer.place)),
            ("Kept until", format!("{until} ({})", when.zone)),
        ],
        link: ("Book it", format!("{app_url}/waitlist/{}", entry.id)),
    };
    Ok(Mail {
        to: to.email.clone(),
        text: Text(&letter).render()?,
        html: Html(&letter).render()?,
        subject: letter.subject,
        invitation: None,
    })
}

fn letter(occasion: &EmailContext<'_>, to: &Recipient) -> Option<Letter> {
    let EmailContext { news, appointment, doctor, payback, policy, app_url, .. } = occasion;
    let when = When::of(appointment.time, &to.zone);
    let (subject, sentences) = match (news, to.role) {
        (NotificationKind::Confirmed, RecipientRole::Patient) => {
            let mut sentences = vec![
                "Your appointment is confirmed. The invitation in this mail puts it into your calendar.".to_owned(),
            ];
            if !appointment.fee.is_zero() {
                sentences.push(policy_sentence(policy));
            }
            (format!("Your appointment on {} is confirmed", when.day_and_time()), sentences)
        }
        (NotificationKind::Confirmed, RecipientRole::Doctor) => (
            format!("New appointment on {}", when.day_and_time()),
            vec![
                "A patient has booked an appointment with you. Who comes, and why, is said in the app alone."
                    .to_owned(),
            ],
        ),
        (NotificationKind::Moved, RecipientRole::Patient) => (
            format!("Your appointment was moved to {}", when.day_and_time()),
            vec![
                "Your appointment takes place at another time. The invitation in this mail moves it in your calendar."
                    .to_owned(),
            ],
        ),
        (NotificationKind::Moved, RecipientRole::Doctor) => (
            format!("Appointment moved to {}", when.day_and_time()),
            vec![
                "An appointment with you takes place at another time. Who comes, and why, is said in the app alone."
                    .to_owned(),
            ],
        ),
        (NotificationKind::Reminder(_), RecipientRole::Patient) => (
            format!("Reminder: your appointment on {}", when.day_and_time()),
            vec![format!(
                "This is a reminder of your appointment. {} from half an hour before it begins.",
                match appointment.place {
                    Place::Video => "You can enter the waiting room",
                    Place::Clinic { .. } => "When you are there, say so in the app: you can",
                }
            )],
        ),
        (NotificationKind::Cancelled(by), RecipientRole::Patient) => {
            let why = match by {
                CancelledBy::Patient => "You have cancelled your appointment.",
                CancelledBy::Doctor => "The doctor has cancelled your appointment. We are sorry.",
                CancelledBy::Suspension => {
                    "The doctor can't see patients at present, so that your appointment is cancelled. We are sorry."
                }
                CancelledBy::Admin | CancelledBy::Expiry | CancelledBy::Payment => {
                    "Your appointment was cancelled. We are sorry."
                }
            };
            let sentences = [Some(why.to_owned()), payback_sentence(appointment, payback)];
            (
                format!("Your appointment on {} is cancelled", when.day_and_time()),
                sentences.into_iter().flatten().collect(),
            )
        }
        (NotificationKind::Cancelled(by), RecipientRole::Doctor) => {
            let why = match by {
                CancelledBy::Patient => "The patient has cancelled the appointment.",
                CancelledBy::Doctor => "You have cancelled the appointment. The patient gets the whole fee back.",
                CancelledBy::Suspension => "You take no bookings at present, so that the appointment is cancelled.",
                CancelledBy::Admin | CancelledBy::Expiry | CancelledBy::Payment => "The appointment was cancelled.",
            };
            (format!("Appointment on {} cancelled", when.day_and_time()), vec![why.to_owned()])
        }
        (NotificationKind::Released(by), RecipientRole::Patient) => {
            let why = match by {
                CancelledBy::Expiry => "The time that was held for you has not been paid for, and is free again.",
                CancelledBy::Patient => "You have given back the time that was held for you.",
                _ => "The time that was held for you is no longer available. We are sorry.",
            };
            let late = match by {
                CancelledBy::Expiry => {
                    "If you have paid all the same, you get either the appointment or all of your money back, and hear from us."
                }
                _ => "If you have paid all the same, you get all of your money back.",
            };
            ("Your reservation has ended".to_owned(), vec![why.to_owned(), late.to_owned()])
        }
        (NotificationKind::Released(_) | NotificationKind::Reminder(_), RecipientRole::Doctor) => return None,
    };
    let mut facts = vec![];
    if to.role == RecipientRole::Patient {
        facts.push(("Doctor", titled(&appointment.doctor_name)));
        facts.push(("Registration number", doctor.registration_number.to_string()));
    }
    facts.push(("When", when.in_full()));
    facts.push(("Where", whereabouts(&appointment.place)));
    if (*news, to.role) == (NotificationKind::Confirmed, RecipientRole::Patient) {
        let free = appointment.fee.is_zero();
        facts.push(("Fee", if free { "free of charge".to_owned() } else { format!("{}, paid", appointment.fee) }));
    }
    let link = match news {
        NotificationKind::Released(_) => ("Find another time", format!("{app_url}/doctors/{}", appointment.doctor)),
        _ => ("Open the appointment", format!("{app_url}/appointments/{}", appointment.id)),
    };
    Some(Letter { subject, name: to.name.as_str().to_owned(), sentences, facts, link })
}

/// What comes back if the patient cancels, by the parameters of the stage; steps of the policy that make no difference are left out.
fn policy_sentence(policy: &RefundPolicy) -> String {
    let RefundPolicy { full_hours, partial_hours, partial_percent, .. } = *policy;
    let least = |hours| match hours {
        1 => "at least 1 hour before".to_owned(),
        hours => format!("at least {hours} hours before"),
    };
    let whole_from = if partial_percent == 100 { partial_hours } else { full_hours };
    if whole_from == 0 {
        return "If you cancel before it begins, the whole fee is paid back.".to_owned();
    }
    let whole = format!("If you cancel {}, the whole fee is paid back", least(whole_from));
    match (partial_percent, partial_hours) {
        (percent @ 1..=99, 0) => format!("{whole}; later, {percent}% of it."),
        (percent @ 1..=99, hours) if hours < full_hours => {
            format!("{whole}; {}, {percent}% of it; later, nothing.", least(hours))
        }
        _ => format!("{whole}; later, nothing."),
    }
}

fn payback_sentence(appointment: &Appointment, payback: &RefundStatus) -> Option<String> {
    let fee = appointment.fee;
    Some(match payback {
        RefundStatus::Unsaid => return None,
        RefundStatus::Nothing => "The fee is not paid back, since it was too late for that.".to_owned(),
        RefundStatus::Amount { amount, progress: Progress::Coming } => {
            format!("{amount} of {fee} will be paid back in the way you paid, within 5 to 7 working days.")
        }
        RefundStatus::Amount { amount, progress: Progress::Done } => {
            format!("{amount} of {fee} was paid back in the way you paid.")
        }
        RefundStatus::Amount { amount, progress: Progress::Stuck } => {
            format!("{amount} of {fee} is due to you, but could not be paid back yet. We are looking into it.")
        }
    })
}

/// What the reader's calendar is told: nothing about a hold, which no calendar has.
fn invitation(occasion: &EmailContext<'_>, to: &Recipient) -> Option<Invitation> {
    let visit = ics::Event {
        appointment: occasion.appointment.id,
        sequence: occasion.appointment.sequence,
        time: occasion.appointment.time,
        place: occasion.appointment.place.clone(),
        stamp: occasion.now,
        doctor_name: occasion.appointment.doctor_name.clone(),
        // A calendar takes an invitation only for its owner: each reader is the one who attends.
        patient_name: to.name.clone(),
        patient_email: to.email.clone(),
        organizer_email: occasion.sender.clone(),
    };
    match occasion.news {
        NotificationKind::Confirmed | NotificationKind::Moved => {
            Some(Invitation { method: Method::Request, ics: ics::invitation(&visit) })
        }
        NotificationKind::Cancelled(_) => Some(Invitation { method: Method::Cancel, ics: ics::cancellation(&visit) }),
        // A hold is in no calendar, and a reminder changes nothing in one.
        NotificationKind::Released(_) | NotificationKind::Reminder(_) => None,
    }
}

/// Where patient and doctor meet.
fn whereabouts(place: &Place) -> String {
    place.clinic().map_or_else(|| "by video, in the app".to_owned(), ToString::to_string)
}

/// Many doctors write their title into their name.
fn titled(name: &PersonName) -> String {
    let name = name.as_str();
    if name.starts_with("Dr.") || name.starts_with("Dr ") { name.to_owned() } else { format!("Dr. {name}") }
}

/// A visit's time where the reader is.
struct When {
    start: jiff::Zoned,
    end: jiff::Zoned,
    zone: String,
}

impl When {
    fn of(time: TimeRange, zone: &Zone) -> Self {
        let local = |at: Timestamp| at.to_zoned(zone.tz().clone());
        let (start, end) = (local(time.start()), local(time.end()));
        When { start, end, zone: zone.as_str().to_owned() }
    }

    fn day_and_time(&self) -> String {
        self.start.strftime("%-d %B %Y at %H:%M").to_string()
    }

    fn in_full(&self) -> String {
        format!("{} to {} ({})", self.start.strftime("%A, %-d %B %Y, %H:%M"), self.end.strftime("%H:%M"), self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification_kind::tests::{held, now};
    use domain::appointments::waitlist::{Target, WaitlistRequest, Window};
    use domain::core::id::WaitlistEntryId;
    use domain::core::money::Paise;
    use domain::directory::doctor::{DoctorStatus, Terms};

    fn doctor() -> Doctor {
        Doctor {
            id: held().doctor,
            name: "Asha Rao".parse().unwrap(),
            registration_number: "KMC/12345".parse().unwrap(),
            qualification: "MBBS, MD (Cardiology)".parse().unwrap(),
            specialities: vec!["cardiology".parse().unwrap()],
            languages: vec!["en".parse().unwrap()],
            fee: Paise::new(50_000).unwrap(),
            terms: Terms::default(),
            zone: Zone::default(),
            email: "asha@clinic.example.com".parse().unwrap(),
            standing: DoctorStatus::Active,
            version: 1,
        }
    }

    fn clinic() -> Place {
        Place::Clinic { name: "Indiranagar".parse().unwrap() }
    }

    fn recipient(role: RecipientRole, zone: &str) -> Recipient {
        let (name, email) = match role {
            RecipientRole::Patient => ("Ravi <b>Iyer</b>", "ravi@example.com"),
            RecipientRole::Doctor => ("Asha Rao", "asha@clinic.example.com"),
        };
        Recipient { role, name: name.parse().unwrap(), email: email.parse().unwrap(), zone: Zone::parse(zone).unwrap() }
    }

    fn mail(news: NotificationKind, payback: &RefundStatus, to: &Recipient) -> Option<Mail> {
        mail_of(&Appointment { sequence: 2, ..held() }, news, payback, to)
    }

    fn mail_of(
        appointment: &Appointment,
        news: NotificationKind,
        payback: &RefundStatus,
        to: &Recipient,
    ) -> Option<Mail> {
        let occasion = EmailContext {
            news,
            appointment,
            doctor: &doctor(),
            payback,
            policy: &RefundPolicy { full_hours: 48, partial_hours: 1, partial_percent: 30, no_show_percent: 0 },
            app_url: "https://app.example.com",
            sender: &"no-reply@example.com".parse().unwrap(),
            now: now(),
        };
        write(&occasion, to).unwrap()
    }

    fn to_patient(news: NotificationKind) -> Mail {
        mail(news, &RefundStatus::Unsaid, &recipient(RecipientRole::Patient, "Asia/Kolkata")).unwrap()
    }

    fn to_doctor(news: NotificationKind) -> Mail {
        mail(news, &RefundStatus::Unsaid, &recipient(RecipientRole::Doctor, "Asia/Kolkata")).unwrap()
    }

    const ALL: [CancelledBy; 6] = [
        CancelledBy::Patient,
        CancelledBy::Doctor,
        CancelledBy::Admin,
        CancelledBy::Expiry,
        CancelledBy::Suspension,
        CancelledBy::Payment,
    ];

    fn every_mail() -> Vec<Mail> {
        let mut mails = vec![
            to_patient(NotificationKind::Confirmed),
            to_doctor(NotificationKind::Confirmed),
            to_patient(NotificationKind::Reminder(60)),
        ];
        for by in ALL {
            mails.extend([
                to_patient(NotificationKind::Cancelled(by)),
                to_doctor(NotificationKind::Cancelled(by)),
                to_patient(NotificationKind::Released(by)),
            ]);
        }
        mails
    }

    #[test]
    fn what_is_kept_is_told_with_its_time_and_no_speciality() {
        let visit = held();
        let until = now() + jiff::SignedDuration::from_mins(30);
        let (doctor_id, time, slots) = (visit.doctor, visit.time, visit.slots.clone());
        let kept = Offer { doctor: doctor_id, time, place: clinic(), slots, until };
        let window = Window::new(now(), visit.time.end()).unwrap();
        let wanted = Target::Speciality { speciality: "cardiology".parse().unwrap(), language: None };
        let id = WaitlistEntryId::from_uuid(uuid::Uuid::from_u128(9));
        let wish = WaitlistRequest { wanted, kind: visit.kind, mode: None, window };
        let entry = Entry::join(id, visit.patient, wish, now());
        let to = recipient(RecipientRole::Patient, "Asia/Kolkata");
        let mail = offer(&entry, &kept, &doctor(), "https://app.example.com", &to).unwrap();
        assert_eq!(mail.subject, "A time is kept for you until 29 November 2026 at 10:30");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("1 December 2026, 10:00 to 10:30 (Asia/Kolkata)"), "{part}");
            assert!(part.contains("Indiranagar"), "{part}");
            assert!(part.contains(&format!("https://app.example.com/waitlist/{id}")), "{part}");
            assert!(!part.to_lowercase().contains("cardiology"), "{part}");
        }
        assert!(!mail.html.contains("<b>"), "{}", mail.html);
        assert!(mail.invitation.is_none());
    }

    #[test]
    fn a_confirmation_tells_the_patient_who_when_and_how_much() {
        let mail = to_patient(NotificationKind::Confirmed);
        assert_eq!(mail.subject, "Your appointment on 1 December 2026 at 10:00 is confirmed");
        for part in ["Dr. Asha Rao", "KMC/12345", "Tuesday, 1 December 2026, 10:00 to 10:30 (Asia/Kolkata)", "₹500.00"]
        {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
            assert!(mail.html.contains(part), "{part} in {}", mail.html);
        }
        assert!(mail.text.contains("https://app.example.com/appointments/00000000-0000-0000-0000-000000000001"));
    }

    #[test]
    fn both_readers_and_their_calendars_hear_where_it_is() {
        let told = |place: &Place, role| {
            let visit = Appointment { place: place.clone(), ..held() };
            let to = recipient(role, "Asia/Kolkata");
            let mail = mail_of(&visit, NotificationKind::Moved, &RefundStatus::Unsaid, &to).unwrap();
            (mail.text, mail.html, mail.invitation.unwrap().ics)
        };
        for role in [RecipientRole::Patient, RecipientRole::Doctor] {
            let (text, html, ics) = told(&clinic(), role);
            assert!(text.contains("Where: Indiranagar") && html.contains("Indiranagar"), "{text} {html}");
            assert!(ics.contains("\r\nLOCATION:Indiranagar\r\n"), "{ics}");
            let (text, html, ics) = told(&Place::Video, role);
            assert!(text.contains("Where: by video") && html.contains("by video"), "{text} {html}");
            assert!(!ics.contains("LOCATION"), "{ics}");
        }
    }

    #[test]
    fn what_a_cancellation_would_cost_is_what_the_stage_says() {
        let said = "If you cancel at least 48 hours before, the whole fee is paid back; at least 1 hour before, 30% of it; \
                    later, nothing.";
        let mail = to_patient(NotificationKind::Confirmed);
        assert!(mail.text.contains(said) && mail.html.contains(said), "{}", mail.html);
        let of = |full_hours, partial_hours, partial_percent| {
            policy_sentence(&RefundPolicy { full_hours, partial_hours, partial_percent, no_show_percent: 0 })
        };
        let day = "If you cancel at least 24 hours before, the whole fee is paid back; ";
        assert_eq!(of(24, 2, 50), format!("{day}at least 2 hours before, 50% of it; later, nothing."));
        assert_eq!(of(24, 0, 50), format!("{day}later, 50% of it."));
        for (partial_hours, partial_percent) in [(2, 0), (0, 0), (24, 50), (24, 100)] {
            assert_eq!(of(24, partial_hours, partial_percent), format!("{day}later, nothing."));
        }
        let hours = "If you cancel at least 2 hours before, the whole fee is paid back; later, nothing.";
        assert_eq!(of(24, 2, 100), hours, "the whole is no part");
        let always = "If you cancel before it begins, the whole fee is paid back.";
        assert_eq!([of(0, 0, 50), of(24, 0, 100)], [always, always]);
    }

    #[test]
    fn a_reminder_says_when_and_to_whom_and_is_for_the_patient_alone() {
        let reminder = to_patient(NotificationKind::Reminder(1_440));
        assert_eq!(reminder.subject, "Reminder: your appointment on 1 December 2026 at 10:00");
        assert!(reminder.text.contains("Dr. Asha Rao") && reminder.invitation.is_none());
        assert!(reminder.text.contains("enter the waiting room"), "{}", reminder.text);
        let (visit, patient) =
            (Appointment { place: clinic(), ..held() }, recipient(RecipientRole::Patient, "Asia/Kolkata"));
        let reminder = mail_of(&visit, NotificationKind::Reminder(60), &RefundStatus::Unsaid, &patient).unwrap();
        assert!(reminder.text.contains("When you are there, say so in the app"), "{}", reminder.text);
        let to = recipient(RecipientRole::Doctor, "Asia/Kolkata");
        assert!(mail(NotificationKind::Reminder(1_440), &RefundStatus::Unsaid, &to).is_none());
    }

    #[test]
    fn times_are_the_readers_own() {
        let mail = mail(
            NotificationKind::Confirmed,
            &RefundStatus::Unsaid,
            &recipient(RecipientRole::Patient, "America/New_York"),
        )
        .unwrap();
        assert!(mail.text.contains("Monday, 30 November 2026, 23:30 to 00:00 (America/New_York)"), "{}", mail.text);
    }

    #[test]
    fn no_mail_says_anything_about_health() {
        for mail in every_mail() {
            let whole = [&mail.subject, &mail.text, &mail.html].map(|part| part.to_lowercase()).concat()
                + &mail.invitation.map(|invitation| invitation.ics.to_lowercase()).unwrap_or_default();
            for word in ["cardio", "emergency", "mbbs", "consultation"] {
                assert!(!whole.contains(word), "{word}: {whole}");
            }
        }
    }

    #[test]
    fn the_doctors_mail_does_not_say_who_comes() {
        for news in
            [NotificationKind::Confirmed, NotificationKind::Moved, NotificationKind::Cancelled(CancelledBy::Patient)]
        {
            let mail = to_doctor(news);
            let whole = format!("{}{}{}{}", mail.subject, mail.text, mail.html, mail.invitation.unwrap().ics);
            assert!(!whole.contains("Ravi") && !whole.contains("ravi@"), "{whole}");
        }
    }

    #[test]
    fn a_name_is_text_and_never_markup() {
        let mail = to_patient(NotificationKind::Confirmed);
        assert!(!mail.html.contains("<b>") && mail.html.contains("Iyer"), "{}", mail.html);
        assert!(mail.text.contains("Ravi <b>Iyer</b>"));
    }

    #[test]
    fn a_cancellation_takes_the_same_entry_out_of_the_calendar() {
        let lines = |mail: Mail| {
            let Invitation { method, ics } = mail.invitation.unwrap();
            (
                method,
                ics.lines().filter(|line| line.starts_with("UID") || line.starts_with("METHOD")).collect::<String>(),
            )
        };
        let uid = "UID:00000000-0000-0000-0000-000000000001@vaidya";
        for to in [to_patient, to_doctor] {
            assert_eq!(lines(to(NotificationKind::Confirmed)), (Method::Request, format!("METHOD:REQUEST{uid}")));
            assert_eq!(lines(to(NotificationKind::Moved)), (Method::Request, format!("METHOD:REQUEST{uid}")));
            let cancelled = lines(to(NotificationKind::Cancelled(CancelledBy::Doctor)));
            assert_eq!(cancelled, (Method::Cancel, format!("METHOD:CANCEL{uid}")));
        }
    }

    #[test]
    fn each_reader_is_the_one_who_attends() {
        let ics = to_doctor(NotificationKind::Confirmed).invitation.unwrap().ics.replace("\r\n ", "");
        assert!(ics.contains("mailto:asha@clinic.example.com"), "{ics}");
        let ics = to_patient(NotificationKind::Confirmed).invitation.unwrap().ics.replace("\r\n ", "");
        assert!(ics.contains("mailto:ravi@example.com"), "{ics}");
    }

    #[test]
    fn a_hold_that_ended_is_news_to_the_patient_alone_and_to_no_calendar() {
        for by in ALL {
            assert!(to_patient(NotificationKind::Released(by)).invitation.is_none());
            assert!(
                mail(NotificationKind::Released(by), &RefundStatus::Unsaid, &recipient(RecipientRole::Doctor, "UTC"))
                    .is_none()
            );
        }
    }

    #[test]
    fn a_cancellation_says_what_comes_back() {
        let patient = recipient(RecipientRole::Patient, "Asia/Kolkata");
        let news = NotificationKind::Cancelled(CancelledBy::Patient);
        let said = |payback| mail(news, &payback, &patient).unwrap().text;
        let amount = Paise::new(25_000).unwrap();
        assert!(
            said(RefundStatus::Amount { amount, progress: Progress::Coming }).contains("₹250.00 of ₹500.00 will be")
        );
        assert!(said(RefundStatus::Amount { amount, progress: Progress::Done }).contains("₹250.00 of ₹500.00 was"));
        assert!(
            said(RefundStatus::Amount { amount, progress: Progress::Stuck }).contains("could not be paid back yet")
        );
        assert!(said(RefundStatus::Nothing).contains("not paid back"));
        assert!(!said(RefundStatus::Unsaid).contains("paid back"));
    }

    #[test]
    fn html_and_text_say_the_same() {
        for mail in every_mail() {
            for line in mail.text.lines().filter(|line| line.ends_with('.')) {
                let escaped = line.replace('\'', "&#39;");
                assert!(mail.html.contains(&escaped), "{line} in {}", mail.html);
            }
        }
    }
}
