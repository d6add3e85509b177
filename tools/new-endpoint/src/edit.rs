//! Entries in existing files.

/// A context's library with one more module: declared in order, and named last among the endpoints.
pub fn enter(library: &str, module: &str) -> Option<String> {
    let declaration = format!("pub mod {module};");
    let mut lines: Vec<String> = library.lines().map(str::to_owned).collect();
    let mut declarations = lines.iter().enumerate().filter(|(_, line)| line.starts_with("pub mod "));
    let place = declarations.clone().find(|(_, line)| line.as_str() > declaration.as_str()).map(|(place, _)| place);
    let place = place.or_else(|| declarations.next_back().map(|(place, _)| place + 1))?;
    lines.insert(place, declaration);

    let open = lines.iter().position(|line| line.trim_start().starts_with("endpoints: ["))?;
    let line = lines[open].trim().to_owned();
    match line.strip_prefix("endpoints: [").and_then(|rest| rest.strip_suffix("],")) {
        // All names on one line: one line for each from now on.
        Some(names) => {
            let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
            let list = names.chain([module.to_owned()]).map(|name| format!("        {name},"));
            let list = std::iter::once("    endpoints: [".to_owned()).chain(list).chain(["    ],".to_owned()]);
            lines.splice(open..=open, list);
        }
        None => {
            let end = lines[open..].iter().position(|line| line.trim() == "],")? + open;
            lines.insert(end, format!("        {module},"));
        }
    }
    Some(lines.join("\n") + "\n")
}

/// A text with an insertion before a line, or at its end if there is no such line.
pub fn before(text: &str, line: &str, piece: &str) -> String {
    match text.find(&format!("\n{line}\n")) {
        Some(place) => format!("{}\n\n{piece}\n{}", text[..place].trim_end(), &text[place + 1..]),
        None => format!("{}\n\n{piece}", text.trim_end()),
    }
}

/// A template with one more stanza after the last function that the API invokes.
pub fn after_functions(template: &str, stanza: &str) -> String {
    let behind = template.rfind("-api-").and_then(|last| template[last..].find("\n\n").map(|end| last + end));
    match behind {
        Some(place) => format!("{}\n\n{}\n\n{}", &template[..place], stanza.trim_end(), &template[place + 2..]),
        None => format!("{}\n\n{stanza}", template.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_declared_in_its_place_and_named_last() {
        let library = "//! A\n\npub mod create;\npub mod view;\n\nmod other;\n\napi::context! {\n    endpoints: [view],\n    consumers: [create],\n}\n";
        let more = enter(library, "list").unwrap();
        assert!(more.contains("pub mod create;\npub mod list;\npub mod view;\n\nmod other;"), "{more}");
        assert!(
            more.contains("    endpoints: [\n        view,\n        list,\n    ],\n    consumers: [create],"),
            "{more}"
        );
        let last = enter(&more, "withdraw").unwrap();
        assert!(last.contains("pub mod view;\npub mod withdraw;\n\nmod other;"), "{last}");
        assert!(last.contains("        list,\n        withdraw,\n    ],"), "{last}");
        let first = enter("pub mod send;\n\napi::context! {\n    endpoints: [],\n    consumers: [send],\n}\n", "view");
        assert!(first.unwrap().contains("    endpoints: [\n        view,\n    ],"));
    }

    #[test]
    fn every_context_takes_one_more() {
        for context in std::fs::read_dir(crate::root().join("functions")).unwrap() {
            let path = context.unwrap().path().join("src/lib.rs");
            let library = std::fs::read_to_string(&path).unwrap();
            assert!(enter(&library, "one_more").is_some(), "{}", path.display());
        }
    }

    #[test]
    fn a_stanza_stands_behind_its_neighbours() {
        let manifest = "[package]\n\n[[bin]]\nname = \"a\"\n\n[lints]\nworkspace = true\n";
        let more = before(manifest, "[lints]", "[[bin]]\nname = \"b\"\n");
        assert_eq!(more, "[package]\n\n[[bin]]\nname = \"a\"\n\n[[bin]]\nname = \"b\"\n\n[lints]\nworkspace = true\n");
        let template = "Resources:\n\n  A:\n    Name: x-api-a\n    More: 1\n\n  Queue:\n    Type: Q\n";
        let stanza = "  B:\n    Name: x-api-b\n";
        assert_eq!(
            after_functions(template, stanza),
            "Resources:\n\n  A:\n    Name: x-api-a\n    More: 1\n\n  B:\n    Name: x-api-b\n\n  Queue:\n    Type: Q\n"
        );
        assert_eq!(after_functions("Resources:\n", stanza), "Resources:\n\n  B:\n    Name: x-api-b\n");
    }
}
