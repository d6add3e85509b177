//! The page about the API as a browser gets it: its security policy, the files that it loads, and the document that it draws.

use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::World;

/// The sources that a policy names, by directive.
fn directives(policy: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    policy
        .split(';')
        .map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next().unwrap_or_default(), words.collect())
        })
        .collect()
}

/// The values of an attribute, wherever it stands.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    page.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn the_reference_may_run_and_load_what_comes_from_its_own_host_and_nothing_else() {
    let world = World::start().await;
    let page = world.anonymous().get("/docs").await;
    assert_eq!((page.status(), page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let policy = page.header("content-security-policy").unwrap();
    let found = directives(policy);
    let own = BTreeSet::from(["'self'"]);
    let none = BTreeSet::from(["'none'"]);
    let expected = BTreeMap::from([
        ("default-src", none.clone()),
        ("script-src", own.clone()),
        ("style-src", own.clone()),
        ("connect-src", own),
        ("img-src", BTreeSet::from(["data:"])),
        ("base-uri", none.clone()),
        ("form-action", none.clone()),
        ("frame-ancestors", none),
    ]);
    assert_eq!(found, expected);
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn every_file_that_the_reference_names_is_served_as_what_it_is() {
    let world = World::start().await;
    let visitor = world.anonymous();
    let page = visitor.get("/docs").await.text();
    let mut files = attributes(&page, "src");
    files.extend(attributes(&page, "href").into_iter().filter(|address| address.starts_with("docs/")));
    assert_eq!(files.len(), 4, "{files:?}");
    let mut texts = BTreeMap::new();
    for address in files {
        let file = visitor.get(&format!("/{address}")).await;
        assert_eq!(file.status(), 200, "{address}");
        let name = address.split('?').next().unwrap();
        let is_script = name.ends_with(".js");
        let media_type = if is_script { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        assert_eq!(file.header("content-type"), Some(media_type), "{address}");
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"), "{address}");
        assert_eq!(file.header("cache-control"), Some("public, max-age=86400"), "{address}");
        assert_eq!(file.header("content-encoding"), Some("gzip"), "{address}");
        texts.insert(name.to_owned(), std::io::read_to_string(GzDecoder::new(file.body())).unwrap());
    }
    // The script of the package makes the function that ours calls, with the address of the document.
    assert!(texts["docs/swagger-ui-bundle.js"].contains("SwaggerUIBundle"));
    let document = texts["docs/start.js"].split("url: \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(visitor.get(&format!("/{document}")).await.ok(), local::functions::openapi());
}

#[tokio::test]
async fn a_file_that_the_reference_does_not_have_is_not_found() {
    let world = World::start().await;
    for name in ["none.js", "swagger-ui.js", "..%2Fopenapi.json", "start.js.gz"] {
        let _ = world.anonymous().get(&format!("/docs/{name}")).await.problem("not-found");
    }
}
