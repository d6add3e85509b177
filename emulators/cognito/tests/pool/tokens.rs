//! What tokens say, to the claim, and which are refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_emulator::{Client, SigningKey, TokenRefusal};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{APP, Browser, EMAIL, HEADLESS, PASSWORD, POOL, Pkce, Stack, claims, config};

const ISSUER: &str = "https://cognito-idp.ap-south-1.amazonaws.com/ap-south-1_Local0001";

/// Replaces ids that are made at random, after a look at their form.
fn without_ids(mut claims: Value) -> Value {
    for name in ["origin_jti", "event_id", "jti"] {
        let id = claims[name].as_str().unwrap_or_default();
        uuid::Uuid::parse_str(id).unwrap_or_else(|_| panic!("{name} is {id:?}"));
        claims[name] = json!("id");
    }
    claims
}

#[tokio::test]
async fn an_access_token_has_exactly_the_claims_of_a_real_one() {
    let stack = Stack::new();
    let sub = stack.seed();
    let tokens = stack.log_in().await;
    let now = stack.now().as_second();
    assert_eq!(
        without_ids(claims(tokens.access_token().unwrap())),
        json!({
            "sub": sub,
            "cognito:groups": ["patient"],
            "iss": ISSUER,
            "client_id": HEADLESS,
            "origin_jti": "id",
            "event_id": "id",
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": now,
            "acr": "urn:cognito:loa:1",
            "amr": ["pwd"],
            "exp": now + 900,
            "iat": now,
            "jti": "id",
            "username": sub,
        })
    );
    assert_eq!((tokens.expires_in, tokens.token_type()), (900, Some("Bearer")));
    let header = tokens.access_token().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(header, json!({"alg": "RS256", "kid": stack.pool.jwks()["keys"][0]["kid"]}));
}

#[tokio::test]
async fn an_id_token_has_exactly_the_claims_of_a_real_one() {
    let stack = Stack::new();
    let sub = stack.seed();
    let tokens = stack.log_in().await;
    let now = stack.now().as_second();
    assert_eq!(
        without_ids(claims(tokens.id_token().unwrap())),
        json!({
            "sub": sub,
            "cognito:groups": ["patient"],
            "email_verified": true,
            "iss": ISSUER,
            "cognito:username": sub,
            "origin_jti": "id",
            "aud": HEADLESS,
            "event_id": "id",
            "token_use": "id",
            "auth_time": now,
            "acr": "urn:cognito:loa:1",
            "amr": ["pwd"],
            "name": "Asha Rao",
            "exp": now + 900,
            "iat": now,
            "jti": "id",
            "email": "asha@example.com",
        })
    );
}

#[tokio::test]
async fn groups_appear_in_order_of_precedence_and_not_at_all_without_any() {
    let stack = Stack::new();
    let sub = stack.pool.seed_user("asha@example.com", "Asha", PASSWORD, &[]);
    assert_eq!(claims(stack.log_in().await.access_token().unwrap()).get("cognito:groups"), None);
    for group in ["patient", "doctor", "admin"] {
        stack.sdk.admin_add_user_to_group().user_pool_id(POOL).username(&sub).group_name(group).send().await.unwrap();
    }
    assert_eq!(
        claims(stack.log_in().await.access_token().unwrap())["cognito:groups"],
        json!(["admin", "doctor", "patient"])
    );
}

#[tokio::test]
async fn the_published_key_verifies_a_token_with_another_library_s_parser() {
    let stack = Stack::new();
    stack.seed();
    let token = stack.log_in().await.access_token.unwrap();
    let key = &stack.pool.jwks()["keys"][0];
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let public = aws_lc_rs::signature::RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    public.verify(&aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).unwrap();
}

#[tokio::test]
async fn both_kinds_of_token_pass_the_authorizer_s_check_and_it_reads_their_claims() {
    let stack = Stack::new();
    let sub = stack.seed();
    let tokens = stack.log_in().await;
    for (token, token_use) in [(tokens.access_token(), "access"), (tokens.id_token(), "id")] {
        let claims = stack.pool.verify_access(token.unwrap()).unwrap();
        assert_eq!((claims.text("sub"), claims.text("token_use")), (Some(sub.as_str()), Some(token_use)));
    }
    assert_eq!(
        stack.get_user(tokens.id_token().unwrap()).await.unwrap_err(),
        "NotAuthorizedException",
        "the pool itself wants an access token"
    );
}

