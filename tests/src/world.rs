//! The system under test, with a clock that stands until it is moved, and the way in which a request is sent.

use crate::grants;
use crate::reply::Reply;
use crate::{Admin, Anonymous, Doctor, Patient, Person};
use aws_emulator::mailbox::Mail;
use bytes::Bytes;
use domain::access::Role;
use domain::appointments::booking::HoldLength;
use http::{Method, Request};
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use local::{Call, Options, Stack};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The administrators, doctors and patients of a world have this password.
pub(crate) const PASSWORD: &str = "Correct-horse-9-battery";

/// A whole system of its own. When the last of its clones ends, it checks that no function did what the template does not grant it.
#[derive(Clone)]
pub struct World {
    /// The system.
    pub stack: Stack,
    numbers: Arc<AtomicU32>,
    _checked: Arc<Checked>,
}

/// Checks a system when it ends.
struct Checked(Stack);

/// What the functions of all worlds that have ended did in AWS.
static USED: Mutex<BTreeSet<Call>> = Mutex::new(BTreeSet::new());

/// The calls of the functions of every world of this process that has ended.
pub fn used_calls() -> BTreeSet<Call> {
    USED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl World {
    /// A new one. Its ids follow from the name of the test, so that a test repeats itself.
    pub async fn start() -> Self {
        let thread = std::thread::current();
        // FNV-1a, which needs no crate and is the same everywhere.
        let seed =
            thread.name().unwrap_or_default().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        let options = Options { seed: Some(seed), ..Options::for_test() };
        let stack = Stack::start(options).await.expect("the system starts");
        World { _checked: Arc::new(Checked(stack.clone())), stack, numbers: Arc::default() }
    }

    /// A signed-in patient with a profile.
    pub async fn patient(&self, name: &str) -> Patient {
        let person = self.person(name, &["patient"]).await;
        // The first look at the profile makes it, as for a user whose trigger failed.
        let _ = person.get("/v1/me").await.ok();
        Patient(person)
    }

    /// An administrator.
    pub async fn admin(&self) -> Admin {
        Admin(self.person("Nandini Menon", &["admin"]).await)
    }

    /// A registered doctor who takes 500 rupees, speaks English and Hindi, and practises cardiology.
    pub async fn doctor(&self, name: &str) -> Doctor {
        self.doctor_with(name, json!({})).await
    }

    /// A registered doctor, with these fields of the registration instead of the usual ones.
    pub async fn doctor_with(&self, name: &str, changes: Value) -> Doctor {
        let person = self.person(name, &["doctor"]).await;
        let mut body = json!({
            "email": person.email, "name": name, "registrationNumber": format!("KMC/2009/{}", self.number()),
            "qualification": "MBBS, MD", "specialities": ["cardiology"], "languages": ["en", "hi"],
            "fee": 50_000, "zone": "Asia/Kolkata",
        });
        for (field, value) in changes.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        let admin = self.admin().await;
        let registered = admin.post("/v1/doctors", body).idempotency_key(&self.key()).await.created();
        assert_eq!(registered["id"], person.id.as_str(), "a doctor has the id of the account: {registered}");
        Doctor(person)
    }

    /// A person with an account, signed in, in these groups.
    pub async fn person(&self, name: &str, groups: &[&str]) -> Person {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let id = self.stack.services().pool.seed_user(&email, name, PASSWORD, groups);
        let is_staff = groups.iter().any(|group| group.parse().is_ok_and(Role::needs_second_factor));
        let person = Person::new(self.clone(), id, email, name.to_owned(), is_staff);
        person.logs_in().await;
        person
    }

    /// A client that has not signed in.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous(self.clone())
    }

    /// A key that was not used before.
    pub fn key(&self) -> String {
        format!("key-{}", self.number())
    }

    pub(crate) fn number(&self) -> u32 {
        10_000 + self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Moves the clock, and lets everything happen that is due by then.
    pub async fn minutes_pass(&self, minutes: i64) {
        self.stack.advance(SignedDuration::from_mins(minutes)).await;
    }

    /// Lets the time pass in which a patient who holds a slot now may pay for it.
    pub async fn holds_end(&self) {
        self.minutes_pass(HoldLength::DEFAULT.minutes() + 1).await;
    }

    /// Lets everything happen that is due: streams, queues, webhooks. A refund arrives a second after it was asked for.
    pub async fn settles(&self) {
        self.stack.settle().await;
        self.stack.advance(SignedDuration::from_secs(2)).await;
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.stack.now()
    }

    /// The whole minute at a number of hours from now, or right after it: slots begin on whole minutes.
    pub fn at(&self, hours: i64) -> Timestamp {
        let at = self.now() + SignedDuration::from_hours(hours);
        let minute = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
        at.round(minute).expect("within the calendar")
    }

    /// The mails that an address got.
    pub fn mails_to(&self, email: &str) -> Vec<Arc<Mail>> {
        self.stack.services().mailbox.to(email)
    }

    /// The digits of the last code that was mailed to an address.
    pub fn code_mailed_to(&self, email: &str) -> String {
        let mail = self.stack.services().mailbox.latest_to(email).expect("a mail with a code");
        let text = mail.message.text.clone().unwrap_or_default();
        text.split(|c: char| !c.is_ascii_digit())
            .find(|digits| digits.len() == 6)
            .expect("a code of six digits")
            .to_owned()
    }

    /// The trail of a day, oldest first.
    pub async fn trail(&self) -> Vec<Value> {
        self.settles().await;
        let admin = self.admin().await;
        let day = self.now().strftime("%Y-%m-%d").to_string();
        let mut events = vec![];
        let mut cursor = String::new();
        loop {
            let page = admin.get(&format!("/v1/audit-events?day={day}&limit=100{cursor}")).await.ok();
            events.extend(page["events"].as_array().cloned().expect("a page of events"));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        events.sort_by_key(|event| event["at"].as_str().unwrap_or_default().to_owned());
        events
    }

    /// How often each type of event about a resource, or a part of it, is in the trail of the day.
    pub async fn trail_of(&self, resource: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for event in self.trail().await {
            let about = event["resourceId"].as_str().and_then(|id| id.split('/').next());
            if about == Some(resource) {
                *counts.entry(event["type"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        counts
    }
}

impl Drop for Checked {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let calls = self.0.network().calls();
        let granted = grants::Grants::of(self.0.template());
        let refused: Vec<Call> = granted.refused(&calls);
        let functions: BTreeSet<&str> = refused.iter().map(|call| call.function.as_str()).collect();
        let wanted = functions.into_iter().map(|function| {
            let own: Vec<&Call> = refused.iter().filter(|call| call.function == function).collect();
            format!("{function} wants in addition:\n{}", granted.to_paste(function, &own, &[]))
        });
        let wanted: String = wanted.collect();
        USED.lock().unwrap_or_else(PoisonError::into_inner).extend(calls);
        assert!(refused.is_empty(), "functions did what the templates do not grant them: {refused:#?}\n{wanted}");
    }
}

/// A request on its way.
pub struct Send<'a> {
    stack: &'a Stack,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    signed_by: Option<&'a Person>,
}

impl<'a> Send<'a> {
    pub(crate) fn new(stack: &'a Stack, method: Method, path: &str, signed_by: Option<&'a Person>) -> Self {
        let headers = vec![("user-agent".to_owned(), "system-tests".to_owned())];
        Send { stack, method, path: path.to_owned(), headers, body: Bytes::new(), signed_by }
    }

    /// With a JSON body.
    pub fn json(self, body: Value) -> Self {
        self.raw(body.to_string())
    }

    /// With a body that claims to be JSON.
    pub fn raw(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an Idempotency-Key.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// For this version only.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }
}

impl<'a> IntoFuture for Send<'a> {
    type Output = Reply;
    type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Reply> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let asked = format!("{} {}", self.method, self.path);
            let mut request = Request::builder().method(self.method).uri(&self.path);
            for (name, value) in &self.headers {
                request = request.header(name, value);
            }
            if let Some(person) = self.signed_by {
                request = request.header("authorization", format!("Bearer {}", person.token().await));
            }
            let request = request.body(self.body).expect("a well-formed request");
            Reply::new(asked, local::front::answer(self.stack, request).await)
        })
    }
}
