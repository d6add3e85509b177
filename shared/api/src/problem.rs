//! The refusals of an operation: RFC 9457 problem details.
//!
//! Every problem has a type of the [`TYPES`] table, which is also the source of the pages at the `type` URIs and of
//! OpenAPI's answers. No internal detail reaches a client: an unexpected failure is logged with its cause, and answered
//! with `internal-error` and the request's id.

use domain::audit::EventType;
use domain::core::id::AppointmentId;
use jiff::Timestamp;
use serde::Serialize;
use std::borrow::Cow;
use std::error::Error;

/// A type of problem, with the parts that all its occurrences share.
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemType {
    /// The last segment of the type's URI, `/problems/{slug}`.
    pub slug: &'static str,
    /// The HTTP status, always 4xx or 5xx.
    pub status: u16,
    /// A short summary that does not change from one occurrence to the next.
    pub title: &'static str,
    /// The explanation, and the remedy for the client; the text of the type's page.
    pub help: &'static str,
}

macro_rules! problem_types {
    ($($name:ident = $status:literal $slug:literal $title:literal $help:literal;)*) => {
        $(#[doc = concat!("`", $slug, "` (", stringify!($status), "): ", $help)]
        pub static $name: ProblemType =
            ProblemType { slug: $slug, status: $status, title: $title, help: $help };)*
        /// Every type of problem that Vaidya answers with.
        pub static TYPES: &[&ProblemType] = &[$(&$name),*];
    };
}

