//! The HTML: templates in `templates/`, escaped by askama, with the one style sheet inline under a hash in the
//! content security policy.

use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use url::Url;

use super::authorize::AuthorizationRequest;
use super::visit::Visit;
use super::{CSRF_COOKIE, Page, set_cookie};
use crate::config::PasswordPolicy;
use crate::pool::UserPool;

const STYLE: &str = include_str!("../../templates/style.css");
static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| STANDARD.encode(digest::digest(&digest::SHA256, STYLE.as_bytes())));

/// The fields of every form: its request, and the token that proves its origin.
pub struct Form {
    query: String,
    csrf: String,
    /// The origin to which a granted form sends the browser on: browsers apply `form-action` to redirects too.
    return_origin: String,
}

impl Form {
    pub fn new(pool: &UserPool, visit: &Visit, request: &AuthorizationRequest) -> Self {
        let origin = Url::parse(&request.redirect_uri).map(|url| match url.origin() {
            url::Origin::Opaque(_) => format!("{}:", url.scheme()),
            tuple => tuple.ascii_serialization(),
        });
        Self {
            query: request.query(),
            csrf: visit.csrf().map_or_else(|| pool.random().token(), str::to_owned),
            return_origin: origin.unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    style: &'static str,
    form: &'a Form,
    username: &'a str,
    error: Option<&'a str>,
}

pub fn login(form: &Form, username: &str, error: Option<&str>) -> Page {
    of_form(form, error, &Login { style: STYLE, form, username, error })
}

#[derive(Template)]
#[template(path = "totp.html")]
struct Totp<'a> {
    style: &'static str,
    form: &'a Form,
    session: &'a str,
    error: Option<&'a str>,
}

pub fn totp(form: &Form, session: &str, error: Option<&str>) -> Page {
    of_form(form, error, &Totp { style: STYLE, form, session, error })
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct NewPassword<'a> {
    style: &'static str,
    form: &'a Form,
    session: &'a str,
    policy: String,
    error: Option<&'a str>,
}

pub fn new_password(form: &Form, session: &str, policy: &PasswordPolicy, error: Option<&str>) -> Page {
    of_form(form, error, &NewPassword { style: STYLE, form, session, policy: policy.in_words(), error })
}

#[derive(Template)]
#[template(path = "forgotten.html")]
struct Forgotten<'a> {
    style: &'static str,
    form: &'a Form,
    error: Option<&'a str>,
}

pub fn forgotten(form: &Form, error: Option<&str>) -> Page {
    of_form(form, error, &Forgotten { style: STYLE, form, error })
}

#[derive(Template)]
#[template(path = "reset.html")]
struct Reset<'a> {
    style: &'static str,
    form: &'a Form,
    username: &'a str,
    policy: String,
    error: Option<&'a str>,
}

pub fn reset(form: &Form, username: &str, policy: &PasswordPolicy, error: Option<&str>) -> Page {
    of_form(form, error, &Reset { style: STYLE, form, username, policy: policy.in_words(), error })
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    style: &'static str,
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUp<'a> {
    style: &'static str,
    form: &'a Form,
    username: &'a str,
    policy: String,
    error: Option<&'a str>,
}

pub fn sign_up(form: &Form, username: &str, policy: &PasswordPolicy, error: Option<&str>) -> Page {
    of_form(form, error, &SignUp { style: STYLE, form, username, policy: policy.in_words(), error })
}

#[derive(Template)]
#[template(path = "confirm_user.html")]
struct ConfirmUser<'a> {
    style: &'static str,
    form: &'a Form,
    username: &'a str,
    error: Option<&'a str>,
}

pub fn confirm_user(form: &Form, username: &str, error: Option<&str>) -> Page {
    of_form(form, error, &ConfirmUser { style: STYLE, form, username, error })
}

/// A page that only says something.
pub fn message(status: StatusCode, title: &str, text: &str) -> Page {
    html(status, "", &Message { style: STYLE, title, text })
}

fn of_form(form: &Form, error: Option<&str>, template: &impl Template) -> Page {
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let mut page = html(status, &form.return_origin, template);
    set_cookie(&mut page, CSRF_COOKIE, &form.csrf, 3_600);
    page
}

fn html(status: StatusCode, return_origin: &str, template: &impl Template) -> Page {
    let body = template.render().expect("the templates only write to memory");
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self' {return_origin}; frame-ancestors 'none'; base-uri 'none'",
        *STYLE_HASH
    );
    let mut page = Response::new(Bytes::from(body));
    *page.status_mut() = status;
    let headers = page.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let policy = HeaderValue::from_str(&policy).expect("an origin is ASCII");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    page
}
