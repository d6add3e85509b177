//! The data directory: what outlives the process, and what must not be in it.

use std::fs;
use std::path::{Path, PathBuf};

use http::StatusCode;
use jiff::SignedDuration;
use razorpay_emulator::{Config, OpenError, Razorpay};
use serde_json::json;

use crate::bench::Bench;

/// A directory of the test's own, empty.
fn directory(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("razorpay").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    dir
}

fn config(dir: &Path) -> Config {
    Config { data_dir: Some(dir.to_path_buf()), ..Config::default() }
}

#[test]
fn everything_is_there_after_a_restart() {
    let dir = directory("restart");
    let first = Bench::with(config(&dir));
    let payment = first.captured();
    first.answer_with(StatusCode::BAD_GATEWAY);
    let tried = first.hooks();
    let refund = first.refund(&payment, "refund-key-1", json!({ "amount": 500 })).good();
    let ledger = first.razorpay.ledger();
    drop(first);

    let second = Bench::with(config(&dir));
    assert_eq!(second.razorpay.ledger(), ledger);
    let replayed = second.refund(&payment, "refund-key-1", json!({ "amount": 500 })).good();
    assert_eq!(replayed, refund);
    second.pass_minutes(1);
    let told = second.hooks();
    assert_eq!(told.len(), 5);
    assert!(tried.iter().all(|hook| told.contains(hook)), "the retries go on unchanged");
    assert_eq!(second.razorpay.ledger().refunded(), 500);
    assert_ne!(second.order(), Bench::new().order(), "no identifier is given twice");
}

#[test]
fn what_is_planned_happens_after_a_restart() {
    let dir = directory("planned");
    let first = Bench::with(config(&dir));
    let order = first.order();
    let late = razorpay_emulator::Outcome::LateAuthorised { after: SignedDuration::from_mins(30) };
    first.razorpay.pay(&order, razorpay_emulator::Method::Upi, late).unwrap();
    drop(first);
    let second = Bench::with(config(&dir));
    second.pass_minutes(30);
    assert_eq!(second.razorpay.ledger().captured(), 50_000);
}

#[test]
fn the_file_holds_no_secret() {
    let dir = directory("secrets");
    let bench = Bench::with(config(&dir));
    bench.captured();
    bench.razorpay.rotate_webhook_secret("the-next-secret");
    bench.captured();
    let text = fs::read_to_string(dir.join("razorpay.json")).unwrap();
    assert!(text.contains("order_"));
    for secret in ["local-key-secret", "local-webhook-secret", "the-next-secret"] {
        assert!(!text.contains(secret));
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_alone() {
    let dir = directory("corrupt");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("razorpay.json"), "{").unwrap();
    let clock = std::sync::Arc::new(|| "2026-12-01T04:30:00Z".parse().unwrap());
    let outlet =
        std::sync::Arc::new(|_| -> futures::future::BoxFuture<'static, StatusCode> { unreachable!("nothing is sent") });
    let opened = Razorpay::open(config(&dir), clock, outlet);
    assert!(matches!(opened.err(), Some(OpenError::Corrupt { .. })));
    assert_eq!(fs::read_to_string(dir.join("razorpay.json")).unwrap(), "{");
}
