//! A person becomes a patient, says who they are, and leaves.

use local::Fault;
use scenario::scenario;
use serde_json::json;
use system_tests::{Browser, World};

const EMAIL: &str = "asha.rao@example.com";
const PASSWORD: &str = "Monsoon-clouds-2026";

#[scenario]
async fn a_patient_registers_confirms_logs_in_and_completes_the_profile() {
    let world = World::start().await;
    let visitor = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = visitor.post("/v1/auth/register", account).await.accepted();
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let _ = visitor.post("/v1/auth/login", login.clone()).await.problem("account-not-confirmed");

    let code = world.code_mailed_to(EMAIL);
    visitor.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": code })).await.no_content();
    let session = visitor.post("/v1/auth/login", login).await.ok();
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());

    let me = visitor.get("/v1/me").header("authorization", &bearer).await;
    let etag = me.header("etag").unwrap().to_owned();
    let me = me.ok();
    assert_eq!((me["name"].as_str(), me["email"].as_str()), (Some("Asha Rao"), Some(EMAIL)));
    assert_eq!(me["roles"], json!(["patient"]));

    let details = json!({
        "name": "Asha R. Rao", "phone": "+91 98765-43210", "birthDate": "1990-04-12",
        "firstName": "Asha", "lastName": "Rao", "language": "en-in", "sex": "female", "zone": "Asia/Kolkata",
        "address": { "street": "14 MG Road", "city": "Bengaluru", "state": "Karnataka", "postalCode": "560 001" },
    });
    let change = || visitor.sends(http::Method::PUT, "/v1/me").header("authorization", &bearer).json(details.clone());
    let _ = change().await.problem("precondition-required");
    let _ = change().if_match("\"99\"").await.problem("version-mismatch");
    let changed = change().if_match(&etag).await.ok();
    assert_eq!((changed["birthDate"].as_str(), changed["phone"].as_str()), (Some("1990-04-12"), Some("+919876543210")));
    assert_eq!((changed["language"].as_str(), changed["firstName"].as_str()), (Some("en-IN"), Some("Asha")));
    let address = &changed["address"];
    assert_eq!((address["postalCode"].as_str(), address["country"].as_str()), (Some("560001"), Some("IN")));
    assert!(changed["createdAt"].is_string() && changed["updatedAt"].is_string() && changed["signedInAt"].is_string());
    let _ = change().if_match(&etag).await.problem("version-mismatch");
    let again = visitor.get("/v1/me").header("authorization", &bearer).await.ok();
    assert_eq!(again, changed);
}

#[scenario]
async fn emergency_contacts_and_preferences_are_parts_of_one_profile_with_one_version() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let (contacts, preferences) = ("/v1/me/emergency-contacts", "/v1/me/preferences");
    let none = asha.get(contacts).await;
    let first = none.header("etag").unwrap().to_owned();
    assert_eq!(none.ok()["contacts"], json!([]));
    let ravi = json!({ "name": "Ravi Rao", "relation": "husband", "phone": "098765 43211" });
    let body = json!({ "contacts": [ravi] });
    let _ = asha.put(contacts, body.clone()).await.problem("precondition-required");
    let replaced = asha.put(contacts, body.clone()).if_match(&first).await;
    let second = replaced.header("etag").unwrap().to_owned();
    assert_eq!(replaced.ok()["contacts"][0]["phone"], "+919876543211");
    let _ = asha.put(contacts, body).if_match(&first).await.problem("version-mismatch");

    let chosen = json!({ "language": "hi", "zone": "Europe/London", "reminders": "none" });
    let _ = asha.put(preferences, chosen.clone()).if_match(&first).await.problem("version-mismatch");
    let saved = asha.put(preferences, chosen.clone()).if_match(&second).await;
    let third = saved.header("etag").unwrap().to_owned();
    assert_eq!(saved.ok(), chosen);
    // What one operation writes, the others keep.
    let me = asha.put("/v1/me", json!({ "name": "Asha K. Rao", "zone": "Asia/Kolkata" })).if_match(&third).await.ok();
    assert_eq!((me["language"].as_str(), me["zone"].as_str()), (Some("hi"), Some("Asia/Kolkata")));
    assert_eq!(asha.get(contacts).await.ok()["contacts"][0]["name"], "Ravi Rao");
    let kept = asha.get(preferences).await.ok();
    assert_eq!(kept, json!({ "language": "hi", "zone": "Asia/Kolkata", "reminders": "none" }));
    // A doctor has preferences, and no emergency contacts.
    let iyer = world.doctor("Meera Iyer").await;
    let _ = iyer.get(preferences).await.problem("not-found");
    let _ = iyer.get("/v1/me").await.ok();
    assert_eq!(iyer.get(preferences).await.ok()["reminders"], "all");
    let _ = iyer.get(contacts).await.problem("forbidden");
    let trail = world.trail().await;
    let count = |event: &str| {
        trail.iter().filter(|it| it["type"] == event && it["outcome"] == "success" && it["actor"] == asha.id).count()
    };
    assert_eq!(
        ["EMERGENCY_CONTACTS_VIEWED", "EMERGENCY_CONTACTS_REPLACED", "PREFERENCES_UPDATED", "PROFILE_UPDATED"]
            .map(count),
        [2, 1, 1, 1]
    );
}

