//! One world: a table, queues, a payment gateway and a time of its own, and the invocations that are under way in it.
//! Nothing happens automatically. The owner of a world lets one step go on after the other, and chooses the faults.

use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use api::{Runtime, Variable};
use aws_emulator::dynamodb::{DynamoDb, Index};
use aws_emulator::sqs::{QueueSpec, Sqs};
use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use futures::FutureExt;
use http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use razorpay_emulator::{Method, Outcome, Paid, Razorpay};
use serde_json::{Value, json};

use crate::checker::Checker;
use crate::functions::{Call, Fleet, Stream, TABLE, queue_name};
use crate::network::{Parked, Reply, Skewed, Wait};
use crate::table::{Change, Table};
use crate::violation::Violation;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    NotSent,
    /// The service has too much to do.
    Throttled,
    /// Another transaction has an item of this one.
    Conflict,
    /// The request is carried out, and its answer is lost.
    ReplyLost,
    /// The function ends before the request arrives.
    CrashBefore,
    /// It is carried out, and the function ends.
    CrashAfter,
}

/// What is invoked.
#[derive(Debug, Clone)]
pub enum Event {
    /// A request to the HTTP API.
    Http(Call),
    /// Messages of a queue, by receipt.
    Queue { function: &'static str, bodies: Vec<String> },
    /// Records of the stream.
    Stream(Vec<Arc<Record>>),
    /// A schedule.
    Schedule { function: &'static str },
    /// Razorpay's webhook.
    Webhook(Arc<Request<Bytes>>),
    /// The setup of the table, which is no function of ours.
    Setup,
}

/// A record of the stream, as it travels.
#[derive(Debug)]
pub struct Record {
    pub sequence: String,
    pub text: String,
}

/// An invocation of a function.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The request's id, which every item that it writes carries.
    pub id: String,
    pub event: Event,
    /// By how much the function's clock is wrong, in milliseconds.
    pub skew: i64,
    /// When it began, in true time.
    pub started: i64,
}

impl Invocation {
    pub fn function(&self) -> &'static str {
        match &self.event {
            Event::Http(call) => call.operation,
            Event::Queue { function, .. } => function,
            Event::Stream(_) => "dispatch",
            Event::Schedule { function } => function,
            Event::Webhook(_) => "razorpayWebhook",
            Event::Setup => "setup",
        }
    }

    /// The present of the function: it reads its clock once, when it begins.
    pub fn now(&self) -> i64 {
        self.started + self.skew
    }
}

/// The answer that a client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub etag: Option<String>,
    pub location: Option<String>,
}

impl Answer {
    fn read(text: &str) -> Self {
        let answer: Value = serde_json::from_str(text).unwrap();
        let header = |name: &str| {
            [&answer["headers"][name], &answer["multiValueHeaders"][name][0]]
                .into_iter()
                .find_map(|value| value.as_str().map(str::to_owned))
        };
        Self {
            status: u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap(),
            body: answer["body"].as_str().unwrap_or_default().to_owned(),
            etag: header("etag"),
            location: header("location"),
        }
    }

