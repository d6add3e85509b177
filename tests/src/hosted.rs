//! The hosted log-in as a browser and an app see it: the code flow with PKCE (RFC 7636).

use crate::world::{PASSWORD, World};
use crate::{Person, Reply};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use local::services::APP_CLIENT;
use serde_json::{Value, json};

/// A verifier of 43 characters. Its owner is a test, so it need not be secret.
const VERIFIER: &str = "a-verifier-that-only-the-tests-of-this-crate-know";

/// A browser, with the cookies of the hosted log-in and the session of the app.
pub struct Browser {
    world: World,
    cookies: Vec<(String, String)>,
    session: Option<String>,
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A hidden input of a page of ours.
fn hidden<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    page.split_once(&format!("name=\"{name}\" value=\""))?.1.split('"').next()
}

impl Browser {
    /// A browser without cookies.
    pub fn new(world: &World) -> Self {
        Browser { world: world.clone(), cookies: vec![], session: None }
    }

    async fn send(&mut self, request: http::request::Builder, body: String) -> Response<Bytes> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; "));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(Bytes::from(body)).expect("a well-formed request");
        let response = self.world.stack.services().pool.page(request).await;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("cookies are text").split(';').next().unwrap_or_default();
            let (name, value) = text.split_once('=').expect("a cookie has a value");
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        response
    }

    /// Opens an address of the hosted log-in.
    pub async fn opens(&mut self, address: &str) -> Response<Bytes> {
        self.send(Request::get(address), String::new()).await
    }

    /// Asks for a code; gives back where the browser is sent: to the app with a code, or to the log-in form.
    pub async fn is_sent_to(&mut self, scope: &str) -> String {
        let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        let callback = format!("{}/signed-in", self.world.stack.addresses().app);
        let query = encoded(&[
            ("response_type", "code"),
            ("client_id", APP_CLIENT),
            ("redirect_uri", &callback),
            ("scope", scope),
            ("code_challenge", &URL_SAFE_NO_PAD.encode(challenge)),
            ("code_challenge_method", "S256"),
        ]);
        let page = self.opens(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!(page.status(), StatusCode::FOUND);
        page.headers()[header::LOCATION].to_str().expect("an address").to_owned()
    }

    /// Exchanges the code with which the browser was sent to the app for tokens.
    pub async fn exchanges(&mut self, returned: &str) -> Value {
        let code = url::Url::parse(returned).expect("an address of the app");
        let code = code.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
        let callback = format!("{}/signed-in", self.world.stack.addresses().app);
        let form = encoded(&[
            ("grant_type", "authorization_code"),
            ("client_id", APP_CLIENT),
            ("redirect_uri", &callback),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ]);
        let answer = self.send(Request::post("/oauth2/token"), form).await;
        let body: Value = serde_json::from_slice(answer.body()).expect("JSON");
        assert_eq!(answer.status(), StatusCode::OK, "{body}");
        body
    }

    /// Exchanges a refresh token for new tokens; `None` if it is refused.
    pub async fn refreshes(&mut self, refresh_token: &str) -> Option<Value> {
        let pairs = [("grant_type", "refresh_token"), ("client_id", APP_CLIENT), ("refresh_token", refresh_token)];
        let answer = self.send(Request::post("/oauth2/token"), encoded(&pairs)).await;
        let is_granted = answer.status() == StatusCode::OK;
        is_granted.then(|| serde_json::from_slice(answer.body()).expect("JSON"))
    }

    /// Logs a person in with the password; gives back the tokens.
    pub async fn logs_in(&mut self, person: &Person, scope: &str) -> Value {
        let form_at = self.is_sent_to(scope).await;
        let page = self.opens(&form_at).await;
        let page = String::from_utf8_lossy(page.body()).into_owned();
        let csrf = hidden(&page, "_csrf").expect("a form of ours").to_owned();
        let form = encoded(&[("_csrf", &csrf), ("username", &person.email), ("password", PASSWORD)]);
        let returned = self.send(Request::post(&form_at), form).await;
        assert_eq!(returned.status(), StatusCode::FOUND);
        let returned = returned.headers()[header::LOCATION].to_str().expect("an address").to_owned();
        self.exchanges(&returned).await
    }

    /// Logs a person in and opens the session of the app, as the app does; gives back what the app learns.
    pub async fn opens_session(&mut self, person: &Person) -> Value {
        let tokens = self.logs_in(person, "openid email").await;
        let body = json!({ "refreshToken": tokens["refresh_token"] });
        self.asks_as_app(Method::POST, "/v1/session", None, Some(body)).await.ok()
    }

    /// Renews the session of the app.
    pub async fn renews_session(&mut self) -> Reply {
        self.asks_as_app(Method::POST, "/v1/session/refresh", None, None).await
    }

    /// A request of the app, with the session's cookie; keeps the cookie of the answer.
    pub async fn asks_as_app(
        &mut self,
        method: Method,
        path: &str,
        access_token: Option<&str>,
        body: Option<Value>,
    ) -> Reply {
        let world = self.world.clone();
        let visitor = world.anonymous();
        let mut request = visitor.sends(method, path).header("x-vaidya-app", "1");
        request = request.header("origin", &world.stack.addresses().app);
        if let Some(cookie) = &self.session {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = access_token {
            request = request.header("authorization", &format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = request.await;
        if let Some(set) = reply.header("set-cookie") {
            let removed = set.contains("; Max-Age=0;");
            self.session = set.split(';').next().filter(|_| !removed).map(str::to_owned);
        }
        reply
    }

    /// The session's cookie, as the browser sends it.
    pub fn session_cookie(&self) -> Option<String> {
        self.session.clone()
    }

    /// Puts a cookie in place of the session's.
    pub fn has_session_cookie(&mut self, cookie: Option<String>) {
        self.session = cookie;
    }
}