#[scenario]
async fn every_dot_atom_signs_up_and_is_confirmed() {
    let world = World::start().await;
    let visitor = world.anonymous();
    for email in ["n.o'connell@example.com", "a!#$%&'*+-/=?^_`{|}~z@example.com"] {
        let _ = visitor
            .post("/v1/auth/register", json!({ "email": email, "password": PASSWORD, "name": "Neil" }))
            .await
            .accepted();
        let code = world.code_mailed_to(email);
        visitor.post("/v1/auth/confirm", json!({ "email": email, "code": code })).await.no_content();
        let _ = visitor.post("/v1/auth/login", json!({ "email": email, "password": PASSWORD })).await.ok();
    }
}

#[scenario]
async fn an_address_that_has_an_account_is_not_betrayed() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let account = |email: &str| json!({ "email": email, "password": PASSWORD, "name": "A Person" });
    let known = visitor.post("/v1/auth/register", account(&asha.email)).await.accepted();
    let new = visitor.post("/v1/auth/register", account("new@example.com")).await.accepted();
    assert_eq!(known, new);
    let login = |email: &str| json!({ "email": email, "password": "Wrong-password-1" });
    let known = visitor.post("/v1/auth/login", login(&asha.email)).await.problem("wrong-credentials");
    let unknown = visitor.post("/v1/auth/login", login("unknown@example.com")).await.problem("wrong-credentials");
    assert_eq!(known["detail"], unknown["detail"]);
}

#[scenario]
async fn a_wrong_code_confirms_nothing() {
    let world = World::start().await;
    let visitor = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = visitor.post("/v1/auth/register", account).await.accepted();
    let code = world.code_mailed_to(EMAIL);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    visitor.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": wrong })).await.invalid(&["#/code"]);
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let _ = visitor.post("/v1/auth/login", login).await.problem("account-not-confirmed");
}

#[scenario]
async fn a_code_that_was_lost_is_sent_again() {
    let world = World::start().await;
    let visitor = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = visitor.post("/v1/auth/register", account).await.accepted();
    let mails = world.mails_to(EMAIL).len();
    let _ = visitor.post("/v1/auth/resend-confirmation", json!({ "email": EMAIL })).await.accepted();
    assert_eq!(world.mails_to(EMAIL).len(), mails + 1);
    let code = world.code_mailed_to(EMAIL);
    visitor.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": code })).await.no_content();
    let _ = visitor.post("/v1/auth/login", json!({ "email": EMAIL, "password": PASSWORD })).await.ok();
    // Nothing is left to confirm: the answer is the same, and no mail is sent.
    let _ = visitor.post("/v1/auth/resend-confirmation", json!({ "email": EMAIL })).await.accepted();
    assert_eq!(world.mails_to(EMAIL).len(), mails + 1);
}

const OLD: &str = "Correct-horse-9-battery";
const NEW: &str = "Monsoon-clouds-2027";

