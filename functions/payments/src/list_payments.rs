//! `GET /v1/payments`: a patient lists their own payments; an administrator lists those of a patient, or of a day and
//! state.
//!
//! The list is read from an index, so it may lag a moment behind. The cost follows the size of the page.

use crate::payers::{PayerPorts, PayerView, Payers};
use crate::view::PaymentView;
use api::problem::{self, Problem};
use api::{About, Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Actor, Parties, Role};
use domain::audit::EventType;
use domain::core::id::PatientId;
use domain::payments::payment::Payment;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use storage::{PageRequest, PaymentFilter};
use utoipa::ToSchema;

/// `listPayments`
pub static ENDPOINT: Endpoint<PayerPorts, Query<PaymentQuery>, Disclosed<PaymentList>> =
    Endpoint::get("/v1/payments", "listPayments", "List payments", &handle)
        .details(
            "A patient sees their own payments; an administrator sees those of a patient, or of a day and state, \
             each with the name of its payer. The order is by time. The list may lag a moment behind. Each page is recorded in the audit trail.",
        )
        .allow(&[Role::Patient, Role::Admin])
        .problems(&[&problem::NOT_FOUND]);

/// The filter: the payments of a patient or, for administrators, the payments that entered a state on a day.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentQuery {
    /// Payments of this patient. Default for a patient: their own payments.
    #[schema(value_type = Option<uuid::Uuid>)]
    patient_id: Option<PatientId>,
    /// Payments in this state: `intent`, `open` or `captured`. For administrators only; not together with `patientId`.
    #[schema(value_type = Option<String>, example = "captured")]
    state: Option<PaymentFilter>,
    /// The day, in UTC, on which the payments were started or captured. Only together with `state`. Default: today.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-30")]
    day: Option<Date>,
    /// The maximum number of payments on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A payment and, for an administrator, who pays.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedPayment {
    /// The payment.
    #[serde(flatten)]
    payment: PaymentView,
    /// The patient who pays. Present for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    payer: Option<PayerView>,
}

/// A page of payments, earliest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentList {
    /// The payments of the page.
    payments: Vec<ListedPayment>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

impl View for PaymentList {
    type Data = Health;
}

/// The payments that the query selects.
#[derive(Debug, PartialEq, Eq)]
enum Scope {
    Patient(PatientId),
    Day(PaymentFilter, Date),
}

async fn handle(
    cx: Context,
    ports: PayerPorts,
    Query(query): Query<PaymentQuery>,
) -> Result<Disclosed<PaymentList>, Problem> {
    let limit = cursor::limit(query.limit, 25);
    let scope = scope(&query, &cx.caller.actors(), cx.now())?;
    match &scope {
        Scope::Patient(patient) => {
            cx.authorize(Action::ViewPayment, Parties::patient(*patient))?;
        }
        Scope::Day(..) => {
            cx.authorize(Action::ViewLedger, Parties::none())?;
        }
    }
    let name = format!("{scope:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let request = PageRequest::new(limit, after);
    let storage = &ports.storage;
    let (page, of, patient) = match scope {
        Scope::Patient(patient) => {
            (storage.payments_of_patient(patient, &request).await?, patient.to_string(), Some(patient))
        }
        Scope::Day(state, day) => {
            (storage.payments_of_day(state, day, &request).await?, format!("{} of {day}", state.as_str()), None)
        }
    };
    // An empty list is also recorded as an access to the patient's data.
    let patients = page.items.iter().map(|payment| payment.patient).chain(patient);
    let about = About::of_patients("payments", &of, patients);
    let payers = Payers::of(&cx, &ports, page.items.iter().map(|payment| payment.patient)).await?;
    let listed =
        |payment: &Payment| ListedPayment { payment: PaymentView::from(payment), payer: payers.view(payment.patient) };
    let list = PaymentList {
        payments: page.items.iter().map(listed).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(storage, EventType::PaymentsListed, about, list).await
}

fn scope(query: &PaymentQuery, actors: &[Actor], now: Timestamp) -> Result<Scope, Problem> {
    let refuse = |name, detail| Err(Problem::parameter("query", name, detail));
    match (query.patient_id, query.state, query.day) {
        (Some(_), Some(_), _) => refuse("state", "must not be sent together with patientId"),
        (_, None, Some(_)) => refuse("day", "needs state"),
        (Some(patient), None, None) => Ok(Scope::Patient(patient)),
        (None, Some(state), day) => Ok(Scope::Day(state, day.unwrap_or(now.to_zoned(TimeZone::UTC).date()))),
        (None, None, None) => {
            let own = actors.iter().find_map(|actor| match actor {
                Actor::Patient(patient) => Some(Scope::Patient(*patient)),
                _ => None,
            });
            own.map_or_else(|| refuse("state", "is required, unless patientId is sent"), Ok)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{held, instant};
    use domain::core::id::UserId;
    use jiff::civil::date;

    #[test]
    fn a_patient_sees_their_own_by_default_and_an_administrator_must_name_a_filter() {
        let patient = held().patient;
        let own = scope(&PaymentQuery::default(), &[Actor::Patient(patient)], instant()).unwrap();
        assert_eq!(own, Scope::Patient(patient));
        let admin = Actor::Admin(UserId::from(patient));
        assert!(scope(&PaymentQuery::default(), &[admin], instant()).is_err());
    }

    #[test]
    fn a_day_needs_a_state_and_a_state_excludes_a_patient() {
        let of = |patient_id, state, day| {
            scope(&PaymentQuery { patient_id, state, day, ..PaymentQuery::default() }, &[], instant())
        };
        let (patient, open, day) = (held().patient, PaymentFilter::Open, date(2026, 11, 1));
        assert_eq!(of(None, Some(open), None).unwrap(), Scope::Day(open, date(2026, 11, 22)));
        assert_eq!(of(None, Some(open), Some(day)).unwrap(), Scope::Day(open, day));
        assert_eq!(of(Some(patient), None, None).unwrap(), Scope::Patient(patient));
        assert!(of(Some(patient), Some(open), None).is_err());
        assert!(of(None, None, Some(day)).is_err());
    }
}
