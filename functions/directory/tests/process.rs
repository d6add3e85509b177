//! Every binary of this context, started as a real process with its sample event.

#[test]
fn every_binary_answers_its_sample_event() {
    let binaries =
        runtime_stub::binaries!["register-doctor", "search-doctors", "suspend-doctor", "update-doctor", "view-doctor",];
    runtime_stub::prove(env!("CARGO_MANIFEST_DIR"), binaries);
}
