//! The documents: what they name exists, what they link to is there, and those that are read first stay short.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use system_tests::repository::{read, root};

/// The documents that are read first, each with the bytes that it may have.
const SHORT: [(&str, usize); 3] = [("ARCHITECTURE.md", 15_000), ("README.md", 6_000), ("SECURITY.md", 4_000)];

/// The files of the repository with this extension, from its root.
fn files(extension: &str) -> Vec<String> {
    let mut found = vec![];
    collect(&root(), extension, &mut found);
    found.sort();
    found
}

fn collect(directory: &Path, extension: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_ours = !name.starts_with('.') && name != "target" && name != "node_modules";
        if path.is_dir() {
            if is_ours {
                collect(&path, extension, found);
            }
        } else if path.extension().is_some_and(|its| its == extension) {
            found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// The lines of a document outside of its code blocks.
fn prose(document: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    document.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    })
}

/// The names of the headings of a document, as links address them.
fn anchors(document: &str) -> BTreeSet<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for heading in prose(document).filter(|line| line.starts_with('#')) {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let before = times.entry(anchor.clone()).or_default();
        found.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
        *before += 1;
    }
    found
}

/// The relative links of a document that lead nowhere, each in words.
fn dead_links(path: &str, document: &str) -> Vec<String> {
    let mut dead = vec![];
    for line in prose(document) {
        let text: String = line.split('`').step_by(2).collect();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let goal = root().join(path).parent().unwrap().join(file);
            let is_there = match (file, anchor) {
                ("", anchor) => anchors(document).contains(anchor),
                (_, "") => goal.exists(),
                (_, anchor) => std::fs::read_to_string(goal).is_ok_and(|text| anchors(&text).contains(anchor)),
            };
            if !is_there {
                dead.push(format!("{path} links to {target}, which is not there"));
            }
        }
    }
    dead
}

/// What stands in the tables with a column "held by": the first cell of each row, and the cell of that column.
fn held_by(document: &str) -> Vec<(&str, &str)> {
    let mut column = None;
    let mut rows = vec![];
    for line in prose(document) {
        let row = line.trim();
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        if !row.starts_with('|') {
            column = None;
        } else if let Some(place) = cells.iter().position(|cell| *cell == "held by") {
            column = Some(place);
        } else if let Some(cell) = column.and_then(|place: usize| cells.get(place).copied())
            && !cell.starts_with("---")
        {
            rows.push((cells[0], cell));
        }
    }
    rows
}

fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The tests and files that a document names as what holds something, and that do not exist, each in words.
fn missing(path: &str, document: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut missing = vec![];
    for (what, cell) in held_by(document) {
        for name in code_spans(cell) {
            let is_file = name.contains(['/', '.']);
            let is_there = if is_file { root().join(name).exists() } else { tests.contains(name) };
            if !is_there {
                missing.push(format!("{path}: \"{what}\" is held by {name}, which is not there"));
            }
        }
    }
    missing
}

/// The functions of the tests: of files and folders that are called so, and of what follows `#[cfg(test)]` in others.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files("rs") {
        let text = read(&path);
        let is_test =
            text.contains("#![cfg(test)]") || path.split('/').any(|part| matches!(part, "tests" | "tests.rs"));
        let code = if is_test { text.as_str() } else { text.split_once("#[cfg(test)]").map_or("", |(_, tests)| tests) };
        for rest in code.split("fn ").skip(1) {
            found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

/// The numbers of decisions in a text, such as those of code that cites them.
fn cited(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let number = |at: usize| {
        let number = text.get(at..at + 5)?;
        let is_number = number[2..].bytes().all(|byte| byte.is_ascii_digit());
        let stands_alone = !text[..at].ends_with(is_word) && !text[at + 5..].starts_with(is_word);
        (is_number && stands_alone).then_some(number)
    };
    text.match_indices("D-").filter_map(|(at, _)| number(at)).collect()
}

#[test]
fn documents_that_are_read_first_are_short() {
    for (path, limit) in SHORT {
        let bytes = read(path).len();
        assert!(
            bytes <= limit,
            "{path} has {bytes} bytes of {limit}: move what changes often to the documents that it links to"
        );
    }
}

#[test]
fn relative_links_of_documents_lead_somewhere() {
    let dead: Vec<String> = files("md").iter().flat_map(|path| dead_links(path, &read(path))).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn each_threat_names_what_holds_it() {
    let document = read("docs/threat-model.md");
    let rows = held_by(&document);
    assert!(!rows.is_empty(), "docs/threat-model.md has no column \"held by\"");
    for (threat, cell) in rows {
        assert!(code_spans(cell).next().is_some(), "docs/threat-model.md: nothing holds \"{threat}\"");
    }
}

#[test]
fn what_documents_name_as_tests_exists() {
    let tests = tests();
    let missing: Vec<String> = files("md").iter().flat_map(|path| missing(path, &read(path), &tests)).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn each_decision_has_one_number_and_each_cited_number_exists() {
    let mut decided: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = vec![];
    for path in files("md").into_iter().filter(|path| path.starts_with("docs/decisions/")) {
        let text = read(&path);
        for heading in prose(&text).filter_map(|line| line.strip_prefix("## D-")) {
            let number = format!("D-{}", heading.split(':').next().unwrap_or_default());
            if let Some(other) = decided.insert(number.clone(), path.clone()) {
                wrong.push(format!("{number} stands in {other} and in {path}"));
            }
        }
    }
    for path in files("md").into_iter().chain(files("rs")) {
        let text = read(&path);
        let unknown = cited(&text).into_iter().filter(|number| !decided.contains_key(*number));
        wrong.extend(unknown.map(|number| format!("{path} cites {number}, which is no decision")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_there_is_named() {
    let document = "# A heading\n\
        [a](#a-heading) [b](#another) [c](no-such-file.md) `[d](code)` [e](LICENSE)\n\
        \n\
        | threat | held by |\n\
        |---|---|\n\
        | one | `no_such_test` and `no/such/file` |\n\
        | two | `there_is_a_test`, review of `clippy.toml` |\n";
    let links =
        ["README.md links to #another, which is not there", "README.md links to no-such-file.md, which is not there"];
    assert_eq!(dead_links("README.md", document), links);
    let names = [
        "README.md: \"one\" is held by no_such_test, which is not there",
        "README.md: \"one\" is held by no/such/file, which is not there",
    ];
    assert_eq!(missing("README.md", document, &BTreeSet::from(["there_is_a_test".to_owned()])), names);
    let number = format!("D-{}", 999);
    assert_eq!(cited(&format!("see {number}, ID-{}, {number}0", 999)), [number.as_str()]);
}
