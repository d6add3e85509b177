//! The web app at its address: the built files, and the API at the same origin, as CloudFront serves both.
//!
//! `app/template.yaml` says which path leads where, and has the security headers of each answer. They are read from there.

use super::rendered;
use crate::services::{APP_CLIENT, POOL};
use crate::{Addresses, Stack, front};
use askama::Template;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::json;
use serde_norway::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const TEMPLATE: &str = include_str!("../../../app/template.yaml");

/// India's number for every emergency.
const EMERGENCY: &str = "112";

/// The directory of the built app in this repository.
pub fn built() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/dist")
}

/// The page in place of an app that is not built.
#[derive(Template)]
#[template(path = "not_built.html")]
struct NotBuilt<'a> {
    addresses: &'a Addresses,
}

/// The app of a stack.
#[derive(Clone)]
pub struct App {
    files: Arc<Path>,
    behaviours: Arc<[Behaviour]>,
    configuration: Bytes,
    address: Arc<str>,
}

/// A cache behaviour of the distribution: what answers to a path, with which headers.
#[derive(Debug)]
struct Behaviour {
    /// The path, with `*` for any text; `None` for all others.
    pattern: Option<String>,
    /// Whether the API answers, and not the app's files.
    is_api: bool,
    methods: Vec<String>,
    headers: HeaderMap,
}

impl App {
    /// The app in the directory `files`, for the stack at `addresses`.
    ///
    /// # Panics
    /// If `app/template.yaml` is not as this module reads it: it is part of this program.
    pub fn new(files: &Path, addresses: &Addresses) -> Self {
        let configuration = json!({
            "stage": "local",
            "loginUrl": addresses.login,
            "clientId": APP_CLIENT,
            "userPoolIssuer": format!("https://cognito-idp.{}.amazonaws.com/{POOL}", aws_emulator::REGION),
            "razorpayCheckoutUrl": addresses.checkout,
            "emergencyNumber": EMERGENCY,
        });
        App {
            files: files.into(),
            behaviours: behaviours(addresses).into(),
            configuration: configuration.to_string().into(),
            address: addresses.app.as_str().into(),
        }
    }

