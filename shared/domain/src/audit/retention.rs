//! The time for which records of the trail stay in the table, by category. The archive keeps them for the longest of
//! these times.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::Category;

/// The retention of each category, in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    auth: u8,
    data_access: u8,
    data_modification: u8,
    admin: u8,
}

/// The text is not a retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a retention is a number of years, 1 to 100, for each category: auth=6,data_access=6,...")]
pub struct NotARetention;

impl Default for Retention {
    /// Six years for every category, as HIPAA requires for the documentation of accesses (45 CFR 164.316(b)(2)).
    fn default() -> Self {
        Self { auth: 6, data_access: 6, data_modification: 6, admin: 6 }
    }
}

impl Retention {
    /// The instant until which a record of this category and instant stays. A year has 365.25 days here.
    pub fn until(&self, category: Category, at: Timestamp) -> Timestamp {
        let years = match category {
            Category::Auth => self.auth,
            Category::DataAccess => self.data_access,
            Category::DataModification => self.data_modification,
            Category::Admin => self.admin,
        };
        at.checked_add(SignedDuration::from_hours(i64::from(years) * 8766)).unwrap_or(Timestamp::MAX)
    }
}

impl FromStr for Retention {
    type Err = NotARetention;

    fn from_str(text: &str) -> Result<Self, NotARetention> {
        let years = |category: Category| {
            let mut found =
                text.split(',').filter_map(|part| part.split_once('=')).filter(|(name, _)| *name == category.as_str());
            match (found.next(), found.next()) {
                (Some((_, years)), None) => {
                    years.parse().ok().filter(|years| (1..=100).contains(years)).ok_or(NotARetention)
                }
                _ => Err(NotARetention),
            }
        };
        if text.split(',').count() != 4 {
            return Err(NotARetention);
        }
        Ok(Self {
            auth: years(Category::Auth)?,
            data_access: years(Category::DataAccess)?,
            data_modification: years(Category::DataModification)?,
            admin: years(Category::Admin)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    #[test]
    fn each_category_has_its_own_time() {
        let retention: Retention = "auth=1,data_access=7,data_modification=6,admin=10".parse().unwrap();
        let begin = at("2026-11-30T00:00:00Z");
        let until = |category| retention.until(category, begin);
        assert_eq!(until(Category::Auth), at("2027-11-30T06:00:00Z"));
        assert_eq!(until(Category::DataAccess), at("2033-11-29T18:00:00Z"));
        assert!(until(Category::DataModification) < until(Category::Admin));
        assert_eq!("auth=6,data_access=6,data_modification=6,admin=6".parse(), Ok(Retention::default()));
    }

    #[test]
    fn a_text_that_omits_or_repeats_a_category_is_refused() {
        for wrong in [
            "",
            "auth=6",
            "auth=6,data_access=6,data_modification=6",
            "auth=6,auth=6,data_access=6,data_modification=6",
            "auth=0,data_access=6,data_modification=6,admin=6",
            "auth=6,data_access=6,data_modification=6,admin=6,other=6",
            "auth=6,data_access=six,data_modification=6,admin=6",
        ] {
            assert_eq!(wrong.parse::<Retention>(), Err(NotARetention), "{wrong}");
        }
    }
}
