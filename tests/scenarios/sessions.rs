//! A person looks at the own sessions and ends them, one or all others; a session that nobody uses ends by itself.

use http::Method;
use local::Fault;
use scenario::scenario;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use system_tests::{Browser, Person, Reply, World};

const PASSWORD: &str = "Correct-horse-9-battery";
const TELEPHONE: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile Safari/537.36";
const LAPTOP: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0";

async fn logs_in_from(world: &World, person: &Person, user_agent: &str) -> Value {
    let body = json!({ "email": person.email, "password": PASSWORD });
    world.anonymous().post("/v1/auth/login", body).header("user-agent", user_agent).await.ok()
}

async fn asks(world: &World, session: &Value, method: Method, path: &str) -> Reply {
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());
    world.anonymous().sends(method, path).header("authorization", &bearer).await
}

async fn refresh(world: &World, session: &Value) -> Reply {
    let body = json!({ "refreshToken": session["refreshToken"] });
    world.anonymous().post("/v1/auth/refresh", body).header("user-agent", TELEPHONE).await
}

async fn sessions(world: &World, session: &Value) -> Vec<Value> {
    let list = asks(world, session, Method::GET, "/v1/me/sessions").await.ok();
    list["sessions"].as_array().cloned().unwrap()
}

/// The session on a device with this program.
fn on<'a>(program: &str, sessions: &'a [Value]) -> &'a Value {
    sessions.iter().find(|session| session["device"]["program"] == program).unwrap()
}

fn path_of(session: &Value) -> String {
    format!("/v1/me/sessions/{}", session["id"].as_str().unwrap())
}

#[scenario]
async fn a_lost_telephone_is_signed_out_and_the_laptop_stays() {
    let world = World::start().await;
    let (asha, ravi) = (world.patient("Asha Rao").await, world.patient("Ravi Kumar").await);
    // A mail goes to the address of the profile, which the first look makes.
    let _ = asha.get("/v1/me").await.ok();
    world.minutes_pass(1).await;
    let telephone = logs_in_from(&world, &asha, TELEPHONE).await;
    world.minutes_pass(1).await;
    let laptop = logs_in_from(&world, &asha, LAPTOP).await;
    let list = sessions(&world, &laptop).await;
    assert_eq!(list.len(), 3, "with the one of the test's own program: {list:?}");
    let (lost, own) = (on("Chrome", &list), on("Firefox", &list));
    assert_eq!(
        (&list[0]["id"], own["current"].as_bool(), lost["current"].as_bool()),
        (&own["id"], Some(true), Some(false))
    );
    assert_eq!(lost["device"], json!({ "kind": "mobile", "program": "Chrome", "system": "Android" }));
    assert_eq!((lost["state"].as_str(), lost["address"].as_str()), (Some("active"), Some("127.0.0.1")));
    assert_eq!(lost["signs"], json!({ "otherDevice": false, "otherNetwork": false }));

    // Another person reaches none of them.
    let _ = ravi.delete(&path_of(lost)).await.problem("not-found");
    let _ = asks(&world, &telephone, Method::GET, "/v1/me").await.ok();

    asks(&world, &laptop, Method::DELETE, &path_of(lost)).await.no_content();
    let _ = asks(&world, &telephone, Method::GET, "/v1/me").await.problem("session-ended");
    let _ = asks(&world, &telephone, Method::GET, "/v1/me/sessions").await.problem("session-ended");
    let _ = asks(&world, &telephone, Method::DELETE, &path_of(own)).await.problem("session-ended");
    let _ = asks(&world, &laptop, Method::GET, "/v1/me").await.ok();
    let ended = sessions(&world, &laptop).await;
    assert_eq!(on("Chrome", &ended)["state"], "ended");
    assert!(on("Chrome", &ended)["endedAt"].is_string());
    // A repetition changes nothing.
    asks(&world, &laptop, Method::DELETE, &path_of(lost)).await.no_content();
    let unknown = "/v1/me/sessions/7c9e6679-7425-40de-944b-e07fc1f90ae7";
    let _ = asks(&world, &laptop, Method::DELETE, unknown).await.problem("not-found");

    // The refresh token of the lost telephone is refused, and that attempt ends the session in the pool, too.
    let _ = refresh(&world, &telephone).await.problem("session-ended");
    let _ = refresh(&world, &laptop).await.ok();

    // The first device of all is told to no one; the telephone and the laptop are each told once.
    world.settles().await;
    let mails = world.mails_to(&asha.email);
    let texts: Vec<String> = mails.iter().map(|mail| mail.message.text.clone().unwrap_or_default()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("Chrome on Android") && texts[1].contains("Firefox on Windows"), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains("127.0.0.1")), "no address in an e-mail");
    let trail = world.trail().await;
    let of = |event: &str| trail.iter().filter(|it| it["type"] == event && it["actor"] == asha.id.as_str()).count();
    assert_eq!((of("SESSION_ENDED"), of("SESSIONS_LISTED"), of("SESSION_REFRESHED")), (1, 2, 1));
    let new = trail.iter().filter(|it| it["type"] == "LOGIN_SUCCEEDED" && it["detail"] == "new device").count();
    assert_eq!(new, 2);
}

