//! The binaries of the contexts: started as real processes with their sample events, and what they are linked with.
//!
//! Of each context, one binary stands here for all that link the same; `VAIDYA_FULL=1` takes every one. They are built by the tests
//! themselves: in the packages of the contexts, these tests would have Cargo link every binary before any test of theirs runs.
//!
//! What another binary than its neighbour could get wrong is tested without it. That it serves the function of its name, its source
//! says (`every_binary_serves_the_function_of_its_name`); what the function makes of its sample event, `no_sample_event_fails`.

use runtime_stub::{binaries, build, links_schemas, prove, sdks};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

/// Which SDKs a binary links beside DynamoDB's. What is not named here links that one alone.
///
/// DynamoDB's is in binaries that never call it, too: [`api::serve`] serves both kinds of functions, and its half for endpoints records
/// refusals in the table; so `dispatch` and the public pages have it.
const BESIDE_DYNAMODB: &[(&str, &[&str])] = &[
    // identity
    ("view-authenticator", &["cognitoidentityprovider"]),
    ("reset-authenticator", &["cognitoidentityprovider"]),
    ("renew-recovery-codes", &["cognitoidentityprovider"]),
    ("remove-authenticator", &["cognitoidentityprovider"]),
    ("recover-account", &["cognitoidentityprovider"]),
    ("confirm-authenticator", &["cognitoidentityprovider"]),
    ("begin-authenticator", &["cognitoidentityprovider"]),
    ("answer-challenge", &["cognitoidentityprovider"]),
    ("change-password", &["cognitoidentityprovider"]),
    ("change-roles", &["cognitoidentityprovider"]),
    ("confirm-registration", &["cognitoidentityprovider"]),
    ("create-profile", &["cognitoidentityprovider", "kms"]),
    ("disable-user", &["cognitoidentityprovider"]),
    ("enable-user", &["cognitoidentityprovider"]),
    ("list-users", &["cognitoidentityprovider"]),
    ("log-in", &["cognitoidentityprovider"]),
    ("log-out", &["cognitoidentityprovider"]),
    ("open-session", &["cognitoidentityprovider"]),
    ("renew-session", &["cognitoidentityprovider"]),
    ("close-session", &["cognitoidentityprovider"]),
    ("refresh-session", &["cognitoidentityprovider"]),
    ("register", &["cognitoidentityprovider"]),
    ("request-password-reset", &["cognitoidentityprovider"]),
    ("resend-confirmation", &["cognitoidentityprovider"]),
    ("reset-password", &["cognitoidentityprovider"]),
    ("replace-emergency-contacts", &["kms"]),
    ("update-me", &["kms"]),
    ("update-preferences", &["kms"]),
    ("view-emergency-contacts", &["kms"]),
    ("view-preferences", &["kms"]),
    ("view-user", &["cognitoidentityprovider"]),
    ("view-me", &["cognitoidentityprovider", "kms"]),
    // directory
    ("register-doctor", &["cognitoidentityprovider"]),
    // availability
    ("extend-schedules", &["sqs"]),
    // appointments
    ("accept-offer", &["kms"]),
    ("book-appointment", &["kms"]),
    ("book-earliest", &["kms"]),
    ("book-series", &["kms"]),
    ("list-appointments", &["kms"]),
    ("list-waitlist", &["kms"]),
    ("view-appointment", &["kms"]),
    ("view-doctor-day", &["kms"]),
    // payments
    ("confirm-payment", &["secretsmanager"]),
    ("download-receipt", &["kms"]),
    ("issue-refund", &["secretsmanager"]),
    ("list-payments", &["kms"]),
    ("razorpay-webhook", &["secretsmanager"]),
    ("retry-refund", &["secretsmanager"]),
    ("settle-payment", &["secretsmanager"]),
    ("start-payment", &["secretsmanager"]),
    ("view-ledger", &["secretsmanager"]),
    ("view-payment", &["kms"]),
    ("view-receipt", &["kms"]),
    // audit
    ("checkpoint-audit", &["kms", "s3"]),
    ("export-audit", &["s3"]),
    ("hold-audit-day", &["s3"]),
    ("record-audit", &["s3"]),
    ("release-audit-day", &["s3"]),
    // notifications
    ("send-notification", &["kms", "ses"]),
    // platform
    ("dispatch", &["s3", "sqs"]),
    ("fire-timers", &["s3", "sqs"]),
];

/// The SDKs that a binary is said to link.
fn said(name: &str) -> BTreeSet<String> {
    let others = BESIDE_DYNAMODB.iter().filter(|(binary, _)| *binary == name).flat_map(|(_, services)| *services);
    others.copied().chain(["dynamodb"]).map(str::to_owned).collect()
}

/// The binaries that are looked at, each with its path.
#[expect(clippy::disallowed_methods, reason = "the full run is asked for by a variable")]
static CHOSEN: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(|| {
    let is_full = std::env::var_os("VAIDYA_FULL").is_some();
    let all = binaries();
    let mut seen = BTreeSet::new();
    let each = all.iter().flat_map(|(context, names)| names.iter().map(move |name| (context, name.as_str())));
    let chosen: BTreeSet<&str> = each
        .filter(|(context, name)| is_full || seen.insert((context.as_str(), said(name))))
        .map(|(_, name)| name)
        .collect();
    let built = build(&chosen);
    assert_eq!(built.keys().map(String::as_str).collect::<BTreeSet<_>>(), chosen, "every one is built");
    built
});

#[test]
fn every_name_of_the_table_is_a_binarys() {
    let all: BTreeSet<String> = binaries().into_values().flatten().collect();
    let stray: Vec<&str> = BESIDE_DYNAMODB.iter().map(|(name, _)| *name).filter(|name| !all.contains(*name)).collect();
    assert!(stray.is_empty(), "no binary has the name {stray:?}");
}

#[test]
fn a_binary_answers_its_sample_event() {
    for (name, path) in &*CHOSEN {
        prove(name, path);
    }
}

/// The comparison is exact: in a build for development, too, the linker leaves out what nothing reaches. (One for production is stripped,
/// so it can't be asked.)
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads ELF")]
fn a_binary_links_the_sdks_that_it_uses_and_no_others() {
    for (name, path) in &*CHOSEN {
        let (said, linked) = (said(name), sdks(path));
        let (missing, more): (Vec<_>, Vec<_>) =
            (said.difference(&linked).collect(), linked.difference(&said).collect());
        assert!(
            missing.is_empty() && more.is_empty(),
            "{name} links {more:?} beside what is said, and lacks {missing:?}"
        );
        assert!(!links_schemas(path), "{name} links what makes schemas");
    }
}
