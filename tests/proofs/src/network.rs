//! The seam between the functions and the cloud: every call parks here, and so does every pause between two tries,
//! until the scheduler lets it go on.
//!
//! The SDK's HTTP client is all that is replaced; what it sends and what it makes of the answer is the real code.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::Duration;

use api::Clock;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

/// What comes back of a call.
pub type Reply = Result<Response<Bytes>, ConnectorError>;

/// What a task waits for.
#[derive(Debug, Clone)]
pub enum Wait {
    /// The answer to a request.
    Call(Box<Request<Bytes>>),
    /// This instant, in milliseconds.
    Pause(i64),
}

/// Something that a task waits for.
#[derive(Debug)]
pub struct Parked {
    /// In the order of parking.
    pub number: u64,
    /// Who waits.
    pub task: u64,
    pub wait: Wait,
    reply: Arc<Mutex<Slot>>,
}

#[derive(Debug, Default)]
struct Slot {
    reply: Option<Reply>,
    waker: Option<Waker>,
}

/// The network. Clones are the same network.
#[derive(Debug, Clone, Default)]
pub struct Network(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The task that is being polled.
    speaker: u64,
    parked: Vec<Parked>,
    count: u64,
    /// What Secrets Manager answers. It is no part of any race, so it answers at once.
    secret: Bytes,
}

impl Network {
    /// Forgets everything that is parked, and from now on answers questions for secrets with this.
    pub fn reset(&self, secret: Bytes) {
        *self.state() = State { secret, ..State::default() };
    }

    /// Says whose calls the next ones are.
    pub fn speaks(&self, task: u64) {
        self.state().speaker = task;
    }

    /// What is parked, oldest first: number, task and what it waits for.
    pub fn parked<T>(&self, look: impl FnMut(&Parked) -> T) -> Vec<T> {
        self.state().parked.iter().map(look).collect()
    }

    /// Whether anything of a task is parked.
    pub fn waits(&self, task: u64) -> bool {
        self.state().parked.iter().any(|parked| parked.task == task)
    }

    /// Takes something out, to let it go on.
    pub fn take(&self, number: u64) -> Parked {
        let mut state = self.state();
        let place = state.parked.iter().position(|parked| parked.number == number).expect("it is parked");
        state.parked.remove(place)
    }

    /// Puts it back, waiting for something else.
    pub fn park_again(&self, parked: Parked) {
        self.state().parked.push(parked);
    }

    /// Forgets what a task that is gone waited for.
    pub fn forget(&self, task: u64) {
        self.state().parked.retain(|parked| parked.task != task);
    }

    /// Numbers what parks from one on; nothing is parked.
    pub fn count_anew(&self) {
        let mut state = self.state();
        assert!(state.parked.is_empty(), "something waits");
        state.count = 0;
    }

    fn park(&self, wait: Wait) -> Ticket {
        let mut state = self.state();
        let reply = Arc::<Mutex<Slot>>::default();
        state.count += 1;
        let number = state.count;
        let parked = Parked { number, task: state.speaker, wait, reply: reply.clone() };
        state.parked.push(parked);
        drop(state);
        Ticket { network: self.clone(), number, reply }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl Parked {
    /// Hands it what it waits for.
    pub fn answer(self, reply: Reply) {
        let mut slot = self.reply.lock().unwrap();
        slot.reply = Some(reply);
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

/// The other end of something that is parked. Who drops it does not wait any more.
struct Ticket {
    network: Network,
    number: u64,
    reply: Arc<Mutex<Slot>>,
}

impl Ticket {
    async fn answered(self) -> Reply {
        poll_fn(|context| {
            let mut slot = self.reply.lock().unwrap();
            match slot.reply.take() {
                Some(reply) => Poll::Ready(reply),
                None => {
                    slot.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.network.state().parked.retain(|parked| parked.number != self.number);
    }
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let network = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let (head, body) = request.into_parts();
            let body = Bytes::copy_from_slice(body.bytes().expect("no body of ours is a stream"));
            let request = Request::from_parts(head, body);
            let reply = if request.uri().host().is_some_and(|host| host.starts_with("secretsmanager")) {
                Ok(Response::new(network.state().secret.clone()))
            } else {
                let ticket = network.park(Wait::Call(Box::new(request)));
                ticket.answered().await
            };
            HttpResponse::try_from(reply?.map(SdkBody::from)).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for Network {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// The true time of a world, in milliseconds since 1970. Clones are the same time.
#[derive(Debug, Clone, Default)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn set(&self, to: i64) {
        self.0.store(to, Ordering::Relaxed);
    }

    pub fn timestamp(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now()).unwrap()
    }
}

/// The clock of one function: the true time, and by how much it is wrong.
pub struct Skewed {
    pub time: Time,
    pub skew: i64,
    pub network: Network,
}

impl Clock for Skewed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.time.now() + self.skew).unwrap()
    }

    fn pause(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let until = self.time.now() + i64::try_from(duration.as_millis()).unwrap();
        let ticket = self.network.park(Wait::Pause(until));
        Box::pin(async move {
            ticket.answered().await.expect("a pause ends well");
        })
    }
}
