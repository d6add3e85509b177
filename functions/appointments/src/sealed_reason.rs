//! The ports of the endpoints that seal or open the reason of a visit: the table, and the vault of the patients' keys.

use api::{Aws, ConfigError, FromEnvironment, Variable};
use gateway::vault::{KmsVault, Vault};
use std::sync::Arc;
use storage::Storage;

/// The table and the vault.
#[derive(Clone)]
pub struct SealedReasonPorts {
    pub(crate) storage: Storage,
    pub(crate) vault: Arc<dyn Vault>,
}

impl FromEnvironment for SealedReasonPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let key = aws.variable(Variable::HealthDataKey)?;
        let vault = KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn());
        Ok(SealedReasonPorts { storage: aws.storage()?, vault: Arc::new(vault) })
    }
}
