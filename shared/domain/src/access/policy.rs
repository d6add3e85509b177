//! Who may do what to what: one table, and everything that is not in it is denied.
//!
//! It is the last of three gates, behind the authorizer (who are you?) and the endpoint (which role?), and the only
//! one that looks at the resource: a patient's own appointment, a doctor's own calendar.
//! [`authorize`] alone makes an [`Authorized`], and what changes a resource asks for one, so that forgetting to ask
//! here does not compile.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::appointments::agenda::Agenda;
use crate::appointments::appointment::Appointment;
use crate::directory::doctor::Doctor;
use crate::core::id::{DoctorId, PatientId, UserId};
use crate::payments::payment::Payment;
use crate::core::person::InvalidField;
use crate::availability::schedule::Schedule;
use crate::appointments::series::Series;
use crate::availability::slot::{Calendar, Slot};
use crate::appointments::aggregate::Visit;
use crate::appointments::waitlist::{Entry, EntryFile, Wanted};

/// A group of the user pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Books visits.
    Patient,
    /// Gives them.
    Doctor,
    /// Reports results.
    Lab,
    /// Runs the service, without reading what doctors write.
    Admin,
}

impl Role {
    /// All of them.
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

/// Who acts, in the role in which they act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A patient.
    Patient(PatientId),
    /// A doctor.
    Doctor(DoctorId),
    /// An administrator.
    Admin(UserId),
    /// Somebody of a laboratory.
    Lab(UserId),
    /// A consumer of queues or streams, by its name: nobody asked, time or an earlier event did.
    System(&'static str),
}

impl Actor {
    /// Who, for the audit trail.
    pub fn id_text(&self) -> String {
        match self {
            Self::Patient(id) => id.to_string(),
            Self::Doctor(id) => id.to_string(),
            Self::Admin(id) | Self::Lab(id) => id.to_string(),
            Self::System(name) => (*name).to_owned(),
        }
    }

    /// In which role, for the audit trail.
    pub const fn role_text(&self) -> &'static str {
        match self {
            Self::Patient(_) => Role::Patient.as_str(),
            Self::Doctor(_) => Role::Doctor.as_str(),
            Self::Admin(_) => Role::Admin.as_str(),
            Self::Lab(_) => Role::Lab.as_str(),
            Self::System(_) => "system",
        }
    }
}

/// What somebody wants to do to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read an appointment, its reason included.
    ViewAppointment,
    /// List appointments of a patient or doctor, without reasons.
    ListAppointments,
    /// Cancel an appointment, or see what that would mean.
    CancelAppointment,
    /// Move an appointment to another time.
    RescheduleAppointment,
    /// Ask for more time to pay for an appointment.
    ExtendHold,
    /// Enter the waiting room.
    CheckIn,
    /// Begin and end a visit.
    ConductVisit,
    /// Say what a visit was that nobody joined.
    RecordOutcome,
    /// List who waits for a doctor, or what a patient waits for.
    ListWaitlist,
    /// Take a patient off a waiting list.
    LeaveWaitlist,
    /// Accept or decline what is offered to somebody who waits.
    AnswerOffer,
    /// Say how urgent it is for somebody who waits.
    PrioritiseWaiting,
    /// Get an order for an appointment.
    StartPayment,
    /// Tell that a payment was made, or settle it.
    ConfirmPayment,
    /// See a payment and what became of its money, or a list of somebody's payments.
    ViewPayment,
    /// Get the receipt of a payment.
    ViewReceipt,
    /// Give money back beyond what the rules give, or try a refund again.
    RefundPayment,
    /// See everybody's payments, the refunds that are not done, and whether the books balance.
    ViewLedger,
    /// Add to a calendar.
    PublishSlots,
    /// Take a slot back.
    WithdrawSlot,
    /// See the rules that a doctor's slots come from.
    ViewSchedule,
    /// Change them.
    ReplaceSchedule,
    /// Publish what follows from them.
    ApplySchedule,
    /// Add a doctor.
    RegisterDoctor,
    /// Change what patients see of a doctor.
    UpdateDoctor,
    /// Take a doctor out of booking.
    SuspendDoctor,
    /// Read the audit trail.
    ViewAuditEvents,
    /// Take part of it out of the system.
    ExportAuditTrail,
    /// Keep a part of its archive whatever else would let it go, or no longer.
    HoldAuditTrail,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 29] = [
        Self::ViewAppointment,
        Self::ListAppointments,
        Self::CancelAppointment,
        Self::RescheduleAppointment,
        Self::ExtendHold,
        Self::CheckIn,
        Self::ConductVisit,
        Self::RecordOutcome,
        Self::ListWaitlist,
        Self::LeaveWaitlist,
        Self::AnswerOffer,
        Self::PrioritiseWaiting,
        Self::StartPayment,
        Self::ConfirmPayment,
        Self::ViewPayment,
        Self::ViewReceipt,
        Self::RefundPayment,
        Self::ViewLedger,
        Self::PublishSlots,
        Self::WithdrawSlot,
        Self::ViewSchedule,
        Self::ReplaceSchedule,
        Self::ApplySchedule,
        Self::RegisterDoctor,
        Self::UpdateDoctor,
        Self::SuspendDoctor,
        Self::ViewAuditEvents,
        Self::ExportAuditTrail,
        Self::HoldAuditTrail,
    ];
}

