//! The roles of users: the groups of the user pool.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::text::InvalidField;

/// A group of the user pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The role that books visits.
    Patient,
    /// The role that conducts visits.
    Doctor,
    /// The role that reports results.
    Lab,
    /// The role that runs the service, without access to doctors' notes.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Patient, Self::Doctor, Self::Lab, Self::Admin];

    /// The name of the group: `patient`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Doctor => "doctor",
            Self::Lab => "lab",
            Self::Admin => "admin",
        }
    }
}

impl Role {
    /// Whether a user acts in this role only after a sign-in with a second factor: the role shows or changes what belongs to
    /// others.
    pub const fn needs_second_factor(self) -> bool {
        match self {
            Self::Patient => false,
            Self::Doctor | Self::Lab | Self::Admin => true,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(InvalidField("must be patient, doctor, lab or admin"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_spelled_as_the_groups_of_the_user_pool() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert!("Admin".parse::<Role>().is_err());
        assert!("".parse::<Role>().is_err());
    }
}
