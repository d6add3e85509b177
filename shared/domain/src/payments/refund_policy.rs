//! The share of a fee that is refunded, and the rule for it: a decision table with parameters.
//!
//! | situation | rule | refund |
//! |---|---|---|
//! | the visit will take place | `visit_confirmed` | nothing |
//! | the visit took place | `visit_held` | nothing |
//! | the patient cancels, at least [`RefundPolicy::full_hours`] before | `cancelled_early` | all |
//! | the patient cancels, at least [`RefundPolicy::partial_hours`] before | `cancelled_late` | [`RefundPolicy::partial_percent`] |
//! | the patient cancels after that | `cancelled_last_minute` | nothing |
//! | the doctor cancels | `cancelled_by_doctor` | all |
//! | an administrator cancels | `cancelled_by_admin` | all |
//! | the doctor is suspended | `doctor_suspended` | all |
//! | the patient does not come | `patient_absent` | [`RefundPolicy::no_show_percent`]; if staff moved the visit nearer, at least the share of a cancellation at its start |
//! | the doctor does not come, whether or not the patient does | `doctor_absent` | all |
//! | an administrator records a fault of the platform | `platform_fault` | all that is left |
//! | the payment is captured when the visit can no longer take place | `late_capture` | all |
//! | the visit is paid a second time | `duplicate_capture` | all |
//!
//! The decision is stored with the account of its capture ([`crate::payments::account::Account`]), so that every
//! retained amount has a rule that can be named.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::core::cancelled_by::CancelledBy;
use crate::core::money::Paise;
use crate::payments::refund::RefundReason;

/// The parameters of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundPolicy {
    /// The least notice, in hours, for which a cancelling patient gets the whole fee back.
    pub full_hours: u16,
    /// The least notice, in hours, for which a cancelling patient gets [`Self::partial_percent`] back. At most
    /// [`Self::full_hours`].
    pub partial_hours: u16,
    /// The share for a partial refund, in percent.
    pub partial_percent: u8,
    /// The share for a patient who does not come, in percent.
    pub no_show_percent: u8,
}

impl RefundPolicy {
    fn cancelled_by_patient(&self, notice: SignedDuration) -> (RefundRule, u8) {
        let hours = |hours: u16| SignedDuration::from_hours(hours.into());
        if notice >= hours(self.full_hours) {
            (RefundRule::CancelledEarly, 100)
        } else if notice >= hours(self.partial_hours) {
            (RefundRule::CancelledLate, self.partial_percent)
        } else {
            (RefundRule::CancelledLastMinute, 0)
        }
    }
}

impl Default for RefundPolicy {
    fn default() -> Self {
        Self { full_hours: 24, partial_hours: 2, partial_percent: 50, no_show_percent: 0 }
    }
}

/// The text is not a refund policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a refund policy is `full_hours=24,partial_hours=2,partial_percent=50,no_show_percent=0`, with percentages up to \
     100 and no more partial than full hours"
)]
pub struct InvalidPolicy;

impl FromStr for RefundPolicy {
    type Err = InvalidPolicy;

    /// Reads `full_hours=24,partial_hours=2,partial_percent=50,no_show_percent=0`: each parameter once, in any order.
    fn from_str(text: &str) -> Result<Self, InvalidPolicy> {
        let (mut full, mut partial, mut share, mut no_show) = (None, None, None, None);
        for pair in text.split(',') {
            let (name, value) = pair.split_once('=').ok_or(InvalidPolicy)?;
            let value: u16 = value.trim().parse().map_err(|_| InvalidPolicy)?;
            let place = match name.trim() {
                "full_hours" => &mut full,
                "partial_hours" => &mut partial,
                "partial_percent" => &mut share,
                "no_show_percent" => &mut no_show,
                _ => return Err(InvalidPolicy),
            };
            if place.replace(value).is_some() {
                return Err(InvalidPolicy);
            }
        }
        let percent = |value: Option<u16>| match value {
            Some(value @ 0..=100) => u8::try_from(value).map_err(|_| InvalidPolicy),
            _ => Err(InvalidPolicy),
        };
        let (Some(full_hours), Some(partial_hours)) = (full, partial) else { return Err(InvalidPolicy) };
        if partial_hours > full_hours {
            return Err(InvalidPolicy);
        }
        Ok(Self { full_hours, partial_hours, partial_percent: percent(share)?, no_show_percent: percent(no_show)? })
    }
}

