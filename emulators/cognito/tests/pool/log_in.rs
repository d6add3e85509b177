//! Logging in with a password, and what it does not tell.

use aws_sdk_cognitoidentityprovider::types::AuthFlowType;

use crate::support::{APP, EMAIL, HEADLESS, PASSWORD, POOL, Stack, code, code_and_message};

#[tokio::test]
async fn a_user_logs_in_by_address_in_any_case_or_by_sub() {
    let stack = Stack::new();
    let sub = stack.seed();
    for login in [EMAIL, "ASHA@example.com", &sub] {
        stack.try_log_in(login, PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_but_sign_up_tells_whether_an_account_exists() {
    let stack = Stack::new();
    stack.seed();
    stack.pool.seed_user("gone@example.com", "Gone", PASSWORD, &[]);
    stack.sdk.admin_disable_user().user_pool_id(POOL).username("gone@example.com").send().await.unwrap();
    let logins = [EMAIL, "gone@example.com", "absent@example.com"];

    for attempt in 0..7 {
        let mut answers = Vec::new();
        for login in logins {
            answers.push(stack.try_log_in(login, "Wrong-horse-77").await.unwrap_err());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "attempt {attempt}: {answers:?}");
    }

    for _ in 0..6 {
        let mut forgotten = Vec::new();
        let mut resent = Vec::new();
        let mut reset = Vec::new();
        for login in logins {
            let asked = stack.sdk.forgot_password().client_id(HEADLESS).username(login).send().await;
            forgotten.push(match asked {
                Ok(answer) => {
                    // The first letter is the caller's own.
                    let details = format!("{:?}", answer.code_delivery_details().unwrap());
                    details.replacen(&format!("{}***", &login[..1]), "x***", 1)
                }
                Err(error) => code_and_message(&error),
            });
            let asked = stack.sdk.resend_confirmation_code().client_id(HEADLESS).username(login).send().await;
            resent.push(asked.map(drop).map_err(|error| code_and_message(&error)));
            let guessed = stack
                .sdk
                .confirm_forgot_password()
                .client_id(HEADLESS)
                .username(login)
                .confirmation_code("not-it")
                .password("Another-horse-8")
                .send()
                .await;
            reset.push(code_and_message(&guessed.unwrap_err()));
        }
        assert!(forgotten.iter().all(|answer| *answer == forgotten[0]), "{forgotten:?}");
        assert!(resent.iter().all(|answer| *answer == resent[0]), "{resent:?}");
        assert!(reset.iter().all(|answer| *answer == reset[0]), "{reset:?}");
    }
    assert!(stack.mails().iter().all(|mail| mail.to == EMAIL), "no other address gets mail");
}

#[tokio::test]
async fn wrong_passwords_lock_out_for_longer_and_longer() {
    let stack = Stack::new();
    stack.seed();
    for _ in 0..5 {
        assert!(stack.try_log_in(EMAIL, "Wrong-horse-77").await.unwrap_err().contains("Incorrect"));
    }
    let locked = stack.try_log_in(EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(locked, "NotAuthorizedException: Password attempts exceeded");
    stack.wait_seconds(1);
    assert!(stack.try_log_in(EMAIL, "Wrong-horse-77").await.unwrap_err().contains("Incorrect"));
    stack.wait_seconds(1);
    assert!(stack.try_log_in(EMAIL, PASSWORD).await.unwrap_err().contains("exceeded"));
    stack.wait_seconds(1);
    stack.try_log_in(EMAIL, PASSWORD).await.unwrap();
    stack.try_log_in(EMAIL, "Wrong-horse-77").await.unwrap_err();
    stack.try_log_in(EMAIL, PASSWORD).await.expect("a log-in clears the count");
}

#[tokio::test]
async fn a_disabled_user_gets_the_reason_only_with_the_right_password() {
    let stack = Stack::new();
    let sub = stack.seed();
    stack.sdk.admin_disable_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    assert_eq!(stack.try_log_in(EMAIL, PASSWORD).await.unwrap_err(), "NotAuthorizedException: User is disabled.");
    stack.sdk.admin_enable_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    stack.log_in().await;
}

#[tokio::test]
async fn a_client_can_only_use_the_flows_that_are_its_own() {
    let stack = Stack::new();
    stack.seed();
    let tokens = stack.log_in().await;
    for (client, flow, expected) in [
        (APP, AuthFlowType::UserPasswordAuth, "InvalidParameterException"),
        (HEADLESS, AuthFlowType::RefreshTokenAuth, "InvalidParameterException"),
        (HEADLESS, AuthFlowType::UserSrpAuth, "InvalidParameterException"),
        ("stranger", AuthFlowType::UserPasswordAuth, "ResourceNotFoundException"),
    ] {
        let refused = stack
            .sdk
            .initiate_auth()
            .client_id(client)
            .auth_flow(flow)
            .auth_parameters("USERNAME", EMAIL)
            .auth_parameters("PASSWORD", PASSWORD)
            .auth_parameters("REFRESH_TOKEN", tokens.refresh_token().unwrap())
            .send()
            .await;
        assert_eq!(code(&refused.unwrap_err()), expected);
    }
}
