//! The e-mail channel: renders a content as text and as HTML of the same words, with a calendar invitation, and sends
//! it with SES.

use crate::channel::{Channel, Contact};
use crate::content::{CalendarChange, CalendarEvent, Content, Link};
use api::Failure;
use askama::Template;
use domain::appointments::ics;
use domain::core::person::Email;
use gateway::Future;
use gateway::mail::{Invitation, Mail, Mailer, Method};
use jiff::Timestamp;
use std::sync::Arc;

/// The channel that sends e-mails.
#[derive(Clone)]
pub(crate) struct EmailChannel {
    pub mailer: Arc<dyn Mailer>,
    /// The address that sends the e-mail and organises the visit in calendars.
    pub sender: Email,
}

impl Channel for EmailChannel {
    fn name(&self) -> &'static str {
        "email"
    }

    fn deliver<'a>(
        &'a self,
        content: &'a Content,
        to: &'a Contact,
        now: Timestamp,
    ) -> Future<'a, Result<String, Failure>> {
        Box::pin(async move {
            let mail = render(content, to, &self.sender, now).map_err(|error| Failure::Permanent(error.to_string()))?;
            self.mailer.send(&mail).await.map_err(|error| match error.is_transient() {
                true => Failure::Transient(error.to_string()),
                false => Failure::Permanent(error.to_string()),
            })
        })
    }
}

#[derive(Template)]
#[template(path = "email.html")]
struct Html<'a> {
    content: &'a Content,
    calendar_note: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "email.txt")]
struct Text<'a> {
    content: &'a Content,
    calendar_note: Option<&'static str>,
}

/// Renders a content as an e-mail. `now` is the time stamp of the invitation.
///
/// # Errors
/// A template cannot be rendered.
pub(crate) fn render(content: &Content, to: &Contact, sender: &Email, now: Timestamp) -> Result<Mail, askama::Error> {
    let calendar_note = content.event.as_ref().map(|event| match event.change {
        CalendarChange::Put => "The attached invitation adds the appointment to your calendar or updates it there.",
        CalendarChange::Remove => "The attached cancellation removes the appointment from your calendar.",
    });
    Ok(Mail {
        to: to.email.clone(),
        subject: content.subject.clone(),
        text: Text { content, calendar_note }.render()?,
        html: Html { content, calendar_note }.render()?,
        invitation: content.event.as_ref().map(|event| invitation(event, &content.link, to, sender, now)),
    })
}

