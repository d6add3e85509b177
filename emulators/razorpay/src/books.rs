//! The books: every order, payment and refund, and the only code that moves one from state to state.
//!
//! Pure: time is an argument, and the events for the merchant are left in [`Books::take_happenings`] for the
//! webhooks. Later steps without a request (a bank that answers late, a refund that arrives) wait in a plan
//! that [`Books::advance`] carries out, each step as of its own due time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::{EventName, RefundMode};
use crate::entity::{Method, Order, OrderStatus, Payment, PaymentError, PaymentStatus, Refund, RefundStatus};
use crate::fields::{NewOrder, NewRefund};
use crate::ids::Ids;
use crate::ledger::{Account, Ledger};
use crate::rejection::Rejection;
use crate::webhook::Happening;

/// The time after which an authorised payment without a capture goes back to the customer.
const RELEASE_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The outcome of an attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The bank authorises the payment, which is captured unless the order asks otherwise.
    Captured,
    /// The bank declines. It may still authorise later: [`crate::Razorpay::authorise_late`].
    Failed {
        /// `error_code`, say `BAD_REQUEST_ERROR`.
        code: String,
        /// `error_description`.
        description: String,
    },
    /// The bank does not answer: the payment stays `created`, and counts as failed when it times out.
    Pending,
    /// The bank authorises late. After more than the time-out the payment has failed meanwhile.
    LateAuthorised {
        /// Counted from the attempt.
        after: SignedDuration,
    },
}

impl Outcome {
    /// A card that the bank declines, in Razorpay's words.
    pub fn declined() -> Self {
        Self::Failed {
            code: "BAD_REQUEST_ERROR".to_owned(),
            description: "Your payment didn't go through as it was declined by the bank. Try another payment method \
                          or contact your bank."
                .to_owned(),
        }
    }
}

/// Settings that the books need.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    pub(crate) auto_capture: bool,
    pub(crate) payment_timeout: SignedDuration,
    pub(crate) refunds: RefundMode,
}

#[derive(Debug, Serialize, Deserialize)]
struct Planned {
    due: Timestamp,
    number: u64,
    step: Step,
}

#[derive(Debug, Serialize, Deserialize)]
enum Step {
    TimeOut(String),
    Authorise(String),
    Release(String),
    EndRefund { refund: String, arrives: bool },
}

#[derive(Debug, Serialize, Deserialize)]
struct RefundKey {
    payment: String,
    request: Map<String, Value>,
    refund: String,
}

/// See the module.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Books {
    pub(crate) ids: Ids,
    orders: BTreeMap<String, Order>,
    payments: BTreeMap<String, Payment>,
    refunds: BTreeMap<String, Refund>,
    refund_keys: BTreeMap<String, RefundKey>,
    plan: Vec<Planned>,
    #[serde(skip)]
    pub(crate) terms: Terms,
    #[serde(skip)]
    happenings: Vec<Happening>,
}

