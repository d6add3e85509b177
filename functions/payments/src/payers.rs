//! Who paid: the patients of a page of payments, for administrators. Their profiles are read in one batch.

use crate::ports::vault;
use api::{Aws, ConfigError, Context, FromEnvironment, Problem};
use domain::access::Role;
use domain::core::id::{PatientId, UserId};
use gateway::vault::{Vault, open_profiles};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use storage::Storage;
use utoipa::ToSchema;

/// The table, and the vault of the profiles.
#[derive(Clone)]
pub struct PayerPorts {
    pub(crate) storage: Storage,
    vault: Arc<dyn Vault>,
}

impl FromEnvironment for PayerPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(PayerPorts { storage: aws.storage()?, vault: vault(aws)? })
    }
}

/// The patient who pays, for an administrator.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Payer)]
pub struct PayerView {
    /// The name of the patient's profile.
    #[schema(example = "Meera Iyer")]
    name: String,
}

/// The payers of a page, as far as the caller may know them.
pub(crate) struct Payers(BTreeMap<UserId, String>);

impl Payers {
    /// Reads the names of these patients, if the caller is an administrator.
    ///
    /// # Errors
    /// 503 if the table or the vault does not answer.
    pub(crate) async fn of(
        cx: &Context,
        ports: &PayerPorts,
        patients: impl IntoIterator<Item = PatientId>,
    ) -> Result<Self, Problem> {
        let is_told = cx.caller.user()?.roles.contains(&Role::Admin);
        let users: BTreeSet<UserId> = patients.into_iter().filter(|_| is_told).map(UserId::from).collect();
        if users.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let profiles = ports.storage.profiles(&users).await?;
        let sealed = profiles.into_iter().map(|profile| (profile.id, profile.details.as_sealed().to_owned()));
        let opened = open_profiles(ports.vault.as_ref(), sealed).await.map_err(Problem::unavailable)?;
        Ok(Self(opened.into_iter().map(|(user, details)| (user, details.name.to_string())).collect()))
    }

    /// The payer, if the caller may know who it is and the patient's data was not erased.
    pub(crate) fn view(&self, patient: PatientId) -> Option<PayerView> {
        self.0.get(&UserId::from(patient)).map(|name| PayerView { name: name.clone() })
    }
}
