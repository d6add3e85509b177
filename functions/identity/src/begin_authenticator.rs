//! `POST /v1/me/authenticator`: makes the secret of a new authenticator app.
//!
//! Nothing changes yet: the present app, if there is one, stays in force until `confirmAuthenticator`. A repeated request
//! makes another secret, and the one before is worth nothing; so a lost answer costs nothing.

use crate::accounts::refused;
use crate::authenticators::{Authenticators, Claim};
use api::problem::{self, Problem};
use api::{Context, Endpoint, Json, Ok200, Open, View};
use domain::audit::{EventType, Outcome};
use domain::core::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use utoipa::ToSchema;

/// The endpoint `beginAuthenticator`.
pub static ENDPOINT: Endpoint<Authenticators, Json<BeginAuthenticator>, Ok200<EnrolmentView>> =
    Endpoint::post("/v1/me/authenticator", "beginAuthenticator", "Begin to enrol an authenticator app", &handle)
        .details(
            "Returns the secret for a new authenticator app, in this answer only. The app is not in use before \
             `confirmAuthenticator`. A user who has an app already sends a code of it, too. Each attempt is recorded in \
             the audit trail.",
        )
        .checks_session()
        .problems(&[&problem::CHALLENGE_REQUIRED, &problem::TOO_MANY_REQUESTS]);

/// The name under which an authenticator app lists the account.
const ISSUER: &str = "Vaidya";

/// The proof that the caller is the owner of the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeginAuthenticator {
    /// The password of the account.
    #[schema(value_type = String, format = Password)]
    password: Sensitive<String>,
    /// A code of the present authenticator app, if the account has one.
    #[schema(value_type = Option<String>, example = "287082")]
    code: Option<Sensitive<String>>,
}

/// The secret of a new authenticator app.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthenticatorEnrolment)]
pub struct EnrolmentView {
    /// The secret in base 32, to be typed into the app.
    #[schema(value_type = String, example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: Sensitive<String>,
    /// The same as an address, to be shown as a QR code.
    #[schema(value_type = String, example = "otpauth://totp/Vaidya:asha.rao%40example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Vaidya")]
    uri: Sensitive<String>,
}

impl View for EnrolmentView {
    type Data = Open;
}

async fn handle(
    cx: Context,
    ports: Authenticators,
    Json(body): Json<BeginAuthenticator>,
) -> Result<Ok200<EnrolmentView>, Problem> {
    let user = cx.caller.user()?;
    let event = EventType::AuthenticatorBegun;
    let claim = Claim { event, password: &body.password, code: body.code.as_ref(), code_field: "code" };
    let proof = ports.prove(&cx, user, claim).await?;
    let account = ports.pool.user(&user.username).await.map_err(refused)?;
    let account = account.ok_or_else(|| Problem::of(&problem::SESSION_ENDED))?;
    let begun = ports.pool.begin_authenticator(proof.token()).await;
    ports.forget(&cx, proof).await;
    let secret = begun.map_err(refused)?;
    // Without the record the client does not receive the secret.
    let activity = cx.activity(event, Outcome::Success, ("user", &user.id.to_string()), None);
    ports.storage.record_activity(&activity, &cx.provenance()).await?;
    let uri = Sensitive::new(uri(account.email.as_deref().unwrap_or(&user.username), secret.expose()));
    Ok(Ok200::new(EnrolmentView { secret, uri }))
}

/// The address of the secret, as authenticator apps read it:
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>. Six digits, 30 seconds and SHA-1 are the defaults.
fn uri(account: &str, secret: &str) -> String {
    let mut label = String::new();
    for byte in account.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            label.push(char::from(byte));
        } else {
            let _ = write!(label, "%{byte:02X}");
        }
    }
    format!("otpauth://totp/{ISSUER}:{label}?secret={secret}&issuer={ISSUER}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_add_to_the_uri() {
        let made = uri("a&secret=x?#/@example.com", "GEZDGNBV");
        assert_eq!(made, "otpauth://totp/Vaidya:a%26secret%3Dx%3F%23%2F%40example.com?secret=GEZDGNBV&issuer=Vaidya");
    }

    #[test]
    fn neither_request_nor_answer_prints_a_secret() {
        let body: BeginAuthenticator = serde_json::from_str(r#"{"password":"hunter2","code":"287082"}"#).unwrap();
        let secret = Sensitive::new("GEZDGNBV".to_owned());
        let view = EnrolmentView { uri: Sensitive::new(uri("a@b.example", "GEZDGNBV")), secret };
        let printed = format!("{body:?}{view:?}");
        for text in ["hunter2", "287082", "GEZDGNBV"] {
            assert!(!printed.contains(text), "{printed}");
        }
    }
}
