//! Every function of the system, from the tables of the contexts.

use api::{Described, Function};

/// A context: its name, its functions, and those of them that are operations of the API.
pub struct ContextTable {
    /// The name of its crate.
    pub name: &'static str,
    /// All its functions.
    pub functions: &'static [&'static dyn Function],
    /// The functions that are operations of the API.
    pub operations: &'static [&'static dyn Described],
}

/// The contexts, in the order of the template.
pub fn contexts() -> Vec<ContextTable> {
    macro_rules! tables {
        ($($context:ident),*) => {
            vec![$(ContextTable {
                name: stringify!($context),
                functions: $context::FUNCTIONS,
                operations: $context::OPERATIONS,
            }),*]
        };
    }
    tables![identity, directory, availability, appointments, payments, audit, notifications, platform]
}

/// The OpenAPI document of the current code.
pub fn openapi() -> serde_json::Value {
    let contexts = contexts();
    let rows: Vec<_> = contexts
        .iter()
        .flat_map(|context| context.operations.iter().map(|operation| (context.name, *operation)))
        .collect();
    api::openapi::document(&rows)
}