problem_types! {
    INVALID_JSON = 400 "invalid-json" "The body is not JSON"
        "The body could not be read as JSON. Send one JSON document in UTF-8.";
    INVALID_PRECONDITION = 400 "invalid-precondition" "If-Match is malformed"
        "If-Match must be * or a list of entity tags in quotation marks, such as \"3\". Send the ETag as you received it.";
    INVALID_IDEMPOTENCY_KEY = 400 "invalid-idempotency-key" "The Idempotency-Key is missing or malformed"
        "This operation needs an Idempotency-Key header of 1 to 255 visible ASCII characters. Use a new random key, such as a UUID, for every new intent, and the same key when you repeat a request.";
    UNAUTHENTICATED = 401 "unauthenticated" "Sign in first"
        "The request carries no valid access token. Sign in, or refresh the session, and send the access token (not the ID token) as a bearer token.";
    WRONG_CREDENTIALS = 401 "wrong-credentials" "The e-mail address or the password is wrong"
        "The answer does not say which of the two is wrong. After several wrong attempts there is a pause.";
    CHALLENGE_REFUSED = 401 "challenge-refused" "The answer to the challenge was not accepted"
        "The code is wrong or was used already, there were too many codes, or the log-in took longer than three minutes. Wait for the next code, or log in again with the password.";
    RECOVERY_REFUSED = 401 "recovery-refused" "The account was not recovered"
        "The e-mail address, the password or the recovery code is wrong, the code was used already, or the account has no second factor. The answer does not say which.";
    INSUFFICIENT_USER_AUTHENTICATION = 401 "insufficient-user-authentication" "Sign in with a second factor"
        "Doctors, laboratories and administrators act in their role only after a sign-in with a second factor. Send the user to the hosted login page again with the acr_values of WWW-Authenticate (RFC 9470). A user without an authenticator app enrols one first.";
    SESSION_ENDED = 401 "session-ended" "The session has ended"
        "The user has logged out or was disabled after this token was issued, or the refresh token was used already. Sign in again.";
    NO_SESSION = 401 "no-session" "This browser has no session"
        "The request carries no session cookie. Log in at the hosted login page, then open a session.";
    FORBIDDEN = 403 "forbidden" "This is not allowed"
        "You are signed in, but neither your role nor your relation to this resource allows the operation.";
    FOREIGN_REQUEST = 403 "foreign-request" "The request does not come from the app"
        "Only a page of the app itself may use this operation: it sends the header X-Vaidya-App: 1, from its own origin. Other clients use the operations under /v1/auth.";
    CHALLENGE_REQUIRED = 403 "challenge-required" "Another step is needed to sign in"
        "The account needs a step that this operation does not offer, such as the reset of the password. Sign in through the hosted login page.";
    ACCOUNT_NOT_CONFIRMED = 403 "account-not-confirmed" "The e-mail address is not confirmed"
        "Confirm the address with the code that was sent to it, then sign in.";
    NOT_FOUND = 404 "not-found" "The resource does not exist"
        "The resource does not exist, or you have no relation to it that lets you know that it does.";
    NO_AUTHENTICATOR = 409 "no-authenticator" "The account has no second factor"
        "There is no authenticator app to which this belongs. Enrol one first.";
    CONFLICT = 409 "conflict" "The resource is in another state"
        "The operation does not fit the present state of the resource. Read the resource again, and decide again.";
    AWAITING_PAYMENT = 409 "awaiting-payment" "The visit is not paid for yet"
        "The visit is held, and its payment is awaited until the instant in `until`. Pay first.";
    VISIT_CONFIRMED = 409 "visit-confirmed" "The visit is confirmed already"
        "The operation is for a visit that awaits its payment, and this one is confirmed.";
    VISIT_CANCELLED = 409 "visit-cancelled" "The visit is cancelled"
        "The visit was cancelled at the instant in `at`, and a cancelled visit does not come back. Book another one.";
    VISIT_NOT_OPEN = 409 "visit-not-open" "The visit can't be joined yet"
        "A visit can be joined from the instant in `from` until the instant in `until`. Try again then.";
    VISIT_NOT_BEGUN = 409 "visit-not-begun" "The doctor has not begun the visit"
        "Only a visit that its doctor has begun can be ended. Begin it first, or record its outcome afterwards.";
    VISIT_BEGUN = 409 "visit-begun" "The visit has begun"
        "A visit can be moved or cancelled until it begins, which was at the instant in `at`. What it costs follows from who came.";
    VISIT_JOINED = 409 "visit-joined" "A party has joined the visit"
        "A visit that a party has joined can't be moved, and its outcome follows from who joined.";
    VISIT_NOT_OVER = 409 "visit-not-over" "The visit may still take place"
        "The outcome of a visit can be recorded from the instant in `until` on.";
    VISIT_OVER = 409 "visit-over" "The visit is over"
        "The visit ended at the instant in `at`, and can't be changed any more. Book another one.";
    TOO_LATE_TO_MOVE = 409 "too-late-to-move" "It is too late to move the visit"
        "A patient can move a visit until the instant in `until`. After it the visit can be cancelled, or its doctor can move it.";
    MOVES_USED_UP = 409 "moves-used-up" "The visit has been moved too often"
        "A patient can move a visit as often as `limit` says. The visit can be cancelled, or its doctor can move it.";
    FEE_WOULD_CHANGE = 409 "fee-would-change" "The visit would cost more at that time"
        "The visit has a reduced fee, which holds for a start until the instant in `until`. Choose an earlier slot, or book another visit at the usual fee.";
    NO_TIME_TO_EXTEND = 409 "no-time-to-extend" "The hold can't be longer"
        "The hold ends when the visit begins, so there is no time to add. Pay before it ends.";
    TOO_EARLY_TO_EXTEND = 409 "too-early-to-extend" "The hold has just begun"
        "An extension would add no time yet. Ask again from the instant in `from` on.";
    SLOT_YOURS = 409 "slot-yours" "You have this slot already"
        "Your own appointment, named by `appointmentId`, has the slot. If it is held, pay for it until the instant in `until`.";
    SLOT_TAKEN = 409 "slot-taken" "The slot is taken"
        "Another patient holds or has booked the slot, or it was withdrawn. Choose another one from the list of free slots.";
    NO_FREE_SLOT = 409 "no-free-slot" "No doctor has a free slot at that time"
        "No doctor of that speciality has a slot in that time that you can book. Search further ahead, or for another language or mode.";
    SERIES_NOT_FREE = 409 "series-not-free" "Not all visits of the series can be booked"
        "The list of errors names the visits that can't be booked, and the reasons. Nothing was booked. Choose other slots, or book the available visits only.";
    DOCTOR_UNAVAILABLE = 409 "doctor-unavailable" "The doctor takes no bookings"
        "The doctor is suspended. Choose another doctor.";
    DAY_FULL = 409 "day-full" "The doctor takes no more visits on that day"
        "The doctor has reached the daily quota of visits. Choose a slot of another day.";
    PATIENT_BUSY = 409 "patient-busy" "The patient has another appointment at that time"
        "An appointment of the patient overlaps the slot. The patient is told which one, in `appointmentId`. Cancel it first, or choose another slot.";
    TOO_MANY_HOLDS = 409 "too-many-holds" "You hold too many unpaid slots"
        "You hold as many unpaid slots as `limit` says. Pay for one of them, cancel one, or wait until the next hold ends, at the instant in `until`.";
    TOO_MANY_APPOINTMENTS = 409 "too-many-appointments" "You have too many open appointments"
        "You have as many open appointments as `limit` says. Cancel one, or wait until one is over.";
    HOLD_ENDED = 409 "hold-ended" "The hold on the slot has ended"
        "The slot was not paid for in time. Book again.";
    NOTHING_TO_PAY = 409 "nothing-to-pay" "There is nothing to pay"
        "The appointment is free, paid already, or over.";
    WAIT_OVER = 409 "wait-over" "The entry of the waiting list is over"
        "The patient has a visit, has left the list, or the time of the entry is over.";
    NOT_PAID = 409 "not-paid" "The visit is not paid"
        "There is no captured payment, so there is no receipt and nothing to refund.";
    REFUND_TOO_LARGE = 409 "refund-too-large" "Less is left of the payment"
        "A refund can't exceed the part of the captured amount that no refund is promised for.";
    REFUND_NOT_FAILED = 409 "refund-not-failed" "The refund has not failed"
        "Only a refund that failed can be tried again.";
    REFUND_NOT_OURS = 409 "refund-not-ours" "Razorpay made the refund"
        "The refund was made at Razorpay without our request, so only Razorpay can try it again.";
    GRANT_KEY_USED = 409 "grant-key-used" "The key has granted a refund already"
        "A refund is named by the Idempotency-Key that granted it. Use a new key for another refund.";
    ALREADY_WAITING = 409 "already-waiting" "You are on that waiting list already"
        "You are on that waiting list for a time that overlaps. Leave it first to wait for another time.";
    TOO_MANY_WAITING = 409 "too-many-waiting" "You are on too many waiting lists"
        "Leave a waiting list first.";
    NO_OFFER = 409 "no-offer" "No slot is offered to you"
        "No slot is kept for this entry of the waiting list. An earlier offer has expired, or its slot was booked or declined.";
    IN_PROGRESS = 409 "in-progress" "The same operation is in progress"
        "Another request is doing this at the moment. Repeat your request after the time in Retry-After.";
    SLOTS_OVERLAP = 409 "slots-overlap" "Slots overlap"
        "The slots overlap slots that the doctor has published, or each other. No overlapping slot was published.";
    SLOT_IN_USE = 409 "slot-in-use" "The slot is in use"
        "The slot is held or booked. Cancel its appointment instead.";
    ALREADY_REGISTERED = 409 "already-registered" "Already registered"
        "A doctor with this registration number, or for this user, is registered already.";
    LAST_ADMINISTRATOR = 409 "last-administrator" "No administrator would be left"
        "The change would leave no administrator who can log in. Make another user an administrator first.";
    OWN_ACCOUNT = 409 "own-account" "It is your own account"
        "An administrator can't disable their own account. Another administrator can.";
    VERSION_MISMATCH = 412 "version-mismatch" "The resource has changed"
        "The ETag in If-Match is not the current one. Read the resource again, and apply your change to its present state.";
    BODY_TOO_LARGE = 413 "body-too-large" "The body is too large"
        "A body may have at most 1,048,576 bytes.";
    UNSUPPORTED_MEDIA_TYPE = 415 "unsupported-media-type" "The body must be JSON"
        "Send the body with the content type application/json, in UTF-8 and not compressed: without Content-Encoding.";
    MISDIRECTED_REQUEST = 421 "misdirected-request" "This is not the public address of the API"
        "The API answers at the address of the app. Send the request there.";
    INVALID_REQUEST = 422 "invalid-request" "The request is not valid"
        "The list of errors points at each wrong field and says what is wrong with it. Nothing was changed.";
    IDEMPOTENCY_KEY_REUSED = 422 "idempotency-key-reused" "The Idempotency-Key belongs to another request"
        "This key was used within the last 24 hours with another body. Use a new key for a new intent.";
    SIGNATURE_INVALID = 422 "signature-invalid" "The signature is not valid"
        "The payment's signature does not belong to this order. The payment was not accepted.";
    PRECONDITION_REQUIRED = 428 "precondition-required" "If-Match is required"
        "Send the ETag of the version that you read as If-Match, so that no change by another user is lost.";
    TOO_MANY_CANCELLATIONS = 429 "too-many-cancellations" "You have cancelled too many free visits"
        "Each booking and each cancellation of a visit without a fee is told to its doctor. Another one can be booked at the instant in `until`, or after the time in Retry-After.";
    TOO_MANY_REQUESTS = 429 "too-many-requests" "Too many requests"
        "Send fewer requests, and try again after the time in Retry-After.";
    INTERNAL_ERROR = 500 "internal-error" "Something went wrong on our side"
        "The failure was recorded under the request's id, which is the instance of this problem.";
    UNAVAILABLE = 503 "unavailable" "Not available at the moment"
        "The operation was not done, or its result is returned when you repeat the request with the same Idempotency-Key. Try again after the time in Retry-After.";
}

