//! The log-in pages: e-mail address and password, then a new password or the authenticator app's code where needed.
//! A refusal says the same whether or not the account exists.

use super::authorize::{AuthorizationRequest, Rejection};
use super::pages::{self, Form};
use super::state::WebState;
use super::visit::Visit;
use super::{BROWSER_COOKIE, Page, redirect, set_cookie, sign_up};
use crate::error::{ErrorCode, Refusal};
use crate::pool::UserPool;
use crate::request_context::RequestContext;
use crate::sign_in::{self, Ask, Progress};

pub fn show(pool: &UserPool, visit: &Visit) -> Page {
    match AuthorizationRequest::read(&visit.query, pool.config()) {
        Ok(request) => pages::login(&Form::new(pool, visit, &request), "", None),
        Err(rejection) => rejection.page(),
    }
}

pub async fn with_password(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let login = visit.form.text("username");
    let outcome = pool
        .run(|turn| {
            let progress = sign_in::with_password(turn, &request.client, login, visit.form.text("password"))?;
            Ok(Next::of(turn, &request, progress))
        })
        .await;
    match outcome {
        Ok(next) => next.page(pool, visit, &request),
        // The password was right: the owner of the account may have a code.
        Err(refusal) if refusal.code == ErrorCode::UserNotConfirmed => {
            sign_up::send_again(pool, visit, &request, login).await
        }
        Err(refusal) => pages::login(&Form::new(pool, visit, &request), login, Some(sentence(&refusal))),
    }
}

pub async fn with_totp_code(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let session = visit.form.text("session");
    let outcome = pool
        .run(|turn| {
            let progress = sign_in::with_totp_code(turn, &request.client, session, None, visit.form.text("code"))?;
            Ok(Next::of(turn, &request, progress))
        })
        .await;
    match outcome {
        Ok(next) => next.page(pool, visit, &request),
        Err(refusal) if is_over(&refusal) => {
            pages::login(&Form::new(pool, visit, &request), "", Some(sentence(&refusal)))
        }
        Err(_) => pages::totp(
            &Form::new(pool, visit, &request),
            session,
            Some("That code is not right, or was used already."),
        ),
    }
}

pub async fn with_new_password(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let session = visit.form.text("session");
    let password = visit.form.text("password");
    let policy = &pool.config().password_policy;
    if password != visit.form.text("password_again") {
        return pages::new_password(
            &Form::new(pool, visit, &request),
            session,
            policy,
            Some("The two passwords differ."),
        );
    }
    let outcome = pool
        .run(|turn| {
            let progress = sign_in::with_new_password(turn, &request.client, session, None, password)?;
            Ok(Next::of(turn, &request, progress))
        })
        .await;
    match outcome {
        Ok(next) => next.page(pool, visit, &request),
        Err(refusal) if refusal.code == ErrorCode::InvalidPassword => {
            pages::new_password(&Form::new(pool, visit, &request), session, policy, Some(&refusal.message))
        }
        Err(refusal) => pages::login(&Form::new(pool, visit, &request), "", Some(sentence(&refusal))),
    }
}

/// The next address of a browser.
enum Next {
    Ask { ask: Ask, session: String },
    Return { location: String, cookie: String },
}

impl Next {
    fn of(turn: &mut RequestContext, request: &AuthorizationRequest, progress: Progress) -> Self {
        match progress {
            Progress::Asked { ask, session, .. } => Self::Ask { ask, session },
            Progress::SignedIn { sub, by_code } => {
                let (cookie, browser) = WebState::remember(turn, &sub, by_code);
                let code = WebState::grant(turn, request, &browser);
                Self::Return { location: request.granted(&code), cookie }
            }
        }
    }

    fn page(self, pool: &UserPool, visit: &Visit, request: &AuthorizationRequest) -> Page {
        match self {
            Self::Ask { ask: Ask::TotpCode, session } => pages::totp(&Form::new(pool, visit, request), &session, None),
            Self::Ask { ask: Ask::NewPassword, session } => {
                let policy = &pool.config().password_policy;
                pages::new_password(&Form::new(pool, visit, request), &session, policy, None)
            }
            Self::Return { location, cookie } => {
                let mut page = redirect(&location);
                set_cookie(&mut page, BROWSER_COOKIE, &cookie, pool.config().lifetimes.browser.as_secs());
                page
            }
        }
    }
}

/// The request that a form of ours carries.
pub fn read_form(pool: &UserPool, visit: &Visit) -> Result<AuthorizationRequest, Rejection> {
    let request = AuthorizationRequest::read(&visit.query, pool.config())?;
    if visit.is_from_our_form() { Ok(request) } else { Err(Rejection::ForeignForm) }
}

/// Whether the steps have to begin anew: the session is gone, or there were too many tries.
fn is_over(refusal: &Refusal) -> bool {
    refusal.code == ErrorCode::NotAuthorized || refusal.message.starts_with("Invalid session")
}

/// The text that a person sees. Nothing here depends on whether the account exists until the password was right.
fn sentence(refusal: &Refusal) -> &'static str {
    match refusal.code {
        ErrorCode::NotAuthorized if refusal.message.starts_with("Password attempts") => {
            "Too many attempts. Please wait a little and try again."
        }
        ErrorCode::NotAuthorized if refusal.message.starts_with("Temporary") => {
            "The temporary password has expired. Please ask for a new invitation."
        }
        _ if refusal.message.starts_with("Invalid session") => "That took too long. Please log in again.",
        _ => "The e-mail address or the password is not right.",
    }
}
