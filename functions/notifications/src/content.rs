//! The content of a notification: the words that a recipient reads, and the change of their calendar. It is the same in
//! every channel.
//!
//! A content never has a speciality, a qualification (which names a speciality), the kind of the visit, its reason, or
//! the remark of a cancellation. The doctor's content does not name the patient.

use crate::notification_kind::{NotificationKind, Progress, RefundStatus};
use domain::appointments::appointment::{Appointment, OPENS_BEFORE};
use domain::appointments::waitlist::{Entry, MAX_PASSED, Offer};
use domain::availability::slot::Place;
use domain::core::cancelled_by::CancelledBy;
use domain::core::factor_change::FactorChange;
use domain::core::id::AppointmentId;
use domain::core::person::{DoctorName, PersonName};
use domain::core::time::{TimeRange, Zone};
use domain::core::told::Told;
use domain::directory::doctor::Doctor;
use domain::payments::refund_policy::RefundPolicy;
use jiff::Timestamp;
use std::ops::RangeInclusive;

/// The working days after which the patient has a refund of normal speed: Razorpay,
/// <https://razorpay.com/docs/payments/refunds/refund-speed/>.
const REFUND_WORKING_DAYS: RangeInclusive<u8> = 5..=7;

/// The side of the visit on which the recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecipientRole {
    Patient,
    Doctor,
}

impl RecipientRole {
    /// The name of the role in the record of a sent notification.
    pub fn as_str(self) -> &'static str {
        match self {
            RecipientRole::Patient => "patient",
            RecipientRole::Doctor => "doctor",
        }
    }
}

/// The person who reads the content.
#[derive(Clone)]
pub(crate) struct Recipient {
    pub role: RecipientRole,
    pub name: PersonName,
    /// The zone of the recipient's clock. A visit in a clinic is told in the zone of the clinic.
    pub zone: Zone,
}

/// The facts from which the content about an appointment is made.
pub(crate) struct AppointmentContext<'a> {
    pub kind: NotificationKind,
    pub appointment: &'a Appointment,
    pub doctor: &'a Doctor,
    pub refund: &'a RefundStatus,
    /// The refund policy of the stage: what a cancellation would pay back.
    pub policy: &'a RefundPolicy,
    /// The address of the app, without a slash at its end.
    pub app_url: &'a str,
}

/// The facts from which the content about an offer is made.
pub(crate) struct OfferContext<'a> {
    pub entry: &'a Entry,
    pub offer: &'a Offer,
    pub doctor: &'a Doctor,
    /// The address of the app, without a slash at its end.
    pub app_url: &'a str,
}

/// The words that a recipient reads, and the change of their calendar.
#[derive(Debug)]
pub(crate) struct Content {
    pub subject: String,
    /// The name of the recipient.
    pub name: String,
    /// Each is a paragraph.
    pub sentences: Vec<String>,
    pub facts: Vec<Fact>,
    pub link: Link,
    /// `None` if the calendar does not change.
    pub event: Option<CalendarEvent>,
}

/// One labelled value, such as the time or the place of the visit.
#[derive(Debug)]
pub(crate) struct Fact {
    pub label: &'static str,
    pub value: String,
}

/// The page of the app on which the recipient can act.
#[derive(Debug)]
pub(crate) struct Link {
    pub label: &'static str,
    pub url: String,
}

/// The entry of an appointment in the recipient's calendar.
#[derive(Debug)]
pub(crate) struct CalendarEvent {
    pub change: CalendarChange,
    pub appointment: AppointmentId,
    /// [`Appointment::sequence`].
    pub sequence: u32,
    pub time: TimeRange,
    pub place: Place,
    pub doctor_name: DoctorName,
    /// Time and place in words, since a calendar shows the time by the reader's clock alone.
    pub description: String,
}

/// The change of the recipient's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CalendarChange {
    /// The event is added, or replaces the earlier one of the same appointment.
    Put,
    /// The event is removed.
    Remove,
}

