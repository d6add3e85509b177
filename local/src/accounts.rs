//! The demo accounts, and their creation in a fresh stack.
//!
//! The accounts are put into the user pool directly, since their passwords must be known. All other data goes through the
//! API as in production: an administrator registers the doctors, the doctors' hours are published.

use crate::services::{HEADLESS_CLIENT, POOL};
use crate::{Stack, front};
use bytes::Bytes;
use cognito_emulator::totp;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// The password of every demo account; the accounts protect nothing.
pub const PASSWORD: &str = "Vaidya-demo-2026!";

/// The time zone of the demo doctors.
pub const ZONE: &str = "Asia/Kolkata";

/// The number of days for which slots are published.
const DAYS_AHEAD: i32 = 14;

/// A person who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The person's name.
    pub name: &'static str,
    /// The name that the person logs in with.
    pub email: &'static str,
    /// The person's group in the user pool, which is the role.
    pub group: &'static str,
}

impl Account {
    /// The secret of the person's authenticator app, in base 32; none for a patient. It protects nothing.
    pub fn secret(&self) -> Option<&'static str> {
        match self.group {
            "patient" => None,
            "doctor" => Some("VAIDYADOCTORDEMOVAIDYADOCTORDEMO"),
            _ => Some("VAIDYAADMINDEMOVAIDYAADMINDEMOAA"),
        }
    }

    /// The one-time code that the person's authenticator app shows at an instant.
    pub fn code_at(&self, at: Timestamp) -> Option<String> {
        totp::code_at(self.secret()?, at)
    }
}

/// A patient.
pub const ASHA: Account = Account { name: "Asha Verma", email: "asha.verma@example.com", group: "patient" };
/// Another patient.
pub const ROHAN: Account = Account { name: "Rohan Iyer", email: "rohan.iyer@example.com", group: "patient" };
/// A cardiologist.
pub const MEERA: Account = Account { name: "Dr. Meera Krishnan", email: "meera.krishnan@example.com", group: "doctor" };
/// A general practitioner.
pub const ARJUN: Account = Account { name: "Dr. Arjun Rao", email: "arjun.rao@example.com", group: "doctor" };
/// The administrator.
pub const KAVITA: Account = Account { name: "Kavita Nair", email: "admin@example.com", group: "admin" };

/// All of them.
pub const ACCOUNTS: [Account; 5] = [ASHA, ROHAN, MEERA, ARJUN, KAVITA];

/// A demo doctor's entry in the directory, and the weekly hours.
#[derive(Debug)]
struct Practice {
    account: Account,
    registration_number: &'static str,
    qualification: &'static str,
    speciality: &'static str,
    languages: &'static [&'static str],
    /// The fee, in paise.
    fee: i64,
    start: &'static str,
    end: &'static str,
    slot_minutes: i64,
    buffer_minutes: i64,
}

const PRACTICES: [Practice; 2] = [
    Practice {
        account: MEERA,
        registration_number: "KMC-48213",
        qualification: "MBBS, MD, DM (Cardiology)",
        speciality: "cardiology",
        languages: &["en", "hi", "ta"],
        fee: 80_000,
        start: "09:00",
        end: "13:00",
        slot_minutes: 30,
        buffer_minutes: 0,
    },
    Practice {
        account: ARJUN,
        registration_number: "KMC-61907",
        qualification: "MBBS, MD (General Medicine)",
        speciality: "general-medicine",
        languages: &["en", "kn"],
        fee: 50_000,
        start: "10:00",
        end: "16:00",
        slot_minutes: 20,
        buffer_minutes: 10,
    },
];

/// The reason why an account could not be created.
#[derive(Debug, thiserror::Error)]
#[error("the demo accounts could not be set up: {0}")]
pub struct SeedError(String);

/// Creates the accounts that are missing. A repeated run only publishes further days.
///
/// # Errors
/// [`SeedError`] when the system refuses a valid request.
pub async fn seed(stack: &Stack) -> Result<(), SeedError> {
    let mut subs = Vec::new();
    for account in ACCOUNTS {
        let sub = stack.services().pool.seed_user(account.email, account.name, PASSWORD, &[account.group]);
        if let Some(secret) = account.secret() {
            stack.services().pool.seed_authenticator(&sub, secret);
        }
        if account.group == "patient" {
            confirm(stack, account, &sub).await?;
        }
        subs.push((account, sub));
    }
    let admin = log_in(stack, KAVITA).await?;
    for practice in &PRACTICES {
        let sub = subs.iter().find(|(account, _)| *account == practice.account).map(|(_, sub)| sub.as_str());
        let sub = sub.ok_or_else(|| SeedError(format!("{} has no account", practice.account.name)))?;
        practice.open(stack, &admin, sub).await?;
    }
    stack.settle().await;
    Ok(())
}

