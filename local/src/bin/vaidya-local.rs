//! `cargo local`: the whole of Vaidya on this machine.

use std::process::ExitCode;

fn main() -> ExitCode {
    local::cli::main()
}
