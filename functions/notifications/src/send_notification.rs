//! Consumer of the `notifications` queue. It notifies patient and doctor that an appointment was confirmed, moved or
//! cancelled, plans the reminders and sends them to the patient, notifies a patient of an offer of the waiting list, and a
//! user of a change of the second factor.
//!
//! A message has identifiers only. The content is made from the state at the time of sending, and a message that is no
//! longer true sends nothing. A notification is sent at least once. After a channel has taken it, it is recorded for a
//! day by channel, appointment, version and recipient, so that a redelivery, because the other recipient's notification
//! failed, does not repeat it. A crash between sending and recording can repeat it. A repeated notification is better
//! than a lost one, and the calendar merges the second entry by UID and SEQUENCE.

use crate::channel::{Channel, Contact};
use crate::content::{AppointmentContext, Content, OfferContext, Recipient, RecipientRole};
use crate::email::EmailChannel;
use crate::notification_kind::{NotificationKind, RefundStatus, announced_version};
use api::{
    Aws, BatchOutcome, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, QueueBatch, Source, Variable,
};
use domain::appointments::appointment::Appointment;
use domain::appointments::attendance::Reminders;
use domain::appointments::waitlist::{Entry, Offer};
use domain::audit::event_id;
use domain::core::id::{DoctorId, PatientId, UserId};
use domain::core::person::{PersonalDetails, Preferences, ReminderWish};
use domain::directory::doctor::Doctor;
use domain::messages::Message;
use domain::payments::refund_policy::RefundPolicy;
use gateway::mail::SesMailer;
use gateway::vault::{KmsVault, ProfileError, Vault, VaultError, open_profile};
use std::sync::Arc;
use storage::{Answer, IdempotencyClaim, Storage};

/// The consumer `sendNotification`.
pub static CONSUMER: Consumer<NotificationPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("notifications"), "sendNotification", &handle);

/// The table, the vault of the patients' details, the channel, and the parameters of the texts.
#[derive(Clone)]
pub struct NotificationPorts {
    storage: Storage,
    vault: Arc<dyn Vault>,
    email: EmailChannel,
    app_url: String,
    reminders: Reminders,
    policy: RefundPolicy,
}

