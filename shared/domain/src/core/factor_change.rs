//! The acts that change a user's second factor.

use serde::{Deserialize, Serialize};

/// An act that changed a user's second factor or the recovery codes for it. Its owner is notified of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorChange {
    /// The user enrolled an authenticator app, or replaced it by another one.
    Enrolled,
    /// The user asked for new recovery codes.
    CodesRenewed,
    /// The user removed the authenticator app.
    Removed,
    /// An administrator removed the authenticator app for a user who has lost it.
    Reset,
    /// The user removed the authenticator app with the password and a recovery code.
    Recovered,
}

impl FactorChange {
    /// All acts.
    pub const ALL: [Self; 5] = [Self::Enrolled, Self::CodesRenewed, Self::Removed, Self::Reset, Self::Recovered];

    /// Whether every session of the user ends with it. Sessions that began under the former factor must not outlive it.
    pub const fn ends_sessions(self) -> bool {
        !matches!(self, Self::CodesRenewed)
    }
}
