//! What a patient tells the doctor before a visit: its fields in requests and answers, and the ports that seal and open it.

use api::problem::{Fields, Problem};
use api::{Aws, ConfigError, FromEnvironment, Variable};
use domain::appointments::intake::{Intake, distinct_symptoms};
use domain::core::id::{AppointmentId, PatientId};
use domain::core::person::{Symptom, VisitNotes, VisitReason};
use domain::core::sensitive::Sensitive;
use gateway::vault::{Field, KmsVault, Vault};
use serde::Serialize;
use std::sync::Arc;
use storage::{SealedText, Storage};
use utoipa::ToSchema;

/// The table, and the vault of the patients' keys.
#[derive(Clone)]
pub struct IntakePorts {
    pub(crate) storage: Storage,
    pub(crate) vault: Arc<dyn Vault>,
}

impl FromEnvironment for IntakePorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let key = aws.variable(Variable::HealthDataKey)?;
        let vault = KmsVault::new(aws.sdk(), key, aws.variable(Variable::KeysTable)?, aws.now_fn());
        Ok(IntakePorts { storage: aws.storage()?, vault: Arc::new(vault) })
    }
}

impl IntakePorts {
    /// Seals an intake with the patient's key. An empty one is `None`.
    ///
    /// # Errors
    /// 503 if the vault does not answer.
    pub(crate) async fn seal(
        &self,
        patient: PatientId,
        id: AppointmentId,
        intake: &Intake,
    ) -> Result<Option<SealedText>, Problem> {
        if intake.is_empty() {
            return Ok(None);
        }
        let record = id.to_string();
        let field = Field { record: &record, name: Intake::FIELD };
        let sealed = self.vault.seal(patient, field, intake.to_json().expose()).await.map_err(Problem::unavailable)?;
        Ok(Some(SealedText::from_sealed(sealed)))
    }

    /// Opens a sealed intake.
    ///
    /// # Errors
    /// 503 if the vault does not answer, 500 if the text is not an intake of this patient and appointment.
    pub(crate) async fn open(
        &self,
        patient: PatientId,
        id: AppointmentId,
        sealed: &SealedText,
    ) -> Result<Intake, Problem> {
        let record = id.to_string();
        let field = Field { record: &record, name: Intake::FIELD };
        let opened = self.vault.open(patient, field, sealed.as_sealed()).await;
        let opened = opened.map_err(|error| match error.is_transient() {
            true => Problem::unavailable(error),
            false => Problem::internal(error),
        })?;
        Intake::from_json(opened.expose()).map_err(Problem::internal)
    }
}

/// The fields of an intake, as the client sent them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IntakeTexts<'a> {
    pub(crate) reason: Option<&'a Sensitive<String>>,
    pub(crate) symptoms: Option<&'a [Sensitive<String>]>,
    pub(crate) notes: Option<&'a Sensitive<String>>,
}

impl IntakeTexts<'_> {
    /// Checks all fields.
    ///
    /// # Errors
    /// 422 with a pointer to each wrong field.
    pub(crate) fn parse(self) -> Result<Intake, Problem> {
        let mut fields = Fields::default();
        let reason = fields.parse_optional("reason", self.reason.map(|text| VisitReason::parse(text.expose())));
        let sent = self.symptoms.unwrap_or_default().iter().enumerate();
        let symptoms: Vec<Symptom> = sent
            .filter_map(|(index, text)| fields.parse(&format!("symptoms/{index}"), Symptom::parse(text.expose())))
            .collect();
        let symptoms = fields.parse("symptoms", distinct_symptoms(symptoms));
        let notes = fields.parse_optional("notes", self.notes.map(|text| VisitNotes::parse(text.expose())));
        fields.finish()?;
        Ok(Intake { reason, symptoms: symptoms.unwrap_or_default(), notes })
    }

    /// Checks all fields. A text that is empty counts as left out, because forms send an empty text for a field that was
    /// cleared.
    ///
    /// # Errors
    /// As [`IntakeTexts::parse`].
    pub(crate) fn parse_cleared(self) -> Result<Intake, Problem> {
        let filled = |text: &&Sensitive<String>| !text.expose().trim().is_empty();
        IntakeTexts { reason: self.reason.filter(filled), notes: self.notes.filter(filled), ..self }.parse()
    }
}

/// What the patient tells the doctor, in an answer.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntakeView {
    /// The reason of the visit. Only its patient and its doctor see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The symptoms that the patient names. Only the patient and the doctor of the visit see them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    symptoms: Vec<String>,
    /// The patient's notes for the doctor. Only the patient and the doctor of the visit see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
}

impl From<Intake> for IntakeView {
    fn from(Intake { reason, symptoms, notes }: Intake) -> Self {
        IntakeView {
            reason: reason.map(String::from),
            symptoms: symptoms.into_iter().map(String::from).collect(),
            notes: notes.map(String::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Sensitive<String> {
        Sensitive::new(text.to_owned())
    }

    #[test]
    fn each_wrong_field_is_pointed_at() {
        let symptoms = [text("fever"), text(" "), text("a\nb"), text(&"x".repeat(101))];
        let (reason, notes) = (text(&"x".repeat(1001)), text(&"x".repeat(2001)));
        let texts = IntakeTexts { reason: Some(&reason), symptoms: Some(&symptoms), notes: Some(&notes) };
        let pointers: Vec<String> =
            texts.parse().unwrap_err().body("r").errors.into_iter().map(|error| error.pointer).collect();
        assert_eq!(pointers, ["#/reason", "#/symptoms/1", "#/symptoms/2", "#/symptoms/3", "#/notes"]);

        let many: Vec<_> = (0..21).map(|n| text(&format!("pain {n}"))).collect();
        let refusal = IntakeTexts { reason: None, symptoms: Some(&many), notes: None }.parse().unwrap_err();
        assert_eq!(refusal.body("r").errors[0].pointer, "#/symptoms");
    }

    #[test]
    fn a_cleared_field_is_no_text_at_an_update_and_an_error_at_a_booking() {
        let empty = text("  ");
        let texts = IntakeTexts { reason: Some(&empty), symptoms: Some(&[]), notes: Some(&empty) };
        assert!(texts.parse_cleared().unwrap().is_empty());
        assert_eq!(texts.parse().unwrap_err().body("r").errors.len(), 2);
    }
}
