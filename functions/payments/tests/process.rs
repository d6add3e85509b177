//! Every binary of this context: started as a real process with its sample event, and what it is linked with.

/// Each with its path.
const BINARIES: &[(&str, &str)] = runtime_stub::binaries![
    "confirm-payment",
    "download-receipt",
    "issue-refund",
    "list-payments",
    "list-refunds",
    "razorpay-webhook",
    "refund-payment",
    "retry-refund",
    "settle-payment",
    "start-payment",
    "view-ledger",
    "view-payment",
    "view-receipt",
];

#[test]
fn every_binary_answers_its_sample_event() {
    runtime_stub::prove(env!("CARGO_MANIFEST_DIR"), BINARIES);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads ELF")]
fn a_binary_links_the_sdks_that_it_uses_and_no_others() {
    runtime_stub::prove_links(
        BINARIES,
        &[
            ("confirm-payment", &["dynamodb", "secretsmanager"]),
            ("download-receipt", &["dynamodb"]),
            ("list-payments", &["dynamodb"]),
            ("list-refunds", &["dynamodb"]),
            ("refund-payment", &["dynamodb"]),
            ("retry-refund", &["dynamodb", "secretsmanager"]),
            ("view-ledger", &["dynamodb", "secretsmanager"]),
            ("view-payment", &["dynamodb"]),
            ("view-receipt", &["dynamodb"]),
            ("issue-refund", &["dynamodb", "secretsmanager"]),
            ("razorpay-webhook", &["dynamodb", "secretsmanager"]),
            ("settle-payment", &["dynamodb", "secretsmanager"]),
            ("start-payment", &["dynamodb", "secretsmanager"]),
        ],
    );
}
