//! `POST /v1/appointments/{appointmentId}/extend-hold`: a patient gets more time to pay, once.
//!
//! `holdUntil` of the answer is the new end. A repeated request gives the same answer until the hold ends.

use crate::view::{AppointmentView, answer};
use crate::view_appointment::AppointmentPath;
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromEnvironment, Ok200, Path, Variable};
use domain::access::{Action, Role};
use domain::appointments::booking::HoldLength;
use domain::appointments::rescheduling::{self, ExtendRefusal};
use storage::Storage;

/// `extendHold`
pub static ENDPOINT: Endpoint<ExtendPorts, Path<AppointmentPath>, Ok200<AppointmentView>> =
    Endpoint::post("/v1/appointments/{appointmentId}/extend-hold", "extendHold", "Get more time to pay, once", &handle)
        .details(
            "Each hold can be extended once, by {HOLD_MINUTES} minutes, to at most {MAX_EXTENDED_MINUTES} \
             minutes from now, and never beyond the start of the visit. `holdUntil` of the answer is the new end. A \
             repeated request gives the same answer until the hold ends. A hold that is over can't be extended.",
        )
        .allow(&[Role::Patient])
        .problems(&[
            &problem::HOLD_ENDED,
            &problem::VISIT_CONFIRMED,
            &problem::VISIT_CANCELLED,
            &problem::VISIT_BEGUN,
            &problem::VISIT_OVER,
            &problem::NO_TIME_TO_EXTEND,
            &problem::TOO_EARLY_TO_EXTEND,
        ]);

/// The table, and the length of a hold.
#[derive(Clone)]
pub struct ExtendPorts {
    storage: Storage,
    hold: HoldLength,
}

impl FromEnvironment for ExtendPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(ExtendPorts { storage: aws.storage()?, hold: aws.parsed(Variable::HoldMinutes)? })
    }
}

async fn handle(
    cx: Context,
    ExtendPorts { storage, hold }: ExtendPorts,
    Path(path): Path<AppointmentPath>,
) -> Result<Ok200<AppointmentView>, Problem> {
    cx.retrying(async || {
        let visit = storage.visit(path.appointment_id).await?.ok_or_else(|| Problem::of(&problem::NOT_FOUND))?;
        let visit = cx.authorize(Action::ExtendHold, visit)?;
        let unchanged = answer(&cx, &visit.appointment);
        let extended = match rescheduling::extend(visit, hold, cx.now()) {
            // A client that has lost the first answer gets the extended hold.
            Err(ExtendRefusal::Already) => return Ok(unchanged),
            extended => extended?,
        };
        storage.commit_extension(&extended, &cx.provenance()).await?;
        Ok(answer(&cx, &extended.appointment.written(cx.now())))
    })
    .await
}
