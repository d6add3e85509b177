//! The app in a browser: its session is a cookie that no script can read.

use http::Method;
use local::Fault;
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Browser, World};

fn bearer(session: &Value) -> String {
    format!("Bearer {}", session["accessToken"].as_str().unwrap())
}

#[scenario]
async fn the_app_opens_a_session_renews_it_and_never_sees_the_refresh_token_again() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let tokens = browser.logs_in(&asha, "openid email").await;
    let body = json!({ "refreshToken": tokens["refresh_token"] });
    let opened = browser.asks_as_app(Method::POST, "/v1/session", None, Some(body.clone())).await;
    let set = opened.header("set-cookie").unwrap().to_owned();
    let (pair, attributes) = set.split_once("; ").unwrap();
    let token = pair.strip_prefix("__Host-vaidya-session=").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=604800; Secure; HttpOnly; SameSite=Strict");
    assert_eq!(opened.header("cache-control"), Some("no-store"));
    assert!(!opened.text().contains(token), "only the cookie has the refresh token");
    let opened = opened.ok();
    assert_eq!((opened["expiresIn"].as_i64(), opened["tokenType"].as_str()), (Some(900), Some("Bearer")));
    assert!(opened["idToken"].is_string() && opened["refreshToken"].is_null(), "{opened}");
    let _ = world.anonymous().get("/v1/me").header("authorization", &bearer(&opened)).await.ok();

    // What a script has held is spent, after the grace of the pool.
    world.minutes_pass(1).await;
    let _ = browser.asks_as_app(Method::POST, "/v1/session", None, Some(body)).await.problem("session-ended");

    let before = browser.session_cookie();
    let renewed = browser.renews_session().await.ok();
    assert_ne!(browser.session_cookie(), before, "the cookie has another token");
    let _ = world.anonymous().get("/v1/me").header("authorization", &bearer(&renewed)).await.ok();
    let refreshed = world.trail().await.into_iter().filter(|event| event["type"] == "SESSION_REFRESHED");
    let refreshed: Vec<_> = refreshed.filter(|event| event["actor"] == asha.id.as_str()).collect();
    let operations: Vec<_> = refreshed.iter().map(|event| event["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["openSession", "renewSession"]);
}

#[scenario]
async fn an_old_cookie_serves_for_some_seconds_and_not_afterwards() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let _ = browser.opens_session(&asha).await;
    let first = browser.session_cookie();

    // The answer to a renewal is lost: the browser keeps the cookie that it had, and asks again.
    let _ = browser.renews_session().await.ok();
    browser.has_session_cookie(first.clone());
    let _ = browser.renews_session().await.ok();
    let second = browser.session_cookie();
    assert_ne!(first, second);

    // A cookie that was copied before the renewal is worth nothing later.
    world.minutes_pass(1).await;
    browser.has_session_cookie(first);
    let refused = browser.renews_session().await;
    assert_eq!(refused.header("set-cookie"), None, "a refused copy removes no cookie of the browser");
    let _ = refused.problem("session-ended");
}

#[scenario]
async fn two_tabs_that_renew_at_once_both_go_on() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let _ = browser.opens_session(&asha).await;
    let mut other_tab = Browser::new(&world);
    other_tab.has_session_cookie(browser.session_cookie());
    let (one, two) = tokio::join!(browser.renews_session(), other_tab.renews_session());
    for session in [one.ok(), two.ok()] {
        let _ = world.anonymous().get("/v1/me").header("authorization", &bearer(&session)).await.ok();
    }
    // The browser has one jar: the later answer's cookie stays in it, whichever that is.
    world.minutes_pass(1).await;
    for tab in [&mut browser, &mut other_tab] {
        let _ = tab.renews_session().await.ok();
    }
}

