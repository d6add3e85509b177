//! `/logout`: ends the browser's session with the hosted domain, then returns to the app or to the log-in.
//! The page does not revoke tokens: that is `/oauth2/revoke`, or `GlobalSignOut`.

use http::StatusCode;

use super::authorize::AuthorizationRequest;
use super::visit::Visit;
use super::{BROWSER_COOKIE, Page, pages, redirect, set_cookie};
use crate::pool::UserPool;

pub async fn end(pool: &UserPool, visit: &Visit) -> Page {
    let client = visit.query.get("client_id").and_then(|id| pool.config().client(id));
    let logout_uri = visit
        .query
        .get("logout_uri")
        .filter(|given| client.is_some_and(|client| client.logout_uris.iter().any(|registered| registered == given)));
    let mut page = match (logout_uri, visit.query.get("logout_uri")) {
        (Some(address), _) => redirect(address),
        (None, Some(_)) => {
            return pages::message(
                StatusCode::BAD_REQUEST,
                "This link does not work",
                "The address to return to is not one of this app's.",
            );
        }
        (None, None) => match AuthorizationRequest::read(&visit.query, pool.config()) {
            Ok(request) => redirect(&format!("/login?{}", request.query())),
            Err(rejection) => return rejection.page(),
        },
    };
    if let Some(cookie) = visit.cookie(BROWSER_COOKIE) {
        // Forgetting cannot be refused; only storing can fail, and browsers are not stored.
        let _ended = pool
            .run(|turn| {
                turn.state.web.forget_browser(cookie);
                Ok(())
            })
            .await;
    }
    set_cookie(&mut page, BROWSER_COOKIE, "", 0);
    page
}