#[scenario]
async fn a_forgotten_password_is_reset_and_every_session_of_before_has_ended() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let log_in = |password: &str| visitor.post("/v1/auth/login", json!({ "email": asha.email, "password": password }));
    let before = log_in(OLD).await.ok();
    let bearer = format!("Bearer {}", before["accessToken"].as_str().unwrap());
    let me = || visitor.get("/v1/me").header("authorization", &bearer);
    let _ = me().await.ok();
    world.minutes_pass(1).await;

    let _ = visitor.post("/v1/auth/forgot-password", json!({ "email": asha.email })).await.accepted();
    // Asking ends nothing: another person may have asked.
    let _ = me().await.ok();
    let code = world.code_mailed_to(&asha.email);
    let reset = |code: &str, password: &str| {
        visitor.post("/v1/auth/reset-password", json!({ "email": asha.email, "code": code, "password": password }))
    };
    let wrong = if code == "000000" { "000001" } else { "000000" };
    reset(wrong, NEW).await.invalid(&["#/code"]);
    reset(&code, "weak").await.invalid(&["#/password"]);
    let _ = me().await.ok();
    let _ = log_in(OLD).await.ok();

    reset(&code, NEW).await.no_content();
    let _ = me().await.problem("session-ended");
    let refresh = json!({ "refreshToken": before["refreshToken"] });
    let _ = visitor.post("/v1/auth/refresh", refresh).await.problem("session-ended");
    let _ = log_in(OLD).await.problem("wrong-credentials");
    let _ = log_in(NEW).await.ok();
    // A code serves once.
    reset(&code, OLD).await.invalid(&["#/code"]);
    let trail = world.trail().await;
    let of = |event: &str, outcome: &str| {
        trail.iter().filter(|it| (it["type"].as_str(), it["outcome"].as_str()) == (Some(event), Some(outcome))).count()
    };
    assert_eq!((of("PASSWORD_RESET_REQUESTED", "success"), of("LOGGED_OUT", "success")), (1, 1));
    assert_eq!((of("PASSWORD_RESET", "success"), of("PASSWORD_RESET", "failure")), (1, 2));
}

#[scenario]
async fn a_password_is_changed_by_who_knows_it_and_every_session_ends() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let log_in = |password: &str| visitor.post("/v1/auth/login", json!({ "email": asha.email, "password": password }));
    let other = log_in(OLD).await.ok();
    let session = log_in(OLD).await.ok();
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());
    world.minutes_pass(1).await;
    let change = |current: &str, new: &str| {
        let body = json!({ "current": current, "new": new });
        visitor.post("/v1/me/password", body).header("authorization", &bearer)
    };
    change("Wrong-password-1", NEW).await.invalid(&["#/current"]);
    change(OLD, "weak").await.invalid(&["#/new"]);
    change(OLD, OLD).await.invalid(&["#/new"]);
    let _ = visitor.get("/v1/me").header("authorization", &bearer).await.ok();

    change(OLD, NEW).await.no_content();
    let _ = change(NEW, OLD).await.problem("session-ended");
    for tokens in [&other, &session] {
        let bearer = format!("Bearer {}", tokens["accessToken"].as_str().unwrap());
        let _ = visitor.get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
        let refresh = json!({ "refreshToken": tokens["refreshToken"] });
        let _ = visitor.post("/v1/auth/refresh", refresh).await.problem("session-ended");
    }
    let _ = log_in(OLD).await.problem("wrong-credentials");
    let _ = log_in(NEW).await.ok();
    let trail = world.trail().await;
    let mut outcomes: Vec<_> =
        trail.iter().filter(|it| it["type"] == "PASSWORD_CHANGED").map(|it| it["outcome"].as_str().unwrap()).collect();
    // All at one instant of a clock that stands, so in no particular order.
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["failure", "success"]);
}

#[scenario]
async fn a_password_that_the_pool_does_not_change_costs_the_sessions_and_nothing_else() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let log_in = |password: &str| visitor.post("/v1/auth/login", json!({ "email": asha.email, "password": password }));
    let session = log_in(OLD).await.ok();
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());
    world.minutes_pass(1).await;
    world.stack.network().inject(|call| (call.action == "AdminSetUserPassword").then_some(Fault::NotSent));
    let body = json!({ "current": OLD, "new": NEW });
    let _ = visitor.post("/v1/me/password", body).header("authorization", &bearer).await.problem("unavailable");
    let _ = visitor.get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
    let _ = log_in(OLD).await.ok();
}

