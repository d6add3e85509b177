//! The external services of this context, and their construction from the environment.

use api::{Aws, ConfigError, FromEnvironment, Problem, Variable};
use gateway::razorpay::{PaymentGateway, PaymentGatewayError, Razorpay};
use gateway::secrets::{RazorpayKey, Secret, SecretsManager};
use gateway::vault::{KmsVault, Vault};
use std::sync::Arc;
use storage::Storage;

/// The table, Razorpay, and the key pair of Razorpay's API.
#[derive(Clone)]
pub struct PaymentPorts {
    pub(crate) storage: Storage,
    pub(crate) gateway: Arc<dyn PaymentGateway>,
    pub(crate) key: Arc<dyn Secret<RazorpayKey>>,
}

impl FromEnvironment for PaymentPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let secret_id = aws.variable(Variable::RazorpaySecret)?;
        let key: Arc<dyn Secret<RazorpayKey>> = Arc::new(SecretsManager::new(aws.sdk(), secret_id, aws.now_fn()));
        let gateway = Arc::new(Razorpay::new(aws.public_http(), Arc::clone(&key)));
        Ok(PaymentPorts { storage: aws.storage()?, gateway, key })
    }
}

/// The vault of the patients' keys.
///
/// # Errors
/// [`ConfigError`] if a variable is missing.
pub(crate) fn vault(aws: &Aws) -> Result<Arc<dyn Vault>, ConfigError> {
    let key = aws.variable(Variable::HealthDataKey)?;
    Ok(Arc::new(KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn())))
}

/// Maps a failure of Razorpay to the problem that the client gets. A refusal by Razorpay is not the client's fault: its
/// input was checked before.
pub(crate) fn not_available(error: PaymentGatewayError) -> Problem {
    if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) }
}
