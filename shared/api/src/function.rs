//! A function as it is deployed: an endpoint or a consumer with its ports, ready for invocations.

use crate::consumer::EventFunction;
use crate::context::Runtime;
use crate::endpoint::HttpFunction;
use crate::env::{Aws, ConfigError};
use lambda_http::request::LambdaRequest;
use lambda_runtime::tower::Service;
use lambda_runtime::{LambdaEvent, service_fn};
use std::convert::Infallible;
use std::sync::Arc;

/// An endpoint or consumer, before it has its ports. Each binary serves one; each context has a table of its functions.
pub trait Function: Sync {
    /// The operation's id, such as `bookAppointment`. It names the binary, the sample event and the template's
    /// resource.
    fn id(&self) -> &'static str;

    /// Gives the function the ports of an environment.
    ///
    /// # Errors
    /// [`ConfigError`] if the environment lacks a variable.
    fn bind(&'static self, aws: &Aws) -> Result<Bound, ConfigError>;
}

/// A function with its ports.
#[derive(Clone)]
pub enum Bound {
    /// A function that the HTTP API invokes.
    Http(Arc<HttpFunction>),
    /// A function that is invoked with an event.
    Event(Arc<EventFunction>),
}

impl Bound {
    /// Invokes the function as Lambda does: the event's JSON in, the answer's JSON out.
    ///
    /// # Errors
    /// The text that Lambda would report, if the invocation fails.
    pub async fn invoke(&self, runtime: &Runtime, event: &str, request_id: &str) -> Result<String, String> {
        match self {
            Bound::Http(function) => {
                let request: LambdaRequest = serde_json::from_str(event).map_err(|error| error.to_string())?;
                let mut service = lambda_http::Adapter::from(service_fn(async |request| {
                    Ok::<_, Infallible>(function.respond(runtime, request).await)
                }));
                let response = service
                    .call(LambdaEvent::new(request, lambda_runtime::Context::default()))
                    .await
                    .map_err(|error| error.to_string())?;
                serde_json::to_string(&response).map_err(|error| error.to_string())
            }
            Bound::Event(function) => {
                let event = serde_json::from_str(event).map_err(|error| error.to_string())?;
                let answer =
                    function.handle(runtime, event, request_id).await.map_err(|failure| failure.to_string())?;
                serde_json::to_string(&answer).map_err(|error| error.to_string())
            }
        }
    }
}

/// An operation's id as the name of a binary or file: `bookAppointment` becomes `book-appointment`.
pub fn kebab(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + 4);
    for character in id.chars() {
        if character.is_ascii_uppercase() {
            name.push('-');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_gives_the_name_of_its_binary() {
        assert_eq!(super::kebab("bookAppointment"), "book-appointment");
        assert_eq!(super::kebab("health"), "health");
    }
}
