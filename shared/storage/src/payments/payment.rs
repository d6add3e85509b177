//! Payments: the intent that precedes the call to the gateway, the order, its attempts and captures. Nothing here talks to the
//! gateway.

use domain::audit::EventType;
use domain::core::id::{AppointmentId, PatientId, PaymentId};
use domain::core::id::{GatewayPaymentId, OrderId};
use domain::core::money::{Currency, Paise};
use domain::payments::account::Account;
use domain::payments::payment::{Payment, PaymentMethod, PaymentState};
use domain::payments::receipt::Receipt;
use domain::payments::reconciliation::order_timer;
use domain::payments::refund::Refund;
use domain::payments::refund_policy::{RefundDecision, RefundRule};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::payments::keys::{Key, PaymentIndex};
use crate::payments::{receipt, refund};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::item::{Item, Row, ms};
use crate::table::key::Span;
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::sealed::SealedText;
use crate::table::timers;
use crate::table::transaction::{OnFailure, Transaction};

/// All that is known about the payment of an appointment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The payment, once one was started.
    pub payment: Option<Payment>,
    /// The attempts at paying that the gateway has told of.
    pub attempts: Vec<Attempt>,
    /// The refunds, those that a rule decided, those that were granted, and those of the gateway's own.
    pub refunds: Vec<Refund>,
    /// The receipt, once it was issued.
    pub receipt: Option<Receipt>,
    /// The people on the receipt, sealed: `ReceiptParties`.
    pub receipt_parties: Option<SealedText>,
}

impl Ledger {
    /// A refund of it.
    pub fn refund(&self, id: &domain::core::id::RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == *id)
    }
}

/// An attempt at paying an order. A failed one changes nothing else: the patient tries again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which payment.
    pub payment: PaymentId,
    /// Its id at the gateway.
    pub gateway_payment: GatewayPaymentId,
    /// How it went.
    pub state: AttemptState,
    /// When.
    pub at: Timestamp,
}

/// How an attempt went. Captured is final; a failed one can still be authorized, and an authorized one captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// The gateway refused it.
    Failed,
    /// The bank has reserved the money, which is not ours yet.
    Authorized,
    /// The gateway has the money.
    Captured,
    /// Its amount, currency or order is not what we asked for: an operator's case.
    Mismatched,
}

/// The states of payments that are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFilter {
    /// The order was being made.
    Intent,
    /// The order waits for the patient.
    Open,
    /// It is paid.
    Captured,
}

impl PaymentFilter {
    /// As it is written: `captured`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Open => "open",
            Self::Captured => "captured",
        }
    }
}

/// Whether something that is stored once is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is stored now.
    Stored,
    /// It was stored before, and stays as it was.
    Duplicate,
}

/// Why a payment start does not get the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment is being started by another request")]
pub struct StartInProgress {
    /// Until when, at the latest.
    pub until: Timestamp,
}

/// The order belongs to another payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the order belongs to another payment")]
pub struct OrderTaken;

#[derive(Serialize, Deserialize)]
struct Record {
    appointment: AppointmentId,
    patient: PatientId,
    amount: Paise,
    /// Absent for the rupee.
    #[serde(default, skip_serializing_if = "is_default")]
    currency: Currency,
    #[serde(with = "ms::required")]
    started_at: Timestamp,
    #[serde(flatten)]
    state: StateRecord,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<AccountRecord>,
}

/// What came by one attempt, what of it goes back, and why.
#[derive(Serialize, Deserialize)]
struct AccountRecord {
    attempt: GatewayPaymentId,
    captured: Paise,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<PaymentMethod>,
    #[serde(with = "ms::required")]
    at: Timestamp,
    promised: Paise,
    #[serde(default, skip_serializing_if = "is_default")]
    owed: Paise,
    rule: RefundRule,
    percent: u8,
    decided: Paise,
    #[serde(with = "ms::required")]
    decided_at: Timestamp,
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Intent {
        #[serde(with = "ms::required")]
        lease_until: Timestamp,
    },
    Open {
        order_id: OrderId,
    },
    Captured {
        order_id: OrderId,
        gateway_payment: GatewayPaymentId,
        #[serde(with = "ms::required")]
        captured_at: Timestamp,
    },
}