impl Content {
    /// The content of an offer of the waiting list, for the patient who waits.
    pub fn of_offer(context: &OfferContext<'_>, to: &Recipient) -> Content {
        let OfferContext { entry, offer, doctor, app_url } = context;
        let when = offer.place.tell(offer.time, &doctor.zone, &to.zone);
        let until = Told::deadline(offer.until, &to.zone);
        Content {
            subject: format!("A time is kept for you until {}", until.in_short()),
            name: to.name.as_str().to_owned(),
            sentences: vec![
                "A time that you are waiting for has become free. It is kept for you alone, and you can book it in one \
                 step."
                    .to_owned(),
                format!(
                    "If you decline it or do not answer in time, it is offered to the next patient, and you keep your \
                     place in the queue. After {MAX_PASSED} declined or missed offers, you leave the waiting list."
                ),
            ],
            facts: vec![
                Fact { label: "Doctor", value: doctor.display_name().into() },
                Fact { label: "Registration number", value: doctor.registration_number.to_string() },
                Fact { label: "When", value: when.in_full() },
                Fact { label: "Where", value: whereabouts(&offer.place) },
                Fact { label: "Kept until", value: until.in_full() },
            ],
            link: Link { label: "Book this time", url: format!("{app_url}/waitlist/{}", entry.id) },
            event: None,
        }
    }

    /// The content about a change of the recipient's second factor. A recipient who did not make the change learns what to
    /// do, so the notice goes out for every change.
    pub fn of_factor_change(change: FactorChange, at: Timestamp, app_url: &str, to: &Recipient) -> Content {
        let (subject, what) = match change {
            FactorChange::Enrolled => (
                "An authenticator app was added to your account",
                "From now on a log-in asks for a code of this app. All your sessions have ended.",
            ),
            FactorChange::CodesRenewed => (
                "Your recovery codes were replaced",
                "New recovery codes were made for your account. The former ones are worth nothing any more.",
            ),
            FactorChange::Removed => (
                "The authenticator app was removed from your account",
                "From now on a log-in asks for your password alone. All your sessions have ended.",
            ),
            FactorChange::Reset => (
                "An administrator removed the authenticator app from your account",
                "Your next log-in asks for your password alone. All your sessions have ended. Please add an authenticator app \
                 again.",
            ),
            FactorChange::Recovered => (
                "A recovery code was used for your account",
                "The authenticator app was removed with a recovery code, and your next log-in asks for your password alone. \
                 All your sessions have ended. Please add an authenticator app again.",
            ),
        };
        Content {
            subject: subject.to_owned(),
            name: to.name.as_str().to_owned(),
            sentences: vec![
                what.to_owned(),
                "If you did not do this, change your password at once and write to us.".to_owned(),
            ],
            facts: vec![Fact { label: "When", value: Told::deadline(at, &to.zone).in_full() }],
            link: Link { label: "Security of your account", url: format!("{app_url}/security") },
            event: None,
        }
    }

    /// The content about an appointment. `None` if this recipient is not notified of this kind.
    pub fn of_appointment(context: &AppointmentContext<'_>, to: &Recipient) -> Option<Content> {
        let AppointmentContext { kind, appointment, doctor, app_url, .. } = context;
        let when = appointment.place.tell(appointment.time, &appointment.zone, &to.zone);
        let (subject, sentences) = match to.role {
            RecipientRole::Patient => patient_words(context, &when.in_short()),
            RecipientRole::Doctor => doctor_words(context, &when.in_short())?,
        };
        let mut facts = vec![];
        if to.role == RecipientRole::Patient {
            facts.push(Fact { label: "Doctor", value: appointment.doctor_name.to_string() });
            facts.push(Fact { label: "Registration number", value: doctor.registration_number.to_string() });
        }
        facts.push(Fact { label: "When", value: when.in_full() });
        facts.push(Fact { label: "Where", value: whereabouts(&appointment.place) });
        if (*kind, to.role) == (NotificationKind::Confirmed, RecipientRole::Patient) {
            let is_free = appointment.fee.is_zero();
            let value = if is_free { "free of charge".to_owned() } else { format!("{}, paid", appointment.fee) };
            facts.push(Fact { label: "Fee", value });
        }
        let link = match kind {
            NotificationKind::Released(_) => {
                Link { label: "Find another time", url: format!("{app_url}/doctors/{}", appointment.doctor) }
            }
            _ => Link { label: "Open the appointment", url: format!("{app_url}/appointments/{}", appointment.id) },
        };
        let event = event(*kind, appointment, &when);
        Some(Content { subject, name: to.name.as_str().to_owned(), sentences, facts, link, event })
    }
}