#[scenario]
async fn a_reset_at_the_hosted_page_ends_the_sessions_of_before_too() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let login = json!({ "email": asha.email, "password": OLD });
    let session = visitor.post("/v1/auth/login", login).await.ok();
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());
    world.minutes_pass(1).await;
    // The trigger's event is that of the pool, by whichever way the password was reset.
    let event = json!({
        "version": "1", "region": "ap-south-1", "userPoolId": local::services::POOL, "userName": asha.id,
        "triggerSource": "PostConfirmation_ConfirmForgotPassword",
        "callerContext": { "awsSdkVersion": "", "clientId": "" },
        "request": { "userAttributes": { "sub": asha.id, "email": asha.email, "name": "Asha Rao" } }, "response": {},
    });
    for _ in 0..2 {
        let answer = world.stack.invoke("CreateProfileFunction", &event.to_string(), "reset").await.unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&answer).unwrap(), event, "the pool wants its event back");
    }
    let _ = visitor.get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
}

#[scenario]
async fn a_session_is_refreshed_and_a_refresh_token_serves_once() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let login = json!({ "email": asha.email, "password": "Correct-horse-9-battery" });
    let first = visitor.post("/v1/auth/login", login).await.ok();
    let refresh = json!({ "refreshToken": first["refreshToken"] });
    let second = visitor.post("/v1/auth/refresh", refresh.clone()).await.ok();
    let bearer = format!("Bearer {}", second["accessToken"].as_str().unwrap());
    let _ = visitor.get("/v1/me").header("authorization", &bearer).await.ok();
    world.minutes_pass(1).await;
    let _ = visitor.post("/v1/auth/refresh", refresh).await.problem("session-ended");
}

#[scenario]
async fn logging_out_ends_routes_with_health_data_at_once() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books(&slot).await.created();
    let login = json!({ "email": asha.email, "password": "Correct-horse-9-battery" });
    let other_device = world.anonymous().post("/v1/auth/login", login).await.ok();
    let left = asha.sends(http::Method::POST, "/v1/auth/logout").await.ok();
    let _ = asha.get("/v1/me").await.problem("session-ended");
    let _ = asha.views(&visit).await.problem("session-ended");
    // The other device has no session either, and its refresh token is spent.
    let refresh = json!({ "refreshToken": other_device["refreshToken"] });
    let _ = world.anonymous().post("/v1/auth/refresh", refresh).await.problem("session-ended");
    assert!(left["hostedLogout"].as_str().unwrap().contains("/logout?client_id="));
    // A token lives on where there is no health data, for 15 minutes at most.
    let _ = asha.get("/v1/doctors").await.ok();
    world.minutes_pass(15).await;
    let _ = asha.views(&visit).await.ok();
}

#[scenario]
async fn a_user_without_a_profile_logs_out_too() {
    let world = World::start().await;
    let iyer = world.doctor("Meera Iyer").await;
    let day = world.now().strftime("%Y-%m-%d").to_string();
    let schedule = format!("/v1/doctors/{}/day?date={day}", iyer.id);
    let _ = iyer.get(&schedule).await.ok();
    let _ = iyer.sends(http::Method::POST, "/v1/auth/logout").await.ok();
    let _ = iyer.get(&schedule).await.problem("session-ended");
}

#[scenario]
async fn a_token_of_any_scope_logs_out_and_one_that_was_refreshed_since_is_refused() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let mut browser = Browser::new(&world);
    let hosted = browser.logs_in(&asha, "openid email").await;
    world.minutes_pass(1).await;
    let refreshed = browser.refreshes(hosted["refresh_token"].as_str().unwrap()).await.unwrap();
    let bearer = |tokens: &serde_json::Value| format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let log_out = visitor.sends(http::Method::POST, "/v1/auth/logout").header("authorization", &bearer(&hosted));
    let _ = log_out.await.ok();
    assert_eq!(browser.refreshes(refreshed["refresh_token"].as_str().unwrap()).await, None);
    for tokens in [&hosted, &refreshed] {
        let _ = visitor.get("/v1/me").header("authorization", &bearer(tokens)).await.problem("session-ended");
    }
}

#[scenario]
async fn a_log_out_that_the_pool_does_not_confirm_is_no_success() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    world.stack.network().inject(|call| (call.action == "AdminUserGlobalSignOut").then_some(Fault::NotSent));
    let _ = asha.sends(http::Method::POST, "/v1/auth/logout").await.problem("unavailable");
    world.stack.network().heal();
    // The table has noted the log-out all the same.
    let _ = asha.get("/v1/me").await.problem("session-ended");
}