    pub fn is_success(&self) -> bool {
        self.status < 300
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The last segment of a problem's type.
    pub fn problem(&self) -> String {
        self.json()["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default().to_owned()
    }
}

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The HTTP API passes this on.
    Answered(Answer),
    /// What a consumer reports.
    Reported(Value),
    /// The invocation failed, and says why.
    Failed(String),
    /// The function stopped in the middle.
    Crashed,
}

type Work = Pin<Box<dyn Future<Output = Result<String, String>>>>;

struct Task {
    number: u64,
    invocation: Invocation,
    work: Work,
    woken: Arc<Flag>,
}

#[derive(Debug, Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Something that can go on.
#[derive(Debug, Clone)]
pub struct Move {
    pub number: u64,
    pub task: u64,
    /// The request's operation, say `GetItem`; empty for a pause.
    pub operation: String,
    /// When a pause is over; 0 for a call.
    pub until: i64,
}

/// Something that was done with Razorpay.
#[derive(Debug, Clone)]
pub enum Step {
    Request(Request<Bytes>),
    Pay { order: String, again: bool, outcome: Outcome },
}

/// A world as it was, to go back to.
#[derive(Clone)]
pub struct Snapshot {
    table: Table,
    checker: Checker,
    script: Vec<(i64, Step)>,
    now: i64,
}

/// An end that came about by letting something go on.
pub type Ended = Option<(Invocation, End)>;

/// See the module.
pub struct World {
    pub fleet: Rc<Fleet>,
    pub seed: u64,
    pub table: Table,
    pub checker: Checker,
    pub sqs: Sqs,
    pub razorpay: Razorpay,
    /// What the stream still has for its reader.
    pub stream: VecDeque<Arc<Record>>,
    /// What Razorpay wants to tell.
    pub webhooks: Arc<Mutex<VecDeque<Request<Bytes>>>>,
    /// The order with which Razorpay answers each request for a new one, if it breaks its contract.
    pub misdirected: Option<String>,
    /// Calls carried out, of all services.
    pub calls: u64,
    /// What was done with Razorpay, to be done again in a copy of the world.
    script: Vec<(i64, Step)>,
    /// Whether queues or Razorpay have changed since the world was made or went back.
    outside_changed: bool,
    engine: DynamoDb,
    tasks: Vec<Task>,
    invocations: u64,
    sequence: u64,
    /// What a batch has read before it was interrupted, by call.
    partial: Vec<(u64, Vec<Value>)>,
    trace: Option<Vec<String>>,
}

impl World {
    /// An empty world at `start`.
    pub fn new(seed: u64, start: i64) -> Self {
        let fleet = Fleet::here();
        fleet.time.set(start);
        let time = fleet.time.clone();
        let clock: Arc<dyn Fn() -> Timestamp + Send + Sync> = Arc::new(move || time.timestamp());
        let engine = DynamoDb::open(None, clock).unwrap();
        let index = |name: &str| Index {
            name: name.to_owned(),
            partition_key: format!("{name}PK"),
            sort_key: format!("{name}SK"),
        };
        let table = aws_emulator::dynamodb::Table {
            name: TABLE.to_owned(),
            partition_key: "PK".to_owned(),
            sort_key: Some("SK".to_owned()),
            indexes: vec![index("GSI1"), index("GSI2"), index("GSI3")],
            // The records are made from the writes, without the engine's cost of storing them.
            stream: false,
            ttl_attribute: None,
        };
        engine.ensure_table(&table).unwrap();
        let (sqs, razorpay, webhooks) = outside(&fleet, seed);
        Self {
            fleet,
            seed,
            table: Table::default(),
            checker: Checker::default(),
            sqs,
            razorpay,
            stream: VecDeque::new(),
            webhooks,
            misdirected: None,
            calls: 0,
            script: vec![],
            outside_changed: false,
            engine,
            tasks: vec![],
            invocations: 0,
            sequence: 0,
            partial: vec![],
            trace: None,
        }
    }

    /// Writes down everything that happens from now on.
    pub fn record(&mut self) {
        self.trace = Some(vec![]);
    }

    /// What was written down.
    pub fn recorded(&mut self) -> Vec<String> {
        self.trace.take().unwrap_or_default()
    }

    pub fn note(&mut self, text: impl FnOnce() -> String) {
        let now = self.fleet.time.timestamp();
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{now} {}", text()));
        }
    }

    /// What the world is now, when nothing is under way.
    pub fn snapshot(&self) -> Snapshot {
        assert!(self.tasks.is_empty(), "something is under way");
        let (table, checker, script) = (self.table.clone(), self.checker.clone(), self.script.clone());
        Snapshot { table, checker, script, now: self.now() }
    }

