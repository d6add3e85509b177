//! Razorpay's side of the money, to balance against Vaidya's to the paisa.

use std::collections::BTreeMap;

/// What happened to the money of one payment, in paise. `captured = retained + refunded + refund_pending`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The order that was paid.
    pub order_id: String,
    /// Taken from the customer for good; 0 unless the payment was captured.
    pub captured: i64,
    /// With the customer again.
    pub refunded: i64,
    /// On its way to the customer.
    pub refund_pending: i64,
    /// Sent and come back: the merchant has it again, so it is part of what is retained.
    pub refund_failed: i64,
}

impl Account {
    /// What the merchant keeps, in paise.
    pub fn retained(&self) -> i64 {
        self.captured - self.refunded - self.refund_pending
    }
}

/// One [`Account`] per payment that was ever captured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    accounts: BTreeMap<String, Account>,
}

impl Ledger {
    pub(crate) fn new(accounts: BTreeMap<String, Account>) -> Self {
        Self { accounts }
    }

    /// The account of one payment, if it was ever captured.
    pub fn of(&self, payment_id: &str) -> Option<&Account> {
        self.accounts.get(payment_id)
    }

    /// All accounts, by payment.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &Account)> {
        self.accounts.iter().map(|(id, account)| (id.as_str(), account))
    }

    /// The sum over all payments, in paise.
    pub fn captured(&self) -> i64 {
        self.accounts.values().map(|account| account.captured).sum()
    }

    /// The sum over all payments, in paise, of what is with the customers again.
    pub fn refunded(&self) -> i64 {
        self.accounts.values().map(|account| account.refunded).sum()
    }

    /// The sum over all payments, in paise, of what the merchant keeps.
    pub fn retained(&self) -> i64 {
        self.accounts.values().map(Account::retained).sum()
    }
}