/// Something that belongs to people.
pub trait Resource {
    /// The patient whom it is about.
    fn patient(&self) -> Option<PatientId>;
    /// The doctor whose it is, or who treats the patient in it.
    fn doctor(&self) -> Option<DoctorId>;
}

/// The people of a resource that is not loaded, or that is many: a list of one doctor's appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parties {
    /// See [`Resource::patient`].
    pub patient: Option<PatientId>,
    /// See [`Resource::doctor`].
    pub doctor: Option<DoctorId>,
}

macro_rules! resources {
    ($($resource:ty: |$it:ident| $patient:expr, $doctor:expr;)+) => {$(
        impl Resource for $resource {
            fn patient(&self) -> Option<PatientId> {
                let $it = self;
                let _ = $it;
                $patient
            }

            fn doctor(&self) -> Option<DoctorId> {
                let $it = self;
                let _ = $it;
                $doctor
            }
        }
    )+};
}

resources! {
    Parties: |it| it.patient, it.doctor;
    Appointment: |it| Some(it.patient), Some(it.doctor);
    Series: |it| Some(it.patient), Some(it.doctor);
    Visit: |it| Some(it.appointment.patient), Some(it.appointment.doctor);
    Payment: |it| Some(it.patient), None;
    Agenda: |it| Some(it.patient), None;
    Doctor: |it| None, Some(it.id);
    Calendar: |it| None, Some(it.doctor);
    Schedule: |it| None, Some(it.doctor);
    Slot: |it| None, Some(it.doctor);
    Entry: |it| Some(it.patient), match it.wish.wanted { Wanted::Doctor(doctor) => Some(doctor), Wanted::Speciality { .. } => None };
    EntryFile: |it| it.entry.patient(), it.entry.doctor();
}

impl<R: Resource> Resource for &R {
    fn patient(&self) -> Option<PatientId> {
        (*self).patient()
    }

    fn doctor(&self) -> Option<DoctorId> {
        (*self).doctor()
    }
}

/// How somebody stands to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It is about them.
    Patient,
    /// It is theirs, or they treat the patient in it.
    Doctor,
    /// An administrator is related to everything.
    Admin,
    /// So is the system.
    System,
}

/// The table.
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
        Action::PrioritiseWaiting => &[Doctor, Admin],
        Action::StartPayment | Action::ExtendHold => &[Patient],
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
        Action::SuspendDoctor => &[Admin],
        Action::ViewAuditEvents | Action::ExportAuditTrail | Action::HoldAuditTrail => &[Admin],
    }
}

fn relation(actor: &Actor, resource: &impl Resource) -> Option<Relation> {
    match *actor {
        Actor::Patient(patient) => (resource.patient() == Some(patient)).then_some(Relation::Patient),
        Actor::Doctor(doctor) => (resource.doctor() == Some(doctor)).then_some(Relation::Doctor),
        Actor::Admin(_) => Some(Relation::Admin),
        Actor::System(_) => Some(Relation::System),
        // No resource names a laboratory yet.
        Actor::Lab(_) => None,
    }
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Not even whether it exists may be told: answer as if it did not.
    #[error("not found")]
    Unrelated,
    /// They may know of it, but not do this to it.
    #[error("not allowed")]
    Forbidden,
}

/// A resource together with the proof that the policy was asked about it. [`authorize`] alone makes one.
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

/// Asks the table without taking the resource.
pub fn decide(actor: &Actor, action: Action, resource: &impl Resource) -> Result<(), Denied> {
    match relation(actor, resource) {
        None => Err(Denied::Unrelated),
        Some(relation) if allowed(action).contains(&relation) => Ok(()),
        Some(_) => Err(Denied::Forbidden),
    }
}

