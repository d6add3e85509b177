//! The check that a message is Razorpay's: HMAC-SHA256 in hexadecimal, compared in constant time.
//!
//! Signing is not here. A valid signature proves that Razorpay wrote the bytes, not when: a message that was
//! intercepted can be replayed for ever, so that a consumer that acts on it must be idempotent.

use aws_lc_rs::hmac;
use domain::core::id::{GatewayPaymentId, OrderId};
use domain::core::sensitive::Sensitive;

/// The length of a SHA-256 tag in bytes.
const TAG: usize = 32;

/// Whether `signature` (the header `X-Razorpay-Signature`) is that of `body` by any of `secrets`: after a rotation,
/// Razorpay still signs its retries by the old one. `body` must be the bytes that were received, not JSON that was
/// parsed and written again.
pub fn verify_webhook(body: &[u8], signature: &str, secrets: &[Sensitive<String>]) -> bool {
    secrets.iter().any(|secret| verify(body, signature, secret))
}

/// Whether `signature` is the one that Razorpay's checkout gives to the client for this payment of this order. It
/// proves that the payment was *authorized*; only Razorpay's API tells whether it was captured, and which amount.
pub fn verify_checkout(
    order: &OrderId,
    payment: &GatewayPaymentId,
    signature: &str,
    key_secret: &Sensitive<String>,
) -> bool {
    verify(format!("{order}|{payment}").as_bytes(), signature, key_secret)
}

fn verify(message: &[u8], signature: &str, secret: &Sensitive<String>) -> bool {
    let secret = secret.expose().as_bytes();
    // Any sender can sign with an empty secret.
    if secret.is_empty() {
        return false;
    }
    let Some(tag) = from_hex(signature) else { return false };
    // `aws_lc_rs::hmac::verify` promises constant time: its duration does not show which part of a forgery was right.
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), message, &tag).is_ok()
}

/// The tag that 64 hexadecimal digits spell.
fn from_hex(text: &str) -> Option<[u8; TAG]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * TAG {
        return None;
    }
    let mut tag = [0; TAG];
    for (byte, pair) in tag.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Sensitive<String> {
        Sensitive::new(text.to_owned())
    }

    fn sign(message: &[u8], secret: &str) -> String {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message);
        tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_published_test_vector_of_hmac_sha256_verifies() {
        // RFC 4231, test case 2.
        let signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(verify_webhook(b"what do ya want for nothing?", signature, &[secret("Jefe")]));
    }

    #[test]
    fn either_secret_verifies_while_one_rotates_and_a_retired_one_does_not() {
        let body = br#"{"event":"payment.captured"}"#;
        let both = [secret("current"), secret("previous")];
        assert!(verify_webhook(body, &sign(body, "current"), &both));
        assert!(verify_webhook(body, &sign(body, "previous"), &both));
        assert!(!verify_webhook(body, &sign(body, "retired"), &both));
        assert!(!verify_webhook(body, &sign(body, "previous"), &both[..1]));
    }

    #[test]
    fn a_body_that_differs_in_a_space_is_refused() {
        let signature = sign(br#"{"a":1}"#, "s");
        assert!(verify_webhook(br#"{"a":1}"#, &signature, &[secret("s")]));
        assert!(!verify_webhook(br#"{"a": 1}"#, &signature, &[secret("s")]));
    }

    #[test]
    fn bytes_that_are_not_text_and_no_bytes_at_all_can_be_signed() {
        for body in [&[0xff, 0x00, 0xfe][..], b""] {
            assert!(verify_webhook(body, &sign(body, "s"), &[secret("s")]));
        }
    }

    #[test]
    fn malformed_signatures_are_refused() {
        let good = sign(b"body", "s");
        let cases = [
            String::new(),
            good[..63].to_owned(),
            good[..62].to_owned(),
            format!("{good}0"),
            format!("{good}00"),
            format!(" {}", &good[1..]),
            format!("0x{}", &good[2..]),
            format!("+{}", &good[1..]),
            format!("{}g", &good[..63]),
            // 64 bytes, but not 64 digits.
            format!("é{}", &good[..62]),
        ];
        for bad in cases {
            assert!(!verify_webhook(b"body", &bad, &[secret("s")]), "{bad:?}");
        }
        assert!(verify_webhook(b"body", &good.to_uppercase(), &[secret("s")]));
    }

    #[test]
    fn no_secret_and_an_empty_secret_verify_nothing() {
        assert!(!verify_webhook(b"body", &sign(b"body", ""), &[]));
        assert!(!verify_webhook(b"body", &sign(b"body", ""), &[secret("")]));
    }

    #[test]
    fn a_checkout_signature_is_of_its_order_and_payment_alone() {
        let (order, payment): (OrderId, GatewayPaymentId) =
            ("order_IluGWxBm9U8zJ8".parse().unwrap(), "pay_IH4NVgf4Dreq1l".parse().unwrap());
        let signature = sign(b"order_IluGWxBm9U8zJ8|pay_IH4NVgf4Dreq1l", "key secret");
        assert!(verify_checkout(&order, &payment, &signature, &secret("key secret")));
        assert!(!verify_checkout(&order, &payment, &signature, &secret("another")));
        assert!(!verify_checkout(&order, &"pay_IH4NVgf4Dreq1m".parse().unwrap(), &signature, &secret("key secret")));
        assert!(!verify_checkout(
            &"order_IluGWxBm9U8zJ9".parse().unwrap(),
            &payment,
            &signature,
            &secret("key secret")
        ));
    }

    /// The signatures that Razorpay's own Python SDK computes; `tests/vectors/signatures.py` makes them.
    #[test]
    fn signatures_that_razorpays_own_sdk_made_are_accepted() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/signatures.json")).unwrap();
        let text = |of: &serde_json::Value, name: &str| of[name].as_str().unwrap().to_owned();
        let (webhooks, checkouts) = (vectors["webhooks"].as_array().unwrap(), vectors["checkouts"].as_array().unwrap());
        assert_eq!((webhooks.len(), checkouts.len()), (32, 12));
        for it in webhooks {
            let (body, signature, key) = (text(it, "body"), text(it, "signature"), secret(&text(it, "secret")));
            assert!(verify_webhook(body.as_bytes(), &signature, std::slice::from_ref(&key)), "{it}");
            assert!(!verify_webhook(format!("{body} ").as_bytes(), &signature, &[key]), "{it}");
        }
        for it in checkouts {
            let (order, payment) = (text(it, "order").parse().unwrap(), text(it, "payment").parse().unwrap());
            let (signature, key) = (text(it, "signature"), secret(&text(it, "secret")));
            assert!(verify_checkout(&order, &payment, &signature, &key), "{it}");
            assert!(!verify_checkout(&order, &"pay_Other".parse().unwrap(), &signature, &key), "{it}");
        }
    }
}