impl FromEnvironment for NotificationPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let key = aws.variable(Variable::HealthDataKey)?;
        let vault = KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn());
        let sender = aws.variable(Variable::MailSender)?;
        let mailer = Arc::new(SesMailer::new(aws.sdk(), sender.as_str()));
        // A text that is not an address counts as a missing variable.
        let sender = sender.parse().map_err(|_| ConfigError(Variable::MailSender.name()))?;
        Ok(NotificationPorts {
            storage: aws.storage()?,
            vault: Arc::new(vault),
            email: EmailChannel { mailer, sender },
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
            // The reminders are planned before anything is sent, which may fail. A redelivery plans the same timers
            // again.
            if matches!(message, Message::AppointmentConfirmed { .. } | Message::AppointmentRescheduled { .. }) {
                let reminders = ports.reminders.timers(&appointment, cx.now());
                ports.storage.plan(&reminders, &cx.provenance()).await.map_err(Problem::from)?;
            }
            match NotificationKind::of(&message, &appointment, &ports.reminders, cx.now()) {
                Some(kind) => notify_of_appointment(&cx, &ports, kind, &appointment).await,
                None => Ok(()),
            }
        }
        Message::AuthenticatorChanged { user, version, change, at } => {
            let Some(to) = user_contact(&ports, user).await? else { return Ok(()) };
            let content = Content::of_factor_change(change, at, &ports.app_url, &to.recipient);
            let parts = [user.to_string(), version.to_string(), "second factor".to_owned()];
            deliver_once(&cx, &ports.storage, &ports.email, &content, &to, &parts).await
        }
        Message::SlotOffered { entry, version } => {
            let stored = ports.storage.waitlist_entry(entry).await.map_err(Problem::from)?;
            let entry = stored.ok_or_else(|| Failure::Permanent(format!("there is no entry {entry}")))?;
            match entry.offer() {
                // A later offer has a message of its own; the record of the sent notification keeps it from being sent
                // twice.
                Some(offer) if entry.version >= version && offer.until > cx.now() => {
                    notify_of_offer(&cx, &ports, &entry, offer).await
                }
                _ => Ok(()),
            }
        }
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

/// Notifies the patient of an offer. The doctor is not notified.
async fn notify_of_offer(cx: &Context, ports: &NotificationPorts, entry: &Entry, offer: &Offer) -> Result<(), Failure> {
    let doctor = doctor(ports, offer.doctor).await?;
    let Some(to) = patient(ports, entry.patient).await? else { return Ok(()) };
    let context = OfferContext { entry, offer, doctor: &doctor, app_url: &ports.app_url };
    let content = Content::of_offer(&context, &to.recipient);
    deliver_once(cx, &ports.storage, &ports.email, &content, &to, &offer_parts(entry, offer)).await
}

/// Notifies both recipients. A failure for one does not keep the notification from the other.
async fn notify_of_appointment(
    cx: &Context,
    ports: &NotificationPorts,
    kind: NotificationKind,
    appointment: &Appointment,
) -> Result<(), Failure> {
    let doctor = doctor(ports, appointment.doctor).await?;
    let refund = match kind {
        NotificationKind::Cancelled(by) => {
            let ledger = ports.storage.ledger(appointment.payment()).await.map_err(Problem::from)?;
            RefundStatus::of(appointment, by, &ledger.refunds)
        }
        NotificationKind::Confirmed
        | NotificationKind::Moved
        | NotificationKind::Reminder(_)
        | NotificationKind::Released(_) => RefundStatus::Unsaid,
    };
    let context = AppointmentContext {
        kind,
        appointment,
        doctor: &doctor,
        refund: &refund,
        policy: &ports.policy,
        app_url: &ports.app_url,
    };
    let notify = async |to: &Contact| match Content::of_appointment(&context, &to.recipient) {
        Some(_) if !to.wants(kind) => Ok(()),
        Some(content) => {
            let parts = appointment_parts(kind, appointment, to.recipient.role);
            deliver_once(cx, &ports.storage, &ports.email, &content, to, &parts).await
        }
        None => Ok(()),
    };
    let recipient = Recipient { role: RecipientRole::Doctor, name: doctor.name.clone(), zone: doctor.zone.clone() };
    let doctor_outcome =
        notify(&Contact { recipient, email: doctor.email.clone(), reminders: ReminderWish::All }).await;
    let patient_outcome = match patient(ports, appointment.patient).await {
        Ok(Some(patient)) => notify(&patient).await,
        Ok(None) => Ok(()),
        Err(failure) => Err(failure),
    };
    both(doctor_outcome, patient_outcome)
}

/// Merges two outcomes. A transient failure wins over a permanent one, so that the message comes again.
fn both(one: Result<(), Failure>, other: Result<(), Failure>) -> Result<(), Failure> {
    match (one, other) {
        (Err(Failure::Permanent(_)), Err(transient @ Failure::Transient(_))) => Err(transient),
        (one, other) => one.and(other),
    }
}

async fn doctor(ports: &NotificationPorts, id: DoctorId) -> Result<Doctor, Failure> {
    let doctor = ports.storage.doctor(id).await.map_err(Problem::from)?;
    doctor.ok_or_else(|| Failure::Permanent(format!("there is no doctor {id}")))
}

/// The patient with the details of the profile.
async fn patient(ports: &NotificationPorts, patient: PatientId) -> Result<Option<Contact>, Failure> {
    user_contact(ports, UserId::from(patient)).await
}

/// A user with the details of the profile. `None` if the user's data was erased, or if there is no profile yet: no address
/// is known, and a repetition finds none either.
async fn user_contact(ports: &NotificationPorts, user: UserId) -> Result<Option<Contact>, Failure> {
    let profile = ports.storage.profile(user).await.map_err(Problem::from)?;
    let Some(profile) = profile else {
        tracing::warn!(%user, "a user without a profile is not notified");
        return Ok(None);
    };
    let opened = open_profile(ports.vault.as_ref(), user, profile.details.as_sealed()).await;
    let PersonalDetails { email, name, preferences, .. } = match opened {
        Ok(details) => details,
        Err(ProfileError::Sealed(VaultError::Erased)) => return Ok(None),
        Err(error) if error.is_transient() => return Err(Failure::Transient(error.to_string())),
        Err(error) => return Err(Failure::Permanent(error.to_string())),
    };
    let Preferences { zone, reminders, .. } = preferences;
    Ok(Some(Contact { recipient: Recipient { role: RecipientRole::Patient, name, zone }, email, reminders }))
}

/// Delivers a content through a channel, unless a record says that the channel has taken it. `parts` identify the
/// notification.
async fn deliver_once(
    cx: &Context,
    storage: &Storage,
    channel: &dyn Channel,
    content: &Content,
    to: &Contact,
    parts: &[String],
) -> Result<(), Failure> {
    let claim = claim(channel.name(), parts);
    if storage.earlier(&claim, cx.now()).await.map_err(Problem::from)?.is_some() {
        return Ok(());
    }
    let message_id = channel.deliver(content, to, cx.now()).await?;
    let answer = Answer { status: 202, body: message_id, location: None, etag: None };
    if let Err(error) = storage.remember(&claim, &answer, &cx.provenance()).await {
        // The notification was sent. A failure now would certainly send it again.
        let (channel, key) = (channel.name(), &claim.key_hash);
        tracing::warn!(channel, %key, %error, "a sent notification was not recorded");
    }
    Ok(())
}

/// The key under which a sent notification is recorded. It names the channel, so that each channel sends the
/// notification once.
fn claim(channel: &str, parts: &[String]) -> IdempotencyClaim {
    let parts = ["sendNotification", channel].into_iter().chain(parts.iter().map(String::as_str));
    let key = event_id(&parts.collect::<Vec<_>>());
    IdempotencyClaim { fingerprint: key.clone(), key_hash: key }
}

/// The identity of an offer. An entry may be offered the same slot again, with another end.
fn offer_parts(entry: &Entry, offer: &Offer) -> [String; 3] {
    [entry.id.to_string(), offer.slots[0].to_string(), offer.until.to_string()]
}

/// The identity of a notification about an appointment, by the announced version, which a join does not change. A visit
/// is confirmed and reminded of in one version.
fn appointment_parts(kind: NotificationKind, appointment: &Appointment, role: RecipientRole) -> Vec<String> {
    let version = announced_version(appointment).to_string();
    let mut parts = vec![appointment.id.to_string(), version, role.as_str().to_owned()];
    if let NotificationKind::Reminder(minutes) = kind {
        parts.extend(["reminder".to_owned(), minutes.to_string()]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification_kind::tests::held;

    fn email_claim(kind: NotificationKind, version: u64, role: RecipientRole) -> IdempotencyClaim {
        claim("email", &appointment_parts(kind, &Appointment { version, ..held() }, role))
    }

    #[test]
    fn a_mail_is_recorded_by_appointment_version_and_recipient() {
        let first = email_claim(NotificationKind::Confirmed, 1, RecipientRole::Patient);
        assert_eq!(first, email_claim(NotificationKind::Confirmed, 1, RecipientRole::Patient));
        assert_ne!(first, email_claim(NotificationKind::Confirmed, 1, RecipientRole::Doctor));
        assert_ne!(first, email_claim(NotificationKind::Confirmed, 2, RecipientRole::Patient));
        let reminder = email_claim(NotificationKind::Reminder(60), 1, RecipientRole::Patient);
        assert_ne!(first, reminder, "a confirmation does not suppress a reminder");
        assert_ne!(reminder, email_claim(NotificationKind::Reminder(1_440), 1, RecipientRole::Patient));
        assert_eq!(first.key_hash.len(), 64);
    }

    #[test]
    fn each_channel_has_a_claim_of_its_own() {
        let parts = appointment_parts(NotificationKind::Confirmed, &held(), RecipientRole::Patient);
        assert_eq!(claim("email", &parts), claim("email", &parts));
        assert_ne!(claim("email", &parts), claim("sms", &parts), "an e-mail does not suppress another channel");
    }

    #[test]
    fn a_transient_failure_is_tried_again_beside_a_permanent_one() {
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
