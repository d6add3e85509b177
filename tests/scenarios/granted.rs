//! What the templates grant, some scenario uses. That nothing is used which is not granted, each world checks when it ends.

use local::Call;
use local::template::Template;
use system_tests::grants::{Grant, Grants, is_judged};
use system_tests::used_calls;

/// A grant that no scenario uses: the function or `*`, the action, the key pattern or resource, and when the code makes that call.
type Kept = (&'static str, &'static str, &'static str, &'static str);

/// The grants that no scenario uses. A scenario that makes such a call takes its line away.
const KEPT: &[Kept] = &[
    (
        "*",
        "dynamodb:PutItem",
        "ACT#*",
        "a refusal is recorded wherever there is a caller, and some endpoints refuse no caller who is signed in",
    ),
    (
        "CancelSeriesFunction",
        "dynamodb:Query",
        "DOC#*",
        "the doctor has a daily limit and patients wait for the slots: their days are read before the offer",
    ),
    ("UpdateDoctorFunction", "dynamodb:PutItem", "SPELL#*", "a new name has a word that no doctor's name had before"),
];

/// Whether a line of the list names a grant.
fn names((who, action, of, _): &Kept, function: &str, grant: &Grant) -> bool {
    (*who == "*" || *who == function) && *action == grant.action && *of == grant.of
}

/// Compares the grants with what the functions of all worlds that have ended did in AWS: each action on each key pattern or resource.
///
/// # Errors
/// The grants that none of them used, with the statements that would be enough; and the lines of [`KEPT`] that keep nothing.
pub fn what_is_granted_is_used() -> Result<(), String> {
    let calls = used_calls();
    let grants = Grants::of(&Template::read());
    let mut report = String::new();
    let mut idle: Vec<&Kept> = KEPT.iter().collect();
    for function in grants.functions() {
        let own: Vec<&Call> = calls.iter().filter(|call| call.function == function && is_judged(call)).collect();
        let unused = grants.statements(function).iter().flat_map(|statement| statement.unused(&own));
        let is_kept = |grant: &Grant| KEPT.iter().any(|line| names(line, function, grant));
        let (kept, unused): (Vec<Grant>, Vec<Grant>) = unused.partition(is_kept);
        idle.retain(|line| !kept.iter().any(|grant| names(line, function, grant)));
        if !unused.is_empty() {
            let unused: Vec<String> = unused.iter().map(|grant| format!("{} {}", grant.action, grant.of)).collect();
            report += &format!("{function} is granted and never uses: {}\n", unused.join(", "));
            report += &format!("  its statements are to be:\n{}", grants.to_paste(function, &own, &kept));
        }
    }
    for (who, action, of, _) in idle {
        report += &format!("{who} {action} {of} is kept, but a scenario uses it or no template grants it\n");
    }
    if report.is_empty() { Ok(()) } else { Err(format!("\n{report}")) }
}