#[scenario]
async fn a_known_device_is_not_told_again_and_the_same_browser_may_sign_in_twice() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let _ = asha.get("/v1/me").await.ok();
    for _ in 0..2 {
        world.minutes_pass(1).await;
        let _ = logs_in_from(&world, &asha, LAPTOP).await;
    }
    world.settles().await;
    assert_eq!(world.mails_to(&asha.email).len(), 1);
}

#[scenario]
async fn all_other_sessions_end_and_the_own_one_goes_on() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world).saying(LAPTOP);
    let telephone = logs_in_from(&world, &asha, TELEPHONE).await;
    let own = browser.opens_session(&asha).await;
    // A session of which the service knows nothing but its tokens.
    let unknown = Browser::new(&world).logs_in(&asha, "openid email").await;
    let unknown = json!({ "accessToken": unknown["access_token"] });
    world.minutes_pass(1).await;
    asks(&world, &own, Method::DELETE, "/v1/me/sessions").await.no_content();
    for other in [&telephone, &unknown] {
        let _ = asks(&world, other, Method::GET, "/v1/me").await.problem("session-ended");
    }
    let _ = refresh(&world, &telephone).await.problem("session-ended");
    let _ = asks(&world, &own, Method::GET, "/v1/me").await.ok();
    world.minutes_pass(20).await;
    let own = browser.renews_session().await.ok();
    let list = sessions(&world, &own).await;
    let active: Vec<_> = list.iter().filter(|session| session["state"] == "active").collect();
    assert_eq!((active.len(), active[0]["current"].as_bool()), (1, Some(true)), "{list:?}");
    // A log-in after it lives, and ends the one that was spared.
    let later = logs_in_from(&world, &asha, TELEPHONE).await;
    world.minutes_pass(1).await;
    asks(&world, &later, Method::DELETE, "/v1/me/sessions").await.no_content();
    let _ = asks(&world, &own, Method::GET, "/v1/me").await.problem("session-ended");
    let _ = browser.renews_session().await.problem("session-ended");
    let _ = asks(&world, &later, Method::GET, "/v1/me").await.ok();
}

#[scenario]
async fn a_session_that_nobody_renews_for_half_an_hour_is_over_here_and_in_the_pool() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world);
    let _ = browser.opens_session(&asha).await;
    for _ in 0..3 {
        world.minutes_pass(30).await;
        let _ = browser.renews_session().await.ok();
    }
    world.minutes_pass(31).await;
    let cookie = browser.session_cookie().unwrap();
    let _ = browser.renews_session().await.problem("session-ended");
    // The attempt has rotated the token, and the pool ended the session by the new one.
    let token = cookie.strip_prefix("__Host-vaidya-session=").unwrap();
    assert_eq!(browser.refreshes(token).await, None);
    let _ = browser.renews_session().await.problem("session-ended");
}

