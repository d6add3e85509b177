//! The order of the contexts inside `domain` and `storage`. Each crate states it in one line of its `lib.rs`, and every path that its
//! sources write to another part of the crate is held against it: a part knows the parts before it and none behind it.

use std::collections::BTreeSet;

use system_tests::repository::{SourceFile, read, sources};

/// The parts of a crate in their order, as its documentation states them: `` //! `core < access < …` ``.
fn order(krate: &str) -> Vec<String> {
    let path = format!("shared/{krate}/src/lib.rs");
    let text = read(&path);
    let line =
        text.lines().find_map(|line| line.strip_prefix("//! `")?.strip_suffix('`').filter(|it| it.contains(" < ")));
    let line = line.unwrap_or_else(|| panic!("{path} states no order of its parts"));
    line.split(" < ").map(str::to_owned).collect()
}

/// The part in which a source stands: the folder below `src`, or the file that declares it.
fn part<'a>(krate: &str, source: &'a SourceFile) -> &'a str {
    let path = source.path.strip_prefix(&format!("shared/{krate}/src/")).expect("a source of the crate");
    path.split('/').next().expect("a path has a first part").trim_end_matches(".rs")
}

/// The parts of the crate to which a source writes a path that begins with `crate::`.
fn known(source: &SourceFile) -> BTreeSet<String> {
    let code: Vec<&str> = source.code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for path in code.split("crate::").skip(1) {
        match path.strip_prefix('{') {
            Some(group) => {
                // The names at the top of `use crate::{a, b::{c, d}}`.
                let (mut depth, mut begins) = (0, true);
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => begins = true,
                        c if begins && c.is_alphabetic() => {
                            found.insert(name(&group[at..]));
                            begins = false;
                        }
                        _ => {}
                    }
                }
            }
            None => drop(found.insert(name(path))),
        }
    }
    found
}

/// Every path against the order, as text.
fn against(krate: &str) -> Vec<String> {
    let order = order(krate);
    let place = |part: &str| order.iter().position(|it| it == part);
    let mut wrong = vec![];
    for source in sources(&format!("shared/{krate}/src")) {
        let own = part(krate, &source);
        if own == "lib" {
            continue;
        }
        let Some(here) = place(own) else {
            wrong.push(format!("{}: the order in {krate}'s lib.rs does not name `{own}`", source.path));
            continue;
        };
        let behind = known(&source).into_iter().filter(|part| place(part).is_some_and(|there| there > here));
        wrong.extend(behind.map(|part| format!("{}: `{own}` must not know `{part}`", source.path)));
    }
    wrong
}

#[test]
fn contexts_know_only_those_before_them() {
    for krate in ["domain", "storage"] {
        let parts: BTreeSet<String> =
            sources(&format!("shared/{krate}/src")).iter().map(|source| part(krate, source).to_owned()).collect();
        println!("{krate}: {}, in {} sources", order(krate).join(" < "), sources(&format!("shared/{krate}/src")).len());
        let missing: Vec<String> = order(krate).into_iter().filter(|part| !parts.contains(part)).collect();
        assert_eq!(missing, Vec::<String>::new(), "{krate}'s lib.rs names parts that are not there");
        assert_eq!(against(krate), Vec::<String>::new());
    }
}

#[test]
fn a_path_is_found_however_it_is_written() {
    let source = |code: &str| SourceFile { path: "shared/domain/src/core/id.rs".to_owned(), code: code.to_owned() };
    let parts = |code: &str| known(&source(code)).into_iter().collect::<Vec<_>>();
    assert_eq!(parts("use crate::payments::payment::Payment;"), ["payments"]);
    assert_eq!(parts("use crate::{access::{Actor, Role}, payments::payment};"), ["access", "payments"]);
    assert_eq!(parts("let it = crate::audit::link(a);"), ["audit"]);
    assert_eq!(parts("/// See [`crate::audit`].\nlet it = 1;"), Vec::<String>::new());
    assert_eq!(part("domain", &source("")), "core");
}
