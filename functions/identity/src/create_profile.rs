//! Trigger `PostConfirmation` of the user pool: makes a confirmed account a patient's, and ends the sessions of an account
//! whose password was reset.
//!
//! Cognito waits five seconds and repeats an invocation that takes longer. It invokes the trigger after a sign-up and
//! after the reset of a forgotten password, by `resetPassword` and at the hosted page alike, and it answers only then. So
//! no session that began before a reset outlives it: the person who resets may have lost the old password to another one.
//!
//! After a sign-up the trigger must add the account to the group `patient`: without
//! the group no route works, and no other function adds it. The profile may fail, because `view-me` creates a missing
//! one.

use crate::profiles::{Profiles, details_of_account};
use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, Source};
use domain::access::Role;
use domain::core::id::UserId;
use domain::core::person::PersonalDetails;
use gateway::user_pool::{CognitoUserPool, UserPool, UserPoolError};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The consumer `createProfile`.
pub static CONSUMER: Consumer<CreateProfilePorts, Value, Value> =
    Consumer::of(Source::Trigger("PostConfirmation"), "createProfile", &handle);

/// The time limit for the profile, so that the trigger answers within four seconds even if the vault is slow.
const PROFILE_TIMEOUT: Duration = Duration::from_secs(3);

/// The profiles and the user pool.
#[derive(Clone)]
pub struct CreateProfilePorts {
    profiles: Profiles,
    pool: Arc<dyn UserPool>,
}

impl FromEnvironment for CreateProfilePorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let pool = CognitoUserPool::of_trigger(aws.sdk());
        Ok(CreateProfilePorts { profiles: Profiles::wire(aws)?, pool: Arc::new(pool) })
    }
}

/// The part of the trigger's event that is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trigger {
    trigger_source: String,
    user_pool_id: String,
    user_name: String,
    request: Request,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    user_attributes: Attributes,
}

#[derive(Debug, Deserialize)]
struct Attributes {
    sub: UserId,
    email: Option<String>,
    name: Option<String>,
}

/// Cognito requires its event back, unchanged.
async fn handle(cx: Context, ports: CreateProfilePorts, event: Value) -> Result<Value, Failure> {
    let trigger = Trigger::read(&event)?;
    match trigger.trigger_source.as_str() {
        "PostConfirmation_ConfirmSignUp" => make_patient(&cx, &ports, &trigger).await?,
        "PostConfirmation_ConfirmForgotPassword" => end_sessions(&cx, &ports, &trigger).await?,
        _ => {}
    }
    Ok(event)
}

/// Ends the sessions that began before the reset, as a log-out does: in the table first. Each step can be repeated.
async fn end_sessions(cx: &Context, ports: &CreateProfilePorts, trigger: &Trigger) -> Result<(), Failure> {
    let user = trigger.request.user_attributes.sub;
    ports.profiles.storage.end_sessions(user, cx.now(), &cx.provenance()).await.map_err(Problem::from)?;
    match ports.pool.end_sessions(&trigger.user_pool_id, &trigger.user_name).await {
        // An account that no longer exists has no sessions.
        Ok(()) | Err(UserPoolError::NoSuchUser) => Ok(()),
        Err(error) => Err(Failure::Transient(error.to_string())),
    }
}

async fn make_patient(cx: &Context, ports: &CreateProfilePorts, trigger: &Trigger) -> Result<(), Failure> {
    let user = trigger.request.user_attributes.sub;
    let grouped = ports.pool.add_to_group(&trigger.user_pool_id, &trigger.user_name, Role::Patient.as_str());
    let created = tokio::time::timeout(PROFILE_TIMEOUT, create(cx, &ports.profiles, user, trigger.details()));
    let (grouped, created) = tokio::join!(grouped, created);
    if let Err(failure) = created.unwrap_or_else(|_| Err(Failure::Transient("the profile took too long".into()))) {
        tracing::error!(request.id = %cx.request.id, %user, %failure, "no profile was created; viewMe creates it");
    }
    grouped.map_err(|error| Failure::Transient(error.to_string()))
}

async fn create(
    cx: &Context,
    profiles: &Profiles,
    user: UserId,
    details: Option<PersonalDetails>,
) -> Result<(), Failure> {
    let details = details.ok_or_else(|| Failure::Permanent("the account has no usable address".into()))?;
    profiles.create(user, &details, &cx.provenance()).await?;
    Ok(())
}

impl Trigger {
    fn read(event: &Value) -> Result<Self, Failure> {
        // The text of the error would quote the event.
        Trigger::deserialize(event)
            .map_err(|_| Failure::Permanent("the event is not of a PostConfirmation trigger".into()))
    }

    fn details(&self) -> Option<PersonalDetails> {
        let Attributes { email, name, .. } = &self.request.user_attributes;
        details_of_account(email.as_deref(), name.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = include_str!("../../../events/create-profile.json");

    fn event() -> Value {
        serde_json::from_str(EVENT).unwrap()
    }

    #[test]
    fn a_sign_up_names_its_user_and_its_pool() {
        let trigger = Trigger::read(&event()).unwrap();
        assert_eq!(trigger.user_pool_id, "ap-south-1_Sample001");
        assert_eq!(trigger.details().unwrap().email.as_str(), "asha.rao@example.com");
        assert_eq!(trigger.request.user_attributes.sub.to_string(), trigger.user_name);
    }

    #[test]
    fn a_malformed_event_is_refused_and_not_quoted() {
        let mut event = event();
        event["request"]["userAttributes"]["sub"] = "asha.rao@example.com".into();
        let failure = Trigger::read(&event).unwrap_err();
        assert!(!failure.to_string().contains("asha"));
    }
}
