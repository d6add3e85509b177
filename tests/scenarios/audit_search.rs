//! The audit trail as evidence: shown to those whose data it is about, and searched by those who answer for it.

use scenario::scenario;
use serde_json::Value;
use system_tests::World;

/// Something happens: a visit is booked, looked at and cancelled.
async fn something_happens(world: &World) {
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let visit = asha.books(&iyer.publishes(30).await).await.created();
    let _ = iyer.views(&visit).await.ok();
    let _ = asha.cancels(&visit).await.ok();
    world.settles().await;
}

#[scenario]
async fn a_patient_sees_who_has_seen_their_data() {
    let world = World::start().await;
    let (asha, vikram) = (world.patient("Asha Rao").await, world.patient("Vikram Shah").await);
    let (iyer, admin) = (world.doctor("Meera Iyer").await, world.admin().await);
    let visit = asha.books(&iyer.publishes(30).await).await.created();
    let _ = iyer.views(&visit).await.ok();
    let _ = admin.views(&visit).await.ok();
    let _ = iyer.get("/v1/appointments").await.ok();
    world.settles().await;
    let list = asha.get("/v1/me/accesses").await.ok();
    let told = |list: &Value| -> Vec<(String, String)> {
        let text = |access: &Value, name: &str| access[name].as_str().unwrap().to_owned();
        list["accesses"].as_array().unwrap().iter().map(|it| (text(it, "who"), text(it, "what"))).collect()
    };
    let expected = [
        ("Dr. Meera Iyer", "looked at a list with appointments of yours"),
        ("An administrator of Vaidya", "looked at an appointment of yours"),
        ("Dr. Meera Iyer", "looked at an appointment of yours"),
        ("You", "looked at your profile"),
    ];
    // All at one instant of a clock that stands, so in no particular order.
    let mut found = told(&list);
    let mut expected: Vec<_> = expected.map(|(who, what)| (who.to_owned(), what.to_owned())).into();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let others = told(&vikram.get("/v1/me/accesses").await.ok());
    assert_eq!(others, [("You".to_owned(), "looked at your profile".to_owned())]);

    // Page by page it is the same, and looking at it is an access as well.
    world.settles().await;
    let mut all = vec![];
    let mut cursor = String::new();
    loop {
        let page = asha.get(&format!("/v1/me/accesses?limit=2{cursor}")).await.ok();
        all.extend(told(&page));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(all.len(), 5);
    assert_eq!(all[0], ("You".to_owned(), "looked at this list".to_owned()));
    let _ = iyer.get("/v1/me/accesses").await.problem("forbidden");
}

#[scenario]
async fn an_administrator_searches_by_type_severity_and_health_data() {
    let world = World::start().await;
    something_happens(&world).await;
    let vikram = world.patient("Vikram Shah").await;
    let _ = vikram.get("/v1/audit-events").await.problem("forbidden");
    let all = world.trail().await;
    let admin = world.admin().await;
    let find = async |query: &str| -> Vec<Value> {
        let (mut found, mut cursor) = (vec![], String::new());
        loop {
            let page = admin.get(&format!("/v1/audit-events?{query}&limit=3{cursor}")).await.ok();
            found.extend(page["events"].as_array().cloned().unwrap());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break found,
            }
        }
    };
    let ids = |events: &[Value]| -> Vec<String> {
        let mut ids: Vec<String> = events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let expected = |is_meant: &dyn Fn(&Value) -> bool| {
        ids(&all.iter().filter(|event| is_meant(event)).cloned().collect::<Vec<_>>())
    };
    assert_eq!(ids(&find("type=ACCESS_DENIED").await), expected(&|event| event["type"] == "ACCESS_DENIED"));
    assert_eq!(ids(&find("phi=true").await), expected(&|event| event["phiAccessed"] == true));
    // The administrator who searches has signed in since.
    let signed_in = ids(&find("category=auth").await);
    assert!(expected(&|event| event["category"] == "auth").iter().all(|id| signed_in.contains(id)));
    let severe = find("severity=high").await;
    assert_eq!(ids(&severe), expected(&|event| event["severity"] == "high" || event["severity"] == "critical"));
    assert!(!severe.is_empty());
    let by = find(&format!("actor={}&type=ACCESS_DENIED", vikram.id)).await;
    assert_eq!(by.len(), 1);
    let _ = admin.get("/v1/audit-events?from=2026-01-01T00:00:00Z").await.problem("invalid-request");
}
