//! The requests for series of visits, and the views of their occurrences.

use crate::cancel_appointment::sees_amounts;
use api::problem::{self, Problem};
use api::{Context, Open, View, Whole};
use domain::appointments::booking::{BookRefusal, BookingRequest, HoldLength};
use domain::appointments::cancellation::{Cancelled, CancelledSeries};
use domain::appointments::series::{
    InvalidSeries, MAX_INTERVAL_DAYS, MAX_OCCURRENCES, MIN_OCCURRENCES, MonthlyBy, Occurrence, SeriesPlan,
    SeriesSnapshot,
};
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, PatientId, SlotId};
use domain::core::money::Paise;
use domain::directory::visit_kind::VisitKind;
use domain::payments::refund_policy::RefundRule;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A visit of a series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Occurrence)]
pub struct OccurrenceView {
    /// The id of the slot.
    #[schema(value_type = api::schema::SlotId)]
    slot_id: SlotId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// Whether the visit can be booked or, in the answer to a booking, whether it was booked.
    available: bool,
    /// The reason for a refusal: `not-published`, `slot-taken`, `slot-yours`, `in-past`, `too-short-notice`,
    /// `too-few-slots`, `doctor-unavailable`, `day-full`, `patient-busy`, `too-many-holds`, `too-many-appointments` or
    /// `too-many-cancellations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "slot-taken")]
    reason: Option<&'static str>,
    /// The fee in paise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 50000)]
    fee: Option<Paise>,
    /// The id of the appointment. Absent until the visit is booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    appointment_id: Option<AppointmentId>,
    /// The first instant at which the hold is over. Absent without a fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    hold_until: Option<Timestamp>,
}

impl View for OccurrenceView {
    type Data = Open;
}

impl OccurrenceView {
    /// The view of a preview.
    pub(crate) fn preview(slot: SlotId, occurrence: &Occurrence) -> Self {
        let (reason, fee) = match occurrence {
            Occurrence::Booked(booking) => (None, Some(booking.appointment.fee)),
            Occurrence::NotPublished => (Some("not-published"), None),
            Occurrence::Refused(refusal) => (Some(reason(*refusal)), None),
        };
        let available = reason.is_none();
        OccurrenceView {
            slot_id: slot,
            start: slot.start(),
            available,
            reason,
            fee,
            appointment_id: None,
            hold_until: None,
        }
    }

    /// The view of a booking.
    pub(crate) fn booked(slot: SlotId, occurrence: &Occurrence) -> Self {
        let preview = Self::preview(slot, occurrence);
        match occurrence {
            Occurrence::Booked(booking) => OccurrenceView {
                appointment_id: Some(booking.appointment.id),
                hold_until: booking.appointment.stage.hold_until(),
                ..preview
            },
            Occurrence::NotPublished | Occurrence::Refused(_) => preview,
        }
    }

    /// The slot of the visit.
    pub(crate) fn slot(&self) -> SlotId {
        self.slot_id
    }

    /// The reason for which the visit is refused, if it is.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        self.reason
    }
}

fn reason(refusal: BookRefusal) -> &'static str {
    match refusal {
        BookRefusal::SlotTaken => "slot-taken",
        BookRefusal::SlotInPast => "in-past",
        BookRefusal::AlreadyYours { .. } => "slot-yours",
        BookRefusal::TooShortNotice { .. } => "too-short-notice",
        BookRefusal::TooFewSlots => "too-few-slots",
        BookRefusal::DoctorUnavailable => "doctor-unavailable",
        BookRefusal::DailyQuotaFull => "day-full",
        BookRefusal::PatientBusy { .. } => "patient-busy",
        BookRefusal::TooManyHolds { .. } => "too-many-holds",
        BookRefusal::TooManyOpen => "too-many-appointments",
        BookRefusal::TooManyCancellations(_) => "too-many-cancellations",
    }
}

/// The interval of a series in days.
pub(crate) type EveryDays = Whole<1, MAX_INTERVAL_DAYS>;

/// The number of visits of a series.
pub(crate) type Count = Whole<{ MIN_OCCURRENCES as u16 }, { MAX_OCCURRENCES as u16 }>;

/// How the visits of a series follow the first one. Default: every week.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    pub(crate) every_days: Option<EveryDays>,
    pub(crate) monthly: Option<MonthlyBy>,
}

impl Rhythm {
    /// Whether the request says nothing of it.
    pub(crate) fn is_empty(self) -> bool {
        self.every_days.is_none() && self.monthly.is_none()
    }
}

