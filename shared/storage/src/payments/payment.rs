//! Payments: the intent that precedes the call to the gateway, the order, its attempts, captures, refunds,
//! and the events that the gateway has sent. Nothing here talks to the gateway.

use domain::audit::EventType;
use domain::core::id::{AppointmentId, PatientId, PaymentId};
use domain::core::id::{GatewayPaymentId, GatewayRefundId, OrderId};
use domain::core::money::{Currency, Paise};
use domain::core::person::{PersonName, RegistrationNumber};
use domain::messages::Message;
use domain::payments::account::{Account, RefundDecisionOutcome, Retried};
use domain::payments::external_refund::ExternalRefundRecorded;
use domain::payments::payment::{Payment, PaymentState};
use domain::payments::receipt::{FinancialYear, Receipt, ReceiptCounter, ReceiptNumber};
use domain::payments::reconciliation::{order_timer, refund_timer};
use domain::payments::refund::{Refund, RefundReason, RefundState};
use domain::payments::refund_policy::{RefundDecision, RefundRule};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Storage;
use crate::keys::{IndexKey, Key, Span};
use crate::table::error::{CommitError, StorageError};
use crate::table::guard::{Condition, Guard};
use crate::table::idempotency::{Answer, Committed, IdempotencyClaim};
use crate::table::item::{Item, Row, ms};
use crate::table::pagination::{Page, PageRequest};
use crate::table::provenance::Provenance;
use crate::table::timers;
use crate::table::transaction::{OnFailure, Transaction};

/// How long an event of the gateway is kept.
const EVENT_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

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
}

impl Ledger {
    /// A refund of it.
    pub fn refund(&self, id: &domain::core::id::RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == *id)
    }

    /// Gives a payment that was captured before there were accounts the accounts that its refunds imply.
    fn with_accounts(mut self) -> Self {
        let Some(payment) = &mut self.payment else { return self };
        let PaymentState::Captured { payment: paying, at, .. } = &payment.state else { return self };
        if !payment.accounts.is_empty() {
            return self;
        }
        let account = |attempt: &GatewayPaymentId, captured, refunds: &[Refund]| {
            let of_attempt = refunds.iter().filter(|refund| refund.id.attempt == *attempt && refund.claims());
            let promised = of_attempt.fold(Paise::ZERO, |sum, refund| sum.plus(refund.amount).unwrap_or(captured));
            let decision = RefundDecision { rule: RefundRule::BeforeRecords, percent: 0, amount: promised, at: *at };
            Account { attempt: attempt.clone(), captured, at: *at, promised, owed: promised, decision }
        };
        let mut accounts = vec![account(paying, payment.amount, &self.refunds)];
        // Until then only a whole second capture was paid back besides.
        for other in self.refunds.iter().filter(|refund| refund.id.attempt != *paying) {
            accounts.push(account(&other.id.attempt, other.amount, &self.refunds));
        }
        payment.accounts = accounts;
        self
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

/// The states of refunds that are listed: those that are not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundFilter {
    /// Promised, and not asked for yet.
    Pending,
    /// Under way.
    Requested,
    /// An operator's case.
    Failed,
}

impl RefundFilter {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Requested => "requested",
            Self::Failed => "failed",
        }
    }
}

