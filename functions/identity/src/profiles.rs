//! Profiles: a user's personal details, sealed under the user's own key.

use api::problem::Problem;
use api::{Aws, ConfigError, FromEnvironment, Health, User, Variable, View};
use domain::access::Role;
use domain::core::id::UserId;
use domain::core::person::{Email, PersonName, PersonalDetails};
use domain::core::time::Zone;
use gateway::vault::{Field, KmsVault, Vault, VaultError};
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use storage::{Profile, Provenance, SealedText, Storage};
use utoipa::ToSchema;

/// The table and the vault.
#[derive(Clone)]
pub struct Profiles {
    pub(crate) storage: Storage,
    vault: Arc<dyn Vault>,
}

impl FromEnvironment for Profiles {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let key = aws.variable(Variable::HealthDataKey)?;
        let vault = KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn());
        Ok(Profiles { storage: aws.storage()?, vault: Arc::new(vault) })
    }
}

impl Profiles {
    /// Makes the profile of a user, or finds the one that there is.
    pub(crate) async fn create(
        &self,
        user: UserId,
        details: &PersonalDetails,
        prov: &Provenance,
    ) -> Result<Profile, Problem> {
        let sealed = self.seal(user, details).await?;
        let exists = match self.storage.create_profile(user, sealed, prov).await {
            Ok(profile) => return Ok(profile),
            Err(error) => error.refusal::<Infallible>()?,
        };
        self.storage.profile(user).await?.ok_or_else(|| Problem::internal(exists))
    }

    /// Seals the details of a user.
    pub(crate) async fn seal(&self, user: UserId, details: &PersonalDetails) -> Result<SealedText, Problem> {
        let record = user.to_string();
        let sealed = self.vault.seal(user.as_patient(), field(&record), details.to_json().expose()).await;
        sealed.map(SealedText::from_sealed).map_err(failed)
    }

    /// Opens the details of a profile.
    pub(crate) async fn open(&self, profile: &Profile) -> Result<PersonalDetails, Problem> {
        let record = profile.id.to_string();
        let opened = self.vault.open(profile.id.as_patient(), field(&record), profile.details.as_sealed()).await;
        PersonalDetails::from_json(opened.map_err(failed)?.expose()).map_err(Problem::internal)
    }
}

fn field(record: &str) -> Field<'_> {
    Field { record, name: PersonalDetails::FIELD }
}

fn failed(error: VaultError) -> Problem {
    if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) }
}

/// The details of an account that has no profile yet; `None` if it has no usable address. Accounts that were not made through
/// `register` may lack a name: such a user is called as the address is, and can change it.
pub(crate) fn details_of_account(email: Option<&str>, name: Option<&str>) -> Option<PersonalDetails> {
    let email = Email::parse(email?).ok()?;
    let name = match name.map(PersonName::parse) {
        Some(Ok(name)) => name,
        _ => PersonName::parse(email.as_str().split('@').next()?).ok()?,
    };
    Some(PersonalDetails { email, name, zone: Zone::default(), phone: None, birth_date: None, address: None })
}

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub struct MeView {
    /// The id, as patient and as doctor too.
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    /// The address of the account.
    #[schema(format = Email, example = "asha.rao@example.com")]
    email: String,
    /// What doctors call the person.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The IANA time zone of the person's local times.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// `patient`, `doctor`, `lab`, `admin`: those that the access token names.
    #[schema(value_type = Vec<String>, example = json!(["patient"]))]
    roles: Vec<Role>,
    /// The telephone number in E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    /// The day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// The postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl View for MeView {
    type Data = Health;
}

impl MeView {
    /// The caller with their details.
    pub(crate) fn of(user: &User, details: PersonalDetails) -> Self {
        let PersonalDetails { email, name, zone, phone, birth_date, address } = details;
        MeView {
            id: user.id,
            email: email.into(),
            name: name.into(),
            zone: zone.into(),
            roles: user.roles.clone(),
            phone: phone.map(Into::into),
            birth_date: birth_date.map(Into::into),
            address: address.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_a_name_is_called_as_its_address() {
        let name = |name| details_of_account(Some("Asha.Rao@example.com"), name).unwrap().name.to_string();
        assert_eq!(name(Some("Asha Rao")), "Asha Rao");
        assert_eq!(name(None), "asha.rao");
        assert_eq!(name(Some(" ")), "asha.rao");
    }

    #[test]
    fn an_account_without_an_address_has_no_details() {
        assert_eq!(details_of_account(None, Some("Asha Rao")), None);
        assert_eq!(details_of_account(Some("asha"), Some("Asha Rao")), None);
    }
}
