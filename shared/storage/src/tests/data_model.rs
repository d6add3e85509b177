//! `docs/data-model.md` says what stands in the table, how it is read and how it is written. It is made of the rows of the entities, of
//! the comments of the methods of [`Storage`](crate::Storage), and of the sources of the functions, which say who uses a method.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::registry::CONTEXTS;

const PATH: &str = "docs/data-model.md";

/// How a paragraph begins that says by which keys a method reads.
const KEY_CONDITION: &str = "Key condition: ";

/// A method of the storage that the functions call.
struct Method {
    /// The folder that it stands in.
    context: String,
    name: String,
    /// The first sentence of its comment.
    what: String,
    /// By which keys it reads, for one that only reads.
    key_condition: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The Rust sources below a directory, without tests: path and text.
fn sources(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if matches!(name.as_str(), "tests" | "tests.rs" | "testing.rs") {
            continue;
        }
        if path.is_dir() {
            found.append(&mut sources(&path));
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            found.insert(path, code);
        }
    }
    found
}

/// The text of a comment without its links.
fn plain(comment: &str) -> String {
    let mut text = String::new();
    let mut rest = comment;
    while let Some((before, behind)) = rest.split_once(['[', ']']) {
        text.push_str(before);
        let is_end = rest[before.len()..].starts_with(']');
        rest = match behind.strip_prefix('(') {
            Some(target) if is_end => target.split_once(')').map_or("", |(_, behind)| behind),
            _ => behind,
        };
    }
    text + rest
}

/// The public async methods of the storage, in the order of the contexts.
fn methods() -> Vec<Method> {
    let directory = root().join("shared/storage/src");
    let mut found = Vec::new();
    for (path, code) in sources(&directory) {
        let context = path.strip_prefix(&directory).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
        let (mut is_storage, mut comment) = (false, String::new());
        for line in code.lines() {
            if line.starts_with("impl") {
                is_storage = line == "impl Storage {";
            }
            if let Some(text) = line.strip_prefix("    ///") {
                comment.push_str(if text.is_empty() { "\n" } else { text });
                continue;
            }
            if let Some(method) = line.strip_prefix("    pub async fn ").filter(|_| is_storage) {
                let name = method.split(['(', '<']).next().unwrap().to_owned();
                let mut paragraphs = comment.split('\n').map(str::trim);
                let what = plain(paragraphs.next().unwrap());
                let what = what.split(". ").next().unwrap().trim_end_matches('.').to_owned();
                let key_condition = paragraphs.find_map(|paragraph| paragraph.strip_prefix(KEY_CONDITION));
                let key_condition = key_condition.map(|text| text.trim_end_matches('.').to_owned());
                found.push(Method { context: context.clone(), name, what, key_condition });
            }
            comment.clear();
        }
    }
    let place = |method: &Method| CONTEXTS.iter().position(|context| context.name == method.context);
    found.sort_by_key(|method| place(method).unwrap_or(usize::MAX));
    found
}

