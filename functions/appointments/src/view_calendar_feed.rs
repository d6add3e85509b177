//! `GET /v1/calendar-feeds/{token}`: a user's visits as a calendar, for any client that knows its secret address.
//!
//! Calendar programs send no token in a header, so the address is the secret: 256 bits, whose hash the table stores.
//! The feed shows the same as the e-mails: time, clinic and doctor; never a reason, a speciality or a patient.
//!
//! For each side it reads the next [`MOST`] appointments and, separately, the latest [`MOST`] of the past, so past
//! visits never displace future ones.

use api::problem::{self, Problem};
use api::{Calendar, Context, Endpoint, Path};
use domain::appointments::appointment::Status;
use domain::appointments::calendar_feed::{self, FeedToken};
use domain::appointments::ics::{self, FeedEntry};
use jiff::Timestamp;
use serde::Deserialize;
use std::future::Future;
use std::iter;
use storage::{Page, PageRequest, Storage, StorageError};
use utoipa::ToSchema;

/// `viewCalendarFeed`
pub static ENDPOINT: Endpoint<Storage, Path<FeedPath>, Calendar> =
    Endpoint::get("/v1/calendar-feeds/{token}", "viewCalendarFeed", "Read a calendar feed", &handle)
        .details(
            "An iCalendar feed for any client that knows the secret address. It shows the next and the latest \
             past visits with time, clinic and doctor, and never a reason, a speciality or a patient. UIDs stay, and \
             `SEQUENCE` grows with each change.",
        )
        .public()
        .problems(&[&problem::NOT_FOUND]);

/// The number of appointments ahead, and of the past, after which no further page is read, for each side.
const MOST: usize = 500;

/// The feed that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeedPath {
    /// The secret token of the feed.
    #[schema(pattern = r"^[0-9a-f]{64}$")]
    token: String,
}

async fn handle(cx: Context, storage: Storage, Path(path): Path<FeedPath>) -> Result<Calendar, Problem> {
    let unknown = || Problem::of(&problem::NOT_FOUND);
    let token = FeedToken::parse(&path.token).map_err(|_| unknown())?;
    let user = storage.owner_of_feed(&token.hash()).await?.ok_or_else(unknown)?;
    let as_patient = visits(cx.now(), async |(from, to), page| {
        storage.appointments_of_patient(user.as_patient(), from, to, &page).await
    });
    let as_doctor = visits(cx.now(), async |(from, to), page| {
        storage.appointments_of_doctor(user.as_doctor(), from, to, &page).await
    });
    let (as_patient, as_doctor) = futures::try_join!(as_patient, as_doctor)?;
    let with_doctor = as_patient.iter().map(|visit| (visit, Some(visit.doctor_name.clone())));
    let own = as_doctor.iter().map(|visit| (visit, None));
    let entries: Vec<FeedEntry> = with_doctor
        .chain(own)
        .filter(|(visit, _)| calendar_feed::shows(visit, cx.now()))
        .map(|(visit, doctor_name)| FeedEntry {
            appointment: visit.id,
            sequence: visit.sequence,
            time: visit.time,
            place: visit.place.clone(),
            doctor_name,
            is_cancelled: visit.status(cx.now()) == Status::Cancelled,
        })
        .collect();
    Ok(Calendar(ics::feed(&entries, cx.now())))
}

/// The visits of one side: future and past visits, each with a separate bound.
async fn visits<T, F>(
    now: Timestamp,
    mut page: impl FnMut((Timestamp, Timestamp), PageRequest) -> F,
) -> Result<Vec<T>, StorageError>
where
    F: Future<Output = Result<Page<T>, StorageError>>,
{
    let mut found = some(iter::once(calendar_feed::ahead(now)), &mut page).await?;
    found.extend(some(calendar_feed::past(now), &mut page).await?);
    Ok(found)
}

/// Reads the pages of one period after the other, until [`MOST`] items are found.
async fn some<T, F>(
    stretches: impl Iterator<Item = (Timestamp, Timestamp)>,
    page: &mut impl FnMut((Timestamp, Timestamp), PageRequest) -> F,
) -> Result<Vec<T>, StorageError>
where
    F: Future<Output = Result<Page<T>, StorageError>>,
{
    let mut found = vec![];
    for stretch in stretches {
        let mut request = Some(PageRequest::first(PageRequest::MAX));
        while let Some(next) = request.take_if(|_| found.len() < MOST) {
            let Page { items, next } = page(stretch, next).await?;
            found.extend(items);
            request = next.map(|next| PageRequest::new(PageRequest::MAX, Some(next)));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    /// The number of visits read of each past week, latest first, and of the future, if each week has `each` visits and
    /// the future has `ahead`.
    fn read(ahead: usize, each: usize) -> (Vec<usize>, usize) {
        let now: Timestamp = "2026-12-01T04:30:00Z".parse().unwrap();
        let page = |(from, to), _| async move {
            let (count, from) = if from == now { (ahead, None) } else { (each, Some((from, to))) };
            Ok(Page { items: vec![from; count], next: None })
        };
        let found = visits(now, page).now_or_never().unwrap().unwrap();
        let of = |stretch| found.iter().filter(|of| **of == stretch).count();
        (calendar_feed::past(now).map(|week| of(Some(week))).collect(), of(None))
    }

    #[test]
    fn past_visits_never_displace_future_ones_and_the_oldest_are_left_out() {
        assert_eq!(read(3, 2), (vec![2, 2, 2, 2, 2], 3));
        assert_eq!(read(500, 200), (vec![200, 200, 200, 0, 0], 500));
        assert_eq!(read(0, 600), (vec![600, 0, 0, 0, 0], 0), "a page that was read is shown");
    }
}
