//! The public pages of the platform.

use scenario::scenario;
use system_tests::World;

#[scenario]
async fn the_pages_of_the_platform_are_there() {
    let world = World::start().await;
    let visitor = world.anonymous();
    assert_eq!(visitor.get("/health").await.ok()["status"], "ok");
    let docs = visitor.get("/docs").await;
    assert_eq!((docs.status(), docs.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(docs.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'")));
    let document = visitor.get("/openapi.json").await.ok();
    assert_eq!(document, local::functions::openapi());
}
