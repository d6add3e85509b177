//! A person enrols an authenticator app, logs in with it, loses it, and comes back.

use local::Fault;
use scenario::scenario;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use system_tests::{Person, Reply, World};

const PASSWORD: &str = "Correct-horse-9-battery";

async fn log_in(world: &World, person: &Person) -> Value {
    let body = json!({ "email": person.email, "password": PASSWORD });
    world.anonymous().post("/v1/auth/login", body).await.ok()
}

async fn answer(world: &World, person: &Person, session: &Value, code: &str) -> Reply {
    let body = json!({ "email": person.email, "session": session, "code": code });
    world.anonymous().post("/v1/auth/challenge", body).await
}

async fn recover(world: &World, email: &str, password: &str, code: &str) -> Reply {
    let body = json!({ "email": email, "password": password, "recoveryCode": code });
    world.anonymous().post("/v1/auth/recovery", body).await
}

fn subjects(world: &World, person: &Person) -> Vec<String> {
    world.mails_to(&person.email).iter().map(|mail| mail.message.subject.clone()).collect()
}

/// How often each type of event is in the trail, with its outcome.
async fn events(world: &World, types: &[&str]) -> Vec<String> {
    let trail = world.trail().await;
    let of = |it: &Value| format!("{} {}", it["type"].as_str().unwrap(), it["outcome"].as_str().unwrap());
    let mut found: Vec<String> =
        trail.iter().filter(|it| types.iter().any(|kind| it["type"] == *kind)).map(of).collect();
    found.sort();
    found
}

#[scenario]
async fn an_enrolled_user_logs_in_with_password_and_code() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let factor = asha.get("/v1/me/authenticator").await.ok();
    assert_eq!(factor, json!({ "enrolled": false, "required": false, "recoveryCodesLeft": 0 }));
    let begin = |body: Value| asha.post("/v1/me/authenticator", body);
    begin(json!({ "password": "Wrong-password-1" })).await.invalid(&["#/password"]);
    let first = begin(json!({ "password": PASSWORD })).await.ok();
    let begun = begin(json!({ "password": PASSWORD })).await;
    assert_eq!(begun.header("cache-control"), Some("no-store"));
    let begun = begun.ok();
    let secret = begun["secret"].as_str().unwrap();
    assert_ne!(first["secret"], begun["secret"], "a repetition makes another secret");
    let uri = format!("otpauth://totp/Vaidya:asha.rao%40example.com?secret={secret}&issuer=Vaidya");
    assert_eq!(begun["uri"], uri);

    // The old secret is worth nothing, and nothing is on before a right code.
    let confirm =
        |code: String| asha.post("/v1/me/authenticator/confirmation", json!({ "password": PASSWORD, "code": code }));
    asha.has_new_authenticator(first["secret"].as_str().unwrap());
    confirm(asha.code()).await.invalid(&["#/code"]);
    asha.has_new_authenticator(secret);
    assert_eq!(asha.get("/v1/me/authenticator").await.ok()["enrolled"], false);
    let other = log_in(&world, &asha).await;
    world.minutes_pass(1).await;
    let confirmed = confirm(asha.code()).await;
    assert_eq!(confirmed.header("cache-control"), Some("no-store"));
    let codes = confirmed.ok()["recoveryCodes"].as_array().cloned().unwrap();
    let codes: BTreeSet<&str> = codes.iter().filter_map(Value::as_str).collect();
    assert_eq!(codes.len(), 10);
    let stored = json!(world.state().await).to_string();
    assert!(codes.iter().all(|code| !stored.contains(code)), "a recovery code is stored in clear");

    // Every session of before has ended.
    let bearer = format!("Bearer {}", other["accessToken"].as_str().unwrap());
    let _ = world.anonymous().get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
    let refresh = json!({ "refreshToken": other["refreshToken"] });
    let _ = world.anonymous().post("/v1/auth/refresh", refresh).await.problem("session-ended");

    world.minutes_pass(1).await;
    let challenge = log_in(&world, &asha).await;
    assert_eq!(challenge["challenge"], "SOFTWARE_TOKEN_MFA");
    assert!(challenge.get("accessToken").is_none(), "no tokens before the code");
    let _ = answer(&world, &asha, &challenge["session"], "000000").await.problem("challenge-refused");
    let code = asha.code();
    let session = answer(&world, &asha, &challenge["session"], &code).await.ok();
    assert!(session["accessToken"].is_string());
    world.minutes_pass(1).await;
    asha.logs_in().await;
    let factor = asha.get("/v1/me/authenticator").await.ok();
    assert_eq!(factor, json!({ "enrolled": true, "required": false, "recoveryCodesLeft": 10 }));
    world.settles().await;
    assert_eq!(subjects(&world, &asha), ["An authenticator app was added to your account"]);
    let seen = events(&world, &["AUTHENTICATOR_BEGUN", "AUTHENTICATOR_ENROLLED"]).await;
    let expected = [
        "AUTHENTICATOR_BEGUN failure",
        "AUTHENTICATOR_BEGUN success",
        "AUTHENTICATOR_BEGUN success",
        "AUTHENTICATOR_ENROLLED failure",
        "AUTHENTICATOR_ENROLLED success",
    ];
    assert_eq!(seen, expected);
}

