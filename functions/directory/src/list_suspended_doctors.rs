//! `GET /v1/doctors/suspended`: the suspended doctors, for administrators, who reinstate them.
//!
//! A suspended doctor has one entry, in a partition beside those of the directory, so a page costs what it shows.

use api::problem::Problem;
use api::{Context, Endpoint, Limit, Ok200, Open, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use domain::directory::doctor::{Doctor, DoctorStatus};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, Storage};
use utoipa::ToSchema;

use crate::view::DoctorView;

/// The endpoint `listSuspendedDoctors`.
pub static ENDPOINT: Endpoint<Storage, Query<SuspendedQuery>, Ok200<SuspendedDoctorList>> =
    Endpoint::get("/v1/doctors/suspended", "listSuspendedDoctors", "List the suspended doctors", &handle)
        .details(
            "Lists the suspended doctors with the reasons, sorted by name without the title, page by page. \
             `reinstateDoctor` ends a suspension.",
        )
        .allow(&[Role::Admin]);

/// What of the cursors of this list distinguishes them from others.
const LIST: &str = "suspended";

/// A page of the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuspendedQuery {
    /// The maximum number of doctors on a page, 1 to 50; 20 if it is left out.
    #[schema(inline)]
    limit: Option<Limit<50>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of suspended doctors, sorted by name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuspendedDoctorList {
    doctors: Vec<SuspendedDoctor>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

/// A suspended doctor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuspendedDoctor {
    /// The doctor.
    doctor: DoctorView,
    /// The reason of the suspension, as the administrator wrote it.
    #[schema(example = "The registration has lapsed.")]
    reason: String,
}

impl View for SuspendedDoctorList {
    type Data = Open;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<SuspendedQuery>,
) -> Result<Ok200<SuspendedDoctorList>, Problem> {
    cx.authorize(Action::ViewSuspensions, Parties::none())?;
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, LIST, text)).transpose()?;
    let page = storage.suspended_doctors(&PageRequest::new(cursor::limit(query.limit, 20), after)).await?;
    Ok(Ok200::new(SuspendedDoctorList {
        doctors: page.items.iter().filter_map(SuspendedDoctor::of).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, LIST, &position)),
    }))
}

impl SuspendedDoctor {
    fn of(doctor: &Doctor) -> Option<Self> {
        match &doctor.standing {
            DoctorStatus::Suspended { reason, .. } => {
                Some(Self { doctor: DoctorView::of(doctor), reason: reason.clone() })
            }
            DoctorStatus::Active => None,
        }
    }
}