impl fmt::Display for RefundPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { full_hours, partial_hours, partial_percent, no_show_percent } = self;
        write!(
            f,
            "full_hours={full_hours},partial_hours={partial_hours},partial_percent={partial_percent},\
             no_show_percent={no_show_percent}"
        )
    }
}

/// The event of a paid visit, or of a captured payment, about which the table decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    /// The visit will take place.
    Confirmed,
    /// The visit took place.
    Held,
    /// The visit was cancelled.
    Cancelled {
        /// The side or event that cancelled.
        by: CancelledBy,
        /// The time from the cancellation to the start.
        notice: SignedDuration,
    },
    /// The doctor came and the patient did not.
    PatientAbsent {
        /// The notice of a cancellation at the start. It is more than zero only if staff moved the visit nearer.
        notice: SignedDuration,
    },
    /// The doctor did not come.
    DoctorAbsent,
    /// The visit could not be held as it should, through no fault of patient or doctor.
    PlatformFault,
    /// The payment was captured when the visit could no longer take place.
    LateCapture,
    /// The visit was paid a second time.
    DuplicateCapture,
}

/// A rule of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the table at the top of this module describes each")]
pub enum RefundRule {
    VisitConfirmed,
    VisitHeld,
    CancelledEarly,
    CancelledLate,
    CancelledLastMinute,
    CancelledByDoctor,
    CancelledByAdmin,
    DoctorSuspended,
    PatientAbsent,
    DoctorAbsent,
    PlatformFault,
    LateCapture,
    DuplicateCapture,
    /// Razorpay, or an operator in its dashboard, refunded the payment before we knew of it.
    MadeByGateway,
}

impl RefundRule {
    /// All rules.
    pub const ALL: [Self; 14] = [
        Self::VisitConfirmed,
        Self::VisitHeld,
        Self::CancelledEarly,
        Self::CancelledLate,
        Self::CancelledLastMinute,
        Self::CancelledByDoctor,
        Self::CancelledByAdmin,
        Self::DoctorSuspended,
        Self::PatientAbsent,
        Self::DoctorAbsent,
        Self::PlatformFault,
        Self::LateCapture,
        Self::DuplicateCapture,
        Self::MadeByGateway,
    ];

    /// The reason of a refund under this rule.
    pub const fn reason(self) -> RefundReason {
        match self {
            Self::CancelledEarly | Self::CancelledLate | Self::CancelledLastMinute => RefundReason::CancelledByPatient,
            Self::CancelledByDoctor => RefundReason::CancelledByDoctor,
            Self::CancelledByAdmin => RefundReason::CancelledByAdmin,
            Self::DoctorSuspended => RefundReason::DoctorSuspended,
            Self::PatientAbsent => RefundReason::PatientAbsent,
            Self::DoctorAbsent => RefundReason::DoctorAbsent,
            Self::PlatformFault => RefundReason::PlatformFault,
            Self::DuplicateCapture => RefundReason::DuplicateCapture,
            Self::MadeByGateway => RefundReason::MadeByGateway,
            Self::VisitConfirmed | Self::VisitHeld | Self::LateCapture => RefundReason::LateCapture,
        }
    }
}

/// The decision about an amount, with its rule and instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundDecision {
    /// The rule of the table.
    pub rule: RefundRule,
    /// The share that is refunded, in percent.
    pub percent: u8,
    /// The amount of that share in paise. The rest is retained.
    pub amount: Paise,
    /// The instant of the decision.
    pub at: Timestamp,
}

/// Razorpay's smallest refund: one rupee.
pub const MIN_REFUND: Paise = Paise::RUPEE;

