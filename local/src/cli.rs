//! The command line of `cargo local`.

use crate::accounts::{self, ACCOUNTS, PASSWORD, SeedError};
use crate::client::{Client, Unexpected};
use crate::data::{self, DataError};
use crate::demo::{self, DemoError, Play, Setting};
use crate::export::{AuditExport, download};
use crate::moment::{NotAStep, Step};
use crate::server::{Listeners, PORTS, PortError, Server};
use crate::services::TABLE;
use crate::{Addresses, Options, Stack, StackClock, StartError, pages};
use clap::{Args, Parser, Subcommand};
use http::StatusCode;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use verify_audit::Report;

/// The highest first port with room for the others.
const HIGHEST_BASE: i64 = (u16::MAX - PORTS + 1) as i64;

/// All of Vaidya on this machine: the backend, the cloud that it runs on, and Razorpay.
#[derive(Debug, Parser)]
#[command(name = "cargo local", bin_name = "cargo local", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    start: StartArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything, until Ctrl-C (the default command)
    Start(StartArgs),
    /// Play the main job over HTTP and check every step
    Demo(DemoArgs),
    /// Move the clock of the running stack
    Clock(ClockArgs),
    /// Write an export of the audit trail, for `verify-audit verify --export DIR`
    AuditExport(ExportArgs),
}

#[derive(Debug, Clone, Args)]
struct Ports {
    /// The first of seven ports in a row on the loopback interface
    #[arg(long = "port", value_name = "BASE", default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=HIGHEST_BASE))]
    base: u16,
}

#[derive(Debug, Clone, Args)]
struct StartArgs {
    #[command(flatten)]
    ports: Ports,
    /// Keep all data in this directory; without it all data is lost at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Empty the data directory first
    #[arg(long, requires = "data")]
    reset: bool,
    /// Serve the app that was built into this directory; without it, the one in app/dist
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// The address at which a browser opens the app, if another server forwards to this one, such as http://localhost:5173
    #[arg(long, value_name = "URL", value_parser = origin)]
    app_url: Option<String>,
}

#[derive(Debug, Clone, Args)]
struct DemoArgs {
    /// Play the failures: declined cards, expired holds, late payments, a visit that the doctor cancels
    #[arg(long)]
    failures: bool,
    /// The first of seven ports in a row; without it any free ones
    #[arg(long, value_name = "BASE", value_parser = clap::value_parser!(u16).range(1..=HIGHEST_BASE))]
    port: Option<u16>,
}

#[derive(Debug, Clone, Args)]
struct ClockArgs {
    /// The step: +11m, 2h30m, 1d. Forward only
    #[arg(value_name = "STEP", allow_hyphen_values = true)]
    by: String,
    #[command(flatten)]
    ports: Ports,
}

#[derive(Debug, Clone, Args)]
struct ExportArgs {
    /// The directory to write: a new or an empty one
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Export the archive, as the API gives it to an administrator, instead of the table's current records
    #[arg(long, conflicts_with = "data")]
    archive: bool,
    /// Export the data of this directory, which no running stack may use; without it, the running stack's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    ports: Ports,
}

/// The error of a command.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Port(#[from] PortError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Step(#[from] NotAStep),
    #[error("the clock was not moved: {0}. Does `cargo local` run? If it uses other ports, give the same --port here")]
    Clock(#[from] Unexpected),
    #[error("nothing was exported: {0}. Does `cargo local` run? If it uses other ports, give the same --port here")]
    Export(Unexpected),
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    #[error("the demo was stopped before its end")]
    Stopped,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = runtime.map_err(CliError::from).and_then(|runtime| runtime.block_on(run(cli)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If this fails too, the error cannot be shown.
            let _shown = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Warnings go to the terminal; `RUST_LOG` selects more of our own crates, and of libraries nothing that shows a request.
fn log() {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::level_filters::LevelFilter::WARN.into())
        .from_env_lossy();
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(api::log_filter(filter));
    let subscriber = tracing_subscriber::registry().with(layer);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("the log is set up already");
    }
}

async fn run(cli: Cli) -> Result<(), CliError> {
    match cli.command.unwrap_or(Command::Start(cli.start)) {
        Command::Start(args) => start(args).await,
        Command::Demo(args) => play(args).await,
        Command::Clock(args) => move_clock(args).await,
        Command::AuditExport(args) => export(args).await,
    }
}

async fn start(args: StartArgs) -> Result<(), CliError> {
    // The ports come first: a program that has them may be using the data.
    let listeners = Listeners::take(Some(args.ports.base)).await?;
    let mut addresses = listeners.addresses();
    if let Some(url) = &args.app_url {
        addresses.app.clone_from(url);
    }
    let clock = StackClock::running();
    if let Some(dir) = &args.data {
        if args.reset {
            data::reset(dir)?;
        }
        clock.advance(data::open(dir)?);
    }
    let options = Options { data_dir: args.data.clone(), clock, seed: None, addresses: addresses.clone() };
    let stack = Stack::start(options).await?;
    accounts::seed(&stack).await?;
    let app = args.app.clone().unwrap_or_else(pages::app::built);
    let server = Server::start(stack, listeners, &app, args.data.clone());
    write!(io::stdout(), "{}", welcome(&addresses, &args))?;
    stop_asked_for().await?;
    writeln!(io::stdout(), "\nStopping.")?;
    server.stop().await;
    Ok(())
}

/// An origin: scheme, host and port.
fn origin(text: &str) -> Result<String, &'static str> {
    let url = url::Url::parse(text).map_err(|_| "must be an address such as http://localhost:5173")?;
    let origin = url.origin().ascii_serialization();
    if origin == text { Ok(origin) } else { Err("must be scheme, host and port alone, such as http://localhost:5173") }
}

