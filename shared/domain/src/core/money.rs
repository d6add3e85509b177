//! Money: whole paise, as Razorpay counts them, without fractions or negative amounts. The currency is the rupee,
//! unless a stage is configured for another currency with a hundred subunits.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::text::{InvalidField, text_value};

/// The default currency, by its ISO 4217 code.
pub const CURRENCY: &str = "INR";

text_value! {
    /// A currency, by its ISO 4217 code. Amounts are in its hundredths.
    shown Currency, currency
}

fn currency(text: &str) -> Result<String, InvalidField> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(text.to_owned()) } else { Err(InvalidField("must be the ISO 4217 code of a currency")) }
}

impl Default for Currency {
    fn default() -> Self {
        Self::parse(CURRENCY).expect("the code of the rupee is one")
    }
}

/// An amount in paise, from 0 to [`Paise::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Paise(i64);

/// The amount is negative, or above [`Paise::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an amount from 0 to {} paise", Paise::MAX.0)]
pub struct InvalidAmount;

/// The amount is not a fee: it is negative, less than Razorpay accepts, or above [`Paise::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 0, or an amount from {} to {} paise", Paise::RUPEE.0, Paise::MAX.0)]
pub struct InvalidFee;

impl Paise {
    /// Zero: a visit at this fee needs no payment.
    pub const ZERO: Self = Self(0);
    /// One rupee.
    pub const RUPEE: Self = Self(100);
    /// Ten lakh rupees. A fee above it is a typing mistake.
    pub const MAX: Self = Self(100_000_000);

    /// An amount in paise.
    pub const fn new(paise: i64) -> Result<Self, InvalidAmount> {
        if paise >= 0 && paise <= Self::MAX.0 { Ok(Self(paise)) } else { Err(InvalidAmount) }
    }

    /// A fee in paise: zero, or at least one rupee, since Razorpay refuses an order over less.
    pub const fn fee(paise: i64) -> Result<Self, InvalidFee> {
        match Self::new(paise) {
            Ok(fee) if fee.0 == 0 || fee.0 >= Self::RUPEE.0 => Ok(fee),
            _ => Err(InvalidFee),
        }
    }

    /// The amount in paise.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The amount reduced by `other`; zero, if `other` is more.
    pub const fn less(self, other: Self) -> Self {
        Self(if self.0 > other.0 { self.0 - other.0 } else { 0 })
    }

    /// The sum of both; `None` above [`Self::MAX`].
    pub fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.0 + other.0).ok()
    }

    /// The tax that the amount includes, at a rate in hundredths of a percent; half a paisa is rounded up.
    pub const fn tax_included(self, basis_points: u16) -> Self {
        let rate = basis_points as i64;
        Self((self.0 * rate * 2 + 10_000 + rate) / ((10_000 + rate) * 2))
    }

    /// A share of the amount; half a paisa is rounded up. More than 100 percent is treated as 100 percent: no rule
    /// refunds more than was paid.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paise(amount: i64) -> Paise {
        Paise::new(amount).unwrap()
    }

    #[test]
    fn only_amounts_from_nothing_to_ten_lakh_rupees_exist() {
        assert_eq!(Paise::new(-1), Err(InvalidAmount));
        assert_eq!(Paise::new(0), Ok(Paise::ZERO));
        assert_eq!(Paise::new(100_000_000), Ok(Paise::MAX));
        assert_eq!(Paise::new(100_000_001), Err(InvalidAmount));
    }

    #[test]
    fn a_fee_is_zero_or_an_amount_that_can_be_paid() {
        for fee in [0, 100, 50_000, 100_000_000] {
            assert_eq!(Paise::fee(fee), Ok(paise(fee)));
        }
        for amount in [-1, 1, 99, 100_000_001] {
            assert_eq!(Paise::fee(amount), Err(InvalidFee), "{amount}");
        }
        assert_eq!(InvalidFee.to_string(), "must be 0, or an amount from 100 to 100000000 paise");
    }

    #[test]
    fn a_share_rounds_half_a_paisa_up() {
        assert_eq!(paise(101).percent(50), paise(51));
        assert_eq!(paise(99).percent(50), paise(50));
        assert_eq!(paise(1).percent(49), paise(0));
        assert_eq!(paise(50_000).percent(0), Paise::ZERO);
        assert_eq!(Paise::MAX.percent(100), Paise::MAX);
        assert_eq!(paise(7).percent(255), paise(7));
    }

    #[test]
    fn an_included_tax_is_computed_to_the_paisa() {
        assert_eq!(paise(11_800).tax_included(1_800), paise(1_800));
        assert_eq!(paise(50_000).tax_included(0), Paise::ZERO);
        // 50000 x 18 / 118 is 7627.118..; 100 x 5 / 105 is 4.76..
        assert_eq!(paise(50_000).tax_included(1_800), paise(7_627));
        assert_eq!(paise(100).tax_included(500), paise(5));
        assert_eq!(Paise::MAX.tax_included(10_000), paise(50_000_000));
    }

    #[test]
    fn amounts_are_added_and_subtracted_within_bounds() {
        assert_eq!(paise(5).less(paise(3)), paise(2));
        assert_eq!(paise(3).less(paise(5)), Paise::ZERO);
        assert_eq!(paise(5).plus(paise(3)), Some(paise(8)));
        assert_eq!(Paise::MAX.plus(paise(1)), None);
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        assert_eq!(Currency::default().as_str(), CURRENCY);
        for bad in ["", "inr", "IN", "INRR", "I R", "₹"] {
            assert!(Currency::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_is_shown_in_rupees_and_stored_in_paise() {
        assert_eq!(paise(50_000).to_string(), "₹500.00");
        assert_eq!(paise(7).to_string(), "₹0.07");
        assert_eq!(serde_json::to_string(&paise(50_000)).unwrap(), "50000");
        assert_eq!(serde_json::from_str::<Paise>("50000").unwrap(), paise(50_000));
        assert!(serde_json::from_str::<Paise>("-1").is_err());
        assert!(serde_json::from_str::<Paise>("1.5").is_err());
    }

    proptest! {
        #[test]
        fn a_share_and_its_complement_differ_from_the_whole_by_a_paisa_at_most(
            amount in 0_i64..=100_000_000, percent in 0_u8..=100,
        ) {
            let whole = paise(amount);
            let parts = whole.percent(percent).get() + whole.percent(100 - percent).get();
            prop_assert!((parts - amount).abs() <= 1);
            prop_assert!(whole.percent(percent) <= whole);
        }
    }
}
