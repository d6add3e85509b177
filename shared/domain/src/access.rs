//! Access: roles, actors, actions, and the one table that allows an actor an action.
//!
//! [`authorize`] is the only function that makes an [`Authorized`] resource, and every rule that changes an existing
//! resource for a caller takes one.

mod action;
mod actor;
mod policy;
mod role;

pub use action::Action;
pub use actor::Actor;
pub use policy::{Attested, Authorized, Denied, Evidence, Parties, Relation, Resource, authorize, decide};
pub use role::Role;
