//! The requests for series of visits, and the views of their occurrences.

use api::problem::Problem;
use api::{Context, Open, View, Whole};
use domain::appointments::booking::{BookRefusal, BookingWish, DEFAULT_HOLD_MINUTES};
use domain::appointments::series::{
    InvalidSeries, MAX_INTERVAL_DAYS, MAX_OCCURRENCES, MIN_OCCURRENCES, Occurrence, SeriesPlan, SeriesSnapshot,
};
use domain::core::id::{AppointmentId, PatientId, SlotId};
use domain::core::money::Paise;
use domain::directory::visit_kind::VisitKind;
use jiff::{SignedDuration, Timestamp};
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
    /// The reason for a refusal: `not-published`, `slot-taken`, `in-past`, `too-short-notice`, `too-few-slots`,
    /// `doctor-unavailable`, `day-full`, `patient-busy`, `too-many-holds` or `too-many-appointments`.
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
        BookRefusal::TooShortNotice => "too-short-notice",
        BookRefusal::TooFewSlots => "too-few-slots",
        BookRefusal::DoctorUnavailable => "doctor-unavailable",
        BookRefusal::DailyQuotaFull => "day-full",
        BookRefusal::PatientBusy { .. } => "patient-busy",
        BookRefusal::TooManyHolds => "too-many-holds",
        BookRefusal::TooManyOpen => "too-many-appointments",
    }
}

/// The interval of a series in days.
pub(crate) type EveryDays = Whole<1, MAX_INTERVAL_DAYS>;

/// The number of visits of a series.
pub(crate) type Count = Whole<{ MIN_OCCURRENCES as u16 }, { MAX_OCCURRENCES as u16 }>;

/// The slots of a series by its rule: from the first one on, as many as `count`. Default of the interval: a week.
///
/// # Errors
/// 422 if a number is invalid. The refusal points at a field of `place`.
pub(crate) fn by_rule(
    place: &'static str,
    first: SlotId,
    every_days: Option<EveryDays>,
    count: Count,
) -> Result<SeriesPlan, Problem> {
    let plan = SeriesPlan::every(first, every_days.map_or(7, Whole::get), count.get().into());
    plan.map_err(|flaw| {
        let field = if flaw == InvalidSeries::Interval { "everyDays" } else { "count" };
        Problem::parameter(place, field, flaw)
    })
}

/// Decides each occurrence by the rules of a booking.
pub(crate) fn decide(
    cx: &Context,
    snapshot: SeriesSnapshot,
    (kind, has_reason): (VisitKind, bool),
    patient: PatientId,
    ids: &[AppointmentId],
) -> Vec<(SlotId, Occurrence)> {
    let mut ids = ids.iter().copied();
    let id = || ids.next().expect("there is an id for each occurrence");
    let hold_for = SignedDuration::from_mins(DEFAULT_HOLD_MINUTES);
    snapshot.hold(BookingWish { kind, has_reason }, patient, id, cx.now(), hold_for)
}

/// New ids for the appointments of the longest possible series.
pub(crate) fn new_ids(cx: &Context) -> Vec<AppointmentId> {
    (0..MAX_OCCURRENCES).map(|_| AppointmentId::from_uuid(cx.new_id())).collect()
}