/// The subject and the sentences for the patient; `when` is the day and the time of the visit.
fn patient_words(context: &AppointmentContext<'_>, when: &str) -> (String, Vec<String>) {
    let AppointmentContext { kind, appointment, refund, policy, .. } = context;
    match kind {
        NotificationKind::Confirmed => {
            let policy = (!appointment.fee.is_zero()).then(|| policy_sentence(policy));
            let sentences = [Some("Your appointment is confirmed.".to_owned()), policy];
            (format!("Your appointment on {when} is confirmed"), sentences.into_iter().flatten().collect())
        }
        NotificationKind::Moved => {
            (format!("Your appointment was moved to {when}"), vec!["Your appointment has a new time.".to_owned()])
        }
        NotificationKind::Reminder(_) => {
            let minutes = OPENS_BEFORE.as_mins();
            let on_arrival = match appointment.place {
                Place::Video => format!("You can enter the waiting room from {minutes} minutes before the start."),
                Place::Clinic { .. } => {
                    format!("When you arrive, check in with the app: you can from {minutes} minutes before the start.")
                }
            };
            (
                format!("Reminder: your appointment on {when}"),
                vec![format!("This is a reminder of your appointment. {on_arrival}")],
            )
        }
        NotificationKind::Cancelled(by) => {
            let why = match by {
                CancelledBy::Patient => "You have cancelled your appointment.",
                CancelledBy::Doctor => "The doctor has cancelled your appointment. We are sorry.",
                CancelledBy::Suspension => {
                    "The doctor cannot see patients at present, so your appointment is cancelled. We are sorry."
                }
                CancelledBy::Admin | CancelledBy::Expiry | CancelledBy::Payment => {
                    "Your appointment was cancelled. We are sorry."
                }
            };
            let sentences = [Some(why.to_owned()), refund_sentence(appointment, refund)];
            (format!("Your appointment on {when} is cancelled"), sentences.into_iter().flatten().collect())
        }
        NotificationKind::Released(by) => {
            let why = match by {
                CancelledBy::Expiry => {
                    "We held a time for you, but have not received a payment. The time is no longer held."
                }
                CancelledBy::Patient => "You have released the time that was held for you.",
                _ => "The time that was held for you is no longer available. We are sorry.",
            };
            let late = match by {
                CancelledBy::Expiry => {
                    "If you have paid, you get either the appointment or a full refund, and we will let you know."
                }
                _ => "If you have paid, you get a full refund.",
            };
            ("Your reservation has ended".to_owned(), vec![why.to_owned(), late.to_owned()])
        }
    }
}

/// The subject and the sentences for the doctor; `when` is the day and the time of the visit. `None` if the doctor is
/// not notified.
fn doctor_words(context: &AppointmentContext<'_>, when: &str) -> Option<(String, Vec<String>)> {
    let AppointmentContext { kind, appointment, .. } = context;
    let (subject, sentence) = match kind {
        NotificationKind::Confirmed => (
            format!("New appointment on {when}"),
            "A patient has booked an appointment with you. The app shows who is coming and why.",
        ),
        NotificationKind::Moved => (
            format!("Appointment moved to {when}"),
            "An appointment with you has a new time. The app shows who is coming and why.",
        ),
        NotificationKind::Cancelled(by) => {
            let why = match by {
                CancelledBy::Patient => "The patient has cancelled the appointment.",
                CancelledBy::Doctor if appointment.fee.is_zero() => "You have cancelled the appointment.",
                CancelledBy::Doctor => "You have cancelled the appointment. The patient gets a full refund.",
                CancelledBy::Suspension => "You take no bookings at present, so the appointment is cancelled.",
                CancelledBy::Admin | CancelledBy::Expiry | CancelledBy::Payment => "The appointment was cancelled.",
            };
            (format!("Appointment on {when} cancelled"), why)
        }
        NotificationKind::Released(_) | NotificationKind::Reminder(_) => return None,
    };
    Some((subject, vec![sentence.to_owned()]))
}