/// Asks the table, and hands the resource back with the proof of it.
pub fn authorize<R: Resource>(actor: &Actor, action: Action, resource: R) -> Result<Authorized<R>, Denied> {
    decide(actor, action, &resource)?;
    Ok(Authorized { resource })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::testing::{agenda, confirmed, doctor, doctor_id, open_payment, patient_id, slot, waiting};

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    /// In the order of the columns of the matrix.
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
        let nobody = Parties::default();
        let schedule = Schedule::empty(doctor_id());
        let waiting = waiting(1);
        let matrix = [
            //                                                         patient, other, doctor, other, admin, lab, system
            ("view an appointment", row(Action::ViewAppointment, &confirmed()), "x.x.x.-"),
            ("list appointments", row(Action::ListAppointments, &confirmed()), "x.x.x.-"),
            ("cancel an appointment", row(Action::CancelAppointment, &confirmed()), "x.x.x.x"),
            ("move an appointment", row(Action::RescheduleAppointment, &confirmed()), "x.x.x.-"),
            ("extend a hold", row(Action::ExtendHold, &confirmed()), "x.-.-.-"),
            ("check in", row(Action::CheckIn, &confirmed()), "x.-.-.-"),
            ("conduct a visit", row(Action::ConductVisit, &confirmed()), "-.x.-.-"),
            ("record an outcome", row(Action::RecordOutcome, &confirmed()), "-.x.x.-"),
            ("list who waits", row(Action::ListWaitlist, &waiting), "x.x.x.-"),
            ("leave a waiting list", row(Action::LeaveWaitlist, &waiting), "x.-.x.-"),
            ("answer an offer", row(Action::AnswerOffer, &waiting), "x.-.-.-"),
            ("prioritise who waits", row(Action::PrioritiseWaiting, &waiting), "-.x.x.-"),
            ("pay an appointment", row(Action::StartPayment, &confirmed()), "x.-.-.-"),
            ("confirm a payment", row(Action::ConfirmPayment, &open_payment()), "x...-.x"),
            ("view a payment", row(Action::ViewPayment, &open_payment()), "x...x.-"),
            ("view a receipt", row(Action::ViewReceipt, &open_payment()), "x...x.-"),
            ("refund a payment", row(Action::RefundPayment, &open_payment()), "-...x.-"),
            ("view the ledger", row(Action::ViewLedger, &nobody), "....x.-"),
            ("publish slots", row(Action::PublishSlots, &doctor()), "..x.x.-"),
            ("withdraw a slot", row(Action::WithdrawSlot, &slot()), "..x.x.-"),
            ("view a schedule", row(Action::ViewSchedule, &schedule), "..x.x.-"),
            ("replace a schedule", row(Action::ReplaceSchedule, &schedule), "..x.x.-"),
            ("apply a schedule", row(Action::ApplySchedule, &schedule), "..-.-.x"),
            ("register a doctor", row(Action::RegisterDoctor, &nobody), "....x.-"),
            ("update a doctor", row(Action::UpdateDoctor, &doctor()), "..x.x.-"),
            ("suspend a doctor", row(Action::SuspendDoctor, &doctor()), "..-.x.-"),
            ("view audit events", row(Action::ViewAuditEvents, &nobody), "....x.-"),
            ("export the audit trail", row(Action::ExportAuditTrail, &nobody), "....x.-"),
            ("hold the audit trail", row(Action::HoldAuditTrail, &nobody), "....x.-"),
        ];
        assert_eq!(matrix.len(), Action::ALL.len());
        for (what, row, expected) in matrix {
            assert_eq!(row, expected, "{what}");
        }
    }

    #[test]
    fn nobody_but_the_administrator_may_do_anything_to_what_is_nobodys() {
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
    fn a_resource_comes_back_only_with_a_yes() {
        let mine = authorize(&Actor::Patient(patient_id()), Action::ViewAppointment, confirmed()).unwrap();
        assert_eq!(mine.patient, patient_id());
        assert_eq!(mine.into_inner(), confirmed());
        let other = Actor::Patient(user(1).as_patient());
        assert_eq!(authorize(&other, Action::ViewAppointment, confirmed()), Err(Denied::Unrelated));
        assert!(authorize(&Actor::Patient(patient_id()), Action::ViewAppointment, &agenda()).is_ok());
    }

    #[test]
    fn roles_are_spelled_as_the_groups_of_the_user_pool() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert!("Admin".parse::<Role>().is_err());
        assert!("".parse::<Role>().is_err());
    }

    #[test]
    fn an_actor_is_named_for_the_audit_trail() {
        let patient = Actor::Patient(patient_id());
        assert_eq!((patient.id_text(), patient.role_text()), (patient_id().to_string(), "patient"));
        let system = Actor::System("release-expired-hold");
        assert_eq!((system.id_text().as_str(), system.role_text()), ("release-expired-hold", "system"));
    }
}
