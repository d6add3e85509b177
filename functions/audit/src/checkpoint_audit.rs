//! Consumer of a schedule, every 15 minutes: it closes the new events of all chains with a signed checkpoint, in an
//! archive that does not allow changes.
//!
//! A checkpoint is made in three steps. It is *claimed* in the table, under the version of the previous one: this fixes
//! its number, its instant and its end in each chain. It is *carried out*: its events are read, verified and archived,
//! and the checkpoint is signed and archived. It is *settled*: the table stores its hash. A run that finds an unsettled
//! claim carries it out; since everything follows from the claim, it writes the same objects under the same keys, and
//! existing objects stay. So a run may stop anywhere, two parallel runs do the same work, and no two checkpoints have
//! the same number.
//!
//! Only events that continue the signed chains are signed. A chain that was changed, truncated or rewritten ends the
//! run; the log has the chain and the event, and no checkpoint is made until an operator has handled it
//! (docs/runbook.md).

use crate::archive::{self, ArchivePorts};
use api::{Aws, ConfigError, Consumer, Context, Failure, FromEnvironment, Problem, ScheduledEvent, Source, Variable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::audit::archive::Part;
use domain::audit::{Draft, EventLine, Head, PublicKey};
use gateway::archive::ArchivedObject;
use gateway::signer::{KmsSigner, Signer};
use std::sync::Arc;
use storage::{CheckpointSnapshot, CheckpointState};

/// `checkpointAudit`
pub static CONSUMER: Consumer<CheckpointPorts, ScheduledEvent, ()> =
    Consumer::of(Source::Schedule, "checkpointAudit", &handle);

/// The most events that a checkpoint closes: some seconds of work, and a proof of inclusion of fourteen hashes.
const EVENTS_A_CHECKPOINT: u64 = 10_000;

/// The most checkpoints that a run makes, in a minute or two; the next run continues.
const CHECKPOINTS_A_RUN: usize = 12;

/// The table, the archive, and the signing key.
#[derive(Clone)]
pub struct CheckpointPorts {
    trail: ArchivePorts,
    signer: Arc<dyn Signer>,
}

impl FromEnvironment for CheckpointPorts {
    fn wire(aws: &Aws) -> Result<Self, ConfigError> {
        let signer = KmsSigner::new(aws.sdk(), aws.variable(Variable::CheckpointKey)?);
        Ok(CheckpointPorts { trail: ArchivePorts::wire(aws)?, signer: Arc::new(signer) })
    }
}

async fn handle(cx: Context, ports: CheckpointPorts, _: ScheduledEvent) -> Result<(), Failure> {
    for _ in 0..CHECKPOINTS_A_RUN {
        if !cx.retrying(async || ports.advance(&cx).await).await? {
            return Ok(());
        }
    }
    tracing::warn!(consumer = cx.operation(), "more events are left than one run closes");
    Ok(())
}

impl CheckpointPorts {
    /// Makes the next checkpoint, or completes the claim of another run. False if no chain has new events.
    async fn advance(&self, cx: &Context) -> Result<bool, Problem> {
        let snapshot = self.trail.storage.checkpoint_snapshot().await?;
        let claim = match snapshot.state.clone().filter(|state| state.settled.is_none()) {
            Some(claim) => claim,
            None => {
                let Some(to) = self.next_ends(&snapshot).await? else { return Ok(false) };
                self.trail.storage.commit_checkpoint(&claim(cx, snapshot.state, to), &cx.provenance()).await?
            }
        };
        let settled = Some(self.carry_out(&claim).await?);
        self.trail.storage.commit_checkpoint(&CheckpointState { settled, ..claim }, &cx.provenance()).await?;
        Ok(true)
    }

    /// The end of the next checkpoint in each chain; `None` if no chain has new events.
    async fn next_ends(&self, snapshot: &CheckpointSnapshot) -> Result<Option<Vec<Head>>, Problem> {
        let mut left = EVENTS_A_CHECKPOINT;
        let mut to = vec![];
        for head in &snapshot.heads {
            let signed = snapshot.signed(head.chain);
            let grown = head.sequence.checked_sub(signed.sequence);
            let Some(grown) = grown.filter(|grown| *grown > 0 || head.hash == signed.hash) else {
                return Err(broken(head.chain, head.sequence, "the chain differs from the signed one"));
            };
            let taken = grown.min(left);
            left -= taken;
            to.push(if taken == grown {
                head.clone()
            } else if taken == 0 {
                signed
            } else {
                self.head_at(head.chain, signed.sequence + taken).await?
            });
        }
        Ok((left < EVENTS_A_CHECKPOINT).then_some(to))
    }

    /// The head of a chain that ends with this event.
    async fn head_at(&self, chain: u8, sequence: u64) -> Result<Head, Problem> {
        let mut found = self.trail.storage.chain_part(chain, sequence, sequence).await?;
        found.pop().map(|event| event.head()).ok_or_else(|| broken(chain, sequence, "the event is missing"))
    }

    /// Archives the events of a claim, signs and archives its checkpoint, and returns the hash of the archived
    /// checkpoint.
    async fn carry_out(&self, claim: &CheckpointState) -> Result<String, Problem> {
        let before = match claim.number - 1 {
            0 => None,
            number => Some(archive::checkpoint(self.trail.archive.as_ref(), number).await?),
        };
        if before.as_ref().is_some_and(|before| before.hash() != claim.previous) {
            return Err(Problem::internal(format!("checkpoint {} is not the one that was settled", claim.number - 1)));
        }
        let mut draft = Draft::after(before.as_ref()).map_err(Problem::internal)?;
        for end in &claim.to {
            self.close(&mut draft, end, claim.at).await?;
        }
        let der = self.signer.public_key().await.map_err(Problem::unavailable)?;
        let key = PublicKey::from_der(&der).map_err(Problem::internal)?;
        if before.is_none_or(|before| before.key_id != key.id()) {
            // Before any checkpoint that it signs, so that the archive has the key of every checkpoint in it.
            self.put(&Part::Key { id: key.id().to_owned() }, pem(&der).as_bytes()).await?;
        }
        let unsigned = draft.close(claim.at, key.id());
        let signature = self.signer.sign(&unsigned.message()).await.map_err(Problem::unavailable)?;
        let made = unsigned.signed(&signature);
        made.verify(&[key]).map_err(Problem::internal)?;
        let line = serde_json::to_string(&made).map_err(Problem::internal)? + "\n";
        self.put(&Part::Checkpoint { number: made.sequence }, line.as_bytes()).await?;
        // A parallel run may have archived its checkpoint first. The two may differ in their signature and their key
        // only.
        let stands = archive::checkpoint(self.trail.archive.as_ref(), made.sequence).await?;
        let is_same = stands.sequence == made.sequence
            && stands.previous_hash == made.previous_hash
            && stands.at == made.at
            && stands.chains == made.chains
            && stands.root == made.root;
        if !is_same {
            return Err(Problem::internal(format!("another checkpoint {} stands in the archive", made.sequence)));
        }
        Ok(stands.hash())
    }

    /// Adds the events of a chain up to `end` to the draft, and archives them.
    async fn close(&self, draft: &mut Draft, end: &Head, at: jiff::Timestamp) -> Result<(), Problem> {
        let first = draft.head(end.chain).map_or(1, |head| head.sequence + 1);
        for part in Part::events(end.chain, at, first, end.sequence) {
            let Part::Events { first, last, .. } = part else { continue };
            let mut lines = String::new();
            for event in self.trail.storage.chain_part(end.chain, first, last).await? {
                draft.push(&event).map_err(|error| broken(end.chain, event.sequence, &error.to_string()))?;
                lines += &EventLine::of(&event).to_json();
                lines.push('\n');
            }
            if draft.head(end.chain).map(|head| head.sequence) != Some(last) {
                return Err(broken(end.chain, last, "events are missing at the end"));
            }
            self.put(&part, lines.as_bytes()).await?;
        }
        if draft.head(end.chain).as_ref() == Some(end) {
            Ok(())
        } else {
            Err(broken(end.chain, end.sequence, "the chain does not end as it did when it was claimed"))
        }
    }

    async fn put(&self, part: &Part, body: &[u8]) -> Result<(), Problem> {
        let object = ArchivedObject { key: &part.object(), content_type: part.content_type(), body };
        self.trail.archive.put_once(object).await.map_err(Problem::unavailable)
    }
}

/// The claim to the checkpoint that follows `before`.
fn claim(cx: &Context, before: Option<CheckpointState>, to: Vec<Head>) -> CheckpointState {
    match before {
        None => CheckpointState { number: 1, to, previous: "0".repeat(64), at: cx.now(), settled: None, version: 0 },
        Some(CheckpointState { number, at, settled, version, .. }) => CheckpointState {
            number: number + 1,
            to,
            previous: settled.expect("the previous checkpoint is settled"),
            // Clocks differ, but the instants of checkpoints never decrease.
            at: at.max(cx.now()),
            settled: None,
            version,
        },
    }
}

/// A chain that must not be signed: the problem is logged, where an alarm counts it.
fn broken(chain: u8, sequence: u64, reason: &str) -> Problem {
    tracing::error!(chain, sequence, reason, "the audit trail does not hold");
    Problem::internal(format!("chain {chain}, event {sequence}: {reason}"))
}

/// A public key in PEM format (RFC 7468).
fn pem(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let (mut text, mut rest) = ("-----BEGIN PUBLIC KEY-----\n".to_owned(), base64.as_str());
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        text += line;
        text.push('\n');
        rest = more;
    }
    text + "-----END PUBLIC KEY-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_as_openssl_writes_it() {
        let base64 = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEmhTFuCQFfBAtlrTMMxTCeCzbkms4\
                      AioW+XZyIub5s/giBfFbf1ZH9f7yPz/JvcKq9R/NSaQHQO46nTdNBMrVUA==";
        let text = pem(&STANDARD.decode(base64).unwrap());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[1].len(), lines[2].len()), (4, 64, 60));
        assert_eq!([lines[1], lines[2]].concat(), base64);
    }
}
