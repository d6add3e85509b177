//! The binaries of the contexts: which there are, and how they are built.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The binaries of each context, as Cargo knows them.
///
/// # Panics
/// If Cargo can't read the workspace.
pub fn binaries() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    let metadata: Value = serde_json::from_slice(&metadata).expect("metadata is JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let is_binary = |target: &&Value| list(&target["kind"]).contains(&"bin".into());
    list(&metadata["packages"])
        .iter()
        .filter(|package| Path::new(&text(&package["manifest_path"])).starts_with(root().join("functions")))
        .map(|package| {
            let targets = list(&package["targets"]);
            (text(&package["name"]), targets.iter().filter(is_binary).map(|target| text(&target["name"])).collect())
        })
        .collect()
}

/// Builds binaries in the profile of this test, and says where they are.
///
/// The whole workspace is selected, so that the libraries are those that its tests have: nothing is left but to link.
///
/// # Panics
/// If they can't be built.
pub fn build(names: &BTreeSet<&str>) -> BTreeMap<String, PathBuf> {
    let executable = std::env::current_exe().expect("a test has a path");
    let profile = executable.ancestors().nth(2).and_then(Path::file_name).expect("target/<profile>/deps/<test>");
    let profile = match profile.to_str() {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let mut arguments = vec!["build", "--workspace", "--profile", profile, "--message-format=json-render-diagnostics"];
    arguments.extend(names.iter().flat_map(|name| ["--bin", *name]));
    let messages = String::from_utf8(cargo(&arguments)).expect("messages are text");
    let built = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let path = message["executable"].as_str()?;
        Some((message["target"]["name"].as_str()?.to_owned(), PathBuf::from(path)))
    });
    built.filter(|(name, _)| names.contains(name.as_str())).collect()
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package lies in the repository").to_owned()
}

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO"));
    command.arg("--offline").args(arguments).current_dir(root());
    // What Cargo tells a test of its package would be taken for a change by build scripts that look at it.
    for (name, _) in std::env::vars_os() {
        let is_of_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_"];
        if name.to_str().is_some_and(|name| is_of_package.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
