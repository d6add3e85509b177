//! The access policy: one table. It denies every action that the table does not name.
//!
//! The policy is the last of three gates, behind the authorizer (who is the caller?) and the endpoint (which role?),
//! and the only one that looks at the resource: a patient's own appointment, a doctor's own calendar. Only
//! [`authorize`] makes an [`Authorized`], and every rule that changes a resource takes one, so a handler that skips the
//! policy does not compile.
//!
//! # Relations
//!
//! A resource names its parties ([`Resource::parties`]). A relation that the resource itself does not name (a doctor
//! who treats the patient, a grant of the patient, the laboratory of an order, a guardian, an open emergency access)
//! reaches this pure function as [`Evidence`]: storage reads it in the same strong read as the resource and returns
//! both as [`Attested`].
//! Evidence that has ended does not count: the reader leaves it out.

use std::ops::Deref;

use super::{Action, Actor};
use crate::core::id::{DoctorId, PatientId};

/// A resource that belongs to patients or doctors.
pub trait Resource {
    /// The people of the resource, and the evidence of further relations to it.
    fn parties(&self) -> Parties;
}

/// The parties of a resource. They can also be the resource of a request, such as a list of one doctor's appointments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parties {
    /// The patient of the resource.
    pub patient: Option<PatientId>,
    /// The doctor who owns the resource, or who treats the patient in it.
    pub doctor: Option<DoctorId>,
    /// Relations that the resource itself does not name.
    pub evidence: Vec<Evidence>,
}

impl Parties {
    /// The parties of a resource that belongs to the service, such as the audit trail or the ledger.
    pub fn none() -> Self {
        Self::default()
    }

    /// The parties of a resource of a patient.
    pub fn patient(patient: PatientId) -> Self {
        Self { patient: Some(patient), ..Self::none() }
    }

    /// The parties of a resource that a doctor owns.
    pub fn doctor(doctor: DoctorId) -> Self {
        Self { doctor: Some(doctor), ..Self::none() }
    }

    /// The parties of a resource in which a doctor treats a patient.
    pub fn treatment(patient: PatientId, doctor: DoctorId) -> Self {
        Self { patient: Some(patient), doctor: Some(doctor), ..Self::none() }
    }
}

impl Resource for Parties {
    fn parties(&self) -> Parties {
        self.clone()
    }
}

impl<R: Resource> Resource for &R {
    fn parties(&self) -> Parties {
        (*self).parties()
    }
}

/// The relation of an actor to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The resource is about this patient.
    Patient,
    /// This doctor owns the resource, or treats the patient in it.
    Doctor,
    /// An administrator is related to every resource.
    Admin,
    /// The system is related to every resource.
    System,
}

/// The proof, read along with a resource, that an actor has a relation to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The party that is related to the resource.
    pub actor: Actor,
    /// The relation of that party.
    pub relation: Relation,
}

/// A resource with the evidence of relations that the resource does not name, from the same strong read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested<R> {
    /// The resource.
    pub resource: R,
    /// The evidence that was in force when it was read.
    pub evidence: Vec<Evidence>,
}

impl<R: Resource> Resource for Attested<R> {
    fn parties(&self) -> Parties {
        let mut parties = self.resource.parties();
        parties.evidence.extend(&self.evidence);
        parties
    }
}

/// The relations that allow an action.
const fn allowed(action: Action) -> &'static [Relation] {
    use Relation::{Admin, Doctor, Patient, System};
    match action {
        Action::ViewAppointment => &[Patient, Doctor, Admin],
        Action::ListAppointments => &[Patient, Doctor, Admin],
        Action::CancelAppointment => &[Patient, Doctor, Admin, System],
        Action::CheckIn => &[Patient],
        Action::ConductVisit => &[Doctor],
        Action::RecordOutcome => &[Doctor, Admin],
        Action::RescheduleAppointment => &[Patient, Doctor, Admin],
        Action::ListWaitlist => &[Patient, Doctor, Admin],
        Action::LeaveWaitlist => &[Patient, Admin],
        Action::AnswerOffer => &[Patient],
        Action::PrioritiseWaitlistEntry => &[Doctor, Admin],
        Action::StartPayment | Action::ExtendHold | Action::UpdateAppointment => &[Patient],
        Action::ConfirmPayment => &[Patient, System],
        Action::ViewPayment => &[Patient, Admin],
        Action::ViewReceipt => &[Patient, Admin],
        Action::RefundPayment => &[Admin],
        Action::ViewLedger => &[Admin],
        Action::PublishSlots => &[Doctor, Admin],
        Action::WithdrawSlot => &[Doctor, Admin],
        Action::ViewSchedule => &[Doctor, Admin],
        Action::ReplaceSchedule => &[Doctor, Admin],
        Action::ApplySchedule => &[System],
        Action::RegisterDoctor => &[Admin],
        Action::UpdateDoctor => &[Doctor, Admin],
        Action::SuspendDoctor | Action::ReinstateDoctor | Action::ViewSuspensions => &[Admin],
        Action::ResetAuthenticator => &[Admin],
        Action::ViewUsers | Action::ChangeRoles | Action::DisableUser => &[Admin],
        Action::ViewAuditEvents | Action::ExportAuditTrail | Action::HoldAuditTrail => &[Admin],
    }
}

