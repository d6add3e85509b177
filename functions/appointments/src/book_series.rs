//! `POST /v1/series`: a patient books several visits to one doctor at once, all of them or those that are available.
//!
//! One transaction writes the series, so no failure leaves half of it. Afterwards each visit is a separate appointment,
//! which is paid, moved and cancelled like any other.

use crate::booking::BookingPorts;
use crate::intake::IntakeTexts;
use crate::series::{self, Count, EveryDays, OccurrenceView, Rhythm};
use api::problem::{self, Fields, Problem};
use api::{Context, Created, Endpoint, Json, Open, View};
use domain::access::Role;
use domain::appointments::booking::Booking;
use domain::appointments::series::{MonthlyBy, Occurrence, Series, SeriesPlan};
use domain::core::id::{AppointmentId, DoctorId, SeriesId, SlotId};
use domain::core::sensitive::Sensitive;
use domain::directory::visit_kind::VisitKind;
use serde::{Deserialize, Serialize};
use storage::{CommitError, Loaded, fits_at_once};
use utoipa::ToSchema;

/// `bookSeries`
pub static ENDPOINT: Endpoint<BookingPorts, Json<BookSeries>, Created<SeriesView>> =
    Endpoint::post("/v1/series", "bookSeries", "Book several visits to a doctor", &handle)
        .details(
            "A series has {MIN_OCCURRENCES} to {MAX_OCCURRENCES} visits, given by their slots or by a first slot \
             and an interval, in days or monthly, at the same local time of the doctor. With `all`, all visits are booked or \
             none; with `available`, the available ones, and the answer gives the reason for each other one. One \
             transaction writes them, so no failure leaves half a series. Afterwards each visit is a separate \
             appointment. Visits with a fee are holds, of which a patient has at most {MAX_HOLDS}.",
        )
        .allow(&[Role::Patient])
        .idempotent()
        .problems(&[&problem::NOT_FOUND, &problem::SERIES_NOT_FREE]);

/// The visits that are booked if not all can be booked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesMode {
    /// No visit.
    #[default]
    All,
    /// The visits that are available.
    Available,
}

/// The visits to book: `slotIds`, or `first` with `count`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookSeries {
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The ids of the slots, 2 to 12.
    #[schema(value_type = Option<Vec<api::schema::SlotId>>)]
    slot_ids: Option<Vec<SlotId>>,
    /// The id of the first slot.
    #[schema(value_type = Option<api::schema::SlotId>)]
    first: Option<SlotId>,
    /// The interval in days, at the same local time of the doctor. Default: 7.
    #[schema(inline)]
    every_days: Option<EveryDays>,
    /// `weekday`: a visit each month on the same weekday by its number, such as the second Tuesday, and on the last one
    /// in a month without a fifth. `day`: on the same day of the month, or its last day. Not together with `everyDays`.
    #[schema(value_type = Option<String>, example = "weekday")]
    monthly: Option<MonthlyBy>,
    /// The number of visits, 2 to 12.
    #[schema(inline)]
    count: Option<Count>,
    /// `all` (the default): all visits or none; `available`: the visits that can be booked.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "all")]
    mode: SeriesMode,
    /// The kind of the visits. Default: `consultation`.
    #[schema(value_type = Option<String>, example = "follow_up")]
    kind: Option<VisitKind>,
    /// The reason of the visits, 1 to 1000 characters. Only the patient and the doctor can read it.
    #[schema(value_type = Option<String>)]
    reason: Option<Sensitive<String>>,
    /// The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    symptoms: Option<Vec<Sensitive<String>>>,
    /// Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them.
    #[schema(value_type = Option<String>)]
    notes: Option<Sensitive<String>>,
}

/// Visits that were booked together.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Series)]
pub struct SeriesView {
    /// The id of the series.
    #[schema(value_type = uuid::Uuid)]
    id: SeriesId,
    /// The id of the doctor.
    #[schema(value_type = uuid::Uuid)]
    doctor_id: DoctorId,
    /// The result for each requested visit, in the order of time.
    occurrences: Vec<OccurrenceView>,
}

impl View for SeriesView {
    type Data = Open;
}

