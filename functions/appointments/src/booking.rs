//! The common steps of all bookings: an attempt at one slot, and the check for an earlier success before a refusal.

use crate::sealed_reason::SealedReasonPorts;
use crate::view::AppointmentView;
use api::problem::{Fields, Problem};
use api::{Aws, ConfigError, Context, Created, FromEnvironment, Open, Variable, View};
use domain::appointments::booking::{BookRefusal, BookingRequest, HoldLength};
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::core::person::VisitReason;
use domain::core::sensitive::Sensitive;
use domain::directory::visit_kind::VisitKind;
use gateway::vault::{Field, Vault};
use std::sync::Arc;
use storage::{CommitError, Loaded, SealedText, Storage};

/// The ports of a booking: the table, the vault of the patients' keys, and the length of a hold.
#[derive(Clone)]
pub struct BookingPorts {
    pub(crate) storage: Storage,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) hold: HoldLength,
}

impl FromEnvironment for BookingPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let SealedReasonPorts { storage, vault } = SealedReasonPorts::wire(aws)?;
        Ok(BookingPorts { storage, vault, hold: aws.parsed(Variable::HoldMinutes)? })
    }
}

/// The slot that a patient asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SlotRequest<'a> {
    pub(crate) doctor: DoctorId,
    pub(crate) slot: SlotId,
    pub(crate) kind: VisitKind,
    pub(crate) reason: Option<&'a VisitReason>,
}

/// The result of an attempt.
pub(crate) enum Attempt {
    /// The slot is booked, now or by the same request before.
    Booked(Created<AppointmentView>),
    /// A rule refuses the booking.
    Refused(BookRefusal),
    /// The doctor or the slot does not exist.
    NotThere,
}

impl BookingPorts {
    /// Holds a slot for a patient, under the request's idempotency key.
    pub(crate) async fn attempt(
        &self,
        cx: &Context,
        request: SlotRequest<'_>,
        patient: PatientId,
        id: AppointmentId,
    ) -> Result<Attempt, Problem> {
        let claim = cx.claim()?;
        let SlotRequest { doctor, slot, kind, reason } = request;
        cx.retrying(async || {
            let snapshot = match self.storage.booking_snapshot(doctor, slot, kind, patient, claim, cx.now()).await? {
                Loaded::Earlier(earlier) => return Created::earlier(earlier).map(Attempt::Booked),
                Loaded::NoSuchDoctor | Loaded::NoSuchSlot => return Ok(Attempt::NotThere),
                Loaded::Fresh(snapshot) => snapshot,
            };
            let wish = BookingRequest { kind, has_reason: reason.is_some() };
            let booking = match snapshot.hold(wish, patient, id, cx.now(), self.hold.duration()) {
                Ok(booking) => booking,
                Err(refusal) => return Ok(Attempt::Refused(refusal)),
            };
            let sealed = self.seal(patient, id, reason).await?;

            let view = AppointmentView::of(&booking.appointment, cx.now());
            let created = Created::new(format!("/v1/appointments/{id}"), booking.appointment.version + 1, &view)?;
            match self.storage.commit_booking(&booking, sealed, claim, created.answer(), &cx.provenance()).await {
                Ok(written) => created.once(written).map(Attempt::Booked),
                Err(CommitError::Refused(refusal)) => Ok(Attempt::Refused(refusal)),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// See [`replay_or`].
    pub(crate) async fn refuse<T: View<Data = Open>>(
        &self,
        cx: &Context,
        refusal: Problem,
    ) -> Result<Created<T>, Problem> {
        replay_or(cx, &self.storage, refusal).await
    }

    /// Seals the reason of a visit with the patient's key.
    pub(crate) async fn seal(
        &self,
        patient: PatientId,
        id: AppointmentId,
        reason: Option<&VisitReason>,
    ) -> Result<Option<SealedText>, Problem> {
        let Some(reason) = reason else { return Ok(None) };
        let record = id.to_string();
        let field = Field { record: &record, name: "reason" };
        let sealed = self.vault.seal(patient, field, reason.as_str()).await.map_err(Problem::unavailable)?;
        Ok(Some(SealedText::from_sealed(sealed)))
    }
}

/// The problem of a booking that is refused to its patient.
pub(crate) fn refused(cx: &Context, refusal: BookRefusal) -> Problem {
    match refusal {
        BookRefusal::TooManyCancellations(too_many) => Problem::from(refusal).retry_at(too_many.until, cx.now()),
        refusal => refusal.into(),
    }
}

/// Returns the refusal, unless the same request, sent twice, has succeeded meanwhile and caused it: its answer is
/// returned then.
pub(crate) async fn replay_or<T: View<Data = Open>>(
    cx: &Context,
    storage: &Storage,
    refusal: Problem,
) -> Result<Created<T>, Problem> {
    storage.earlier(cx.claim()?, cx.now()).await?.map_or(Err(refusal), Created::earlier)
}

/// The reason of a visit, if the patient gives one.
pub(crate) fn reason(text: Option<&Sensitive<String>>) -> Result<Option<VisitReason>, Problem> {
    let mut fields = Fields::default();
    let reason = fields.parse_optional("reason", text.map(|text| VisitReason::parse(text.expose())));
    fields.finish()?;
    Ok(reason)
}