#[scenario]
async fn a_cookie_that_another_browser_uses_is_marked_and_goes_on() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let mut browser = Browser::new(&world).saying(LAPTOP);
    let _ = browser.opens_session(&asha).await;
    let mut copy = Browser::new(&world).saying(TELEPHONE);
    copy.has_session_cookie(browser.session_cookie());
    let stolen = copy.renews_session().await.ok();
    let list = sessions(&world, &stolen).await;
    let own = on("Firefox", &list);
    assert_eq!(own["signs"], json!({ "otherDevice": true, "otherNetwork": false }));
    assert_eq!((own["state"].as_str(), own["current"].as_bool()), (Some("active"), Some(true)));
}

/// The renewal reads first, the owner ends the session, and only then can the renewal write: it reads again, and is refused.
#[scenario]
async fn a_session_that_ends_while_it_is_renewed_gets_no_tokens() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    for path_is_of_all in [false, true] {
        let telephone = logs_in_from(&world, &asha, TELEPHONE).await;
        let laptop = logs_in_from(&world, &asha, LAPTOP).await;
        world.minutes_pass(1).await;
        let list = sessions(&world, &telephone).await;
        let id = list.iter().find(|session| session["current"] == true).unwrap();
        let path = if path_is_of_all { "/v1/me/sessions".to_owned() } else { path_of(id) };
        let has_ended = Arc::new(AtomicBool::new(false));
        let waits = has_ended.clone();
        world.stack.network().inject(move |call| {
            let is_renewal = call.function == "RefreshSessionFunction" && call.action == "TransactWriteItems";
            (is_renewal && !waits.load(Ordering::SeqCst)).then_some(Fault::TransactionConflict)
        });
        let ends = async {
            asks(&world, &laptop, Method::DELETE, &path).await.no_content();
            has_ended.store(true, Ordering::SeqCst);
        };
        let (renewed, ()) = tokio::join!(refresh(&world, &telephone), ends);
        world.stack.network().heal();
        // It has read again and was refused, or it gave up and its client asks again.
        assert!([401, 503].contains(&renewed.status()), "{}", renewed.text());
        let _ = refresh(&world, &telephone).await.problem("session-ended");
        let _ = asks(&world, &telephone, Method::GET, "/v1/me").await.problem("session-ended");
    }
}

#[scenario]
async fn without_the_table_a_renewal_gives_no_tokens_and_the_client_repeats_it() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let session = logs_in_from(&world, &asha, TELEPHONE).await;
    world.stack.network().inject(|call| (call.action == "TransactWriteItems").then_some(Fault::NotSent));
    let _ = refresh(&world, &session).await.problem("unavailable");
    world.stack.network().heal();
    // The pool still takes the token for some seconds.
    let _ = refresh(&world, &session).await.ok();
    // A reply of the table that is lost renews all the same.
    let session = logs_in_from(&world, &asha, TELEPHONE).await;
    world.stack.network().inject(|call| (call.action == "TransactWriteItems").then_some(Fault::ReplyLost));
    let _ = refresh(&world, &session).await.problem("unavailable");
    world.stack.network().heal();
    let _ = refresh(&world, &session).await.ok();
    let _ = sessions(&world, &session).await;
}

#[scenario]
async fn sessions_come_page_by_page() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    for _ in 0..4 {
        let _ = logs_in_from(&world, &asha, LAPTOP).await;
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut path = "/v1/me/sessions?limit=2".to_owned();
    loop {
        let page = asha.get(&path).await.ok();
        seen.extend(
            page["sessions"].as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap().to_owned()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => path = format!("/v1/me/sessions?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    let foreign = world.patient("Ravi Kumar").await;
    foreign.get(&path).await.invalid(&["#/cursor"]);
}
