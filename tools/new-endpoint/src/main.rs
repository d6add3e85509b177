//! Creates the skeleton of an endpoint, with its name in every file that needs it.
//!
//! `cargo new-endpoint platform GET /v1/clock viewClock "Tell the time"`
//!
//! It never overwrites a file. The skeleton compiles, and a test refuses it until its description is written.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program of the command line")]

mod edit;
mod skeleton;

use skeleton::Endpoint;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "usage: cargo new-endpoint <context> <GET|POST|PUT|DELETE> <path> <operationId> [<summary>]
for example: cargo new-endpoint platform GET /v1/clock viewClock \"Tell the time\"";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Endpoint::read(&arguments).and_then(|endpoint| make(&root(), &endpoint)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_owned).unwrap_or_default()
}

/// Computes every change before the first write, so that no change is left half done.
fn make(root: &Path, endpoint: &Endpoint) -> Result<(), String> {
    let (context, module, binary) = (&endpoint.context, endpoint.module(), endpoint.binary());
    let directory = format!("functions/{context}");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"));

    let library = format!("{directory}/src/lib.rs");
    let manifest = format!("{directory}/Cargo.toml");
    let template = format!("{directory}/template.yaml");
    let new = [
        (format!("{directory}/src/{module}.rs"), endpoint.source()),
        (format!("{directory}/src/bin/{binary}.rs"), endpoint.main()),
        (format!("events/{binary}.json"), endpoint.event(&read("events/view-me.json")?)?),
    ];
    let mut changed = vec![
        (library.clone(), edit::enter(&read(&library)?, &module).ok_or(format!("{library} has no `context!`"))?),
        (manifest.clone(), edit::before(&read(&manifest)?, "[lints]", &endpoint.stanza_of_binary())),
    ];
    match read(&template) {
        Ok(text) => changed.push((template, edit::after_functions(&text, &endpoint.stanza()))),
        Err(_) => println!("{template} is missing; add this to the template:\n\n{}", endpoint.stanza()),
    }

    if let Some((path, _)) = new.iter().find(|(path, _)| root.join(path).exists()) {
        return Err(format!("{path} exists already"));
    }
    for (path, text) in new.iter().chain(&changed) {
        std::fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
        println!("{path}");
    }
    // Only the layout: `cargo fmt` does it as well.
    let _ = Command::new("rustfmt").args(["--edition", "2024"]).arg(root.join(&new[0].0)).status();
    println!("{}", endpoint.next_steps());
    Ok(())
}
