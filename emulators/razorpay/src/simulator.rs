//! [`Razorpay`]: the books, the webhooks and the data directory behind one handle.
//!
//! Every call first carries out what has become due, so that an answer is always that of *now*. Nothing runs
//! in the background.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

use crate::books::{Books, Outcome, Terms};
use crate::config::{ApiFault, Clock, Config, Faults, Outlet, RefundMode};
use crate::entity::{Method, Order, Payment, Refund};
use crate::ledger::Ledger;
use crate::rejection::Rejection;
use crate::signature::checkout_signature;
use crate::store::{OpenError, State, Store};
use crate::webhook::{Delivered, PendingWebhook, WebhookState};
use crate::{checkout, rest};

/// The values that checkout hands to the merchant's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// `razorpay_order_id`
    pub order_id: String,
    /// `razorpay_payment_id`
    pub payment_id: String,
    /// `razorpay_signature`. It proves where the identifiers come from, not that money came: the checkout
    /// page hands it out with a successful payment only, whereas here it is there for every outcome, so that
    /// tests can show a merchant a good signature of a payment that is not captured.
    pub signature: String,
}

/// One merchant's Razorpay. Share it in an `Arc`.
pub struct Razorpay {
    pub(crate) config: Config,
    clock: Clock,
    outlet: Outlet,
    store: Option<Store>,
    state: Mutex<State>,
    controls: Mutex<Controls>,
    /// Held by the call that delivers, so that two never send the same delivery.
    delivering: tokio::sync::Mutex<()>,
}

/// The settings that tests and the demo may change during a run. They are not stored.
struct Controls {
    webhook_secret: String,
    faults: Faults,
    api_faults: VecDeque<ApiFault>,
}

impl Razorpay {
    /// Opens the books of `config.data_dir`, or new ones in memory.
    ///
    /// # Errors
    /// The data directory can't be used. Never without one.
    pub fn open(config: Config, clock: Clock, outlet: Outlet) -> Result<Self, OpenError> {
        let (store, stored) = match &config.data_dir {
            Some(dir) => Store::open(dir).map(|(store, state)| (Some(store), state))?,
            None => (None, None),
        };
        let fresh = || State { books: Books::new(config.seed), ..State::default() };
        let mut state = stored.unwrap_or_else(fresh);
        state.books.terms = Terms {
            auto_capture: config.auto_capture,
            payment_timeout: config.payment_timeout,
            refunds: config.refunds,
        };
        let controls = Controls {
            webhook_secret: config.webhook_secret.clone(),
            faults: Faults::default(),
            api_faults: VecDeque::new(),
        };
        Ok(Self {
            config,
            clock,
            outlet,
            store,
            state: Mutex::new(state),
            controls: Mutex::new(controls),
            delivering: tokio::sync::Mutex::new(()),
        })
    }

