//! A client of the system over HTTP: the requests of a browser and an app, as far as the demo needs them.
//!
//! The client follows no redirect automatically and knows only the stack's addresses. It is no test double: it reports every wrong
//! answer.

use crate::Addresses;
use crate::accounts::{Account, PASSWORD};
use crate::services::APP_CLIENT;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// The time-out: longer than any request here takes, short enough for a user who waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer that was not expected.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unexpected(pub String);

impl From<reqwest::Error> for Unexpected {
    fn from(error: reqwest::Error) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Unexpected(format!("{error}{cause}"))
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Reply {
    /// The body as JSON; null if the body is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The body as JSON, if the status is the expected one.
    ///
    /// # Errors
    /// [`Unexpected`] shows the answer.
    pub fn expect(&self, status: StatusCode) -> Result<Value, Unexpected> {
        if self.status == status { Ok(self.json()) } else { Err(self.unexpected(status.as_str())) }
    }

    fn unexpected(&self, wanted: &str) -> Unexpected {
        let shown: String = self.body.chars().take(400).collect();
        Unexpected(format!("{wanted} was expected, and the answer was {}: {shown}", self.status))
    }

    /// The address to which the answer sends the client.
    fn redirect(&self) -> Result<&str, Unexpected> {
        let location = self.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        location.filter(|_| self.status.is_redirection()).ok_or_else(|| self.unexpected("a redirect"))
    }

    /// Name and value of each cookie that the answer sets.
    fn cookies(&self) -> impl Iterator<Item = (String, String)> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| {
            let (name, value) = cookie.to_str().ok()?.split(';').next()?.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        })
    }
}

/// The tokens of a log-in.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The access token, for the API.
    pub access: String,
    /// The refresh token, for a new access token.
    pub refresh: String,
    /// The lifetime of the access token, in seconds.
    pub expires_in: i64,
}

/// A client without state between calls.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
}

