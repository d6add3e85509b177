//! `verify-audit`: tells whether an export of the audit trail is what was signed.

use std::process::ExitCode;

fn main() -> ExitCode {
    verify_audit::cli::main()
}