fn invitation(event: &CalendarEvent, link: &Link, to: &Contact, sender: &Email, now: Timestamp) -> Invitation {
    let visit = ics::Event {
        appointment: event.appointment,
        sequence: event.sequence,
        time: event.time,
        place: event.place.clone(),
        stamp: now,
        doctor_name: event.doctor_name.clone(),
        // A calendar accepts an invitation only for its owner, so the recipient is the attendee, the doctor too.
        patient_name: to.recipient.name.clone(),
        patient_email: to.email.clone(),
        organizer_email: sender.clone(),
        description: format!("{}\n{}: {}", event.description, link.label, link.url),
        url: link.url.clone(),
    };
    match event.change {
        CalendarChange::Put => Invitation { method: Method::Request, ics: ics::invitation(&visit) },
        CalendarChange::Remove => Invitation { method: Method::Cancel, ics: ics::cancellation(&visit) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::RecipientRole;
    use crate::content::tests::{ALL, clinic, content_of, offer_content, recipient};
    use crate::notification_kind::tests::{held, now};
    use crate::notification_kind::{NotificationKind, RefundStatus};
    use domain::appointments::appointment::Appointment;
    use domain::availability::slot::Place;
    use domain::core::cancelled_by::CancelledBy;
    use domain::core::person::ReminderWish;

    fn contact(role: RecipientRole) -> Contact {
        let email = match role {
            RecipientRole::Patient => "ravi@example.com",
            RecipientRole::Doctor => "asha@clinic.example.com",
        };
        Contact {
            recipient: recipient(role, "Asia/Kolkata"),
            email: email.parse().unwrap(),
            reminders: ReminderWish::All,
        }
    }

    fn rendered(content: &Content, to: &Contact) -> Mail {
        render(content, to, &"no-reply@example.com".parse().unwrap(), now()).unwrap()
    }

    fn mail_of(appointment: &Appointment, kind: NotificationKind, role: RecipientRole) -> Mail {
        let to = contact(role);
        let content = content_of(appointment, kind, &RefundStatus::Unsaid, &to.recipient).unwrap();
        rendered(&content, &to)
    }

    fn to_patient(kind: NotificationKind) -> Mail {
        mail_of(&Appointment { sequence: 2, ..held() }, kind, RecipientRole::Patient)
    }

    fn to_doctor(kind: NotificationKind) -> Mail {
        mail_of(&Appointment { sequence: 2, ..held() }, kind, RecipientRole::Doctor)
    }

    fn offer_mail() -> Mail {
        let to = contact(RecipientRole::Patient);
        rendered(&offer_content(&to.recipient), &to)
    }

    fn every_mail() -> Vec<Mail> {
        let mut mails = vec![
            to_patient(NotificationKind::Confirmed),
            to_doctor(NotificationKind::Confirmed),
            to_patient(NotificationKind::Moved),
            to_doctor(NotificationKind::Moved),
            to_patient(NotificationKind::Reminder(60)),
            offer_mail(),
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
    fn a_patient_without_reminders_is_told_of_every_change() {
        let quiet = Contact { reminders: ReminderWish::None, ..contact(RecipientRole::Patient) };
        assert!(!quiet.wants(NotificationKind::Reminder(60)));
        assert!(contact(RecipientRole::Patient).wants(NotificationKind::Reminder(60)));
        let changes = [
            NotificationKind::Confirmed,
            NotificationKind::Moved,
            NotificationKind::Cancelled(CancelledBy::Doctor),
            NotificationKind::Released(CancelledBy::Expiry),
        ];
        assert!(changes.into_iter().all(|kind| quiet.wants(kind)));
    }

    #[test]
    fn an_offer_has_its_time_and_place_and_no_speciality() {
        let mail = offer_mail();
        assert_eq!(mail.subject, "A time is kept for you until 29 November 2026 at 10:30");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("1 December 2026, 10:00 to 10:30 (Asia/Kolkata)"), "{part}");
            assert!(part.contains("Indiranagar"), "{part}");
            assert!(part.contains("https://app.example.com/waitlist/00000000-0000-0000-0000-000000000009"), "{part}");
            assert!(!part.to_lowercase().contains("cardiology"), "{part}");
        }
        assert!(!mail.html.contains("<b>"), "{}", mail.html);
        assert!(mail.invitation.is_none());
    }

    #[test]
    fn a_confirmation_tells_the_patient_the_doctor_the_time_and_the_fee() {
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
    fn both_recipients_and_their_calendars_get_the_place() {
        let mail = |place: &Place, role| {
            let visit = Appointment { place: place.clone(), ..held() };
            let mail = mail_of(&visit, NotificationKind::Moved, role);
            (mail.text, mail.html, mail.invitation.unwrap().ics)
        };
        for role in [RecipientRole::Patient, RecipientRole::Doctor] {
            let (text, html, ics) = mail(&clinic(), role);
            assert!(text.contains("Where: Indiranagar") && html.contains("Indiranagar"), "{text} {html}");
            assert!(ics.contains("\r\nLOCATION:Indiranagar\r\n"), "{ics}");
            let (text, html, ics) = mail(&Place::Video, role);
            assert!(text.contains("Where: by video") && html.contains("by video"), "{text} {html}");
            assert!(!ics.contains("LOCATION"), "{ics}");
        }
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
    fn the_doctors_mail_does_not_name_the_patient() {
        for kind in
            [NotificationKind::Confirmed, NotificationKind::Moved, NotificationKind::Cancelled(CancelledBy::Patient)]
        {
            let mail = to_doctor(kind);
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
    fn a_cancellation_removes_the_same_entry_from_the_calendar() {
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
    fn a_calendar_entry_says_the_clinics_time_and_leads_to_the_app() {
        let visit = Appointment { place: clinic(), sequence: 2, ..held() };
        let ics = mail_of(&visit, NotificationKind::Confirmed, RecipientRole::Patient).invitation.unwrap().ics;
        let ics = ics.replace("\r\n ", "");
        let url = "https://app.example.com/appointments/00000000-0000-0000-0000-000000000001";
        let time = r"Tuesday\, 1 December 2026\, 10:00 to 10:30 (Asia/Kolkata)";
        let description = format!(r"DESCRIPTION:{time}\nIndiranagar\nOpen the appointment: {url}");
        for line in [description, format!("URL:{url}"), "TRIGGER:-PT30M".to_owned()] {
            assert!(ics.lines().any(|other| other == line), "{line} in {ics}");
        }
    }

    #[test]
    fn each_recipient_is_the_attendee() {
        let ics = to_doctor(NotificationKind::Confirmed).invitation.unwrap().ics.replace("\r\n ", "");
        assert!(ics.contains("mailto:asha@clinic.example.com"), "{ics}");
        let ics = to_patient(NotificationKind::Confirmed).invitation.unwrap().ics.replace("\r\n ", "");
        assert!(ics.contains("mailto:ravi@example.com"), "{ics}");
    }

    #[test]
    fn a_mail_mentions_its_attachment_exactly_if_it_has_one() {
        for mail in every_mail() {
            assert_eq!(mail.text.contains("attached"), mail.invitation.is_some(), "{}", mail.text);
        }
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
