//! The ports of the functions that decide about refunds: the table, and the parameters of the refund policy.

use api::{Aws, ConfigError, FromEnvironment, Variable};
use domain::payments::refund_policy::RefundPolicy;
use storage::Storage;

/// The table and the refund policy.
#[derive(Clone)]
pub struct RefundPorts {
    pub(crate) storage: Storage,
    pub(crate) policy: RefundPolicy,
}

impl FromEnvironment for RefundPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(RefundPorts { storage: aws.storage()?, policy: aws.parsed(Variable::RefundPolicy)? })
    }
}