    /// Answers a request to the app's origin.
    pub(crate) async fn answer(&self, stack: &Stack, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        let Some(behaviour) = self.behaviours.iter().find(|behaviour| behaviour.covers(path)) else {
            return plain(StatusCode::NOT_FOUND, "there is nothing at this address");
        };
        let method = request.method().as_str();
        // CloudFront answers so before it looks anywhere.
        if !behaviour.methods.iter().any(|allowed| allowed == method) {
            return plain(StatusCode::FORBIDDEN, "this method is not allowed here");
        }
        if behaviour.is_api {
            let mut response = with(front::answer(stack, request).await, &behaviour.headers);
            // The clock of this stack may be ahead of the machine's, and the app counts down by this header.
            let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&stack.now()).ok();
            if let Some(date) = date.and_then(|date| HeaderValue::from_str(&date).ok()) {
                response.headers_mut().insert(header::DATE, date);
            }
            return response;
        }
        let mut response = self.file(stack, &request);
        if request.method() == Method::HEAD {
            response.body_mut().clear();
        }
        // The page that says how to build the app has headers of its own.
        if response.headers().contains_key(header::CONTENT_SECURITY_POLICY) {
            return response;
        }
        with(response, &behaviour.headers)
    }

    fn file(&self, stack: &Stack, request: &Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        if path == "/config.json" {
            return found("json", self.configuration.clone(), UNCHANGED_UNTIL_ASKED);
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let is_page = !last.contains('.');
        if is_page && let Some(elsewhere) = self.canonical(request) {
            return elsewhere;
        }
        // As the function `Documents` of the template does.
        let path = match path {
            path if !is_page => path,
            path if path.starts_with("/pay/") => "/pay.html",
            _ => "/index.html",
        };
        let is_hashed = path.starts_with("/assets/");
        let Some(inside) = inside(path) else { return plain(StatusCode::NOT_FOUND, "there is no such file") };
        match std::fs::read(self.files.join(inside)) {
            Ok(content) => {
                let extension = path.rsplit('.').next().unwrap_or_default();
                let caching = if is_hashed { FOR_EVER } else { UNCHANGED_UNTIL_ASKED };
                found(extension, content.into(), caching)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_page => self.not_built(stack),
            Err(error) => {
                tracing::debug!(path, %error, "a file of the app was not read");
                plain(StatusCode::NOT_FOUND, "there is no such file")
            }
        }
    }

    fn not_built(&self, stack: &Stack) -> Response<Bytes> {
        rendered(StatusCode::NOT_FOUND, &NotBuilt { addresses: stack.addresses() }, "'none'")
    }

    /// The user pool knows the app at one address: a browser that came by another name of this machine goes there.
    fn canonical(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        let (_, ours) = self.address.split_once("://")?;
        let by_other_name = host.starts_with("localhost:") && ours.starts_with("127.0.0.1:");
        let same_port = host.rsplit(':').next() == ours.rsplit(':').next();
        if !(by_other_name && same_port) {
            return None;
        }
        let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        response
            .headers_mut()
            .insert(header::LOCATION, HeaderValue::from_str(&format!("{}{path}", self.address)).ok()?);
        Some(response)
    }
}

/// A file whose name changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A file that a browser may keep, and asks for each time.
const UNCHANGED_UNTIL_ASKED: &str = "no-cache";

fn found(extension: &str, content: Bytes, caching: &'static str) -> Response<Bytes> {
    let media_type = match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let mut response = Response::new(content);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// A path of plain names within the directory.
fn inside(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/')?;
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    path.split('/').all(is_name).then_some(path)
}

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn with(mut response: Response<Bytes>, headers: &HeaderMap) -> Response<Bytes> {
    for (name, value) in headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

impl Behaviour {
    fn covers(&self, path: &str) -> bool {
        self.pattern.as_deref().is_none_or(|pattern| matches(pattern, path))
    }
}

/// Whether a path has the form of a pattern of CloudFront, in which `*` stands for any text.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path.strip_prefix(start).is_some_and(|left| {
            (0..=left.len()).filter(|at| left.is_char_boundary(*at)).any(|at| matches(rest, &left[at..]))
        }),
    }
}

/// The behaviours of the distribution in their order, the default one last.
fn behaviours(addresses: &Addresses) -> Vec<Behaviour> {
    let template: Value = serde_norway::from_str(TEMPLATE).expect("app/template.yaml is YAML");
    let resources = &template["Resources"];
    let distribution = &resources["Distribution"]["Properties"]["DistributionConfig"];
    let listed = distribution["CacheBehaviors"].as_sequence().expect("app/template.yaml has behaviours");
    let all = listed.iter().chain([&distribution["DefaultCacheBehavior"]]);
    all.map(|behaviour| Behaviour {
        pattern: behaviour["PathPattern"].as_str().map(str::to_owned),
        is_api: text(&behaviour["TargetOriginId"]) == "api",
        methods: behaviour["AllowedMethods"].as_sequence().into_iter().flatten().map(text).map(str::to_owned).collect(),
        headers: headers(&resources[text(&behaviour["ResponseHeadersPolicyId"])], addresses),
    })
    .collect()
}

/// A text of the template, also one that an intrinsic function makes.
fn text(value: &Value) -> &str {
    let plain = match value {
        Value::Tagged(tagged) => &tagged.value,
        plain => plain,
    };
    plain.as_str().unwrap_or_else(|| panic!("app/template.yaml: a text is missing: {value:?}"))
}

