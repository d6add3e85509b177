//! Every binary of this context: started as a real process with its sample event, and what it is linked with.

/// Each with its path.
const BINARIES: &[(&str, &str)] = runtime_stub::binaries![
    "checkpoint-audit",
    "export-audit",
    "hold-audit-day",
    "list-accesses",
    "list-audit-events",
    "record-audit",
    "release-audit-day",
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
            ("checkpoint-audit", &["dynamodb", "kms", "s3"]),
            ("export-audit", &["dynamodb", "s3"]),
            ("hold-audit-day", &["dynamodb", "s3"]),
            ("list-accesses", &["dynamodb"]),
            ("list-audit-events", &["dynamodb"]),
            ("record-audit", &["dynamodb", "s3"]),
            ("release-audit-day", &["dynamodb", "s3"]),
        ],
    );
}