#[scenario]
async fn a_trigger_that_comes_again_makes_no_second_profile() {
    let world = World::start().await;
    let visitor = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = visitor.post("/v1/auth/register", account).await.accepted();
    let code = world.code_mailed_to(EMAIL);
    visitor.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": code })).await.no_content();
    let profiles = world.keys_like("USER#").await;
    let [key] = profiles.as_slice() else { panic!("{profiles:?}") };
    let sub = key.trim_start_matches("USER#");
    // When the keys in memory have been forgotten.
    world.minutes_pass(6).await;
    let before = world.state().await;
    let event = json!({
        "version": "1", "region": "ap-south-1", "userPoolId": local::services::POOL, "userName": sub,
        "triggerSource": "PostConfirmation_ConfirmSignUp", "callerContext": { "awsSdkVersion": "", "clientId": "" },
        "request": { "userAttributes": { "sub": sub, "email": EMAIL, "name": "Somebody Else" } }, "response": {},
    });
    let answer = world.stack.invoke("CreateProfileFunction", &event.to_string(), "again").await.unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&answer).unwrap(), event);
    assert_eq!(world.state().await, before);
}

#[scenario]
async fn a_log_in_at_the_hosted_page_is_in_the_trail_as_one_by_the_api_is() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let log_ins = async || {
        let all = world.trail().await.into_iter();
        let own = all.filter(|event| event["type"] == "LOGIN_SUCCEEDED" && event["actor"] == asha.id.as_str());
        own.map(|event| event["operation"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(log_ins().await, ["logIn"]);
    let mut browser = Browser::new(&world);
    let tokens = browser.logs_in(&asha, "openid email").await;
    assert_eq!(log_ins().await, ["logIn", "recordHostedLogIn"]);
    // The page's cookie gives tokens without a password: that is a log-in, too. A refresh is none.
    world.minutes_pass(1).await;
    let returned = browser.is_sent_to("openid email").await;
    browser.exchanges(&returned).await;
    assert_eq!(log_ins().await, ["logIn", "recordHostedLogIn", "recordHostedLogIn"]);
    let refresh = json!({ "refreshToken": tokens["refresh_token"] });
    let _ = world.anonymous().post("/v1/auth/refresh", refresh).await;
    assert_eq!(log_ins().await.len(), 3);
}

#[scenario]
async fn the_pool_that_repeats_its_trigger_gets_one_record() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let event = json!({
        "version": "1", "region": "ap-south-1", "userPoolId": local::services::POOL, "userName": asha.id,
        "triggerSource": "TokenGeneration_HostedAuth", "callerContext": { "awsSdkVersion": "", "clientId": "app" },
        "request": {
            "userAttributes": { "sub": asha.id, "email": asha.email },
            "groupConfiguration": { "groupsToOverride": ["patient"] },
        },
        "response": { "claimsOverrideDetails": null },
    });
    for invocation in ["first", "second", "third"] {
        let answer = world.stack.invoke("RecordHostedLogInFunction", &event.to_string(), invocation).await.unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&answer).unwrap(), event);
    }
    let all = world.trail().await;
    assert_eq!(all.iter().filter(|event| event["operation"] == "recordHostedLogIn").count(), 1);
}

#[scenario]
async fn the_cookie_of_the_hosted_page_shows_nothing_after_a_log_out_and_ends_at_its_own_log_out() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let visitor = world.anonymous();
    let mut browser = Browser::new(&world);
    let tokens = browser.logs_in(&asha, "openid email").await;
    world.minutes_pass(1).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let left = visitor.sends(http::Method::POST, "/v1/auth/logout").header("authorization", &bearer).await.ok();
    world.minutes_pass(1).await;
    // The page still knows the browser. The tokens that it gives come from the sign-in of before.
    let returned = browser.is_sent_to("openid email").await;
    let tokens = browser.exchanges(&returned).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let _ = visitor.get("/v1/me").header("authorization", &bearer).await.problem("session-ended");

    let page = browser.opens(left["hostedLogout"].as_str().unwrap()).await;
    let app = &world.stack.addresses().app;
    assert_eq!(page.headers()["location"].to_str().unwrap(), format!("{app}/signed-out"));
    assert!(browser.is_sent_to("openid email").await.starts_with("/login?"), "the page asks for the password");
}

