//! The kinds of visit that a doctor offers.

use serde::{Deserialize, Serialize};

/// The kind of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitKind {
    /// A first visit.
    #[default]
    Consultation,
    /// A visit about a condition that was seen before.
    FollowUp,
    /// An urgent visit. It takes a slot like any other.
    Emergency,
    /// A check-up without a complaint.
    RoutineCheckup,
}
