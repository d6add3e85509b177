//! A merchant on a bench: one simulator, a clock to move, and an inbox that notes every webhook and answers
//! as told.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use bytes::Bytes;
use futures::FutureExt as _;
use futures::executor::block_on;
use http::{Request, Response, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use razorpay_emulator::{Config, EventName, Razorpay, webhook_signature};
use serde_json::{Value, json};

/// A webhook as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    pub url: String,
    pub event_id: String,
    pub signature: String,
    pub content_type: String,
    pub body: Bytes,
}

impl Hook {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn event(&self) -> String {
        self.json()["event"].as_str().unwrap().to_owned()
    }

    pub fn is_signed_with(&self, secret: &str) -> bool {
        self.signature == webhook_signature(secret, &self.body)
    }
}

pub struct Bench {
    pub razorpay: Arc<Razorpay>,
    clock: Arc<Mutex<Timestamp>>,
    inbox: Arc<Mutex<Vec<Hook>>>,
    answer: Arc<Mutex<StatusCode>>,
}

/// An answer of the API or the page.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
    pub location: Option<String>,
}

impl Answer {
    fn from(response: Response<Bytes>) -> Self {
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        Self { status: response.status(), location, body: response.into_body() }
    }

    #[track_caller]
    pub fn good(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.json()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    /// The description of an error, whose status must be this one.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let error = &self.json()["error"];
        error["description"].as_str().unwrap().to_owned()
    }
}

impl Bench {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        let clock = Arc::new(Mutex::new("2026-12-01T04:30:00Z".parse().unwrap()));
        let inbox = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new(StatusCode::OK));
        let time = Arc::clone(&clock);
        let (seen, status) = (Arc::clone(&inbox), Arc::clone(&answer));
        let outlet = move |request: Request<Bytes>| {
            let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
            seen.lock().unwrap().push(Hook {
                url: request.uri().to_string(),
                event_id: header("x-razorpay-event-id"),
                signature: header("x-razorpay-signature"),
                content_type: header("content-type"),
                body: request.body().clone(),
            });
            let status = *status.lock().unwrap();
            async move { status }.boxed()
        };
        let clock_fn = Arc::new(move || *time.lock().unwrap());
        let razorpay = Razorpay::open(config, clock_fn, Arc::new(outlet)).unwrap();
        Self { razorpay: Arc::new(razorpay), clock, inbox, answer }
    }

    pub fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    pub fn pass(&self, time: SignedDuration) {
        *self.clock.lock().unwrap() += time;
    }

    pub fn pass_minutes(&self, minutes: i64) {
        self.pass(SignedDuration::from_mins(minutes));
    }

    /// How the merchant answers webhooks from now on.
    pub fn answer_with(&self, status: StatusCode) {
        *self.answer.lock().unwrap() = status;
    }

    /// Delivers what is due and takes what arrived.
    pub fn hooks(&self) -> Vec<Hook> {
        block_on(self.razorpay.deliver_due());
        std::mem::take(&mut *self.inbox.lock().unwrap())
    }

    /// Delivers what is due and takes the names of what arrived.
    pub fn events(&self) -> Vec<String> {
        self.hooks().iter().map(Hook::event).collect()
    }

    pub fn pending(&self) -> Vec<EventName> {
        let pending = self.razorpay.pending_webhooks();
        pending.into_iter().map(|hook| hook.event).collect()
    }

    pub fn send(&self, request: Request<Bytes>) -> Answer {
        Answer::from(block_on(self.razorpay.handle(request)))
    }

    pub fn get(&self, path: &str) -> Answer {
        let request = signed("GET", path).body(Bytes::new()).unwrap();
        self.send(request)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        let request = signed("POST", path).body(Bytes::from(body.to_string()));
        self.send(request.unwrap())
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        let request = signed("PATCH", path).body(Bytes::from(body.to_string()));
        self.send(request.unwrap())
    }

    /// Opens an order of 500 rupees.
    pub fn order(&self) -> String {
        let wish = json!({ "amount": 50_000, "currency": "INR", "receipt": "r-1" });
        let order = self.post("/v1/orders", wish).good();
        order["id"].as_str().unwrap().to_owned()
    }

    /// Opens an order and pays it.
    pub fn captured(&self) -> String {
        use razorpay_emulator::{Method, Outcome};
        let order = self.order();
        let paid = self.razorpay.pay(&order, Method::Card, Outcome::Captured);
        paid.unwrap().payment_id
    }

    pub fn refund(&self, payment: &str, key: &str, body: Value) -> Answer {
        let request = signed("POST", &format!("/v1/payments/{payment}/refund"))
            .header("X-Refund-Idempotency", key)
            .body(Bytes::from(body.to_string()));
        self.send(request.unwrap())
    }

    pub fn open_page(&self, query: &str) -> Answer {
        let request = Request::get(format!("/checkout?{query}")).body(Bytes::new());
        Answer::from(block_on(self.razorpay.page(request.unwrap())))
    }

    pub fn press(&self, query: &str, form: &str, accept: &str) -> Answer {
        let request = Request::post(format!("/checkout?{query}"))
            .header("accept", accept)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_owned()));
        Answer::from(block_on(self.razorpay.page(request.unwrap())))
    }
}

fn signed(method: &str, path: &str) -> http::request::Builder {
    let config = Config::default();
    let credentials = format!("{}:{}", config.key_id, config.key_secret);
    let encoded = base64::engine::general_purpose::STANDARD.encode(credentials);
    Request::builder()
        .method(method)
        .uri(format!("https://api.razorpay.com{path}"))
        .header("authorization", format!("Basic {encoded}"))
}
