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
    assert_eq!(feed.header("cache-control"), Some("private, no-cache"));
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

#[scenario]
async fn a_feed_changes_when_a_visit_does_and_a_program_that_has_it_is_told_so() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let visit = asha.has_visit(&iyer.publishes(72).await).await;
    world.settles().await;
    let address = asha.post("/v1/me/calendar-feed", json!({})).await.ok()["path"].as_str().unwrap().to_owned();
    let program = world.anonymous();
    let first = program.get(&address).await;
    let validators =
        |reply: &system_tests::Reply| ["etag", "last-modified"].map(|name| reply.header(name).unwrap().to_owned());
    let [etag, modified] = validators(&first);
    world.minutes_pass(7).await;
    let second = program.get(&address).await;
    assert_eq!((second.text(), validators(&second)), (first.text(), [etag.clone(), modified.clone()]));
    for (name, value) in [("if-none-match", &etag), ("if-modified-since", &modified)] {
        let known = program.get(&address).header(name, value).await;
        assert_eq!((known.status(), known.text()), (304, String::new()), "{name}");
        assert_eq!(validators(&known), [etag.clone(), modified.clone()], "{name}");
    }
    // A wrong tag decides alone; the date is not looked at.
    let stale = program.get(&address).header("if-none-match", "\"x\"").header("if-modified-since", &modified).await;
    assert_eq!(stale.status(), 200);

    let _ = asha.cancels(&visit).await.ok();
    world.settles().await;
    let changed = program.get(&address).header("if-none-match", &etag).header("if-modified-since", &modified).await;
    assert_eq!(changed.status(), 200);
    let [other, later] = validators(&changed);
    assert!(other != etag && later != modified, "{other} {later}");
    assert!(changed.text().contains("STATUS:CANCELLED"));
    let stamp = |text: &str| text.lines().find(|line| line.starts_with("DTSTAMP:")).unwrap().to_owned();
    assert_ne!(stamp(&changed.text()), stamp(&first.text()), "the visit was revised");
}
