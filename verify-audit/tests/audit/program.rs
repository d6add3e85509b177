//! The program itself: what it prints, and its exit status.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use domain::audit::Checkpoint;
use serde_json::Value;

use crate::forge::{Archive, Signer, checkpoint_file, file};

/// An export in a directory of its own.
struct Scene {
    directory: tempfile::TempDir,
    archive: Archive,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { directory: tempfile::tempdir().unwrap(), archive: Archive::new(2_000, 900) };
        for (number, chain) in scene.archive.chains.iter().enumerate() {
            let (first, second) = chain.split_at(chain.len() / 2);
            for (name, lines) in [("day=2026-11-30/1.jsonl", first), ("day=2026-12-01/1.jsonl", second)] {
                scene.write(&format!("events/chain={number:02}/{name}"), &file(lines));
            }
        }
        scene.write("checkpoints.jsonl", &checkpoint_file(&scene.archive.checkpoints));
        scene.write("keys.pem", scene.archive.signer.pem().as_bytes());
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.directory.path(), arguments)
    }
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verify-audit")).args(arguments).current_dir(directory).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_export_without_changes_is_verified() {
    let scene = Scene::new();
    let output = scene.run(&["verify"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = text(&output);
    let last = scene.archive.checkpoints[1].hash();
    for words in [
        "2000 events in their chains, 2 checkpoints",
        &format!("--anchor 2:{last}"),
        "200 events are younger",
        "taken from the export itself",
        "verified: everything matches the signatures",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // With a key from elsewhere there is nothing to warn of.
    let keys = scene.path("keys.pem");
    let output = scene.run(&["verify", "--keys", keys.to_str().unwrap(), "--anchor", &format!("2:{last}"), "--stats"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!text(&output).contains("taken from the export"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("events/s"));
}

#[test]
fn what_is_wrong_is_named_with_chain_position_file_and_line() {
    let scene = Scene::new();
    let path = "events/chain=03/day=2026-12-01/1.jsonl";
    let whole = fs::read_to_string(scene.path(path)).unwrap();
    scene.write(path, whole.replacen("viewAppointment", "viewNothing", 1).as_bytes());
    scene.write("events/chain=03/notes.txt", b"");
    let output = scene.run(&["verify"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let event = scene.archive.chains[3].len() / 2 + 1;
    let line = format!("chain 3, event {event}, before checkpoint");
    let said = text(&output);
    assert!(said.contains(&line) && said.contains("it was changed") && said.contains(&format!("({path}:1)")), "{said}");
    assert!(said.contains("NOT VERIFIED: 2 findings"), "{said}");

    let output = scene.run(&["verify", "--json", "--most", "1"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["verified"], &report["found"]), (&false.into(), &2.into()));
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    let finding = &report["findings"][0];
    assert_eq!(
        (&finding["kind"], &finding["chain"], &finding["sequence"]),
        (&"changed".into(), &3.into(), &event.into())
    );
    assert_eq!(finding["place"], format!("{path}:1"));
}

#[test]
fn an_export_that_cannot_be_read_is_neither_good_nor_bad() {
    let nowhere = tempfile::tempdir().unwrap();
    for arguments in [&["verify"] as &[&str], &["verify", "--anchor", "7"], &["prove", "x"], &["unknown"], &[]] {
        let output = run(nowhere.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty());
    }
    let scene = Scene::new();
    scene.write("keys.pem", b"nothing");
    let output = scene.run(&["verify"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("keys.pem: no public keys in PEM"));
}

#[test]
fn an_event_is_proven_with_the_checkpoint_and_the_key_alone() {
    let scene = Scene::new();
    let line = &scene.archive.chains[9][20];
    let id = serde_json::from_slice::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
    let output = scene.run(&["prove", &id]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stdout.len() < 2_048, "{}", output.stdout.len());

    // A reader without the events.
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("proof"), &output.stdout).unwrap();
    fs::write(other.path().join("event"), [line.as_slice(), b"\n"].concat()).unwrap();
    fs::copy(scene.path("keys.pem"), other.path().join("keys.pem")).unwrap();
    fs::copy(scene.path("checkpoints.jsonl"), other.path().join("checkpoints.jsonl")).unwrap();
    for arguments in [&["check-proof", "proof"] as &[&str], &["check-proof", "proof", "--event", "event"]] {
        let output = run(other.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(text(&output).contains("proven: event 21 of chain 9"), "{output:?}");
    }
    let refused = |name: &str, bytes: &[u8], why: &str| {
        let before = fs::read(other.path().join(name)).unwrap();
        fs::write(other.path().join(name), bytes).unwrap();
        let output = run(other.path(), &["check-proof", "proof", "--event", "event"]);
        assert_eq!(output.status.code(), Some(1), "{why}: {output:?}");
        assert!(text(&output).contains(why), "{why}: {output:?}");
        fs::write(other.path().join(name), before).unwrap();
    };
    let proof: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changed = |change: fn(&mut Value)| {
        let mut proof = proof.clone();
        change(&mut proof);
        proof.to_string().into_bytes()
    };
    refused("event", &scene.archive.chains[9][21], "its hash is another one");
    refused("event", b"{}", "its line is not an event");
    refused("proof", &changed(|it| it["sequence"] = 22.into()), "not among those of checkpoint 1");
    refused("proof", &changed(|it| it["chain"] = 8.into()), "not among those of checkpoint 1");
    refused("proof", &changed(|it| it["hash"] = "0".repeat(64).into()), "not among those of checkpoint 1");
    refused("proof", &changed(|it| it["path"][0] = "0".repeat(64).into()), "not among those of checkpoint 1");
    refused("proof", &changed(|it| it["path"][0] = "A".repeat(64).into()), "64 lowercase");
    refused("proof", &changed(|it| drop(it["path"].as_array_mut().unwrap().pop())), "not among those of checkpoint 1");
    refused("proof", &changed(|it| it["checkpoint"] = 2.into()), "not among those of checkpoint 2");
    refused("proof", &changed(|it| it["checkpoint"] = 3.into()), "checkpoint 3 is missing");
    refused("proof", &changed(|it| it["v"] = 2.into()), "version 2");
    refused("proof", b"{}", "not a proof");
    refused("keys.pem", Signer::new().pem().as_bytes(), "not signed by a trusted key");
}

#[test]
fn every_event_that_is_signed_can_be_proven_and_no_other() {
    let scene = Scene::new();
    let id = |line: &[u8]| serde_json::from_slice::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
    let signed = scene.archive.checkpoints[1].chains[0].last as usize;
    for index in [0, 1, signed - 1] {
        assert_eq!(scene.run(&["prove", &id(&scene.archive.chains[0][index])]).status.code(), Some(0), "{index}");
    }
    let young = scene.run(&["prove", &id(&scene.archive.chains[0][signed])]);
    assert_eq!(young.status.code(), Some(2), "{young:?}");
    assert!(String::from_utf8_lossy(&young.stderr).contains("after the last checkpoint"));
    let unknown = scene.run(&["prove", "nothing"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no event of this export has this id"));

    let path = "events/chain=15/day=2026-11-30/1.jsonl";
    let whole = fs::read_to_string(scene.path(path)).unwrap();
    scene.write(path, whole.replacen("viewAppointment", "viewNothing", 1).as_bytes());
    let touched = scene.run(&["prove", &id(&scene.archive.chains[0][0])]);
    assert!(String::from_utf8_lossy(&touched.stderr).contains("verify it first"), "{touched:?}");
}

#[test]
fn the_signed_bytes_are_those_that_the_hash_is_made_of() {
    let scene = Scene::new();
    let output = scene.run(&["signed-bytes", "2"]);
    let checkpoint: &Checkpoint = &scene.archive.checkpoints[1];
    assert_eq!(output.stdout, checkpoint.signed_bytes());
    assert_eq!(scene.run(&["signed-bytes", "3"]).status.code(), Some(2));
}
