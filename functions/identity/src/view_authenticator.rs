//! `GET /v1/me/authenticator`: whether the caller's log-in asks for a second factor, and how many recovery codes are left.

use crate::accounts::refused;
use crate::authenticators::Authenticators;
use api::problem::{self, Problem};
use api::{Context, Endpoint, Ok200, Open, View};
use domain::access::Role;
use serde::Serialize;
use utoipa::ToSchema;

/// The endpoint `viewAuthenticator`.
pub static ENDPOINT: Endpoint<Authenticators, (), Ok200<AuthenticatorView>> =
    Endpoint::get("/v1/me/authenticator", "viewAuthenticator", "View your own second factor", &handle)
        .details("Says whether the account has an authenticator app, whether its roles need one, and how many recovery codes are left.")
        .problems(&[&problem::TOO_MANY_REQUESTS]);

/// The second factor of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Authenticator)]
pub struct AuthenticatorView {
    /// Whether a log-in asks for a code of an authenticator app.
    enrolled: bool,
    /// Whether one of the caller's roles needs a second factor: `doctor`, `lab` and `admin` do.
    required: bool,
    /// The number of recovery codes that were not used yet.
    #[schema(example = 10)]
    recovery_codes_left: usize,
}

impl View for AuthenticatorView {
    type Data = Open;
}

async fn handle(cx: Context, ports: Authenticators, (): ()) -> Result<Ok200<AuthenticatorView>, Problem> {
    let user = cx.caller.user()?;
    let (account, codes) = tokio::join!(ports.pool.user(&user.username), ports.storage.recovery_codes(user.id));
    // An access token can outlive its account until it expires.
    let account = account.map_err(refused)?.ok_or_else(|| Problem::of(&problem::SESSION_ENDED))?;
    let enrolled = account.has_authenticator == Some(true);
    Ok(Ok200::new(AuthenticatorView {
        enrolled,
        required: user.all_roles().into_iter().any(Role::needs_second_factor),
        // The codes of a factor that was removed are worth nothing.
        recovery_codes_left: if enrolled { codes?.left() } else { 0 },
    }))
}
