//! How fast exports are verified, and in how much memory.
//!
//! ```text
//! cargo bench --package verify-audit
//! ```
//!
//! Two exports are made in a temporary directory, one ten times as large as the other: 16 chains, files of a chain and
//! a day, a checkpoint for every 5,000 events, two events in three with a commitment, of which six in seven show the
//! values that are committed to. Then the program verifies each of them five times, as a process of its own on one
//! thread, with the files in the page cache. What is printed is the best and the median rate, in events for each second
//! that a core worked for the process (so that other work on the machine counts little), and the most memory that the
//! process had at any time, as Linux counts it (`VmHWM`).

#[path = "../tests/audit/forge.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod forge;

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use domain::audit::{ChainedEvent, Checkpoint};
use forge::{Signer, forge, line};

const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{:>10} {:>12} {:>16} {:>16} {:>12}",
        "events", "bytes", "best events/s", "median events/s", "memory"
    )?;
    for events in [200_000, 2_000_000] {
        let directory = tempfile::tempdir()?;
        let bytes = export(directory.path(), events)?;
        let mut rates = vec![];
        let mut memory = String::new();
        for _ in 0..RUNS {
            let output = Command::new(env!("CARGO_BIN_EXE_verify-audit"))
                .args(["verify", "--stats"])
                .current_dir(directory.path())
                .output()?;
            let stats = String::from_utf8(output.stderr)?;
            // "2.34 s, 1.23 s of a core, 567890 events/s of a core, peak memory 5678 kB"
            let mut parts = stats.trim().split(", ");
            let rate = parts.nth(2).and_then(|rate| rate.split(' ').next()).ok_or_else(|| stats.clone())?;
            rates.push(rate.parse::<u64>()?);
            memory = parts.next().unwrap_or_default().replace("peak memory ", "");
            if !output.status.success() {
                return Err(String::from_utf8(output.stdout)?.into());
            }
        }
        rates.sort_unstable();
        writeln!(out, "{events:>10} {bytes:>12} {:>16} {:>16} {memory:>12}", rates[RUNS - 1], rates[RUNS / 2])?;
    }
    Ok(())
}

/// Writes an export and returns how many bytes its events have.
fn export(directory: &Path, events: u64) -> Result<u64, Box<dyn Error>> {
    let signer = Signer::new();
    let chain_file = |chain: usize| {
        let path = directory.join(format!("events/chain={chain:02}"));
        fs::create_dir_all(&path)?;
        File::create(path.join("day=2026-11-30.jsonl")).map(BufWriter::new)
    };
    let mut chains = (0..16).map(chain_file).collect::<Result<Vec<_>, _>>()?;
    let mut checkpoints = BufWriter::new(File::create(directory.join("checkpoints.jsonl"))?);
    let (mut bytes, mut failed) = (0, None);
    let take_event = |event: &ChainedEvent| {
        let mut line = line(event);
        line.push(b'\n');
        bytes += line.len() as u64;
        if let Err(error) = chains[usize::from(event.chain)].write_all(&line) {
            failed = Some(error);
        }
    };
    let mut failed_too = None;
    let take_checkpoint = |checkpoint: &Checkpoint| {
        let written = serde_json::to_writer(&mut checkpoints, checkpoint).map_err(Into::into);
        if let Err(error) = written.and_then(|()| checkpoints.write_all(b"\n")) {
            failed_too = Some(error);
        }
    };
    forge(&signer, events, 5_000, take_event, take_checkpoint);
    failed.or(failed_too).map_or(Ok(()), Err)?;
    chains.iter_mut().try_for_each(BufWriter::flush)?;
    checkpoints.flush()?;
    fs::write(directory.join("keys.pem"), signer.pem())?;
    Ok(bytes)
}
