//! The adapter over fixed answers: the requests to Cognito, and the errors that its refusals become.

use serde_json::{Value, json};

use super::*;
use crate::testing::{Calls, Reply, config};

const SUB: &str = "7f6a2f3e-4a53-4f0e-9d0c-0f6f4f6a9b11";

fn pool(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (CognitoUserPool, Calls) {
    let (config, calls) = config(move |call| answer(&call.operation));
    (CognitoUserPool::new(&config, "ap-south-1_pool", "client"), calls)
}

fn refusing(code: &'static str) -> CognitoUserPool {
    pool(move |_| Reply::error(code, "as arranged")).0
}

fn answering(body: Value) -> (CognitoUserPool, Calls) {
    pool(move |_| Reply::ok(body.to_string()))
}

fn sent(calls: &Calls, index: usize) -> Value {
    calls.lock().unwrap()[index].json()
}

fn email() -> Email {
    Email::parse("asha@example.com").unwrap()
}

fn name() -> PersonName {
    PersonName::parse("Asha Rao").unwrap()
}

fn secret(text: &str) -> Sensitive<String> {
    Sensitive::new(text.to_owned())
}

fn tokens() -> Value {
    json!({ "AuthenticationResult": {
        "AccessToken": "access", "RefreshToken": "refresh-2", "IdToken": "id", "ExpiresIn": 900, "TokenType": "Bearer",
    } })
}

fn user_answer(status: &str) -> String {
    json!({
        "Username": SUB, "UserStatus": status, "Enabled": true, "UserCreateDate": 1_796_007_600.123,
        "UserAttributes": [
            { "Name": "sub", "Value": SUB },
            { "Name": "email", "Value": "asha@example.com" },
            { "Name": "name", "Value": "Asha Rao" },
        ],
    })
    .to_string()
}

#[tokio::test]
async fn signing_up_sends_the_attributes_and_returns_the_sub() {
    let (pool, calls) = answering(json!({ "UserConfirmed": false, "UserSub": SUB }));
    let id = pool.sign_up(&email(), &secret("Correct-horse-1"), &name()).await.unwrap();
    assert_eq!(id.to_string(), SUB);
    let sent = sent(&calls, 0);
    assert_eq!((&sent["ClientId"], &sent["Username"]), (&json!("client"), &json!("asha@example.com")));
    // The pool takes the address from the username: no app client may write it.
    assert_eq!(sent["UserAttributes"], json!([{ "Name": "name", "Value": "Asha Rao" }]));
}

#[tokio::test]
async fn a_weak_password_says_what_it_lacks() {
    let (pool, _) = pool(|_| Reply::error("InvalidPasswordException", "Password must have numeric characters"));
    let error = pool.sign_up(&email(), &secret("weak"), &name()).await.unwrap_err();
    assert_eq!(error, UserPoolError::WeakPassword("Password must have numeric characters".to_owned()));
}

#[tokio::test]
async fn refusals_of_signing_up_and_confirming_are_told_apart() {
    let sign_up = async |code| refusing(code).sign_up(&email(), &secret("p"), &name()).await.unwrap_err();
    assert_eq!(sign_up("UsernameExistsException").await, UserPoolError::AlreadyExists);
    assert_eq!(sign_up("LimitExceededException").await, UserPoolError::TooManyRequests);
    assert!(matches!(sign_up("CodeDeliveryFailureException").await, UserPoolError::Unavailable(_)));

    let confirm = async |code| refusing(code).confirm_sign_up(&email(), "123456").await.unwrap_err();
    assert_eq!(confirm("CodeMismatchException").await, UserPoolError::CodeMismatch);
    assert_eq!(confirm("ExpiredCodeException").await, UserPoolError::CodeExpired);
    assert_eq!(confirm("TooManyRequestsException").await, UserPoolError::TooManyRequests);
}

#[tokio::test]
async fn confirming_a_missing_or_confirmed_account_fails_as_a_wrong_code_does() {
    let codes = ["UserNotFoundException", "NotAuthorizedException", "CodeMismatchException", "LimitExceededException"];
    for code in codes {
        let error = refusing(code).confirm_sign_up(&email(), "123456").await.unwrap_err();
        assert_eq!(error, UserPoolError::CodeMismatch, "{code}");
    }
}

#[tokio::test]
async fn logging_in_gives_a_session_whose_tokens_do_not_show_when_printed() {
    let (pool, calls) = answering(tokens());
    let Ok(LogIn::Session(session)) = pool.log_in("asha@example.com", &secret("Correct-horse-1")).await else {
        panic!("a session")
    };
    assert_eq!((session.access_token.expose().as_str(), session.expires_in), ("access", 900));
    assert_eq!(session.refresh_token.expose(), "refresh-2");
    let shown = format!("{session:?}");
    assert!(!shown.contains("refresh-2") && !shown.contains("\"access\""), "{shown}");

    let sent = sent(&calls, 0);
    assert_eq!(sent["AuthFlow"], "USER_PASSWORD_AUTH");
    assert_eq!(sent["AuthParameters"], json!({ "USERNAME": "asha@example.com", "PASSWORD": "Correct-horse-1" }));
}

#[tokio::test]
async fn a_second_factor_and_a_due_reset_are_challenges_and_no_failures() {
    let (pool, _) = answering(json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s" }));
    let outcome = pool.log_in("asha@example.com", &secret("p")).await.unwrap();
    let LogIn::Challenge(Challenge { kind, session }) = outcome else { panic!("a challenge") };
    assert_eq!((kind, session.expose().as_str()), (ChallengeKind::OneTimeCode, "s"));
    let (pool, _) = answering(json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s" }));
    let outcome = pool.log_in("asha@example.com", &secret("p")).await.unwrap();
    assert!(matches!(outcome, LogIn::Challenge(Challenge { kind: ChallengeKind::NewPassword, .. })));
    let (pool, _) = answering(json!({ "ChallengeName": "SELECT_MFA_TYPE", "Session": "s" }));
    let outcome = pool.log_in("asha@example.com", &secret("p")).await.unwrap();
    assert!(matches!(outcome, LogIn::ChallengeRequired(name) if name == "SELECT_MFA_TYPE"));
    let outcome = refusing("PasswordResetRequiredException").log_in("asha@example.com", &secret("p")).await.unwrap();
    assert!(matches!(outcome, LogIn::ChallengeRequired(name) if name == "RESET_REQUIRED"));
}

#[tokio::test]
async fn a_missing_account_and_a_wrong_password_fail_alike() {
    for code in ["UserNotFoundException", "NotAuthorizedException"] {
        let error = refusing(code).log_in("asha@example.com", &secret("p")).await.unwrap_err();
        assert_eq!(error, UserPoolError::WrongCredentials, "{code}");
    }
    let error = refusing("UserNotConfirmedException").log_in("asha@example.com", &secret("p")).await.unwrap_err();
    assert_eq!(error, UserPoolError::NotConfirmed);
}

#[tokio::test]
async fn refreshing_returns_the_rotated_token_or_the_old_one_if_none_came() {
    let (pool, calls) = answering(tokens());
    assert_eq!(pool.refresh(&secret("refresh-1")).await.unwrap().refresh_token.expose(), "refresh-2");
    assert_eq!(calls.lock().unwrap()[0].operation, "GetTokensFromRefreshToken");
    assert_eq!(sent(&calls, 0), json!({ "RefreshToken": "refresh-1", "ClientId": "client" }));

    let (pool, _) = answering(json!({ "AuthenticationResult": { "AccessToken": "access", "ExpiresIn": 900 } }));
    assert_eq!(pool.refresh(&secret("refresh-1")).await.unwrap().refresh_token.expose(), "refresh-1");
}

#[tokio::test]
async fn used_up_and_revoked_tokens_are_wrong_credentials() {
    for code in ["RefreshTokenReuseException", "NotAuthorizedException"] {
        let error = refusing(code).refresh(&secret("refresh-1")).await.unwrap_err();
        assert_eq!(error, UserPoolError::WrongCredentials, "{code}");
    }
}

#[tokio::test]
async fn an_answer_without_tokens_or_with_a_sub_that_is_no_uuid_is_an_outage() {
    let (pool, _) = answering(json!({}));
    assert!(pool.log_in("asha@example.com", &secret("p")).await.unwrap_err().is_transient());
    assert!(pool.refresh(&secret("r")).await.unwrap_err().is_transient());
    let (pool, _) = answering(json!({ "UserConfirmed": false, "UserSub": "asha" }));
    assert!(pool.sign_up(&email(), &secret("p"), &name()).await.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_trigger_names_its_own_pool() {
    let (config, calls) = config(|_| Reply::ok("{}"));
    let pool = CognitoUserPool::of_trigger(&config);
    pool.add_to_group("ap-south-1_event", SUB, "patient").await.unwrap();
    assert_eq!(sent(&calls, 0), json!({ "UserPoolId": "ap-south-1_event", "Username": SUB, "GroupName": "patient" }));
}

#[tokio::test]
async fn a_made_account_has_a_verified_address_and_an_invitation() {
    let answer: Value = serde_json::from_str(&user_answer("FORCE_CHANGE_PASSWORD")).unwrap();
    let (pool, calls) = answering(json!({ "User": { "Username": SUB, "Attributes": answer["UserAttributes"] } }));
    assert_eq!(pool.create_user(&email(), &name()).await.unwrap().to_string(), SUB);
    let sent = sent(&calls, 0);
    assert_eq!(sent["DesiredDeliveryMediums"], json!(["EMAIL"]));
    assert!(sent["MessageAction"].is_null());
    let attributes = sent["UserAttributes"].as_array().unwrap();
    assert!(attributes.contains(&json!({ "Name": "email_verified", "Value": "true" })));
}

#[tokio::test]
async fn making_an_account_that_exists_returns_its_sub() {
    let (pool, calls) = pool(|operation| match operation {
        "AdminCreateUser" => Reply::error("UsernameExistsException", "User account already exists"),
        _ => Reply::ok(user_answer("CONFIRMED")),
    });
    assert_eq!(pool.create_user(&email(), &name()).await.unwrap().to_string(), SUB);
    assert_eq!(sent(&calls, 1)["Username"], "asha@example.com");
}

#[tokio::test]
async fn an_account_is_read_with_its_status() {
    let statuses = [
        ("UNCONFIRMED", UserStatus::Unconfirmed),
        ("CONFIRMED", UserStatus::Confirmed),
        ("FORCE_CHANGE_PASSWORD", UserStatus::Invited),
        ("RESET_REQUIRED", UserStatus::Other),
        ("SOMETHING_NEW", UserStatus::Other),
    ];
    for (said, status) in statuses {
        let (pool, _) = pool(move |_| Reply::ok(user_answer(said)));
        let user = pool.user(SUB).await.unwrap().unwrap();
        assert_eq!((user.id.to_string().as_str(), user.status, user.enabled), (SUB, status, true));
        assert_eq!((user.email.as_deref(), user.name.as_deref()), (Some("asha@example.com"), Some("Asha Rao")));
    }
}

#[tokio::test]
async fn administrative_calls_may_learn_that_an_account_does_not_exist() {
    let pool = refusing("UserNotFoundException");
    assert_eq!(pool.user(SUB).await.unwrap(), None);
    assert_eq!(pool.disable(SUB).await.unwrap_err(), UserPoolError::NoSuchUser);
    assert_eq!(pool.add_to_group("pool", SUB, "doctor").await.unwrap_err(), UserPoolError::NoSuchUser);
}

#[tokio::test]
async fn our_own_missing_rights_are_an_outage_and_not_the_callers_wrong_credentials() {
    for code in ["NotAuthorizedException", "AccessDeniedException", "ResourceNotFoundException"] {
        let error = refusing(code).disable(SUB).await.unwrap_err();
        assert!(matches!(error, UserPoolError::Unavailable(_)), "{code}: {error}");
    }
    let error = refusing("ResourceNotFoundException").log_in("asha@example.com", &secret("p")).await.unwrap_err();
    assert!(matches!(error, UserPoolError::Unavailable(_)));
}

#[tokio::test]
async fn a_reset_sends_code_and_password_and_prints_neither() {
    let (pool, calls) = answering(json!({}));
    pool.resend_confirmation(&email()).await.unwrap();
    pool.forgot_password(&email()).await.unwrap();
    pool.confirm_forgot_password(&email(), "123456", &secret("Correct-horse-1")).await.unwrap();
    let operations: Vec<String> = calls.lock().unwrap().iter().map(|call| call.operation.clone()).collect();
    assert_eq!(operations, ["ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword"]);
    for index in 0..2 {
        assert_eq!(sent(&calls, index), json!({ "ClientId": "client", "Username": "asha@example.com" }));
    }
    assert_eq!(
        sent(&calls, 2),
        json!({
            "ClientId": "client", "Username": "asha@example.com", "ConfirmationCode": "123456",
            "Password": "Correct-horse-1",
        })
    );
}

#[tokio::test]
async fn a_password_is_checked_by_a_log_in_and_set_for_good() {
    let (pool, calls) = answering(tokens());
    pool.check_password(SUB, &secret("Correct-horse-1")).await.unwrap();
    assert_eq!(sent(&calls, 0)["AuthParameters"], json!({ "USERNAME": SUB, "PASSWORD": "Correct-horse-1" }));
    let (challenged, _) = answering(json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s" }));
    challenged.check_password(SUB, &secret("Correct-horse-1")).await.unwrap();
    let (pool, calls) = answering(json!({}));
    pool.set_password(SUB, &secret("Correct-horse-2")).await.unwrap();
    let asked = json!({
        "UserPoolId": "ap-south-1_pool", "Username": SUB, "Password": "Correct-horse-2", "Permanent": true,
    });
    assert_eq!(sent(&calls, 0), asked);
}

#[tokio::test]
async fn a_challenge_is_answered_by_code_or_password_and_prints_neither() {
    let (pool, calls) = answering(tokens());
    let answer = ChallengeAnswer::OneTimeCode(&secret("287082"));
    assert!(!format!("{answer:?}").contains("287082"));
    let step = pool.answer_challenge(SUB, &secret("a-session"), answer).await.unwrap();
    assert!(matches!(step, LogIn::Session(_)));
    let asked = sent(&calls, 0);
    assert_eq!((&asked["ChallengeName"], &asked["Session"]), (&json!("SOFTWARE_TOKEN_MFA"), &json!("a-session")));
    assert_eq!(asked["ChallengeResponses"], json!({ "USERNAME": SUB, "SOFTWARE_TOKEN_MFA_CODE": "287082" }));
    let (pool, calls) = answering(json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "next" }));
    let password = secret("Correct-horse-2");
    let step = pool.answer_challenge(SUB, &secret("s"), ChallengeAnswer::NewPassword(&password)).await.unwrap();
    assert!(matches!(step, LogIn::Challenge(Challenge { kind: ChallengeKind::OneTimeCode, .. })));
    assert_eq!(sent(&calls, 0)["ChallengeResponses"], json!({ "USERNAME": SUB, "NEW_PASSWORD": "Correct-horse-2" }));
}

#[tokio::test]
async fn an_authenticator_is_begun_verified_required_and_removed() {
    let token = secret("a-token");
    let (pool, calls) = answering(json!({ "SecretCode": "GEZDGNBVGY3TQOJQ" }));
    assert_eq!(pool.begin_authenticator(&token).await.unwrap().expose(), "GEZDGNBVGY3TQOJQ");
    assert_eq!(sent(&calls, 0), json!({ "AccessToken": "a-token" }));
    let (pool, calls) = answering(json!({ "Status": "SUCCESS" }));
    pool.verify_authenticator(&token, &secret("287082")).await.unwrap();
    assert_eq!(sent(&calls, 0), json!({ "AccessToken": "a-token", "UserCode": "287082" }));
    for code in ["EnableSoftwareTokenMFAException", "SoftwareTokenMFANotFoundException"] {
        let refused = refusing(code).verify_authenticator(&token, &secret("287082")).await;
        assert_eq!(refused, Err(UserPoolError::CodeMismatch), "{code}");
    }
    let (pool, calls) = answering(json!({}));
    pool.require_authenticator(&token).await.unwrap();
    let on = json!({ "Enabled": true, "PreferredMfa": true });
    assert_eq!(sent(&calls, 0), json!({ "AccessToken": "a-token", "SoftwareTokenMfaSettings": on }));
    pool.remove_authenticator(SUB).await.unwrap();
    assert_eq!(sent(&calls, 1), json!({ "UserPoolId": "ap-south-1_pool", "Username": SUB }));
    refusing("SoftwareTokenMFANotFoundException").remove_authenticator(SUB).await.unwrap();
    pool.revoke(&secret("refresh")).await.unwrap();
    assert_eq!(sent(&calls, 2), json!({ "ClientId": "client", "Token": "refresh" }));
}

#[tokio::test]
async fn ending_sessions_names_the_account_and_needs_no_token_of_it() {
    let (pool, calls) = answering(json!({}));
    pool.end_sessions("ap-south-1_pool", SUB).await.unwrap();
    assert_eq!(calls.lock().unwrap()[0].operation, "AdminUserGlobalSignOut");
    assert_eq!(sent(&calls, 0), json!({ "UserPoolId": "ap-south-1_pool", "Username": SUB }));
}

/// The codes of Cognito that a call of ours can get.
const CODES: [&str; 20] = [
    "AccessDeniedException",
    "AliasExistsException",
    "CodeMismatchException",
    "ExpiredCodeException",
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "LimitExceededException",
    "NotAuthorizedException",
    "RefreshTokenReuseException",
    "ResourceNotFoundException",
    "TooManyFailedAttemptsException",
    "TooManyRequestsException",
    "UnauthorizedException",
    "UnsupportedTokenTypeException",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserNotFoundException",
    "UsernameExistsException",
];

/// What an operation makes of a code, as a word.
async fn reading(operation: &str, code: &'static str) -> String {
    let (pool, email, name, secret) = (refusing(code), email(), name(), secret("p"));
    let word = |error: UserPoolError| match error {
        UserPoolError::Unavailable(_) => "Unavailable".to_owned(),
        UserPoolError::WeakPassword(_) => "WeakPassword".to_owned(),
        other => format!("{other:?}"),
    };
    match operation {
        "sign_up" => pool.sign_up(&email, &secret, &name).await.map(|_| ()).map_err(word),
        "confirm_sign_up" => pool.confirm_sign_up(&email, "123456").await.map_err(word),
        "resend_confirmation" => pool.resend_confirmation(&email).await.map_err(word),
        "forgot_password" => pool.forgot_password(&email).await.map_err(word),
        "confirm_forgot_password" => pool.confirm_forgot_password(&email, "123456", &secret).await.map_err(word),
        "log_in" => pool.log_in(email.as_str(), &secret).await.map(|_| ()).map_err(word),
        "check_password" => pool.check_password(SUB, &secret).await.map_err(word),
        "answer_challenge" => {
            let answer = ChallengeAnswer::OneTimeCode(&secret);
            pool.answer_challenge(SUB, &secret, answer).await.map(drop).map_err(word)
        }
        "begin_authenticator" => pool.begin_authenticator(&secret).await.map(drop).map_err(word),
        "verify_authenticator" => pool.verify_authenticator(&secret, &secret).await.map_err(word),
        "require_authenticator" => pool.require_authenticator(&secret).await.map_err(word),
        "remove_authenticator" => pool.remove_authenticator(SUB).await.map_err(word),
        "revoke" => pool.revoke(&secret).await.map_err(word),
        "set_password" => pool.set_password(SUB, &secret).await.map_err(word),
        "refresh" => pool.refresh(&secret).await.map(|_| ()).map_err(word),
        "end_sessions" => pool.end_sessions("pool", SUB).await.map_err(word),
        "add_to_group" => pool.add_to_group("pool", SUB, "doctor").await.map_err(word),
        "disable" => pool.disable(SUB).await.map_err(word),
        other => panic!("{other}?"),
    }
    .map_or_else(|refusal| refusal, |()| "Success".to_owned())
}

#[tokio::test]
async fn no_code_is_read_as_more_than_it_says_for_its_operation() {
    // The codes that an operation reads as a refusal of its caller. All others are an outage of ours: the service may
    // mean the caller, or a right, a scope or a setting that is missing.
    let no_code = [
        ("NotAuthorizedException", "NoSuchUser"),
        ("UserNotFoundException", "NoSuchUser"),
        ("UserNotConfirmedException", "NoSuchUser"),
        ("InvalidParameterException", "NoSuchUser"),
        ("LimitExceededException", "NoSuchUser"),
    ];
    let wrong_code = [
        ("NotAuthorizedException", "CodeMismatch"),
        ("UserNotFoundException", "CodeMismatch"),
        ("LimitExceededException", "CodeMismatch"),
        ("TooManyFailedAttemptsException", "CodeMismatch"),
    ];
    let refused_answer = [
        ("CodeMismatchException", "CodeMismatch"),
        ("NotAuthorizedException", "CodeMismatch"),
        ("UserNotFoundException", "CodeMismatch"),
        ("ExpiredCodeException", "CodeMismatch"),
        ("LimitExceededException", "CodeMismatch"),
        ("TooManyFailedAttemptsException", "CodeMismatch"),
    ];
    let table: [(&str, &[(&str, &str)]); 18] = [
        ("answer_challenge", &refused_answer),
        ("begin_authenticator", &[]),
        ("verify_authenticator", &[]),
        ("require_authenticator", &[]),
        ("remove_authenticator", &[("UserNotFoundException", "NoSuchUser")]),
        ("revoke", &[]),
        ("sign_up", &[]),
        ("confirm_sign_up", &wrong_code),
        ("resend_confirmation", &no_code),
        ("forgot_password", &no_code),
        ("confirm_forgot_password", &wrong_code),
        ("log_in", &[("NotAuthorizedException", "WrongCredentials"), ("UserNotFoundException", "WrongCredentials")]),
        (
            "check_password",
            &[("NotAuthorizedException", "WrongCredentials"), ("UserNotFoundException", "WrongCredentials")],
        ),
        ("set_password", &[("UserNotFoundException", "NoSuchUser")]),
        (
            "refresh",
            &[
                ("NotAuthorizedException", "WrongCredentials"),
                ("UserNotFoundException", "WrongCredentials"),
                ("RefreshTokenReuseException", "WrongCredentials"),
            ],
        ),
        ("end_sessions", &[("UserNotFoundException", "NoSuchUser")]),
        ("add_to_group", &[("UserNotFoundException", "NoSuchUser")]),
        ("disable", &[("UserNotFoundException", "NoSuchUser")]),
    ];
    let everywhere = [
        ("UserNotConfirmedException", "NotConfirmed"),
        ("CodeMismatchException", "CodeMismatch"),
        ("ExpiredCodeException", "CodeExpired"),
        ("InvalidPasswordException", "WeakPassword"),
        ("UsernameExistsException", "AlreadyExists"),
        ("AliasExistsException", "AlreadyExists"),
        ("TooManyRequestsException", "TooManyRequests"),
        ("LimitExceededException", "TooManyRequests"),
        ("TooManyFailedAttemptsException", "TooManyRequests"),
    ];
    for (operation, own) in table {
        for code in CODES {
            let listed = own.iter().chain(&everywhere).find(|(listed, _)| *listed == code);
            let expected = listed.map_or("Unavailable", |(_, meaning)| *meaning);
            assert_eq!(reading(operation, code).await, expected, "{operation}: {code}");
        }
    }
}

#[tokio::test]
async fn a_list_takes_one_condition_in_the_words_of_the_pool() {
    let user = json!({
        "Username": SUB, "UserStatus": "CONFIRMED", "Enabled": true, "UserCreateDate": 1_796_007_600.5,
        "Attributes": [{ "Name": "sub", "Value": SUB }, { "Name": "email_verified", "Value": "true" }],
    });
    let (pool, calls) = answering(json!({ "Users": [user], "PaginationToken": "p2", "NextToken": "n2" }));
    let page = pool.users(UserFilter::EmailBegins("a\"b"), 20, None).await.unwrap();
    assert_eq!((page.users.len(), page.next.as_deref()), (1, Some("p2")));
    assert!(page.users[0].email_verified && page.users[0].created_at.as_millisecond() == 1_796_007_600_500);
    assert_eq!(sent(&calls, 0)["Filter"], "email ^= \"a\\\"b\"");
    for (place, (filter, text)) in [
        (UserFilter::Enabled(false), "status = \"Disabled\""),
        (UserFilter::Status(UserStatus::Invited), "cognito:user_status = \"FORCE_CHANGE_PASSWORD\""),
    ]
    .into_iter()
    .enumerate()
    {
        let _ = pool.users(filter, 20, Some("p2")).await.unwrap();
        assert_eq!(
            (&sent(&calls, place + 1)["Filter"], &sent(&calls, place + 1)["PaginationToken"]),
            (&json!(text), &json!("p2"))
        );
    }
    let page = pool.users(UserFilter::Group("admin"), 60, Some("n1")).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("n2"));
    assert_eq!((&sent(&calls, 3)["GroupName"], &sent(&calls, 3)["NextToken"]), (&json!("admin"), &json!("n1")));
}

#[tokio::test]
async fn a_mark_that_the_pool_does_not_know_is_told_from_a_fault_of_ours() {
    let list = async |after| refusing("InvalidParameterException").users(UserFilter::All, 20, after).await.unwrap_err();
    assert_eq!(list(Some("old")).await, UserPoolError::InvalidPage);
    assert!(matches!(list(None).await, UserPoolError::Unavailable(_)));
}
