//! What people do with Vaidya, one file per part of their way; played once each, side by side, and judged together at the end.
//!
//! A harness of its own, since one test needs all others: the template may grant what some scenario uses and nothing else. That test
//! comes last and waits for the scenarios. Where a filter chooses some of them, or one of them fails, it can't be judged: it is reported
//! as ignored, or it fails.
//! Otherwise the harness is used as any other: `cargo test --package system-tests --test scenarios -- waiting`.

#![expect(clippy::unwrap_used, reason = "these are tests, down to their helpers")]

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::future::Future;
use std::process::ExitCode;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

mod accounts;
mod archive;
mod attending;
mod audit_search;
mod booking;
mod browser_sessions;
mod calendar_feed;
mod cancelling;
mod directory;
mod earliest;
mod forged;
mod granted;
mod intake;
mod money;
mod moving;
mod pages;
mod paying;
mod schedules;
mod second_factor;
mod series;
mod timers;
mod trail;
mod users;
mod waiting;
mod who_comes;

/// A scenario, as the attribute `#[scenario]` registers it.
struct Scenario {
    name: &'static str,
    play: fn(),
}

inventory::collect!(Scenario);

/// Plays a scenario on a runtime of its own.
fn play(scenario: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(scenario);
}

/// The scenarios that have ended: how each did, and how long it took.
static ENDED: Mutex<Vec<(&str, bool, Duration)>> = Mutex::new(vec![]);
static ANOTHER: Condvar = Condvar::new();

impl Scenario {
    /// Plays a scenario in a thread with its name: ids follow from the name, and a panic shows it.
    #[expect(clippy::disallowed_methods, reason = "a harness measures how long its tests take")]
    fn run(&self) -> Result<(), Failed> {
        let start = Instant::now();
        let thread = std::thread::Builder::new().name(self.name.to_owned()).spawn(self.play).expect("a thread");
        let played = thread.join();
        ENDED.lock().unwrap_or_else(PoisonError::into_inner).push((self.name, played.is_ok(), start.elapsed()));
        ANOTHER.notify_all();
        played.map_err(|cause| {
            let text = cause.downcast_ref::<String>().cloned();
            let text = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Failed::from(text.unwrap_or_else(|| "panicked".to_owned()))
        })
    }
}

/// Waits for all scenarios, and compares the grants with what they have used.
fn judge_grants(scenarios: usize, is_filtered: bool) -> Result<(), Failed> {
    if is_filtered {
        return Err("not judged: a filter leaves scenarios out, and it takes all of them".into());
    }
    let ended = ENDED.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = ANOTHER.wait_while(ended, |ended| ended.len() < scenarios).unwrap_or_else(PoisonError::into_inner);
    let failed: Vec<&str> = ended.iter().filter(|(_, is_ok, _)| !is_ok).map(|(name, _, _)| *name).collect();
    drop(ended);
    if !failed.is_empty() {
        return Err(format!("not judged: it takes all scenarios, and these failed: {failed:?}").into());
    }
    granted::what_is_granted_is_used().map_err(Failed::from)
}

/// Libtest's attribute would be dropped here without a word, and its function never run.
fn refuse_tests_of_libtest() {
    for source in system_tests::repository::sources("tests/scenarios") {
        let stray = source.code.lines().find(|line| matches!(line.trim(), "#[tokio::test]" | "#[test]"));
        assert_eq!(stray, None, "{} has a test that is not marked with #[scenario]", source.path);
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    refuse_tests_of_libtest();
    let mut scenarios: Vec<&Scenario> = inventory::iter::<Scenario>.into_iter().collect();
    scenarios.sort_by_key(|scenario| scenario.name);
    let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), scenarios.len(), "two scenarios have one name");

    let is_filtered = arguments.filter.is_some() || !arguments.skip.is_empty() || arguments.ignored;
    let count = scenarios.len();
    let mut trials: Vec<Trial> =
        scenarios.into_iter().map(|scenario| Trial::test(scenario.name, move || scenario.run())).collect();
    // Trials are taken in their order, so nothing waits behind this one.
    trials.push(
        Trial::test("what_is_granted_is_used", move || judge_grants(count, is_filtered)).with_ignored_flag(is_filtered),
    );
    let conclusion = libtest_mimic::run(&arguments, trials);
    print_slowest();
    conclusion.exit_code()
}

/// The tests that make the rest wait are seen at once.
#[expect(clippy::print_stdout, reason = "a harness prints")]
fn print_slowest() {
    let mut ended = ENDED.lock().unwrap_or_else(PoisonError::into_inner);
    ended.sort_by_key(|(_, _, took)| std::cmp::Reverse(*took));
    let slowest: Vec<String> =
        ended.iter().take(5).map(|(name, _, took)| format!("{name} {} ms", took.as_millis())).collect();
    if ended.len() > slowest.len() {
        println!("slowest: {}\n", slowest.join(", "));
    }
}
