//! Money: Indian rupees in whole paise, as Razorpay counts them. No other currency, no fractions, no debts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The only currency there is, by its ISO 4217 code.
pub const CURRENCY: &str = "INR";

/// An amount in paise, from nothing to ten lakh rupees.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "i64", into = "i64")]
pub struct Paise(i64);

/// The amount is negative, or above ten lakh rupees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an amount from 0 to {} paise", Paise::MAX.0)]
pub struct InvalidAmount;

impl Paise {
    /// Nothing: a visit at this fee needs no payment.
    pub const ZERO: Self = Self(0);
    /// Ten lakh rupees. A fee above it is a typing mistake.
    pub const MAX: Self = Self(100_000_000);

    /// Takes an amount in paise.
    pub const fn new(paise: i64) -> Result<Self, InvalidAmount> {
        if paise >= 0 && paise <= Self::MAX.0 {
            Ok(Self(paise))
        } else {
            Err(InvalidAmount)
        }
    }

    /// The amount in paise.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is nothing at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// A share of the amount, half a paisa rounded up. More than 100 percent is 100 percent: no rule pays back
    /// more than was paid.
    pub const fn percent(self, percent: u8) -> Self {
        let percent = if percent > 100 { 100 } else { percent as i64 };
        Self((self.0 * percent + 50) / 100)
    }
}

impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "₹{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl TryFrom<i64> for Paise {
    type Error = InvalidAmount;

    fn try_from(paise: i64) -> Result<Self, InvalidAmount> {
        Self::new(paise)
    }
}

impl From<Paise> for i64 {
    fn from(amount: Paise) -> Self {
        amount.0
    }
}
