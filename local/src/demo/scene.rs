//! Shared by both plays: people who are logged in, calls of the API, and waiting for consumers.

use super::Script;
use crate::Stack;
use crate::accounts::{Account, KAVITA, ZONE};
use crate::client::{ApiCall, Client, Handed, Reply, Tokens, Unexpected};
use crate::pages::console::Row;
use aws_emulator::mailbox::Mail;
use domain::core::id::PaymentId;
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use storage::Storage;

/// The number of checks before the demo stops waiting for a consumer.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Fails the step unless the condition holds.
pub fn ensure(is_so: bool, otherwise: impl FnOnce() -> String) -> Result<(), Unexpected> {
    if is_so { Ok(()) } else { Err(Unexpected(otherwise())) }
}

/// A member of an answer that is a text.
pub fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Unexpected> {
    value[name].as_str().ok_or_else(|| Unexpected(format!("the answer has no {name}: {value}")))
}

/// A member of an answer that is an amount in paise.
pub fn paise(value: &Value, name: &str) -> Result<i64, Unexpected> {
    value[name].as_i64().ok_or_else(|| Unexpected(format!("the answer has no {name}: {value}")))
}

/// An amount in paise, written in rupees.
pub fn rupees(paise: i64) -> String {
    format!("₹{}.{:02}", paise / 100, paise % 100)
}

/// A person who is logged in.
pub struct Person {
    pub tokens: Tokens,
}

/// The stage of a play.
pub struct Scene<'a, 'b> {
    pub stack: &'a Stack,
    pub script: &'a mut Script<'b>,
    pub client: Client,
    /// Our books, to compare with Razorpay's.
    storage: Storage,
    began: Timestamp,
}

/// An appointment whose payment has begun.
pub struct Visit {
    pub id: String,
    pub payment: String,
    pub order: String,
    pub fee: i64,
}

impl<'a, 'b> Scene<'a, 'b> {
    pub fn new(stack: &'a Stack, script: &'a mut Script<'b>) -> Result<Self, Unexpected> {
        let storage = stack.aws().storage().map_err(|error| Unexpected(error.to_string()))?;
        Ok(Scene { stack, script, client: Client::new()?, storage, began: stack.now() })
    }

    /// Logs an account in through the hosted log-in.
    pub async fn log_in(&self, account: Account) -> Result<Person, Unexpected> {
        let tokens = self.client.log_in(self.stack.addresses(), account).await?;
        Ok(Person { tokens })
    }

    /// Calls the API as a person, with a new token if the old one has expired.
    pub async fn call(
        &self,
        person: &mut Person,
        method: Method,
        path: &str,
        idempotency_key: Option<&str>,
        body: Option<Value>,
    ) -> Result<Reply, Unexpected> {
        let url = format!("{}{path}", self.stack.addresses().api);
        let call = |token: String| {
            let (url, body, method) = (url.clone(), body.clone(), method.clone());
            async move {
                let call = ApiCall { method, url: &url, token: &token, idempotency_key, body: body.as_ref() };
                self.client.call(call).await
            }
        };
        let reply = call(person.tokens.access.clone()).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        person.tokens = self.client.refresh(self.stack.addresses(), &person.tokens.refresh).await?;
        call(person.tokens.access.clone()).await
    }

    /// Reads from the API.
    pub async fn get(&self, person: &mut Person, path: &str) -> Result<Value, Unexpected> {
        self.call(person, Method::GET, path, None, None).await?.expect(StatusCode::OK)
    }

    /// The id of the doctor of that speciality.
    pub async fn doctor(&self, person: &mut Person, speciality: &str) -> Result<Value, Unexpected> {
        let found = self.get(person, &format!("/v1/doctors?speciality={speciality}")).await?;
        let doctor = found["doctors"].get(0).cloned();
        doctor.ok_or_else(|| Unexpected(format!("no doctor was found: {found}")))
    }

    /// The slots of a doctor that are free now, earliest first.
    pub async fn free_slots(&self, person: &mut Person, doctor: &str) -> Result<Vec<String>, Unexpected> {
        let page = self.get(person, &format!("/v1/doctors/{doctor}/slots")).await?;
        let slots = page["slots"].as_array().into_iter().flatten();
        slots.map(|slot| text(slot, "slotId").map(str::to_owned)).collect()
    }

    /// Requests a slot.
    pub async fn book(&self, person: &mut Person, doctor: &str, slot: &str, key: &str) -> Result<Reply, Unexpected> {
        let wish = json!({ "doctorId": doctor, "slotId": slot, "kind": "consultation", "reason": "Chest pain when climbing stairs" });
        self.call(person, Method::POST, "/v1/appointments", Some(key), Some(wish)).await
    }