/// Creates the profile, as the user pool does when a user confirms a registration.
async fn confirm(stack: &Stack, account: Account, sub: &str) -> Result<(), SeedError> {
    let event = json!({
        "version": "1",
        "region": aws_emulator::REGION,
        "userPoolId": POOL,
        "userName": sub,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": HEADLESS_CLIENT },
        "triggerSource": "PostConfirmation_ConfirmSignUp",
        "request": { "userAttributes": {
            "sub": sub,
            "email_verified": "true",
            "cognito:user_status": "CONFIRMED",
            "name": account.name,
            "email": account.email,
        } },
        "response": {},
    });
    let made = stack.invoke("CreateProfileFunction", &event.to_string(), &stack.request_id()).await;
    made.map(|_| ()).map_err(|error| SeedError(format!("{}: {error}", account.name)))
}

/// The access token of an account. One with an authenticator app is not logged in: its code works once, and is left for the
/// person who uses this system.
///
/// # Errors
/// [`SeedError`] when the API refuses.
pub async fn log_in(stack: &Stack, account: Account) -> Result<String, SeedError> {
    if account.secret().is_some() {
        let pool = &stack.services().pool;
        let sub = pool.seed_user(account.email, account.name, PASSWORD, &[account.group]);
        return Ok(pool.seed_session(&sub, HEADLESS_CLIENT, true));
    }
    let body = json!({ "email": account.email, "password": PASSWORD });
    let (status, answer) = call(stack, Method::POST, "/v1/auth/login", None, Some(body)).await;
    match answer["accessToken"].as_str() {
        Some(token) if status.is_success() => Ok(token.to_owned()),
        _ => Err(SeedError(format!("{} can't log in: {status} {answer}", account.name))),
    }
}

/// Calls the API in-process.
pub async fn call(
    stack: &Stack,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path).header("user-agent", "cargo-local");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json").header("idempotency-key", stack.request_id());
    }
    let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
    let request = request.body(body).expect("paths and tokens of ours are valid in a request");
    let response = front::answer(stack, request).await;
    (response.status(), serde_json::from_slice(response.body()).unwrap_or_default())
}

impl Practice {
    async fn open(&self, stack: &Stack, admin: &str, sub: &str) -> Result<(), SeedError> {
        let doctor = format!("/v1/doctors/{sub}");
        let (known, _) = call(stack, Method::GET, &doctor, Some(admin), None).await;
        let is_new = known == StatusCode::NOT_FOUND;
        if is_new {
            let (status, answer) =
                call(stack, Method::POST, "/v1/doctors", Some(admin), Some(self.registration())).await;
            if status != StatusCode::CREATED {
                return Err(SeedError(format!("{} is not registered: {status} {answer}", self.account.name)));
            }
        }
        let tomorrow = stack.now().in_tz(ZONE).map(|now| now.date().saturating_add(1.day()));
        let tomorrow = tomorrow.map_err(|error| SeedError(error.to_string()))?;
        let slots = format!("{doctor}/slots");
        let (status, answer) = call(stack, Method::POST, &slots, Some(admin), Some(self.hours(tomorrow))).await;
        match status {
            StatusCode::OK => Ok(()),
            // Data from an earlier run may have changed, so that the usual hours no longer fit.
            _ if !is_new => {
                tracing::warn!(doctor = self.account.name, %status, "the usual hours were not published again");
                Ok(())
            }
            _ => Err(SeedError(format!("{} has no hours: {status} {answer}", self.account.name))),
        }
    }

    fn registration(&self) -> Value {
        json!({
            "email": self.account.email,
            "name": self.account.name,
            "registrationNumber": self.registration_number,
            "qualification": self.qualification,
            "specialities": [self.speciality],
            "languages": self.languages,
            "fee": self.fee,
            "zone": ZONE,
        })
    }

    fn hours(&self, from: Date) -> Value {
        json!({ "rule": {
            "from": from,
            "to": from.saturating_add((DAYS_AHEAD - 1).days()),
            "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "start": self.start,
            "end": self.end,
            "slotMinutes": self.slot_minutes,
            "bufferMinutes": self.buffer_minutes,
            "zone": ZONE,
        } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::core::person::{Email, Language, PersonName, Qualification, RegistrationNumber, Speciality};

    #[test]
    fn the_demo_doctors_are_ones_that_the_system_takes() {
        for practice in &PRACTICES {
            assert!(PersonName::parse(practice.account.name).is_ok());
            assert!(Email::parse(practice.account.email).is_ok());
            assert!(RegistrationNumber::parse(practice.registration_number).is_ok());
            assert!(Qualification::parse(practice.qualification).is_ok());
            assert!(Speciality::parse(practice.speciality).is_ok());
            assert!(practice.languages.iter().all(|language| Language::parse(language).is_ok()));
        }
    }

    #[test]
    fn doctors_and_administrators_have_an_authenticator_app() {
        for account in ACCOUNTS {
            assert_eq!(
                account.code_at(Timestamp::UNIX_EPOCH).is_some(),
                account.group != "patient",
                "{}",
                account.name
            );
        }
    }

    #[test]
    fn hours_span_two_weeks_from_the_first_day_on() {
        let hours = PRACTICES[0].hours(jiff::civil::date(2026, 11, 24));
        assert_eq!((&hours["rule"]["from"], &hours["rule"]["to"]), (&json!("2026-11-24"), &json!("2026-12-07")));
    }
}