/// An event of the gateway, without what it told of the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its key: derived from the event's id and its body.
    pub key: String,
    /// What is kept of the body, whose signature was checked.
    pub body: String,
    /// When it came.
    pub received_at: Timestamp,
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
    #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
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
struct RefundRecord {
    refund_key: String,
    amount: Paise,
    reason: RefundReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    tries: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    past: Vec<GatewayRefundId>,
    #[serde(default, with = "ms::optional", skip_serializing_if = "Option::is_none")]
    promised_at: Option<Timestamp>,
    #[serde(flatten)]
    state: RefundStateRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum RefundStateRecord {
    Pending,
    Requested {
        refund_id: GatewayRefundId,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Processed {
        refund_id: GatewayRefundId,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Failed {
        detail: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refund_id: Option<GatewayRefundId>,
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
    Superseded {
        #[serde(with = "ms::required")]
        since: Timestamp,
    },
}

#[derive(Serialize, Deserialize)]
struct ReceiptRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patient: Option<PatientId>,
    number: ReceiptNumber,
    #[serde(with = "ms::required")]
    issued_at: Timestamp,
    #[serde(with = "ms::required")]
    paid_at: Timestamp,
    doctor_name: PersonName,
    registration_number: RegistrationNumber,
    amount: Paise,
    #[serde(default, skip_serializing_if = "is_default")]
    currency: Currency,
    tax_basis_points: u16,
    tax: Paise,
}

#[derive(Serialize, Deserialize)]
struct SeriesRecord {
    last: u32,
}

#[derive(Serialize, Deserialize)]
struct OrderRecord {
    payment: PaymentId,
}

#[derive(Serialize, Deserialize)]
struct EventRecord {
    body: String,
    #[serde(with = "ms::required")]
    received_at: Timestamp,
}

/// The payment as it will be stored, one version after the one that was read.
pub(crate) fn item(payment: &Payment) -> Item {
    let Payment { id, appointment, patient, amount, currency, started_at, state, accounts, version } = payment.clone();
    let (name, since) = match &state {
        PaymentState::Intent { .. } => ("intent", started_at),
        PaymentState::Open { .. } => ("open", started_at),
        PaymentState::Captured { at, .. } => ("captured", Some(*at)),
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
    let item = Item::new(Key::Payment(id), &record).version(version + 1);
    match (started_at, since) {
        (Some(started), Some(since)) => {
            item.indexed(&IndexKey::Payment { patient, started, state: name, since, payment: id })
        }
        _ => item,
    }
}

pub(crate) fn read(row: &Row) -> Result<Payment, StorageError> {
    let Key::Payment(id) = row.key else { return Err(row.inconsistent("not a payment")) };
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
        let Account { attempt, captured, at, promised, owed, decision } = account;
        let RefundDecision { rule, percent, amount: decided, at: decided_at } = decision;
        Self { attempt, captured, at, promised, owed, rule, percent, decided, decided_at }
    }
}

impl From<AccountRecord> for Account {
    fn from(record: AccountRecord) -> Self {
        let AccountRecord { attempt, captured, at, promised, owed, rule, percent, decided, decided_at } = record;
        let decision = RefundDecision { rule, percent, amount: decided, at: decided_at };
        Self { attempt, captured, at, promised, owed, decision }
    }
}

/// The refund as it will be stored, one version after the one that was read. It is in the list of refunds until it has
/// arrived.
pub(crate) fn refund_item(refund: &Refund) -> Item {
    let Refund { payment, id, key, amount, reason, remark, tries, past, promised_at, state, version } = refund.clone();
    let (name, since) = (state.as_str(), state.since().or(promised_at));
    // A refund of the gateway's own that has failed is nobody's any more.
    let is_over = matches!(state, RefundState::Processed { .. }) || !refund.claims();
    let state = match state {
        RefundState::Pending => RefundStateRecord::Pending,
        RefundState::Requested { refund_id, at } => RefundStateRecord::Requested { refund_id, since: at },
        RefundState::Processed { refund_id, at } => RefundStateRecord::Processed { refund_id, since: at },
        RefundState::Failed { detail, refund_id, at } => RefundStateRecord::Failed { detail, refund_id, since: at },
        RefundState::Superseded { at } => RefundStateRecord::Superseded { since: at },
    };
    let record = RefundRecord { refund_key: key, amount, reason, remark, tries, past, promised_at, state };
    let item = Item::new(Key::Refund(payment, id.clone()), &record).version(version + 1);
    match since {
        Some(since) if promised_at.is_some() && !is_over => {
            item.indexed(&IndexKey::Refund { state: name, since, payment, refund: id })
        }
        _ => item,
    }
}

pub(crate) fn read_refund(row: &Row) -> Result<Refund, StorageError> {
    let Key::Refund(payment, id) = row.key.clone() else { return Err(row.inconsistent("not a refund")) };
    let RefundRecord { refund_key: key, amount, reason, remark, tries, past, promised_at, state } = row.record()?;
    let state = match state {
        RefundStateRecord::Pending => RefundState::Pending,
        RefundStateRecord::Requested { refund_id, since } => RefundState::Requested { refund_id, at: since },
        RefundStateRecord::Processed { refund_id, since } => RefundState::Processed { refund_id, at: since },
        RefundStateRecord::Failed { detail, refund_id, since } => RefundState::Failed { detail, refund_id, at: since },
        RefundStateRecord::Superseded { since } => RefundState::Superseded { at: since },
    };
    let version = row.version()?;
    Ok(Refund { payment, id, key, amount, reason, remark, tries, past, promised_at, state, version })
}

pub(crate) fn receipt_item(receipt: &Receipt) -> Item {
    let Receipt { payment, patient, number, issued_at, paid_at, doctor_name, registration_number, .. } =
        receipt.clone();
    let Receipt { amount, currency, tax_basis_points, tax, .. } = receipt.clone();
    let record = ReceiptRecord {
        patient,
        number,
        issued_at,
        paid_at,
        doctor_name,
        registration_number,
        amount,
        currency,
        tax_basis_points,
        tax,
    };
    Item::new(Key::Receipt(payment), &record)
}

pub(crate) fn read_receipt(row: &Row) -> Result<Receipt, StorageError> {
    let Key::Receipt(payment) = row.key else { return Err(row.inconsistent("not a receipt")) };
    let record: ReceiptRecord = row.record()?;
    Ok(Receipt {
        payment,
        patient: record.patient,
        number: record.number,
        issued_at: record.issued_at,
        paid_at: record.paid_at,
        doctor_name: record.doctor_name,
        registration_number: record.registration_number,
        amount: record.amount,
        currency: record.currency,
        tax_basis_points: record.tax_basis_points,
        tax: record.tax,
    })
}

pub(crate) fn series_item(series: &ReceiptCounter) -> Item {
    Item::new(Key::ReceiptCounter(series.year.clone()), &SeriesRecord { last: series.last }).version(series.version + 1)
}

pub(crate) fn read_series(row: &Row) -> Result<ReceiptCounter, StorageError> {
    let Key::ReceiptCounter(year) = row.key.clone() else { return Err(row.inconsistent("not a series of receipts")) };
    Ok(ReceiptCounter { year, last: row.record::<SeriesRecord>()?.last, version: row.version()? })
}

pub(crate) fn attempt_item(attempt: &Attempt) -> Item {
    let Attempt { payment, gateway_payment, state, at } = attempt.clone();
    Item::new(Key::Attempt(payment, gateway_payment), &AttemptRecord { state, tried_at: at })
}

pub(crate) fn read_attempt(row: &Row) -> Result<Attempt, StorageError> {
    let Key::Attempt(payment, gateway_payment) = row.key.clone() else {
        return Err(row.inconsistent("not an attempt"));
    };
    let AttemptRecord { state, tried_at } = row.record()?;
    Ok(Attempt { payment, gateway_payment, state, at: tried_at })
}

/// What a change of a refund means to others: one that becomes pending wants to be sent.
pub(crate) fn refund_message(before: Option<&Row>, after: &Row) -> Result<Option<Message>, StorageError> {
    let Refund { payment, id, key, state, .. } = read_refund(after)?;
    let before = before.map(read_refund).transpose()?;
    let was_pending = before.is_some_and(|before| before.state == RefundState::Pending && before.key == key);
    let is_new = state == RefundState::Pending && !was_pending;
    Ok(is_new.then_some(Message::RefundPending { payment, refund: id }))
}

pub(crate) fn unchanged(payment: &Payment) -> Condition {
    Guard::PaymentUnchanged.expecting(payment.version)
}

impl Storage {
    /// A payment with its attempts, refunds and receipt, in one strongly consistent query.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ledger(&self, payment: PaymentId) -> Result<Ledger, StorageError> {
        let mut ledger = Ledger::default();
        for row in self.all(Span::ledger(payment)).await? {
            match row.key {
                Key::Payment(_) => ledger.payment = Some(read(&row)?),
                Key::Attempt(..) => ledger.attempts.push(read_attempt(&row)?),
                Key::Refund(..) => ledger.refunds.push(read_refund(&row)?),
                Key::Receipt(_) => ledger.receipt = Some(read_receipt(&row)?),
                _ => return Err(row.inconsistent("it does not belong to a payment")),
            }
        }
        Ok(ledger.with_accounts())
    }

    /// Writes the intent to make an order: whoever succeeds may call the gateway until the lease ends.
    ///
    /// # Errors
    /// [`StartInProgress`] when another request has the lease, or another [`CommitError`].
    pub async fn commit_intent(
        &self,
        intent: &Payment,
        prov: &Provenance,
    ) -> Result<Payment, CommitError<StartInProgress>> {
        let now = prov.at;
        let leased =
            OnFailure::Judge(Box::new(move |stored| match Row::read(stored).and_then(|row| read(&row)).ok()?.state {
                PaymentState::Intent { lease_until: until } if until > now => Some(StartInProgress { until }),
                _ => None,
            }));
        Transaction::by(prov)
            .put(item(intent), Guard::PaymentStartFree.expecting(intent.version).at(now), leased)
            .event(EventType::PaymentStarted)
            .commit(self)
            .await?;
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
                Guard::OrderNew,
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
    /// # Errors
    /// [`StorageError`].
    pub async fn payment_of_order(&self, order: &OrderId) -> Result<Option<PaymentId>, StorageError> {
        let Some(row) = self.row(&Key::Order(order.clone())).await? else { return Ok(None) };
        Ok(Some(row.record::<OrderRecord>()?.payment))
    }

    /// Records an attempt at paying, once. A late failure does not overwrite a capture or an authorization; a capture does
    /// overwrite both.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn record_attempt(&self, attempt: &Attempt, prov: &Provenance) -> Result<Stored, CommitError> {
        let (guard, event) = match attempt.state {
            AttemptState::Failed => (Guard::AttemptNew, Some(EventType::PaymentFailed)),
            AttemptState::Mismatched => (Guard::AttemptOpen, Some(EventType::PaymentRefused)),
            // The settlement beside it, or the one that is yet to come, is the event.
            AttemptState::Authorized => (Guard::AttemptUnauthorized, None),
            AttemptState::Captured => (Guard::AttemptOpen, None),
        };
        let transaction = Transaction::by(prov).put(attempt_item(attempt), guard, OnFailure::Refuse(Stored::Duplicate));
        let transaction = match event {
            Some(event) => transaction.event(event),
            None => transaction,
        };
        once(transaction.commit(self).await)
    }

    /// Writes what was granted by an administrator, with the answer to the request.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_grant(
        &self,
        granted: &RefundDecisionOutcome,
        claim: &IdempotencyClaim,
        answer: &Answer,
        prov: &Provenance,
    ) -> Result<Committed, CommitError> {
        let RefundDecisionOutcome { payment, refund } = granted;
        let transaction = put_refund_decision(Transaction::by(prov), payment, refund.as_ref(), prov)
            .event(EventType::RefundGranted)
            .claim(claim, answer, prov.at);
        claim.conclude(transaction.commit(self).await, prov.at)
    }

    /// Writes a refund that the gateway made by itself, and what yields to it.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_admission(
        &self,
        admitted: &ExternalRefundRecorded,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let ExternalRefundRecorded { payment, refund, yielded, instead } = admitted;
        let event = match refund.state {
            RefundState::Pending | RefundState::Requested { .. } | RefundState::Superseded { .. } => {
                EventType::RefundStarted
            }
            RefundState::Processed { .. } => EventType::RefundCompleted,
            RefundState::Failed { .. } => EventType::RefundFailed,
        };
        let transaction = Transaction::by(prov).put(item(payment), unchanged(payment), OnFailure::Stale);
        let transaction = put_refund(transaction, refund, prov).event(event);
        let transaction = yielded.iter().fold(transaction, |all, ours| put_refund(all, ours, prov));
        let transaction = instead.iter().fold(transaction, |all, ours| put_refund(all, ours, prov));
        transaction.commit(self).await
    }

