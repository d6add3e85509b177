//! The hosted domain: log-in pages, the OAuth 2.0 endpoints, and the pool's public documents.
//!
//! Pages are plain HTML without scripts and without anything from elsewhere. The sign-up page asks for the address and the
//! password alone, as managed login does for a pool without further required attributes. The cookies lack `Secure`, since the domain is plain HTTP here.

mod authorize;
mod discovery;
mod forgotten;
mod login;
mod logout;
mod pages;
mod sign_up;
mod state;
mod token;
mod user_info;
mod visit;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use serde_json::Value;

use crate::pool::UserPool;
use visit::Visit;

pub use state::WebState;

type Page = Response<Bytes>;

/// The cookie by which the hosted domain remembers who signed in, with the name that it has in AWS.
const BROWSER_COOKIE: &str = "cognito";
const CSRF_COOKIE: &str = "XSRF-TOKEN";

pub async fn answer(pool: &UserPool, request: &Request<Bytes>) -> Page {
    let visit = Visit::of(request);
    let mut page = route(pool, &visit).await;
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        page.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    page.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    page
}

async fn route(pool: &UserPool, visit: &Visit) -> Page {
    let well_known = visit.path.strip_prefix('/').and_then(|path| path.strip_prefix(pool.config().pool_id.as_str()));
    let path = well_known.unwrap_or(&visit.path);
    let (get, post) = (visit.method == Method::GET, visit.method == Method::POST);
    match path {
        "/.well-known/jwks.json" if get && well_known.is_some() => {
            for_scripts(cached(json(StatusCode::OK, &pool.jwks())))
        }
        "/.well-known/openid-configuration" if get => for_scripts(cached(discovery::document(pool.config()))),
        "/oauth2/authorize" if get => authorize::start(pool, visit).await,
        "/login" if get => login::show(pool, visit),
        "/login" if post => login::with_password(pool, visit).await,
        "/mfa" if post => login::with_totp_code(pool, visit).await,
        "/newPassword" if post => login::with_new_password(pool, visit).await,
        "/forgotPassword" if get => forgotten::show(pool, visit),
        "/forgotPassword" if post => forgotten::request(pool, visit).await,
        "/confirmForgotPassword" if post => forgotten::confirm(pool, visit).await,
        "/signup" if get => sign_up::show(pool, visit),
        "/signup" if post => sign_up::request(pool, visit).await,
        "/confirmUser" if post => sign_up::confirm(pool, visit).await,
        "/resendcode" if post => sign_up::resend(pool, visit).await,
        "/logout" if get => logout::end(pool, visit).await,
        "/oauth2/token" if post => for_scripts(token::issue(pool, visit).await),
        "/oauth2/revoke" if post => for_scripts(token::revoke(pool, visit).await),
        "/oauth2/userInfo" if get || post => for_scripts(user_info::view(pool, visit).await),
        "/oauth2/token" | "/oauth2/revoke" | "/oauth2/userInfo" if visit.method == Method::OPTIONS => preflight(),
        "/oauth2/authorize"
        | "/oauth2/token"
        | "/oauth2/revoke"
        | "/oauth2/userInfo"
        | "/login"
        | "/mfa"
        | "/newPassword"
        | "/forgotPassword"
        | "/confirmForgotPassword"
        | "/signup"
        | "/confirmUser"
        | "/resendcode"
        | "/logout" => pages::message(
            StatusCode::METHOD_NOT_ALLOWED,
            "That does not work",
            "This address is not to be used that way.",
        ),
        _ => pages::message(StatusCode::NOT_FOUND, "Nothing here", "There is no such page."),
    }
}

fn json(status: StatusCode, body: &Value) -> Page {
    let mut page = Response::new(Bytes::from(body.to_string()));
    *page.status_mut() = status;
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    page
}

/// An error of an OAuth endpoint (RFC 6749, 5.2).
fn oauth_error(error: &str) -> Page {
    json(StatusCode::BAD_REQUEST, &serde_json::json!({"error": error}))
}

/// Sends the browser on. 302 after a form, like Cognito; browsers follow with GET.
fn redirect(location: &str) -> Page {
    let Ok(location) = HeaderValue::from_str(location) else {
        return pages::message(StatusCode::BAD_REQUEST, "That does not work", "The address to return to is malformed.");
    };
    let mut page = Response::new(Bytes::new());
    *page.status_mut() = StatusCode::FOUND;
    page.headers_mut().insert(header::LOCATION, location);
    page
}

/// Sets a cookie for the domain; no time removes it.
fn set_cookie(page: &mut Page, name: &str, value: &str, seconds: i64) {
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    let cookie = HeaderValue::from_str(&cookie).expect("names are ours and values are base64url");
    page.headers_mut().append(header::SET_COOKIE, cookie);
}

/// Lets any origin read an answer that depends on no cookie, as the real endpoints do.
fn for_scripts(mut page: Page) -> Page {
    page.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    page
}

fn cached(mut page: Page) -> Page {
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    page
}

fn preflight() -> Page {
    let mut page = Response::new(Bytes::new());
    *page.status_mut() = StatusCode::NO_CONTENT;
    let headers = page.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    for_scripts(page)
}