/// A wrong field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The part of the request that holds the field: `body`, `path`, `query` or `header`.
    #[serde(rename = "in")]
    pub place: Cow<'static, str>,
    /// A JSON pointer to the field in the body, as a fragment (`#/slotId`), or to the parameter's name.
    pub pointer: String,
    /// The reason why the field is wrong. It never repeats the value.
    pub detail: String,
}

/// A refusal, with the parts for the client and the parts for the log.
#[derive(Debug)]
pub struct Problem {
    /// The type of the problem.
    pub kind: &'static ProblemType,
    detail: Option<Cow<'static, str>>,
    // Rare and large: a refusal is the `Err` of most functions, so it stays small.
    facts: Option<Box<Facts>>,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    stale: bool,
    recorded_as: Option<EventType>,
    recorded: bool,
}

/// What a refusal knows of this occurrence, in members of their own, so that a program need not read the detail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The instant of the event that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The first instant at which the request is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// The instant until which the request was possible, or the reason lasts; the page of the type says which.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The limit that is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The caller's appointment that is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub appointment_id: Option<AppointmentId>,
}

/// The body of a problem, in the terms of RFC 9457.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A reference to the page that explains this type of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The summary of the type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The details of this occurrence. Never holds health data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The id of the request. Quote it when you ask for help.
    pub instance: String,
    /// What the refusal knows of this occurrence.
    #[serde(flatten)]
    pub facts: Facts,
    /// The wrong fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// A problem of this type, without details.
    pub fn of(kind: &'static ProblemType) -> Self {
        Problem {
            kind,
            detail: None,
            facts: None,
            errors: vec![],
            retry_after: None,
            cause: None,
            stale: false,
            recorded_as: None,
            recorded: false,
        }
    }

    /// Adds a sentence on this occurrence. It must not hold personal or health data.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what the refusal knows of this occurrence.
    #[must_use]
    pub fn facts(mut self, facts: Facts) -> Self {
        self.facts = Some(Box::new(facts));
        self
    }

    /// Adds the seconds after which the client may repeat the request.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds the failure that caused the problem, for the log only.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Marks a refusal that the audit trail must record, as an event of this type.
    #[must_use]
    pub fn recorded_as(mut self, event: EventType) -> Self {
        self.recorded_as = Some(event);
        self
    }

    /// Marks a refusal that the endpoint itself has recorded in the audit trail.
    #[must_use]
    pub fn recorded(mut self) -> Self {
        self.recorded = true;
        self
    }

    /// The refusal of a request with these wrong fields.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Problem { errors, ..Problem::of(&INVALID_REQUEST) }
    }

    /// Adds the errors of single fields.
    #[must_use]
    pub fn about(mut self, fields: Fields) -> Self {
        self.errors = fields.errors;
        self
    }

    /// The refusal of one field of the body. `field` is a path of names separated by `/`; an empty one is the whole body.
    pub fn field(field: &str, detail: impl Reason) -> Self {
        Problem::parameter("body", field, detail)
    }

    /// The refusal of one parameter of the path, query or header.
    pub fn parameter(place: &'static str, name: &str, detail: impl Reason) -> Self {
        let mut fields = Fields::of(place);
        fields.refuse(name, detail);
        fields.refusal()
    }

    /// The refusal of a header of the request.
    pub(crate) fn header(kind: &'static ProblemType, name: &str, detail: impl Reason) -> Self {
        let mut fields = Fields::of("header");
        fields.refuse(name, detail);
        Problem::of(kind).about(fields)
    }

    /// A failure on our side. The answer does not show the cause.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Problem::of(&INTERNAL_ERROR).caused_by(cause)
    }

    /// A service that we depend on does not answer.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Problem::of(&UNAVAILABLE).retry_after(1).caused_by(cause)
    }

    /// The records changed between the read and the write: [`crate::Context::retrying`] loads and decides again.
    pub fn stale() -> Self {
        Problem { stale: true, ..Problem::of(&UNAVAILABLE).retry_after(1) }
    }

    /// The caller may not do this. The audit trail records it.
    pub fn forbidden() -> Self {
        Problem::of(&FORBIDDEN).recorded_as(EventType::AccessDenied)
    }

    /// Whether loading and deciding again may succeed.
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// The event of the audit trail that records this refusal, if one does.
    pub fn event(&self) -> Option<EventType> {
        self.recorded_as
    }

    /// Whether the endpoint has recorded the refusal already.
    pub fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// The seconds after which the client may repeat the request.
    pub fn seconds_to_retry(&self) -> Option<u32> {
        self.retry_after
    }

    /// The chain of causes, for the log.
    pub fn cause_text(&self) -> Option<String> {
        let mut source: Option<&(dyn Error + 'static)> = self.cause.as_deref().map(|c| c as _);
        let mut text = String::new();
        while let Some(error) = source {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&error.to_string());
            source = error.source();
        }
        (!text.is_empty()).then_some(text)
    }

    /// The body of the answer to the client.
    pub fn body(&self, request_id: &str) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.kind.slug),
            title: self.kind.title.to_owned(),
            status: self.kind.status,
            detail: self.detail.as_deref().map(str::to_owned),
            instance: format!("urn:request:{request_id}"),
            facts: self.facts.as_deref().cloned().unwrap_or_default(),
            errors: self.errors.clone(),
        }
    }
}