impl Client {
    /// A client.
    ///
    /// # Errors
    /// [`Unexpected`] if the HTTP client can't be set up.
    pub fn new() -> Result<Self, Unexpected> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // A proxy of the environment must not be used for this machine.
            .no_proxy()
            .timeout(PATIENCE)
            .user_agent("vaidya-demo/1")
            .build()?;
        Ok(Client { http })
    }

    /// Sends a request.
    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, Unexpected> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Reply { status, headers, body: response.text().await? })
    }

    /// Calls the API.
    ///
    /// # Errors
    /// [`Unexpected`] if no answer came; every answer is a [`Reply`].
    pub async fn call(&self, call: ApiCall<'_>) -> Result<Reply, Unexpected> {
        let mut request = self.http.request(call.method, call.url).bearer_auth(call.token);
        if let Some(key) = call.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = call.body {
            request = request.json(body);
        }
        self.send(request).await
    }

    /// Reads an address.
    ///
    /// # Errors
    /// [`Unexpected`] if no answer came.
    pub async fn get(&self, url: &str) -> Result<Reply, Unexpected> {
        self.send(self.http.get(url)).await
    }

    /// Sends a form and asks for a JSON answer, as `cargo local clock` does.
    ///
    /// # Errors
    /// [`Unexpected`] if no answer came.
    pub async fn post_form(&self, url: &str, pairs: &[(&str, &str)]) -> Result<Reply, Unexpected> {
        self.send(self.http.post(url).header(header::ACCEPT, "application/json").form(pairs)).await
    }

    /// Logs a user in as an app does: the code flow with PKCE (RFC 7636), through the pages of the hosted log-in.
    ///
    /// # Errors
    /// [`Unexpected`] names the step that failed.
    pub async fn log_in(&self, at: &Addresses, account: Account) -> Result<Tokens, Unexpected> {
        let (verifier, state) = (secret(), secret());
        let callback = format!("{}/signed-in", at.app);
        let query = [
            ("response_type", "code"),
            ("client_id", APP_CLIENT),
            ("redirect_uri", callback.as_str()),
            ("scope", "openid email"),
            ("state", state.as_str()),
            ("code_challenge", &challenge(&verifier)),
            ("code_challenge_method", "S256"),
        ];
        let login = parsed(&at.login)?;
        let mut authorize = joined(&login, "/oauth2/authorize")?;
        authorize.query_pairs_mut().extend_pairs(query);

        let sent_on = self.send(self.http.get(authorize)).await?;
        let page_address = joined(&login, sent_on.redirect()?)?;
        let page = self.send(self.http.get(page_address.clone())).await?;
        let cookies: Vec<String> = page.cookies().map(|(name, value)| format!("{name}={value}")).collect();
        let mut form = hidden_inputs(&page.body);
        if !form.contains_key("_csrf") {
            return Err(page.unexpected("a log-in form"));
        }
        form.insert("username".to_owned(), account.email.to_owned());
        form.insert("password".to_owned(), PASSWORD.to_owned());
        let action =
            form_action(&page.body).map_or(Ok(page_address.clone()), |action| joined(&page_address, &action))?;
        let request = self.http.post(action).header(header::COOKIE, cookies.join("; ")).form(&form);
        let mut returned = self.send(request).await?;
        if account.secret().is_some() {
            returned = self.send_code(at, &page_address, &cookies.join("; "), account, returned).await?;
        }
        let returned_to = parsed(returned.redirect()?)?;

        let answer: BTreeMap<_, _> = returned_to.query_pairs().into_owned().collect();
        if answer.get("state") != Some(&state) {
            return Err(Unexpected(format!("the log-in returned with another state: {returned_to}")));
        }
        let code =
            answer.get("code").ok_or_else(|| Unexpected(format!("the log-in returned no code: {returned_to}")))?;
        let exchange = [
            ("grant_type", "authorization_code"),
            ("client_id", APP_CLIENT),
            ("redirect_uri", &callback),
            ("code", code),
            ("code_verifier", &verifier),
        ];
        tokens(&self.post_form(joined(&login, "/oauth2/token")?.as_str(), &exchange).await?)
    }

    /// Answers the page that asks for a code of the authenticator app. A code works once, and the pool takes those before and
    /// after the present one: so several log-ins find one within half a minute.
    async fn send_code(
        &self,
        at: &Addresses,
        page_address: &Url,
        cookies: &str,
        account: Account,
        mut page: Reply,
    ) -> Result<Reply, Unexpected> {
        let clock = self.get(&format!("{}/clock", at.mailbox)).await?.expect(StatusCode::OK)?;
        let now: Timestamp =
            clock["now"].as_str().unwrap_or_default().parse().map_err(|_| Unexpected(clock.to_string()))?;
        for seconds in [-30, 0, 30] {
            let mut form = hidden_inputs(&page.body);
            if !form.contains_key("session") {
                return Err(page.unexpected("a form for a one-time code"));
            }
            let code = account.code_at(now + SignedDuration::from_secs(seconds));
            form.insert("code".to_owned(), code.unwrap_or_default());
            let action =
                form_action(&page.body).map_or(Ok(page_address.clone()), |action| joined(page_address, &action))?;
            page = self.send(self.http.post(action).header(header::COOKIE, cookies).form(&form)).await?;
            if page.redirect().is_ok() {
                break;
            }
        }
        Ok(page)
    }

    /// Gets new tokens for a refresh token.
    ///
    /// # Errors
    /// [`Unexpected`] when the session is over.
    pub async fn refresh(&self, at: &Addresses, refresh: &str) -> Result<Tokens, Unexpected> {
        let form = [("grant_type", "refresh_token"), ("client_id", APP_CLIENT), ("refresh_token", refresh)];
        tokens(&self.post_form(&format!("{}/oauth2/token", at.login), &form).await?)
    }

    /// Opens the checkout of an order, presses a button there, and returns the values that the checkout hands to the app.
    ///
    /// # Errors
    /// [`Unexpected`] when the checkout refuses.
    pub async fn check_out(&self, at: &Addresses, order: &str, press: &[(&str, &str)]) -> Result<Handed, Unexpected> {
        let mut address = joined(&parsed(&at.checkout)?, "/checkout")?;
        address.query_pairs_mut().append_pair("order_id", order).append_pair("embedded_in", &at.app);
        self.send(self.http.get(address.clone())).await?.expect(StatusCode::OK)?;

        let returned = self.send(self.http.post(address).form(press)).await?;
        returned.expect(StatusCode::OK)?;
        let members = hidden_inputs(&returned.body);
        if members.is_empty() {
            return Err(returned.unexpected("values for the app"));
        }
        Ok(Handed(members))
    }
}