/// Waits for Ctrl-C, or for the stop signal of service managers and scripts.
async fn stop_asked_for() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// The program's text when everything runs.
fn welcome(at: &Addresses, args: &StartArgs) -> String {
    let Addresses { api, login, checkout, aws, mailbox, app, webhook } = at;
    let mut accounts = String::new();
    for account in ACCOUNTS {
        accounts.push_str(&format!("  {:<8} {:<20} {}\n", account.group, account.name, account.email));
    }
    let port = args.ports.base;
    let port = if port == 8080 { String::new() } else { format!(" --port {port}") };
    let kept = match &args.data {
        Some(dir) => format!("Data is kept in {}; --reset empties it.", dir.display()),
        None => "All data is lost at the end; --data DIR keeps it.".to_owned(),
    };
    format!(
        "\
Vaidya runs on this machine only. {kept} Ctrl-C stops it.

  API            {api}    reference: {api}/docs
  App            {app}    with the API at the same address; log-in at {login}
  Checkout       {checkout}/checkout?order_id=ORDER_ID
  Webhooks       {webhook}    events of Razorpay, signed with {secret}
  Mailbox        {mailbox}    also the clock and the audit trail
  AWS endpoint   {aws}    DynamoDB, KMS, S3, SQS, SES, Secrets Manager, Cognito

Accounts, all with the password {PASSWORD}; the codes of doctors and of the administrator are at {mailbox}
{accounts}
What you can do next
  Log in by curl:     curl {api}/v1/auth/login -H 'content-type: application/json' -d '{{\"email\":\"{email}\",\"password\":\"{PASSWORD}\"}}'
  Find a doctor:      curl '{api}/v1/doctors?speciality=cardiology' -H \"authorization: Bearer $TOKEN\"
  Use the app:        open {app}
  Read the mail:      open {mailbox}
  Look into the table: boto3.client('dynamodb', endpoint_url='{aws}', region_name='ap-south-1', aws_access_key_id='local', aws_secret_access_key='local').scan(TableName='{TABLE}')
  Let a hold expire:  cargo local clock +{over}m{port}
  Export the audit trail: cargo local audit-export DIR{port}, after cargo local clock +15m{port} has had it signed
  Play the demo:      cargo local demo, and cargo local demo --failures
",
        secret = razorpay_emulator::Config::default().webhook_secret,
        email = ACCOUNTS[0].email,
        over = domain::appointments::booking::HoldLength::DEFAULT.minutes() + 1,
    )
}

async fn play(args: DemoArgs) -> Result<(), CliError> {
    let play = if args.failures { Play::Failures } else { Play::MainJob };
    let setting = Setting { play, port: args.port, seed: None };
    let mut show = |line: &str| {
        // A reader that went away, such as `head`, does not stop the demo.
        let _shown = writeln!(io::stdout(), "{line}");
    };
    let report = tokio::select! {
        ended = demo::run(setting, &mut show) => ended?,
        // Stopped here, since a program that is killed leaves its temporary files.
        asked = stop_asked_for() => return Err(asked.map_or_else(CliError::Io, |()| CliError::Stopped)),
    };
    show(&format!("\nAll {} steps were as described.", report.steps));
    Ok(())
}

