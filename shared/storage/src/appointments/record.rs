//! How an appointment is stored.

use domain::appointments::appointment::{Absence, Appointment, Attendance, Cancellation, Side, Stage};
use domain::appointments::visit_terms::VisitTerms;
use domain::availability::slot::ClinicName;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{DoctorId, PatientId, SlotId, UserId};
use domain::core::money::Paise;
use domain::core::person::DoctorName;
use domain::core::time::{TimeRange, Zone};
use domain::directory::visit_kind::VisitKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::appointments::keys::{AppointmentIndex, Key};
use crate::availability::slot;
use crate::table::error::StorageError;
use crate::table::item::{Item, Row, ms};

#[derive(Serialize, Deserialize)]
struct Record {
    patient: PatientId,
    doctor: DoctorId,
    doctor_name: DoctorName,
    #[serde(with = "ms::required")]
    start: Timestamp,
    #[serde(with = "ms::required")]
    end: Timestamp,
    /// Absent if it takes one slot, which is named by the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    slots: Vec<SlotId>,
    /// Absent for a video visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clinic: Option<ClinicName>,
    zone: Zone,
    kind: VisitKind,
    fee: Paise,
    /// The version of the appointment that the intake was written with; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    intake: Option<u64>,
    #[serde(flatten)]
    stage: StageRecord,
    #[serde(default, skip_serializing_if = "is_zero")]
    moves: u32,
    /// The start to which notice is counted; absent if it is the start.
    #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
    notice_to: Option<Timestamp>,
    /// The least notice of the patient's moves, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most_notice: Option<i64>,
    #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
    fee_until: Option<Timestamp>,
    #[serde(with = "ms::required")]
    created_at: Timestamp,
    sequence: u32,
}

/// A stored notice is never longer than the real one.
fn in_milliseconds(notice: SignedDuration) -> i64 {
    i64::try_from(notice.as_millis()).unwrap_or(i64::MAX)
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The stage, in attributes of its own. `since` is when it began.
#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StageRecord {
    Held {
        #[serde(with = "ms::required")]
        hold_until: Timestamp,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        extended: bool,
    },
    Confirmed {
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    CheckedIn {
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    InProgress {
        #[serde(with = "ms::required")]
        since: Timestamp,
        #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
        patient_joined: Option<Timestamp>,
    },
    Completed {
        #[serde(with = "ms::required")]
        since: Timestamp,
        #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
        patient_joined: Option<Timestamp>,
        #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
        doctor_joined: Option<Timestamp>,
    },
    Cancelled {
        #[serde(with = "ms::required")]
        since: Timestamp,
        by: CancelledBy,
        /// The person who cancelled; absent if the system did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<UserId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<String>,
    },
    NoShow {
        #[serde(with = "ms::required")]
        since: Timestamp,
        /// A party that came has a time; where no party has, this says who was told to be absent.
        #[serde(default = "patient", skip_serializing_if = "is_patient")]
        absent: Side,
        #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
        patient_joined: Option<Timestamp>,
        #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
        doctor_joined: Option<Timestamp>,
    },
}

const fn patient() -> Side {
    Side::Patient
}

const fn is_patient(side: &Side) -> bool {
    matches!(side, Side::Patient)
}

/// The appointment as it will be stored, one version after the one that was read.
pub(crate) fn item(appointment: &Appointment) -> Item {
    let Appointment { id, patient, doctor, doctor_name, time, slots, zone, kind, fee, intake, stage, .. } =
        appointment.clone();
    let record = Record {
        patient,
        doctor,
        doctor_name,
        start: time.start(),
        end: time.end(),
        slots: if slots.len() > 1 { slots } else { Vec::new() },
        clinic: appointment.place.clinic().cloned(),
        zone,
        kind,
        fee,
        intake,
        stage: stage.into(),
        moves: appointment.moves,
        notice_to: Some(appointment.terms.notice_to).filter(|to| *to != time.start()),
        most_notice: appointment.terms.most_notice.map(in_milliseconds),
        fee_until: appointment.terms.fee_until,
        created_at: appointment.created_at,
        sequence: appointment.sequence,
    };
    let place = AppointmentIndex { patient, doctor, start: time.start(), appointment: id };
    Item::new(Key::Appointment(id), &record).version(appointment.version + 1).indexed(place.attributes())
}

pub(crate) fn read(row: &Row) -> Result<Appointment, StorageError> {
    let Key::Appointment(id) = row.key()? else { return Err(row.inconsistent("not an appointment")) };
    let record: Record = row.record()?;
    let time = TimeRange::new(record.start, record.end).map_err(|error| row.inconsistent(error))?;
    Ok(Appointment {
        id,
        patient: record.patient,
        doctor: record.doctor,
        doctor_name: record.doctor_name,
        time,
        slots: if record.slots.is_empty() { vec![SlotId::from(&time)] } else { record.slots },
        place: slot::place(record.clinic),
        zone: record.zone,
        kind: record.kind,
        fee: record.fee,
        intake: record.intake,
        stage: record.stage.into(),
        moves: record.moves,
        terms: VisitTerms {
            notice_to: record.notice_to.unwrap_or(record.start),
            most_notice: record.most_notice.map(SignedDuration::from_millis),
            fee_until: record.fee_until,
        },
        created_at: record.created_at,
        updated_at: row.written_at()?,
        sequence: record.sequence,
        version: row.version()?,
    })
}

impl From<Stage> for StageRecord {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Held { until, extended } => Self::Held { hold_until: until, extended },
            Stage::Confirmed { at } => Self::Confirmed { since: at },
            Stage::CheckedIn { at } => Self::CheckedIn { since: at },
            Stage::InProgress { since, patient } => Self::InProgress { since, patient_joined: patient },
            Stage::Completed { at, attendance: Attendance { patient, doctor } } => {
                Self::Completed { since: at, patient_joined: patient, doctor_joined: doctor }
            }
            Stage::Cancelled(Cancellation { at, by, person, reason }) => {
                Self::Cancelled { since: at, by, person, remark: reason }
            }
            Stage::NoShow { at, absence } => {
                let (patient_joined, doctor_joined) = match absence {
                    Absence::Patient { doctor } => (None, doctor),
                    Absence::Doctor { patient } => (patient, None),
                };
                Self::NoShow { since: at, absent: absence.side(), patient_joined, doctor_joined }
            }
        }
    }
}

impl From<StageRecord> for Stage {
    fn from(record: StageRecord) -> Self {
        match record {
            StageRecord::Held { hold_until, extended } => Self::Held { until: hold_until, extended },
            StageRecord::Confirmed { since } => Self::Confirmed { at: since },
            StageRecord::CheckedIn { since } => Self::CheckedIn { at: since },
            StageRecord::InProgress { since, patient_joined } => Self::InProgress { since, patient: patient_joined },
            StageRecord::Completed { since, patient_joined, doctor_joined } => {
                let attendance = Attendance { patient: patient_joined, doctor: doctor_joined };
                Self::Completed { at: since, attendance }
            }
            StageRecord::Cancelled { since, by, person, remark } => {
                Self::Cancelled(Cancellation { at: since, by, person, reason: remark })
            }
            StageRecord::NoShow { since, absent, patient_joined, doctor_joined } => {
                let absence = match absent {
                    Side::Patient => Absence::Patient { doctor: doctor_joined },
                    Side::Doctor => Absence::Doctor { patient: patient_joined },
                };
                Self::NoShow { at: since, absence }
            }
        }
    }
}
