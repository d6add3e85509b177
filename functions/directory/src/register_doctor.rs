//! `POST /v1/doctors`: an administrator enters a doctor whose registration was verified.
//!
//! Three steps, each of which can be repeated: an account in the user pool (which mails an invitation; an address that has an account keeps
//! it), the group `doctor`, and one transaction with the doctor, the empty calendar, the registration number and the directory entries.
//! Whatever stops it in between, the same request goes on where it stopped. A registration that the transaction refuses leaves an account in
//! the group; without a doctor of its id the group opens nothing.

use crate::presentation::{Draft, Presentation};
use crate::terms::TermsBody;
use crate::view::DoctorView;
use api::problem::{self, Fields, Problem};
use api::{Aws, ConfigError, Context, Created, Endpoint, FromEnvironment, Json, Variable};
use domain::access::{Action, Parties, Role};
use domain::core::id::DoctorId;
use domain::core::person::{Email, RegistrationNumber};
use domain::core::sensitive::Sensitive;
use domain::directory::doctor::{Doctor, DoctorStatus};
use gateway::user_pool::{CognitoUserPool, UserPool, UserPoolError, UserStatus};
use serde::Deserialize;
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

/// `registerDoctor`
pub static ENDPOINT: Endpoint<RegistrationPorts, Json<RegisterDoctor>, Created<DoctorView>> =
    Endpoint::post("/v1/doctors", "registerDoctor", "Register a doctor", &handle)
        .details(
            "Whose registration with the medical council was verified. It makes the account (the user pool mails \
             an invitation), its group, and the doctor; whatever stops it in between, the same request goes on \
             where it stopped. A registration number belongs to one doctor.",
        )
        .allow(&[Role::Admin])
        .idempotent()
        .problems(&[&problem::ALREADY_REGISTERED]);

/// What a registration needs of the outside.
#[derive(Clone)]
pub struct RegistrationPorts {
    storage: Storage,
    pool: Arc<dyn UserPool>,
    pool_id: String,
}

impl FromEnvironment for RegistrationPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool_id = aws.variable(Variable::UserPool)?;
        // No app client: accounts are made with our own authority.
        let pool = CognitoUserPool::new(aws.sdk(), pool_id.clone(), "");
        Ok(RegistrationPorts { storage: aws.storage()?, pool: Arc::new(pool), pool_id })
    }
}

/// A verified doctor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterDoctor {
    /// The address that the doctor logs in with and gets mails at.
    #[schema(value_type = String, format = Email, example = "asha.rao@example.com")]
    email: Sensitive<String>,
    /// As the doctor is called, 1 to 100 characters.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The number in the medical register; it can't be changed later.
    #[schema(example = "KMC/12345")]
    registration_number: String,
    /// Degrees, 1 to 100 characters.
    #[schema(example = "MBBS, MD (Cardiology)")]
    qualification: String,
    /// What the doctor treats, foremost first: 1 to 5 slugs.
    #[schema(example = json!(["cardiology"]))]
    specialities: Vec<String>,
    /// The languages in which the doctor consults: 1 to 6 tags.
    #[schema(example = json!(["en-IN", "hi"]))]
    languages: Vec<String>,
    /// What a visit costs, in paise; 0 asks for no payment.
    #[schema(minimum = 0, maximum = 100_000_000, example = 50000)]
    fee: i64,
    /// How the doctor can be booked, beyond a visit of one slot at the fee.
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
    let wanted = body.parse()?;
    let claim = cx.claim()?;
    // Before the account: another body under the same key must not invite anybody.
    if let Some(earlier) = ports.storage.earlier(claim, cx.now()).await? {
        return Created::earlier(earlier);
    }
    let id = ports.account(&wanted).await?;

    let doctor = wanted.doctor(id);
    let created = Created::new(format!("/v1/doctors/{id}"), doctor.version + 1, &DoctorView::of(&doctor))?;
    cx.retrying(async || {
        Ok(ports.storage.commit_registration(&doctor, claim, created.answer(), &cx.provenance()).await?)
    })
    .await
    .and_then(|written| created.once(written))
}

impl RegistrationPorts {
    /// The account of the doctor, in the group; both are made if they are missing.
    ///
    /// # Errors
    /// 422 for an address whose account nobody has confirmed; those of the user pool.
    async fn account(&self, wanted: &Wanted) -> Result<DoctorId, Problem> {
        let user = self.pool.create_user(&wanted.email, &wanted.presentation.name).await.map_err(refused)?;
        if let Some(account) = self.pool.user(&user.to_string()).await.map_err(refused)? {
            must_be_the_owners(account.status)?;
        }
        self.pool.add_to_group(&self.pool_id, &user.to_string(), Role::Doctor.as_str()).await.map_err(refused)?;
        Ok(user.as_doctor())
    }
}

/// Anybody can sign up with anybody's address, and knows the password then: until the address is confirmed it is not known whose
/// account it is, and nothing may be given to it. The accounts that we make are invited by mail.
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
struct Wanted {
    email: Email,
    registration_number: RegistrationNumber,
    presentation: Presentation,
}

impl Wanted {
    fn doctor(self, id: DoctorId) -> Doctor {
        let Presentation { name, qualification, specialities, languages, fee, terms, zone } = self.presentation;
        Doctor {
            id,
            name,
            registration_number: self.registration_number,
            qualification,
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
    fn parse(&self) -> Result<Wanted, Problem> {
        let RegisterDoctor {
            email,
            name,
            registration_number,
            qualification,
            specialities,
            languages,
            fee,
            terms,
            zone,
        } = self;
        let mut fields = Fields::default();
        let email = fields.parse("email", Email::parse(email.expose()));
        let number = fields.parse("registrationNumber", RegistrationNumber::parse(registration_number));
        let draft = Draft { name, qualification, specialities, languages, fee: *fee, terms, zone };
        match (email, number, draft.parse(&mut fields)) {
            (Some(email), Some(registration_number), Some(presentation)) => {
                Ok(Wanted { email, registration_number, presentation })
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
    }

    #[test]
    fn an_account_that_nobody_confirmed_does_not_become_a_doctors() {
        let problem = must_be_the_owners(UserStatus::Unconfirmed).unwrap_err();
        assert_eq!((problem.kind.status, problem.body("r").errors[0].pointer.as_str()), (422, "#/email"));
        for status in [UserStatus::Confirmed, UserStatus::Invited, UserStatus::Other] {
            assert!(must_be_the_owners(status).is_ok());
        }
    }

    #[test]
    fn address_and_number_are_pointed_at() {
        let errors = body("asha", "#").parse().unwrap_err().body("r").errors;
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/email", "#/registrationNumber"]);
    }
}