#[derive(Serialize, Deserialize)]
struct AttemptRecord {
    state: AttemptState,
    #[serde(with = "ms::required")]
    tried_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct OrderRecord {
    payment: PaymentId,
}

/// The payment as it will be stored, one version after the one that was read.
pub(crate) fn item(payment: &Payment) -> Item {
    let Payment { id, appointment, patient, amount, currency, started_at, state, accounts, version } = payment.clone();
    let (name, since) = match &state {
        PaymentState::Intent { .. } => ("intent", started_at),
        PaymentState::Open { .. } => ("open", started_at),
        PaymentState::Captured { at, .. } => ("captured", *at),
    };
    let state = match state {
        PaymentState::Intent { lease_until } => StateRecord::Intent { lease_until },
        PaymentState::Open { order } => StateRecord::Open { order_id: order },
        PaymentState::Captured { order, payment, at } => {
            StateRecord::Captured { order_id: order, gateway_payment: payment, captured_at: at }
        }
    };
    let accounts = accounts.into_iter().map(AccountRecord::from).collect();
    let record = Record { appointment, patient, amount, currency, started_at, state, accounts };
    let places = PaymentIndex { patient, started: started_at, state: name, since, payment: id };
    Item::new(Key::Payment(id), &record).version(version + 1).indexed(places.attributes())
}

pub(crate) fn read(row: &Row) -> Result<Payment, StorageError> {
    let Key::Payment(id) = row.key()? else { return Err(row.inconsistent("not a payment")) };
    let Record { appointment, patient, amount, currency, started_at, state, accounts } = row.record()?;
    let state = match state {
        StateRecord::Intent { lease_until } => PaymentState::Intent { lease_until },
        StateRecord::Open { order_id } => PaymentState::Open { order: order_id },
        StateRecord::Captured { order_id, gateway_payment, captured_at } => {
            PaymentState::Captured { order: order_id, payment: gateway_payment, at: captured_at }
        }
    };
    let accounts = accounts.into_iter().map(Account::from).collect();
    Ok(Payment { id, appointment, patient, amount, currency, started_at, state, accounts, version: row.version()? })
}

impl From<Account> for AccountRecord {
    fn from(account: Account) -> Self {
        let Account { attempt, captured, method, at, promised, owed, decision } = account;
        let RefundDecision { rule, percent, amount: decided, at: decided_at } = decision;
        Self { attempt, captured, method, at, promised, owed, rule, percent, decided, decided_at }
    }
}

impl From<AccountRecord> for Account {
    fn from(record: AccountRecord) -> Self {
        let AccountRecord { attempt, captured, method, at, promised, owed, rule, percent, decided, decided_at } =
            record;
        let decision = RefundDecision { rule, percent, amount: decided, at: decided_at };
        Self { attempt, captured, method, at, promised, owed, decision }
    }
}

pub(crate) fn attempt_item(attempt: &Attempt) -> Item {
    let Attempt { payment, gateway_payment, state, at } = attempt.clone();
    Item::new(Key::Attempt(payment, gateway_payment), &AttemptRecord { state, tried_at: at })
}

pub(crate) fn read_attempt(row: &Row) -> Result<Attempt, StorageError> {
    let Key::Attempt(payment, gateway_payment) = row.key()? else {
        return Err(row.inconsistent("not an attempt"));
    };
    let AttemptRecord { state, tried_at } = row.record()?;
    Ok(Attempt { payment, gateway_payment, state, at: tried_at })
}

pub(crate) fn unchanged(payment: &Payment) -> Condition {
    Guard::PAYMENT_UNCHANGED.expecting(payment.version)
}

impl Storage {
    /// A payment with its attempts, refunds and receipt, in one strongly consistent query.
    ///
    /// Key condition: `PAY#` partition, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ledger(&self, payment: PaymentId) -> Result<Ledger, StorageError> {
        let mut ledger = Ledger::default();
        for row in self.all(Span::ledger(payment)).await? {
            match row.key()? {
                Key::Payment(_) => ledger.payment = Some(read(&row)?),
                Key::Attempt(..) => ledger.attempts.push(read_attempt(&row)?),
                Key::Refund(..) => ledger.refunds.push(refund::read(&row)?),
                Key::Receipt(_) => {
                    let (receipt, parties) = receipt::read(&row)?;
                    (ledger.receipt, ledger.receipt_parties) = (Some(receipt), parties);
                }
                Key::ReceiptCounter(_) | Key::Order(_) | Key::WebhookEvent(_) => {
                    return Err(row.inconsistent("it does not belong to a payment"));
                }
            }
        }
        Ok(ledger)
    }

