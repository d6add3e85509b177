//! The contract of an endpoint: what its client, the template and the OpenAPI document know of it.

use crate::problem::ProblemType;
use domain::access::Role;
use lambda_http::http::Method;

/// The most bytes of a request's body.
pub const MAX_BODY: usize = 1_048_576;

/// The callers that an endpoint admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Every caller; the route has no authorizer.
    Public,
    /// Every signed-in user.
    SignedIn,
    /// Users with one of these roles.
    Roles(&'static [Role]),
}

/// The contract of an endpoint: plain data, which a test compares with the template, OpenAPI and the sample events.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// The HTTP method.
    pub verb: Verb,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The other paths that lead to the operation.
    pub also: &'static [&'static str],
    /// The operation's id, such as `bookAppointment`.
    pub id: &'static str,
    /// One sentence on the effect of the operation.
    pub about: &'static str,
    /// The details for clients, in the OpenAPI document. A name in braces stands for a number of the rules, see
    /// [`crate::openapi`].
    pub details: &'static str,
    /// The callers that may call the operation.
    pub access: Access,
    /// Whether a request needs an Idempotency-Key.
    pub idempotent: bool,
    /// Whether a request needs If-Match.
    pub conditional: bool,
    /// Whether the answer holds health or personal data; this follows from the type of the answer.
    pub discloses: bool,
    /// Whether a caller who has logged out since the sign-in is refused. So it is wherever the answer
    /// holds health or personal data, and where [`Endpoint::checks_session`](crate::Endpoint::checks_session) says so.
    pub checks_session: bool,
    /// Whether a client may call it at the API's own address, where a stage has CloudFront before the API.
    pub direct: bool,
    /// The problems that the operation may answer with, beyond those of every endpoint of its kind.
    pub problems: &'static [&'static ProblemType],
}

impl Contract {
    /// The routes of the operation, as method and path: an operation that reads answers HEAD too, without a body, and
    /// the paths of [`Contract::also`].
    pub fn routes(&self) -> Vec<(Method, &'static str)> {
        let methods = if self.verb == Verb::Get { vec![Method::GET, Method::HEAD] } else { vec![self.verb.as_http()] };
        let paths = std::iter::once(self.path).chain(self.also.iter().copied());
        paths.flat_map(|path| methods.iter().map(move |method| (method.clone(), path))).collect()
    }

    /// Whether the audit trail records every request: the operation changes data, or shows health or personal data. Of
    /// the other operations it records denials only.
    pub fn is_audited(&self) -> bool {
        self.verb != Verb::Get || self.discloses
    }
}

/// An HTTP method, for use in constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// The method GET.
    Get,
    /// The method POST.
    Post,
    /// The method PUT.
    Put,
    /// The method DELETE.
    Delete,
}

impl Verb {
    /// The method as the type of the `http` crate.
    pub fn as_http(self) -> Method {
        match self {
            Verb::Get => Method::GET,
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Delete => Method::DELETE,
        }
    }
}
