//! Opening the profiles of several people: for a page that names them.

use std::collections::BTreeMap;

use domain::core::id::UserId;
use domain::core::person::PersonalDetails;
use futures::{StreamExt, TryStreamExt};

use super::{Field, Vault, VaultError};

/// The number of keys that are fetched at a time. A key that is not in memory costs a read and a call to KMS.
const AT_ONCE: usize = 16;

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
        let record = user.to_string();
        let field = Field { record: &record, name: PersonalDetails::FIELD };
        match vault.open(user.as_patient(), field, &sealed).await {
            Ok(text) => Ok(PersonalDetails::from_json(text.expose())
                .inspect_err(|error| tracing::error!(%user, %error, "a profile can't be read"))
                .ok()
                .map(|details| (user, details))),
            Err(VaultError::Erased) => Ok(None),
            Err(error) if error.is_transient() => Err(error),
            Err(error) => {
                tracing::error!(%user, %error, "a profile can't be opened");
                Ok(None)
            }
        }
    });
    opened.buffer_unordered(AT_ONCE).try_filter_map(async |found| Ok(found)).try_collect().await
}