#[tokio::test]
async fn a_token_with_any_part_changed_is_refused() {
    let stack = Stack::new();
    stack.seed();
    let token = stack.log_in().await.access_token.unwrap();
    let [header, _, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let mut promoted = claims(&token);
    promoted["cognito:groups"] = json!(["admin"]);
    let promoted = URL_SAFE_NO_PAD.encode(promoted.to_string());
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let middle = token.split('.').nth(1).unwrap();
    for tampered in [
        format!("{header}.{promoted}.{signature}"),
        format!("{unsigned}.{middle}."),
        format!("{unsigned}.{middle}.{signature}"),
        format!("{header}.{middle}."),
        format!("{header}.{middle}"),
        String::new(),
    ] {
        assert_eq!(stack.pool.verify_access(&tampered), Err(TokenRefusal::Signature), "{tampered}");
        assert_eq!(stack.get_user(&tampered).await.unwrap_err(), "NotAuthorizedException");
    }
    stack.pool.verify_access(&token).unwrap();
}

#[tokio::test]
async fn a_token_expires_by_the_stack_s_clock_to_the_second_and_is_not_valid_before_it_was_made() {
    let stack = Stack::new();
    stack.seed();
    let token = stack.log_in().await.access_token.unwrap();
    stack.wait(SignedDuration::from_secs(899));
    stack.pool.verify_access(&token).unwrap();
    stack.wait_seconds(1);
    assert_eq!(stack.pool.verify_access(&token), Err(TokenRefusal::Expired));
    assert_eq!(stack.get_user(&token).await.unwrap_err(), "NotAuthorizedException");
    stack.wait_seconds(-901);
    assert_eq!(stack.pool.verify_access(&token), Err(TokenRefusal::NotYet));
}

#[tokio::test]
async fn tokens_of_another_pool_client_or_key_are_refused() {
    let stack = Stack::new();
    stack.seed();
    let token = stack.log_in().await.access_token.unwrap();

    let mut other = config();
    other.issuer = "https://elsewhere.example.com".to_owned();
    assert_eq!(Stack::with(other).pool.verify_access(&token), Err(TokenRefusal::Issuer));
    let mut other = config();
    other.clients = vec![Client::headless("another")];
    assert_eq!(Stack::with(other).pool.verify_access(&token), Err(TokenRefusal::Audience));
    let mut other = config();
    other.signing_key = Some(SigningKey::generate().unwrap());
    assert_eq!(Stack::with(other).pool.verify_access(&token), Err(TokenRefusal::Signature));
}

#[tokio::test]
async fn every_way_to_tokens_tells_the_trigger_which_way_it_is() {
    let stack = Stack::new();
    let sub = stack.seed();
    let tokens = stack.log_in().await;
    let refresh = tokens.refresh_token().unwrap();
    stack.sdk.get_tokens_from_refresh_token().client_id(HEADLESS).refresh_token(refresh).send().await.unwrap();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    let code = browser.code(&pkce).await;
    let before = stack.generated.lock().unwrap().len();
    browser.exchange(&code, &pkce.verifier).await;

    let events = stack.generated.lock().unwrap().clone();
    let sources: Vec<_> = events.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    let all = ["TokenGeneration_Authentication", "TokenGeneration_RefreshTokens", "TokenGeneration_HostedAuth"];
    assert_eq!((sources.as_slice(), before), (all.as_slice(), 2), "the page itself gives no tokens");
    let hosted = &events[2];
    assert_eq!((&hosted["userName"], &hosted["callerContext"]["clientId"]), (&json!(sub), &json!(APP)));
    assert_eq!(hosted["request"]["groupConfiguration"]["groupsToOverride"], json!(["patient"]));
    assert!(hosted["response"]["claimsOverrideDetails"].is_null());
}

#[tokio::test]
async fn without_the_trigger_there_are_no_tokens() {
    let stack = Stack::new();
    stack.seed();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    let code = browser.code(&pkce).await;
    stack.generation_fails.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(browser.exchange(&code, &pkce.verifier).await.json(), json!({"error": "invalid_grant"}));
    let refused = stack.try_log_in(EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(refused, "UserLambdaValidationException: PreTokenGeneration failed with error no room.");
}
