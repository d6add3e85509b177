//! `SignUp`, `ConfirmSignUp`, `ResendConfirmationCode`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Attribute, check_no_secret, delivery};
use crate::error::{ErrorCode, Refusal};
use crate::mail::Mail;
use crate::password::PasswordHash;
use crate::request_context::RequestContext;
use crate::user::{MailedCode, Status, User, Writer, check_attributes, normal_email};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SignUp {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    password: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

impl SignUp {
    /// What the sign-up page of the hosted domain asks for.
    pub fn by_page(client: &str, username: &str, password: &str) -> Self {
        let (client_id, username, password) = (client.to_owned(), username.to_owned(), password.to_owned());
        Self { client_id, secret_hash: None, username, password, user_attributes: vec![] }
    }
}

pub fn sign_up(turn: &mut RequestContext, input: SignUp) -> Result<Value, Refusal> {
    let client = turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.secret_hash.as_ref())?;
    let email = normal_email(&input.username)?;
    let names = input.user_attributes.iter().map(|attribute| &attribute.name);
    check_attributes(names, Writer::Client(&client.write_attributes))?;
    turn.config.password_policy.check(&input.password)?;
    let mut attributes: BTreeMap<String, String> =
        input.user_attributes.into_iter().map(|attribute| (attribute.name, attribute.value)).collect();
    if attributes.remove("email").is_some_and(|given| given.trim().to_lowercase() != email) {
        return Err(Refusal::invalid_parameter("The email attribute is not the username."));
    }
    // The service says so with every `PreventUserExistenceErrors`; the application that offers sign-up must hide it.
    if turn.state.find(&email).is_some() {
        return Err(Refusal::new(ErrorCode::UsernameExists, "An account with the given email already exists."));
    }

    let sub = turn.outlets.random.uuid();
    let user = User {
        sub: sub.clone(),
        email,
        email_verified: false,
        attributes,
        password: PasswordHash::of(&input.password, turn.config.password_rounds, &turn.outlets.random),
        status: Status::Unconfirmed,
        enabled: true,
        groups: BTreeSet::new(),
        authenticator: None,
        enrolling: None,
        confirmation: None,
        reset: None,
        temporary_until: None,
        created_at: turn.now,
        modified_at: turn.now,
    };
    turn.state.users.insert(sub.clone(), user);
    send_code(turn, &sub);
    Ok(json!({"UserConfirmed": false, "UserSub": sub, "CodeDeliveryDetails": delivery(&input.username)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfirmSignUp {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    confirmation_code: String,
}

impl ConfirmSignUp {
    pub fn by_page(client: &str, username: &str, code: &str) -> Self {
        let (username, confirmation_code) = (username.to_owned(), code.trim().to_owned());
        Self { client_id: client.to_owned(), secret_hash: None, username, confirmation_code }
    }
}

pub fn confirm(turn: &mut RequestContext, input: ConfirmSignUp) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.secret_hash.as_ref())?;
    let counted = format!("confirm {}", turn.state.counted_name(&input.username));
    if turn.state.codes_refused.is_spent(&counted, turn.now) {
        return Err(Refusal::too_many_attempts());
    }
    let checked = match turn.state.find(&input.username) {
        None => Err(Refusal::wrong_code()),
        Some(user) => match &user.confirmation {
            Some(code) => code.check(&input.confirmation_code, turn.now).map(|()| user.sub.clone()),
            // The service answers so to every caller, with any code: the application that offers confirmation must hide it.
            None if user.status == Status::Confirmed => {
                return Err(Refusal::not_authorized("User cannot be confirmed. Current status is CONFIRMED"));
            }
            None => Err(Refusal::expired_code()),
        },
    };
    if checked.is_err() {
        turn.state.codes_refused.take(&counted, turn.now);
    }
    let sub = checked?;
    let user = turn.change(&sub);
    user.confirmation = None;
    user.status = Status::Confirmed;
    user.email_verified = true;
    turn.plan_post_confirmation("PostConfirmation_ConfirmSignUp", &sub, &input.client_id);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResendCode {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
}

impl ResendCode {
    pub fn by_page(client: &str, username: &str) -> Self {
        Self { client_id: client.to_owned(), secret_hash: None, username: username.to_owned() }
    }
}

pub fn resend_code(turn: &mut RequestContext, input: ResendCode) -> Result<Value, Refusal> {
    turn.client(&input.client_id)?;
    check_no_secret(&input.client_id, input.secret_hash.as_ref())?;
    let counted = format!("resend {}", turn.state.counted_name(&input.username));
    if turn.state.codes_sent.is_spent(&counted, turn.now) {
        return Err(Refusal::too_many_attempts());
    }
    turn.state.codes_sent.take(&counted, turn.now);
    // An unknown, disabled or confirmed account gets the answer and no mail. (AWS tells that an account is
    // confirmed already, which is one leak that is easy not to copy: no caller needs it.)
    if let Some(user) = turn.state.find(&input.username)
        && user.enabled
        && user.status == Status::Unconfirmed
    {
        let sub = user.sub.clone();
        send_code(turn, &sub);
    }
    Ok(json!({"CodeDeliveryDetails": delivery(&input.username)}))
}

fn send_code(turn: &mut RequestContext, sub: &str) {
    let (code, text) = MailedCode::new(&turn.outlets.random, turn.now, turn.config.lifetimes.confirmation_code);
    let user = turn.change(sub);
    user.confirmation = Some(code);
    let mail = Mail::confirmation(&user.email, &text);
    turn.mails.push(mail);
}
