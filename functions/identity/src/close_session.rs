//! `DELETE /v1/session`: logs the user of a browser out, and removes the cookie.
//!
//! It ends what `logOut` ends, on all devices: the table notes one instant for a user, and knows no single session.

use crate::log_out::{LogOutPorts, LoggedOutView};
use api::problem::{self, Problem};
use api::{Aws, ConfigError, Context, Endpoint, FromApp, FromEnvironment, Ok200, Variable, WithSession};

/// The endpoint `closeSession`.
pub static ENDPOINT: Endpoint<CloseSessionPorts, FromApp, WithSession<Ok200<LoggedOutView>>> = Endpoint::delete(
    "/v1/session",
    "closeSession",
    "Log out in a browser",
    &handle,
)
.details(
    "For the app. Does what `logOut` does, and removes the session cookie. The browser then opens the address in \
             the answer, which ends its session with the hosted log-in page.",
)
.problems(&[&problem::FOREIGN_REQUEST, &problem::TOO_MANY_REQUESTS]);

/// What a log-out needs, and the origin of the app.
#[derive(Clone)]
pub struct CloseSessionPorts {
    log_out: LogOutPorts,
    app: String,
}

impl FromEnvironment for CloseSessionPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        Ok(CloseSessionPorts { log_out: LogOutPorts::wire(aws)?, app: aws.variable(Variable::AppUrl)? })
    }
}

async fn handle(
    cx: Context,
    ports: CloseSessionPorts,
    from: FromApp,
) -> Result<WithSession<Ok200<LoggedOutView>>, Problem> {
    from.must_be_of(&ports.app)?;
    Ok(WithSession::forgetting(Ok200::new(ports.log_out.end_sessions(&cx).await?)))
}
