//! The attribute that registers a scenario with the harness of `tests/scenarios`.

use proc_macro::{TokenStream, TokenTree};

/// Registers an `async fn` without arguments as a scenario of the crate in which it stands.
///
/// The crate's root has a type `Scenario`, which `inventory` collects: a list by hand would be one more thing to keep.
#[proc_macro_attribute]
pub fn scenario(arguments: TokenStream, item: TokenStream) -> TokenStream {
    assert!(arguments.is_empty(), "a scenario takes no arguments");
    let is_fn = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn");
    let name = item.clone().into_iter().skip_while(|token| !is_fn(token)).nth(1).expect("a scenario is a function");
    let entry = format!(
        "::inventory::submit! {{ crate::Scenario {{ \
         name: ::std::concat!(::std::module_path!(), \"::{name}\"), play: || crate::play({name}()) }} }}"
    );
    let entry: TokenStream = entry.parse().expect("an item");
    [item, entry].into_iter().collect()
}
