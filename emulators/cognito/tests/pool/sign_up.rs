//! Signing up, confirming, and forgetting one's password.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;

use crate::support::{EMAIL, HEADLESS, PASSWORD, POOL, Stack, code, code_and_message};

async fn confirm(stack: &Stack, login: &str, given: &str) -> Result<(), String> {
    let confirmed =
        stack.sdk.confirm_sign_up().client_id(HEADLESS).username(login).confirmation_code(given).send().await;
    confirmed.map(drop).map_err(|error| code(&error))
}

/// Six digits that are not the mailed ones.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap_or_default() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_user_signs_up_confirms_with_the_mailed_code_and_logs_in() {
    let stack = Stack::new();
    let sub = stack.sign_up().await;
    assert_eq!(stack.mails()[0].to, EMAIL);
    let refused = stack.try_log_in(EMAIL, PASSWORD).await.unwrap_err();
    assert!(refused.starts_with("UserNotConfirmedException"), "{refused}");

    confirm(&stack, EMAIL, &stack.mailed_code()).await.unwrap();
    let tokens = stack.log_in().await;
    assert_eq!(stack.get_user(tokens.access_token().unwrap()).await.unwrap(), sub, "the username is the sub");

    let events = stack.triggered.lock().unwrap().clone();
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0],
        serde_json::json!({
            "version": "1",
            "region": "ap-south-1",
            "userPoolId": POOL,
            "userName": sub,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": HEADLESS},
            "triggerSource": "PostConfirmation_ConfirmSignUp",
            "request": {"userAttributes": {
                "sub": sub, "email": EMAIL, "email_verified": "true", "cognito:user_status": "CONFIRMED",
            }},
            "response": {},
        })
    );
}

#[tokio::test]
async fn a_wrong_code_confirms_nothing_and_guessing_is_stopped() {
    let stack = Stack::new();
    stack.sign_up().await;
    let right = stack.mailed_code();
    for _ in 0..5 {
        assert_eq!(confirm(&stack, EMAIL, &wrong(&right)).await.unwrap_err(), "CodeMismatchException");
    }
    assert_eq!(confirm(&stack, EMAIL, &right).await.unwrap_err(), "LimitExceededException");
    stack.wait(SignedDuration::from_hours(1));
    confirm(&stack, EMAIL, &right).await.unwrap();
    assert!(stack.triggered.lock().unwrap().len() == 1);
}

#[tokio::test]
async fn a_code_expires_after_a_day_and_a_new_one_replaces_it() {
    let stack = Stack::new();
    stack.sign_up().await;
    let old = stack.mailed_code();
    stack.wait(SignedDuration::from_hours(24));
    assert_eq!(confirm(&stack, EMAIL, &old).await.unwrap_err(), "ExpiredCodeException");
    stack.sdk.resend_confirmation_code().client_id(HEADLESS).username(EMAIL).send().await.unwrap();
    let new = stack.mailed_code();
    if new != old {
        assert_eq!(confirm(&stack, EMAIL, &old).await.unwrap_err(), "CodeMismatchException");
    }
    confirm(&stack, EMAIL, &new).await.unwrap();
}

#[tokio::test]
async fn weak_passwords_and_foreign_attributes_are_refused_and_leave_no_account() {
    let stack = Stack::new();
    let weak = stack.sdk.sign_up().client_id(HEADLESS).username(EMAIL).password("correct-horse-7").send().await;
    assert_eq!(
        code_and_message(&weak.unwrap_err()),
        "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters"
    );
    for (name, expected) in [("custom:role", "InvalidParameterException"), ("email_verified", "NotAuthorizedException")]
    {
        let attribute =
            aws_sdk_cognitoidentityprovider::types::AttributeType::builder().name(name).value("true").build().unwrap();
        let refused = stack
            .sdk
            .sign_up()
            .client_id(HEADLESS)
            .username(EMAIL)
            .password(PASSWORD)
            .user_attributes(attribute)
            .send()
            .await;
        assert_eq!(code(&refused.unwrap_err()), expected);
    }
    assert!(stack.mails().is_empty());
    stack.sign_up().await;
    let again = stack.sdk.sign_up().client_id(HEADLESS).username("Asha@Example.com").password(PASSWORD).send().await;
    assert_eq!(code(&again.unwrap_err()), "UsernameExistsException");
}

#[tokio::test]
async fn a_failing_trigger_refuses_the_call_but_the_user_is_confirmed_as_in_aws() {
    let stack = Stack::new();
    stack.sign_up().await;
    stack.trigger_fails.store(true, Ordering::Relaxed);
    let refused = stack
        .sdk
        .confirm_sign_up()
        .client_id(HEADLESS)
        .username(EMAIL)
        .confirmation_code(stack.mailed_code())
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        code_and_message(&refused),
        "UserLambdaValidationException: PostConfirmation failed with error no room."
    );
    stack.log_in().await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_with_the_mailed_code_once() {
    let stack = Stack::new();
    stack.seed();
    stack.sdk.forgot_password().client_id(HEADLESS).username(EMAIL).send().await.unwrap();
    let right = stack.mailed_code();
    let reset = async |given: &str, password: &str| {
        let done = stack
            .sdk
            .confirm_forgot_password()
            .client_id(HEADLESS)
            .username(EMAIL)
            .confirmation_code(given)
            .password(password)
            .send()
            .await;
        done.map(drop).map_err(|error| code(&error))
    };
    assert_eq!(reset(&right, "weak").await.unwrap_err(), "InvalidPasswordException");
    assert_eq!(reset(&wrong(&right), "Another-horse-8").await.unwrap_err(), "CodeMismatchException");
    reset(&right, "Another-horse-8").await.unwrap();
    assert_eq!(reset(&right, "Third-horse-99").await.unwrap_err(), "ExpiredCodeException");
    assert!(stack.try_log_in(EMAIL, PASSWORD).await.is_err());
    stack.try_log_in(EMAIL, "Another-horse-8").await.unwrap();
    let events = stack.triggered.lock().unwrap();
    assert_eq!(events[0]["triggerSource"], "PostConfirmation_ConfirmForgotPassword");
}

#[tokio::test]
async fn a_reset_code_expires_after_an_hour_and_at_most_five_are_sent_in_one() {
    let stack = Stack::new();
    stack.seed();
    for _ in 0..5 {
        stack.sdk.forgot_password().client_id(HEADLESS).username(EMAIL).send().await.unwrap();
    }
    let sixth = stack.sdk.forgot_password().client_id(HEADLESS).username(EMAIL).send().await.unwrap_err();
    assert_eq!(code(&sixth), "LimitExceededException");
    assert_eq!(stack.mails().len(), 5);
    stack.wait(SignedDuration::from_hours(1));
    let late = stack
        .sdk
        .confirm_forgot_password()
        .client_id(HEADLESS)
        .username(EMAIL)
        .confirmation_code(stack.mailed_code())
        .password("Another-horse-8")
        .send()
        .await;
    assert_eq!(code(&late.unwrap_err()), "ExpiredCodeException");
}
