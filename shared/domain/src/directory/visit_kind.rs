//! The kinds of visit that a doctor offers.

use serde::{Deserialize, Serialize};

/// What a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitKind {
    /// A first visit.
    #[default]
    Consultation,
    /// A visit about something that was seen before.
    FollowUp,
    /// Urgent. It takes a slot like any other.
    Emergency,
    /// A check without complaint.
    RoutineCheckup,
}
