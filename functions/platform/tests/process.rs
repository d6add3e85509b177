//! Every binary of this context, started as a real process with its sample event.

#[test]
fn every_binary_answers_its_sample_event() {
    let binaries = runtime_stub::binaries!["api-docs", "dispatch", "health", "openapi-document", "view-problem-type",];
    runtime_stub::prove(env!("CARGO_MANIFEST_DIR"), binaries);
}
