//! The command line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use domain::audit::PublicKey;

use crate::export::{Chains, Export, Files, Lines};
use crate::finding::{Finding, Kind};
use crate::keys::{KeysError, from_pem};
use crate::proof::{self, NoProof, Proof, Unproven};
use crate::verify::{Options, Report, believe, verify};

/// Verifies an export of Vaidya's audit trail, offline
///
/// Exit status: 0 if everything matches the signatures, 1 if something does not, 2 if that cannot be decided.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare all events with all checkpoints
    Verify(VerifyArgs),
    /// Write a proof that an event is among those of a checkpoint
    Prove(ProveArgs),
    /// Check such a proof with the checkpoint and the key alone
    CheckProof(CheckArgs),
    /// Write the bytes that a checkpoint's signature covers, for openssl or another program
    SignedBytes(BytesArgs),
}

#[derive(Debug, Args)]
struct Trust {
    /// The directory of the export
    #[arg(long, value_name = "DIR", default_value = ".")]
    export: PathBuf,
    /// The public keys, in PEM, from a source that you trust; the keys in the export alone prove nothing
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The checkpoints, if they are in another file
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    trust: Trust,
    /// The export begins after this checkpoint, which is the first one in it
    #[arg(long, value_name = "NUMBER")]
    since: Option<u64>,
    /// A known checkpoint, as the last report named it; may be repeated
    #[arg(long = "anchor", value_name = "NUMBER:HASH", value_parser = anchor)]
    anchors: Vec<(u64, String)>,
    /// The number of findings that are shown
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    most: usize,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Show the duration and the memory
    #[arg(long)]
    stats: bool,
}

#[derive(Debug, Args)]
struct ProveArgs {
    /// The id of the event
    event: String,
    #[command(flatten)]
    trust: Trust,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The proof
    proof: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// The event's line, to check that the proof is for this event
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct BytesArgs {
    /// The number of the checkpoint
    number: u64,
    #[command(flatten)]
    trust: Trust,
}

/// The reason why an export cannot be judged.
#[derive(Debug, thiserror::Error)]
enum Unable {
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error("{0}: {1}")]
    Keys(PathBuf, KeysError),
    #[error("{0}")]
    NoProof(#[from] NoProof),
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error("checkpoint {0} is missing")]
    NoCheckpoint(u64),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let (mut out, mut log) = (io::stdout().lock(), io::stderr());
    let done = match Cli::parse().command {
        Command::Verify(args) => run_verify(&args, &mut out),
        Command::Prove(args) => run_prove(&args, &mut out),
        Command::CheckProof(args) => run_check(&args, &mut out),
        Command::SignedBytes(args) => run_bytes(&args, &mut out),
    };
    let ended = done.and_then(|fine| Ok(out.flush().map(|()| fine)?));
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            // If even this cannot be written, the exit status shows it.
            drop(writeln!(log, "verify-audit: {error}"));
            ExitCode::from(2)
        }
    }
}

/// `7:0a1b...`
fn anchor(text: &str) -> Result<(u64, String), String> {
    let parts = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash.to_owned())));
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    parts.filter(|(_, hash)| is_hash(hash)).ok_or_else(|| "a number, a colon and 64 hexadecimal digits".to_owned())
}

impl Trust {
    fn keys(&self) -> Result<Vec<PublicKey>, Unable> {
        let path = self.keys.clone().unwrap_or_else(|| Export::at(&self.export).keys());
        let text = fs::read_to_string(&path).map_err(|error| Unable::File(path.clone(), error))?;
        from_pem(&text).map_err(|error| Unable::Keys(path, error))
    }

    fn checkpoints(&self) -> Result<Files, Unable> {
        let path = self.checkpoints.clone().unwrap_or_else(|| Export::at(&self.export).checkpoints());
        // A missing file is reported here, by its name.
        fs::metadata(&path).map_err(|error| Unable::File(path.clone(), error))?;
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Files::new(&root, vec![path]))
    }

    fn chains(&self) -> Result<Chains, Unable> {
        let chains = Export::at(&self.export).chains();
        chains.map_err(|error| Unable::File(self.export.join("events"), error))
    }
}