/// The slots of a series by its rule: from the first one on, as many as `count`.
///
/// # Errors
/// 422 if there are two rules, or a number is invalid. The refusal points at a field of `place`.
pub(crate) fn by_rule(place: &'static str, first: SlotId, rhythm: Rhythm, count: Count) -> Result<SeriesPlan, Problem> {
    let count = count.get().into();
    let plan = match (rhythm.monthly, rhythm.every_days) {
        (Some(_), Some(_)) => {
            return Err(Problem::parameter(place, "monthly", "must not be sent together with everyDays"));
        }
        (Some(by), None) => SeriesPlan::monthly(first, by, count),
        (None, every_days) => SeriesPlan::every(first, every_days.map_or(7, Whole::get), count),
    };
    plan.map_err(|flaw| {
        let field = if flaw == InvalidSeries::Interval { "everyDays" } else { "count" };
        Problem::parameter(place, field, flaw)
    })
}

/// Decides each occurrence by the rules of a booking.
pub(crate) fn decide(
    cx: &Context,
    snapshot: SeriesSnapshot,
    (kind, has_intake): (VisitKind, bool),
    patient: PatientId,
    ids: &[AppointmentId],
    hold: HoldLength,
) -> Vec<(SlotId, Occurrence)> {
    let mut ids = ids.iter().copied();
    let id = || ids.next().expect("there is an id for each occurrence");
    snapshot.hold(BookingRequest { kind, has_intake }, patient, id, cx.now(), hold.duration())
}

/// New ids for the appointments of the longest possible series.
pub(crate) fn new_ids(cx: &Context) -> Vec<AppointmentId> {
    (0..MAX_OCCURRENCES).map(|_| AppointmentId::from_uuid(cx.new_id())).collect()
}

/// The cancellation of a series: what is cancelled, and what is left.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SeriesCancellation)]
pub struct CancelledVisits {
    /// The visits that are cancelled, in the order in which they were booked.
    cancelled: Vec<CancelledVisit>,
    /// The visits that can't be cancelled, each with the reason.
    left: Vec<LeftVisit>,
    /// The sum of the refunds in paise. The doctor does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 50000)]
    refund_amount: Option<i64>,
    /// The instant for which the refunds hold.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A cancelled visit of a series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CancelledVisit)]
pub struct CancelledVisit {
    /// The id of the appointment.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The refund in paise. The doctor does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 25000)]
    refund_amount: Option<Paise>,
    /// The rule that decides the refund. Absent if nothing was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "cancelled_late")]
    rule: Option<RefundRule>,
}

/// A visit of a series that can't be cancelled.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeftVisit)]
pub struct LeftVisit {
    /// The id of the appointment.
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// The start of the visit.
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    /// The type of problem that `cancelAppointment` would answer with.
    #[schema(example = "visit-over")]
    reason: &'static str,
}

impl View for CancelledVisits {
    type Data = Open;
}

impl CancelledVisits {
    /// The view of a cancellation by `by` at `now`.
    pub(crate) fn of(series: &CancelledSeries, by: CancelledBy, now: Timestamp) -> Self {
        let shows_amounts = sees_amounts(by);
        let cancelled: Vec<CancelledVisit> =
            series.cancelled.iter().map(|visit| CancelledVisit::of(visit, shows_amounts)).collect();
        let left = series.left.iter().map(|(appointment, refusal)| LeftVisit {
            appointment_id: appointment.id,
            start: appointment.time.start(),
            reason: Problem::from(*refusal).kind.slug,
        });
        CancelledVisits {
            refund_amount: cancelled
                .iter()
                .map(|visit| visit.refund_amount.map(Paise::get))
                .sum::<Option<i64>>()
                .filter(|_| shows_amounts),
            left: left.collect(),
            cancelled,
            at: now,
        }
    }
}

impl CancelledVisit {
    fn of(cancelled: &Cancelled, shows_amounts: bool) -> Self {
        let refund = cancelled.refund.as_ref().map_or(Paise::ZERO, |refund| refund.amount);
        let account = cancelled.payment.as_ref().and_then(|payment| payment.paying_account());
        CancelledVisit {
            appointment_id: cancelled.appointment.id,
            start: cancelled.appointment.time.start(),
            refund_amount: shows_amounts.then_some(refund),
            rule: account.map(|account| account.decision.rule),
        }
    }
}

pub(crate) fn not_found() -> Problem {
    Problem::of(&problem::NOT_FOUND)
}
