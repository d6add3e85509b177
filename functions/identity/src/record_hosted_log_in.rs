//! Trigger `PreTokenGeneration` of the user pool: records a log-in at the hosted page, as `logIn` records one by the API.
//!
//! The pool invokes the trigger for every set of tokens, and `triggerSource` tells the way to them. Only the exchange of a
//! code of the hosted page is recorded here, a return by the page's cookie included; the endpoints record the other ways,
//! with the address of the client, which this event lacks. Without the record the client receives no tokens.
//!
//! The pool waits five seconds and asks up to three times. Its event has no id, so the record is named after account, app
//! client and a time of [`WINDOW`]: a repetition writes the same record.

use crate::accounts::strongest;
use api::{Consumer, Context, Failure, Source};
use domain::audit::{EventType, Outcome};
use domain::core::id::UserId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use storage::{Provenance, Storage};

/// The consumer `recordHostedLogIn`.
pub static CONSUMER: Consumer<Storage, Value, Value> =
    Consumer::of(Source::Trigger("PreTokenGeneration"), "recordHostedLogIn", &handle);

/// The time within which two log-ins of one account at one app client are one record: the pool's three tries.
const WINDOW: SignedDuration = SignedDuration::from_secs(15);

/// The time limit for the record, so that the trigger answers within four seconds.
const RECORD_TIMEOUT: Duration = Duration::from_secs(3);

/// The part of the trigger's event that is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trigger {
    trigger_source: String,
    caller_context: CallerContext,
    request: Request,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallerContext {
    client_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    user_attributes: Attributes,
    #[serde(default)]
    group_configuration: Groups,
}

#[derive(Debug, Deserialize)]
struct Attributes {
    sub: UserId,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Groups {
    #[serde(default)]
    groups_to_override: Vec<String>,
}

/// Cognito requires its event back, unchanged.
async fn handle(cx: Context, storage: Storage, event: Value) -> Result<Value, Failure> {
    let Some(trigger) = Trigger::of_hosted_log_in(&event)? else { return Ok(event) };
    let user = trigger.request.user_attributes.sub.to_string();
    let activity = cx.activity(EventType::LoginSucceeded, Outcome::Success, ("user", &user), None);
    let provenance = trigger.provenance(cx.provenance());
    let recorded = tokio::time::timeout(RECORD_TIMEOUT, storage.record_activity(&activity, &provenance)).await;
    let recorded = recorded.map_err(|_| Failure::Transient("the record took too long".into()))?;
    recorded.map_err(|error| Failure::Transient(error.to_string()))?;
    Ok(event)
}

impl Trigger {
    /// The event, if it is of a log-in at the hosted page.
    fn of_hosted_log_in(event: &Value) -> Result<Option<Self>, Failure> {
        // The text of the error would quote the event.
        let trigger = Trigger::deserialize(event)
            .map_err(|_| Failure::Permanent("the event is not of a PreTokenGeneration trigger".into()))?;
        Ok((trigger.trigger_source == "TokenGeneration_HostedAuth").then_some(trigger))
    }

    /// The provenance of the record: the user who logged in, under an id that a repetition shares.
    fn provenance(&self, of_function: Provenance) -> Provenance {
        let user = self.request.user_attributes.sub.to_string();
        // The event keeps the instant of the log-in; only its name has that of the window.
        let request_id = format!("{user}@{}@{}", self.caller_context.client_id, window(of_function.at));
        let role = strongest(&self.request.group_configuration.groups_to_override).to_owned();
        Provenance { actor: user, role, request_id, ..of_function }
    }
}

/// The start of the window of an instant.
fn window(at: Timestamp) -> Timestamp {
    let seconds = WINDOW.as_secs();
    Timestamp::from_second(at.as_second().div_euclid(seconds) * seconds).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = include_str!("../../../events/record-hosted-log-in.json");

    fn event() -> Value {
        serde_json::from_str(EVENT).unwrap()
    }

    fn named(event: &Value, at: &str) -> Provenance {
        let of_function = Provenance {
            actor: "recordHostedLogIn".into(),
            role: "system".into(),
            operation: "recordHostedLogIn".into(),
            request_id: "invocation".into(),
            at: at.parse().unwrap(),
            ip: None,
            user_agent: None,
            session: None,
        };
        Trigger::of_hosted_log_in(event).unwrap().unwrap().provenance(of_function)
    }

    #[test]
    fn a_hosted_log_in_is_its_users() {
        let by = named(&event(), "2026-11-22T06:00:07Z");
        assert_eq!((by.actor.as_str(), by.role.as_str()), ("5f0c2f5e-8c1b-4f0e-9a63-2d1e6d1f0a01", "patient"));
    }

    #[test]
    fn a_repetition_has_the_id_of_the_first_try_and_a_later_log_in_another_one() {
        let first = named(&event(), "2026-11-22T06:00:01Z");
        assert_eq!(first.request_id, named(&event(), "2026-11-22T06:00:14Z").request_id);
        assert_ne!(first.request_id, named(&event(), "2026-11-22T06:00:16Z").request_id);
        let mut other = event();
        other["callerContext"]["clientId"] = "another".into();
        assert_ne!(first.request_id, named(&other, "2026-11-22T06:00:01Z").request_id);
    }

    #[test]
    fn tokens_that_come_another_way_are_ignored() {
        for way in ["Authentication", "NewPasswordChallenge", "AuthenticateDevice", "RefreshTokens"] {
            let mut event = event();
            event["triggerSource"] = format!("TokenGeneration_{way}").into();
            assert!(Trigger::of_hosted_log_in(&event).unwrap().is_none(), "{way}");
        }
    }

    #[test]
    fn a_malformed_event_is_refused_and_not_quoted() {
        let mut event = event();
        event["request"]["userAttributes"]["sub"] = "asha.rao@example.com".into();
        let failure = Trigger::of_hosted_log_in(&event).unwrap_err();
        assert!(!failure.to_string().contains("asha"));
    }
}