/// Decides the refund of `paid`, which was paid for the visit. It changes nothing, so that a cancellation can be
/// previewed.
///
/// A share that is less than [`MIN_REFUND`] becomes [`MIN_REFUND`], or the whole payment if that is less.
pub fn refund_decision(situation: Situation, paid: Paise, policy: &RefundPolicy, now: Timestamp) -> RefundDecision {
    use RefundRule as Rule;
    let (rule, percent) = match situation {
        Situation::Confirmed => (Rule::VisitConfirmed, 0),
        Situation::Held => (Rule::VisitHeld, 0),
        Situation::Cancelled { by: CancelledBy::Patient, notice } => policy.cancelled_by_patient(notice),
        Situation::Cancelled { by: CancelledBy::Doctor, .. } => (Rule::CancelledByDoctor, 100),
        Situation::Cancelled { by: CancelledBy::Admin, .. } => (Rule::CancelledByAdmin, 100),
        Situation::Cancelled { by: CancelledBy::Suspension, .. } => (Rule::DoctorSuspended, 100),
        Situation::Cancelled { by: CancelledBy::Expiry | CancelledBy::Payment, .. } | Situation::LateCapture => {
            (Rule::LateCapture, 100)
        }
        // A patient who can't come at the time that staff chose gets no less for not coming than for cancelling.
        Situation::PatientAbsent { notice } if notice.is_positive() => {
            (Rule::PatientAbsent, policy.no_show_percent.max(policy.cancelled_by_patient(notice).1))
        }
        Situation::PatientAbsent { .. } => (Rule::PatientAbsent, policy.no_show_percent),
        Situation::DoctorAbsent => (Rule::DoctorAbsent, 100),
        Situation::PlatformFault => (Rule::PlatformFault, 100),
        Situation::DuplicateCapture => (Rule::DuplicateCapture, 100),
    };
    let share = paid.percent(percent);
    let amount = if share.is_zero() { share } else { share.max(MIN_REFUND).min(paid) };
    RefundDecision { rule, percent, amount, at: now }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::now;

    fn paise(amount: i64) -> Paise {
        Paise::new(amount).unwrap()
    }

    fn decide(situation: Situation) -> (RefundRule, u8) {
        let decision = refund_decision(situation, paise(50_000), &RefundPolicy::default(), now());
        assert_eq!(decision.amount, paise(500 * i64::from(decision.percent)));
        (decision.rule, decision.percent)
    }

    fn cancelled(by: CancelledBy, notice: SignedDuration) -> (RefundRule, u8) {
        decide(Situation::Cancelled { by, notice })
    }

    #[test]
    fn the_table_is_this_one() {
        let (day, two_hours) = (SignedDuration::from_hours(24), SignedDuration::from_hours(2));
        let moment = SignedDuration::from_nanos(1);
        for (notice, rule) in [
            (day + moment, (RefundRule::CancelledEarly, 100)),
            (day, (RefundRule::CancelledEarly, 100)),
            (day - moment, (RefundRule::CancelledLate, 50)),
            (two_hours, (RefundRule::CancelledLate, 50)),
            (two_hours - moment, (RefundRule::CancelledLastMinute, 0)),
            (SignedDuration::ZERO, (RefundRule::CancelledLastMinute, 0)),
            (-day, (RefundRule::CancelledLastMinute, 0)),
        ] {
            assert_eq!(cancelled(CancelledBy::Patient, notice), rule, "{notice}");
        }
        for (by, rule) in [
            (CancelledBy::Doctor, RefundRule::CancelledByDoctor),
            (CancelledBy::Admin, RefundRule::CancelledByAdmin),
            (CancelledBy::Suspension, RefundRule::DoctorSuspended),
            (CancelledBy::Expiry, RefundRule::LateCapture),
            (CancelledBy::Payment, RefundRule::LateCapture),
        ] {
            for notice in [day, SignedDuration::ZERO, -day] {
                assert_eq!(cancelled(by, notice), (rule, 100), "{by:?}");
            }
        }
        for (situation, rule) in [
            (Situation::Confirmed, (RefundRule::VisitConfirmed, 0)),
            (Situation::Held, (RefundRule::VisitHeld, 0)),
            (Situation::PatientAbsent { notice: SignedDuration::ZERO }, (RefundRule::PatientAbsent, 0)),
            (Situation::PatientAbsent { notice: two_hours }, (RefundRule::PatientAbsent, 50)),
            (Situation::PatientAbsent { notice: day }, (RefundRule::PatientAbsent, 100)),
            (Situation::DoctorAbsent, (RefundRule::DoctorAbsent, 100)),
            (Situation::PlatformFault, (RefundRule::PlatformFault, 100)),
            (Situation::LateCapture, (RefundRule::LateCapture, 100)),
            (Situation::DuplicateCapture, (RefundRule::DuplicateCapture, 100)),
        ] {
            assert_eq!(decide(situation), rule);
        }
    }

    #[test]
    fn the_parameters_move_the_limits() {
        let policy = RefundPolicy { full_hours: 48, partial_hours: 12, partial_percent: 30, no_show_percent: 20 };
        let share = |situation| refund_decision(situation, paise(10_000), &policy, now()).amount.get();
        let patient =
            |hours| share(Situation::Cancelled { by: CancelledBy::Patient, notice: SignedDuration::from_hours(hours) });
        assert_eq!([48, 47, 12, 11].map(patient), [10_000, 3_000, 3_000, 0]);
        let absent = |hours| share(Situation::PatientAbsent { notice: SignedDuration::from_hours(hours) });
        assert_eq!([48, 47, 12, 11, 0].map(absent), [10_000, 3_000, 3_000, 2_000, 2_000]);
    }

    #[test]
    fn a_share_too_small_to_be_refunded_becomes_a_rupee() {
        let policy = RefundPolicy { partial_percent: 1, ..RefundPolicy::default() };
        let late = Situation::Cancelled { by: CancelledBy::Patient, notice: SignedDuration::from_hours(3) };
        let share = |paid| refund_decision(late, paise(paid), &policy, now()).amount.get();
        assert_eq!([50_000, 10_000, 9_000, 150, 70].map(share), [500, 100, 100, 100, 70]);
        assert_eq!(share(0), 0);
    }

    proptest! {
        #[test]
        fn no_amount_is_refunded_twice_or_without_a_payment(
            paid in 0_i64..=100_000_000, full in 0_u16..200, partial in 0_u16..200, percent in 0_u8..=100, hours in -10_i64..300,
        ) {
            let policy = RefundPolicy {
                full_hours: full.max(partial), partial_hours: partial.min(full), partial_percent: percent, no_show_percent: percent,
            };
            let notice = SignedDuration::from_hours(hours);
            let paid = paise(paid);
            for situation in [
                Situation::Cancelled { by: CancelledBy::Patient, notice },
                Situation::Cancelled { by: CancelledBy::Doctor, notice },
                Situation::PatientAbsent { notice },
                Situation::DoctorAbsent,
            ] {
                let decision = refund_decision(situation, paid, &policy, now());
                prop_assert!(decision.amount <= paid);
                prop_assert!(decision.percent < 100 || decision.amount == paid);
                prop_assert!(decision.percent > 0 || decision.amount.is_zero());
                prop_assert!(decision.amount.is_zero() || decision.amount >= MIN_REFUND.min(paid));
            }
        }

        #[test]
        fn earlier_notice_never_gets_less(full in 0_u16..100, partial in 0_u16..100, percent in 0_u8..=100, hours in 0_i64..200) {
            let policy = RefundPolicy {
                full_hours: full.max(partial), partial_hours: partial.min(full), partial_percent: percent, no_show_percent: 0,
            };
            let of = |hours| {
                let notice = SignedDuration::from_hours(hours);
                refund_decision(Situation::Cancelled { by: CancelledBy::Patient, notice }, paise(10_000), &policy, now()).amount
            };
            prop_assert!(of(hours + 1) >= of(hours));
        }
    }

    #[test]
    fn a_policy_is_written_and_read_in_one_form_and_other_texts_are_refused() {
        let policy = RefundPolicy { full_hours: 48, partial_hours: 12, partial_percent: 30, no_show_percent: 20 };
        assert_eq!(policy.to_string().parse(), Ok(policy));
        let default = "full_hours=24,partial_hours=2,partial_percent=50,no_show_percent=0";
        assert_eq!(RefundPolicy::default().to_string(), default);
        for bad in [
            "",
            "full_hours=24",
            "full_hours=24,partial_hours=2,partial_percent=50",
            "full_hours=2,partial_hours=24,partial_percent=50,no_show_percent=0",
            "full_hours=24,partial_hours=2,partial_percent=101,no_show_percent=0",
            "full_hours=24,partial_hours=2,partial_percent=-1,no_show_percent=0",
            "full_hours=24,full_hours=24,partial_hours=2,partial_percent=50,no_show_percent=0",
            "full_hours=24,partial_hours=2,partial_percent=50,no_show_percent=0,other=1",
        ] {
            assert_eq!(bad.parse::<RefundPolicy>(), Err(InvalidPolicy), "{bad}");
        }
    }

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let names: HashSet<String> =
            RefundRule::ALL.iter().map(|rule| serde_json::to_value(rule).unwrap().to_string()).collect();
        assert_eq!(names.len(), RefundRule::ALL.len());
    }
}