/// The headers of a policy, as CloudFront writes them.
fn headers(policy: &Value, addresses: &Addresses) -> HeaderMap {
    let config = &policy["Properties"]["ResponseHeadersPolicyConfig"];
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, value: &str| {
        let name = HeaderName::try_from(name).expect("a header's name");
        let value = HeaderValue::from_str(&at_this_machine(value, addresses)).expect("a header's value");
        headers.insert(name, value);
    };
    for (rule, value) in config["SecurityHeadersConfig"].as_mapping().into_iter().flatten() {
        match text(rule) {
            "ContentSecurityPolicy" => add("content-security-policy", text(&value["ContentSecurityPolicy"])),
            "ContentTypeOptions" => add("x-content-type-options", "nosniff"),
            "FrameOptions" => add("x-frame-options", text(&value["FrameOption"])),
            "ReferrerPolicy" => add("referrer-policy", text(&value["ReferrerPolicy"])),
            // It has a meaning over TLS only (RFC 6797, section 7.2).
            "StrictTransportSecurity" => {}
            other => panic!("app/template.yaml: {other} is not known here"),
        }
    }
    for item in config["CustomHeadersConfig"]["Items"].as_sequence().into_iter().flatten() {
        add(text(&item["Header"]), text(&item["Value"]));
    }
    headers
}