#[scenario]
async fn no_refusal_of_a_challenge_tells_its_reason() {
    let world = World::start().await;
    let (asha, ravi) = (world.patient("Asha Rao").await, world.patient("Ravi Kumar").await);
    let _ = asha.enrols().await;
    let _ = ravi.enrols().await;
    let expired = log_in(&world, &asha).await;
    world.minutes_pass(4).await;
    let fresh = log_in(&world, &asha).await;
    let foreign = log_in(&world, &ravi).await;
    let code = asha.code();
    let _ = answer(&world, &asha, &fresh["session"], &code).await.ok();
    let again = log_in(&world, &asha).await;
    let made_up = json!("a-session-that-nobody-has-made");
    let mut bodies = BTreeSet::new();
    for (session, code) in [
        (&expired["session"], code.as_str()),
        (&fresh["session"], &code),
        (&foreign["session"], &code),
        (&again["session"], &code),
        (&again["session"], "000000"),
        (&made_up, &code),
        (&json!("short"), &code),
    ] {
        let refused = answer(&world, &asha, session, code).await;
        let names: Vec<String> = refused.header_names().map(str::to_owned).collect();
        let mut body = refused.problem("challenge-refused");
        body["instance"] = Value::Null;
        bodies.insert(format!("{body} {names:?}"));
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

#[scenario]
async fn an_invited_user_chooses_a_password_by_the_challenge() {
    let world = World::start().await;
    let admin = world.admin().await;
    let body = json!({
        "email": "new.doctor@example.com", "name": "Ravi Kumar", "registrationNumber": "KMC/2009/7", "qualification": "MBBS",
        "specialities": ["paediatrics"], "languages": ["ta"], "fee": 30_000, "zone": "Asia/Kolkata",
    });
    let _ = admin.post("/v1/doctors", body).idempotency_key("k").await.created();
    let mail = world.mails_to("new.doctor@example.com").pop().unwrap();
    let text = mail.message.text.clone().unwrap_or_default();
    let first =
        text.split_whitespace().find(|word| word.len() >= 12 && word.chars().any(|c| c.is_ascii_digit())).unwrap();
    let first = first.trim_end_matches('.');
    let login = json!({ "email": "new.doctor@example.com", "password": first });
    let challenge = world.anonymous().post("/v1/auth/login", login).await.ok();
    assert_eq!(challenge["challenge"], "NEW_PASSWORD_REQUIRED", "{text}");
    let choose = async |password: &str| {
        let session = &challenge["session"];
        let body = json!({ "email": "new.doctor@example.com", "session": session, "newPassword": password });
        world.anonymous().post("/v1/auth/challenge", body).await
    };
    choose("weak").await.invalid(&["#/newPassword"]);
    assert!(choose("Monsoon-clouds-9").await.ok()["accessToken"].is_string());
}

#[scenario]
async fn an_enrolled_user_replaces_the_app_with_a_code_of_the_present_one() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let old = asha.enrols().await;
    asha.logs_in().await;
    world.minutes_pass(1).await;
    // A thief with the session and the password is asked for a code.
    let begin = |body: Value| asha.post("/v1/me/authenticator", body);
    begin(json!({ "password": PASSWORD })).await.invalid(&["#/code"]);
    begin(json!({ "password": PASSWORD, "code": "000000" })).await.invalid(&["#/code"]);
    let code = asha.code();
    let begun = begin(json!({ "password": PASSWORD, "code": code })).await.ok();
    let secret = begun["secret"].as_str().unwrap();
    begin(json!({ "password": PASSWORD, "code": code })).await.invalid(&["#/code"]);
    world.minutes_pass(1).await;
    let present = asha.code();
    let new = cognito_emulator::totp::code_at(secret, world.now()).unwrap();
    let confirm = |body: Value| asha.post("/v1/me/authenticator/confirmation", body);
    confirm(json!({ "password": PASSWORD, "code": new })).await.invalid(&["#/presentCode"]);
    let body = json!({ "password": PASSWORD, "code": new, "presentCode": present });
    let codes = confirm(body).await.ok();
    world.minutes_pass(1).await;
    asha.has_new_authenticator(secret);
    asha.logs_in().await;
    let _ = recover(&world, &asha.email, PASSWORD, &old[0]).await.problem("recovery-refused");
    recover(&world, &asha.email, PASSWORD, codes["recoveryCodes"][0].as_str().unwrap()).await.no_content();
}

#[scenario]
async fn a_user_whose_answer_was_lost_renews_the_codes() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let renew =
        |code: String| asha.post("/v1/me/authenticator/recovery-codes", json!({ "password": PASSWORD, "code": code }));
    let _ = renew("000000".to_owned()).await.problem("no-authenticator");
    let lost = asha.enrols().await;
    asha.logs_in().await;
    world.minutes_pass(1).await;
    renew("000000".to_owned()).await.invalid(&["#/code"]);
    let renewed = renew(asha.code()).await.ok();
    let _ = recover(&world, &asha.email, PASSWORD, &lost[0]).await.problem("recovery-refused");
    world.settles().await;
    assert!(subjects(&world, &asha).contains(&"Your recovery codes were replaced".to_owned()));
    // The session lives on, and the app too.
    assert_eq!(asha.get("/v1/me/authenticator").await.ok()["recoveryCodesLeft"], 10);
    recover(&world, &asha.email, PASSWORD, renewed["recoveryCodes"][9].as_str().unwrap()).await.no_content();
}

