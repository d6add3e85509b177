//! Refresh tokens: rotation, reuse, revocation, the end.

use jiff::SignedDuration;

use crate::support::{APP, EMAIL, HEADLESS, PASSWORD, POOL, Stack, claims, code};

#[tokio::test]
async fn renewing_rotates_the_refresh_token_and_keeps_the_session() {
    let stack = Stack::new();
    stack.seed();
    let first = stack.log_in().await;
    stack.wait_seconds(60);
    let second = stack.renew(first.refresh_token().unwrap()).await.unwrap();
    assert_ne!(first.refresh_token(), second.refresh_token());
    let (old, new) = (claims(first.access_token().unwrap()), claims(second.access_token().unwrap()));
    for kept in ["sub", "origin_jti", "auth_time", "acr", "amr", "client_id", "scope"] {
        assert_eq!(old[kept], new[kept], "{kept}");
    }
    assert_ne!(old["jti"], new["jti"]);
    assert_eq!(new["iat"].as_i64(), old["iat"].as_i64().map(|iat| iat + 60));
}

#[tokio::test]
async fn a_rotated_token_is_taken_within_ten_seconds_and_never_again() {
    let stack = Stack::new();
    stack.seed();
    let first = stack.log_in().await.refresh_token.unwrap();
    let second = stack.renew(&first).await.unwrap().refresh_token.unwrap();
    stack.wait_seconds(10);
    stack.renew(&first).await.expect("a lost answer may be asked for again");
    stack.wait_seconds(1);
    assert_eq!(stack.renew(&first).await.unwrap_err(), "RefreshTokenReuseException");
    stack.renew(&second).await.expect("the newest one is not affected");
}

#[tokio::test]
async fn rotation_does_not_prolong_a_session_beyond_seven_days() {
    let stack = Stack::new();
    stack.seed();
    let mut token = stack.log_in().await.refresh_token.unwrap();
    for _ in 0..6 {
        stack.wait(SignedDuration::from_hours(24));
        token = stack.renew(&token).await.unwrap().refresh_token.unwrap();
    }
    stack.wait(SignedDuration::from_hours(24));
    assert_eq!(stack.renew(&token).await.unwrap_err(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_refresh_token_is_its_client_s_alone_and_no_made_up_one_works() {
    let stack = Stack::new();
    stack.seed();
    let token = stack.log_in().await.refresh_token.unwrap();
    let stolen = stack.sdk.get_tokens_from_refresh_token().client_id(APP).refresh_token(&token).send().await;
    assert_eq!(code(&stolen.unwrap_err()), "NotAuthorizedException");
    assert_eq!(stack.renew("made-up").await.unwrap_err(), "NotAuthorizedException");
    stack.renew(&token).await.unwrap();
}

#[tokio::test]
async fn revoking_ends_one_session_and_signing_out_everywhere_all_of_them() {
    let stack = Stack::new();
    stack.seed();
    let (one, two, three) = (stack.log_in().await, stack.log_in().await, stack.log_in().await);
    let revoke = |token: String| stack.sdk.revoke_token().client_id(HEADLESS).token(token).send();

    revoke(one.refresh_token.clone().unwrap()).await.unwrap();
    assert_eq!(stack.renew(one.refresh_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");
    assert_eq!(stack.get_user(one.access_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");
    stack.get_user(two.access_token().unwrap()).await.unwrap();
    revoke("unknown".to_owned()).await.expect("an unknown token is no error");
    let wrong_kind = revoke(two.access_token.clone().unwrap()).await;
    assert_eq!(code(&wrong_kind.unwrap_err()), "UnsupportedTokenTypeException");

    stack.sdk.global_sign_out().access_token(two.access_token().unwrap()).send().await.unwrap();
    for tokens in [&two, &three] {
        assert_eq!(stack.renew(tokens.refresh_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");
        assert_eq!(stack.get_user(tokens.access_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");
        stack.pool.verify_access(tokens.access_token().unwrap()).expect("a JWT authorizer does not know of it");
    }
}

#[tokio::test]
async fn disabling_signing_out_and_deleting_by_an_administrator_end_all_sessions() {
    let stack = Stack::new();
    let sub = stack.seed();
    let admin = &stack.sdk;

    let tokens = stack.log_in().await;
    admin.admin_user_global_sign_out().user_pool_id(POOL).username(&sub).send().await.unwrap();
    assert_eq!(stack.renew(tokens.refresh_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");

    let tokens = stack.log_in().await;
    admin.admin_disable_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    admin.admin_enable_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    assert_eq!(stack.renew(tokens.refresh_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");

    let tokens = stack.log_in().await;
    admin.admin_delete_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    assert_eq!(stack.renew(tokens.refresh_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");
    assert_eq!(stack.get_user(tokens.access_token().unwrap()).await.unwrap_err(), "NotAuthorizedException");
    assert!(stack.try_log_in(EMAIL, PASSWORD).await.unwrap_err().contains("Incorrect"));
}
