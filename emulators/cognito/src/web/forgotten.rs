//! "Forgot your password?": asks for the address, mails a code, takes code and new password.

use super::authorize::AuthorizationRequest;
use super::login::read_form;
use super::pages::{self, Form};
use super::visit::Visit;
use super::{Page, redirect};
use crate::api::forgotten as operation;
use crate::error::ErrorCode;
use crate::pool::UserPool;

pub fn show(pool: &UserPool, visit: &Visit) -> Page {
    match AuthorizationRequest::read(&visit.query, pool.config()) {
        Ok(request) => pages::forgotten(&Form::new(pool, visit, &request), None),
        Err(rejection) => rejection.page(),
    }
}

pub async fn request(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let username = visit.form.text("username").to_owned();
    let input =
        operation::ForgotPassword { client_id: request.client.clone(), secret_hash: None, username: username.clone() };
    let form = Form::new(pool, visit, &request);
    match pool.run(|turn| operation::request(turn, input)).await {
        Ok(_) => pages::reset(&form, &username, &pool.config().password_policy, None),
        Err(_) => pages::forgotten(&form, Some("Too many attempts. Please try again in an hour.")),
    }
}

pub async fn confirm(pool: &UserPool, visit: &Visit) -> Page {
    let request = match read_form(pool, visit) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let username = visit.form.text("username");
    let form = Form::new(pool, visit, &request);
    let policy = &pool.config().password_policy;
    if visit.form.text("password") != visit.form.text("password_again") {
        return pages::reset(&form, username, policy, Some("The two passwords differ."));
    }
    let input = operation::ConfirmForgotPassword {
        client_id: request.client.clone(),
        secret_hash: None,
        username: username.to_owned(),
        confirmation_code: visit.form.text("code").to_owned(),
        password: visit.form.text("password").to_owned(),
    };
    match pool.run(|turn| operation::confirm(turn, input)).await {
        Ok(_) => redirect(&format!("/login?{}", request.query())),
        Err(refusal) if refusal.code == ErrorCode::InvalidPassword => {
            pages::reset(&form, username, policy, Some(&refusal.message))
        }
        Err(refusal) if refusal.code == ErrorCode::LimitExceeded => {
            pages::reset(&form, username, policy, Some("Too many attempts. Please try again in an hour."))
        }
        Err(_) => pages::reset(&form, username, policy, Some("That code is not right, or has expired.")),
    }
}