/// A text of the template with the addresses of this machine in place of its parameters.
fn at_this_machine(value: &str, addresses: &Addresses) -> String {
    let value = value.replace("https://${LoginDomain}", &addresses.login);
    let parameters = ["CheckoutScripts", "CheckoutFrames", "CheckoutConnections", "CheckoutImages"];
    let replaced = |text: String, name| text.replace(&format!("${{{name}}}"), &addresses.checkout);
    let value = parameters.into_iter().fold(value, replaced);
    assert!(!value.contains("${"), "app/template.yaml has a parameter that is not known here: {value}");
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        App::new(Path::new("/nowhere"), &Addresses::from_port(8080))
    }

    fn behaviour<'a>(app: &'a App, path: &str) -> &'a Behaviour {
        app.behaviours.iter().find(|behaviour| behaviour.covers(path)).unwrap()
    }

    #[test]
    fn the_api_answers_its_own_paths_and_the_app_all_others() {
        let app = app();
        for path in
            ["/v1/me", "/v1/session/refresh", "/health", "/openapi.json", "/docs", "/docs/logo.svg", "/problems/a"]
        {
            assert!(behaviour(&app, path).is_api, "{path}");
        }
        for path in ["/", "/v1", "/signed-in", "/visits/1", "/assets/index-0.js", "/config.json", "/healthy", "/pay/1"]
        {
            assert!(!behaviour(&app, path).is_api, "{path}");
        }
    }

    #[test]
    fn the_checkout_may_be_loaded_by_the_document_of_a_payment_alone() {
        let app = app();
        let policy = |path| behaviour(&app, path).headers["content-security-policy"].to_str().unwrap();
        let checkout = Addresses::from_port(8080).checkout;
        assert!(policy("/pay/1").contains(&format!("script-src 'self' {checkout};")));
        assert!(policy("/pay/1").contains(&format!("frame-src {checkout};")));
        for path in ["/", "/pay", "/payments", "/visits/pay/1", "/index.html"] {
            assert!(!policy(path).contains(&checkout), "{path}");
            assert!(policy(path).contains("require-trusted-types-for 'script'"), "{path}");
        }
    }

    #[test]
    fn every_answer_of_the_app_has_the_headers_of_production() {
        let app = app();
        for behaviour in app.behaviours.iter().filter(|behaviour| !behaviour.is_api) {
            for name in [
                "content-security-policy",
                "x-content-type-options",
                "x-frame-options",
                "referrer-policy",
                "cross-origin-opener-policy",
                "cross-origin-resource-policy",
                "permissions-policy",
            ] {
                assert!(behaviour.headers.contains_key(name), "{:?} {name}", behaviour.pattern);
            }
            let policy = behaviour.headers["content-security-policy"].to_str().unwrap();
            for part in ["default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"] {
                assert!(policy.contains(part), "{policy}");
            }
            assert!(!policy.contains("script-src 'self' 'unsafe"), "{policy}");
        }
    }

    #[test]
    fn only_files_of_the_app_are_read() {
        assert_eq!(inside("/assets/index-B1.js"), Some("assets/index-B1.js"));
        for path in ["/../Cargo.toml", "/assets/../../x.js", "/.env", "/a//b.js", "/%2e%2e/x", "/a\\b.js", "/"] {
            assert_eq!(inside(path), None, "{path}");
        }
    }

    #[test]
    fn patterns_match_as_at_cloudfront() {
        assert!(matches("/docs*", "/docs") && matches("/docs*", "/docs/a.css") && matches("/v1/*", "/v1/"));
        assert!(!matches("/v1/*", "/v1") && !matches("/health", "/health/x"));
        assert!(matches("/a/*/c", "/a/b/b/c") && !matches("/a/*/c", "/a/b/d"));
    }

    #[test]
    fn the_configuration_has_the_addresses_that_the_app_needs() {
        let app = app();
        let configuration: serde_json::Value = serde_json::from_slice(&app.configuration).unwrap();
        assert_eq!(configuration["loginUrl"], "http://127.0.0.1:8081");
        assert_eq!(configuration["razorpayCheckoutUrl"], "http://127.0.0.1:8082");
        assert_eq!(configuration["clientId"], APP_CLIENT);
    }

    async fn asked(app: &App, stack: &Stack, method: Method, path: &str, host: &str) -> Response<Bytes> {
        let request = Request::builder().method(method).uri(path).header("host", host).body(Bytes::new()).unwrap();
        app.answer(stack, request).await
    }

    #[tokio::test]
    async fn pages_files_and_the_api_have_one_origin() {
        let stack = Stack::start(crate::Options::for_test()).await.unwrap();
        let built = tempfile::tempdir().unwrap();
        std::fs::create_dir(built.path().join("assets")).unwrap();
        for (file, content) in
            [("index.html", "the app"), ("pay.html", "the payment"), ("assets/a-1.js", "1"), ("robots.txt", "r")]
        {
            std::fs::write(built.path().join(file), content).unwrap();
        }
        let app = App::new(built.path(), stack.addresses());
        let get = async |path: &str| asked(&app, &stack, Method::GET, path, "127.0.0.1:8085").await;
        for (path, body, caching) in [
            ("/", "the app", "no-cache"),
            ("/signed-in?code=1", "the app", "no-cache"),
            ("/visits/1", "the app", "no-cache"),
            ("/pay", "the app", "no-cache"),
            ("/pay/1", "the payment", "no-cache"),
            ("/assets/a-1.js", "1", "public, max-age=31536000, immutable"),
            ("/robots.txt", "r", "no-cache"),
        ] {
            let answer = get(path).await;
            assert_eq!((answer.status(), answer.body().as_ref()), (StatusCode::OK, body.as_bytes()), "{path}");
            assert_eq!(answer.headers()["cache-control"], caching, "{path}");
            assert!(answer.headers().contains_key("permissions-policy"), "{path}");
        }
        assert_eq!(get("/config.json").await.headers()["content-type"], "application/json");
        assert_eq!(get("/assets/a-2.js").await.status(), StatusCode::NOT_FOUND);

        let health = get("/health").await;
        assert_eq!(health.status(), StatusCode::OK);
        assert_eq!(health.headers()["date"], "Mon, 23 Nov 2026 03:00:00 GMT");
        assert_eq!(get("/v1/me").await.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(get("/v1/nothing").await.status(), StatusCode::NOT_FOUND);

        let head = asked(&app, &stack, Method::HEAD, "/", "127.0.0.1:8085").await;
        assert!(head.status() == StatusCode::OK && head.body().is_empty());
        let post = asked(&app, &stack, Method::POST, "/paid", "127.0.0.1:8085").await;
        assert_eq!(post.status(), StatusCode::FORBIDDEN);
        let other_name = asked(&app, &stack, Method::GET, "/visits/1?x=y", "localhost:8085").await;
        assert_eq!(other_name.headers()["location"], "http://127.0.0.1:8085/visits/1?x=y");
    }

    #[tokio::test]
    async fn an_app_that_is_not_built_says_how() {
        let stack = Stack::start(crate::Options::for_test()).await.unwrap();
        let answer = asked(&app(), &stack, Method::GET, "/signed-in", "127.0.0.1:8085").await;
        assert!(std::str::from_utf8(answer.body()).unwrap().contains("npm run build"));
        let health = asked(&app(), &stack, Method::GET, "/health", "127.0.0.1:8085").await;
        assert_eq!(health.status(), StatusCode::OK);
    }
}
