//! `POST /v1/doctors`: an administrator registers a doctor whose entry in the medical register was verified.
//!
//! The registration has three steps, and each can be repeated: an account in the user pool (which mails an invitation;
//! an address that has an account keeps it), the group `doctor`, and one transaction with the doctor, the empty
//! calendar, the registration number and the entries of the directory. If the registration stops between two steps, the
//! same request continues it. If the transaction refuses the registration, an account in the group remains; the group
//! gives no access without a doctor of the account's id.

use crate::presentation::{Draft, Presentation};
use crate::terms::TermsBody;
use crate::view::DoctorView;
use api::problem::{self, Fields, Problem};
use api::{Aws, ConfigError, Context, Created, Endpoint, FromEnvironment, Json, Variable};
use domain::access::{Action, Parties, Role};
use domain::core::id::DoctorId;
use domain::core::person::{Email, RegistrationNumber, Title};
use domain::core::sensitive::Sensitive;
use domain::directory::doctor::{Doctor, DoctorStatus};
use gateway::user_pool::{CognitoUserPool, UserPool, UserPoolError, UserStatus};
use serde::Deserialize;
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

/// The endpoint `registerDoctor`.
pub static ENDPOINT: Endpoint<RegistrationPorts, Json<RegisterDoctor>, Created<DoctorView>> =
    Endpoint::post("/v1/doctors", "registerDoctor", "Register a doctor", &handle)
        .details(
            "Registers a doctor after the registration with the medical council was verified. Creates the account \
             (the user pool mails an invitation), adds it to the group of doctors, and writes the doctor. If a step \
             fails, the same request continues from there. A registration number belongs to one doctor; hyphens, \
             spaces, slashes and case do not tell two numbers apart.",
        )
        .allow(&[Role::Admin])
        .idempotent()
        // The account and its role outlive the administrator's token.
        .checks_session()
        .problems(&[&problem::ALREADY_REGISTERED]);

/// The table and the user pool.
#[derive(Clone)]
pub struct RegistrationPorts {
    storage: Storage,
    pool: Arc<dyn UserPool>,
    pool_id: String,
}

impl FromEnvironment for RegistrationPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool_id = aws.variable(Variable::UserPool)?;
        // The app client is empty: accounts are created with the rights of this function.
        let pool = CognitoUserPool::new(aws.sdk(), pool_id.clone(), "");
        Ok(RegistrationPorts { storage: aws.storage()?, pool: Arc::new(pool), pool_id })
    }
}

/// The registration of a verified doctor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterDoctor {
    /// The e-mail address with which the doctor logs in, and to which notifications go.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// The title before the name, at most 20 characters; empty for none. If it is left out, the title in the name
    /// counts, otherwise `Dr.`.
    #[schema(example = "Dr.")]
    title: Option<String>,
    /// The doctor's name, 1 to 100 characters.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The number in the medical register. It cannot be changed later.
    #[schema(example = "KMC/12345")]
    registration_number: String,
    /// The doctor's degrees, 1 to 100 characters.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// The doctor's description for patients, at most 500 characters; empty for none.
    #[schema(example = "Twenty years of cardiology in Bengaluru.")]
    bio: Option<String>,
    /// The doctor's specialities, the main one first: 1 to 5, each by a code, a name or a synonym of
    /// `listSpecialities`.
    #[schema(example = json!(["cardiology"]))]
    specialities: Vec<String>,
    /// The languages in which the doctor consults: 1 to 6, each by a tag (BCP 47) or a name of `listLanguages`.
    #[schema(example = json!(["en-IN", "hi"]))]
    languages: Vec<String>,
    /// The fee of a visit in paise; 0 if visits are free of charge.
    #[schema(minimum = 0, maximum = 100_000_000, example = 50000)]
    fee: i64,
    /// The terms of the doctor's visits, beyond a visit of one slot at the fee.
    #[serde(default)]
    #[schema(inline)]
    terms: TermsBody,
    /// The IANA time zone of the doctor's hours.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
}

async fn handle(
    cx: Context,
    ports: RegistrationPorts,
    Json(body): Json<RegisterDoctor>,
) -> Result<Created<DoctorView>, Problem> {
    cx.authorize(Action::RegisterDoctor, Parties::none())?;
    let registration = body.parse()?;
    let claim = cx.claim()?;
    // The earlier answer is looked up before the account is created: another body under the same key must send no
    // invitation.
    if let Some(earlier) = ports.storage.earlier(claim, cx.now()).await? {
        return Created::earlier(earlier);
    }
    let id = ports.account(&registration).await?;

    let doctor = registration.doctor(id);
    let created = Created::new(format!("/v1/doctors/{id}"), doctor.version + 1, &DoctorView::of(&doctor))?;
    cx.retrying(async || {
        Ok(ports.storage.commit_registration(&doctor, claim, created.answer(), &cx.provenance()).await?)
    })
    .await
    .and_then(|written| created.once(written))
}