    /// The REST API. Paths start with `/v1`, as at `https://api.razorpay.com`.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        rest::handle(self, &request)
    }

    /// The checkout page, `GET` and `POST /checkout?order_id=…&callback_url=…`, and `GET /v1/checkout.js`.
    pub async fn page(&self, request: Request<Bytes>) -> Response<Bytes> {
        checkout::page(self, &request)
    }

    /// A customer pays an order, with this outcome.
    ///
    /// # Errors
    /// The order is unknown or paid already.
    pub fn pay(&self, order_id: &str, method: Method, outcome: Outcome) -> Result<Paid, Rejection> {
        self.pay_unless_paid(order_id, method, outcome, false)
    }

    /// A customer pays an order, even if it is paid already: the rare double capture, on demand.
    ///
    /// # Errors
    /// The order is unknown.
    pub fn pay_again(&self, order_id: &str, method: Method, outcome: Outcome) -> Result<Paid, Rejection> {
        self.pay_unless_paid(order_id, method, outcome, true)
    }

    fn pay_unless_paid(
        &self,
        order_id: &str,
        method: Method,
        outcome: Outcome,
        forced: bool,
    ) -> Result<Paid, Rejection> {
        let payment_id = self.change(|books, now| books.pay(order_id, method, outcome, forced, now))?;
        let signature = checkout_signature(&self.config.key_secret, order_id, &payment_id);
        Ok(Paid { order_id: order_id.to_owned(), payment_id, signature })
    }

    /// The bank says yes after all, to a payment that is pending or has failed, even if another payment has
    /// paid the order meanwhile. With automatic capture the payment is captured.
    ///
    /// # Errors
    /// The payment is unknown, or was authorised before.
    pub fn authorise_late(&self, payment_id: &str) -> Result<(), Rejection> {
        self.change(|books, now| books.authorise(payment_id, now))
    }

    /// The bank authorises a payment that is pending or has failed, and Razorpay has not captured it yet. What is not captured within
    /// three days goes back automatically.
    ///
    /// # Errors
    /// The payment is unknown, or was authorised before.
    pub fn reserve(&self, payment_id: &str) -> Result<(), Rejection> {
        self.change(|books, now| books.reserve(payment_id, now))
    }

    /// Razorpay captures what was reserved, even if another payment has paid the order meanwhile.
    ///
    /// # Errors
    /// The payment is unknown, or not authorised.
    pub fn capture_reserved(&self, payment_id: &str) -> Result<(), Rejection> {
        self.change(|books, now| books.capture_reserved(payment_id, now))
    }

    /// The merchant's staff refunds a payment at the dashboard, of which the merchant's own programs know nothing.
    ///
    /// # Errors
    /// The payment is unknown or not captured, or less is left of it.
    pub fn refund_at_dashboard(&self, payment_id: &str, amount: i64) -> Result<String, Rejection> {
        let request = serde_json::Map::from_iter([("amount".to_owned(), amount.into())]);
        self.change(|books, now| Ok(books.create_refund(payment_id, None, request, now)?.id))
    }

    /// Carries out what has become due: time-outs, late authorisations, refunds that arrive. Every other call
    /// does so too.
    pub fn tick(&self) {
        self.read(|_| ());
    }

    /// Ticks, then sends every webhook that is due, one after the other, until none is. What the merchant
    /// does on hearing may make further webhooks due; they go out in the same call.
    ///
    /// The outlet may call back into the simulator, but not into this method, which waits for its own end.
    pub async fn deliver_due(&self) -> Vec<Delivered> {
        let _turn = self.delivering.lock().await;
        self.tick();
        let now = (self.clock)();
        let mut delivered = Vec::new();
        loop {
            let faults = self.controls().faults;
            let next = {
                let state = self.state();
                state.outbox.next(now, faults.order, state.books.ids.seed()).cloned()
            };
            let Some(delivery) = next else {
                return delivered;
            };
            let dropped = faults.drop_first_attempt && delivery.attempts == 0;
            // No lock is held here: the merchant may well answer by calling the API.
            let status = match dropped {
                true => None,
                false => Some((self.outlet)(delivery.request(&self.config.webhook_url)).await),
            };
            let succeeded = status.is_some_and(|status| status.is_success());
            if !succeeded {
                tracing::debug!(event = delivery.event.as_str(), ?status, "webhook not accepted");
            }
            let mut state = self.state();
            state.outbox.record(delivery.number, succeeded, now);
            self.save(&state);
            drop(state);
            let attempt = delivery.attempts + 1;
            delivered.push(Delivered { event: delivery.event, event_id: delivery.event_id, attempt, status });
        }
    }

    /// The instant of the next delivery or step of [`Razorpay::tick`].
    pub fn next_due(&self) -> Option<Timestamp> {
        let state = self.state();
        state.books.next_due().into_iter().chain(state.outbox.next_due()).min()
    }

    /// Deliveries that wait, by due time.
    pub fn pending_webhooks(&self) -> Vec<PendingWebhook> {
        self.tick();
        self.state().outbox.pending()
    }

    /// Whether Razorpay still sends.
    pub fn webhook(&self) -> WebhookState {
        self.state().outbox.state()
    }

    /// Enables the webhook, as an operator does in the dashboard after a repair of the receiver. Lost events stay lost.
    pub fn enable_webhook(&self) {
        let mut state = self.state();
        state.outbox.enable();
        self.save(&state);
    }

    /// Signs events from now on with another secret. Events that wait keep the signature of the old one.
    pub fn rotate_webhook_secret(&self, secret: impl Into<String>) {
        // What has become due by now happened before the rotation.
        self.tick();
        self.controls().webhook_secret = secret.into();
    }

    /// Sets the faults of webhooks from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.tick();
        self.controls().faults = faults;
    }

    /// Sets the fault of the next authenticated `POST` to the API that has no fault yet.
    pub fn inject(&self, fault: ApiFault) {
        self.controls().api_faults.push_back(fault);
    }

    pub(crate) fn take_api_fault(&self) -> Option<ApiFault> {
        self.controls().api_faults.pop_front()
    }

    /// Sets the outcome of refunds that are made from now on.
    pub fn set_refund_mode(&self, mode: RefundMode) {
        self.change(|books, _| books.terms.refunds = mode);
    }

    /// Razorpay's side of the money.
    pub fn ledger(&self) -> Ledger {
        self.read(Books::ledger)
    }

    /// An order, if it is known.
    pub fn order(&self, order_id: &str) -> Option<Order> {
        self.read(|books| books.order(order_id).ok().cloned())
    }

    /// All orders, newest first.
    pub fn orders(&self) -> Vec<Order> {
        self.read(|books| books.orders().into_iter().cloned().collect())
    }

    /// A payment, if it is known.
    pub fn payment(&self, payment_id: &str) -> Option<Payment> {
        self.read(|books| books.payment(payment_id).ok().cloned())
    }

    /// A refund, if it is known.
    pub fn refund(&self, refund_id: &str) -> Option<Refund> {
        self.read(|books| books.refund(refund_id).ok().cloned())
    }

    /// Looks at the books as they are now.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Books) -> T) -> T {
        let mut state = self.state();
        if state.books.advance((self.clock)()) {
            self.publish(&mut state);
        }
        look(&state.books)
    }

    /// Changes the books as they are now, then queues the events for the merchant, and saves.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Books, Timestamp) -> T) -> T {
        let now = (self.clock)();
        let mut state = self.state();
        state.books.advance(now);
        let result = act(&mut state.books, now);
        self.publish(&mut state);
        result
    }

    fn publish(&self, state: &mut State) {
        let State { books, outbox } = state;
        let controls = self.controls();
        for happening in books.take_happenings() {
            let (account, secret) = (&self.config.account_id, &controls.webhook_secret);
            outbox.post(happening, &mut books.ids, account, secret, &controls.faults);
        }
        drop(controls);
        self.save(state);
    }

    fn save(&self, state: &State) {
        let Some(store) = &self.store else { return };
        if let Err(error) = store.save(state) {
            // Going on without is better than failing a payment of the demo; the next change tries again.
            tracing::error!(%error, "the books could not be saved");
        }
    }

    /// A panic elsewhere leaves the books as they were between two steps, which is good enough to go on.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn controls(&self) -> MutexGuard<'_, Controls> {
        self.controls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
