//! The external services of this context, and their construction from the environment.

use api::{Aws, ConfigError, FromEnvironment, Problem, Variable};
use gateway::razorpay::{PaymentGateway, PaymentGatewayError, Razorpay};
use gateway::secrets::{Secrets, SecretsManager};
use std::sync::Arc;
use storage::Storage;

/// The table, Razorpay, and Razorpay's secrets.
#[derive(Clone)]
pub struct PaymentPorts {
    pub(crate) storage: Storage,
    pub(crate) gateway: Arc<dyn PaymentGateway>,
    pub(crate) secrets: Arc<dyn Secrets>,
}

impl FromEnvironment for PaymentPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let secrets = secrets(aws)?;
        let gateway = Arc::new(Razorpay::new(aws.public_http(), Arc::clone(&secrets)));
        Ok(PaymentPorts { storage: aws.storage()?, gateway, secrets })
    }
}

/// The source of Razorpay's secrets, without a client of Razorpay.
pub(crate) fn secrets(aws: &Aws) -> Result<Arc<dyn Secrets>, ConfigError> {
    Ok(Arc::new(SecretsManager::new(aws.sdk(), aws.variable(Variable::RazorpaySecret)?, aws.now_fn())))
}

/// Maps a failure of Razorpay to the problem that the client gets. A refusal by Razorpay is not the client's fault: its
/// input was checked before.
pub(crate) fn not_available(error: PaymentGatewayError) -> Problem {
    if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) }
}
