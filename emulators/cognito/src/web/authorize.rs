//! `/oauth2/authorize`, and the request that the log-in pages carry along until it is granted.

use http::StatusCode;
use url::Url;

use super::state::WebState;
use super::visit::{Params, Visit};
use super::{BROWSER_COOKIE, Page, pages, redirect};
use crate::config::Config;
use crate::pool::UserPool;
use crate::request_context::RequestContext;
use crate::tokens;

/// An authorization request that was found good.
pub struct AuthorizationRequest {
    pub client: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    /// The S256 code challenge: every client here is public, so none goes without.
    pub challenge: String,
    pub nonce: Option<String>,
    /// The levels of authentication that the client asks for, the preferred one first.
    pub acr_values: Option<String>,
}

/// The reason why a request was refused, and the receiver of the error.
pub enum Rejection {
    /// The person: the address to return to cannot be trusted.
    Person(&'static str),
    /// The person: the form was not one that this browser was served.
    ForeignForm,
    /// The client, at its address.
    Client(String),
}

impl Rejection {
    pub fn page(self) -> Page {
        match self {
            Self::Person(reason) => pages::message(StatusCode::BAD_REQUEST, "This link does not work", reason),
            Self::ForeignForm => pages::message(
                StatusCode::FORBIDDEN,
                "Please try again",
                "This form did not come from this site, or cookies are switched off.",
            ),
            Self::Client(location) => redirect(&location),
        }
    }
}

impl AuthorizationRequest {
    pub fn read(params: &Params, config: &Config) -> Result<Self, Rejection> {
        let client = params.get("client_id").and_then(|id| config.client(id));
        let client = client.ok_or(Rejection::Person("The app that sent you here is not known: invalid client_id."))?;
        let redirect_uri = params
            .get("redirect_uri")
            .filter(|given| client.redirect_uris.iter().any(|registered| registered == given))
            .ok_or(Rejection::Person("The address to return to is not one of this app's: redirect_mismatch."))?;
        let state = params.get("state");
        let reject = |error: &str, description: &str| {
            let mut answer = vec![("error", error), ("error_description", description)];
            answer.extend(state.map(|state| ("state", state)));
            Rejection::Client(with_query(redirect_uri, &answer))
        };

        if params.get("response_type") != Some("code") {
            return Err(reject("unsupported_response_type", "response_type must be code"));
        }
        let challenge =
            params.get("code_challenge").ok_or_else(|| reject("invalid_request", "code_challenge is required"))?;
        if params.get("code_challenge_method") != Some("S256") {
            return Err(reject("invalid_request", "code_challenge_method must be S256"));
        }
        // The base64url form of 32 bytes.
        let well_formed =
            challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !well_formed {
            return Err(reject("invalid_request", "code_challenge is malformed"));
        }
        let scopes: Vec<String> = match params.get("scope").map(str::trim) {
            None | Some("") => client.scopes.clone(),
            Some(scopes) => scopes.split_ascii_whitespace().map(str::to_owned).collect(),
        };
        if scopes.iter().any(|scope| !client.scopes.contains(scope)) {
            return Err(reject("invalid_scope", "a scope is not allowed for this client"));
        }
        Ok(Self {
            client: client.id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scopes,
            state: state.map(str::to_owned),
            challenge: challenge.to_owned(),
            nonce: params.get("nonce").map(str::to_owned),
            acr_values: params.get("acr_values").map(str::to_owned),
        })
    }

    /// The request as a query, for links and forms.
    pub fn query(&self) -> String {
        let scope = self.scopes.join(" ");
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", &self.redirect_uri),
            ("scope", &scope),
            ("code_challenge", &self.challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.extend(self.nonce.as_deref().map(|nonce| ("nonce", nonce)));
        pairs.extend(self.acr_values.as_deref().map(|levels| ("acr_values", levels)));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// The address to which the browser returns with a code.
    pub fn granted(&self, code: &str) -> String {
        let mut answer = vec![("code", code)];
        answer.extend(self.state.as_deref().map(|state| ("state", state)));
        with_query(&self.redirect_uri, &answer)
    }
}

/// Grants at once to a browser that signed in within the hour; sends any other to the log-in.
pub async fn start(pool: &UserPool, visit: &Visit) -> Page {
    let request = match AuthorizationRequest::read(&visit.query, pool.config()) {
        Ok(request) => request,
        Err(rejection) => return rejection.page(),
    };
    let known = pool.run(|turn| Ok(grant_to_known(turn, visit, &request))).await;
    match known {
        Ok(Some(location)) => redirect(&location),
        _ => redirect(&format!("/login?{}", request.query())),
    }
}

fn grant_to_known(turn: &mut RequestContext, visit: &Visit, request: &AuthorizationRequest) -> Option<String> {
    let browser = turn.state.web.browser(visit.cookie(BROWSER_COOKIE)?, turn.now)?.clone();
    let user = turn.state.users.get(&browser.sub).filter(|user| user.enabled)?;
    // A client that accepts nothing but a second factor sends its user to the log-in again. A user without one is let
    // through, and the client sees the lower level in the token.
    let wants_code = request.acr_values.as_deref() == Some(tokens::LEVEL_OF_CODE);
    if wants_code && !browser.by_code && user.has_second_factor() {
        return None;
    }
    let code = WebState::grant(turn, request, &browser);
    Some(request.granted(&code))
}

/// Appends to the query that a registered address may have of its own.
pub fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(pairs);
            url.into()
        }
        Err(_) => address.to_owned(),
    }
}