/// The public operations that take an address, with a body that is wrong for every account.
const OF_AN_ADDRESS: [(&str, &str); 8] = [
    ("/v1/auth/register", "register"),
    ("/v1/auth/confirm", "confirmRegistration"),
    ("/v1/auth/resend-confirmation", "resendConfirmation"),
    ("/v1/auth/forgot-password", "requestPasswordReset"),
    ("/v1/auth/reset-password", "resetPassword"),
    ("/v1/auth/login", "logIn"),
    ("/v1/auth/challenge", "answerChallenge"),
    ("/v1/auth/recovery", "recoverAccount"),
];

#[scenario]
async fn asked_ten_times_no_public_operation_tells_which_addresses_have_accounts() {
    let world = World::start().await;
    let visitor = world.anonymous();
    let known = world.patient("Asha Rao").await.email.clone();
    let unconfirmed = "unconfirmed@example.com";
    let account = |email: &str| json!({ "email": email, "password": PASSWORD, "name": "A Person" });
    let _ = visitor.post("/v1/auth/register", account(unconfirmed)).await.accepted();
    let right = world.code_mailed_to(unconfirmed);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let body = |operation: &str, email: &str| match operation {
        "register" => account(email),
        "confirmRegistration" => json!({ "email": email, "code": wrong }),
        "resendConfirmation" | "requestPasswordReset" => json!({ "email": email }),
        "resetPassword" => json!({ "email": email, "code": wrong, "password": PASSWORD }),
        "answerChallenge" => json!({ "email": email, "session": "a-session-that-nobody-has-made", "code": wrong }),
        "recoverAccount" => {
            json!({ "email": email, "password": "Wrong-password-1", "recoveryCode": "7K2M-Q9RT-0XJ4-VHBC" })
        }
        _ => json!({ "email": email, "password": "Wrong-password-1" }),
    };
    let with_address: Vec<&str> = local::functions::contexts()
        .iter()
        .flat_map(|context| context.operations)
        .filter(|operation| operation.contract().access == api::Access::Public)
        .filter(|operation| {
            let mut registry = api::openapi::Registry::default();
            let schema = operation.describe(&mut registry);
            let of_body = schema.body.map(|_| !["refreshSession", "openSession"].contains(&operation.contract().id));
            of_body.unwrap_or_default()
        })
        .map(|operation| operation.contract().id)
        .collect();
    assert_eq!(with_address, OF_AN_ADDRESS.map(|(_, operation)| operation), "each is asked below");
    // Last, since it makes an account of the unknown address.
    for (path, operation) in OF_AN_ADDRESS.into_iter().cycle().skip(1).take(OF_AN_ADDRESS.len()) {
        let mut told = vec![];
        for email in [known.as_str(), unconfirmed, "unknown@example.com"] {
            let mut answers = vec![];
            for _ in 0..10 {
                let reply = visitor.post(path, body(operation, email)).await;
                let retry = reply.header("retry-after").map(str::to_owned);
                let mut shown = reply.json();
                shown["instance"] = json!(null);
                answers.push((reply.status(), retry, shown));
            }
            told.push(answers);
        }
        assert_eq!(told[0], told[1], "{operation}: a confirmed account and one that is not");
        assert_eq!(told[1], told[2], "{operation}: an account and none");
    }
}

#[scenario]
async fn a_patient_without_a_profile_keeps_no_mail_from_the_doctor() {
    let world = World::start().await;
    let iyer = world.doctor("Meera Iyer").await;
    let slot = iyer.publishes(30).await;
    let nameless = system_tests::Patient::from(world.person("Nila Das", &["patient"]).await);
    let before = world.mails_to(&iyer.email).len();
    let _ = nameless.has_visit(&slot).await;
    world.settles().await;
    assert_eq!(world.mails_to(&iyer.email).len(), before + 1, "the doctor is told");
    assert!(world.mails_to(&nameless.email).is_empty(), "no address of the patient is known");
    // Long enough for all tries: nothing is given up.
    world.minutes_pass(60).await;
    assert!(world.stack.services().sqs.peek("NotificationsDeadLetters").is_empty());
}
