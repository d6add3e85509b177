//! The common steps of all bookings: an attempt at one slot, and the check for an earlier success before a refusal.

use crate::intake::IntakePorts;
use crate::view::AppointmentView;
use api::problem::Problem;
use api::{Aws, ConfigError, Context, Created, FromEnvironment, Open, Variable, View};
use domain::appointments::booking::{BookRefusal, BookingRequest, HoldLength};
use domain::appointments::intake::Intake;
use domain::core::id::{AppointmentId, DoctorId, PatientId, SlotId};
use domain::directory::visit_kind::VisitKind;
use storage::{CommitError, Loaded, Storage};

/// The ports of a booking: the table, the vault of the patients' keys, and the length of a hold.
#[derive(Clone)]
pub struct BookingPorts {
    pub(crate) storage: Storage,
    pub(crate) intakes: IntakePorts,
    pub(crate) hold: HoldLength,
}

impl FromEnvironment for BookingPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let intakes = IntakePorts::wire(aws)?;
        Ok(BookingPorts { storage: intakes.storage.clone(), intakes, hold: aws.parsed(Variable::HoldMinutes)? })
    }
}

/// The slot that a patient asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SlotRequest<'a> {
    pub(crate) doctor: DoctorId,
    pub(crate) slot: SlotId,
    pub(crate) kind: VisitKind,
    pub(crate) intake: &'a Intake,
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
        let SlotRequest { doctor, slot, kind, intake } = request;
        cx.retrying(async || {
            let snapshot = match self.storage.booking_snapshot(doctor, slot, kind, patient, claim, cx.now()).await? {
                Loaded::Earlier(earlier) => return Created::earlier(earlier).map(Attempt::Booked),
                Loaded::NoSuchDoctor | Loaded::NoSuchSlot => return Ok(Attempt::NotThere),
                Loaded::Fresh(snapshot) => snapshot,
            };
            let wish = BookingRequest { kind, has_intake: !intake.is_empty() };
            let booking = match snapshot.hold(wish, patient, id, cx.now(), self.hold.duration()) {
                Ok(booking) => booking,
                Err(refusal) => return Ok(Attempt::Refused(refusal)),
            };
            let sealed = self.intakes.seal(patient, id, intake).await?;

            let view = AppointmentView::of(cx, &booking.appointment.clone().written(cx.now()));
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
