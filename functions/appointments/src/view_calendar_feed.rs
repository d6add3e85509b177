//! `GET /v1/calendar-feeds/{token}`: a user's visits as a calendar, for any client that knows its secret address.
//!
//! Calendar programs send no token in a header, so the address is the secret: 256 bits, whose hash the table stores.
//! The feed shows the same as the e-mails: time, clinic and doctor; never a reason, a speciality or a patient.
//!
//! For each side it reads the next [`MOST`] appointments and, separately, the latest [`MOST`] of the past, so past
//! visits never displace future ones.
//!
//! The text follows from the visits and the day alone, so a program that asks every hour mostly gets 304: the `ETag` is
//! a hash of the text, and `Last-Modified` the last revision of a visit, or the beginning of the day, at which visits
//! enter and leave the feed.

use api::problem::{self, Problem};
use api::{Calendar, Context, Endpoint, Path};
use domain::appointments::appointment::{Appointment, Status};
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
             `SEQUENCE` grows with each change. `DTSTAMP` is the last change of a visit. With `If-None-Match` or \
             `If-Modified-Since`, a feed that has not changed is answered with 304 and no body.",
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
    let day = calendar_feed::reference(cx.now());
    let as_patient =
        visits(day, async |(from, to), page| storage.revisions_of_patient(user.as_patient(), from, to, &page).await);
    let as_doctor =
        visits(day, async |(from, to), page| storage.day_of_doctor(user.as_doctor(), from, to, &page).await);
    let (as_patient, as_doctor) = futures::try_join!(as_patient, as_doctor)?;
    let with_doctor = as_patient.iter().map(|(visit, revised)| entry(visit, *revised, true));
    let own = as_doctor.iter().map(|(visit, revised)| entry(visit, *revised, false));
    let shown = as_patient.iter().chain(&as_doctor).map(|(visit, _)| calendar_feed::shows(visit, day));
    let entries = with_doctor.chain(own).zip(shown).filter(|(_, shown)| *shown).map(|(entry, _)| entry);
    let entries: Vec<FeedEntry> = entries.collect();
    let changed = entries.iter().map(|entry| entry.revised_at).max().unwrap_or(day).max(day);
    Ok(Calendar::new(ics::feed(&entries), changed))
}

/// The entry of a visit. It names the doctor in the patient's feed, and no one in the doctor's.
fn entry(visit: &Appointment, revised_at: Timestamp, names_doctor: bool) -> FeedEntry {
    // By the clinic's own clock: the calendar shows the reader's.
    let told = visit.place.clinic().map(|_| visit.place.tell(visit.time, &visit.zone, &visit.zone).in_full());
    FeedEntry {
        appointment: visit.id,
        sequence: visit.sequence,
        time: visit.time,
        place: visit.place.clone(),
        doctor_name: names_doctor.then(|| visit.doctor_name.clone()),
        is_cancelled: visit.stage.status() == Status::Cancelled,
        revised_at,
        description: told,
    }
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
