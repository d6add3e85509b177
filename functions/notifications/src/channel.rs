//! The seam between a content and the channels that deliver it.

use crate::content::{Content, Recipient};
use crate::notification_kind::NotificationKind;
use api::Failure;
use domain::core::person::{Email, ReminderWish};
use gateway::Future;
use jiff::Timestamp;

/// A recipient with the address of each channel.
pub(crate) struct Contact {
    pub recipient: Recipient,
    pub email: Email,
    pub reminders: ReminderWish,
}

impl Contact {
    /// Whether the recipient wants to be told this. A change of a visit is always told.
    pub fn wants(&self, kind: NotificationKind) -> bool {
        match kind {
            NotificationKind::Reminder(_) => self.reminders == ReminderWish::All,
            NotificationKind::Confirmed
            | NotificationKind::Moved
            | NotificationKind::Cancelled(_)
            | NotificationKind::Released(_) => true,
        }
    }
}

/// One way to deliver a content.
pub(crate) trait Channel: Send + Sync {
    /// The name of the channel in the record of a sent notification.
    fn name(&self) -> &'static str;

    /// Delivers the content at least once, and returns the provider's id of the message.
    ///
    /// # Errors
    /// [`Failure::Transient`] if a later attempt may succeed, otherwise [`Failure::Permanent`].
    fn deliver<'a>(
        &'a self,
        content: &'a Content,
        to: &'a Contact,
        now: Timestamp,
    ) -> Future<'a, Result<String, Failure>>;
}