fn run_verify(args: &VerifyArgs, out: &mut impl Write) -> Result<bool, Unable> {
    let begun = now();
    let keys = args.trust.keys()?;
    let Chains { chains, strangers } = args.trust.chains()?;
    let options = Options { since: args.since, anchors: args.anchors.clone(), most: args.most };
    let read = verify(&keys, args.trust.checkpoints()?, chains, &options);
    let mut report = read.map_err(|error| Unable::File(args.trust.export.clone(), error))?;
    for stranger in strangers {
        report.add(Finding::of_checkpoint(Kind::Stranger, None, Some(stranger)), args.most);
    }
    if args.json {
        serde_json::to_writer(&mut *out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        print_report(&report, &keys, args.trust.keys.is_none(), out)?;
    }
    if args.stats {
        let elapsed = begun.elapsed().as_secs_f64();
        // The time of one core: other processes of the machine do not count.
        let busy = processor_time().unwrap_or(elapsed);
        let rate = report.events as f64 / busy;
        let memory = peak_memory().unwrap_or_else(|| "unknown".to_owned());
        let error = &mut io::stderr();
        writeln!(error, "{elapsed:.2} s, {busy:.2} s of a core, {rate:.0} events/s of a core, peak memory {memory}")?;
    }
    Ok(report.verified)
}

/// Prints the report as text.
fn print_report(report: &Report, keys: &[PublicKey], from_export: bool, out: &mut impl Write) -> io::Result<()> {
    let Report { events, unsigned_events, withheld, checkpoints, last_checkpoint, found, findings, verified } = report;
    for finding in findings {
        writeln!(out, "{finding}")?;
    }
    if *found > findings.len() as u64 {
        writeln!(out, "... and {} more", found - findings.len() as u64)?;
    }
    writeln!(out, "{events} events in their chains, {checkpoints} checkpoints")?;
    if *withheld > 0 {
        writeln!(out, "{withheld} events are without their client's values: erased or withheld")?;
    }
    if let Some(last) = last_checkpoint {
        writeln!(out, "last checkpoint: {} of {}", last.sequence, last.at)?;
        writeln!(out, "  signed by key {}", last.key_id)?;
        writeln!(out, "  next time, use --anchor {}:{}", last.sequence, last.hash)?;
    }
    if *unsigned_events > 0 {
        writeln!(out, "{unsigned_events} events are younger than it: their chains hold, and they are not signed yet")?;
    }
    if from_export {
        writeln!(out, "The keys were taken from the export itself. Compare their ids with a trusted source:")?;
        for key in keys {
            writeln!(out, "  {}", key.id())?;
        }
    }
    if *verified {
        writeln!(out, "verified: everything matches the signatures")
    } else {
        writeln!(out, "NOT VERIFIED: {found} {}", if *found == 1 { "finding" } else { "findings" })
    }
}

fn run_prove(args: &ProveArgs, out: &mut impl Write) -> Result<bool, Unable> {
    let keys = args.trust.keys()?;
    let open = || Export::at(&args.trust.export).chains().map(|found| found.chains);
    let proof = proof::prove(&args.event, &keys, &mut args.trust.checkpoints()?, open)?;
    serde_json::to_writer(&mut *out, &proof).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(true)
}

fn run_check(args: &CheckArgs, out: &mut impl Write) -> Result<bool, Unable> {
    let read = |path: &PathBuf| fs::read(path).map_err(|error| Unable::File(path.clone(), error));
    let event = args.event.as_ref().map(read).transpose()?;
    let event = event.as_deref().map(<[u8]>::trim_ascii_end);
    let keys = args.trust.keys()?;
    let checked = match serde_json::from_slice::<Proof>(&read(&args.proof)?) {
        Err(error) => Err(Unproven::Unreadable(error.to_string())),
        Ok(proof) => {
            let found = proof::check(&proof, event, &keys, &mut args.trust.checkpoints()?)?;
            found.map(|checkpoint| (proof, checkpoint))
        }
    };
    match checked {
        Ok((proof, checkpoint)) => {
            let Proof { chain, sequence, hash, .. } = proof;
            writeln!(out, "proven: event {sequence} of chain {chain}, with the hash {hash},")?;
            writeln!(out, "is among those of checkpoint {} of {},", checkpoint.sequence, checkpoint.at)?;
            writeln!(out, "which was signed by key {}", checkpoint.key_id)?;
            Ok(true)
        }
        Err(reason) => {
            writeln!(out, "NOT PROVEN: {reason}")?;
            Ok(false)
        }
    }
}

fn run_bytes(args: &BytesArgs, out: &mut impl Write) -> Result<bool, Unable> {
    let keys = args.trust.keys()?;
    let (mut checkpoints, mut line) = (args.trust.checkpoints()?, vec![]);
    while checkpoints.next_line(&mut line)?.is_some() {
        if let Ok(checkpoint) = believe(&line, &keys)
            && checkpoint.sequence == args.number
        {
            out.write_all(&checkpoint.signed_bytes())?;
            return Ok(true);
        }
    }
    Err(Unable::NoCheckpoint(args.number))
}

#[expect(clippy::disallowed_methods, reason = "the duration is only shown")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// The processor time of this process, in seconds, if the system has the figure.
fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which may have spaces: the 12th and 13th field, in hundredths of a second (proc(5)).
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11).map(str::parse::<f64>);
    let busy = fields.next()?.ok()? + fields.next()?.ok()?;
    (busy > 0.0).then_some(busy / 100.0)
}

/// The peak memory of this process, if the system has the figure.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
