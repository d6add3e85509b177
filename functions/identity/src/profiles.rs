//! Profiles: the personal details of a user, sealed under the user's own key.

use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, FromEnvironment, Health, User, Variable, View};
use domain::access::Role;
use domain::audit::EventType;
use domain::core::id::UserId;
use domain::core::person::{Address, Email, PersonName, PersonalDetails, Sex};
use gateway::vault::{Field, KmsVault, Vault, VaultError, open_profile};
use jiff::Timestamp;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use storage::{Profile, Provenance, SealedText, Storage};
use utoipa::ToSchema;

/// The table and the vault that hold profiles.
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
    /// Creates the profile of a user, or returns the existing one.
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

    /// The caller's profile and its details.
    ///
    /// # Errors
    /// 404 if there is no profile yet; `viewMe` makes it.
    pub(crate) async fn own(&self, user: UserId) -> Result<(Profile, PersonalDetails), Problem> {
        let profile = self.storage.profile(user).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let details = self.open(&profile).await?;
        Ok((profile, details))
    }

    /// Changes the details of the caller's profile in the version that the client has read, which is that of the
    /// profile, of the emergency contacts and of the preferences alike. Returns the new profile with its details.
    ///
    /// # Errors
    /// 404 if there is no profile yet; 428 or 412 if the client has not read this version.
    pub(crate) async fn change(
        &self,
        cx: &Context,
        event: EventType,
        change: impl Fn(PersonalDetails) -> PersonalDetails,
    ) -> Result<(Profile, PersonalDetails), Problem> {
        let user = cx.caller.user()?.id;
        cx.retrying(async || {
            let (profile, before) = self.own(user).await?;
            cx.must_match(profile.version)?;
            let details = change(before);
            let sealed = self.seal(user, &details).await?;
            let updated = self.storage.update_profile(&profile, sealed, event, &cx.provenance()).await?;
            Ok((updated, details))
        })
        .await
    }

    /// Seals the personal details of a user.
    async fn seal(&self, user: UserId, details: &PersonalDetails) -> Result<SealedText, Problem> {
        let record = user.to_string();
        let field = Field { record: &record, name: PersonalDetails::FIELD };
        let sealed = self.vault.seal(user.as_patient(), field, details.to_json().expose()).await;
        sealed.map(SealedText::from_sealed).map_err(failed)
    }

    /// Opens the personal details of a profile.
    pub(crate) async fn open(&self, profile: &Profile) -> Result<PersonalDetails, Problem> {
        let opened = open_profile(self.vault.as_ref(), profile.id, profile.details.as_sealed()).await;
        opened
            .map_err(|error| if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) })
    }
}

fn failed(error: VaultError) -> Problem {
    if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) }
}

/// The personal details for the profile of an account. `None` if the account has no usable address. An account that was
/// not created by `register` may lack a name; its profile gets the part of the address before the `@`, and the user can
/// change it.
pub(crate) fn details_of_account(email: Option<&str>, name: Option<&str>) -> Option<PersonalDetails> {
    let email = Email::parse(email?).ok()?;
    let name = match name.map(PersonName::parse) {
        Some(Ok(name)) => name,
        _ => PersonName::parse(email.as_str().split('@').next()?).ok()?,
    };
    Some(PersonalDetails::new(email, name))
}

/// The caller's profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub struct MeView {
    /// The id of the user, also as a patient and as a doctor.
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    /// The e-mail address of the account.
    #[schema(format = Email, example = "asha.rao@example.com")]
    email: String,
    /// The name that doctors see.
    #[schema(example = "Asha Rao")]
    name: String,
    /// The first name, for papers that ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Asha")]
    first_name: Option<String>,
    /// The last name, for papers that ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Rao")]
    last_name: Option<String>,
    /// The language in which the user reads, as a tag of BCP 47.
    #[schema(example = "en")]
    language: String,
    /// The IANA time zone of the user's local times.
    #[schema(example = "Asia/Kolkata")]
    zone: String,
    /// The roles in the access token: `patient`, `doctor`, `lab`, `admin`.
    #[schema(value_type = Vec<String>, example = json!(["patient"]))]
    roles: Vec<Role>,
    /// The telephone number in the format E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    /// The day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// `female`, `male` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "female")]
    sex: Option<Sex>,
    /// The postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<AddressView>,
    /// The instant at which the profile was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The instant of the last change of the profile, of the emergency contacts or of the preferences.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// The instant of the sign-in from which the access token of this request comes.
    #[schema(value_type = String, format = DateTime)]
    signed_in_at: Timestamp,
}

/// A postal address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Address)]
pub struct AddressView {
    /// House, street and quarter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "14 MG Road")]
    street: Option<String>,
    /// City, town or village.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Bengaluru")]
    city: Option<String>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Karnataka")]
    state: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "560001")]
    postal_code: Option<String>,
    /// The country, as its code of ISO 3166-1.
    #[schema(example = "IN")]
    country: String,
}

impl From<&Address> for AddressView {
    fn from(address: &Address) -> Self {
        let text = |part: Option<&str>| part.map(str::to_owned);
        AddressView {
            street: text(address.street()),
            city: text(address.city()),
            state: text(address.state()),
            postal_code: text(address.postal_code()),
            country: address.country().as_str().to_owned(),
        }
    }
}

impl View for MeView {
    type Data = Health;
}

impl MeView {
    /// The view of the caller's profile with these details.
    pub(crate) fn of(user: &User, profile: &Profile, details: PersonalDetails) -> Self {
        let PersonalDetails {
            email, name, first_name, last_name, preferences, phone, birth_date, sex, address, ..
        } = details;
        MeView {
            id: user.id,
            email: email.into(),
            name: name.into(),
            first_name: first_name.map(Into::into),
            last_name: last_name.map(Into::into),
            language: preferences.language.into(),
            zone: preferences.zone.into(),
            roles: user.all_roles(),
            phone: phone.map(Into::into),
            birth_date: birth_date.map(Into::into),
            sex,
            address: address.as_ref().map(AddressView::from),
            created_at: profile.created_at,
            updated_at: profile.updated_at,
            signed_in_at: user.signed_in_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_a_name_is_named_by_its_address() {
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
