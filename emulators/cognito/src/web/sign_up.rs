//! Sign-up: asks for the address and a password, mails a code, and takes the code.

use super::authorize::AuthorizationRequest;
use super::login::read_form;
use super::pages::{self, Form};
use super::visit::Visit;
use super::{Page, redirect};
use crate::api::sign_up as operation;
use crate::error::ErrorCode;
use crate::pool::UserPool;

pub fn show(pool: &UserPool, visit: &Visit) -> Page {
    match AuthorizationRequest::read(&visit.query, pool.config()) {
        Ok(request) => pages::sign_up(&Form::new(pool, visit, &request), "", &pool.config().password_policy, None),
        Err(rejection) => rejection.page(),
    }
}

pub async fn request(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let username = visit.form.text("username");
    let form = Form::new(pool, visit, &request);
    let policy = &pool.config().password_policy;
    if visit.form.text("password") != visit.form.text("password_again") {
        return pages::sign_up(&form, username, policy, Some("The two passwords differ."));
    }
    let input = operation::SignUp::by_page(&request.client, username, visit.form.text("password"));
    match pool.run(|turn| operation::sign_up(turn, input)).await {
        Ok(_) => pages::confirm_user(&form, username, None),
        // Managed login tells it too; `PreventUserExistenceErrors` does not change that.
        Err(refusal) if refusal.code == ErrorCode::UsernameExists => {
            pages::sign_up(&form, username, policy, Some("There is an account for this address: log in instead."))
        }
        Err(refusal) => pages::sign_up(&form, username, policy, Some(&refusal.message)),
    }
}

pub async fn confirm(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let username = visit.form.text("username");
    let form = Form::new(pool, visit, &request);
    let input = operation::ConfirmSignUp::by_page(&request.client, username, visit.form.text("code"));
    match pool.run(|turn| operation::confirm(turn, input)).await {
        Ok(_) => redirect(&format!("/login?{}", request.query())),
        Err(refusal) if refusal.code == ErrorCode::LimitExceeded => {
            pages::confirm_user(&form, username, Some("Too many attempts. Please try again in an hour."))
        }
        Err(_) => pages::confirm_user(&form, username, Some("That code is not right, or has expired.")),
    }
}

pub async fn resend(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let username = visit.form.text("username");
    send_again(pool, visit, &request, username).await
}

/// Mails a new code, and asks for it.
pub async fn send_again(pool: &UserPool, visit: &Visit, request: &AuthorizationRequest, username: &str) -> Page {
    let form = Form::new(pool, visit, request);
    let input = operation::ResendCode::by_page(&request.client, username);
    match pool.run(|turn| operation::resend_code(turn, input)).await {
        Ok(_) => pages::confirm_user(&form, username, None),
        Err(_) => pages::confirm_user(&form, username, Some("Too many attempts. Please try again in an hour.")),
    }
}