/// A function of a source: what it calls.
struct Piece {
    name: String,
    file: String,
    /// The methods of the storage.
    storage: BTreeSet<String>,
    /// Functions and methods of others, the latter with a dot before their names.
    calls: BTreeSet<String>,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The names that stand before an opening bracket, each with what stands before it.
fn calls(code: &str) -> impl Iterator<Item = (&str, &str)> {
    code.match_indices('(').filter_map(|(end, _)| {
        let before = &code[..end];
        let start = before.bytes().rposition(|byte| !is_word(byte)).map_or(0, |place| place + 1);
        let name = &before[start..];
        (!name.is_empty()).then(|| (before[..start].trim_end(), name))
    })
}

/// The functions of a source.
fn pieces(file: &str, code: &str) -> Vec<Piece> {
    let mut starts: Vec<usize> = code.match_indices("fn ").map(|(start, _)| start).collect();
    starts.retain(|&start| start == 0 || !is_word(code.as_bytes()[start - 1]));
    let ends = starts.iter().copied().skip(1).chain([code.len()]);
    let piece = |(start, end): (usize, usize)| {
        let body = &code[start..end];
        let name: String = body[3..].bytes().take_while(|byte| is_word(*byte)).map(char::from).collect();
        let (mut storage, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (before, called) in calls(&body[3 + name.len()..]) {
            let receiver = before.strip_suffix('.').map(str::trim_end);
            if receiver.is_some_and(|receiver| receiver.ends_with("storage")) {
                storage.insert(called.to_owned());
            } else if receiver.is_some() {
                others.insert(format!(".{called}"));
            } else {
                others.insert(called.to_owned());
            }
        }
        Piece { name, file: file.to_owned(), storage, calls: others }
    };
    starts.iter().copied().zip(ends).map(piece).collect()
}

/// The functions of the system that use each method, by their operations, from the sources: what the source of a function calls
/// itself, and what is called by the helpers of its context that it calls.
fn users() -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for context in std::fs::read_dir(root().join("functions")).unwrap() {
        let directory = context.unwrap().path().join("src");
        let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
        let files: BTreeMap<String, String> = sources(&directory)
            .into_iter()
            .filter(|(path, _)| !path.starts_with(directory.join("bin")))
            .map(|(path, code)| (stem(&path), code))
            .collect();
        let pieces: Vec<Piece> = files.iter().flat_map(|(file, code)| pieces(file, code)).collect();
        for binary in std::fs::read_dir(directory.join("bin")).unwrap() {
            let file = stem(&binary.unwrap().path()).replace('-', "_");
            let mut reached: Vec<&Piece> = pieces.iter().filter(|piece| piece.file == file).collect();
            let mut next = 0;
            while let Some(piece) = reached.get(next) {
                let code = &files[&piece.file];
                let is_called = |other: &&Piece| {
                    let is_imported = code.contains(&format!("{}::", other.file));
                    let is_only_one = pieces.iter().filter(|piece| piece.name == other.name).count() == 1;
                    other.file != piece.file
                        && (is_imported && piece.calls.contains(&other.name)
                            || (is_imported || is_only_one) && piece.calls.contains(&format!(".{}", other.name)))
                        || other.file == piece.file
                            && (piece.calls.contains(&other.name) || piece.calls.contains(&format!(".{}", other.name)))
                };
                let more: Vec<&Piece> = pieces
                    .iter()
                    .filter(is_called)
                    .filter(|other| !reached.iter().any(|known| std::ptr::eq(*known, *other)))
                    .collect();
                reached.extend(more);
                next += 1;
            }
            for method in reached.into_iter().flat_map(|piece| &piece.storage) {
                users.entry(method.clone()).or_default().insert(operation(&file));
            }
        }
    }
    for (path, code) in sources(&root().join("shared/api/src")) {
        for method in pieces("", &code).into_iter().flat_map(|piece| piece.storage) {
            let file = path.file_stem().unwrap().to_string_lossy().into_owned();
            users.entry(method).or_default().insert(format!("api::{file}"));
        }
    }
    users
}

/// `book_appointment` as an operation: `bookAppointment`.
fn operation(file: &str) -> String {
    let mut words = file.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn cell(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().collect::<Vec<_>>().join("<br>")
}

fn document() -> String {
    let mut text = String::from(
        "# Data model\n\n\
         This file is made of the sources by `VAIDYA_UPDATE=1 cargo test -p storage data_model`; a test compares it. The rows of the\n\
         items stand in `shared/storage/src/<context>/keys.rs`, and each method says in its comment by which keys it reads.\n\n\
         Every item has `v` (the layout's version), `prov` (who wrote it), and `ver` where it has versions. `ttl` is garbage collection\n\
         and decides nothing.\n\n\
         `<start>` is `20261201T0430Z`, the `<at>` of a timer `20261201T043000Z` and its `<hour>` `20261201T04`; a chain has two digits, a\n\
         sequence number twenty, so that text sorts as time and number do.\n\n## Items\n",
    );
    for context in CONTEXTS {
        write!(text, "\n### {}\n\n| item | PK | SK | indexes | ttl |\n|---|---|---|---|---|\n", context.name).unwrap();
        for entity in context.entities {
            let pattern = |pattern: &str| format!("`{}`", pattern.replace('{', "<").replace('}', ">"));
            let indexes = cell(entity.indexes.iter().map(|index| (*index).to_owned()));
            let (what, pk, sk) = (entity.what.trim(), pattern(entity.pk), pattern(entity.sk));
            writeln!(text, "| `{}`: {what} | {pk} | {sk} | {indexes} | {} |", entity.name, entity.expires).unwrap();
        }
    }
    let (methods, users) = (methods(), users());
    let used_by = |method: &Method| {
        let users = users.get(&method.name).cloned().unwrap_or_default();
        users.into_iter().map(|user| format!("`{user}`")).collect::<Vec<_>>().join(", ")
    };
    text.push_str("\n## Reads\n\n| method | what | key condition | used by |\n|---|---|---|---|\n");
    for method in &methods {
        let Some(key_condition) = &method.key_condition else { continue };
        writeln!(text, "| `{}` | {} | {key_condition} | {} |", method.name, method.what, used_by(method)).unwrap();
    }
    text.push_str("\n## Writes\n\n| method | what | used by |\n|---|---|---|\n");
    for method in methods.iter().filter(|method| method.key_condition.is_none()) {
        writeln!(text, "| `{}` | {} | {} |", method.name, method.what, used_by(method)).unwrap();
    }
    text.push_str("\n## Guards\n\nWhat would go wrong without each condition of a write.\n");
    for context in CONTEXTS {
        let usual = context.entities.iter().flat_map(|entity| [entity.new, entity.unchanged]).flatten();
        let guards: Vec<_> = usual.chain(context.special_guards.iter().copied()).collect();
        if !guards.is_empty() {
            write!(text, "\n### {}\n\n| guard | condition | without it |\n|---|---|---|\n", context.name).unwrap();
        }
        for guard in guards {
            writeln!(text, "| `{}` | `{}` | {} |", guard.name(), guard.expression(), guard.why()).unwrap();
        }
    }
    text
}

#[test]
fn the_document_of_the_data_model_is_current() {
    let (file, wanted) = (root().join(PATH), document());
    #[expect(clippy::disallowed_methods, reason = "a switch for the developer who runs the tests")]
    let update = std::env::var("VAIDYA_UPDATE").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(&file, wanted).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let difference = found.lines().zip(wanted.lines()).find(|(a, b)| a != b);
    assert!(found == wanted, "{PATH} is out of date; run the tests with VAIDYA_UPDATE=1. First at {difference:?}");
}

/// A method whose name does not say that it writes has to say by which keys it reads.
#[test]
fn every_method_that_reads_says_by_which_keys() {
    let writes = ["commit_", "record_", "create_", "update_", "end_", "store_", "remember", "plan", "forget_", "pass_"];
    let methods = methods();
    for method in &methods {
        let is_write = writes.iter().any(|verb| method.name.starts_with(verb));
        assert!(
            method.key_condition.is_some() || is_write,
            "{} has no \"{KEY_CONDITION}\" in its comment",
            method.name
        );
        assert!(!method.what.is_empty(), "{} has no comment", method.name);
    }
    assert!(methods.len() > 80, "{} methods", methods.len());
}

#[test]
fn every_method_is_used() {
    let users = users();
    for method in methods() {
        assert!(users.contains_key(&method.name), "nothing uses {}", method.name);
    }
}

/// The table knows no context, and a context knows only those before it.
#[test]
fn contexts_know_only_those_before_them() {
    let directory = root().join("shared/storage/src");
    for (path, code) in sources(&directory) {
        let own = path.strip_prefix(&directory).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
        let place = |name: &str| CONTEXTS.iter().position(|context| context.name == name);
        let Some(place_of_own) = place(own.trim_end_matches(".rs")) else { continue };
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for (_, behind) in line.match_indices("crate::").map(|(start, it)| line.split_at(start + it.len())) {
                let named: String = behind.bytes().take_while(|byte| is_word(*byte)).map(char::from).collect();
                let is_known = place(&named).is_none_or(|place| place <= place_of_own);
                assert!(is_known && named != "registry" && named != "changes", "{} knows {named}", path.display());
            }
        }
    }
}