/// A call of the API.
#[derive(Debug, Clone)]
pub struct ApiCall<'a> {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: &'a str,
    /// The access token.
    pub token: &'a str,
    /// The `Idempotency-Key`.
    pub idempotency_key: Option<&'a str>,
    /// The body.
    pub body: Option<&'a Value>,
}

/// The values that the checkout handed to the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed(pub BTreeMap<String, String>);

impl Handed {
    /// The value of a name.
    ///
    /// # Errors
    /// [`Unexpected`] if the checkout did not hand it over.
    pub fn get(&self, name: &str) -> Result<&str, Unexpected> {
        let missing = || Unexpected(format!("the checkout handed over no {name}, but {:?}", self.0.keys()));
        self.0.get(name).map(String::as_str).ok_or_else(missing)
    }
}

fn tokens(reply: &Reply) -> Result<Tokens, Unexpected> {
    let answer = reply.expect(StatusCode::OK)?;
    let text = |name: &str| {
        answer[name].as_str().map(str::to_owned).ok_or_else(|| Unexpected(format!("the exchange gave no {name}")))
    };
    let expires_in = answer["expires_in"].as_i64().unwrap_or_default();
    Ok(Tokens { access: text("access_token")?, refresh: text("refresh_token")?, expires_in })
}

fn parsed(address: &str) -> Result<Url, Unexpected> {
    Url::parse(address).map_err(|error| Unexpected(format!("{address:?} is no address: {error}")))
}

fn joined(base: &Url, address: &str) -> Result<Url, Unexpected> {
    base.join(address).map_err(|error| Unexpected(format!("{address:?} is no address: {error}")))
}

/// 32 random bytes as text.
fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// RFC 7636, 4.2.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// The hidden inputs of one of our pages with a single form.
fn hidden_inputs(page: &str) -> BTreeMap<String, String> {
    let inputs = tags(page, "input").filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
    inputs.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))).collect()
}

/// The action of a page's first form, if it has one.
fn form_action(page: &str) -> Option<String> {
    tags(page, "form").next().and_then(|tag| attribute(tag, "action"))
}

/// The attributes of every start tag of a name, as text. Enough for pages of ours, which have no `>` in attributes.
fn tags<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<{name} ");
    let starts: Vec<usize> = page.match_indices(&start).map(|(at, start)| at + start.len()).collect();
    starts.into_iter().filter_map(move |at| page[at..].split('>').next())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!("{name}=\"");
    let at = tag.match_indices(&start).map(|(at, _)| at).find(|&at| at == 0 || tag[..at].ends_with(' '))?;
    tag[at + start.len()..].split('"').next().map(unescaped)
}

/// Character references as askama writes them: decimal ones; and the five predefined names.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest[1..].split(';').next().filter(|reference| reference.len() + 1 < rest.len());
        match reference.and_then(|reference| Some((reference, character(reference)?))) {
            Some((reference, character)) => {
                plain.push(character);
                rest = &rest[reference.len() + 2..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.strip_prefix('#')?.parse().ok().and_then(char::from_u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() {
        let page = r##"<form method="post" action="/login?a=1&#38;b=%22"><input type="hidden" name="_csrf" value="x&#34;&amp;y">
            <input id="u" name="username" type="email"><input type="hidden" name="error[code]" value="A &lt;B"></form>"##;
        assert_eq!(form_action(page).as_deref(), Some("/login?a=1&b=%22"));
        let inputs = hidden_inputs(page);
        assert_eq!(inputs.len(), 2);
        assert_eq!(inputs["_csrf"], "x\"&y");
        assert_eq!(inputs["error[code]"], "A <B");
    }

    #[test]
    fn what_is_no_reference_stays() {
        assert_eq!(unescaped("a & b &nonsense; &#x; 5&"), "a & b &nonsense; &#x; 5&");
    }
}