#[scenario]
async fn a_request_that_the_app_did_not_make_is_refused() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let session = browser.opens_session(&asha).await;
    let cookie = browser.session_cookie().unwrap();
    let tokens = Browser::new(&world).logs_in(&asha, "openid email").await;
    let visitor = world.anonymous();
    let app = world.stack.addresses().app.clone();
    let before = browser.session_cookie();
    for (method, path) in
        [(Method::POST, "/v1/session"), (Method::POST, "/v1/session/refresh"), (Method::DELETE, "/v1/session")]
    {
        for (mark, origin) in [
            (None, Some(app.as_str())),
            (Some("0"), Some(app.as_str())),
            (Some("1"), Some("https://evil.example")),
            (Some("1"), Some("null")),
            (Some("1"), Some("http://127.0.0.1:8084")),
        ] {
            let mut request = visitor.sends(method.clone(), path).header("cookie", &cookie);
            request = request.header("authorization", &bearer(&session));
            if (method.clone(), path) == (Method::POST, "/v1/session") {
                request = request.json(json!({ "refreshToken": tokens["refresh_token"] }));
            }
            for (name, value) in [("x-vaidya-app", mark), ("origin", origin)] {
                request = value.into_iter().fold(request, |request, value| request.header(name, value));
            }
            let refused = request.await;
            assert_eq!(refused.header("set-cookie"), None);
            let _ = refused.problem("foreign-request");
        }
    }
    // The refused requests spent no token and ended no session.
    assert_eq!(browser.session_cookie(), before);
    let _ = visitor.get("/v1/me").header("authorization", &bearer(&session)).await.ok();
    let _ = browser.renews_session().await.ok();
    // A page of another origin may not ask with the mark at all: CORS allows the header to none.
    let preflight = visitor.sends(Method::OPTIONS, "/v1/session").header("origin", &app).await;
    let allowed = preflight.header("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
    assert!(!allowed.contains("x-vaidya-app"), "{allowed}");
}

#[scenario]
async fn a_browser_without_a_cookie_learns_that_it_has_no_session() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let _ = browser.renews_session().await.problem("no-session");
    browser.has_session_cookie(Some("__Host-vaidya-session=made.up".to_owned()));
    let _ = browser.renews_session().await.problem("session-ended");
    browser.has_session_cookie(Some("__Host-vaidya-session=made up\"".to_owned()));
    let _ = browser.renews_session().await.problem("session-ended");
}

#[scenario]
async fn a_log_out_ends_the_cookie_and_the_access_token() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let session = browser.opens_session(&asha).await;
    let cookie = browser.session_cookie();
    world.minutes_pass(1).await;
    let token = session["accessToken"].as_str().unwrap();
    let closed = browser.asks_as_app(Method::DELETE, "/v1/session", Some(token), None).await;
    assert_eq!(
        closed.header("set-cookie"),
        Some("__Host-vaidya-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
    );
    assert!(closed.ok()["hostedLogout"].as_str().unwrap().contains("/logout?client_id="));
    assert_eq!(browser.session_cookie(), None);
    let _ = browser.renews_session().await.problem("no-session");
    // A copy of the cookie is worth nothing either.
    browser.has_session_cookie(cookie);
    let _ = browser.renews_session().await.problem("session-ended");
    let _ = world.anonymous().get("/v1/me").header("authorization", &bearer(&session)).await.problem("session-ended");
}

#[scenario]
async fn a_log_out_that_the_pool_does_not_confirm_leaves_the_cookie_for_another_try() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let session = browser.opens_session(&asha).await;
    let token = session["accessToken"].as_str().unwrap();
    world.stack.network().inject(|call| (call.action == "AdminUserGlobalSignOut").then_some(Fault::NotSent));
    let failed = browser.asks_as_app(Method::DELETE, "/v1/session", Some(token), None).await;
    assert_eq!(failed.header("set-cookie"), None);
    let _ = failed.problem("unavailable");
    world.stack.network().heal();
    let _ = browser.asks_as_app(Method::DELETE, "/v1/session", Some(token), None).await.ok();
    assert_eq!(browser.session_cookie(), None);
}

#[scenario]
async fn the_pools_failure_spends_no_session() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let _ = browser.opens_session(&asha).await;
    world.stack.network().inject(|call| (call.action == "GetTokensFromRefreshToken").then_some(Fault::NotSent));
    let _ = browser.renews_session().await.problem("unavailable");
    world.stack.network().heal();
    let _ = browser.renews_session().await.ok();
}
