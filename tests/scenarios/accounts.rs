//! Somebody becomes a patient, says who they are, and leaves.

use scenario::scenario;
use serde_json::json;
use system_tests::World;

const EMAIL: &str = "asha.rao@example.com";
const PASSWORD: &str = "Monsoon-clouds-2026";

#[scenario]
async fn a_patient_registers_confirms_logs_in_and_completes_the_profile() {
    let world = World::start().await;
    let nobody = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = nobody.post("/v1/auth/register", account).await.accepted();
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let _ = nobody.post("/v1/auth/login", login.clone()).await.problem("account-not-confirmed");

    let code = world.code_mailed_to(EMAIL);
    nobody.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": code })).await.no_content();
    let session = nobody.post("/v1/auth/login", login).await.ok();
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());

    let me = nobody.get("/v1/me").header("authorization", &bearer).await;
    let etag = me.header("etag").unwrap().to_owned();
    let me = me.ok();
    assert_eq!((me["name"].as_str(), me["email"].as_str()), (Some("Asha Rao"), Some(EMAIL)));
    assert_eq!(me["roles"], json!(["patient"]));

    let details = json!({
        "name": "Asha R. Rao", "phone": "+91 98765-43210", "birthDate": "1990-04-12",
        "address": "14 MG Road, Bengaluru 560001", "zone": "Asia/Kolkata",
    });
    let change = || nobody.sends(http::Method::PUT, "/v1/me").header("authorization", &bearer).json(details.clone());
    let _ = change().await.problem("precondition-required");
    let _ = change().if_match("\"99\"").await.problem("version-mismatch");
    let changed = change().if_match(&etag).await.ok();
    assert_eq!((changed["birthDate"].as_str(), changed["phone"].as_str()), (Some("1990-04-12"), Some("+919876543210")));
    let _ = change().if_match(&etag).await.problem("version-mismatch");
    let again = nobody.get("/v1/me").header("authorization", &bearer).await.ok();
    assert_eq!(again, changed);
}

#[scenario]
async fn every_dot_atom_signs_up_and_is_confirmed() {
    let world = World::start().await;
    let nobody = world.anonymous();
    for email in ["n.o'connell@example.com", "a!#$%&'*+-/=?^_`{|}~z@example.com"] {
        let _ = nobody
            .post("/v1/auth/register", json!({ "email": email, "password": PASSWORD, "name": "Neil" }))
            .await
            .accepted();
        let code = world.code_mailed_to(email);
        nobody.post("/v1/auth/confirm", json!({ "email": email, "code": code })).await.no_content();
        let _ = nobody.post("/v1/auth/login", json!({ "email": email, "password": PASSWORD })).await.ok();
    }
}

#[scenario]
async fn an_address_that_has_an_account_is_not_betrayed() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let nobody = world.anonymous();
    let account = |email: &str| json!({ "email": email, "password": PASSWORD, "name": "Somebody" });
    let known = nobody.post("/v1/auth/register", account(&asha.email)).await.accepted();
    let new = nobody.post("/v1/auth/register", account("new@example.com")).await.accepted();
    assert_eq!(known, new);
    let login = |email: &str| json!({ "email": email, "password": "Wrong-password-1" });
    let known = nobody.post("/v1/auth/login", login(&asha.email)).await.problem("wrong-credentials");
    let unknown = nobody.post("/v1/auth/login", login("nobody@example.com")).await.problem("wrong-credentials");
    assert_eq!(known["detail"], unknown["detail"]);
}

#[scenario]
async fn a_wrong_code_confirms_nothing() {
    let world = World::start().await;
    let nobody = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = nobody.post("/v1/auth/register", account).await.accepted();
    let code = world.code_mailed_to(EMAIL);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    nobody.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": wrong })).await.invalid(&["#/code"]);
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let _ = nobody.post("/v1/auth/login", login).await.problem("account-not-confirmed");
}

#[scenario]
async fn a_session_is_refreshed_and_a_refresh_token_serves_once() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let nobody = world.anonymous();
    let login = json!({ "email": asha.email, "password": "Correct-horse-9-battery" });
    let first = nobody.post("/v1/auth/login", login).await.ok();
    let refresh = json!({ "refreshToken": first["refreshToken"] });
    let second = nobody.post("/v1/auth/refresh", refresh.clone()).await.ok();
    let bearer = format!("Bearer {}", second["accessToken"].as_str().unwrap());
    let _ = nobody.get("/v1/me").header("authorization", &bearer).await.ok();
    world.minutes_pass(1).await;
    let _ = nobody.post("/v1/auth/refresh", refresh).await.problem("session-ended");
}

#[scenario]
async fn logging_out_ends_routes_with_health_data_at_once() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slot = iyer.publishes(30).await;
    let visit = asha.books(&slot).await.created();
    asha.sends(http::Method::POST, "/v1/auth/logout").await.no_content();
    let _ = asha.get("/v1/me").await.problem("session-ended");
    let _ = asha.views(&visit).await.problem("session-ended");
    // A token lives on where there is no health data, for 15 minutes at most.
    let _ = asha.get("/v1/doctors").await.ok();
    world.minutes_pass(15).await;
    let _ = asha.views(&visit).await.ok();
}

#[scenario]
async fn a_trigger_that_comes_again_makes_no_second_profile() {
    let world = World::start().await;
    let nobody = world.anonymous();
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Asha Rao" });
    let _ = nobody.post("/v1/auth/register", account).await.accepted();
    let code = world.code_mailed_to(EMAIL);
    nobody.post("/v1/auth/confirm", json!({ "email": EMAIL, "code": code })).await.no_content();
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
