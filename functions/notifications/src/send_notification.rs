//! Consumer of the `notifications` queue: tells patient and doctor by mail that an appointment was confirmed or cancelled, and reminds the
//! patient of it, for which it plans when; and tells a patient who waits what is kept for them.
//!
//! The message only says where to look: the mail is written from what is true when it is sent, and a message that is no longer true sends
//! nothing. Mails go out at least once. Each one that SES has taken is remembered for a day, by appointment, version and reader, so that a
//! redelivery, because the other reader's mail failed, does not repeat it; only a crash between the two can. Twice is better than
//! never, and the calendar recognises the second by its UID and SEQUENCE.

use crate::letter::{self, EmailContext, Recipient, RecipientRole};
use crate::notification_kind::{NotificationKind, RefundStatus, announced_version};
use api::{
    Aws, BatchOutcome, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, QueueBatch, Source, Variable,
};
use domain::appointments::appointment::Appointment;
use domain::appointments::attendance::Reminders;
use domain::appointments::waitlist::{Entry, Offer};
use domain::audit::event_id;
use domain::core::id::{PatientId, UserId};
use domain::core::person::{Email, PersonalDetails};
use domain::messages::Message;
use domain::payments::refund_policy::RefundPolicy;
use gateway::mail::{Mail, Mailer, SesMailer};
use gateway::vault::{Field, KmsVault, Vault, VaultError};
use std::sync::Arc;
use storage::{Answer, IdempotencyClaim, Storage};

/// `sendNotification`
pub static CONSUMER: Consumer<NotificationPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("notifications"), "sendNotification", &handle);

/// The table, the patients' details, the mail, and what stands in mails.
#[derive(Clone)]
pub struct NotificationPorts {
    storage: Storage,
    vault: Arc<dyn Vault>,
    mailer: Arc<dyn Mailer>,
    sender: Email,
    app_url: String,
    reminders: Reminders,
    policy: RefundPolicy,
}

impl FromEnvironment for NotificationPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let key = aws.variable(Variable::HealthDataKey)?;
        let vault = KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn());
        let sender = aws.variable(Variable::MailSender)?;
        Ok(NotificationPorts {
            storage: aws.storage()?,
            vault: Arc::new(vault),
            mailer: Arc::new(SesMailer::new(aws.sdk(), sender.as_str())),
            // What is no address is as good as none.
            sender: sender.parse().map_err(|_| ConfigError(Variable::MailSender.name()))?,
            app_url: aws.variable(Variable::AppUrl)?,
            reminders: aws.parsed(Variable::Reminders)?,
            policy: aws.parsed(Variable::RefundPolicy)?,
        })
    }
}

