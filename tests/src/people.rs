//! The people who use the API, each with what such a person does.

use crate::reply::Reply;
use crate::world::{PASSWORD, Send, World};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use local::services::HEADLESS_CLIENT;
use razorpay_emulator::{Method as PayingBy, Outcome, Paid};
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// A token is used for this long; then its owner signs in again, as an app would.
const FRESH: SignedDuration = SignedDuration::from_mins(14);

/// A person with an account.
pub struct Person {
    pub(crate) world: World,
    /// The `sub`.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Whether one of the roles needs a second factor.
    is_staff: bool,
    token: Mutex<Option<(String, Timestamp)>>,
    /// The secret of the authenticator app, if the person has one.
    authenticator: Mutex<Option<String>>,
}

/// A patient.
pub struct Patient(pub(crate) Person);
/// A doctor.
pub struct Doctor(pub(crate) Person);
/// An administrator.
pub struct Admin(pub(crate) Person);
/// A client that has not signed in.
pub struct Anonymous(pub(crate) World);

/// A slot that a doctor has published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Whose it is.
    pub doctor_id: String,
    /// Its id: its start.
    pub slot_id: String,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

macro_rules! is_a_person {
    ($($name:ident),*) => {$(
        impl Deref for $name {
            type Target = Person;
            fn deref(&self) -> &Person {
                &self.0
            }
        }
    )*};
}
is_a_person!(Patient, Doctor, Admin);

impl Person {
    pub(crate) fn new(world: World, id: String, email: String, name: String, is_staff: bool) -> Self {
        Person { world, id, email, name, is_staff, token: Mutex::default(), authenticator: Mutex::default() }
    }

    /// Signs in through the API; with a second factor, if a role of the person needs one.
    pub async fn logs_in(&self) {
        if self.is_staff {
            // The clock of a test stands, and a code of an authenticator app works once.
            self.has_token(self.world.stack.services().pool.seed_session(&self.id, HEADLESS_CLIENT, true));
            return;
        }
        self.logs_in_as_anyone().await;
    }

    /// Signs in by the password alone, for a person whose role needs more.
    pub fn logs_in_without_factor(&self) {
        self.has_token(self.world.stack.services().pool.seed_session(&self.id, HEADLESS_CLIENT, false));
    }

