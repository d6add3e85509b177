//! `ClientRequestToken`: a transaction that is sent again within ten minutes is not run again.
//!
//! A replay answers without consumed capacity (DynamoDB would report the reads that it cost).

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use aws_lc_rs::digest::{SHA256, digest};
use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::EngineError;

/// The time for which DynamoDB remembers a token.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// The longest token that DynamoDB accepts.
const LONGEST: usize = 36;

/// The request of a token: a hash of the request's items.
type Fingerprint = Vec<u8>;

/// The tokens of the transactions that succeeded. Forgotten with the process, unlike in AWS.
#[derive(Default)]
pub(super) struct Tokens(RefCell<HashMap<String, (Timestamp, Fingerprint)>>);

/// A token that a request brought along.
pub(super) enum Claim {
    /// The same transaction has succeeded before.
    Replay,
    /// To be kept when the transaction succeeds.
    Fresh(String, Fingerprint),
}

impl Claim {
    pub(super) fn is_replay(&self) -> bool {
        matches!(self, Self::Replay)
    }
}

impl Tokens {
    /// Looks a request's token up; nothing when it has none.
    pub(super) fn claim(
        &self,
        request: &TransactWriteItemsRequest,
        now: Timestamp,
    ) -> Result<Option<Claim>, EngineError> {
        let Some(token) = request.client_request_token.as_deref() else { return Ok(None) };
        if token.is_empty() || token.len() > LONGEST {
            return Err(EngineError::ValidationException(format!(
                "1 validation error detected: Value '{token}' at 'clientRequestToken' failed to satisfy constraint: \
                 Member must have length between 1 and {LONGEST}"
            )));
        }
        let items = serde_json::to_value(&request.transact_items)
            .map_err(|error| EngineError::SerializationException(error.to_string()))?;
        let mut canonical = Vec::new();
        write_canonical(&items, &mut canonical);
        let fingerprint = digest(&SHA256, &canonical).as_ref().to_vec();
        match self.0.borrow().get(token) {
            Some((at, _)) if now.duration_since(*at) >= WINDOW => {}
            Some((_, earlier)) if *earlier == fingerprint => return Ok(Some(Claim::Replay)),
            Some(_) => {
                return Err(EngineError::IdempotentParameterMismatchException(
                    "The request was sent with a token that another request has used, with other parameters."
                        .to_owned(),
                ));
            }
            None => {}
        }
        Ok(Some(Claim::Fresh(token.to_owned(), fingerprint)))
    }

    /// Remembers the token of a transaction that succeeded.
    pub(super) fn keep(&self, claim: Claim, now: Timestamp) {
        let Claim::Fresh(token, fingerprint) = claim else { return };
        let mut tokens = self.0.borrow_mut();
        // Sweeping only when the map has grown keeps the cost of a transaction constant on average.
        if tokens.len() == tokens.capacity() {
            tokens.retain(|_, (at, _)| now.duration_since(*at) < WINDOW);
        }
        tokens.insert(token, (now, fingerprint));
    }
}

/// JSON with sorted keys: the engine's maps have no order of their own.
fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            out.push(b'{');
            for (name, member) in members.iter().collect::<BTreeMap<_, _>>() {
                out.extend(Value::from(name.as_str()).to_string().bytes());
                out.push(b':');
                write_canonical(member, out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Value::Array(elements) => {
            out.push(b'[');
            for element in elements {
                write_canonical(element, out);
                out.push(b',');
            }
            out.push(b']');
        }
        scalar => out.extend(scalar.to_string().bytes()),
    }
}
