//! The terms of a visit that depend on a moment: the notice of a cancellation, and a fee that holds for some starts
//! only.
//!
//! A party may move a visit free of charge, so a move never improves the terms of the party that moves it:
//!
//! | moved by | notice of a cancellation | reduced fee |
//! |---|---|---|
//! | the patient | at most the notice of the move | no start after its window |
//! | staff | counted to the new start, or to the old one if that is later; earlier moves of the patient count no more | holds for the new start, too |
//!
//! So a patient who moves a visit and then cancels it gets no more than for a cancellation in place of the move, and a
//! doctor who moves a visit nearer takes no refund from the patient.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The terms of a visit that depend on a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitTerms {
    /// The start to which the notice of a cancellation is counted.
    pub notice_to: Timestamp,
    /// The least notice with which the patient has moved the visit since staff moved it last; `None` if the patient has
    /// not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_notice: Option<SignedDuration>,
    /// The last start at which the visit has its fee; `None` for a fee that does not depend on the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_until: Option<Timestamp>,
}

/// The visit does not have its reduced fee at a start after this instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reduced fee holds for a visit that begins until {until}")]
pub struct FeeEnds {
    /// The last start with this fee.
    pub until: Timestamp,
}

impl VisitTerms {
    /// The terms of a visit that was booked for `start`. `fee_until` is the last start at which it has its fee, if that
    /// depends on the start.
    pub const fn booked(start: Timestamp, fee_until: Option<Timestamp>) -> Self {
        Self { notice_to: start, most_notice: None, fee_until }
    }

    /// The notice by which the refund of a cancellation at `now` is decided. Negative after the start.
    pub fn notice(&self, now: Timestamp) -> SignedDuration {
        let notice = self.notice_to.duration_since(now);
        self.most_notice.map_or(notice, |most| notice.min(most))
    }

    /// The terms after the patient has moved the visit at `now` to `start`.
    ///
    /// # Errors
    /// [`FeeEnds`] if the visit would not have its fee then.
    pub fn moved_by_patient(self, start: Timestamp, now: Timestamp) -> Result<Self, FeeEnds> {
        if let Some(until) = self.fee_until.filter(|until| *until < start) {
            return Err(FeeEnds { until });
        }
        Ok(Self { notice_to: start, most_notice: Some(self.notice(now)), ..self })
    }

    /// The terms after the doctor or an administrator has moved the visit to `start`.
    #[must_use]
    pub fn moved_by_staff(self, start: Timestamp) -> Self {
        Self {
            notice_to: self.notice_to.max(start),
            most_notice: None,
            fee_until: self.fee_until.map(|until| until.max(start)),
        }
    }
}
