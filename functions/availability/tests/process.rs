//! Every binary of this context, started as a real process with its sample event.

#[test]
fn every_binary_answers_its_sample_event() {
    let binaries = runtime_stub::binaries!["list-available-slots", "publish-availability", "withdraw-slot",];
    runtime_stub::prove(env!("CARGO_MANIFEST_DIR"), binaries);
}
