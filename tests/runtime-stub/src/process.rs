//! One binary, one event, one answer.

use crate::http;
use api::Variable;
use serde_json::Value;
use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a binary may take to start and answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a binary told the runtime.
#[derive(Debug)]
pub enum Answer {
    /// The answer to the event.
    Response(Value),
    /// The invocation failed, as Lambda would report it.
    Error(Value),
    /// It could not start.
    InitError(Value),
    /// It said something that is not JSON.
    Garbage(String),
    /// It said nothing in time. With what it logged.
    Silence(String),
}

/// Starts a binary, hands it one event and waits for its answer; then the process is ended.
///
/// # Panics
/// If the process can't be started at all.
pub fn answer(executable: &Path, event: &str) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback interface has a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let (answers, answered) = channel();
    // It ends with the test's process: a thread that waits for a connection can't be asked to stop.
    let event: Arc<Mutex<Option<String>>> = Arc::new(Mutex::new(Some(event.to_owned())));
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let (event, answers) = (event.clone(), answers.clone());
            std::thread::spawn(move || serve(connection, &event, &answers));
        }
    });
    let mut process = start(executable, &address);
    let answer = wait(&answered);
    // The process may have ended already: then there is nothing to end.
    let _ = process.kill();
    let output = process.wait_with_output().expect("its output can be read");
    answer.unwrap_or_else(|| {
        let log = [output.stdout, output.stderr].concat();
        Answer::Silence(String::from_utf8_lossy(&log).into_owned())
    })
}

fn start(executable: &Path, runtime_api: &str) -> Child {
    let mut command = Command::new(executable);
    command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
        .env("AWS_LAMBDA_FUNCTION_NAME", "test")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "test")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "test")
        .env("AWS_REGION", "ap-south-1")
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        // Nothing listens there, so that a call fails at once.
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .stdin(Stdio::null())
        // A few lines, which a pipe holds until they are read.
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in Variable::ALL {
        command.env(variable.name(), value_of(*variable));
    }
    command.spawn().unwrap_or_else(|error| panic!("{}: {error}", executable.display()))
}

/// A value of the right form.
fn value_of(variable: Variable) -> &'static str {
    match variable {
        Variable::MailSender => "no-reply@example.com",
        Variable::AppUrl => "https://app.example.com",
        Variable::PhoneRegion => "IN",
        Variable::Currency => "INR",
        Variable::RefundPolicy => "full_hours=24,partial_hours=2,partial_percent=50,no_show_percent=0",
        Variable::HoldMinutes => "10",
        Variable::Reminders => "1440,60",
        Variable::TaxBasisPoints => "0",
        Variable::IssuerGstin | Variable::IssuerPan | Variable::OriginSecretHashes => "",
        Variable::AuditRetention => "auth=6,data_access=6,data_modification=6,admin=6",
        _ => "test",
    }
}

fn wait(answered: &Receiver<(String, Vec<u8>)>) -> Option<Answer> {
    let (path, body) = answered.recv_timeout(PATIENCE).ok()?;
    Some(match serde_json::from_slice(&body) {
        Err(_) => Answer::Garbage(String::from_utf8_lossy(&body).into_owned()),
        Ok(value) if path.ends_with("/response") => Answer::Response(value),
        Ok(value) if path.ends_with("/init/error") => Answer::InitError(value),
        Ok(value) => Answer::Error(value),
    })
}

fn serve(connection: TcpStream, event: &Mutex<Option<String>>, answers: &Sender<(String, Vec<u8>)>) {
    let Ok(mut writer) = connection.try_clone() else { return };
    let mut reader = BufReader::new(connection);
    while let Some(request) = http::read(&mut reader) {
        let written = if request.method == "GET" && request.path.ends_with("/invocation/next") {
            let event = event.lock().unwrap_or_else(PoisonError::into_inner).take();
            // There is one event; a second request for one waits, as in Lambda.
            let Some(event) = event else { break_off(&reader) };
            let headers = [
                ("content-type", "application/json"),
                ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
                // Far ahead: the year 2100.
                ("lambda-runtime-deadline-ms", "4102444800000"),
                ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:ap-south-1:123456789012:function:test"),
                (
                    "lambda-runtime-trace-id",
                    "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
                ),
            ];
            http::write(&mut writer, "200 OK", &headers, event.as_bytes())
        } else {
            // The test may have its answer already, and be gone.
            let _ = answers.send((request.path, request.body));
            http::write(&mut writer, "202 Accepted", &[], b"{\"status\":\"OK\"}")
        };
        if written.is_err() {
            return;
        }
    }
}

/// Holds the connection until the process ends.
fn break_off(reader: &BufReader<TcpStream>) -> ! {
    let _held = reader;
    loop {
        std::thread::park();
    }
}