    fn has_token(&self, token: String) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some((token, self.world.now()));
    }

    async fn logs_in_as_anyone(&self) {
        let body = json!({ "email": self.email, "password": PASSWORD });
        let mut session = self.world.anonymous().post("/v1/auth/login", body).await.ok();
        if session["challenge"] == "SOFTWARE_TOKEN_MFA" {
            let answer = json!({ "email": self.email, "session": session["session"], "code": self.code() });
            session = self.world.anonymous().post("/v1/auth/challenge", answer).await.ok();
        } else {
            *self.authenticator.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        let token = session["accessToken"].as_str().expect("an access token").to_owned();
        self.has_token(token);
    }

    /// Enrols an authenticator app, which ends all sessions; gives back the recovery codes. A minute passes.
    pub async fn enrols(&self) -> Vec<String> {
        let begun = self.post("/v1/me/authenticator", json!({ "password": PASSWORD })).await.ok();
        let secret = begun["secret"].as_str().expect("a secret").to_owned();
        *self.authenticator.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret);
        let body = json!({ "password": PASSWORD, "code": self.code() });
        let codes = self.post("/v1/me/authenticator/confirmation", body).await.ok();
        self.world.minutes_pass(1).await;
        let codes = codes["recoveryCodes"].as_array().cloned().expect("recovery codes");
        codes.iter().filter_map(|code| code.as_str().map(str::to_owned)).collect()
    }

    /// Notes the secret of an authenticator app that is being enrolled.
    pub fn has_new_authenticator(&self, secret: &str) {
        *self.authenticator.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret.to_owned());
    }

    /// Whether the person has an authenticator app, as far as the last log-in said.
    pub fn has_authenticator(&self) -> bool {
        self.authenticator.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The code that the authenticator app shows now.
    pub fn code(&self) -> String {
        self.code_in(0)
    }

    /// The code that the authenticator app shows after this many seconds. The pool accepts it half a minute early.
    pub fn code_in(&self, seconds: i64) -> String {
        let secret = self.authenticator.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let at = self.world.now() + SignedDuration::from_secs(seconds);
        cognito_emulator::totp::code_at(&secret.expect("an authenticator app"), at).expect("a secret in base 32")
    }

    /// An access token that is valid now.
    pub async fn token(&self) -> String {
        let known = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((token, since)) if self.world.now().duration_since(since) < FRESH => token,
            _ => {
                self.logs_in().await;
                let fresh = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
                fresh.expect("just signed in").0
            }
        }
    }

    /// `GET`
    pub fn get(&self, path: &str) -> Send<'_> {
        self.sends(Method::GET, path)
    }

    /// `POST` with a JSON body.
    pub fn post(&self, path: &str, body: Value) -> Send<'_> {
        self.sends(Method::POST, path).json(body)
    }

    /// `PUT` with a JSON body.
    pub fn put(&self, path: &str, body: Value) -> Send<'_> {
        self.sends(Method::PUT, path).json(body)
    }

    /// `DELETE`
    pub fn delete(&self, path: &str) -> Send<'_> {
        self.sends(Method::DELETE, path)
    }

    /// Any request.
    pub fn sends(&self, method: Method, path: &str) -> Send<'_> {
        Send::new(&self.world.stack, method, path, Some(self))
    }

    /// Looks at an appointment.
    pub async fn views(&self, visit: &Value) -> Reply {
        self.get(&format!("/v1/appointments/{}", id(visit))).await
    }

    /// Takes a step of a visit: `check-in`, `begin`, `complete`.
    pub async fn steps(&self, visit: &Value, step: &str) -> Reply {
        let id = visit["id"].as_str().expect("a visit has an id");
        self.sends(Method::POST, &format!("/v1/appointments/{id}/{step}")).await
    }

    /// Says what a visit was.
    pub async fn says_it_was(&self, visit: &Value, outcome: &str) -> Reply {
        let id = visit["id"].as_str().expect("a visit has an id");
        self.post(&format!("/v1/appointments/{id}/outcome"), json!({ "outcome": outcome })).await
    }

    /// Cancels an appointment.
    pub async fn cancels(&self, visit: &Value) -> Reply {
        self.post(&format!("/v1/appointments/{}/cancel", id(visit)), json!({})).await
    }

    /// How an appointment stands, in a word.
    pub async fn status_of(&self, visit: &Value) -> String {
        self.views(visit).await.ok()["status"].as_str().unwrap_or_default().to_owned()
    }

    /// The free slots of a doctor over the next month.
    pub async fn free_slots(&self, doctor: &str) -> Vec<String> {
        let (from, to) = (self.world.now(), self.world.at(24 * 30));
        let list = self.get(&format!("/v1/doctors/{doctor}/slots?from={from}&to={to}")).await.ok();
        let slots = list["slots"].as_array().cloned().expect("a list of slots");
        slots.iter().filter_map(|slot| slot["slotId"].as_str().map(str::to_owned)).collect()
    }
}

/// The id of what an answer shows.
#[track_caller]
fn id(shown: &Value) -> &str {
    shown["id"].as_str().unwrap_or_else(|| panic!("it has an id: {shown}"))
}

impl From<Person> for Patient {
    fn from(person: Person) -> Self {
        Patient(person)
    }
}

impl Patient {
    /// Books a slot, with a new intent.
    pub async fn books(&self, slot: &Slot) -> Reply {
        let key = self.world.key();
        self.books_with(slot, &key, json!({})).await
    }

    /// Joins a waiting list, with a new intent.
    pub async fn waits_for(&self, wish: Value) -> Reply {
        let key = self.world.key();
        self.post("/v1/waitlist", wish).idempotency_key(&key).await
    }

