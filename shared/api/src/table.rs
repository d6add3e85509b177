//! The table of a context: what it has, each endpoint and consumer named once.

/// Makes the two tables of a context, `FUNCTIONS` and `OPERATIONS`, of one list.
///
/// There are two tables, since a [`Function`](crate::Function) is what a binary serves, and [`Described`](crate::Described) makes the
/// schemas of the API's document, which no binary may link. A name is the path of a module: its `ENDPOINT` or its `CONSUMER` is meant.
/// The modules themselves are declared beside it, by `pub mod`: `cargo fmt` does not follow declarations into a macro. A test compares
/// the list with the sources.
///
/// ```ignore
/// pub mod create_profile;
/// pub mod view_me;
///
/// api::context! {
///     endpoints: [view_me],
///     consumers: [create_profile],
/// }
/// ```
#[macro_export]
macro_rules! context {
    (endpoints: [$($($endpoint:ident)::+),* $(,)?], consumers: [$($($consumer:ident)::+),* $(,)?] $(,)?) => {
        /// Every function of the context.
        pub static FUNCTIONS: &[&dyn $crate::Function] =
            &[$(&$($endpoint)::+::ENDPOINT,)* $(&$($consumer)::+::CONSUMER,)*];

        /// Its operations of the API.
        pub static OPERATIONS: &[&dyn $crate::Described] = &[$(&$($endpoint)::+::ENDPOINT,)*];
    };
}
