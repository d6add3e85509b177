//! The two signatures of Razorpay, each HMAC-SHA256 in lowercase hexadecimal under a secret of its own.
//!
//! Public, so that tests can forge, replay and tamper. Checking a signature is the business of the code
//! under test, so it is not here.

use std::fmt::Write as _;

use aws_lc_rs::hmac;

/// The signature that checkout hands to the merchant with a successful payment: the HMAC of `order|payment` under the
/// *key* secret.
pub fn checkout_signature(key_secret: &str, order_id: &str, payment_id: &str) -> String {
    sign(key_secret, format!("{order_id}|{payment_id}").as_bytes())
}

/// The header `x-razorpay-signature`: the HMAC of the raw body under the *webhook* secret.
pub fn webhook_signature(webhook_secret: &str, body: &[u8]) -> String {
    sign(webhook_secret, body)
}

fn sign(secret: &str, message: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, message);
    tag.as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes any text");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_signature_is_that_of_the_published_sample() {
        // The sample of Razorpay's own client libraries.
        let signature = checkout_signature("EnLs21M47BllR3X8PSFtjtbd", "order_IEIaMR65cu6nz3", "pay_IH4NVgf4Dreq1l");
        assert_eq!(signature, "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f");
    }

    #[test]
    fn the_webhook_signature_is_that_of_openssl() {
        // openssl dgst -sha256 -hmac webhook-secret
        let signature = webhook_signature("webhook-secret", br#"{"entity":"event","event":"payment.captured"}"#);
        assert_eq!(signature, "04e5bdc30870cf04062d41d4e6a5868bb91c6bb378cd0fe7b3030f7177eac1ff");
    }

    /// So the SDK accepts ours: `tests/vectors/signatures.py` has it compute these.
    #[test]
    fn the_signatures_are_those_that_razorpays_own_sdk_computes() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/signatures.json")).unwrap();
        let text = |of: &serde_json::Value, name: &str| of[name].as_str().unwrap().to_owned();
        for it in vectors["webhooks"].as_array().unwrap() {
            let made = webhook_signature(&text(it, "secret"), text(it, "body").as_bytes());
            assert_eq!(made, text(it, "signature"), "{it}");
        }
        for it in vectors["checkouts"].as_array().unwrap() {
            let made = checkout_signature(&text(it, "secret"), &text(it, "order"), &text(it, "payment"));
            assert_eq!(made, text(it, "signature"), "{it}");
        }
    }
}
