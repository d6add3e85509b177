//! The Idempotency-Key of a request: an operation takes effect once, even if its request is sent several times.
//!
//! The transaction of the operation itself writes the record of the answer (`storage::IdempotencyClaim`). Here the key
//! is read, and bound to caller, operation, path and body. Follows draft-ietf-httpapi-idempotency-key-header-07; a key
//! is remembered for [`storage::REMEMBERED_FOR`].

use crate::caller::Caller;
use crate::problem::{self, Problem};
use aws_lc_rs::digest::{Context, SHA256};
use storage::IdempotencyClaim;

/// The most characters of a key.
const LONGEST: usize = 255;

/// Reads the header and binds it to the request.
///
/// # Errors
/// 400 if the key is missing, empty, too long, or holds anything but visible ASCII characters.
pub(crate) fn claim(
    header: Option<&str>,
    caller: &Caller,
    operation: &str,
    path: &str,
    body: &[u8],
) -> Result<IdempotencyClaim, Problem> {
    let refuse = |why: &'static str| Err(Problem::header(&problem::INVALID_IDEMPOTENCY_KEY, "Idempotency-Key", why));
    let Some(key) = header else { return refuse("is missing") };
    // In the draft, the key is a quoted string; most clients send it without quotes. Both mean the same key.
    let key = key.strip_prefix('"').and_then(|k| k.strip_suffix('"')).unwrap_or(key);
    if key.is_empty() {
        return refuse("must not be empty");
    }
    if key.len() > LONGEST {
        return refuse("must have at most 255 characters");
    }
    if !key.bytes().all(|b| b.is_ascii_graphic()) {
        return refuse("must have visible ASCII characters only, such as a UUID");
    }
    let user = caller.user()?;
    let hex = |parts: &[&[u8]]| {
        let mut context = Context::new(&SHA256);
        for part in parts {
            // Length first, so that no two different lists of parts give the same bytes.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    Ok(IdempotencyClaim {
        key_hash: hex(&[user.id.to_string().as_bytes(), operation.as_bytes(), key.as_bytes()]),
        // With the key, which is stored nowhere: from a fingerprint of the body alone, the reader of a copy of the
        // table could guess the text of a patient.
        fingerprint: hex(&[key.as_bytes(), path.as_bytes(), body]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::User;

    fn caller() -> Caller {
        Caller::User(User {
            id: "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001".parse().unwrap(),
            username: "u".into(),
            roles: vec![],
            withheld: vec![],
            session: None,
            signed_in_at: jiff::Timestamp::UNIX_EPOCH,
        })
    }

    #[test]
    fn a_key_is_bound_to_caller_operation_and_body() {
        let claim = |key, operation, body: &[u8]| claim(Some(key), &caller(), operation, "/v1/x", body).unwrap();
        let first = claim("k-1", "bookAppointment", b"{}");
        assert_eq!(first, claim("\"k-1\"", "bookAppointment", b"{}"));
        assert_ne!(first.key_hash, claim("k-1", "registerDoctor", b"{}").key_hash);
        assert_ne!(first.key_hash, claim("k-2", "bookAppointment", b"{}").key_hash);
        assert_eq!(first.key_hash, claim("k-1", "bookAppointment", b"{ }").key_hash);
        assert_ne!(first.fingerprint, claim("k-1", "bookAppointment", b"{ }").fingerprint);
    }

    #[test]
    fn the_same_key_and_body_for_another_resource_is_another_request() {
        let at = |path| claim(Some("k-1"), &caller(), "refundPayment", path, b"{}").unwrap();
        assert_eq!(at("/v1/payments/a/refunds").key_hash, at("/v1/payments/b/refunds").key_hash);
        assert_ne!(at("/v1/payments/a/refunds").fingerprint, at("/v1/payments/b/refunds").fingerprint);
    }

    #[test]
    fn a_fingerprint_without_its_key_tells_nothing_about_the_body() {
        let fingerprint = |key| claim(Some(key), &caller(), "bookAppointment", "/v1/x", b"{}").unwrap().fingerprint;
        assert_ne!(fingerprint("k-1"), fingerprint("k-2"));
    }

    #[test]
    fn a_missing_or_malformed_key_is_refused() {
        let long = "k".repeat(256);
        for key in [None, Some(""), Some("\"\""), Some("a b"), Some("ключ"), Some(long.as_str())] {
            assert_eq!(claim(key, &caller(), "o", "/", b"").unwrap_err().kind.status, 400, "{key:?}");
        }
        assert!(claim(Some(&"k".repeat(255)), &caller(), "o", "/", b"").is_ok());
    }
}