    /// Goes back. What waits in queues, in the stream and at Razorpay's webhook is forgotten.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        let network = self.fleet.network.clone();
        for task in std::mem::take(&mut self.tasks) {
            let fleet = self.fleet.clone();
            let _guard = fleet.enter();
            drop(task.work);
            network.forget(task.number);
        }
        network.count_anew();
        self.partial.clear();
        self.stream.clear();
        self.invocations = 1_000_000;
        for change in self.table.difference(&snapshot.table) {
            let (operation, request) = match &change.after {
                Some(item) => ("PutItem", json!({"TableName": TABLE, "Item": **item})),
                None => {
                    let (pk, sk) = &change.key;
                    ("DeleteItem", json!({"TableName": TABLE, "Key": {"PK": {"S": pk}, "SK": {"S": sk}}}))
                }
            };
            let response = self.ask_engine(operation, request.to_string().into());
            assert_eq!(response.status(), StatusCode::OK, "{:?}", response.body());
        }
        self.table = snapshot.table.clone();
        self.checker = snapshot.checker.clone();
        if self.outside_changed {
            let (sqs, razorpay, webhooks) = outside(&self.fleet, self.seed);
            (self.sqs, self.razorpay, self.webhooks) = (sqs, razorpay, webhooks);
            self.script.clear();
            for (at, step) in &snapshot.script {
                self.fleet.time.set(*at);
                match step.clone() {
                    Step::Request(request) => drop(self.ask_razorpay(request)),
                    Step::Pay { order, again, outcome } => drop(self.pay(&order, again, outcome)),
                }
            }
            self.outside_changed = false;
        }
        self.fleet.time.set(snapshot.now);
    }

    /// A customer pays an order at Razorpay; nothing if the order is paid already.
    pub fn pay(&mut self, order: &str, again: bool, outcome: Outcome) -> Option<Paid> {
        self.outside_changed = true;
        self.script.push((self.now(), Step::Pay { order: order.to_owned(), again, outcome: outcome.clone() }));
        let paid = match again {
            true => self.razorpay.pay_again(order, Method::Upi, outcome),
            false => self.razorpay.pay(order, Method::Card, outcome),
        };
        let paid = paid.ok();
        self.note(|| format!("the patient pays {order}: {paid:?}"));
        paid
    }

    fn ask_razorpay(&mut self, mut request: Request<Bytes>) -> Response<Bytes> {
        if let Some(order) = &self.misdirected
            && operation_of(&request) == "POST /v1/orders"
        {
            *request.method_mut() = http::Method::GET;
            *request.uri_mut() = format!("https://api.razorpay.com/v1/orders/{order}").parse().unwrap();
            *request.body_mut() = Bytes::new();
        }
        if request.method() != http::Method::GET {
            self.outside_changed = true;
            self.script.push((self.now(), Step::Request(request.clone())));
        }
        self.razorpay.handle(request).now_or_never().expect("nothing here waits")
    }

    pub fn now(&self) -> i64 {
        self.fleet.time.now()
    }

    pub fn pass(&self, milliseconds: i64) {
        self.fleet.time.set(self.now() + milliseconds);
    }

    /// Invokes a function, and lets it run to its first call. `randomness` is another's, if the function's memory
    /// was copied from it.
    pub fn start(&mut self, event: Event, skew: i64, randomness: Option<u64>) -> (u64, Ended) {
        self.invocations += 1;
        let number = self.invocations;
        let invocation = Invocation { id: format!("r-{number}"), event, skew, started: self.now() };
        let text = self.event_text(&invocation);
        let function = self.fleet.functions[invocation.function()].clone();
        let clock = Skewed { time: self.fleet.time.clone(), skew, network: self.fleet.network.clone() };
        let ids = Stream::new(self.seed, randomness.unwrap_or(number));
        let runtime = Runtime { clock: Arc::new(clock), ids: Arc::new(ids) };
        let id = invocation.id.clone();
        self.begin(invocation, Box::pin(async move { function.invoke(&runtime, &text, &id).await }))
    }

    fn begin(&mut self, invocation: Invocation, work: Work) -> (u64, Ended) {
        let number = self.invocations;
        self.note(|| {
            let Invocation { id, event, skew, .. } = &invocation;
            let what = match event {
                Event::Http(call) => format!("{call:?}"),
                Event::Queue { bodies, .. } => bodies.join(" "),
                Event::Stream(records) => format!("{} records", records.len()),
                Event::Webhook(request) => String::from_utf8_lossy(request.body()).into_owned(),
                Event::Setup | Event::Schedule { .. } => String::new(),
            };
            format!("{id} begins: {} {what}, clock {skew:+} ms", invocation.function())
        });
        self.checker.begins(&invocation);
        self.tasks.push(Task { number, invocation, work, woken: Arc::default() });
        (number, self.poll(number))
    }

    fn event_text(&self, invocation: &Invocation) -> String {
        match &invocation.event {
            Event::Http(call) => self.fleet.event(call, &invocation.id),
            Event::Setup => String::new(),
            Event::Schedule { .. } => json!({ "time": self.fleet.time.timestamp().to_string() }).to_string(),
            Event::Stream(records) => {
                let records: Vec<&str> = records.iter().map(|record| record.text.as_str()).collect();
                format!("{{\"Records\":[{}]}}", records.join(","))
            }
            Event::Queue { bodies, .. } => {
                let record = |(index, body): (usize, &String)| json!({"messageId": index.to_string(), "body": body});
                json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() }).to_string()
            }
            Event::Webhook(request) => {
                let headers = request.headers().iter();
                let headers = headers.map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())));
                let http = json!({"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.9"});
                json!({
                    "version": "2.0", "rawPath": "/", "headers": headers.collect::<Value>(),
                    "requestContext": {"http": http}, "isBase64Encoded": false,
                    "body": std::str::from_utf8(request.body()).unwrap(),
                })
                .to_string()
            }
        }
    }

    /// What can go on, oldest first.
    pub fn moves(&self) -> Vec<Move> {
        self.fleet.network.parked(|parked| {
            let (operation, until) = match &parked.wait {
                Wait::Call(request) => (operation_of(request), 0),
                Wait::Pause(until) => (String::new(), *until),
            };
            Move { number: parked.number, task: parked.task, operation, until }
        })
    }

    /// The items that something parked would read and write.
    pub fn touches(&self, number: u64) -> (Vec<String>, Vec<String>) {
        let requests = self.fleet.network.parked(|parked| match &parked.wait {
            Wait::Call(request) if parked.number == number => Some(request.clone()),
            _ => None,
        });
        let request = requests.into_iter().flatten().next().expect("a call is parked");
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        crate::interleavings::touched_by(&operation_of(&request), &body)
    }

    /// The invocations that are under way.
    pub fn under_way(&self) -> impl Iterator<Item = (u64, &Invocation)> {
        self.tasks.iter().map(|task| (task.number, &task.invocation))
    }

    /// Lets a call go on, with or without a fault.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn go_on(&mut self, number: u64, fault: Option<Fault>) -> Result<Ended, Violation> {
        let parked = self.fleet.network.take(number);
        let task = parked.task;
        let Wait::Call(request) = parked.wait.clone() else {
            parked.answer(Ok(Response::new(Bytes::new())));
            return Ok(self.poll(task));
        };
        self.note(|| {
            format!("r-{task} {} {}", describe(&request), fault.map_or_else(String::new, |f| format!("{f:?}")))
        });
        match fault {
            Some(Fault::CrashBefore) => return Ok(self.crash(task)),
            Some(Fault::NotSent) => parked.answer(Err(ConnectorError::timeout("it never arrived".into()))),
            Some(Fault::Throttled) => parked.answer(Ok(throttled(&request))),
            Some(Fault::Conflict) => parked.answer(Ok(conflict(&request))),
            None | Some(Fault::ReplyLost | Fault::CrashAfter) => {
                let reply = self.carry_out(&parked, &request)?;
                match fault {
                    Some(Fault::CrashAfter) => return Ok(self.crash(task)),
                    Some(_) => parked.answer(Err(ConnectorError::timeout("the reply was lost".into()))),
                    None => parked.answer(reply),
                }
            }
        }
        Ok(self.poll(task))
    }

    /// Lets a batch read some of its keys only, those whose bits are set in `which`; the others wait, so that a write can
    /// come in between: DynamoDB promises no more. False if there is nothing to tear apart.
    pub fn tear(&mut self, number: u64, which: u64) -> bool {
        let mut parked = self.fleet.network.take(number);
        let Wait::Call(request) = &parked.wait else { unreachable!("pauses are not torn") };
        let mut body: Value = serde_json::from_slice(request.body()).unwrap();
        let keys = body["RequestItems"][TABLE]["Keys"].as_array().cloned().unwrap_or_default();
        let numbered = keys.into_iter().enumerate();
        let (first, rest): (Vec<_>, Vec<_>) = numbered.partition(|(number, _)| which >> number & 1 == 1);
        if first.is_empty() || rest.is_empty() {
            self.fleet.network.park_again(parked);
            return false;
        }
        let keys = |numbered: Vec<(usize, Value)>| numbered.into_iter().map(|(_, key)| key).collect::<Vec<_>>();
        let (first, rest) = (keys(first), keys(rest));
        body["RequestItems"][TABLE]["Keys"] = json!(first);
        let response = self.ask_engine("BatchGetItem", body.to_string().into());
        let response: Value = serde_json::from_slice(response.body()).unwrap();
        let found = response["Responses"][TABLE].as_array().cloned().unwrap_or_default();
        self.note(|| format!("r-{} BatchGetItem, a part: {}", parked.task, json!(first)));
        self.partial.push((number, found));
        body["RequestItems"][TABLE]["Keys"] = json!(rest);
        let (head, _) = Request::clone(request).into_parts();
        parked.wait = Wait::Call(Box::new(Request::from_parts(head, body.to_string().into())));
        self.fleet.network.park_again(parked);
        true
    }

    /// Ends a function in the middle.
    pub fn crash(&mut self, task: u64) -> Ended {
        let place = self.tasks.iter().position(|known| known.number == task)?;
        let task = self.tasks.remove(place);
        let guard = self.fleet.enter();
        drop(task.work);
        drop(guard);
        self.fleet.network.forget(task.number);
        self.note(|| format!("r-{} crashes", task.number));
        self.checker.ends(&task.invocation);
        Some((task.invocation, End::Crashed))
    }

    fn poll(&mut self, number: u64) -> Ended {
        let place = self.tasks.iter().position(|task| task.number == number)?;
        let fleet = self.fleet.clone();
        let _guard = fleet.enter();
        let task = &mut self.tasks[place];
        let waker = Waker::from(task.woken.clone());
        let mut context = Context::from_waker(&waker);
        let result = loop {
            task.woken.0.store(false, Ordering::Relaxed);
            fleet.network.speaks(number);
            match task.work.as_mut().poll(&mut context) {
                Poll::Ready(result) => break result,
                Poll::Pending if task.woken.0.load(Ordering::Relaxed) => {}
                Poll::Pending => {
                    assert!(fleet.network.waits(number), "{:?} waits for nothing", task.invocation);
                    return None;
                }
            }
        };
        let task = self.tasks.remove(place);
        drop(task.work);
        fleet.network.forget(number);
        let end = match (result, &task.invocation.event) {
            (Ok(answer), Event::Http(_)) => End::Answered(Answer::read(&answer)),
            (Ok(report), _) => End::Reported(serde_json::from_str(&report).unwrap()),
            (Err(error), _) => End::Failed(error),
        };
        self.note(|| format!("{} ends: {end:?}", task.invocation.id));
        if matches!(&end, End::Reported(report) if report["batchItemFailures"].as_array().is_none_or(Vec::is_empty)) {
            self.checker.derived.applied(&task.invocation);
        }
        self.checker.ends(&task.invocation);
        Some((task.invocation, end))
    }

    fn carry_out(&mut self, parked: &Parked, request: &Request<Bytes>) -> Result<Reply, Violation> {
        self.calls += 1;
        let host = request.uri().host().unwrap_or_default().to_owned();
        if host.starts_with("dynamodb") {
            return self.use_table(parked, request);
        }
        if host.starts_with("sqs") {
            self.outside_changed = true;
            Ok(Ok(self.sqs.handle(request.clone()).now_or_never().expect("nothing here waits")))
        } else if host == "api.razorpay.com" {
            Ok(Ok(self.ask_razorpay(request.clone())))
        } else {
            // A record or message that cannot be read.
            Err(Violation::of("a record was put aside", format!("{} {:?}", request.uri(), request.body())))
        }
    }

    fn use_table(&mut self, parked: &Parked, request: &Request<Bytes>) -> Result<Reply, Violation> {
        let operation = operation_of(request);
        self.checker.turn = self.calls;
        if matches!(operation.as_str(), "GetItem" | "BatchGetItem" | "Query") {
            self.checker.looked.insert(format!("r-{}", parked.task), self.calls);
        }
        let mut response = self.ask_engine(&operation, request.body().clone());
        while let Some(place) = self.partial.iter().position(|(number, _)| *number == parked.number) {
            let (_, mut found) = self.partial.remove(place);
            let mut whole: Value = serde_json::from_slice(response.body()).unwrap();
            found.extend(whole["Responses"][TABLE].as_array().cloned().unwrap_or_default());
            whole["Responses"][TABLE] = json!(found);
            response = Response::new(whole.to_string().into());
        }
        let is_write = matches!(operation.as_str(), "TransactWriteItems" | "PutItem" | "DeleteItem");
        if response.status() == StatusCode::OK && is_write {
            let changes = self.table.accept(&operation, serde_json::from_slice(request.body()).unwrap());
            let invocation = self.tasks.iter().find(|task| task.number == parked.task).map(|task| &task.invocation);
            let now = self.fleet.time.now();
            self.checker.observe(&changes, now, invocation.expect("an invocation writes"))?;
            for change in &changes {
                self.stream_out(change);
            }
        } else if response.status() != StatusCode::OK {
            let refusal = response.body().clone();
            self.note(|| format!("    refused: {}", String::from_utf8_lossy(&refusal)));
            let text = String::from_utf8_lossy(response.body());
            if !text.contains("ConditionalCheckFailed") {
                return Err(Violation::of("the table refuses a request as malformed", text.into_owned()));
            }
        }
        Ok(Ok(response))
    }

    fn stream_out(&mut self, change: &Change) {
        if change.before == change.after {
            return;
        }
        self.sequence += 1;
        let name = match (&change.before, &change.after) {
            (None, _) => "INSERT",
            (_, Some(_)) => "MODIFY",
            (_, None) => "REMOVE",
        };
        let (pk, sk) = &change.key;
        let sequence = (100_000_000_000_000_000_000_u128 + u128::from(self.sequence)).to_string();
        let keys = json!({"PK": {"S": pk}, "SK": {"S": sk}});
        let mut text = format!(r#"{{"eventName":"{name}","dynamodb":{{"Keys":{keys},"SequenceNumber":"{sequence}""#);
        for (image, item) in [("OldImage", &change.before), ("NewImage", &change.after)] {
            if let Some(item) = item {
                let item = serde_json::to_string(&**item).unwrap();
                text.extend([",\"", image, "\":", &item]);
            }
        }
        text.push_str("}}");
        self.stream.push_back(Arc::new(Record { sequence, text }));
    }

    /// Everything that the engine has, to compare.
    pub fn scan(&self) -> Table {
        let mut table = Table::default();
        let mut request = json!({ "TableName": TABLE });
        loop {
            let response = self.ask_engine("Scan", request.to_string().into());
            let mut page: Value = serde_json::from_slice(response.body()).unwrap();
            for item in page["Items"].as_array_mut().into_iter().flatten() {
                table.accept("PutItem", json!({ "Item": item.take() }));
            }
            match page["LastEvaluatedKey"].take() {
                Value::Null => return table,
                next => request["ExclusiveStartKey"] = next,
            }
        }
    }

    fn ask_engine(&self, operation: &str, body: Bytes) -> Response<Bytes> {
        let request = Request::post("https://dynamodb/")
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .body(body)
            .unwrap();
        self.engine.handle(request).now_or_never().expect("the engine never waits")
    }

    /// Runs an invocation to its end, with nothing else going on and nothing going wrong.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn run(&mut self, event: Event) -> Result<(Invocation, End), Violation> {
        let (task, ended) = self.start(event, 0, None);
        self.finish(task, ended)
    }

    /// Writes the setup of the table.
    ///
    /// # Errors
    /// What must never happen, and did.
    pub fn set_up(&mut self, work: impl Future<Output = ()> + 'static) -> Result<(), Violation> {
        self.invocations += 1;
        let (id, started) = (format!("r-{}", self.invocations), self.now());
        let invocation = Invocation { id, event: Event::Setup, skew: 0, started };
        let (task, ended) = self.begin(
            invocation,
            Box::pin(async move {
                work.await;
                Ok("null".to_owned())
            }),
        );
        self.finish(task, ended).map(drop)
    }

    fn finish(&mut self, task: u64, mut ended: Ended) -> Result<(Invocation, End), Violation> {
        loop {
            if let Some(end) = ended {
                return Ok(end);
            }
            let next = self.moves().into_iter().find(|next| next.task == task).expect("it waits for something");
            if next.until > self.now() {
                self.fleet.time.set(next.until);
            }
            ended = self.go_on(next.number, None)?;
        }
    }

    /// What Razorpay has to tell by now.
    pub fn collect_webhooks(&self) {
        self.razorpay.deliver_due().now_or_never().expect("the outlet never waits");
    }
}