async fn handle(cx: Context, ports: NotificationPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::AppointmentConfirmed { appointment, .. }
        | Message::AppointmentRescheduled { appointment, .. }
        | Message::AppointmentCancelled { appointment, .. }
        | Message::ReminderDue { appointment, .. } => {
            let stored = ports.storage.appointment(appointment).await.map_err(Problem::from)?;
            let Some(appointment) = stored else {
                return Err(Failure::Permanent(format!("there is no appointment {appointment}")));
            };
            // Before anything is mailed, which may fail; planned again they are the same.
            if matches!(message, Message::AppointmentConfirmed { .. } | Message::AppointmentRescheduled { .. }) {
                let reminders = ports.reminders.timers(&appointment, cx.now());
                ports.storage.plan(&reminders, &cx.provenance()).await.map_err(Problem::from)?;
            }
            match NotificationKind::of(&message, &appointment, &ports.reminders, cx.now()) {
                Some(news) => tell(&cx, &ports, news, &appointment).await,
                None => Ok(()),
            }
        }
        Message::SlotOffered { entry, version } => {
            let stored = ports.storage.waitlist_entry(entry).await.map_err(Problem::from)?;
            let entry = stored.ok_or_else(|| Failure::Permanent(format!("there is no entry {entry}")))?;
            match entry.offer() {
                // A later offer was announced too, and is told of once.
                Some(offer) if entry.version >= version && offer.until > cx.now() => {
                    tell_of_offer(&cx, &ports, &entry, offer).await
                }
                _ => Ok(()),
            }
        }
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

/// Tells the patient what is kept for them. The doctor need not know.
async fn tell_of_offer(cx: &Context, ports: &NotificationPorts, entry: &Entry, offer: &Offer) -> Result<(), Failure> {
    let doctor = ports.storage.doctor(offer.doctor).await.map_err(Problem::from)?;
    let doctor = doctor.ok_or_else(|| Failure::Permanent(format!("there is no doctor {}", offer.doctor)))?;
    let Some(to) = patient(ports, entry.patient).await? else { return Ok(()) };
    let mail = letter::offer(entry, offer, &doctor, &ports.app_url, &to)
        .map_err(|error| Failure::Permanent(error.to_string()))?;
    let key =
        event_id(&["sendNotification", &entry.id.to_string(), &offer.slots[0].to_string(), &offer.until.to_string()]);
    send_once(cx, ports, &mail, IdempotencyClaim { fingerprint: key.clone(), key_hash: key }).await
}

/// Tells both readers, whatever becomes of the one mail or the other.
async fn tell(
    cx: &Context,
    ports: &NotificationPorts,
    news: NotificationKind,
    appointment: &Appointment,
) -> Result<(), Failure> {
    let doctor = ports.storage.doctor(appointment.doctor).await.map_err(Problem::from)?;
    let doctor = doctor.ok_or_else(|| Failure::Permanent(format!("there is no doctor {}", appointment.doctor)))?;
    let payback = match news {
        NotificationKind::Cancelled(by) => {
            let ledger = ports.storage.ledger(appointment.payment()).await.map_err(Problem::from)?;
            RefundStatus::of(appointment, by, &ledger.refunds)
        }
        NotificationKind::Confirmed
        | NotificationKind::Moved
        | NotificationKind::Reminder(_)
        | NotificationKind::Released(_) => RefundStatus::Unsaid,
    };
    let occasion = EmailContext {
        news,
        appointment,
        doctor: &doctor,
        payback: &payback,
        policy: &ports.policy,
        app_url: &ports.app_url,
        sender: &ports.sender,
        now: cx.now(),
    };
    let to_doctor = Recipient {
        role: RecipientRole::Doctor,
        name: doctor.name.clone(),
        email: doctor.email.clone(),
        zone: doctor.zone.clone(),
    };
    let doctor_told = write_and_send(cx, ports, &occasion, &to_doctor).await;
    let patient_told = match patient(ports, appointment.patient).await {
        Ok(Some(to_patient)) => write_and_send(cx, ports, &occasion, &to_patient).await,
        Ok(None) => Ok(()),
        Err(failure) => Err(failure),
    };
    both(doctor_told, patient_told)
}

/// What failed for good waits for what may still succeed.
fn both(one: Result<(), Failure>, other: Result<(), Failure>) -> Result<(), Failure> {
    match (one, other) {
        (Err(Failure::Permanent(_)), Err(transient @ Failure::Transient(_))) => Err(transient),
        (one, other) => one.and(other),
    }
}

/// The patient, as the profile has it; nobody once the patient's data was erased.
async fn patient(ports: &NotificationPorts, patient: PatientId) -> Result<Option<Recipient>, Failure> {
    let user = UserId::from(patient);
    let profile = ports.storage.profile(user).await.map_err(Problem::from)?;
    let profile = profile.ok_or_else(|| Failure::Permanent(format!("there is no profile of {user}")))?;
    let record = user.to_string();
    let field = Field { record: &record, name: PersonalDetails::FIELD };
    let details = match ports.vault.open(patient, field, profile.details.as_sealed()).await {
        Ok(details) => details,
        Err(VaultError::Erased) => return Ok(None),
        Err(error) if error.is_transient() => return Err(Failure::Transient(error.to_string())),
        Err(error) => return Err(Failure::Permanent(error.to_string())),
    };
    let PersonalDetails { email, name, zone, .. } =
        PersonalDetails::from_json(details.expose()).map_err(|error| Failure::Permanent(error.to_string()))?;
    Ok(Some(Recipient { role: RecipientRole::Patient, name, email, zone }))
}

async fn write_and_send(
    cx: &Context,
    ports: &NotificationPorts,
    occasion: &EmailContext<'_>,
    to: &Recipient,
) -> Result<(), Failure> {
    let written = letter::write(occasion, to).map_err(|error| Failure::Permanent(error.to_string()))?;
    let Some(mail) = written else { return Ok(()) };
    send_once(cx, ports, &mail, claim(occasion.news, occasion.appointment, to.role)).await
}

/// Sends a mail, unless it is remembered that it was sent.
async fn send_once(
    cx: &Context,
    ports: &NotificationPorts,
    mail: &Mail,
    claim: IdempotencyClaim,
) -> Result<(), Failure> {
    if ports.storage.earlier(&claim, cx.now()).await.map_err(Problem::from)?.is_some() {
        return Ok(());
    }
    let sent = send(ports, mail).await?;
    let answer = Answer { status: 202, body: sent, location: None, etag: None };
    if let Err(error) = ports.storage.remember(&claim, &answer, &cx.provenance()).await {
        // The mail is out. To fail now would make sure that it goes out again.
        tracing::warn!(mail = %claim.key_hash, %error, "a mail was not remembered");
    }
    Ok(())
}

async fn send(ports: &NotificationPorts, mail: &Mail) -> Result<String, Failure> {
    ports.mailer.send(mail).await.map_err(|error| match error.is_transient() {
        true => Failure::Transient(error.to_string()),
        false => Failure::Permanent(error.to_string()),
    })
}

/// Under which key a sent mail is remembered: the version that was announced, whoever has joined since. A visit is confirmed
/// and reminded of in one version.
fn claim(news: NotificationKind, appointment: &Appointment, role: RecipientRole) -> IdempotencyClaim {
    let (id, version) = (appointment.id.to_string(), announced_version(appointment).to_string());
    let key = match news {
        NotificationKind::Reminder(minutes) => {
            event_id(&["sendNotification", &id, &version, role.as_str(), "reminder", &minutes.to_string()])
        }
        NotificationKind::Confirmed
        | NotificationKind::Moved
        | NotificationKind::Cancelled(_)
        | NotificationKind::Released(_) => event_id(&["sendNotification", &id, &version, role.as_str()]),
    };
    IdempotencyClaim { fingerprint: key.clone(), key_hash: key }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification_kind::tests::held;

    #[test]
    fn a_mail_is_remembered_by_appointment_version_and_reader() {
        let appointment = held();
        let of = |news, version, reader| claim(news, &Appointment { version, ..appointment.clone() }, reader);
        let first = of(NotificationKind::Confirmed, 1, RecipientRole::Patient);
        assert_eq!(first, of(NotificationKind::Confirmed, 1, RecipientRole::Patient));
        assert_ne!(first, of(NotificationKind::Confirmed, 1, RecipientRole::Doctor));
        assert_ne!(first, of(NotificationKind::Confirmed, 2, RecipientRole::Patient));
        let reminder = of(NotificationKind::Reminder(60), 1, RecipientRole::Patient);
        assert_ne!(first, reminder, "a confirmation does not silence a reminder");
        assert_ne!(reminder, of(NotificationKind::Reminder(1_440), 1, RecipientRole::Patient));
        assert_eq!(first.key_hash.len(), 64);
    }

    #[test]
    fn what_may_still_succeed_is_tried_again_whatever_else_failed() {
        let transient = || Err(Failure::Transient("later".to_owned()));
        let permanent = || Err(Failure::Permanent("never".to_owned()));
        assert!(both(Ok(()), Ok(())).is_ok());
        for (one, other) in [(transient(), permanent()), (permanent(), transient()), (Ok(()), transient())] {
            assert!(matches!(both(one, other), Err(Failure::Transient(_))));
        }
        for (one, other) in [(Ok(()), permanent()), (permanent(), Ok(())), (permanent(), permanent())] {
            assert!(matches!(both(one, other), Err(Failure::Permanent(_))));
        }
    }
}
