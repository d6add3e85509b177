//! One set of features, for every selection of packages: see the package `features`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use system_tests::repository::{packages, root};

/// A crate with its version, and the sets of features with which it is built.
type Features = BTreeMap<String, BTreeSet<BTreeSet<String>>>;

/// What a selection of packages asks for, tests and what runs while they are built included.
fn asked(selection: &[&str]) -> Features {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p}|{f}", "--edges", "normal,build,dev"])
        .args(selection)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found = Features::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some((name, set)) = line.trim_end_matches(" (*)").split_once('|') else { continue };
        let set = set.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect();
        found.entry(name.to_owned()).or_default().insert(set);
    }
    found
}

#[test]
fn one_set_of_features() {
    let together = asked(&["--workspace"]);
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let packages = packages();
    let alone: Vec<Features> = packages.keys().map(|name| asked(&["--package", name])).collect();
    for (name, sets) in alone.iter().flatten() {
        let all = &together[name];
        for set in sets.difference(all) {
            let more = all.iter().flatten().filter(|feature| !set.contains(*feature));
            missing.entry(name).or_default().extend(more.map(String::as_str));
        }
    }
    assert!(
        missing.is_empty(),
        "some packages alone ask for less; add it to tests/features/Cargo.toml (to its build dependencies if it runs while others are \
         built), and that to the tests of every package: {missing:#?}"
    );
}