impl RegistrationPorts {
    /// Creates the doctor's account and adds it to the group, unless this is done already.
    ///
    /// # Errors
    /// 422 if the address has an unconfirmed account; the errors of the user pool.
    async fn account(&self, registration: &Registration) -> Result<DoctorId, Problem> {
        let user =
            self.pool.create_user(&registration.email, &registration.presentation.name).await.map_err(refused)?;
        if let Some(account) = self.pool.user(&user.to_string()).await.map_err(refused)? {
            must_be_the_owners(account.status)?;
        }
        self.pool.add_to_group(&self.pool_id, &user.to_string(), Role::Doctor.as_str()).await.map_err(refused)?;
        Ok(user.as_doctor())
    }
}

/// Checks that the owner of the address controls the account. A person can sign up with another person's address and
/// knows the password then, so an unconfirmed account gets no rights. The accounts that this service creates are
/// invited by e-mail.
fn must_be_the_owners(status: UserStatus) -> Result<(), Problem> {
    match status {
        UserStatus::Unconfirmed => Err(Problem::field("email", "has an account that its owner has not confirmed")),
        UserStatus::Confirmed | UserStatus::Invited | UserStatus::Other => Ok(()),
    }
}

fn refused(error: UserPoolError) -> Problem {
    if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) }
}

/// The checked fields of a registration.
#[derive(Debug)]
struct Registration {
    email: Email,
    registration_number: RegistrationNumber,
    presentation: Presentation,
}

impl Registration {
    fn doctor(self, id: DoctorId) -> Doctor {
        let Presentation { title, name, qualification, bio, specialities, languages, fee, terms, zone } =
            self.presentation;
        Doctor {
            id,
            title: title.or(|| Some(Title::usual(&name))),
            name,
            registration_number: self.registration_number,
            qualification,
            bio: bio.flatten(),
            specialities,
            languages,
            fee,
            terms,
            zone,
            email: self.email,
            standing: DoctorStatus::Active,
            version: 0,
        }
    }
}

impl RegisterDoctor {
    fn parse(&self) -> Result<Registration, Problem> {
        let RegisterDoctor {
            email,
            title,
            name,
            registration_number,
            qualification,
            bio,
            specialities,
            languages,
            fee,
            terms,
            zone,
        } = self;
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(email.expose()));
        let number = fields.parse("registrationNumber", RegistrationNumber::parse(registration_number));
        let (title, bio) = (title.as_deref(), bio.as_deref());
        let draft = Draft { title, name, qualification, bio, specialities, languages, fee: *fee, terms, zone };
        match (email, number, draft.parse(&mut fields)) {
            (Some(email), Some(registration_number), Some(presentation)) => {
                Ok(Registration { email, registration_number, presentation })
            }
            _ => Err(fields.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(email: &str, number: &str) -> RegisterDoctor {
        let body = serde_json::json!({
            "email": email, "name": "Asha Rao", "registrationNumber": number, "qualification": "MBBS",
            "specialities": ["cardiology"], "languages": ["hi"], "fee": 50000, "zone": "Asia/Kolkata",
        });
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_new_doctor_is_active_and_not_stored_yet() {
        let id: DoctorId = "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001".parse().unwrap();
        let doctor = body("Asha@example.com", "kmc/1  a").parse().unwrap().doctor(id);
        assert!(doctor.is_active());
        assert_eq!(doctor.version, 0);
        assert_eq!((doctor.email.as_str(), doctor.registration_number.as_str()), ("asha@example.com", "KMC/1 A"));
        let view = serde_json::to_value(DoctorView::of(&doctor)).unwrap();
        assert_eq!((view["registrationNumber"].as_str(), view["standing"].as_str()), (Some("KMC/1 A"), Some("active")));
        assert_eq!(view.get("email"), None);
        assert_eq!((view["title"].as_str(), view["displayName"].as_str()), (Some("Dr."), Some("Dr. Asha Rao")));
    }

    #[test]
    fn an_unconfirmed_account_does_not_become_a_doctors() {
        let problem = must_be_the_owners(UserStatus::Unconfirmed).unwrap_err();
        assert_eq!((problem.kind.status, problem.body("r").errors[0].pointer.as_str()), (422, "#/email"));
        for status in [UserStatus::Confirmed, UserStatus::Invited, UserStatus::Other] {
            assert!(must_be_the_owners(status).is_ok());
        }
    }

    #[test]
    fn a_wrong_address_and_a_wrong_number_are_named() {
        let errors = body("asha", "#").parse().unwrap_err().body("r").errors;
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/email", "#/registrationNumber"]);
    }
}
