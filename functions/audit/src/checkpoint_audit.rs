//! Consumer of a schedule, every quarter of an hour: closes what the chains have grown by, signs it, and archives it where nobody can
//! change it.
//!
//! A checkpoint is made in three steps. It is *claimed* in the table, under the version of the one before: its number, its instant and
//! how far it goes in each chain are then fixed. It is *carried out*: the events that it closes are read and followed, put into the
//! archive, and the checkpoint is signed and put there. It is *settled*: the table has its hash. Whoever finds a claim that is not settled
//! carries it out, and since everything follows from the claim, writes the same objects under the same keys; an object that is there
//! stays. So a run may stop anywhere, two runs at once do one work twice, and no two checkpoints ever have one number.
//!
//! What does not follow from what was signed before is not signed: a chain that was changed, cut off or written anew ends the run with
//! its chain and place in the log, and no checkpoint is made until somebody has looked (docs/runbook.md).

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

/// How many events a checkpoint closes at most: some seconds' work, and a proof of inclusion of fourteen hashes.
const EVENTS_A_CHECKPOINT: u64 = 10_000;

/// How many checkpoints a run makes at most, a minute's work or two; the next run goes on.
const CHECKPOINTS_A_RUN: usize = 12;

/// The table, the archive, and the key that signs.
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
    tracing::warn!(consumer = cx.operation(), "there are more events than one run closes");
    Ok(())
}

impl CheckpointPorts {
    /// Makes the next checkpoint, or ends what another run has begun. False if there is nothing to close.
    async fn advance(&self, cx: &Context) -> Result<bool, Problem> {
        let snapshot = self.trail.storage.checkpoint_snapshot().await?;
        let claim = match snapshot.state.clone().filter(|state| state.settled.is_none()) {
            Some(claim) => claim,
            None => {
                let Some(to) = self.reach(&snapshot).await? else { return Ok(false) };
                self.trail.storage.commit_checkpoint(&claim(cx, snapshot.state, to), &cx.provenance()).await?
            }
        };
        let settled = Some(self.carry_out(&claim).await?);
        self.trail.storage.commit_checkpoint(&CheckpointState { settled, ..claim }, &cx.provenance()).await?;
        Ok(true)
    }

    /// How far the next checkpoint goes in each chain; `None` if no chain has grown.
    async fn reach(&self, snapshot: &CheckpointSnapshot) -> Result<Option<Vec<Head>>, Problem> {
        let mut left = EVENTS_A_CHECKPOINT;
        let mut to = vec![];
        for head in &snapshot.heads {
            let signed = snapshot.signed(head.chain);
            let grown = head.sequence.checked_sub(signed.sequence);
            let Some(grown) = grown.filter(|grown| *grown > 0 || head.hash == signed.hash) else {
                return Err(broken(head.chain, head.sequence, "the chain is not the one that was signed"));
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

    /// The head that a chain had when it ended with this event.
    async fn head_at(&self, chain: u8, sequence: u64) -> Result<Head, Problem> {
        let mut found = self.trail.storage.chain_part(chain, sequence, sequence).await?;
        found.pop().map(|event| event.head()).ok_or_else(|| broken(chain, sequence, "the event is missing"))
    }

    /// Archives what a claim covers, and signs it. Gives the hash of the checkpoint that stands in the archive then.
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
            // Before anything that it has signed, so that whoever finds a checkpoint finds its key.
            self.put(&Part::Key { id: key.id().to_owned() }, pem(&der).as_bytes()).await?;
        }
        let unsigned = draft.close(claim.at, key.id());
        let signature = self.signer.sign(&unsigned.message()).await.map_err(Problem::unavailable)?;
        let made = unsigned.signed(&signature);
        made.verify(&[key]).map_err(Problem::internal)?;
        let line = serde_json::to_string(&made).map_err(Problem::internal)? + "\n";
        self.put(&Part::Checkpoint { number: made.sequence }, line.as_bytes()).await?;
        // Of two runs the first has put its own. They differ in their signatures, or by a key that was changed in between.
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

    /// Takes a chain's events up to its end, and archives them.
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
            previous: settled.expect("only what is settled is followed"),
            // Clocks differ, and time goes forward in the archive.
            at: at.max(cx.now()),
            settled: None,
            version,
        },
    }
}

/// A chain that nobody should sign.
fn broken(chain: u8, sequence: u64, reason: &str) -> Problem {
    tracing::error!(chain, sequence, reason, "the audit trail does not hold");
    Problem::internal(format!("chain {chain}, event {sequence}: {reason}"))
}

/// A public key as it stands in a PEM file (RFC 7468).
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
