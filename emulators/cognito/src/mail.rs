//! The mails that a pool sends. Their texts are plain, and hold a code that a test can read.

/// A mail on its way to the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The one recipient's address.
    pub to: String,
    /// Without codes and names.
    pub subject: String,
    /// The plain text.
    pub text: String,
}

impl Mail {
    pub(crate) fn confirmation(to: &str, code: &str) -> Self {
        Self {
            to: to.to_owned(),
            subject: "Your verification code".to_owned(),
            text: format!("Your confirmation code is {code}. It is valid for 24 hours."),
        }
    }

    pub(crate) fn password_reset(to: &str, code: &str) -> Self {
        Self {
            to: to.to_owned(),
            subject: "Your password reset code".to_owned(),
            text: format!("Your password reset code is {code}. It is valid for one hour."),
        }
    }

    pub(crate) fn invitation(to: &str, temporary_password: &str) -> Self {
        Self {
            to: to.to_owned(),
            subject: "Your account is ready".to_owned(),
            text: format!(
                "An account was made for you. Your username is {to} and your temporary password is {temporary_password}\n\
                 It is valid for 7 days; you choose your own at the first log-in."
            ),
        }
    }
}
