//! A calendar that subscribes to the visits of a patient or doctor.

use scenario::scenario;
use serde_json::json;
use system_tests::World;

#[scenario]
async fn a_feed_has_the_visits_of_its_owner_and_ends_when_it_is_replaced() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let kept = asha.has_visit(&iyer.publishes(30).await).await;
    let dropped = asha.has_visit(&iyer.publishes(32).await).await;
    let held = asha.books(&iyer.publishes(34).await).await.created();
    world.settles().await;
    let _ = asha.cancels(&dropped).await.ok();
    world.settles().await;

    let address = asha.post("/v1/me/calendar-feed", json!({})).await.ok()["path"].as_str().unwrap().to_owned();
    let visitor = world.anonymous();
    let feed = visitor.get(&address).await;
    assert_eq!((feed.status(), feed.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    assert_eq!(feed.header("cache-control"), Some("no-store"));
    let text = feed.text().to_owned();
    let uid = |visit: &serde_json::Value| format!("UID:{}@vaidya", visit["id"].as_str().unwrap());
    assert!(text.contains(&uid(&kept)) && text.contains(&uid(&dropped)) && !text.contains(&uid(&held)), "{text}");
    assert_eq!((text.matches("STATUS:CONFIRMED").count(), text.matches("STATUS:CANCELLED").count()), (1, 1));
    assert!(!text.contains("cardiology") && !text.contains(&asha.email));

    // The doctor's own says when, and not who.
    let own = iyer.post("/v1/me/calendar-feed", json!({})).await.ok()["path"].as_str().unwrap().to_owned();
    let own = visitor.get(&own).await.text().to_owned();
    assert!(own.contains(&uid(&kept)) && !own.contains("Rao"), "{own}");

    let next = asha.post("/v1/me/calendar-feed", json!({})).await.ok()["path"].as_str().unwrap().to_owned();
    let _ = visitor.get(&address).await.problem("not-found");
    assert_eq!(visitor.get(&next).await.status(), 200);
    assert_eq!(asha.delete("/v1/me/calendar-feed").await.status(), 204);
    assert_eq!(asha.delete("/v1/me/calendar-feed").await.status(), 204);
    let _ = visitor.get(&next).await.problem("not-found");
    let _ = visitor.get("/v1/calendar-feeds/guess").await.problem("not-found");
    assert_eq!(world.keys_like("FEED#").await.len(), 1, "nothing is left of what has ended");
}