/// Queues and payment gateway, new.
fn outside(fleet: &Rc<Fleet>, seed: u64) -> (Sqs, Razorpay, Arc<Mutex<VecDeque<Request<Bytes>>>>) {
    let time = fleet.time.clone();
    let clock: Arc<dyn Fn() -> Timestamp + Send + Sync> = Arc::new(move || time.timestamp());
    let queues = Variable::ALL.iter().filter_map(|variable| variable.name().strip_suffix("_QUEUE_URL"));
    let queues = queues.map(|name| QueueSpec {
        name: queue_name(name),
        visibility_timeout: SignedDuration::from_secs(60),
        retention: SignedDuration::from_hours(96),
        // Each fault is over some time; what would be a dead letter comes again here.
        redrive: None,
    });
    let sqs = Sqs::open(None, queues.collect(), clock.clone()).unwrap();
    let webhooks = Arc::<Mutex<VecDeque<Request<Bytes>>>>::default();
    let outbox = webhooks.clone();
    let outlet: razorpay_emulator::Outlet = Arc::new(move |request| {
        outbox.lock().unwrap().push_back(request);
        Box::pin(async { StatusCode::OK })
    });
    let config = razorpay_emulator::Config { seed, ..razorpay_emulator::Config::default() };
    let secret = json!({
        "keyId": config.key_id, "keySecret": config.key_secret, "webhookSecrets": [config.webhook_secret],
    });
    let answer = json!({ "Name": "razorpay", "VersionId": "1", "SecretString": secret.to_string() });
    fleet.network.reset(answer.to_string().into());
    (sqs, Razorpay::open(config, clock, outlet).unwrap(), webhooks)
}