/// The JSON pointer to a field, as a fragment. The path of the whole is empty.
fn pointer(field: &str) -> String {
    if field.is_empty() { "#".to_owned() } else { format!("#/{field}") }
}

/// The most errors of an answer: a body can hold more wrong items than fit into one.
const MOST_ERRORS: usize = 100;

/// An error whose text is written for a client: it says what is expected, in plain words, and never repeats the value.
///
/// The errors of libraries are none, so that a refusal with their text does not compile.
pub trait Reason: std::fmt::Display {}

macro_rules! reasons {
    ($($(#[$about:meta])* $reason:ty,)+) => {
        $($(#[$about])* impl Reason for $reason {})+

        /// The names of the types that are reasons, as [`std::any::type_name`] makes them.
        pub(crate) fn names_of_reasons() -> [&'static str; [$(stringify!($reason)),+].len() + 1] {
            [$(std::any::type_name::<$reason>(),)+ std::any::type_name::<crate::reader::OutOfBounds>()]
        }
    };
}

reasons! {
    domain::core::text::InvalidField,
    domain::core::person::InvalidContacts,
    domain::core::id::InvalidId,
    domain::core::money::InvalidAmount,
    domain::core::money::InvalidFee,
    domain::core::time::InvalidTimeRange,
    domain::appointments::series::InvalidSeries,
    domain::appointments::waitlist::InvalidWindow,
    domain::availability::calendar::PublishRefusal,
    domain::availability::schedule::Flaw,
    domain::availability::schedule::InvalidRule,
    domain::directory::vocabulary::UnknownTerm,
}

impl Reason for &'static str {}

/// A text that a rule puts together, such as one with a number.
impl Reason for String {}

/// Collects the errors of the fields of a body, so that the client learns all of them at once.
#[derive(Debug)]
pub struct Fields {
    place: &'static str,
    errors: Vec<FieldError>,
}

impl Default for Fields {
    fn default() -> Self {
        Fields::of("body")
    }
}

impl Fields {
    /// Collects the errors of another part of the request: `path`, `query` or `header`.
    pub fn of(place: &'static str) -> Self {
        Fields { place, errors: vec![] }
    }

    /// Takes the result of parsing one field. Notes a failure under the field's name, and then returns `None`.
    pub fn parse<T, E: Reason>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(field, error);
                None
            }
        }
    }

    /// Takes the result of parsing a field that may be absent.
    pub fn parse_optional<T, E: Reason>(&mut self, field: &str, parsed: Option<Result<T, E>>) -> Option<T> {
        parsed.and_then(|parsed| self.parse(field, parsed))
    }

    /// Notes that a field is wrong, up to the most errors of an answer.
    pub fn refuse(&mut self, field: &str, detail: impl Reason) {
        if self.errors.len() == MOST_ERRORS {
            return;
        }
        self.errors.push(FieldError { place: self.place.into(), pointer: pointer(field), detail: detail.to_string() });
    }

    /// Succeeds if no field was wrong.
    ///
    /// # Errors
    /// 422 with the errors of the fields.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }

    /// The refusal, for a caller that knows that a field was wrong.
    pub fn refusal(self) -> Problem {
        Problem::invalid(self.errors)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.status, self.kind.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_statuses_are_refusals() {
        let mut slugs: Vec<_> = TYPES.iter().map(|t| t.slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), TYPES.len());
        assert!(TYPES.iter().all(|t| (400..600).contains(&t.status)));
    }

    #[test]
    fn a_cause_is_logged_and_never_sent() {
        let problem = Problem::internal("table secrets");
        assert_eq!(problem.cause_text().as_deref(), Some("table secrets"));
        let body = serde_json::to_string(&problem.body("r-1")).unwrap();
        assert!(!body.contains("secrets"), "{body}");
        assert!(body.contains("urn:request:r-1"), "{body}");
    }

    #[test]
    fn all_wrong_fields_are_reported_at_once() {
        let number = |text: &str| text.parse::<i32>().map_err(|_| "must be a whole number");
        let mut fields = Fields::default();
        assert_eq!(fields.parse("a", number("1")), Some(1));
        assert_eq!(fields.parse("b", number("x")), None);
        assert_eq!(fields.parse_optional("c", Some(number("y"))), None);
        let body = fields.finish().unwrap_err().body("r");
        assert_eq!(body.errors.iter().map(|e| e.pointer.as_str()).collect::<Vec<_>>(), ["#/b", "#/c"]);
    }

    #[test]
    fn a_body_of_wrong_items_gets_a_short_answer() {
        let mut fields = Fields::default();
        for index in 0..100_000 {
            fields.refuse(&format!("languages/{index}"), "must be a language tag");
        }
        assert_eq!(fields.finish().unwrap_err().body("r").errors.len(), MOST_ERRORS);
    }
}
