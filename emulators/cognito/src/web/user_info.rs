//! `/oauth2/userInfo`: the attributes of the user of an access token with scope `openid`.

use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::visit::Visit;
use super::{Page, json};
use crate::pool::UserPool;

pub async fn view(pool: &UserPool, visit: &Visit) -> Page {
    let Some(token) = visit.bearer() else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request", "The access token is missing.");
    };
    let found = pool
        .run(|turn| {
            let (_, user) = turn.authenticated(token, "openid")?;
            // Attributes are strings here, `email_verified` included.
            let mut answer: Value = json!(user.attribute_map());
            answer["username"] = json!(user.sub);
            Ok(answer)
        })
        .await;
    match found {
        Ok(attributes) => json(StatusCode::OK, &attributes),
        Err(refusal) if refusal.message.contains("scopes") => {
            refused(StatusCode::FORBIDDEN, "insufficient_scope", "The access token lacks the scope openid.")
        }
        Err(_) => refused(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "Access token is expired, disabled, or deleted, or the user has globally signed out.",
        ),
    }
}

fn refused(status: StatusCode, error: &str, description: &str) -> Page {
    let mut page = json(status, &json!({"error": error, "error_description": description}));
    let challenge = format!("Bearer error=\"{error}\", error_description=\"{description}\"");
    let challenge = HeaderValue::from_str(&challenge).expect("the sentences above are ASCII");
    page.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    page
}
