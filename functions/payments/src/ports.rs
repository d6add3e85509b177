//! What the functions of this context need of the outside, and how it is made.

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

/// Razorpay's secrets, without a connection to Razorpay.
pub(crate) fn secrets(aws: &Aws) -> Result<Arc<dyn Secrets>, ConfigError> {
    Ok(Arc::new(SecretsManager::new(aws.sdk(), aws.variable(Variable::RazorpaySecret)?, aws.now_fn())))
}

/// What a failure of Razorpay's is to a client. A refusal is never the client's fault: what it may send was checked before.
pub(crate) fn not_available(error: PaymentGatewayError) -> Problem {
    if error.is_transient() { Problem::unavailable(error) } else { Problem::internal(error) }
}
