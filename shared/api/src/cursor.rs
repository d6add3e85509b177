//! Pages of a list: their length, and their cursor, opaque to the client and valid for the same caller and query only.
//!
//! A cursor is a position inside the one partition that the query names: a forged cursor reaches no record that its
//! forger could not read. It is bound to caller and query, so that a mistake is refused instead of answered with the
//! wrong page.

use crate::context::Context;
use crate::problem::Problem;
use crate::reader::Limit;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use storage::Cursor;

const BINDING: usize = 8;

fn binding(cx: &Context, query: &str) -> [u8; BINDING] {
    let caller = cx.caller.user().map(|user| user.id.to_string()).unwrap_or_default();
    let hash = digest(&SHA256, format!("{caller}\n{}\n{query}", cx.operation()).as_bytes());
    let mut binding = [0; BINDING];
    binding.copy_from_slice(&hash.as_ref()[..BINDING]);
    binding
}

/// The most entries of a page: the number that the client asks for, or the usual one.
pub fn limit<const MOST: u16>(asked: Option<Limit<MOST>>, usual: u8) -> u8 {
    asked.map_or(usual, Limit::get_u8)
}

/// Makes the cursor of the next page of `query` (a text that tells this query from others).
pub fn encode(cx: &Context, query: &str, position: &Cursor) -> String {
    URL_SAFE_NO_PAD.encode([&binding(cx, query), position.as_bytes()].concat())
}

/// Reads a cursor.
///
/// # Errors
/// 422 if the text is not a cursor of this caller and query.
pub fn open(cx: &Context, query: &str, cursor: &str) -> Result<Cursor, Problem> {
    let refuse = || {
        Problem::parameter("query", "cursor", "must be nextCursor of an earlier answer to the same caller and query")
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refuse())?;
    let position = bytes.strip_prefix(&binding(cx, query)).ok_or_else(refuse)?;
    Cursor::from_bytes(position).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Caller;

    #[test]
    fn a_cursor_is_valid_for_its_query_alone() {
        let cx = Context::for_test(Caller::Anonymous);
        let position = Cursor::from_bytes(br#"{"PK":"a","SK":"b"}"#).unwrap();
        let cursor = encode(&cx, "a=1", &position);
        assert_eq!(open(&cx, "a=1", &cursor).unwrap(), position);
        assert!(open(&cx, "a=2", &cursor).is_err());
        assert!(open(&cx, "a=1", "!").is_err());
        assert!(open(&cx, "a=1", "").is_err());
    }
}
