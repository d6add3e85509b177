//! `GET /v1/calendar-feeds/{token}`: a user's visits as a calendar, for whoever knows its secret address.
//!
//! Calendars ask without a header that could carry a token, so the address is the secret: 256 bits, of which the table has a hash. What
//! it tells is what the mails tell: when, and with which doctor; never a reason, a speciality or a patient.

use api::problem::{self, Problem};
use api::{Calendar, Context, Endpoint, Path};
use domain::appointment::{Appointment, Status};
use domain::feed::{self, FeedToken};
use domain::ics::{self, FeedEntry};
use serde::Deserialize;
use std::future::Future;
use storage::{Page, PageRequest, Storage, StorageError};
use utoipa::ToSchema;

/// `viewCalendarFeed`
pub static ENDPOINT: Endpoint<Storage, Path<FeedPath>, Calendar> =
    Endpoint::get("/v1/calendar-feeds/{token}", "viewCalendarFeed", "Read a calendar feed", &handle)
        .public()
        .problems(&[&problem::NOT_FOUND]);

/// Of each side at most so many pages of a hundred visits.
const MOST_PAGES: usize = 5;

/// Which feed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeedPath {
    /// The secret.
    token: String,
}

async fn handle(cx: Context, storage: Storage, Path(path): Path<FeedPath>) -> Result<Calendar, Problem> {
    let unknown = || Problem::of(&problem::NOT_FOUND);
    let token = FeedToken::parse(&path.token).map_err(|_| unknown())?;
    let user = storage.owner_of_feed(&token.hash()).await?.ok_or_else(unknown)?;
    let (from, to) = (cx.now() - feed::KEPT_FOR, cx.now() + feed::AHEAD);
    let as_patient =
        all(async |page| storage.appointments_of_patient(user.as_patient(), from, to, &page).await).await?;
    let as_doctor = all(async |page| storage.appointments_of_doctor(user.as_doctor(), from, to, &page).await).await?;
    let with_doctor = as_patient.iter().map(|visit| (visit, Some(visit.doctor_name.clone())));
    let own = as_doctor.iter().map(|visit| (visit, None));
    let entries: Vec<FeedEntry> = with_doctor
        .chain(own)
        .filter(|(visit, _)| feed::shows(visit, cx.now()))
        .map(|(visit, doctor_name)| FeedEntry {
            appointment: visit.id,
            sequence: visit.sequence,
            time: visit.time,
            doctor_name,
            is_cancelled: visit.status(cx.now()) == Status::Cancelled,
        })
        .collect();
    Ok(Calendar(ics::feed(&entries, cx.now())))
}

/// The pages of one side.
async fn all<F>(mut page: impl FnMut(PageRequest) -> F) -> Result<Vec<Appointment>, StorageError>
where
    F: Future<Output = Result<Page<Appointment>, StorageError>>,
{
    let mut found = vec![];
    let mut request = PageRequest::first(PageRequest::MAX);
    for _ in 0..MOST_PAGES {
        let Page { items, next } = page(request).await?;
        found.extend(items);
        let Some(next) = next else { break };
        request = PageRequest::new(PageRequest::MAX, Some(next));
    }
    Ok(found)
}
