//! What the two endpoints need that seal or open the reason of a visit: the table, and the vault of the patients' keys.

use api::{Aws, Missing, Variable, Wire};
use gateway::vault::{KmsVault, Vault};
use std::sync::Arc;
use storage::Storage;

/// The table and the vault.
#[derive(Clone)]
pub struct ReasonPorts {
    pub(crate) storage: Storage,
    pub(crate) vault: Arc<dyn Vault>,
}

impl Wire for ReasonPorts {
    fn wire(aws: &Aws) -> Result<Self, Missing> {
        let key = aws.variable(Variable::HealthDataKey)?;
        let vault = KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn());
        Ok(ReasonPorts { storage: aws.storage()?, vault: Arc::new(vault) })
    }
}