/// Every relation of an actor to a resource with these parties.
fn relations(actor: &Actor, parties: &Parties) -> Vec<Relation> {
    let named = match *actor {
        Actor::Patient(patient) => (parties.patient == Some(patient)).then_some(Relation::Patient),
        Actor::Doctor(doctor) => (parties.doctor == Some(doctor)).then_some(Relation::Doctor),
        Actor::Admin(_) => Some(Relation::Admin),
        Actor::System(_) => Some(Relation::System),
        // A laboratory is related by evidence only.
        Actor::Lab(_) => None,
    };
    let attested =
        parties.evidence.iter().filter(|evidence| evidence.actor == *actor).map(|evidence| evidence.relation);
    named.into_iter().chain(attested).collect()
}

/// The reason of a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The caller may not even learn whether the resource exists; the answer is that of a missing resource.
    #[error("not found")]
    Unrelated,
    /// The caller may know of the resource, but may not do this.
    #[error("not allowed")]
    Forbidden,
}

/// A resource together with the proof that the policy allowed the action. Only [`authorize`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorized<R> {
    resource: R,
}

impl<R> Authorized<R> {
    /// Takes the resource out, to change it.
    pub fn into_inner(self) -> R {
        self.resource
    }
}

impl<R> Deref for Authorized<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.resource
    }
}

/// Decides about an action without taking the resource.
pub fn decide(actor: &Actor, action: Action, resource: &impl Resource) -> Result<(), Denied> {
    let relations = relations(actor, &resource.parties());
    if relations.is_empty() {
        Err(Denied::Unrelated)
    } else if relations.iter().any(|relation| allowed(action).contains(relation)) {
        Ok(())
    } else {
        Err(Denied::Forbidden)
    }
}

