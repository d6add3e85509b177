//! The repository itself: its files, its sources, and what Cargo says about its packages.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the repository").to_owned()
}

/// The text of a file.
///
/// # Panics
/// If it can't be read.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The texts of the files of a directory.
///
/// # Panics
/// If one can't be read.
pub fn files(directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(directory)).unwrap_or_else(|error| panic!("{directory}: {error}"));
    entries.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a text")).collect()
}

/// A source file.
pub struct SourceFile {
    /// From the root of the repository.
    pub path: String,
    /// Its text, without the unit tests at its end.
    pub code: String,
}

/// The Rust sources below a directory, without tests.
pub fn sources(directory: &str) -> Vec<SourceFile> {
    let mut found = vec![];
    collect(&root().join(directory), &mut found);
    found.sort();
    let root = root();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a source can be read");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        let path = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        SourceFile { path, code }
    };
    found.into_iter().map(read).collect()
}

fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let path = entry.expect("a directory can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_test = matches!(name.as_str(), "tests" | "target" | "tests.rs" | "testing.rs");
        if path.is_dir() && !is_test {
            collect(&path, found);
        } else if name.ends_with(".rs") && !is_test {
            found.push(path);
        }
    }
}

/// A package of the workspace.
pub struct Package {
    /// Its directory, from the root of the repository.
    pub directory: String,
    /// Its binaries.
    pub binaries: BTreeSet<String>,
    /// What it depends on, tests aside.
    pub dependencies: BTreeSet<String>,
}

/// The packages of the workspace, by name.
///
/// # Panics
/// If Cargo can't read the workspace.
pub fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let package = |package: &Value| {
        let manifest = text(&package["manifest_path"]);
        let directory = Path::new(&manifest).parent().and_then(|path| path.strip_prefix(root()).ok());
        let is_binary = |target: &&Value| list(&target["kind"]).contains(&"bin".into());
        let read = Package {
            directory: directory.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default(),
            binaries: list(&package["targets"]).iter().filter(is_binary).map(|target| text(&target["name"])).collect(),
            dependencies: list(&package["dependencies"])
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| text(&dependency["name"]))
                .collect(),
        };
        (text(&package["name"]), read)
    };
    list(&metadata["packages"]).iter().map(package).collect()
}

/// Compares a checked-in file with what it should be, or writes it when the tests run with `VAIDYA_UPDATE=1`.
///
/// # Panics
/// If they differ.
pub fn is_current(path: &str, wanted: &str) {
    let file = root().join(path);
    #[expect(clippy::disallowed_methods, reason = "a switch for the developer who runs the tests")]
    let update = std::env::var("VAIDYA_UPDATE").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(&file, wanted).unwrap_or_else(|error| panic!("{path}: {error}"));
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let difference = found.lines().zip(wanted.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(
        found == wanted,
        "{path} is out of date; run the tests with VAIDYA_UPDATE=1 and look at the difference. First at {difference:?}"
    );
}

/// Whether proofs are to be made in full, however long it takes: `VAIDYA_FULL=1`.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of the product")]
pub fn in_full() -> bool {
    std::env::var("VAIDYA_FULL").is_ok_and(|value| value == "1")
}