    /// Holds a slot and gets the order that pays for it.
    pub async fn hold(&self, person: &mut Person, doctor: &str, slot: &str, key: &str) -> Result<Visit, Unexpected> {
        let appointment = self.book(person, doctor, slot, key).await?.expect(StatusCode::CREATED)?;
        ensure(appointment["status"] == "held", || format!("the appointment is not held: {appointment}"))?;
        self.start_payment(person, &appointment).await
    }

    /// Gets the order that pays for a held appointment.
    pub async fn start_payment(&self, person: &mut Person, appointment: &Value) -> Result<Visit, Unexpected> {
        let id = text(appointment, "id")?.to_owned();
        let path = format!("/v1/appointments/{id}/payment");
        let order = self.call(person, Method::POST, &path, None, None).await?.expect(StatusCode::OK)?;
        let fee = paise(appointment, "fee")?;
        ensure(paise(&order, "amount")? == fee, || format!("the order is not for the fee of {fee}: {order}"))?;
        Ok(Visit {
            payment: text(&order, "paymentId")?.to_owned(),
            order: text(&order, "orderId")?.to_owned(),
            fee,
            id,
        })
    }

    /// Presses a button of the checkout.
    pub async fn check_out(&self, visit: &Visit, press: &[(&str, &str)]) -> Result<Handed, Unexpected> {
        self.client.check_out(self.stack.addresses(), &visit.order, press).await
    }

    /// Confirms with the checkout's values, and returns the states of payment and visit.
    pub async fn confirm(&self, person: &mut Person, visit: &Visit, handed: &Handed) -> Result<Value, Unexpected> {
        let body = json!({
            "razorpay_order_id": handed.get("razorpay_order_id")?,
            "razorpay_payment_id": handed.get("razorpay_payment_id")?,
            "razorpay_signature": handed.get("razorpay_signature")?,
        });
        let path = format!("/v1/payments/{}/confirm", visit.payment);
        self.call(person, Method::POST, &path, None, Some(body)).await?.expect(StatusCode::OK)
    }