fn operation_of(request: &Request<Bytes>) -> String {
    match request.headers().get("x-amz-target") {
        Some(target) => target.to_str().unwrap().rsplit('.').next().unwrap_or_default().to_owned(),
        None => format!("{} {}", request.method(), request.uri().path()),
    }
}

/// A call for the trace.
fn describe(request: &Request<Bytes>) -> String {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let what = match operation_of(request).as_str() {
        "TransactWriteItems" => {
            let item = |write: &Value| {
                let put = &write["Put"]["Item"];
                format!(
                    "{} {} {}{}",
                    put["PK"]["S"].as_str().unwrap_or("delete"),
                    put["SK"]["S"].as_str().unwrap_or_default(),
                    put["state"]["S"].as_str().unwrap_or_default(),
                    put["ver"]["N"].as_str().map(|ver| format!(" ver {ver}")).unwrap_or_default(),
                )
            };
            body["TransactItems"].as_array().into_iter().flatten().map(item).collect::<Vec<_>>().join(", ")
        }
        "GetItem" => body["Key"].to_string(),
        "BatchGetItem" => body["RequestItems"][TABLE]["Keys"].to_string(),
        "Query" => body["ExpressionAttributeValues"].to_string(),
        _ => String::new(),
    };
    format!("{} {what}", operation_of(request))
}

fn refused(body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}

fn throttled(request: &Request<Bytes>) -> Response<Bytes> {
    if request.uri().host() == Some("api.razorpay.com") {
        let mut response = Response::new(Bytes::from_static(br#"{"error":{"code":"SERVER_ERROR"}}"#));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return response;
    }
    refused(&json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": "The level of configured provisioned throughput for the table was exceeded",
    }))
}

fn conflict(request: &Request<Bytes>) -> Response<Bytes> {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let mut reasons = vec![json!({ "Code": "None" }); body["TransactItems"].as_array().map_or(1, Vec::len)];
    reasons[0] = json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" });
    refused(&json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    }))
}
