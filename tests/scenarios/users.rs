//! Administrators and users: who has an account, who may log in, and who is of the staff.

use local::Fault;
use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Person, World};

const PASSWORD: &str = "Correct-horse-9-battery";

fn emails(list: &Value) -> Vec<&str> {
    let mut found: Vec<_> =
        list["users"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    found.sort_unstable();
    found
}

/// Says which roles of the staff a user has, in the version that the administrator reads first.
async fn gives(admin: &Person, user: &str, roles: Value) -> system_tests::Reply {
    let path = format!("/v1/users/{user}");
    let seen = admin.get(&path).await;
    let etag = seen.header("etag").unwrap_or("\"0\"").to_owned();
    admin.put(&format!("{path}/roles"), json!({ "roles": roles })).if_match(&etag).await
}

/// Whether one of two opposite changes was made. The other administrator finds the session ended, or the role taken if the
/// session was looked at before.
fn is_one_refused(one: &system_tests::Reply, two: &system_tests::Reply) -> bool {
    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    matches!(statuses, [204, 401 | 403])
}

#[scenario]
async fn an_administrator_finds_users_by_role_address_state_and_age() {
    let world = World::start().await;
    let admin = world.admin().await;
    let (asha, usha) = (world.patient("Asha Rao").await, world.patient("Usha Rao").await);
    let iyer = world.doctor("Meera Iyer").await;
    let list = admin.get("/v1/users?role=patient").await.ok();
    assert_eq!(emails(&list), [asha.email.as_str(), usha.email.as_str()]);
    let user = list["users"].as_array().unwrap().iter().find(|user| user["id"] == asha.id.as_str()).unwrap();
    assert_eq!((&user["roles"], &user["status"]), (&json!(["patient"]), &json!("active")));
    assert_eq!((&user["emailVerified"], &user["name"]), (&json!(true), &json!("Asha Rao")));
    assert_eq!(emails(&admin.get("/v1/users?email=ASHA").await.ok()), [asha.email.as_str()]);
    assert!(emails(&admin.get("/v1/users?email=asha&role=doctor").await.ok()).is_empty());
    assert_eq!(emails(&admin.get("/v1/users?role=doctor&status=active").await.ok()), [iyer.email.as_str()]);
    assert!(emails(&admin.get("/v1/users?status=disabled").await.ok()).is_empty());
    let later = world.at(1);
    assert!(emails(&admin.get(&format!("/v1/users?createdFrom={later}")).await.ok()).is_empty());
    let _ = admin.get("/v1/users?email=%20").await.problem("invalid-request");

    // Page by page, everyone once.
    let mut seen = vec![];
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("/v1/users?limit=2{cursor}")).await.ok();
        seen.extend(emails(&page).into_iter().map(str::to_owned));
        let Some(next) = page["nextCursor"].as_str() else { break };
        let _ = admin.get(&format!("/v1/users?role=patient&cursor={next}")).await.problem("invalid-request");
        cursor = format!("&cursor={next}");
    }
    seen.sort_unstable();
    assert_eq!(seen, emails(&admin.get("/v1/users").await.ok()));

    let seen = admin.get(&format!("/v1/users/{}", asha.id)).await.ok();
    assert_eq!(&seen, user);
    let _ = admin.get("/v1/users/00000000-0000-4000-8000-000000000000").await.problem("not-found");
    for person in [&*asha, &*iyer] {
        let _ = person.get("/v1/users").await.problem("forbidden");
    }
    // The patient is told who has looked.
    world.settles().await;
    let told = asha.get("/v1/me/accesses").await.ok()["accesses"].to_string();
    assert!(
        told.contains("looked at a list of accounts with yours") && told.contains("looked at your account"),
        "{told}"
    );
}

#[scenario]
async fn a_disabled_user_has_no_session_and_can_not_log_in_until_enabled() {
    let world = World::start().await;
    let (admin, asha) = (world.admin().await, world.patient("Asha Rao").await);
    let visitor = world.anonymous();
    let login = || visitor.post("/v1/auth/login", json!({ "email": asha.email, "password": PASSWORD }));
    let session = login().await.ok();
    let me = |session: &Value| {
        let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());
        visitor.get("/v1/me").header("authorization", &bearer)
    };
    let _ = me(&session).await.ok();
    let path = format!("/v1/users/{}", asha.id);
    admin.sends(http::Method::POST, &format!("{path}/disable")).await.no_content();
    let _ = me(&session).await.problem("session-ended");
    let refresh = json!({ "refreshToken": session["refreshToken"] });
    let _ = visitor.post("/v1/auth/refresh", refresh).await.problem("session-ended");
    let _ = login().await.problem("wrong-credentials");
    assert_eq!(admin.get(&path).await.ok()["status"], "disabled");
    assert_eq!(emails(&admin.get("/v1/users?status=disabled").await.ok()), [asha.email.as_str()]);

    admin.sends(http::Method::POST, &format!("{path}/enable")).await.no_content();
    // The sessions of before stay ended.
    let _ = me(&session).await.problem("session-ended");
    world.minutes_pass(1).await;
    let _ = me(&login().await.ok()).await.ok();
    assert_eq!(admin.get(&path).await.ok()["status"], "active");
    let _ = admin.sends(http::Method::POST, &format!("/v1/users/{}/disable", admin.id)).await.problem("own-account");
    let trail = world.trail().await;
    let count =
        |event: &str| trail.iter().filter(|it| it["type"] == event && it["resourceId"] == asha.id.as_str()).count();
    assert_eq!([count("USER_DISABLED"), count("USER_ENABLED")], [1, 1]);
}