    /// Writes the next try of a refund, which an administrator has asked for.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_retry(&self, retried: &Retried, prov: &Provenance) -> Result<Refund, CommitError> {
        let Retried { payment, refund } = retried;
        let transaction = put_refund(Transaction::by(prov), refund, prov).event(EventType::RefundRetried);
        let transaction = payment
            .iter()
            .fold(transaction, |all, payment| all.put(item(payment), unchanged(payment), OnFailure::Stale));
        transaction.commit(self).await?;
        Ok(Refund { version: refund.version + 1, ..refund.clone() })
    }

    /// Writes the next step of a refund that was read.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_refund(&self, refund: &Refund, prov: &Provenance) -> Result<Refund, CommitError> {
        let transaction = Transaction::by(prov).put(refund_item(refund), refund_guard(refund), OnFailure::Stale);
        let transaction = match refund.state {
            RefundState::Pending | RefundState::Requested { .. } | RefundState::Superseded { .. } => transaction,
            RefundState::Processed { .. } => transaction.event(EventType::RefundCompleted),
            RefundState::Failed { .. } => transaction.event(EventType::RefundFailed),
        };
        transaction.commit(self).await?;
        Ok(Refund { version: refund.version + 1, ..refund.clone() })
    }

    /// A patient's payments, those first that were begun first. From an index: it may lag.
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

    /// The refunds in a state, those first that have been in it for longest. From an index: it may lag.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn refunds_in_state(
        &self,
        state: RefundFilter,
        page: &PageRequest,
    ) -> Result<Page<Refund>, StorageError> {
        self.page(Span::refunds(state.as_str()), page).await?.try_map(|row| read_refund(&row))
    }

    /// How far the series of a financial year has come.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn receipt_counter(&self, year: FinancialYear) -> Result<ReceiptCounter, StorageError> {
        match self.row(&Key::ReceiptCounter(year.clone())).await? {
            Some(row) => read_series(&row),
            None => Ok(ReceiptCounter { year, last: 0, version: 0 }),
        }
    }

    /// Writes a receipt with the number that its series has for it.
    ///
    /// # Errors
    /// [`CommitError`]; stale, if another receipt got the number, or the payment has a receipt by now.
    pub async fn commit_receipt(
        &self,
        receipt: &Receipt,
        series: &ReceiptCounter,
        prov: &Provenance,
    ) -> Result<(), CommitError> {
        let guard = match series.version {
            0 => Guard::ReceiptCounterNew.into(),
            version => Guard::ReceiptCounterUnchanged.expecting(version),
        };
        Transaction::by(prov)
            .put(receipt_item(receipt), Guard::ReceiptNew, OnFailure::Stale)
            .event(EventType::ReceiptIssued)
            .put(series_item(series), guard, OnFailure::Stale)
            .commit(self)
            .await
    }

    /// Keeps an event of the gateway, once.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn store_event(&self, event: &StoredEvent, prov: &Provenance) -> Result<Stored, CommitError> {
        let record = EventRecord { body: event.body.clone(), received_at: event.received_at };
        let item = Item::new(Key::WebhookEvent(event.key.clone()), &record).expires(event.received_at + EVENT_KEPT_FOR);
        let end = Transaction::by(prov)
            .put(item, Guard::WebhookEventNew, OnFailure::Refuse(Stored::Duplicate))
            .event(EventType::WebhookReceived)
            .commit(self)
            .await;
        once(end)
    }

    /// An event of the gateway that was kept.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn event(&self, key: &str) -> Result<Option<StoredEvent>, StorageError> {
        let Some(row) = self.row(&Key::WebhookEvent(key.to_owned())).await? else { return Ok(None) };
        let EventRecord { body, received_at } = row.record()?;
        Ok(Some(StoredEvent { key: key.to_owned(), body, received_at }))
    }
}

