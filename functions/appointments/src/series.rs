//! The requests for series of visits, and the views of their occurrences.

use api::problem::{Fields, Problem};
use api::{Context, Open, View};
use domain::appointments::booking::{BookRefusal, BookingRequest, DEFAULT_HOLD_MINUTES};
use domain::appointments::series::{InvalidSeries, Occurrence, SeriesPlan, SeriesSnapshot};
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
    #[schema(value_type = String, example = "20261201T0430Z")]
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

/// The requested slots, from a list of slots, or from a first slot, an interval and a count.
///
/// # Errors
/// 422 if the request has neither form, or both, or an invalid number.
pub(crate) fn plan(
    slots: Option<Vec<SlotId>>,
    (first, every_days, count): (Option<SlotId>, Option<u16>, Option<u8>),
) -> Result<SeriesPlan, Problem> {
    let mut fields = Fields::default();
    let plan = match (slots, first) {
        (Some(slots), None) if every_days.is_none() && count.is_none() => {
            fields.parse("slotIds", SeriesPlan::these(slots))
        }
        (None, Some(first)) => {
            let plan = SeriesPlan::every(first, every_days.unwrap_or(7), count.unwrap_or_default().into());
            let field = if plan == Err(InvalidSeries::Interval) { "everyDays" } else { "count" };
            fields.parse(field, plan)
        }
        _ => {
            fields.refuse("slotIds", "either slotIds, or first with count, is required");
            None
        }
    };
    plan.ok_or_else(|| fields.refusal())
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
    snapshot.hold(BookingRequest { kind, has_reason }, patient, id, cx.now(), hold_for)
}

/// New ids for the appointments of the longest possible series.
pub(crate) fn new_ids(cx: &Context) -> Vec<AppointmentId> {
    (0..domain::appointments::series::MAX_OCCURRENCES).map(|_| AppointmentId::from_uuid(cx.new_id())).collect()
}