#[scenario]
async fn a_user_is_disabled_where_data_is_shown_before_the_pool_knows_it() {
    let world = World::start().await;
    let (admin, asha) = (world.admin().await, world.patient("Asha Rao").await);
    let visitor = world.anonymous();
    let path = format!("/v1/users/{}", asha.id);
    world.stack.network().inject(|call| (call.action == "AdminDisableUser").then_some(Fault::NotSent));
    let _ = admin.sends(http::Method::POST, &format!("{path}/disable")).await.problem("unavailable");
    world.stack.network().heal();
    // The pool lets the user in; the session is worth nothing, although it began after the decision.
    world.minutes_pass(1).await;
    let session = visitor.post("/v1/auth/login", json!({ "email": asha.email, "password": PASSWORD })).await.ok();
    let bearer = format!("Bearer {}", session["accessToken"].as_str().unwrap());
    let _ = visitor.get("/v1/me").header("authorization", &bearer).await.problem("session-ended");
    assert_eq!(admin.get(&path).await.ok()["status"], "disabled");
    // The same request completes it.
    admin.sends(http::Method::POST, &format!("{path}/disable")).await.no_content();
    let login = json!({ "email": asha.email, "password": PASSWORD });
    let _ = visitor.post("/v1/auth/login", login).await.problem("wrong-credentials");
}

#[scenario]
async fn roles_of_the_staff_are_given_and_taken_and_end_the_sessions() {
    let world = World::start().await;
    let (admin, asha) = (world.admin().await, world.patient("Asha Rao").await);
    gives(&admin, &asha.id, json!(["lab", "admin"])).await.no_content();
    let _ = asha.get("/v1/me").await.problem("session-ended");
    world.minutes_pass(1).await;
    asha.logs_in().await;
    assert_eq!(asha.get("/v1/me").await.ok()["roles"], json!(["admin", "lab", "patient"]));
    // The roles are hers, and she acts in them after a sign-in with a second factor.
    let _ = asha.get("/v1/users").await.problem("insufficient-user-authentication");
    let _ = asha.enrols().await;
    world.minutes_pass(1).await;
    asha.logs_in().await;
    let _ = asha.get("/v1/users").await.ok();

    let path = format!("/v1/users/{}/roles", asha.id);
    let _ = admin.put(&path, json!({ "roles": [] })).await.problem("precondition-required");
    let _ = admin.put(&path, json!({ "roles": [] })).if_match("\"0\"").await.problem("version-mismatch");
    admin.put(&path, json!({ "roles": ["doctor"] })).if_match("*").await.invalid(&["#/roles/0"]);
    gives(&admin, &asha.id, json!([])).await.no_content();
    let _ = asha.get("/v1/users").await.problem("session-ended");
    world.minutes_pass(1).await;
    asha.logs_in().await;
    let _ = asha.get("/v1/users").await.problem("forbidden");
    // The last one keeps the role.
    let _ = gives(&admin, &admin.id, json!(["lab"])).await.problem("last-administrator");
    let trail = world.trail().await;
    let mut details: Vec<_> =
        trail.iter().filter(|it| it["type"] == "ROLES_CHANGED").map(|it| it["detail"].as_str().unwrap()).collect();
    details.sort_unstable();
    assert_eq!(details, ["lab admin", "none"]);
}

#[scenario]
async fn of_two_administrators_who_demote_each_other_at_once_one_stays() {
    let world = World::start().await;
    let admin = world.person("Nandini Menon", &["admin"]).await;
    let other = world.person("Kavita Menon", &["admin"]).await;
    // The roster knows both before the race, as after any change of roles.
    let lab = world.patient("Asha Rao").await;
    gives(&admin, &lab.id, json!(["lab"])).await.no_content();
    let demote = async |by: &Person, user: &Person| {
        by.put(&format!("/v1/users/{}/roles", user.id), json!({ "roles": [] })).if_match("\"0\"").await
    };
    let (one, two) = tokio::join!(demote(&admin, &other), demote(&other, &admin));
    assert!(is_one_refused(&one, &two), "{} {}", one.status(), two.status());
    let (winner, loser) = if one.status() == 204 { (&admin, &other) } else { (&other, &admin) };
    assert_eq!(winner.get(&format!("/v1/users/{}", loser.id)).await.ok()["roles"], json!([]));
    assert_eq!(winner.get(&format!("/v1/users/{}", winner.id)).await.ok()["roles"], json!(["admin"]));
    let _ = gives(winner, &winner.id, json!([])).await.problem("last-administrator");
}

#[scenario]
async fn administrators_who_disable_each_other_at_once_do_not_both_go() {
    let world = World::start().await;
    let admin = world.person("Nandini Menon", &["admin"]).await;
    let other = world.person("Kavita Menon", &["admin"]).await;
    let disable = async |by: &Person, user: &Person| {
        by.sends(http::Method::POST, &format!("/v1/users/{}/disable", user.id)).await
    };
    let (one, two) = tokio::join!(disable(&admin, &other), disable(&other, &admin));
    assert!(is_one_refused(&one, &two), "{} {}", one.status(), two.status());
    let (winner, loser) = if one.status() == 204 { (&admin, &other) } else { (&other, &admin) };
    let path = format!("/v1/users/{}", loser.id);
    assert_eq!(winner.get(&path).await.ok()["status"], "disabled");
    // The role is still there when the account is enabled again.
    winner.sends(http::Method::POST, &format!("{path}/enable")).await.no_content();
    world.minutes_pass(1).await;
    loser.logs_in().await;
    assert_eq!(loser.get(&path).await.ok()["roles"], json!(["admin"]));
}
