//! Every binary of this context: started as a real process with its sample event, and what it is linked with.

/// Each with its path.
const BINARIES: &[(&str, &str)] = runtime_stub::binaries![
    "apply-schedule",
    "extend-schedules",
    "list-available-slots",
    "list-earliest-slots",
    "index-first-free-slots",
    "publish-availability",
    "replace-schedule",
    "view-schedule",
    "withdraw-slot",
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
            ("apply-schedule", &["dynamodb"]),
            ("extend-schedules", &["dynamodb", "sqs"]),
            ("list-available-slots", &["dynamodb"]),
            ("list-earliest-slots", &["dynamodb"]),
            ("index-first-free-slots", &["dynamodb"]),
            ("publish-availability", &["dynamodb"]),
            ("replace-schedule", &["dynamodb"]),
            ("view-schedule", &["dynamodb"]),
            ("withdraw-slot", &["dynamodb"]),
        ],
    );
}
