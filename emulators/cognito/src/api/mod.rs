//! The service's JSON 1.1 protocol: names of operations, parsing, answers. What an operation does is in the modules below.
//!
//! Signatures are not checked, but an administrative operation without one is refused: in AWS a browser cannot call it.

mod account;
mod admin;
mod admin_list;
pub mod forgotten;
mod mfa;
pub mod sign_up;
pub mod tokens;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{ErrorCode, Refusal};
use crate::pool::UserPool;
use crate::request_context::RequestContext;

const PREFIX: &str = "AWSCognitoIdentityProviderService.";
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

/// A member `{"Name": .., "Value": ..}`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

pub async fn answer(pool: &UserPool, request: &Request<Bytes>) -> Response<Bytes> {
    match dispatch(pool, request).await {
        Ok(value) => response(StatusCode::OK, &value),
        Err(refusal) => {
            let body = serde_json::json!({"__type": refusal.code.name(), "message": refusal.message});
            let mut response = response(refusal.code.status(), &body);
            response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(refusal.code.name()));
            response
        }
    }
}

fn response(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, CONTENT_TYPE);
    response
}

async fn dispatch(pool: &UserPool, request: &Request<Bytes>) -> Result<Value, Refusal> {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(operation) = target.strip_prefix(PREFIX) else {
        return Err(unknown(target));
    };
    if is_administrative(operation) {
        check_signed(request)?;
    }
    let body = request.body();
    match operation {
        "SignUp" => run(pool, body, sign_up::sign_up).await,
        "ConfirmSignUp" => run(pool, body, sign_up::confirm).await,
        "ResendConfirmationCode" => run(pool, body, sign_up::resend_code).await,

        "InitiateAuth" => run(pool, body, tokens::initiate).await,
        "RespondToAuthChallenge" => run(pool, body, tokens::respond).await,
        "GetTokensFromRefreshToken" => run(pool, body, tokens::renew).await,
        "RevokeToken" => run(pool, body, tokens::revoke).await,
        "GlobalSignOut" => run(pool, body, tokens::sign_out_everywhere).await,

        "GetUser" => run(pool, body, account::view).await,
        "ForgotPassword" => run(pool, body, forgotten::request).await,
        "ConfirmForgotPassword" => run(pool, body, forgotten::confirm).await,

        "AssociateSoftwareToken" => run(pool, body, mfa::associate).await,
        "VerifySoftwareToken" => run(pool, body, mfa::verify).await,
        "SetUserMFAPreference" => run(pool, body, mfa::prefer).await,

        "AdminCreateUser" => run(pool, body, admin::create).await,
        "AdminGetUser" => run(pool, body, admin_list::view).await,
        "AdminAddUserToGroup" => run(pool, body, admin::add_to_group).await,
        "AdminRemoveUserFromGroup" => run(pool, body, admin::remove_from_group).await,
        "AdminListGroupsForUser" => run(pool, body, admin_list::groups).await,
        "AdminDisableUser" => run(pool, body, admin::disable).await,
        "AdminEnableUser" => run(pool, body, admin::enable).await,
        "AdminSetUserPassword" => run(pool, body, admin::set_password).await,
        "AdminSetUserMFAPreference" => run(pool, body, mfa::prefer_for).await,
        "AdminDeleteSoftwareToken" => run(pool, body, mfa::delete).await,
        "AdminUserGlobalSignOut" => run(pool, body, admin::sign_out).await,
        "AdminDeleteUser" => run(pool, body, admin::delete).await,
        "ListUsers" => run(pool, body, admin_list::users).await,
        "ListUsersInGroup" => run(pool, body, admin_list::members).await,
        _ => Err(unknown(target)),
    }
}

async fn run<I: DeserializeOwned>(
    pool: &UserPool,
    body: &Bytes,
    operation: impl FnOnce(&mut RequestContext, I) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| Refusal::new(ErrorCode::Serialization, error.to_string()))?;
    // A document that is JSON but lacks a member is a validation error of the service, not one of syntax.
    let input = I::deserialize(document)
        .map_err(|error| Refusal::invalid_parameter(format!("1 validation error detected: {error}")))?;
    pool.run(|turn| operation(turn, input)).await
}

fn unknown(target: &str) -> Refusal {
    Refusal::new(ErrorCode::UnknownOperation, format!("Unknown operation {target:?}."))
}

fn is_administrative(operation: &str) -> bool {
    operation.starts_with("Admin") || operation.starts_with("ListUsers")
}

fn check_signed(request: &Request<Bytes>) -> Result<(), Refusal> {
    let signed = request
        .headers()
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    if signed {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::MissingAuthenticationToken, "Missing Authentication Token"))
}

/// The service's answer about a mailed code. It is made from the caller's name for the user, so that it is the
/// same for an account that does not exist.
fn delivery(login: &str) -> Value {
    let (local, domain) = login.split_once('@').unwrap_or(("a", "e"));
    let first = |text: &str| text.chars().next().unwrap_or('a').to_ascii_lowercase();
    serde_json::json!({
        "AttributeName": "email",
        "DeliveryMedium": "EMAIL",
        "Destination": format!("{}***@{}***", first(local), first(domain)),
    })
}

/// All clients of this pool are public: a secret hash means that the caller thinks otherwise.
fn check_no_secret(client: &str, hash: Option<&String>) -> Result<(), Refusal> {
    match hash {
        None => Ok(()),
        Some(_) => Err(Refusal::not_authorized(&format!(
            "Client {client} is configured without secret but secret was received"
        ))),
    }
}
