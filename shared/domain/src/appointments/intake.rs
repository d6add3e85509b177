//! The intake: what the patient tells the doctor before the visit. It is written at booking, and changed by the patient
//! until the visit begins.
//!
//! It is health data. It is stored as one sealed text beside the appointment, so that no part of it can be read without
//! the patient's key, and so that an erasure of the key erases all of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::Authorized;
use crate::appointments::appointment::{Appointment, Status};
use crate::appointments::step_refusal::{Step, StepRefusal};
use crate::core::person::{Symptom, VisitNotes, VisitReason};
use crate::core::sensitive::{REDACTED, Sensitive};
use crate::core::text::InvalidField;

/// The largest number of symptoms of an intake.
pub const MAX_SYMPTOMS: usize = 20;

/// What the patient tells the doctor before the visit.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intake {
    /// The reason of the visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<VisitReason>,
    /// The symptoms, in the patient's order: at most [`MAX_SYMPTOMS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<Symptom>,
    /// Notes for the doctor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<VisitNotes>,
}

/// The text is not that of an intake. The error omits the text, which is health data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what the patient told the doctor can't be read")]
pub struct UnreadableIntake;

impl Intake {
    /// The name of the sealed field. The record name is the appointment's id.
    pub const FIELD: &str = "intake";

    /// Whether the patient tells nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The text to seal.
    pub fn to_json(&self) -> Sensitive<String> {
        Sensitive::new(serde_json::to_string(self).expect("texts are JSON"))
    }

    /// Reads the text that was sealed.
    ///
    /// # Errors
    /// [`UnreadableIntake`].
    pub fn from_json(text: &str) -> Result<Self, UnreadableIntake> {
        serde_json::from_str(text).map_err(|_| UnreadableIntake)
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The symptoms, each once: at most [`MAX_SYMPTOMS`].
///
/// # Errors
/// [`InvalidField`] if there are more.
pub fn distinct_symptoms(symptoms: Vec<Symptom>) -> Result<Vec<Symptom>, InvalidField> {
    let mut distinct: Vec<Symptom> = Vec::with_capacity(symptoms.len());
    for symptom in symptoms {
        if !distinct.contains(&symptom) {
            distinct.push(symptom);
        }
    }
    if distinct.len() > MAX_SYMPTOMS { Err(InvalidField("must have at most 20 symptoms")) } else { Ok(distinct) }
}

/// Replaces the intake of an appointment that is not cancelled, until the visit begins. `has_intake` says whether the
/// patient tells anything from now on. Nothing that a calendar shows changes, so the sequence stays.
///
/// # Errors
/// [`StepRefusal`].
pub fn update(
    appointment: Authorized<Appointment>,
    has_intake: bool,
    now: Timestamp,
) -> Result<Appointment, StepRefusal> {
    let appointment = appointment.into_inner();
    match appointment.status(now) {
        Status::Held | Status::Confirmed | Status::CheckedIn if now < appointment.time.start() => {
            Ok(Appointment { intake: has_intake.then_some(appointment.version + 1), ..appointment })
        }
        _ => Err(appointment.refuse(Step::Update, now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{authorized, booking, minutes, now, visit};

    fn intake() -> Intake {
        Intake {
            reason: Some("headache".parse().unwrap()),
            symptoms: vec!["fever".parse().unwrap(), "सिर दर्द".parse().unwrap()],
            notes: Some("since Monday\nworse at night".parse().unwrap()),
        }
    }

    #[test]
    fn an_intake_reads_back_and_its_form_is_stable() {
        let text = intake().to_json().into_inner();
        let form = r#"{"reason":"headache","symptoms":["fever","सिर दर्द"],"notes":"since Monday\nworse at night"}"#;
        assert_eq!(text, form);
        assert_eq!(Intake::from_json(&text).unwrap(), intake());
        assert_eq!(Intake::default().to_json().into_inner(), "{}");
        assert!(Intake::from_json("{}").unwrap().is_empty() && !intake().is_empty());
    }

    #[test]
    fn an_intake_does_not_show_in_logs() {
        assert_eq!(format!("{:?} {}", intake(), intake().to_json()), "[redacted] [redacted]");
        assert!(
            !Intake::from_json(r#"{"reason":"head\nache","symptoms":5}"#).unwrap_err().to_string().contains("head")
        );
    }

    #[test]
    fn a_repeated_symptom_counts_once_and_there_are_twenty_of_them() {
        let symptoms = |range: std::ops::Range<usize>| range.map(|n| format!("pain {n}").parse().unwrap()).collect();
        let twice: Vec<Symptom> = [symptoms(0..MAX_SYMPTOMS), symptoms(0..MAX_SYMPTOMS)].concat();
        assert_eq!(distinct_symptoms(twice).unwrap(), symptoms(0..MAX_SYMPTOMS));
        let refusal = distinct_symptoms(symptoms(0..MAX_SYMPTOMS + 1)).unwrap_err();
        assert!(refusal.to_string().contains(&MAX_SYMPTOMS.to_string()), "{refusal}");
    }

    #[test]
    fn an_update_names_the_version_that_it_is_written_with_and_changes_nothing_else() {
        let before = Appointment { version: 3, ..booking().appointment };
        let after = update(authorized(before.clone()), true, now()).unwrap();
        assert_eq!(after, Appointment { intake: Some(4), ..before.clone() });
        assert_eq!(update(authorized(after), false, now()).unwrap(), Appointment { intake: None, ..before });
    }

    #[test]
    fn a_hold_that_was_updated_and_ended_counts_as_never_confirmed() {
        let updated = update(authorized(booking().appointment), true, now()).unwrap();
        let ended = updated.expire(now() + minutes(10)).unwrap();
        assert!(!ended.was_confirmed());
    }

    #[test]
    fn an_intake_can_be_updated_until_the_start_of_the_visit() {
        let confirmed = crate::testing::confirmed();
        let start = visit().start();
        assert!(update(authorized(confirmed.clone()), true, start - minutes(1)).is_ok());
        assert_eq!(update(authorized(confirmed), true, start), Err(StepRefusal::Begun { at: start }));
    }
}