async fn handle(
    cx: Context,
    ports: BookingPorts,
    Json(body): Json<BookSeries>,
) -> Result<Created<SeriesView>, Problem> {
    let patient = cx.caller.as_patient()?;
    let intake =
        IntakeTexts { reason: body.reason.as_ref(), symptoms: body.symptoms.as_deref(), notes: body.notes.as_ref() }
            .parse()?;
    let plan = body.plan()?;
    let (doctor, kind) = (body.doctor_id, body.kind.unwrap_or_default());
    let (id, ids) = (SeriesId::from_uuid(cx.new_id()), series::new_ids(&cx));
    let claim = cx.claim()?;

    cx.retrying(async || {
        let snapshot = match ports.storage.series_snapshot(doctor, &plan, kind, patient, Some(claim), cx.now()).await? {
            Loaded::Earlier(earlier) => return Created::earlier(earlier),
            Loaded::NoSuchDoctor | Loaded::NoSuchSlot => return Err(Problem::of(&problem::NOT_FOUND)),
            Loaded::Fresh(snapshot) => snapshot,
        };
        let decided = series::decide(&cx, *snapshot, (kind, !intake.is_empty()), patient, &ids, ports.hold);
        let occurrences: Vec<_> = decided.iter().map(|(slot, it)| OccurrenceView::booked(*slot, it)).collect();
        let booked: Vec<&Booking> = decided.iter().filter_map(|(_, occurrence)| booking_of(occurrence)).collect();
        if booked.is_empty() || (body.mode == SeriesMode::All && booked.len() < decided.len()) {
            return ports.refuse(&cx, body.not_free(&occurrences)).await;
        }
        if !fits_at_once(&booked, !intake.is_empty()) {
            let most = "must be fewer: visits of this kind take too many slots to be booked at once";
            return Err(Problem::field(if body.slot_ids.is_some() { "slotIds" } else { "count" }, most));
        }
        let appointments: Vec<AppointmentId> = booked.iter().map(|booking| booking.appointment.id).collect();
        let mut bookings = Vec::with_capacity(booked.len());
        for booking in booked {
            let sealed = ports.intakes.seal(patient, booking.appointment.id, &intake).await?;
            bookings.push((booking, sealed));
        }
        let series = Series { id, patient, doctor, appointments };
        let created = Created::new(format!("/v1/series/{id}"), 1, &SeriesView { id, doctor_id: doctor, occurrences })?;
        match ports.storage.commit_series(&series, &bookings, claim, created.answer(), &cx.provenance()).await {
            Ok(written) => created.once(written),
            // The next snapshot shows which visit is refused.
            Err(CommitError::Refused(_)) => Err(Problem::stale()),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

fn booking_of(occurrence: &Occurrence) -> Option<&Booking> {
    match occurrence {
        Occurrence::Booked(booking) => Some(booking),
        Occurrence::NotPublished | Occurrence::Refused(_) => None,
    }
}

impl BookSeries {
    /// The requested slots, from a list of slots, or from a first slot, an interval and a count.
    fn plan(&self) -> Result<SeriesPlan, Problem> {
        let rhythm = Rhythm { every_days: self.every_days, monthly: self.monthly };
        match (&self.slot_ids, self.first, self.count) {
            (Some(slots), None, None) if rhythm.is_empty() => {
                SeriesPlan::these(slots.clone()).map_err(|flaw| Problem::field("slotIds", flaw))
            }
            (None, Some(first), Some(count)) => series::by_rule("body", first, rhythm, count),
            (None, Some(_), None) => Err(Problem::field("count", "is missing")),
            (None, None, Some(_)) => Err(Problem::field("first", "is missing")),
            _ => Err(Problem::field("", "must have either slotIds, or first with count")),
        }
    }

    /// The refusal that names each visit that can't be booked. It points at the slot that was sent; the slots of a rule
    /// follow from its first one.
    fn not_free(&self, occurrences: &[OccurrenceView]) -> Problem {
        let mut fields = Fields::default();
        for occurrence in occurrences {
            let Some(reason) = occurrence.refusal() else { continue };
            let slot = occurrence.slot();
            let sent = self.slot_ids.as_ref().and_then(|slots| slots.iter().position(|sent| *sent == slot));
            let field = sent.map_or_else(|| "first".to_owned(), |index| format!("slotIds/{index}"));
            fields.refuse(&field, format!("{slot}: {reason}"));
        }
        Problem::of(&problem::SERIES_NOT_FREE).about(fields)
    }
}