/// The refund that a cancellation by the patient would bring, by the policy of the stage. Steps of the policy that make
/// no difference are left out.
fn policy_sentence(policy: &RefundPolicy) -> String {
    let RefundPolicy { full_hours, partial_hours, partial_percent, .. } = *policy;
    let at_least = |hours| match hours {
        1 => "at least 1 hour before".to_owned(),
        hours => format!("at least {hours} hours before"),
    };
    let whole_from = if partial_percent == 100 { partial_hours } else { full_hours };
    if whole_from == 0 {
        return "If you cancel before the appointment starts, the whole fee is refunded.".to_owned();
    }
    let whole = format!("If you cancel {} the appointment, the whole fee is refunded", at_least(whole_from));
    match (partial_percent, partial_hours) {
        (percent @ 1..=99, 0) => format!("{whole}; later, {percent}% of it."),
        (percent @ 1..=99, hours) if hours < full_hours => {
            format!("{whole}; {}, {percent}% of it; later, nothing.", at_least(hours))
        }
        _ => format!("{whole}; later, nothing."),
    }
}

/// The refund of a cancelled appointment.
fn refund_sentence(appointment: &Appointment, refund: &RefundStatus) -> Option<String> {
    let fee = appointment.fee;
    Some(match refund {
        RefundStatus::Unsaid => return None,
        RefundStatus::Nothing => "The fee is not refunded, because it was too late for a refund.".to_owned(),
        RefundStatus::Amount { amount, progress: Progress::Coming } => {
            let (least, most) = (REFUND_WORKING_DAYS.start(), REFUND_WORKING_DAYS.end());
            format!(
                "{amount} of {fee} will be refunded to your original payment method, usually within {least} to {most} \
                 working days."
            )
        }
        RefundStatus::Amount { amount, progress: Progress::Done } => {
            format!("{amount} of {fee} was refunded to your original payment method.")
        }
        RefundStatus::Amount { amount, progress: Progress::Stuck } => {
            format!("{amount} of {fee} is due to you, but could not be refunded yet. We are looking into it.")
        }
    })
}

/// The change of the recipient's calendar. A hold is in no calendar, and a reminder changes nothing.
fn event(kind: NotificationKind, appointment: &Appointment, when: &Told) -> Option<CalendarEvent> {
    let change = match kind {
        NotificationKind::Confirmed | NotificationKind::Moved => CalendarChange::Put,
        NotificationKind::Cancelled(_) => CalendarChange::Remove,
        NotificationKind::Released(_) | NotificationKind::Reminder(_) => return None,
    };
    Some(CalendarEvent {
        change,
        appointment: appointment.id,
        sequence: appointment.sequence,
        time: appointment.time,
        place: appointment.place.clone(),
        doctor_name: appointment.doctor_name.clone(),
        description: format!("{}\n{}", when.in_full(), whereabouts(&appointment.place)),
    })
}

