//! What the functions need that decide about a visit's money: the table, and the parameters of the refund policy.

use api::{Aws, Missing, Variable, Wire};
use domain::payments::refund_policy::RefundPolicy;
use storage::Storage;

/// The table and the refund policy.
#[derive(Clone)]
pub struct MoneyPorts {
    pub(crate) storage: Storage,
    pub(crate) policy: RefundPolicy,
}

impl Wire for MoneyPorts {
    fn wire(aws: &Aws) -> Result<Self, Missing> {
        Ok(MoneyPorts { storage: aws.storage()?, policy: aws.parsed(Variable::RefundPolicy)? })
    }
}
