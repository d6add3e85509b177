//! Opening profiles: that of one user, or those of several people for a page that names them.

use std::collections::BTreeMap;

use domain::core::id::UserId;
use domain::core::person::{PersonalDetails, UnreadableDetails};
use futures::{StreamExt, TryStreamExt};

use super::{Field, Vault, VaultError};

/// The number of keys that are fetched at a time. A key that is not in memory costs a read and a call to KMS.
const AT_ONCE: usize = 16;

/// The reason why a profile can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The vault does not open it.
    #[error(transparent)]
    Sealed(#[from] VaultError),
    /// The opened text is no profile.
    #[error(transparent)]
    Unreadable(#[from] UnreadableDetails),
}

impl ProfileError {
    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Sealed(error) if error.is_transient())
    }
}

/// Opens the sealed details of a user.
///
/// # Errors
/// [`ProfileError`].
pub async fn open_profile(vault: &dyn Vault, user: UserId, sealed: &str) -> Result<PersonalDetails, ProfileError> {
    let record = user.to_string();
    let field = Field { record: &record, name: PersonalDetails::FIELD };
    let opened = vault.open(user.as_patient(), field, sealed).await?;
    Ok(PersonalDetails::from_json(opened.expose())?)
}

/// Opens the sealed details of these users, several at a time. A user whose data was erased is left out; so are details
/// that can't be read, which are logged, because one of them must not hide the others.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub async fn open_profiles(
    vault: &dyn Vault,
    profiles: impl IntoIterator<Item = (UserId, String)>,
) -> Result<BTreeMap<UserId, PersonalDetails>, VaultError> {
    let opened = futures::stream::iter(profiles).map(async |(user, sealed): (UserId, String)| {
        match open_profile(vault, user, &sealed).await {
            Ok(details) => Ok(Some((user, details))),
            Err(ProfileError::Sealed(VaultError::Erased)) => Ok(None),
            Err(ProfileError::Sealed(error)) if error.is_transient() => Err(error),
            Err(error) => {
                tracing::error!(%user, %error, "a profile can't be opened");
                Ok(None)
            }
        }
    });
    opened.buffer_unordered(AT_ONCE).try_filter_map(async |found| Ok(found)).try_collect().await
}