#[scenario]
async fn a_recovery_code_opens_the_account_once_and_tells_a_guesser_nothing() {
    let world = World::start().await;
    let (asha, ravi) = (world.patient("Asha Rao").await, world.patient("Ravi Kumar").await);
    let codes = asha.enrols().await;
    let of_ravi = ravi.enrols().await;
    let vikram = world.patient("Vikram Shah").await;
    asha.logs_in().await;
    let mut bodies = BTreeSet::new();
    for (email, password, code) in [
        ("nobody@example.com", PASSWORD, &codes[0]),
        (asha.email.as_str(), "Wrong-password-1", &codes[0]),
        (asha.email.as_str(), PASSWORD, &of_ravi[0]),
        (vikram.email.as_str(), PASSWORD, &codes[0]),
    ] {
        let refused = recover(&world, email, password, code).await;
        let names: Vec<String> = refused.header_names().map(str::to_owned).collect();
        let mut body = refused.problem("recovery-refused");
        body["instance"] = Value::Null;
        bodies.insert(format!("{body} {names:?}"));
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let bearer = format!("Bearer {}", asha.token().await);

    world.minutes_pass(1).await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    recover(&world, &asha.email, PASSWORD, &typed).await.no_content();
    let _ = world.anonymous().get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
    world.minutes_pass(1).await;
    assert!(log_in(&world, &asha).await["accessToken"].is_string(), "the next log-in asks for the password alone");
    let _ = recover(&world, &asha.email, PASSWORD, &codes[3]).await.problem("recovery-refused");
    world.settles().await;
    assert!(subjects(&world, &asha).contains(&"A recovery code was used for your account".to_owned()));
    let seen = events(&world, &["ACCOUNT_RECOVERED"]).await;
    assert_eq!(seen.iter().filter(|event| event.ends_with("success")).count(), 1);
    assert_eq!(seen.len(), 6);
}

#[scenario]
async fn of_many_requests_with_one_recovery_code_one_succeeds() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let codes = asha.enrols().await;
    // The app stays, so that every request comes as far as the code.
    world.stack.network().inject(|call| (call.action == "AdminDeleteSoftwareToken").then_some(Fault::NotSent));
    let requests = (0..20).map(|_| recover(&world, &asha.email, PASSWORD, &codes[0]));
    let replies = futures::future::join_all(requests).await;
    let spent = replies.iter().filter(|reply| reply.status() != 401).count();
    assert_eq!(spent, 1, "a code was used more than once");
    world.stack.network().heal();
    // The code is spent and the app is still there: the next code helps.
    recover(&world, &asha.email, PASSWORD, &codes[1]).await.no_content();
}