    /// Confirms until payment and visit have the expected states, since refunds take time.
    pub async fn confirmed_as(
        &self,
        person: &mut Person,
        visit: &Visit,
        handed: &Handed,
        (state, status): (&str, &str),
    ) -> Result<Value, Unexpected> {
        let mut last = Value::Null;
        for _ in 0..LOOKS {
            last = self.confirm(person, visit, handed).await?;
            if last["state"] == state && last["appointmentStatus"] == status {
                return Ok(last);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Err(Unexpected(format!("the payment should be {state} and the visit {status}, and they are {last}")))
    }

    /// The appointment, as soon as it is in a status.
    pub async fn appointment_in(&self, person: &mut Person, id: &str, status: &str) -> Result<Value, Unexpected> {
        let mut last = Value::Null;
        for _ in 0..LOOKS {
            last = self.get(person, &format!("/v1/appointments/{id}")).await?;
            if last["status"] == status {
                return Ok(last);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Err(Unexpected(format!("the appointment should be {status}: {last}")))
    }

    /// Moves the clock as `cargo local clock` does.
    pub async fn advance(&self, by: &str) -> Result<(), Unexpected> {
        let url = format!("{}/clock", self.stack.addresses().mailbox);
        self.client.post_form(&url, &[("by", by)]).await?.expect(StatusCode::OK).map(|_| ())
    }

    /// Checks repeatedly until there is a value.
    pub async fn eventually<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> Result<T, Unexpected> {
        for _ in 0..LOOKS {
            if let Some(found) = look() {
                return Ok(found);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Err(Unexpected(format!("{what} did not happen in time")))
    }

    /// The mail to an account with the invitation or cancellation of the appointment.
    pub async fn mail(&self, to: Account, appointment: &str, method: &str) -> Result<Arc<Mail>, Unexpected> {
        let mailbox = &self.stack.services().mailbox;
        let is_it = |mail: &Arc<Mail>| {
            invitation(mail).is_some_and(|ics| {
                let plain = ics.replace("\r\n ", "");
                plain.contains(appointment) && plain.contains(&format!("METHOD:{method}"))
            })
        };
        let what = format!("a mail to {} with METHOD:{method} for this appointment", to.name);
        self.eventually(&what, || mailbox.to(to.email).into_iter().rev().find(is_it)).await
    }

    /// Shows a mail.
    pub fn show_mail(&mut self, mail: &Mail, lines: usize) {
        self.script.result(format!("To {}: {}", mail.recipients.join(", "), mail.message.subject));
        for attachment in &mail.message.attachments {
            self.script.result(format!("Attached: {} ({})", attachment.name, attachment.content_type));
        }
        for line in invitation(mail).unwrap_or_default().lines().take(lines) {
            self.script.result(format!("  {line}"));
        }
    }

    /// The audit trail since the demo began, oldest first, as the administrator reads it, once it holds all of `wanted`.
    pub async fn trail(&self, wanted: &[&str]) -> Result<Vec<Row>, Unexpected> {
        let mut admin = self.log_in(KAVITA).await?;
        let mut missing = Vec::new();
        for _ in 0..LOOKS {
            let rows = self.read_trail(&mut admin).await?;
            missing = wanted.iter().filter(|event| !rows.iter().any(|row| row.event == **event)).copied().collect();
            if missing.is_empty() {
                return Ok(rows);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Err(Unexpected(format!("the audit trail lacks {}", missing.join(", "))))
    }

    async fn read_trail(&self, admin: &mut Person) -> Result<Vec<Row>, Unexpected> {
        let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (first, last) = (day(self.began), day(self.stack.now()));
        let mut rows = Vec::new();
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
            let mut path = format!("/v1/audit-events?day={day}&limit=100");
            loop {
                let page = self.get(admin, &path).await?;
                let events = page["events"].as_array().into_iter().flatten();
                rows.extend(events.filter(|event| self.is_of_the_demo(event)).map(Row::of));
                let Some(next) = page["nextCursor"].as_str() else { break };
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                path = format!("/v1/audit-events?day={day}&limit=100&cursor={next}");
            }
        }
        Ok(rows)
    }

    fn is_of_the_demo(&self, event: &Value) -> bool {
        event["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at >= self.began)
    }

    /// Shows the audit trail.
    pub fn show_trail(&mut self, rows: &[Row]) {
        for row in rows {
            let record = row.resource.get(..40).map_or(row.resource.clone(), |start| format!("{start}…"));
            self.script.result(format!("{}  {:<24} {:<8} {:<8} {record}", row.time, row.event, row.outcome, row.role));
        }
    }

    /// Compares Razorpay's books with ours, capture by capture. Returns the total that Razorpay retains, in paise.
    pub async fn balanced(&self, visits: &[&Visit]) -> Result<i64, Unexpected> {
        let ledger = self.stack.services().razorpay.ledger();
        let mut accounts = 0;
        for visit in visits {
            let id: PaymentId = visit.payment.parse().map_err(|_| Unexpected(format!("{} is no id", visit.payment)))?;
            let ours = self.storage.ledger(id).await.map_err(|error| Unexpected(error.to_string()))?;
            for (attempt, theirs) in ledger.accounts().filter(|(_, account)| account.order_id == visit.order) {
                accounts += 1;
                let refunds =
                    ours.refunds.iter().filter(|refund| refund.id.attempt.as_str() == attempt && refund.claims());
                let refunded: i64 = refunds.map(|refund| refund.amount.get()).sum();
                ensure(refunded == theirs.refunded, || {
                    format!("{attempt}: we paid back {refunded} paise, and Razorpay {} paise", theirs.refunded)
                })?;
                let account = ours.payment.iter().flat_map(|payment| &payment.accounts);
                let account = account.clone().find(|account| account.attempt.as_str() == attempt);
                let kept = account.map_or(0, |account| account.retained().get());
                ensure(kept == theirs.retained(), || {
                    format!("{attempt}: we keep {kept} paise, and Razorpay says {} paise", theirs.retained())
                })?;
            }
        }
        let all = ledger.accounts().count();
        ensure(accounts == all, || format!("Razorpay has {all} captured payments, and we know {accounts} of them"))?;
        Ok(ledger.retained())
    }
}

/// The calendar entry that a mail carries.
fn invitation(mail: &Mail) -> Option<String> {
    let entry =
        mail.message.attachments.iter().find(|attachment| attachment.content_type.starts_with("text/calendar"))?;
    String::from_utf8(entry.content.clone()).ok()
}

/// A slot's start as the doctor's clock shows it.
pub fn local_time(slot: &str) -> String {
    let start = slot.parse::<domain::core::id::SlotId>().ok().and_then(|slot| slot.start().in_tz(ZONE).ok());
    start.map_or_else(|| slot.to_owned(), |start| start.strftime("%a %-d %b %Y, %H:%M %Z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_times_are_shown_as_people_read_them() {
        assert_eq!(rupees(80_005), "₹800.05");
        assert_eq!(local_time("20261201T0430Z"), "Tue 1 Dec 2026, 10:00 IST");
        assert_eq!(local_time("soon"), "soon");
    }
}
