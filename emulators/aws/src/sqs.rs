//! SQS standard queues: delay, visibility timeout, receive counts, dead-letter queues, retention.
//!
//! The queues are those that the stack names when it opens the service. Everything follows the [`Clock`]: a message
//! that is delayed for ten minutes is there when the clock has moved by ten minutes. `ReceiveMessage` answers at
//! once, regardless of its wait time: the event source mappings use [`Sqs::receive_due`] and know when to look
//! ([`Sqs::next_change`]).
//!
//! Not emulated, and refused: message attributes, FIFO queues, and the administration of queues. Messages are never
//! delivered twice or out of order by accident: tests inject that.

mod protocol;
mod queue;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use jiff::{SignedDuration, Timestamp};

use self::queue::Queue;
pub use self::queue::{Depth, Received};
use crate::data_dir::JsonFile;
use crate::wire::{Protocol, Refusal};
use crate::{ACCOUNT, Clock, OpenError, REGION};

/// The longest message, in bytes of UTF-8: the `MaximumMessageSize` of every queue here.
pub const LONGEST_MESSAGE: usize = 262_144;

/// The longest delay of a message.
pub const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(900);

const FILE: &str = "sqs.json";

/// A queue to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSpec {
    /// The queue's name.
    pub name: String,
    /// For how long a message that is received stays hidden.
    pub visibility_timeout: SignedDuration,
    /// For how long a message is kept, from when it was first sent: going to a dead-letter queue does not begin it anew.
    pub retention: SignedDuration,
    /// The dead-letter queue, and how often a message is received before it goes there.
    pub redrive: Option<Redrive>,
}

/// The dead-letter queue of messages that fail too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// The name of the dead-letter queue, which must be among the queues.
    pub dead_letter_queue: String,
    /// After how many receives a message is moved.
    pub max_receive_count: u32,
}

/// The service.
pub struct Sqs {
    state: Mutex<BTreeMap<String, Queue>>,
    specs: BTreeMap<String, QueueSpec>,
    file: JsonFile,
    clock: Clock,
}

impl Sqs {
    /// The service with these queues. Under a data directory, messages outlive the process.
    ///
    /// # Errors
    /// [`OpenError`] when the stored messages can't be read.
    ///
    /// # Panics
    /// When a queue names a dead-letter queue that is not among the queues.
    pub fn open(dir: Option<&Path>, queues: Vec<QueueSpec>, clock: Clock) -> Result<Self, OpenError> {
        let specs: BTreeMap<_, _> = queues.into_iter().map(|spec| (spec.name.clone(), spec)).collect();
        for redrive in specs.values().filter_map(|spec| spec.redrive.as_ref()) {
            assert!(specs.contains_key(&redrive.dead_letter_queue), "no queue {:?}", redrive.dead_letter_queue);
        }
        let (file, stored) = JsonFile::open::<BTreeMap<String, Queue>>(dir, FILE)?;
        let mut state = stored.unwrap_or_default();
        for name in specs.keys() {
            state.entry(name.clone()).or_default();
        }
        Ok(Self { state: Mutex::new(state), specs, file, clock })
    }

    /// The URL by which clients name a queue; only its last segment counts.
    pub fn url(queue: &str) -> String {
        format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{queue}")
    }

    /// A queue's ARN, as event source mappings and events have it.
    pub fn arn(queue: &str) -> String {
        format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
    }

    /// Answers a request of the SQS API.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.answer(&request) {
            Ok(answer) => Protocol::Json10.ok(&answer),
            Err(refusal) => {
                let mut response = Protocol::Json10.refuse(&refusal);
                // Clients from the days of the query protocol read the error's code from here.
                if let Ok(code) = HeaderValue::from_str(&protocol::query_error(&refusal)) {
                    response.headers_mut().insert("x-amzn-query-error", code);
                }
                response
            }
        }
    }

    /// Puts a message into a queue, as a service of AWS does that gives something up; whether there is such a queue.
    pub fn put(&self, queue: &str, body: String) -> bool {
        self.change(queue, |state, now| state.send(queue, body, SignedDuration::ZERO, now)).is_ok()
    }

    /// Receives up to `max` messages that are due, as an event source mapping does. Nothing from an unknown queue.
    ///
    /// Delete what was handled with [`Sqs::delete`]; the rest comes again after the visibility timeout.
    pub fn receive_due(&self, queue: &str, max: usize) -> Vec<Received> {
        self.receive(queue, max, None).unwrap_or_default()
    }

    /// Deletes a message that was received; whether there was one to delete.
    pub fn delete(&self, queue: &str, receipt_handle: &str) -> bool {
        self.change(queue, |queue, _| queue.delete(receipt_handle)).is_ok_and(|deleted| deleted.is_some())
    }

    /// The numbers of messages in a queue; `None` for an unknown queue.
    pub fn depth(&self, queue: &str) -> Option<Depth> {
        let now = (self.clock)();
        self.state().get(queue).map(|queue| queue.depth(now))
    }

    /// The bodies of all messages of a queue, oldest first, in every state: for tests.
    pub fn peek(&self, queue: &str) -> Vec<String> {
        self.state().get(queue).map(Queue::bodies).unwrap_or_default()
    }

    /// The instant at which the next message of a queue becomes visible: now or earlier if there is one already.
    pub fn next_change(&self, queue: &str) -> Option<Timestamp> {
        self.state().get(queue).and_then(Queue::next_visible)
    }

    /// Receives messages, moving to the dead-letter queue what has been received too often.
    fn receive(&self, name: &str, max: usize, hide_for: Option<SignedDuration>) -> Result<Vec<Received>, Refusal> {
        let spec = self.spec(name)?;
        let now = (self.clock)();
        let mut state = self.state();
        let queue = state.get_mut(name).expect("every specified queue has a state");
        let taken = queue.receive(spec, max, now, hide_for.unwrap_or(spec.visibility_timeout));
        if taken.changed {
            if let Some(redrive) = &spec.redrive {
                state
                    .get_mut(&redrive.dead_letter_queue)
                    .expect("a dead-letter queue is among the queues")
                    .bury(taken.dead, now);
            }
            self.save(&state)?;
        }
        Ok(taken.received)
    }

    /// Changes one queue and stores the change.
    fn change<T>(&self, name: &str, change: impl FnOnce(&mut Queue, Timestamp) -> T) -> Result<T, Refusal> {
        self.spec(name)?;
        let now = (self.clock)();
        let mut state = self.state();
        let result = change(state.get_mut(name).expect("every specified queue has a state"), now);
        self.save(&state)?;
        Ok(result)
    }

    fn save(&self, state: &BTreeMap<String, Queue>) -> Result<(), Refusal> {
        self.file.store(state).map_err(|error| {
            tracing::error!(%error, "the queues could not be stored");
            Refusal::internal("com.amazonaws.sqs#InternalError", "The queues could not be stored.")
        })
    }

    fn spec(&self, name: &str) -> Result<&QueueSpec, Refusal> {
        self.specs
            .get(name)
            .ok_or_else(|| Refusal::of("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist."))
    }

    fn state(&self) -> MutexGuard<'_, BTreeMap<String, Queue>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Sqs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqs").field("queues", &self.specs.keys()).finish_non_exhaustive()
    }
}
