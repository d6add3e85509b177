//! The hosted domain: the code flow with PKCE, its pages, and what it refuses.

use http::StatusCode;
use serde_json::json;

use crate::second_factor::enrol;
use crate::support::{APP, Browser, CALLBACK, EMAIL, PASSWORD, POOL, Pkce, Stack, claims};

#[tokio::test]
async fn an_app_logs_a_user_in_with_code_and_pkce() {
    let stack = Stack::new();
    let sub = stack.seed();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    let form = browser.form(&pkce).await;
    assert_eq!(form.status, StatusCode::OK);
    let done = browser.submit(&form, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::FOUND);
    assert_eq!(done.sent_on_with("state").as_deref(), Some("xyz 1"), "the state comes back as it was");
    let code = done.sent_on_with("code").unwrap();

    let tokens = browser.exchange(&code, &pkce.verifier).await;
    assert_eq!((tokens.status, &tokens.headers["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    assert_eq!(tokens.headers["access-control-allow-origin"], "*");
    let tokens = tokens.json();
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_i64()), (Some("Bearer"), Some(900)));
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(access["scope"], "openid email aws.cognito.signin.user.admin");
    assert_eq!((&access["client_id"], &access["sub"], &access["version"]), (&json!(APP), &json!(sub), &json!(2)));
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["aud"], APP);
    stack.pool.verify_access(tokens["access_token"].as_str().unwrap()).unwrap();

    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let info = browser.get_with("/oauth2/userInfo", &[("authorization", &bearer)]).await.json();
    assert_eq!(
        info,
        json!({"sub": sub, "username": sub, "email": EMAIL, "email_verified": "true", "name": "Asha Rao"})
    );
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_client_s_address_and_five_minutes() {
    let stack = Stack::new();
    stack.seed();
    let pkce = Pkce::new("verifier");
    for (field, value) in [
        ("code_verifier", "wrong--------------------------------------"),
        ("code_verifier", ""),
        ("redirect_uri", "http://localhost:5173/other"),
        ("client_id", "headless"),
    ] {
        let browser = Browser::new(&stack);
        let code = browser.code(&pkce).await;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("code", code.as_str()),
            ("code_verifier", pkce.verifier.as_str()),
        ];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let refused = browser.post("/oauth2/token", &fields).await;
        assert_eq!(
            (refused.status, refused.json()),
            (StatusCode::BAD_REQUEST, json!({"error": "invalid_grant"})),
            "{field}"
        );
        let late = browser.exchange(&code, &pkce.verifier).await;
        assert_eq!(late.json(), json!({"error": "invalid_grant"}), "a failed exchange uses the code up");
    }
    let browser = Browser::new(&stack);
    let code = browser.code(&pkce).await;
    stack.wait_seconds(300);
    assert_eq!(browser.exchange(&code, &pkce.verifier).await.json(), json!({"error": "invalid_grant"}));
    assert_eq!(browser.exchange("made-up", &pkce.verifier).await.json(), json!({"error": "invalid_grant"}));
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_ends_the_session_of_the_first() {
    let stack = Stack::new();
    stack.seed();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    let code = browser.code(&pkce).await;
    let tokens = browser.exchange(&code, &pkce.verifier).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    stack.get_user(access).await.unwrap();
    assert_eq!(browser.exchange(&code, &pkce.verifier).await.json(), json!({"error": "invalid_grant"}));
    assert_eq!(stack.get_user(access).await.unwrap_err(), "NotAuthorizedException");
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_or_client_that_is_not_registered() {
    let stack = Stack::new();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    for changes in [
        [("redirect_uri", "http://evil.example.com/callback")],
        [("redirect_uri", "http://localhost:5173/callback/")],
        [("redirect_uri", "http://localhost:5173/callback?x=1")],
        [("redirect_uri", "")],
        [("client_id", "stranger")],
        [("client_id", "headless")],
    ] {
        let refused = browser.authorize(&pkce, &changes).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{changes:?}");
        assert!(!refused.headers.contains_key("location"));
    }
}

#[tokio::test]
async fn a_bad_request_of_a_known_app_is_reported_at_its_address() {
    let stack = Stack::new();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge", "short")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("code_challenge_method", "")], "invalid_request"),
        ([("scope", "openid phone")], "invalid_scope"),
    ] {
        let refused = browser.authorize(&pkce, &changes).await;
        assert!(refused.location().starts_with(CALLBACK), "{changes:?}");
        assert_eq!(refused.sent_on_with("error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(refused.sent_on_with("state").as_deref(), Some("xyz 1"));
        assert_eq!(refused.sent_on_with("code"), None);
    }
}

#[tokio::test]
async fn the_page_says_the_same_to_a_wrong_password_and_to_an_unknown_address() {
    let stack = Stack::new();
    stack.seed();
    let mut pages = Vec::new();
    for login in [EMAIL, "absent@example.com"] {
        let browser = Browser::new(&stack);
        let form = browser.form(&Pkce::new("verifier")).await;
        let refused = browser.submit(&form, &[("username", login), ("password", "Wrong-horse-77")]).await;
        assert!(refused.body.contains("role=\"alert\""));
        let csrf = refused.hidden("_csrf");
        pages.push((refused.status, refused.body.replace(&csrf, "").replace(login, "")));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_even_with_the_right_password() {
    let stack = Stack::new();
    stack.seed();
    let browser = Browser::new(&stack);
    let form = browser.form(&Pkce::new("verifier")).await;
    browser.forget("XSRF-TOKEN");
    let forged = browser.submit(&form, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(!forged.headers.contains_key("location"));
}

#[tokio::test]
async fn what_a_visitor_typed_is_escaped_and_the_pages_allow_no_scripts_or_frames() {
    let stack = Stack::new();
    let browser = Browser::new(&stack);
    let form = browser.form(&Pkce::new("verifier")).await;
    let page = browser.submit(&form, &[("username", "\"><script>alert(1)</script>"), ("password", "x")]).await;
    assert!(!page.body.contains("<script"), "{}", page.body);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("form-action 'self' http://localhost:5173;"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_browser_that_signed_in_is_granted_at_once_until_it_logs_out_or_an_hour_passed() {
    let stack = Stack::new();
    stack.seed();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    browser.code(&pkce).await;
    assert!(browser.authorize(&pkce, &[]).await.sent_on_with("code").is_some());

    let refused = browser.get("/logout?client_id=app&logout_uri=http://evil.example.com/").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let out = browser.get("/logout?client_id=app&logout_uri=http://localhost:5173/").await;
    assert_eq!(out.location(), "http://localhost:5173/");
    assert!(browser.authorize(&pkce, &[]).await.location().starts_with("/login?"));

    browser.code(&pkce).await;
    stack.wait_seconds(3_600);
    assert!(browser.authorize(&pkce, &[]).await.location().starts_with("/login?"));
}

#[tokio::test]
async fn a_refresh_token_rotates_at_the_token_endpoint_and_is_revoked_at_its_own() {
    let stack = Stack::new();
    stack.seed();
    let browser = Browser::new(&stack);
    let pkce = Pkce::new("verifier");
    let code = browser.code(&pkce).await;
    let first = browser.exchange(&code, &pkce.verifier).await.json();
    let renew = async |token: &serde_json::Value| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", APP),
            ("refresh_token", token.as_str().unwrap_or_default()),
        ];
        browser.post("/oauth2/token", &fields).await
    };
    let second = renew(&first["refresh_token"]).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    stack.wait_seconds(11);
    assert_eq!(renew(&first["refresh_token"]).await.json(), json!({"error": "invalid_grant"}));

    let fields = [("client_id", APP), ("token", second["refresh_token"].as_str().unwrap())];
    assert_eq!(browser.post("/oauth2/revoke", &fields).await.status, StatusCode::OK);
    assert_eq!(renew(&second["refresh_token"]).await.json(), json!({"error": "invalid_grant"}));
    let bearer = format!("Bearer {}", second["access_token"].as_str().unwrap());
    let info = browser.get_with("/oauth2/userInfo", &[("authorization", &bearer)]).await;
    assert_eq!(info.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_token_endpoint_names_what_is_wrong_with_a_request() {
    let stack = Stack::new();
    let browser = Browser::new(&stack);
    for (fields, error) in [
        (vec![("grant_type", "authorization_code")], "invalid_client"),
        (vec![("grant_type", "authorization_code"), ("client_id", "stranger")], "invalid_client"),
        (vec![("grant_type", "refresh_token"), ("client_id", APP), ("client_secret", "x")], "invalid_client"),
        (vec![("grant_type", "client_credentials"), ("client_id", APP)], "unsupported_grant_type"),
        (vec![("client_id", APP)], "invalid_request"),
        (vec![("grant_type", "authorization_code"), ("client_id", APP)], "invalid_grant"),
    ] {
        let refused = browser.post("/oauth2/token", &fields).await;
        assert_eq!((refused.status, refused.json()), (StatusCode::BAD_REQUEST, json!({"error": error})), "{fields:?}");
    }
}

#[tokio::test]
async fn the_page_asks_for_the_second_factor_and_refuses_a_wrong_code() {
    let stack = Stack::new();
    stack.seed();
    let secret = enrol(&stack).await;
    let browser = Browser::new(&stack);
    let form = browser.form(&Pkce::new("verifier")).await;
    let asked = browser.submit(&form, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(asked.body.contains("authenticator app"));
    let stale = cognito_emulator::totp::code_at(&secret, stack.now() - jiff::SignedDuration::from_secs(120)).unwrap();
    let refused = browser.submit(&asked, &[("code", &stale)]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let right = cognito_emulator::totp::code_at(&secret, stack.now()).unwrap();
    let done = browser.submit(&refused, &[("code", &right)]).await;
    assert!(done.sent_on_with("code").is_some());
}

#[tokio::test]
async fn an_invited_user_chooses_a_password_on_the_page() {
    let stack = Stack::new();
    let temporary = "Temporary-horse-1";
    stack
        .sdk
        .admin_create_user()
        .user_pool_id(POOL)
        .username(EMAIL)
        .temporary_password(temporary)
        .send()
        .await
        .unwrap();
    let browser = Browser::new(&stack);
    let form = browser.form(&Pkce::new("verifier")).await;
    let asked = browser.submit(&form, &[("username", EMAIL), ("password", temporary)]).await;
    let differ = browser.submit(&asked, &[("password", PASSWORD), ("password_again", "x")]).await;
    assert!(differ.body.contains("differ"));
    let weak = browser.submit(&differ, &[("password", "weak"), ("password_again", "weak")]).await;
    assert!(weak.body.contains("not long enough"));
    let done = browser.submit(&weak, &[("password", PASSWORD), ("password_again", PASSWORD)]).await;
    assert!(done.sent_on_with("code").is_some());
    stack.log_in().await;
}

#[tokio::test]
async fn a_forgotten_password_is_reset_on_the_page_with_the_mailed_code() {
    let stack = Stack::new();
    stack.seed();
    let browser = Browser::new(&stack);
    let form = browser.form(&Pkce::new("verifier")).await;
    let (_, link) = form.body.split_once("href=\"").unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let asked = browser.get(&link).await;
    let mailed = browser.submit(&asked, &[("username", EMAIL)]).await;
    let code = stack.mailed_code();
    let new = [("code", code.as_str()), ("password", "Another-horse-8"), ("password_again", "Another-horse-8")];
    let done = browser.submit(&mailed, &new).await;
    assert!(done.location().starts_with("/login?"));
    stack.try_log_in(EMAIL, "Another-horse-8").await.unwrap();
}

#[tokio::test]
async fn a_person_signs_up_on_the_page_and_confirms_the_address() {
    let stack = Stack::new();
    let browser = Browser::new(&stack);
    let form = browser.form(&Pkce::new("verifier")).await;
    let (_, link) = form.body.rsplit_once("href=\"").unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let form = browser.get(&link).await;
    assert!(form.body.contains("At least 12 characters, with "), "{}", form.body);
    let new = |password, again| [("username", EMAIL), ("password", password), ("password_again", again)];
    let differ = browser.submit(&form, &new(PASSWORD, "x")).await;
    assert!(differ.body.contains("differ"));
    let weak = browser.submit(&differ, &new("weak", "weak")).await;
    assert!(weak.body.contains("not long enough"));
    let asked = browser.submit(&weak, &new(PASSWORD, PASSWORD)).await;
    assert!(asked.body.contains("Code from the mail"), "{}", asked.body);
    let again = browser.submit(&form, &new(PASSWORD, PASSWORD)).await;
    assert!(again.body.contains("There is an account"), "{}", again.body);

    // A log-in before the confirmation leads to the code too, if the password is right.
    let early = browser.form(&Pkce::new("verifier")).await;
    let asked = browser.submit(&early, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(asked.body.contains("Code from the mail"), "{}", asked.body);
    let wrong = browser.submit(&asked, &[("code", "000000")]).await;
    assert!(wrong.body.contains("not right"), "{}", wrong.body);
    let done = browser.submit(&wrong, &[("code", &stack.mailed_code())]).await;
    assert!(done.location().starts_with("/login?"));
    stack.log_in().await;
}

#[tokio::test]
async fn the_pool_publishes_its_key_and_its_addresses() {
    let stack = Stack::new();
    let browser = Browser::new(&stack);
    let keys = browser.get(&format!("/{POOL}/.well-known/jwks.json")).await;
    assert_eq!(keys.json(), stack.pool.jwks());
    assert_eq!(browser.get("/ap-south-1_Other/.well-known/jwks.json").await.status, StatusCode::NOT_FOUND);
    let document = browser.get(&format!("/{POOL}/.well-known/openid-configuration")).await.json();
    assert_eq!(document["jwks_uri"], format!("http://localhost:4566/{POOL}/.well-known/jwks.json"));
    assert_eq!(document["issuer"], format!("https://cognito-idp.ap-south-1.amazonaws.com/{POOL}"));
    assert_eq!(browser.post("/oauth2/authorize", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn tokens_reach_as_far_as_the_scopes_that_were_asked_for_and_carry_the_nonce() {
    let stack = Stack::new();
    stack.seed();
    let pkce = Pkce::new("verifier");
    let tokens = async |scope: &str| {
        let browser = Browser::new(&stack);
        let started = browser.authorize(&pkce, &[("scope", scope), ("nonce", "n-1")]).await;
        let form = browser.get(started.location()).await;
        let done = browser.submit(&form, &[("username", EMAIL), ("password", PASSWORD)]).await;
        browser.exchange(&done.sent_on_with("code").unwrap(), &pkce.verifier).await.json()
    };
    let bearer = |tokens: &serde_json::Value| format!("Bearer {}", tokens["access_token"].as_str().unwrap_or_default());

    let about_me = tokens("openid").await;
    assert_eq!(claims(about_me["id_token"].as_str().unwrap())["nonce"], "n-1");
    let refused = stack.get_user(about_me["access_token"].as_str().unwrap()).await;
    assert_eq!(refused.unwrap_err(), "NotAuthorizedException", "it may not call the pool");

    let self_service = tokens("aws.cognito.signin.user.admin").await;
    assert_eq!(self_service.get("id_token"), None, "only openid brings an ID token");
    stack.get_user(self_service["access_token"].as_str().unwrap()).await.unwrap();
    let browser = Browser::new(&stack);
    let info = browser.get_with("/oauth2/userInfo", &[("authorization", &bearer(&self_service))]).await;
    assert_eq!(info.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_disabled_user_s_browser_and_code_are_worth_nothing() {
    let stack = Stack::new();
    let sub = stack.seed();
    let pkce = Pkce::new("verifier");
    let browser = Browser::new(&stack);
    let code = browser.code(&pkce).await;
    stack.sdk.admin_disable_user().user_pool_id(POOL).username(&sub).send().await.unwrap();
    assert_eq!(browser.exchange(&code, &pkce.verifier).await.json(), json!({"error": "invalid_grant"}));
    assert!(browser.authorize(&pkce, &[]).await.location().starts_with("/login?"));
}
