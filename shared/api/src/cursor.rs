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
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let position = bytes.strip_prefix(&binding(cx, query)).ok_or_else(refused)?;
    Cursor::from_bytes(position).map_err(|_| refused())
}

/// Makes the cursor of the next page of a list that another service keeps, from that service's own mark.
pub fn encode_mark(cx: &Context, query: &str, mark: &str) -> String {
    URL_SAFE_NO_PAD.encode([&binding(cx, query), mark.as_bytes()].concat())
}

/// Reads the mark of such a cursor.
///
/// # Errors
/// 422 if the text is not a cursor of this caller and query.
pub fn open_mark(cx: &Context, query: &str, cursor: &str) -> Result<String, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let mark = bytes.strip_prefix(&binding(cx, query)).ok_or_else(refused)?;
    String::from_utf8(mark.to_vec()).map_err(|_| refused())
}

fn refused() -> Problem {
    Problem::parameter("query", "cursor", "must be nextCursor of an earlier answer to the same caller and query")
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
        let mark = encode_mark(&cx, "a=1", "the pool's");
        assert_eq!(open_mark(&cx, "a=1", &mark).unwrap(), "the pool's");
        assert!(open_mark(&cx, "a=2", &mark).is_err());
    }
}