async fn move_clock(args: ClockArgs) -> Result<(), CliError> {
    // Checked here, so that a mistake is reported even when nothing runs.
    let Step(_) = args.by.parse()?;
    let mailbox = Addresses::from_port(args.ports.base).mailbox;
    let answer = Client::new()?.post_form(&format!("{mailbox}/clock"), &[("by", &args.by)]).await?;
    let time = answer.expect(StatusCode::OK)?;
    writeln!(io::stdout(), "The stack's time is {}.", time["now"].as_str().unwrap_or_default())?;
    Ok(())
}

async fn export(args: ExportArgs) -> Result<(), CliError> {
    let ExportArgs { directory, archive, data, ports } = args;
    let entries = std::fs::read_dir(&directory).map_or(0, Iterator::count);
    if entries > 0 {
        return Err(CliError::NotEmpty(directory));
    }
    let at = Addresses::from_port(ports.base);
    let export = match data {
        Some(dir) => {
            let clock = StackClock::running();
            clock.advance(data::open(&dir)?);
            let options = Options { data_dir: Some(dir), clock, seed: None, addresses: at };
            AuditExport::of_table(&Stack::start(options).await?).await.map_err(CliError::Export)?
        }
        None if archive => download(&at).await.map_err(CliError::Export)?,
        None => running_export(&at).await.map_err(CliError::Export)?,
    };
    export.write(&directory)?;
    let since = export.since.map(|number| format!(" --since {number}")).unwrap_or_default();
    let out = &mut io::stdout();
    match export.verify() {
        Ok(report) => {
            let Report { events, unsigned_events, checkpoints, .. } = report;
            writeln!(out, "{events} events, {unsigned_events} of them not signed yet, and {checkpoints} checkpoints.")?;
        }
        Err(nothing) => {
            writeln!(out, "The events are there, but {nothing}: `cargo local clock +15m` has them signed.")?
        }
    }
    writeln!(out, "Verify:  cargo run --package verify-audit -- verify --export {}{since}", directory.display())?;
    Ok(())
}

/// The export of the table of a running stack.
async fn running_export(at: &Addresses) -> Result<AuditExport, Unexpected> {
    let answer = Client::new()?.get(&format!("{}/audit/export", at.mailbox)).await?;
    serde_json::from_value(answer.expect(StatusCode::OK)?).map_err(|error| Unexpected(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parsed(words: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once("vaidya-local").chain(words.split_whitespace()))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_everything_starts() {
        let cli = parsed("--port 9000 --data kept --reset").unwrap();
        assert!(cli.command.is_none());
        assert_eq!((cli.start.ports.base, cli.start.reset), (9000, true));
        assert!(
            matches!(parsed("start --port 9000").unwrap().command, Some(Command::Start(args)) if args.ports.base == 9000)
        );
    }

    #[test]
    fn a_reset_needs_a_directory_and_ports_need_room() {
        assert!(parsed("--reset").is_err());
        assert!(parsed("--port 0").is_err());
        assert!(parsed("--port 65529").is_ok());
        assert!(parsed("--port 65530").is_err());
    }

    #[test]
    fn another_address_of_the_app_is_an_origin() {
        let url = |text: &str| parsed(&format!("--app-url {text}")).map(|cli| cli.start.app_url);
        assert_eq!(url("http://localhost:5173").unwrap().as_deref(), Some("http://localhost:5173"));
        for wrong in ["localhost:5173", "http://localhost:5173/", "http://localhost:5173/app", "5173"] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_clock_step_may_have_a_sign() {
        assert!(matches!(parsed("clock +11m").unwrap().command, Some(Command::Clock(args)) if args.by == "+11m"));
        assert!(matches!(parsed("clock -11m").unwrap().command, Some(Command::Clock(args)) if args.by == "-11m"));
    }

    #[test]
    fn an_export_needs_a_place_and_has_one_source() {
        assert!(parsed("audit-export").is_err());
        assert!(parsed("audit-export out --archive --data kept").is_err());
        let cli = parsed("audit-export out --port 9000").unwrap();
        assert!(matches!(cli.command, Some(Command::AuditExport(args)) if args.ports.base == 9000 && !args.archive));
    }

    #[test]
    fn the_welcome_names_every_address_and_account() {
        let Cli { start, .. } = parsed("--port 9000").unwrap();
        let text = welcome(&Addresses::from_port(9000), &start);
        for port in 9000..9006 {
            assert!(text.contains(&format!("http://127.0.0.1:{port}")), "{port}");
        }
        assert!(ACCOUNTS.iter().all(|account| text.contains(account.email)));
        assert!(text.contains("m --port 9000"));
    }
}
