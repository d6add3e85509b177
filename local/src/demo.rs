//! `cargo local demo`: the main job, and with `--failures` what can go wrong with it, over HTTP as a client would do it.
//!
//! The demo starts its own stack, in memory and with real servers, and checks every step: a step that is not as described ends it. It
//! acts as an operator for the things that a client cannot do: the clock, the faults of webhooks, the view of Razorpay's books.

mod failures;
mod main_job;
mod scene;

use crate::accounts::{self, SeedError};
use crate::client::Unexpected;
use crate::server::{Listeners, PortError, Server};
use crate::{Options, Stack, StackClock, StartError, pages};
use scene::Scene;

/// The part of the demo that is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Play {
    /// Log in, search, book, pay, be confirmed, read the audit trail.
    #[default]
    MainJob,
    /// Declined cards, expired holds, late payments, cancelled visits.
    Failures,
}

/// The settings of the demo.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// The part of the demo that is played.
    pub play: Play,
    /// The first of the consecutive ports; `None` for any free ones.
    pub port: Option<u16>,
    /// A seed for ids, which also makes passwords and keys cheap; for tests.
    pub seed: Option<u64>,
}

/// The text that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The number of steps.
    pub steps: usize,
    /// The lines that were shown.
    pub lines: Vec<String>,
}

/// The reason why the demo did not reach its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A port can't be had.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The stack can't be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The accounts can't be set up.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A step was not as described.
    #[error("step {step} ({title}) was not as described: {detail}")]
    Step {
        /// The step's number, from 1; 0 before the first.
        step: usize,
        /// What should have happened.
        title: String,
        /// What happened.
        detail: String,
    },
}

/// The receiver of each line, as soon as it is known.
pub type Audience<'a> = &'a mut (dyn FnMut(&str) + Send);

/// Plays the demo and shows every step.
///
/// # Errors
/// [`DemoError`] at the first step that is not as described.
pub async fn run(setting: Setting, audience: Audience<'_>) -> Result<Report, DemoError> {
    let listeners = Listeners::take(setting.port).await?;
    let options =
        Options { data_dir: None, clock: StackClock::running(), seed: setting.seed, addresses: listeners.addresses() };
    let stack = Stack::start(options).await?;
    accounts::seed(&stack).await?;
    let server = Server::start(stack.clone(), listeners, &pages::app::built(), None);

    let mut script = Script { step: 0, title: String::new(), lines: Vec::new(), audience };
    let ended = play(setting.play, &stack, &mut script).await;
    server.stop().await;
    match ended {
        Ok(()) => Ok(Report { steps: script.step, lines: script.lines }),
        Err(Unexpected(detail)) => Err(DemoError::Step { step: script.step, title: script.title, detail }),
    }
}

async fn play(play: Play, stack: &Stack, script: &mut Script<'_>) -> Result<(), Unexpected> {
    let mut scene = Scene::new(stack, script)?;
    match play {
        Play::MainJob => main_job::play(&mut scene).await,
        Play::Failures => failures::play(&mut scene).await,
    }
}

/// The demo's text, step by step.
struct Script<'a> {
    step: usize,
    title: String,
    lines: Vec<String>,
    audience: Audience<'a>,
}

impl Script<'_> {
    /// Begins a step, with its description.
    fn step(&mut self, title: impl Into<String>) {
        self.step += 1;
        self.title = title.into();
        let heading = format!("{}. {}", self.step, self.title);
        if self.step > 1 {
            self.say(String::new());
        }
        self.say(heading);
    }

    /// Shows a result of the step.
    fn result(&mut self, text: impl AsRef<str>) {
        self.say(format!("   {}", text.as_ref()));
    }

    fn say(&mut self, line: String) {
        (self.audience)(&line);
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_and_kept() {
        let mut shown = Vec::new();
        let mut audience = |line: &str| shown.push(line.to_owned());
        let mut script = Script { step: 0, title: String::new(), lines: Vec::new(), audience: &mut audience };
        script.step("Log in");
        script.result("done");
        script.step("Search");
        let lines = script.lines.clone();
        assert_eq!(lines, ["1. Log in", "   done", "", "2. Search"]);
        assert_eq!(shown, lines);
    }
}