    /// Books a slot that is offered to an entry of a waiting list, with a new intent.
    pub async fn accepts(&self, entry: &Value, slot: &Slot) -> Reply {
        let key = self.world.key();
        let body = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id });
        self.post(&format!("/v1/waitlist/{}/accept", id(entry)), body).idempotency_key(&key).await
    }

    /// Declines a slot that is offered to an entry of a waiting list.
    pub async fn declines(&self, entry: &Value, slot: &Slot) -> Reply {
        let body = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id });
        self.post(&format!("/v1/waitlist/{}/decline", id(entry)), body).await
    }

    /// Books a slot under a key, with these further fields.
    pub async fn books_with(&self, slot: &Slot, key: &str, more: Value) -> Reply {
        let mut body = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id });
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        self.post("/v1/appointments", body).idempotency_key(key).await
    }

    /// Asks for the order with which a hold is paid.
    pub async fn starts_payment(&self, visit: &Value) -> Reply {
        self.sends(Method::POST, &format!("/v1/appointments/{}/payment", id(visit))).await
    }

    /// Pays by card in the checkout. Its webhooks are on their way when this returns, and not yet delivered.
    pub async fn pays(&self, visit: &Value) -> Paid {
        let order = self.starts_payment(visit).await.ok();
        self.checks_out(&order, Outcome::Captured)
    }

    /// Tries to pay an order in the checkout.
    pub fn checks_out(&self, order: &Value, outcome: Outcome) -> Paid {
        let order = order["orderId"].as_str().expect("an order");
        self.world.stack.services().razorpay.pay(order, PayingBy::Card, outcome).expect("the order can be paid")
    }

    /// Confirms with the checkout's values.
    pub async fn confirms_payment(&self, visit: &Value, paid: &Paid) -> Reply {
        let payment = visit["paymentId"].as_str().expect("a payment");
        let body = json!({
            "razorpay_order_id": paid.order_id, "razorpay_payment_id": paid.payment_id, "razorpay_signature": paid.signature,
        });
        self.post(&format!("/v1/payments/{payment}/confirm"), body).await
    }

    /// Books and pays, and sees it confirmed.
    pub async fn has_visit(&self, slot: &Slot) -> Value {
        let visit = self.books(slot).await.created();
        let _ = self.pays(&visit).await;
        self.world.settles().await;
        assert_eq!(self.status_of(&visit).await, "confirmed");
        visit
    }
}

impl Doctor {
    /// Publishes one slot of half an hour, a number of hours from now, at a whole minute.
    pub async fn publishes(&self, hours: i64) -> Slot {
        let seconds = self.world.at(hours).as_second();
        let start = Timestamp::from_second((seconds + 59).div_euclid(60) * 60).expect("a time of this era");
        self.publishes_range(start, start + SignedDuration::from_mins(30)).await
    }

    /// Publishes a slot.
    pub async fn publishes_range(&self, start: Timestamp, end: Timestamp) -> Slot {
        let body = json!({ "slots": [{ "start": start, "end": end }] });
        let _ = self.post(&format!("/v1/doctors/{}/slots", self.id), body).await.ok();
        self.slot(start, end)
    }

    /// Publishes several slots of half an hour, back to back.
    pub async fn publishes_many(&self, count: i64, hours: i64) -> Vec<Slot> {
        let at = |index: i64| self.world.at(hours) + SignedDuration::from_mins(30 * index);
        let slots: Vec<Value> = (0..count).map(|i| json!({ "start": at(i), "end": at(i + 1) })).collect();
        let _ = self.post(&format!("/v1/doctors/{}/slots", self.id), json!({ "slots": slots })).await.ok();
        (0..count).map(|i| self.slot(at(i), at(i + 1))).collect()
    }

    /// Takes a slot back.
    pub async fn withdraws(&self, slot: &Slot) -> Reply {
        self.delete(&format!("/v1/doctors/{}/slots/{}", slot.doctor_id, slot.slot_id)).await
    }

    fn slot(&self, start: Timestamp, end: Timestamp) -> Slot {
        Slot { doctor_id: self.id.clone(), slot_id: start.strftime("%Y%m%dT%H%MZ").to_string(), start, end }
    }
}

impl Admin {
    /// Ends a suspension.
    pub async fn reinstates(&self, doctor: &Doctor) -> Reply {
        self.sends(Method::POST, &format!("/v1/doctors/{}/reinstate", doctor.id)).await
    }

    /// Takes a doctor out of booking.
    pub async fn suspends(&self, doctor: &Doctor) -> Reply {
        self.post(&format!("/v1/doctors/{}/suspend", doctor.id), json!({ "reason": "Registration lapsed" })).await
    }
}

impl Anonymous {
    /// `GET`
    pub fn get(&self, path: &str) -> Send<'_> {
        self.sends(Method::GET, path)
    }

    /// `POST` with a JSON body.
    pub fn post(&self, path: &str, body: Value) -> Send<'_> {
        self.sends(Method::POST, path).json(body)
    }

    /// Any request.
    pub fn sends(&self, method: Method, path: &str) -> Send<'_> {
        Send::new(&self.0.stack, method, path, None)
    }
}
