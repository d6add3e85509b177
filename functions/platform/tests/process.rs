//! Every binary of this context: started as a real process with its sample event, and what it is linked with.

/// Each with its path.
const BINARIES: &[(&str, &str)] =
    runtime_stub::binaries!["api-docs", "api-docs-file", "dispatch", "health", "openapi-document", "fire-timers", "view-problem-type",];

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
            ("api-docs", &["dynamodb"]),
            ("api-docs-file", &["dynamodb"]),
            ("dispatch", &["dynamodb", "s3", "sqs"]),
            ("health", &["dynamodb"]),
            ("openapi-document", &["dynamodb"]),
            ("fire-timers", &["dynamodb", "s3", "sqs"]),
            ("view-problem-type", &["dynamodb"]),
        ],
    );
}