/// A payment as it is after its write.
fn stored(payment: &Payment) -> Payment {
    Payment { version: payment.version + 1, ..payment.clone() }
}

/// The guard of a refund's next step, or of its first.
fn refund_guard(refund: &Refund) -> Condition {
    match refund.version {
        0 => Guard::RefundNew.into(),
        version => Guard::RefundUnchanged.expecting(version),
    }
}

/// Adds a decision about money to a transaction: the payment with its account, when to ask what became of the refund that it
/// promises, and last that refund, if there is one.
pub(crate) fn put_refund_decision<E>(
    transaction: Transaction<E>,
    payment: &Payment,
    refund: Option<&Refund>,
    prov: &Provenance,
) -> Transaction<E> {
    let transaction = transaction.put(item(payment), unchanged(payment), OnFailure::Stale);
    match refund {
        Some(refund) => put_refund(transaction, refund, prov),
        None => transaction,
    }
}

/// The refund, and, as long as it is not over, the timer that asks about it if nobody tells.
fn put_refund<E>(transaction: Transaction<E>, refund: &Refund, prov: &Provenance) -> Transaction<E> {
    let transaction = match refund.state {
        RefundState::Pending | RefundState::Requested { .. } => {
            transaction.put_unconditionally(timers::item(&refund_timer(refund, 0, prov.at), prov))
        }
        _ => transaction,
    };
    transaction.put(refund_item(refund), refund_guard(refund), OnFailure::Stale)
}

/// Of a write that may happen once, the second is no failure.
fn once(end: Result<(), CommitError<Stored>>) -> Result<Stored, CommitError> {
    match end {
        Ok(()) => Ok(Stored::Stored),
        Err(error) => error.refusal(),
    }
}
