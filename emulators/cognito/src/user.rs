//! A user of the pool: attributes, status, groups, second factor, pending codes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::password::PasswordHash;
use crate::random::Random;
use crate::tokens::digest;

/// The standard attributes that a user may write. Custom attributes do not exist in this pool:
/// a role is a group, never an attribute.
const WRITABLE: [&str; 15] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "zoneinfo",
];
/// Standard attributes that only administrators may write.
const ADMINISTERED: [&str; 2] = ["email_verified", "phone_number_verified"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
        }
    }
}

/// A six-digit code that was mailed. Kept as a digest.
#[derive(Clone, Serialize, Deserialize)]
pub struct MailedCode {
    digest: String,
    expires: Timestamp,
}

impl MailedCode {
    /// A new code, and its clear text for the mail.
    pub fn new(random: &Random, now: Timestamp, lifetime: SignedDuration) -> (Self, String) {
        let text = random.six_digits();
        (Self { digest: digest(&text), expires: now + lifetime }, text)
    }

    /// Refuses a code that is not `given`, or that has expired.
    pub fn check(&self, given: &str, now: Timestamp) -> Result<(), Refusal> {
        if self.digest != digest(given.trim()) {
            return Err(Refusal::wrong_code());
        }
        if now >= self.expires { Err(Refusal::expired_code()) } else { Ok(()) }
    }
}

/// An authenticator app.
#[derive(Clone, Serialize, Deserialize)]
pub struct Authenticator {
    /// base32.
    pub secret: String,
    pub name: String,
    /// The step of the last code taken: a code works once.
    pub last_step: i64,
    /// Whether log-ins ask for it (`SetUserMFAPreference`).
    pub enabled: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    /// Also the username: the e-mail address is how people call themselves, not what they are called.
    pub sub: String,
    /// Lower case.
    pub email: String,
    pub email_verified: bool,
    /// Without `sub`, `email` and `email_verified`.
    pub attributes: BTreeMap<String, String>,
    pub password: PasswordHash,
    pub status: Status,
    pub enabled: bool,
    pub groups: BTreeSet<String>,
    pub authenticator: Option<Authenticator>,
    /// A secret that was handed out and not verified yet.
    pub enrolling: Option<String>,
    pub confirmation: Option<MailedCode>,
    pub reset: Option<MailedCode>,
    /// The instant at which a temporary password expires.
    pub temporary_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
}

impl User {
    /// All attributes as strings, the way triggers get them.
    pub fn attribute_map(&self) -> BTreeMap<String, String> {
        let mut all = self.attributes.clone();
        all.insert("sub".to_owned(), self.sub.clone());
        all.insert("email".to_owned(), self.email.clone());
        all.insert("email_verified".to_owned(), self.email_verified.to_string());
        all
    }

    /// All attributes as the API lists them.
    pub fn attribute_list(&self) -> Value {
        self.attribute_map().into_iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect()
    }

    /// Whether log-ins ask for a code of the authenticator app.
    pub fn has_second_factor(&self) -> bool {
        self.authenticator.as_ref().is_some_and(|authenticator| authenticator.enabled)
    }

    /// Adds the members that say which second factors are on.
    pub fn with_mfa_settings(&self, mut answer: Value) -> Value {
        if self.has_second_factor() {
            answer["PreferredMfaSetting"] = json!("SOFTWARE_TOKEN_MFA");
            answer["UserMFASettingList"] = json!(["SOFTWARE_TOKEN_MFA"]);
        }
        answer
    }
}

/// The writer of attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writer<'a> {
    /// An app client, with the attributes that it may write.
    Client(&'a [String]),
    /// An administrator.
    Admin,
}

/// Refuses attributes that do not exist, and those that the writer may not write.
pub fn check_attributes(names: impl Iterator<Item = impl AsRef<str>>, writer: Writer<'_>) -> Result<(), Refusal> {
    for name in names {
        let name = name.as_ref();
        let exists = WRITABLE.contains(&name) || ADMINISTERED.contains(&name) || name == "sub";
        if !exists {
            return Err(Refusal::invalid_parameter(format!(
                "Attributes did not conform to the schema: {name}: Attribute does not exist in the schema.\n"
            )));
        }
        let may_write = match writer {
            Writer::Client(granted) => WRITABLE.contains(&name) && granted.iter().any(|granted| granted == name),
            Writer::Admin => name != "sub",
        };
        if !may_write {
            return Err(Refusal::not_authorized("A client attempted to write unauthorized attribute"));
        }
    }
    Ok(())
}

/// The form in which e-mail addresses are kept and compared: the pool does not tell cases apart.
pub fn normal_email(text: &str) -> Result<String, Refusal> {
    let email = text.trim().to_lowercase();
    let well_formed = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    if well_formed && email.len() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Ok(email)
    } else {
        Err(Refusal::invalid_parameter("Username should be an email."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn no_attribute_holds_a_role_and_no_client_verifies_its_own_address() {
        let check = |name: &str, writer| check_attributes([name].into_iter(), writer).map_err(|refusal| refusal.code);
        let granted = ["name", "email_verified"].map(str::to_owned);
        let client = Writer::Client(&granted);
        assert_eq!(check("custom:role", client), Err(ErrorCode::InvalidParameter));
        assert_eq!(check("custom:role", Writer::Admin), Err(ErrorCode::InvalidParameter));
        assert_eq!(check("email_verified", client), Err(ErrorCode::NotAuthorized));
        assert_eq!(check("email_verified", Writer::Admin), Ok(()));
        assert_eq!(check("sub", Writer::Admin), Err(ErrorCode::NotAuthorized));
        assert_eq!(check("name", client), Ok(()));
        assert_eq!(check("email", client), Err(ErrorCode::NotAuthorized), "it is not granted");
    }

    #[test]
    fn addresses_are_compared_without_case_and_refused_when_they_are_none() {
        assert_eq!(normal_email(" Asha@Example.COM ").unwrap(), "asha@example.com");
        for wrong in ["", "asha", "@example.com", "asha@", "asha@example", "a b@example.com", "a@b@example.com"] {
            normal_email(wrong).unwrap_err();
        }
    }
}
