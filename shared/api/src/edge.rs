//! The edge before the API: CloudFront, with the firewall's rules.
//!
//! The API has an address of its own, which goes around both. So CloudFront adds a secret to each request, and a function
//! refuses a request without it, where the stage says so.

use crate::problem::{self, Problem};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use lambda_http::http::HeaderMap;
use std::str::FromStr;

/// The header with the secret.
const SECRET: &str = "x-vaidya-origin";

/// The addresses through which a request went, the client's first.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The SHA-256 hashes of the secrets that CloudFront may send, in hexadecimal digits and separated by commas: the present
/// one, and beside it the next one while the secret is replaced. The secrets are random, so that their hashes are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    hashes: Vec<[u8; SHA256_OUTPUT_LEN]>,
}

impl FromStr for Edge {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hash = |digits: &str| -> Option<[u8; SHA256_OUTPUT_LEN]> {
            let digits = digits.trim();
            if digits.len() != 2 * SHA256_OUTPUT_LEN || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            let bytes: Vec<u8> = (0..digits.len())
                .step_by(2)
                .filter_map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
                .collect();
            bytes.try_into().ok()
        };
        let hashes = text.split(',').map(hash).collect::<Option<Vec<_>>>();
        hashes.map(|hashes| Edge { hashes }).ok_or("must be SHA-256 hashes in hexadecimal digits, separated by commas")
    }
}

impl Edge {
    /// Refuses a request that did not come through CloudFront.
    ///
    /// # Errors
    /// 421 `misdirected-request`.
    pub(crate) fn require(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let mut sent = headers.get_all(SECRET).into_iter();
        let hash = match (sent.next(), sent.next()) {
            (Some(secret), None) => digest(&SHA256, secret.as_bytes()),
            _ => return Err(refusal()),
        };
        // Each is compared, so that the time does not tell which one it is.
        let known = self.hashes.iter().filter(|known| verify_slices_are_equal(hash.as_ref(), *known).is_ok()).count();
        if known == 0 { Err(refusal()) } else { Ok(()) }
    }
}

/// A refusal at the door, like those of API Gateway: the trail has none of them.
fn refusal() -> Problem {
    Problem::of(&problem::MISDIRECTED_REQUEST).recorded()
}

/// The address of the client of a request that came through CloudFront, which appends it to what the client wrote. API
/// Gateway appends the address that called it, `gateway_saw`.
pub(crate) fn client(headers: &HeaderMap, gateway_saw: Option<&str>) -> Option<String> {
    let texts: Vec<&str> = headers.get_all(FORWARDED_FOR).into_iter().filter_map(|text| text.to_str().ok()).collect();
    let mut addresses: Vec<&str> = texts.iter().flat_map(|text| text.split(',')).map(str::trim).collect();
    if addresses.len() > 1 && addresses.last().copied() == gateway_saw {
        addresses.pop();
    }
    addresses.last().and_then(|last| last.parse::<std::net::IpAddr>().ok()).map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of `secret-1` and `secret-2`.
    const HASHES: &str = "f7e7c36e458e80e6b6a2c67d0a9ec09bd718dadd7bfa8d6bf6e7ad526e46c2f7,F4B6BB6548129DACF11C1A9C4DFFFFEFD4AA6B21FCF4E9754CC03B731CBE7C25";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_a_request_with_a_secret_of_cloudfront_comes_in() {
        let edge: Edge = HASHES.parse().unwrap();
        let status = |pairs: &[(&'static str, &str)]| edge.require(&headers(pairs)).map_err(|it| it.kind.status);
        assert_eq!(status(&[("x-vaidya-origin", "secret-1")]), Ok(()));
        assert_eq!(status(&[("x-vaidya-origin", "secret-2")]), Ok(()));
        for wrong in [
            &[][..],
            &[("x-vaidya-origin", "")],
            &[("x-vaidya-origin", "secret-3")],
            &[("x-vaidya-origin", "secret-1 ")],
            &[("x-vaidya-origin", "secret-1"), ("x-vaidya-origin", "secret-1")],
            &[("x-vaidya-origin", &HASHES[..64])],
        ] {
            assert_eq!(status(wrong), Err(421), "{wrong:?}");
        }
    }

    #[test]
    fn hashes_are_complete_or_the_function_does_not_start() {
        for wrong in
            ["", ",", "secret-1", &HASHES[1..64], &format!("{},", &HASHES[..64]), &"g".repeat(64), &"é".repeat(32)]
        {
            assert!(wrong.parse::<Edge>().is_err(), "{wrong}");
        }
        assert!(HASHES.replace(',', " , ").parse::<Edge>().is_ok());
    }

    #[test]
    fn the_client_is_the_one_that_cloudfront_saw_and_not_what_the_client_says() {
        let of = |forwarded: &[&'static str], gateway| {
            let pairs: Vec<_> = forwarded.iter().map(|text| ("x-forwarded-for", *text)).collect();
            client(&headers(&pairs), gateway)
        };
        let edge = Some("130.176.0.9");
        assert_eq!(of(&["203.0.113.7, 130.176.0.9"], edge).as_deref(), Some("203.0.113.7"));
        assert_eq!(of(&["10.0.0.1, 203.0.113.7, 130.176.0.9"], edge).as_deref(), Some("203.0.113.7"));
        assert_eq!(of(&["10.0.0.1, 203.0.113.7"], edge).as_deref(), Some("203.0.113.7"));
        assert_eq!(of(&["10.0.0.1", "2001:db8::7,130.176.0.9"], edge).as_deref(), Some("2001:db8::7"));
        assert_eq!(of(&["130.176.0.9"], edge).as_deref(), Some("130.176.0.9"));
        assert_eq!(of(&["10.0.0.1, <script>"], edge), None);
        assert_eq!(of(&[], edge), None);
    }
}