/// Decides about an action, and returns the resource with the proof.
pub fn authorize<R: Resource>(actor: &Actor, action: Action, resource: R) -> Result<Authorized<R>, Denied> {
    decide(actor, action, &resource)?;
    Ok(Authorized { resource })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::availability::schedule::Schedule;
    use crate::core::id::UserId;
    use crate::testing::{agenda, confirmed, doctor, doctor_id, open_payment, patient_id, slot, waiting};

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    /// The actors, in the order of the columns of the matrix.
    fn actors() -> [Actor; 7] {
        [
            Actor::Patient(patient_id()),
            Actor::Patient(user(1).as_patient()),
            Actor::Doctor(doctor_id()),
            Actor::Doctor(user(1).as_doctor()),
            Actor::Admin(user(2)),
            Actor::Lab(user(3)),
            Actor::System("settle-payment"),
        ]
    }

    /// `x` may, `-` is related but forbidden (403), `.` is unrelated (404).
    fn row(action: Action, resource: &impl Resource) -> String {
        let sign = |actor: Actor| match decide(&actor, action, resource) {
            Ok(()) => 'x',
            Err(Denied::Forbidden) => '-',
            Err(Denied::Unrelated) => '.',
        };
        actors().into_iter().map(sign).collect()
    }

    #[test]
    fn the_matrix_of_actions_and_actors_is_this_one() {
        let none = Parties::default();
        let schedule = Schedule::empty(doctor_id());
        let waiting = waiting(1);
        let matrix = [
            //                                                         patient, other, doctor, other, admin, lab, system
            ("view an appointment", row(Action::ViewAppointment, &confirmed()), "x.x.x.-"),
            ("list appointments", row(Action::ListAppointments, &confirmed()), "x.x.x.-"),
            ("cancel an appointment", row(Action::CancelAppointment, &confirmed()), "x.x.x.x"),
            ("move an appointment", row(Action::RescheduleAppointment, &confirmed()), "x.x.x.-"),
            ("extend a hold", row(Action::ExtendHold, &confirmed()), "x.-.-.-"),
            ("change an intake", row(Action::UpdateAppointment, &confirmed()), "x.-.-.-"),
            ("check in", row(Action::CheckIn, &confirmed()), "x.-.-.-"),
            ("conduct a visit", row(Action::ConductVisit, &confirmed()), "-.x.-.-"),
            ("record an outcome", row(Action::RecordOutcome, &confirmed()), "-.x.x.-"),
            ("list a waiting list", row(Action::ListWaitlist, &waiting), "x.x.x.-"),
            ("leave a waiting list", row(Action::LeaveWaitlist, &waiting), "x.-.x.-"),
            ("answer an offer", row(Action::AnswerOffer, &waiting), "x.-.-.-"),
            ("prioritise an entry", row(Action::PrioritiseWaitlistEntry, &waiting), "-.x.x.-"),
            ("pay an appointment", row(Action::StartPayment, &confirmed()), "x.-.-.-"),
            ("confirm a payment", row(Action::ConfirmPayment, &open_payment()), "x...-.x"),
            ("view a payment", row(Action::ViewPayment, &open_payment()), "x...x.-"),
            ("view a receipt", row(Action::ViewReceipt, &open_payment()), "x...x.-"),
            ("refund a payment", row(Action::RefundPayment, &open_payment()), "-...x.-"),
            ("view the ledger", row(Action::ViewLedger, &none), "....x.-"),
            ("publish slots", row(Action::PublishSlots, &doctor()), "..x.x.-"),
            ("withdraw a slot", row(Action::WithdrawSlot, &slot()), "..x.x.-"),
            ("view a schedule", row(Action::ViewSchedule, &schedule), "..x.x.-"),
            ("replace a schedule", row(Action::ReplaceSchedule, &schedule), "..x.x.-"),
            ("apply a schedule", row(Action::ApplySchedule, &schedule), "..-.-.x"),
            ("register a doctor", row(Action::RegisterDoctor, &none), "....x.-"),
            ("update a doctor", row(Action::UpdateDoctor, &doctor()), "..x.x.-"),
            ("suspend a doctor", row(Action::SuspendDoctor, &doctor()), "..-.x.-"),
            ("reinstate a doctor", row(Action::ReinstateDoctor, &doctor()), "..-.x.-"),
            ("view suspensions", row(Action::ViewSuspensions, &none), "....x.-"),
            ("reset a second factor", row(Action::ResetAuthenticator, &Parties::patient(patient_id())), "-...x.-"),
            ("view users", row(Action::ViewUsers, &none), "....x.-"),
            ("change roles", row(Action::ChangeRoles, &none), "....x.-"),
            ("disable a user", row(Action::DisableUser, &none), "....x.-"),
            ("view audit events", row(Action::ViewAuditEvents, &none), "....x.-"),
            ("export the audit trail", row(Action::ExportAuditTrail, &none), "....x.-"),
            ("hold the audit trail", row(Action::HoldAuditTrail, &none), "....x.-"),
        ];
        assert_eq!(matrix.len(), Action::ALL.len());
        for (what, row, expected) in matrix {
            assert_eq!(row, expected, "{what}");
        }
    }

    #[test]
    fn only_an_administrator_has_access_to_a_resource_without_parties() {
        for action in Action::ALL {
            for actor in actors() {
                if !matches!(actor, Actor::Admin(_) | Actor::System(_)) {
                    assert_eq!(decide(&actor, action, &Parties::default()), Err(Denied::Unrelated));
                }
            }
        }
    }

    #[test]
    fn one_uuid_in_two_roles_is_not_two_relations() {
        // The patient's own UUID as a doctor does not make them the treating doctor, and the other way round.
        let same = UserId::from(patient_id()).as_doctor();
        assert_eq!(decide(&Actor::Doctor(same), Action::ViewAppointment, &confirmed()), Err(Denied::Unrelated));
        let same = UserId::from(doctor_id()).as_patient();
        assert_eq!(decide(&Actor::Patient(same), Action::ViewAppointment, &confirmed()), Err(Denied::Unrelated));
    }

    #[test]
    fn a_resource_is_returned_only_if_the_policy_allows_it() {
        let mine = authorize(&Actor::Patient(patient_id()), Action::ViewAppointment, confirmed()).unwrap();
        assert_eq!(mine.patient, patient_id());
        assert_eq!(mine.into_inner(), confirmed());
        let other = Actor::Patient(user(1).as_patient());
        assert_eq!(authorize(&other, Action::ViewAppointment, confirmed()), Err(Denied::Unrelated));
        assert!(authorize(&Actor::Patient(patient_id()), Action::ViewAppointment, &agenda()).is_ok());
    }

    #[test]
    fn evidence_relates_only_its_actor_to_the_resource() {
        let (doctor, other) = (Actor::Doctor(user(1).as_doctor()), Actor::Doctor(user(2).as_doctor()));
        // A payment names no doctor.
        let evidence = vec![Evidence { actor: doctor, relation: Relation::Doctor }];
        let attested = Attested { resource: open_payment(), evidence };
        assert_eq!(decide(&doctor, Action::ViewPayment, &open_payment()), Err(Denied::Unrelated));
        assert_eq!(decide(&doctor, Action::ViewPayment, &attested), Err(Denied::Forbidden), "the table still decides");
        assert_eq!(decide(&doctor, Action::ViewAppointment, &attested), Ok(()));
        assert_eq!(decide(&other, Action::ViewAppointment, &attested), Err(Denied::Unrelated));
        let laboratory = Actor::Lab(user(3));
        assert_eq!(decide(&laboratory, Action::ViewAppointment, &attested), Err(Denied::Unrelated));
        // One relation that is allowed is enough, with any others.
        let both = [Relation::Doctor, Relation::Patient].map(|relation| Evidence { actor: laboratory, relation });
        let attested = Attested { resource: confirmed(), evidence: both.to_vec() };
        assert_eq!(decide(&laboratory, Action::CheckIn, &attested), Ok(()));
    }
}
