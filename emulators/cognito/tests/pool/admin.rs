//! What administrators do to accounts.

use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, AuthFlowType, ChallengeNameType, MessageActionType, UserStatusType,
};
use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;

use crate::support::{EMAIL, HEADLESS, PASSWORD, POOL, Stack, code};

async fn invite(stack: &Stack) -> String {
    let verified = AttributeType::builder().name("email_verified").value("true").build().expect("named");
    let made = stack.sdk.admin_create_user().user_pool_id(POOL).username(EMAIL).user_attributes(verified).send().await;
    let user = made.expect("creates").user.expect("a user");
    assert_eq!(user.user_status(), Some(&UserStatusType::ForceChangePassword));
    user.username.expect("a name")
}

fn temporary_password(stack: &Stack) -> String {
    let mails = stack.mails();
    let text = &mails.last().expect("an invitation").text;
    let (_, rest) = text.split_once("temporary password is ").expect("a password");
    rest.lines().next().expect("a line").to_owned()
}

async fn start(stack: &Stack, password: &str) -> Result<String, String> {
    let answer = stack
        .sdk
        .initiate_auth()
        .client_id(HEADLESS)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", EMAIL)
        .auth_parameters("PASSWORD", password)
        .send()
        .await
        .map_err(|error| code(&error))?;
    assert_eq!(answer.challenge_name(), Some(&ChallengeNameType::NewPasswordRequired));
    Ok(answer.session.expect("a session"))
}

async fn choose(stack: &Stack, session: &str, login: &str, password: &str) -> Result<(), String> {
    let answer = stack
        .sdk
        .respond_to_auth_challenge()
        .client_id(HEADLESS)
        .challenge_name(ChallengeNameType::NewPasswordRequired)
        .session(session)
        .challenge_responses("USERNAME", login)
        .challenge_responses("NEW_PASSWORD", password)
        .send()
        .await;
    answer.map(|answer| assert!(answer.authentication_result.is_some())).map_err(|error| code(&error))
}

#[tokio::test]
async fn an_invited_user_chooses_a_password_and_is_confirmed_without_a_trigger() {
    let stack = Stack::new();
    let sub = invite(&stack).await;
    let session = start(&stack, &temporary_password(&stack)).await.unwrap();
    assert_eq!(choose(&stack, &session, EMAIL, "weak").await.unwrap_err(), "InvalidPasswordException");
    assert_eq!(choose(&stack, &session, "other@example.com", PASSWORD).await.unwrap_err(), "CodeMismatchException");
    choose(&stack, &session, &sub, PASSWORD).await.unwrap();
    assert!(start(&stack, &temporary_password(&stack)).await.is_err(), "the temporary password is gone");
    stack.log_in().await;
    assert!(stack.triggered.lock().unwrap().is_empty(), "Post Confirmation is for those who signed up");
}

#[tokio::test]
async fn an_invitation_expires_can_be_resent_and_can_be_suppressed() {
    let stack = Stack::new();
    invite(&stack).await;
    let first = temporary_password(&stack);
    stack.wait(SignedDuration::from_hours(7 * 24));
    assert_eq!(start(&stack, &first).await.unwrap_err(), "NotAuthorizedException");
    let again = |action| stack.sdk.admin_create_user().user_pool_id(POOL).username(EMAIL).message_action(action).send();
    again(MessageActionType::Resend).await.unwrap();
    start(&stack, &temporary_password(&stack)).await.unwrap();
    assert_eq!(code(&again(MessageActionType::Suppress).await.unwrap_err()), "UsernameExistsException");
    stack
        .sdk
        .admin_create_user()
        .user_pool_id(POOL)
        .username("quiet@example.com")
        .message_action(MessageActionType::Suppress)
        .send()
        .await
        .unwrap();
    assert!(stack.mails().iter().all(|mail| mail.to == EMAIL));
    stack
        .sdk
        .admin_set_user_password()
        .user_pool_id(POOL)
        .username(EMAIL)
        .password(PASSWORD)
        .permanent(true)
        .send()
        .await
        .unwrap();
    assert_eq!(code(&again(MessageActionType::Resend).await.unwrap_err()), "UnsupportedUserStateException");
    stack.log_in().await;
}

