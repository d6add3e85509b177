//! The authenticator app: enrolling, logging in with it, and every code that is refused.

use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, ChallengeNameType, SoftwareTokenMfaSettingsType};
use cognito_emulator::totp;

use crate::support::{EMAIL, HEADLESS, PASSWORD, Stack, claims, code};

/// Enrols and switches on; the secret.
pub async fn enrol(stack: &Stack) -> String {
    let tokens = stack.log_in().await;
    let access = tokens.access_token().expect("an access token");
    let secret = stack.sdk.associate_software_token().access_token(access).send().await.expect("associates");
    let secret = secret.secret_code.expect("a secret");
    let given = totp::code_at(&secret, stack.now()).expect("base32");
    stack.sdk.verify_software_token().access_token(access).user_code(given).send().await.expect("verifies");
    let on = SoftwareTokenMfaSettingsType::builder().enabled(true).preferred_mfa(true).build();
    stack
        .sdk
        .set_user_mfa_preference()
        .access_token(access)
        .software_token_mfa_settings(on)
        .send()
        .await
        .expect("switches on");
    stack.wait_seconds(30);
    secret
}

async fn challenged(stack: &Stack) -> String {
    let answer = stack
        .sdk
        .initiate_auth()
        .client_id(HEADLESS)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", EMAIL)
        .auth_parameters("PASSWORD", PASSWORD)
        .send()
        .await
        .expect("the password is right");
    assert_eq!(answer.challenge_name(), Some(&ChallengeNameType::SoftwareTokenMfa));
    assert!(answer.authentication_result().is_none(), "no tokens before the code");
    answer.session.expect("a session")
}

async fn respond(stack: &Stack, session: &str, given: &str) -> Result<(), String> {
    let answer = stack
        .sdk
        .respond_to_auth_challenge()
        .client_id(HEADLESS)
        .challenge_name(ChallengeNameType::SoftwareTokenMfa)
        .session(session)
        .challenge_responses("USERNAME", EMAIL)
        .challenge_responses("SOFTWARE_TOKEN_MFA_CODE", given)
        .send()
        .await;
    let answer = answer.map_err(|error| code(&error))?;
    let token = answer.authentication_result.and_then(|result| result.access_token).expect("an access token");
    assert_eq!(claims(&token)["acr"], "urn:cognito:loa:4");
    assert_eq!(claims(&token)["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    Ok(())
}

#[tokio::test]
async fn a_log_in_asks_for_a_code_and_takes_the_right_one_once() {
    let stack = Stack::new();
    stack.seed();
    let secret = enrol(&stack).await;
    let right = totp::code_at(&secret, stack.now()).unwrap();
    let session = challenged(&stack).await;
    respond(&stack, &session, &right).await.unwrap();
    assert_eq!(respond(&stack, &session, &right).await.unwrap_err(), "CodeMismatchException", "a session works once");
    let session = challenged(&stack).await;
    assert_eq!(respond(&stack, &session, &right).await.unwrap_err(), "ExpiredCodeException", "a code works once");
    stack.wait_seconds(30);
    respond(&stack, &session, &totp::code_at(&secret, stack.now()).unwrap()).await.unwrap();
}

#[tokio::test]
async fn wrong_and_stale_codes_are_refused_and_guessing_locks_out() {
    let stack = Stack::new();
    stack.seed();
    let secret = enrol(&stack).await;
    let session = challenged(&stack).await;
    let stale = totp::code_at(&secret, stack.now() - jiff::SignedDuration::from_secs(90)).unwrap();
    for wrong in [stale.as_str(), "0", "00000", "abcdef", "1234567"] {
        assert_eq!(respond(&stack, &session, wrong).await.unwrap_err(), "CodeMismatchException", "{wrong}");
    }
    let right = totp::code_at(&secret, stack.now()).unwrap();
    assert_eq!(respond(&stack, &session, &right).await.unwrap_err(), "NotAuthorizedException", "locked out");
    stack.wait_seconds(1);
    respond(&stack, &session, &right).await.unwrap();
}

#[tokio::test]
async fn the_step_between_password_and_code_lasts_three_minutes() {
    let stack = Stack::new();
    stack.seed();
    let secret = enrol(&stack).await;
    let session = challenged(&stack).await;
    stack.wait_seconds(180);
    let right = totp::code_at(&secret, stack.now()).unwrap();
    assert_eq!(respond(&stack, &session, &right).await.unwrap_err(), "NotAuthorizedException");
    assert_eq!(respond(&stack, "made-up", &right).await.unwrap_err(), "CodeMismatchException");
}

#[tokio::test]
async fn enrolling_needs_a_right_code_and_nothing_is_on_before() {
    let stack = Stack::new();
    stack.seed();
    let tokens = stack.log_in().await;
    let access = tokens.access_token().unwrap();
    let on = SoftwareTokenMfaSettingsType::builder().enabled(true).build();
    let early = stack.sdk.set_user_mfa_preference().access_token(access).software_token_mfa_settings(on).send().await;
    assert_eq!(code(&early.unwrap_err()), "InvalidParameterException");
    let secret = stack.sdk.associate_software_token().access_token(access).send().await.unwrap().secret_code.unwrap();
    let stale = totp::code_at(&secret, stack.now() + jiff::SignedDuration::from_secs(120)).unwrap();
    let refused = stack.sdk.verify_software_token().access_token(access).user_code(stale).send().await;
    assert_eq!(code(&refused.unwrap_err()), "EnableSoftwareTokenMFAException");
    stack.log_in().await;
}