#[scenario]
async fn a_patient_removes_the_app_and_staff_cannot() {
    let world = World::start().await;
    let (asha, doctor) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let remove = async |person: &Person, code: String| {
        person.post("/v1/me/authenticator/removal", json!({ "password": PASSWORD, "code": code })).await
    };
    let _ = remove(&doctor, "000000".to_owned()).await.problem("forbidden");
    let _ = asha.enrols().await;
    asha.logs_in().await;
    world.minutes_pass(1).await;
    remove(&asha, "000000".to_owned()).await.invalid(&["#/code"]);
    remove(&asha, asha.code()).await.no_content();
    world.minutes_pass(1).await;
    assert!(log_in(&world, &asha).await["accessToken"].is_string());
    world.settles().await;
    assert!(subjects(&world, &asha).contains(&"The authenticator app was removed from your account".to_owned()));
}

#[scenario]
async fn an_administrator_resets_the_app_of_another_user_and_never_the_own_one() {
    let world = World::start().await;
    let (asha, admin) = (world.patient("Asha Rao").await, world.admin().await);
    let codes = asha.enrols().await;
    asha.logs_in().await;
    let bearer = format!("Bearer {}", asha.token().await);
    let reset = async |id: &str| admin.post(&format!("/v1/users/{id}/authenticator/reset"), json!({})).await;
    let _ = reset(&admin.id).await.problem("forbidden");
    let _ = reset("7c9e6679-7425-40de-944b-e07fc1f90ae7").await.problem("not-found");
    world.minutes_pass(1).await;
    // The first try stops between table and pool; its repetition ends the work.
    world.stack.network().inject(|call| (call.action == "AdminDeleteSoftwareToken").then_some(Fault::NotSent));
    let _ = reset(&asha.id).await.problem("unavailable");
    world.stack.network().heal();
    reset(&asha.id).await.no_content();
    let _ = world.anonymous().get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
    world.minutes_pass(1).await;
    assert!(log_in(&world, &asha).await["accessToken"].is_string());
    let _ = recover(&world, &asha.email, PASSWORD, &codes[0]).await.problem("recovery-refused");
    world.settles().await;
    let told = "An administrator removed the authenticator app from your account".to_owned();
    assert!(subjects(&world, &asha).contains(&told));
}

#[scenario]
async fn an_enrolment_that_stops_half_way_locks_nobody_out() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let begun = asha.post("/v1/me/authenticator", json!({ "password": PASSWORD })).await.ok();
    asha.has_new_authenticator(begun["secret"].as_str().unwrap());
    world.stack.network().inject(|call| (call.action == "SetUserMFAPreference").then_some(Fault::NotSent));
    let body = json!({ "password": PASSWORD, "code": asha.code() });
    let _ = asha.post("/v1/me/authenticator/confirmation", body).await.problem("unavailable");
    world.stack.network().heal();
    world.minutes_pass(1).await;
    asha.logs_in().await;
    assert_eq!(asha.get("/v1/me/authenticator").await.ok()["enrolled"], false);
    let codes = asha.enrols().await;
    recover(&world, &asha.email, PASSWORD, &codes[0]).await.no_content();
}