impl Books {
    /// Empty books, whose identifiers follow from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { ids: Ids::new(seed), ..Self::default() }
    }

    pub(crate) fn order(&self, id: &str) -> Result<&Order, Rejection> {
        self.orders.get(id).ok_or_else(Rejection::unknown_id)
    }

    /// Replaces the notes of an order, the only part of it that Razorpay lets a merchant change.
    pub(crate) fn note_order(&mut self, id: &str, notes: Map<String, Value>) -> Result<&Order, Rejection> {
        let order = self.orders.get_mut(id).ok_or_else(Rejection::unknown_id)?;
        order.notes = notes;
        Ok(order)
    }

    pub(crate) fn payment(&self, id: &str) -> Result<&Payment, Rejection> {
        self.payments.get(id).ok_or_else(Rejection::unknown_id)
    }

    pub(crate) fn refund(&self, id: &str) -> Result<&Refund, Rejection> {
        self.refunds.get(id).ok_or_else(Rejection::unknown_id)
    }

    /// All orders, newest first, as Razorpay lists them.
    pub(crate) fn orders(&self) -> Vec<&Order> {
        let mut orders: Vec<&Order> = self.orders.values().collect();
        orders.sort_by_key(|order| std::cmp::Reverse(order.number));
        orders
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let captured = self.payments.values().filter(|payment| payment.captured);
        Ledger::new(captured.map(|payment| (payment.id.clone(), self.account(payment))).collect())
    }

    fn account(&self, payment: &Payment) -> Account {
        let mut account =
            Account { order_id: payment.order_id.clone(), captured: payment.amount, ..Account::default() };
        for refund in payment.refunds.iter().map(|id| &self.refunds[id]) {
            match refund.status {
                RefundStatus::Pending => account.refund_pending += refund.amount,
                RefundStatus::Processed => account.refunded += refund.amount,
                RefundStatus::Failed => account.refund_failed += refund.amount,
            }
        }
        account
    }

    /// The events for the merchant since the last call, in the order in which they happened.
    pub(crate) fn take_happenings(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.happenings)
    }

    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.plan.iter().map(|planned| planned.due).min()
    }

    /// Carries out what is due. True if anything was.
    pub(crate) fn advance(&mut self, now: Timestamp) -> bool {
        let mut moved = false;
        while let Some(next) = self.take_due(now) {
            moved = true;
            match next.step {
                Step::TimeOut(payment) => self.time_out(&payment, next.due),
                // A payment that settled meanwhile stays as it is.
                Step::Authorise(payment) => _ = self.authorise(&payment, next.due),
                Step::Release(payment) => self.release(&payment, next.due),
                Step::EndRefund { refund, arrives } => self.end_refund(&refund, arrives, next.due),
            }
        }
        moved
    }

    fn take_due(&mut self, now: Timestamp) -> Option<Planned> {
        let due = self.plan.iter().enumerate().filter(|(_, planned)| planned.due <= now);
        let (index, _) = due.min_by_key(|(_, planned)| (planned.due, planned.number))?;
        Some(self.plan.remove(index))
    }

    fn plan(&mut self, due: Timestamp, step: Step) {
        let number = self.ids.number();
        self.plan.push(Planned { due, number, step });
    }

    pub(crate) fn create_order(&mut self, wish: NewOrder, now: Timestamp) -> Order {
        let (id, number) = self.ids.next("order_");
        let order = Order {
            id: id.clone(),
            amount: wish.amount,
            receipt: wish.receipt,
            status: OrderStatus::Created,
            attempts: 0,
            notes: wish.notes,
            created_at: now,
            payments: Vec::new(),
            number,
            auto_capture: wish.auto_capture.unwrap_or(self.terms.auto_capture),
        };
        self.orders.insert(id, order.clone());
        order
    }

    /// Tries to pay. An order that is paid takes no further payment, unless `forced`.
    pub(crate) fn pay(
        &mut self,
        order_id: &str,
        method: Method,
        outcome: Outcome,
        forced: bool,
        now: Timestamp,
    ) -> Result<String, Rejection> {
        if self.order(order_id)?.status == OrderStatus::Paid && !forced {
            return Err(already_paid());
        }
        let payment_id = self.attempt(order_id, method, now);
        match outcome {
            Outcome::Captured => self.authorise(&payment_id, now)?,
            Outcome::Failed { code, description } => {
                let error = PaymentError {
                    code,
                    description,
                    source: "customer".to_owned(),
                    step: "payment_authorization".to_owned(),
                    reason: "payment_failed".to_owned(),
                };
                self.fail(&payment_id, error, now);
            }
            Outcome::Pending => self.plan(now + self.terms.payment_timeout, Step::TimeOut(payment_id.clone())),
            Outcome::LateAuthorised { after } => {
                self.plan(now + self.terms.payment_timeout, Step::TimeOut(payment_id.clone()));
                self.plan(now + after, Step::Authorise(payment_id.clone()));
            }
        }
        Ok(payment_id)
    }

    fn attempt(&mut self, order_id: &str, method: Method, now: Timestamp) -> String {
        let (id, number) = self.ids.next("pay_");
        let order = self.orders.get_mut(order_id).expect("the caller has looked it up");
        order.attempts += 1;
        order.payments.push(id.clone());
        if order.status == OrderStatus::Created {
            order.status = OrderStatus::Attempted;
        }
        let payment = Payment {
            id: id.clone(),
            order_id: order_id.to_owned(),
            amount: order.amount,
            method,
            status: PaymentStatus::Created,
            captured: false,
            amount_refunded: 0,
            error: None,
            created_at: now,
            refunds: Vec::new(),
            number,
        };
        self.payments.insert(id.clone(), payment);
        id
    }

    /// The bank says yes, however late: also to a payment that has failed, and to one whose order another
    /// payment has paid meanwhile. Both are known cases, and both are captured where capture is automatic.
    pub(crate) fn authorise(&mut self, payment_id: &str, at: Timestamp) -> Result<(), Rejection> {
        if self.say_yes(payment_id, at)? {
            self.capture_authorised(payment_id, at);
        } else {
            self.plan(at + RELEASE_AFTER, Step::Release(payment_id.to_owned()));
        }
        Ok(())
    }

    /// The bank authorises, and nothing is captured yet: for a moment, or for ever without a capture.
    pub(crate) fn reserve(&mut self, payment_id: &str, at: Timestamp) -> Result<(), Rejection> {
        self.say_yes(payment_id, at)?;
        self.plan(at + RELEASE_AFTER, Step::Release(payment_id.to_owned()));
        Ok(())
    }

    /// Tells whether the order wants to be captured at once.
    fn say_yes(&mut self, payment_id: &str, at: Timestamp) -> Result<bool, Rejection> {
        let payment = self.payments.get_mut(payment_id).ok_or_else(Rejection::unknown_id)?;
        if !matches!(payment.status, PaymentStatus::Created | PaymentStatus::Failed) {
            return Err(Rejection::bad_request("This payment has already been authorized"));
        }
        payment.status = PaymentStatus::Authorized;
        payment.error = None;
        let auto_capture = self.orders[&payment.order_id].auto_capture;
        self.tell_of_payment(EventName::PaymentAuthorized, payment_id, at);
        Ok(auto_capture)
    }

    /// Razorpay captures the reserved money automatically.
    pub(crate) fn capture_reserved(&mut self, payment_id: &str, at: Timestamp) -> Result<(), Rejection> {
        if self.payment(payment_id)?.status != PaymentStatus::Authorized {
            return Err(Rejection::bad_request("This payment is not authorized"));
        }
        self.capture_authorised(payment_id, at);
        Ok(())
    }

    /// `POST /payments/{id}/capture`.
    pub(crate) fn capture(&mut self, payment_id: &str, amount: i64, at: Timestamp) -> Result<(), Rejection> {
        let payment = self.payment(payment_id)?;
        if payment.captured {
            return Err(Rejection::bad_request("This payment has already been captured"));
        }
        if payment.status != PaymentStatus::Authorized {
            return Err(Rejection::bad_request(
                "Only payments which have been authorized and not yet captured can be captured",
            ));
        }
        if payment.amount != amount {
            return Err(Rejection::field("amount", "Capture amount must be equal to the amount authorized"));
        }
        if self.orders[&payment.order_id].status == OrderStatus::Paid {
            return Err(already_paid());
        }
        self.capture_authorised(payment_id, at);
        Ok(())
    }

    fn capture_authorised(&mut self, payment_id: &str, at: Timestamp) {
        let payment = self.payments.get_mut(payment_id).expect("the caller has looked it up");
        payment.status = PaymentStatus::Captured;
        payment.captured = true;
        let order = self.orders.get_mut(&payment.order_id).expect("a payment has an order");
        let first = order.status != OrderStatus::Paid;
        order.status = OrderStatus::Paid;
        let order = order.json();
        self.tell_of_payment(EventName::PaymentCaptured, payment_id, at);
        // An order is paid once, even if a second payment is captured on it.
        if first {
            let payment = self.payments[payment_id].json();
            self.happenings.push(Happening::new(EventName::OrderPaid, at, [("payment", payment), ("order", order)]));
        }
    }

    fn fail(&mut self, payment_id: &str, error: PaymentError, at: Timestamp) {
        let payment = self.payments.get_mut(payment_id).expect("the caller has looked it up");
        payment.status = PaymentStatus::Failed;
        payment.error = Some(error);
        self.tell_of_payment(EventName::PaymentFailed, payment_id, at);
    }

    fn time_out(&mut self, payment_id: &str, at: Timestamp) {
        if self.payments[payment_id].status != PaymentStatus::Created {
            return;
        }
        let error = PaymentError {
            code: "BAD_REQUEST_ERROR".to_owned(),
            description: "Payment was not completed on time.".to_owned(),
            source: "customer".to_owned(),
            step: "payment_authentication".to_owned(),
            reason: "payment_timed_out".to_owned(),
        };
        self.fail(payment_id, error, at);
    }

    /// Razorpay itself refunds a payment that was not captured; `captured` stays false, which tells such a refund.
    fn release(&mut self, payment_id: &str, at: Timestamp) {
        let payment = &self.payments[payment_id];
        if payment.status != PaymentStatus::Authorized {
            return;
        }
        let wish = NewRefund { amount: None, receipt: None, notes: Map::new(), speed: "normal".to_owned() };
        let amount = payment.amount;
        self.send_refund(payment_id, amount, wish, at);
    }

    /// `POST /payments/{id}/refund`. The same key with the same request answers with the refund that is
    /// there, as it stands now; with another request it is refused. Refusals are not stored.
    pub(crate) fn create_refund(
        &mut self,
        payment_id: &str,
        key: Option<String>,
        request: Map<String, Value>,
        at: Timestamp,
    ) -> Result<Refund, Rejection> {
        if let Some(known) = key.as_ref().and_then(|key| self.refund_keys.get(key)) {
            if known.payment != payment_id || known.request != request {
                return Err(Rejection::bad_request(
                    "Different request body sent for the same idempotency key. Please use a different key.",
                ));
            }
            return self.refund(&known.refund).cloned();
        }
        let payment = self.payment(payment_id)?;
        let wish = NewRefund::parse(&request)?;
        if !payment.captured {
            return Err(Rejection::bad_request("The payment status should be captured for action to be taken"));
        }
        let left = payment.refundable();
        if left == 0 {
            return Err(Rejection::bad_request("The payment has been fully refunded already"));
        }
        let amount = wish.amount.unwrap_or(left);
        if amount > left {
            let description = "The total refund amount is greater than the refund payment amount";
            return Err(Rejection::field("amount", description));
        }
        let refund = self.send_refund(payment_id, amount, wish, at);
        if let Some(key) = key {
            let known = RefundKey { payment: payment_id.to_owned(), request, refund: refund.id.clone() };
            self.refund_keys.insert(key, known);
        }
        Ok(refund)
    }

    fn send_refund(&mut self, payment_id: &str, amount: i64, wish: NewRefund, at: Timestamp) -> Refund {
        let (id, number) = self.ids.next("rfnd_");
        let refund = Refund {
            id: id.clone(),
            payment_id: payment_id.to_owned(),
            amount,
            status: RefundStatus::Pending,
            receipt: wish.receipt,
            notes: wish.notes,
            speed: wish.speed,
            created_at: at,
            number,
        };
        self.refunds.insert(id.clone(), refund.clone());
        let payment = self.payments.get_mut(payment_id).expect("the caller has looked it up");
        payment.refunds.push(id.clone());
        payment.amount_refunded += amount;
        if payment.amount_refunded == payment.amount {
            payment.status = PaymentStatus::Refunded;
        }
        self.tell_of_refund(EventName::RefundCreated, &id, at);
        let (after, arrives) = match self.terms.refunds {
            RefundMode::Processed { after } => (after, true),
            RefundMode::Failed { after } => (after, false),
        };
        self.plan(at + after, Step::EndRefund { refund: id, arrives });
        refund
    }

    fn end_refund(&mut self, refund_id: &str, arrives: bool, at: Timestamp) {
        let refund = self.refunds.get_mut(refund_id).expect("a planned refund is there");
        if arrives {
            refund.status = RefundStatus::Processed;
            return self.tell_of_refund(EventName::RefundProcessed, refund_id, at);
        }
        refund.status = RefundStatus::Failed;
        let payment = self.payments.get_mut(&refund.payment_id).expect("a refund has a payment");
        payment.amount_refunded -= refund.amount;
        payment.status = if payment.captured { PaymentStatus::Captured } else { PaymentStatus::Authorized };
        self.tell_of_refund(EventName::RefundFailed, refund_id, at);
    }

    fn tell_of_payment(&mut self, name: EventName, payment_id: &str, at: Timestamp) {
        let payment = self.payments[payment_id].json();
        self.happenings.push(Happening::new(name, at, [("payment", payment)]));
    }

    fn tell_of_refund(&mut self, name: EventName, refund_id: &str, at: Timestamp) {
        let refund = &self.refunds[refund_id];
        let payment = self.payments[&refund.payment_id].json();
        self.happenings.push(Happening::new(name, at, [("refund", refund.json()), ("payment", payment)]));
    }
}

fn already_paid() -> Rejection {
    Rejection::bad_request("Payment already done for this order.")
}