#[tokio::test]
async fn a_user_is_found_by_sub_and_by_address_and_listed_by_filter() {
    let stack = Stack::new();
    let sub = stack.seed();
    for email in ["ben@example.com", "cara@example.com"] {
        stack.pool.seed_user(email, "Other", PASSWORD, &[]);
    }
    for name in [sub.as_str(), EMAIL, "ASHA@EXAMPLE.COM"] {
        let user = stack.sdk.admin_get_user().user_pool_id(POOL).username(name).send().await.unwrap();
        assert_eq!((user.username(), user.enabled()), (sub.as_str(), true));
        assert_eq!(user.user_create_date().unwrap().secs(), stack.now().as_second());
        let email = user.user_attributes().iter().find(|attribute| attribute.name() == "email").unwrap();
        assert_eq!(email.value(), Some(EMAIL));
    }
    let list = |filter: &str| stack.sdk.list_users().user_pool_id(POOL).filter(filter).send();
    for (filter, found) in [
        (format!("sub = \"{sub}\""), 1),
        (format!("email = \"{EMAIL}\""), 1),
        ("email ^= \"b\"".to_owned(), 1),
        ("name = \"Other\"".to_owned(), 2),
        ("email = \"nobody@example.com\"".to_owned(), 0),
    ] {
        assert_eq!(list(&filter).await.unwrap().users().len(), found, "{filter}");
    }
    assert_eq!(code(&list("email : \"x\"").await.unwrap_err()), "InvalidParameterException");

    let mut seen = Vec::new();
    let mut token = None;
    loop {
        let page = stack.sdk.list_users().user_pool_id(POOL).limit(1).set_pagination_token(token).send().await.unwrap();
        seen.extend(page.users().iter().filter_map(|user| user.username().map(str::to_owned)));
        token = page.pagination_token;
        if token.is_none() {
            break;
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn groups_are_joined_left_and_listed_and_unknown_names_are_refused() {
    let stack = Stack::new();
    let sub = stack.seed();
    let join = |user: &str, group: &str| {
        stack.sdk.admin_add_user_to_group().user_pool_id(POOL).username(user).group_name(group).send()
    };
    join(&sub, "doctor").await.unwrap();
    join(&sub, "doctor").await.expect("joining twice is no error");
    assert_eq!(code(&join(&sub, "wizard").await.unwrap_err()), "ResourceNotFoundException");
    assert_eq!(code(&join("absent@example.com", "doctor").await.unwrap_err()), "UserNotFoundException");
    stack
        .sdk
        .admin_remove_user_from_group()
        .user_pool_id(POOL)
        .username(&sub)
        .group_name("patient")
        .send()
        .await
        .unwrap();
    let groups = stack.sdk.admin_list_groups_for_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    let names: Vec<_> = groups.groups().iter().filter_map(|group| group.group_name()).collect();
    assert_eq!(names, ["doctor"]);
    let elsewhere = stack.sdk.admin_get_user().user_pool_id("ap-south-1_Other").username(&sub).send().await;
    assert_eq!(code(&elsewhere.unwrap_err()), "ResourceNotFoundException");
}

#[tokio::test]
async fn administrative_calls_without_a_signature_and_unknown_operations_are_refused() {
    let stack = Stack::new();
    stack.seed();
    for (operation, expected) in [
        ("AdminGetUser", "MissingAuthenticationTokenException"),
        ("ListUsers", "MissingAuthenticationTokenException"),
        ("DescribeUserPool", "UnknownOperationException"),
    ] {
        let request = Request::post("/")
            .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .body(Bytes::from(format!(r#"{{"UserPoolId":"{POOL}","Username":"{EMAIL}"}}"#)))
            .unwrap();
        let response = stack.pool.handle(request).await;
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["x-amzn-errortype"], expected);
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["__type"], expected);
    }
}