    /// Writes the intent to make an order: the writer that succeeds may call the gateway until the lease ends.
    ///
    /// # Errors
    /// [`StartInProgress`] when another request has the lease, or another [`CommitError`].
    pub async fn commit_intent(
        &self,
        intent: &Payment,
        prov: &Provenance,
    ) -> Result<Payment, CommitError<StartInProgress>> {
        let now = prov.at;
        let leased = OnFailure::Judge(Box::new(move |stored| match read(stored).ok()?.state {
            PaymentState::Intent { lease_until: until } if until > now => Some(StartInProgress { until }),
            _ => None,
        }));
        let guard = Guard::PAYMENT_START_FREE.expecting(intent.version).at(now);
        Transaction::by(prov).put(item(intent).event(EventType::PaymentStarted), guard, leased).commit(self).await?;
        Ok(stored(intent))
    }

    /// Writes the order that the gateway made for a payment, the way from the order back to the payment, and when to ask
    /// about it. The intent before it was the event: one request, one event.
    ///
    /// # Errors
    /// [`OrderTaken`], or another [`CommitError`].
    pub async fn commit_order(&self, open: &Payment, prov: &Provenance) -> Result<Payment, CommitError<OrderTaken>> {
        let transaction = Transaction::by(prov).put(item(open), unchanged(open), OnFailure::Stale);
        let transaction = match open.order() {
            Some(order) => transaction.put(
                Item::new(Key::Order(order.clone()), &OrderRecord { payment: open.id }),
                Guard::ORDER_NEW,
                OnFailure::Refuse(OrderTaken),
            ),
            None => transaction,
        };
        let first = order_timer(open.id, prov.at, 0);
        let transaction =
            first.iter().fold(transaction, |all, timer| all.put_unconditionally(timers::item(timer, prov)));
        transaction.commit(self).await?;
        Ok(stored(open))
    }

    /// The payment that an order of the gateway is for.
    ///
    /// Key condition: 1 key, strong.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn payment_of_order(&self, order: &OrderId) -> Result<Option<PaymentId>, StorageError> {
        let Some(row) = self.row(Key::Order(order.clone())).await? else { return Ok(None) };
        Ok(Some(row.record::<OrderRecord>()?.payment))
    }

    /// Records an attempt at paying, once. A late failure does not overwrite a capture or an authorization; a capture does
    /// overwrite both.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn record_attempt(&self, attempt: &Attempt, prov: &Provenance) -> Result<Stored, CommitError> {
        let (guard, event) = match attempt.state {
            AttemptState::Failed => (Guard::ATTEMPT_NEW, Some(EventType::PaymentFailed)),
            AttemptState::Mismatched => (Guard::ATTEMPT_OPEN, Some(EventType::PaymentRefused)),
            // The settlement beside it, or the one that is yet to come, is the event.
            AttemptState::Authorized => (Guard::ATTEMPT_UNAUTHORIZED, None),
            AttemptState::Captured => (Guard::ATTEMPT_OPEN, None),
        };
        let item = attempt_item(attempt);
        let item = match event {
            Some(event) => item.event(event),
            None => item,
        };
        let duplicate = OnFailure::Refuse(Stored::Duplicate);
        once(Transaction::by(prov).put(item, guard, duplicate).commit(self).await)
    }

    /// A patient's payments, those first that were begun first. From an index: it may lag.
    ///
    /// Key condition: GSI1 `PAYER#`.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn payments_of_patient(
        &self,
        patient: PatientId,
        page: &PageRequest,
    ) -> Result<Page<Payment>, StorageError> {
        self.page(Span::of_payer(patient), page).await?.try_map(|row| read(&row))
    }

    /// The payments that came into a state on a day (UTC), earliest first. From an index: it may lag.
    ///
    /// Key condition: GSI2 `PAYDAY#`.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn payments_of_day(
        &self,
        state: PaymentFilter,
        day: Date,
        page: &PageRequest,
    ) -> Result<Page<Payment>, StorageError> {
        self.page(Span::payments_of_day(state.as_str(), day), page).await?.try_map(|row| read(&row))
    }
}

/// A payment as it is after its write.
fn stored(payment: &Payment) -> Payment {
    Payment { version: payment.version + 1, ..payment.clone() }
}

/// Of a write that may happen once, the second is no failure.
pub(crate) fn once(end: Result<(), CommitError<Stored>>) -> Result<Stored, CommitError> {
    match end {
        Ok(()) => Ok(Stored::Stored),
        Err(error) => error.refusal(),
    }
}