/// The place at which patient and doctor meet.
fn whereabouts(place: &Place) -> String {
    place.clinic().map_or_else(|| "by video, in the app".to_owned(), ToString::to_string)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::notification_kind::tests::{held, now};
    use domain::appointments::waitlist::{Target, WaitlistRequest, Window};
    use domain::core::id::WaitlistEntryId;
    use domain::core::money::Paise;
    use domain::directory::doctor::{DoctorStatus, Terms};

    fn doctor() -> Doctor {
        Doctor {
            title: Some("Dr.".parse().unwrap()),
            id: held().doctor,
            name: "Asha Rao".parse().unwrap(),
            registration_number: "KMC/12345".parse().unwrap(),
            qualification: "MBBS, MD (Cardiology)".parse().unwrap(),
            bio: None,
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

    /// A clinic for the tests.
    pub(crate) fn clinic() -> Place {
        Place::Clinic { name: "Indiranagar".parse().unwrap() }
    }

    /// A recipient whose name looks like markup, if it is the patient.
    pub(crate) fn recipient(role: RecipientRole, zone: &str) -> Recipient {
        let name = match role {
            RecipientRole::Patient => "Ravi <b>Iyer</b>",
            RecipientRole::Doctor => "Asha Rao",
        };
        Recipient { role, name: name.parse().unwrap(), zone: Zone::parse(zone).unwrap() }
    }

    /// The content about an appointment.
    pub(crate) fn content_of(
        appointment: &Appointment,
        kind: NotificationKind,
        refund: &RefundStatus,
        to: &Recipient,
    ) -> Option<Content> {
        let context = AppointmentContext {
            kind,
            appointment,
            doctor: &doctor(),
            refund,
            policy: &RefundPolicy { full_hours: 48, partial_hours: 1, partial_percent: 30, no_show_percent: 0 },
            app_url: "https://app.example.com",
        };
        Content::of_appointment(&context, to)
    }

    /// The content of an offer in a clinic.
    pub(crate) fn offer_content(to: &Recipient) -> Content {
        let visit = held();
        let until = now() + jiff::SignedDuration::from_mins(30);
        let (doctor_id, time, slots) = (visit.doctor, visit.time, visit.slots.clone());
        let offer = Offer { doctor: doctor_id, time, place: clinic(), slots, until };
        let window = Window::new(now(), visit.time.end()).unwrap();
        let wanted = Target::Speciality { speciality: "cardiology".parse().unwrap(), language: None };
        let id = WaitlistEntryId::from_uuid(uuid::Uuid::from_u128(9));
        let wish = WaitlistRequest { wanted, kind: visit.kind, mode: None, window };
        let entry = Entry::join(id, visit.patient, wish, now());
        let context =
            OfferContext { entry: &entry, offer: &offer, doctor: &doctor(), app_url: "https://app.example.com" };
        Content::of_offer(&context, to)
    }

    fn of(kind: NotificationKind, role: RecipientRole) -> Option<Content> {
        content_of(&held(), kind, &RefundStatus::Unsaid, &recipient(role, "Asia/Kolkata"))
    }

    fn to_patient(kind: NotificationKind) -> Content {
        of(kind, RecipientRole::Patient).unwrap()
    }

    /// Every cause of a cancellation.
    pub(crate) const ALL: [CancelledBy; 6] = [
        CancelledBy::Patient,
        CancelledBy::Doctor,
        CancelledBy::Admin,
        CancelledBy::Expiry,
        CancelledBy::Suspension,
        CancelledBy::Payment,
    ];

    #[test]
    fn a_content_names_no_channel_and_has_no_markup() {
        let mut kinds = vec![NotificationKind::Confirmed, NotificationKind::Moved, NotificationKind::Reminder(60)];
        kinds.extend(ALL.map(NotificationKind::Cancelled));
        kinds.extend(ALL.map(NotificationKind::Released));
        let roles = [RecipientRole::Patient, RecipientRole::Doctor];
        let contents = kinds.into_iter().flat_map(|kind| roles.into_iter().filter_map(move |role| of(kind, role)));
        let offer = offer_content(&recipient(RecipientRole::Patient, "Asia/Kolkata"));
        for content in contents.chain([offer]) {
            let mut words = content.sentences.clone();
            words.extend([content.subject.clone(), content.link.label.to_owned()]);
            words.extend(content.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)));
            let words = words.join("\n").to_lowercase();
            for other in ["mail", "sms", "message", "push", "attach", "invitation", "click", "tap", "<", "&", "\r"] {
                assert!(!words.contains(other), "{other} in {words}");
            }
            assert!(["Ravi <b>Iyer</b>", "Asha Rao"].contains(&content.name.as_str()), "unescaped: {}", content.name);
        }
    }

    #[test]
    fn an_offer_says_how_many_missed_offers_end_the_entry() {
        let offer = offer_content(&recipient(RecipientRole::Patient, "Asia/Kolkata"));
        let words = offer.sentences.concat();
        assert!(words.contains(&format!("After {MAX_PASSED} declined or missed offers")), "{words}");
    }

    #[test]
    fn a_confirmation_gives_the_refund_policy_of_the_stage() {
        let sentence = "If you cancel at least 48 hours before the appointment, the whole fee is refunded; at least \
                        1 hour before, 30% of it; later, nothing.";
        assert!(to_patient(NotificationKind::Confirmed).sentences.iter().any(|it| it == sentence));
        let of = |full_hours, partial_hours, partial_percent| {
            policy_sentence(&RefundPolicy { full_hours, partial_hours, partial_percent, no_show_percent: 0 })
        };
        let day = "If you cancel at least 24 hours before the appointment, the whole fee is refunded; ";
        assert_eq!(of(24, 2, 50), format!("{day}at least 2 hours before, 50% of it; later, nothing."));
        assert_eq!(of(24, 0, 50), format!("{day}later, 50% of it."));
        for (partial_hours, partial_percent) in [(2, 0), (0, 0), (24, 50), (24, 100)] {
            assert_eq!(of(24, partial_hours, partial_percent), format!("{day}later, nothing."));
        }
        let hours = "If you cancel at least 2 hours before the appointment, the whole fee is refunded; later, nothing.";
        assert_eq!(of(24, 2, 100), hours, "100% is the whole fee");
        let always = "If you cancel before the appointment starts, the whole fee is refunded.";
        assert_eq!([of(0, 0, 50), of(24, 0, 100)], [always, always]);
    }

    #[test]
    fn a_reminder_has_the_time_and_the_doctor_and_is_for_the_patient_alone() {
        let reminder = to_patient(NotificationKind::Reminder(1_440));
        assert_eq!(reminder.subject, "Reminder: your appointment on 1 December 2026 at 10:00");
        assert!(reminder.facts.iter().any(|fact| fact.value == "Dr. Asha Rao") && reminder.event.is_none());
        let words = reminder.sentences.concat();
        assert!(words.contains("enter the waiting room from 30 minutes before"), "{words}");
        let visit = Appointment { place: clinic(), ..held() };
        let patient = recipient(RecipientRole::Patient, "Asia/Kolkata");
        let reminder = content_of(&visit, NotificationKind::Reminder(60), &RefundStatus::Unsaid, &patient).unwrap();
        let words = reminder.sentences.concat();
        assert!(words.contains("When you arrive, check in with the app"), "{words}");
        assert!(of(NotificationKind::Reminder(1_440), RecipientRole::Doctor).is_none());
    }

    #[test]
    fn a_visit_in_a_clinic_is_told_by_the_clinics_clock_and_one_by_video_by_the_readers() {
        let when = |place: Place, role, zone: &str, kind| {
            let to = recipient(role, zone);
            let visit = Appointment { place, ..held() };
            let content = content_of(&visit, kind, &RefundStatus::Unsaid, &to).unwrap();
            let full = content.facts.into_iter().find(|fact| fact.label == "When").unwrap().value;
            (content.subject, full)
        };
        let los_angeles = "America/Los_Angeles";
        let cancelled = NotificationKind::Cancelled(CancelledBy::Doctor);
        for role in [RecipientRole::Patient, RecipientRole::Doctor] {
            for kind in [NotificationKind::Confirmed, NotificationKind::Moved, cancelled] {
                let (subject, full) = when(clinic(), role, los_angeles, kind);
                assert!(subject.contains("1 December 2026 at 10:00 (Asia/Kolkata)"), "{subject}");
                let both = "Tuesday, 1 December 2026, 10:00 to 10:30 (Asia/Kolkata), which is Monday, 30 November 2026, \
                            20:30 to 21:00 (America/Los_Angeles)";
                assert_eq!(full, both);
                let (subject, full) = when(Place::Video, role, los_angeles, kind);
                assert!(subject.contains("30 November 2026 at 20:30") && !subject.contains("Kolkata"), "{subject}");
                assert_eq!(full, "Monday, 30 November 2026, 20:30 to 21:00 (America/Los_Angeles)");
                let (subject, full) = when(clinic(), role, "Asia/Kolkata", kind);
                assert!(subject.contains("1 December 2026 at 10:00") && !subject.contains("Kolkata"), "{subject}");
                assert_eq!(full, "Tuesday, 1 December 2026, 10:00 to 10:30 (Asia/Kolkata)");
            }
        }
        let reminder = when(clinic(), RecipientRole::Patient, los_angeles, NotificationKind::Reminder(60));
        assert_eq!(reminder.0, "Reminder: your appointment on 1 December 2026 at 10:00 (Asia/Kolkata)");
    }

    #[test]
    fn an_offer_is_told_by_the_clinics_clock_and_its_end_by_the_readers() {
        let offer = offer_content(&recipient(RecipientRole::Patient, "America/Los_Angeles"));
        assert_eq!(offer.subject, "A time is kept for you until 28 November 2026 at 21:00");
        let of = |label| offer.facts.iter().find(|fact| fact.label == label).unwrap().value.as_str();
        assert!(of("When").starts_with("Tuesday, 1 December 2026, 10:00 to 10:30 (Asia/Kolkata), which is Monday"));
        assert_eq!(of("Kept until"), "Saturday, 28 November 2026, 21:00 (America/Los_Angeles)");
    }

    #[test]
    fn the_end_of_a_hold_is_for_the_patient_alone_and_for_no_calendar() {
        for by in ALL {
            assert!(to_patient(NotificationKind::Released(by)).event.is_none());
            assert!(of(NotificationKind::Released(by), RecipientRole::Doctor).is_none());
        }
    }

    #[test]
    fn a_cancellation_gives_the_refund() {
        let patient = recipient(RecipientRole::Patient, "Asia/Kolkata");
        let kind = NotificationKind::Cancelled(CancelledBy::Patient);
        let words = |refund| content_of(&held(), kind, &refund, &patient).unwrap().sentences.concat();
        let amount = Paise::new(25_000).unwrap();
        let of = |progress| words(RefundStatus::Amount { amount, progress });
        let coming = of(Progress::Coming);
        assert!(coming.contains("₹250.00 of ₹500.00 will be") && coming.contains("5 to 7 working days"), "{coming}");
        assert!(of(Progress::Done).contains("₹250.00 of ₹500.00 was"));
        assert!(of(Progress::Stuck).contains("could not be refunded yet"));
        assert!(words(RefundStatus::Nothing).contains("not refunded"));
        assert!(!words(RefundStatus::Unsaid).contains("refund"));
    }

    #[test]
    fn every_change_of_a_second_factor_has_a_notice_with_its_time_and_what_to_do() {
        let mut subjects = std::collections::BTreeSet::new();
        for change in FactorChange::ALL {
            let content = Content::of_factor_change(
                change,
                now(),
                "https://app.example",
                &recipient(RecipientRole::Patient, "Asia/Kolkata"),
            );
            assert!(content.sentences[1].contains("change your password at once"));
            assert_eq!(content.sentences[0].contains("sessions have ended"), change.ends_sessions(), "{change:?}");
            assert!(content.facts[0].value.contains("2026"), "{}", content.facts[0].value);
            assert_eq!(content.link.url, "https://app.example/security");
            subjects.insert(content.subject);
        }
        assert_eq!(subjects.len(), FactorChange::ALL.len());
    }

    #[test]
    fn a_doctor_who_cancels_a_free_visit_reads_of_no_refund() {
        let to = recipient(RecipientRole::Doctor, "Asia/Kolkata");
        let words = |visit: &Appointment| {
            let kind = NotificationKind::Cancelled(CancelledBy::Doctor);
            content_of(visit, kind, &RefundStatus::Unsaid, &to).unwrap().sentences.concat()
        };
        assert!(words(&held()).contains("full refund"));
        assert!(!words(&Appointment { fee: Paise::ZERO, ..held() }).contains("refund"));
    }
}
