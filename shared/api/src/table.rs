//! The table of a context, which names each endpoint and consumer once.

/// Makes the two tables of a context, `FUNCTIONS` and `OPERATIONS`, from one list.
///
/// There are two tables, because a binary serves a [`Function`](crate::Function), while [`Described`](crate::Described)
/// makes the schemas of the API's document, which no binary may link. A name is the path of a module and stands for its
/// `ENDPOINT` or `CONSUMER`. The modules are declared beside the list, by `pub mod`: `cargo fmt` does not follow
/// declarations into a macro. A test compares the list with the sources.
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

        /// The API operations of the context.
        pub static OPERATIONS: &[&dyn $crate::Described] = &[$(&$($endpoint)::+::ENDPOINT,)*];
    };
}
