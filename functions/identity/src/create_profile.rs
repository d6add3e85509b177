//! Trigger `PostConfirmation` of the user pool: makes a new patient out of a confirmed account.
//!
//! Cognito waits five seconds, repeats an invocation that takes longer, and also calls when a forgotten password was reset, which is
//! none of ours. Being a patient is what it must not fail at: without the group no route works, and nothing adds it later. The profile may
//! fail, since `view-me` makes one that is missing.

use crate::profiles::{Profiles, details_of_account};
use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, Source};
use domain::access::Role;
use domain::core::id::UserId;
use domain::core::person::PersonalDetails;
use gateway::user_pool::{CognitoUserPool, UserPool};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// `createProfile`
pub static CONSUMER: Consumer<CreateProfilePorts, Value, Value> =
    Consumer::of(Source::Trigger("PostConfirmation"), "createProfile", &handle);

/// How long the profile may take, so that the answer leaves within four seconds whatever the vault does.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a new patient needs of the outside.
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

/// What of the trigger's event matters.
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

/// Cognito wants its event back, unchanged.
async fn handle(cx: Context, ports: CreateProfilePorts, event: Value) -> Result<Value, Failure> {
    let Some(trigger) = Trigger::of_sign_up(&event)? else { return Ok(event) };
    let user = trigger.request.user_attributes.sub;
    let grouped = ports.pool.add_to_group(&trigger.user_pool_id, &trigger.user_name, Role::Patient.as_str());
    let created = tokio::time::timeout(PATIENCE, create(&cx, &ports.profiles, user, trigger.details()));
    let (grouped, created) = tokio::join!(grouped, created);
    if let Err(failure) = created.unwrap_or_else(|_| Err(Failure::Transient("it takes too long".into()))) {
        tracing::error!(request.id = %cx.request.id, %user, %failure, "a profile is left to the first look at it");
    }
    grouped.map_err(|error| Failure::Transient(error.to_string()))?;
    Ok(event)
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
    /// The event, if it is about a sign-up.
    fn of_sign_up(event: &Value) -> Result<Option<Self>, Failure> {
        // The error's own text would quote the event.
        let trigger = Trigger::deserialize(event)
            .map_err(|_| Failure::Permanent("the event is not that of a PostConfirmation trigger".into()))?;
        Ok((trigger.trigger_source == "PostConfirmation_ConfirmSignUp").then_some(trigger))
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
    fn a_sign_up_says_who_it_is_and_in_which_pool() {
        let trigger = Trigger::of_sign_up(&event()).unwrap().unwrap();
        assert_eq!(trigger.user_pool_id, "ap-south-1_Sample001");
        assert_eq!(trigger.details().unwrap().email.as_str(), "asha.rao@example.com");
        assert_eq!(trigger.request.user_attributes.sub.to_string(), trigger.user_name);
    }

    #[test]
    fn the_reset_of_a_password_is_none_of_ours() {
        let mut event = event();
        event["triggerSource"] = "PostConfirmation_ConfirmForgotPassword".into();
        assert!(Trigger::of_sign_up(&event).unwrap().is_none());
    }

    #[test]
    fn an_event_that_is_odd_is_refused_without_being_quoted() {
        let mut event = event();
        event["request"]["userAttributes"]["sub"] = "asha.rao@example.com".into();
        let failure = Trigger::of_sign_up(&event).unwrap_err();
        assert!(!failure.to_string().contains("asha"));
    }
}
