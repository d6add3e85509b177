//! Archives of any size, made by the rules of `domain`, for tests and the benchmark.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::audit::{
    AuditEvent, CHAINS, ChainedEvent, Checkpoint, Draft, EventLine, EventType, Head, Opening, Outcome, PublicKey,
    Unsigned, event_id, link,
};
use jiff::{SignedDuration, Timestamp};

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }
}

/// A key that signs checkpoints.
pub struct Signer(EcdsaKeyPair);

impl Signer {
    pub fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"))
    }

    /// The public key in DER.
    pub fn der(&self) -> Vec<u8> {
        // SubjectPublicKeyInfo of a point on P-256 (RFC 5480).
        let mut der = vec![0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08];
        der.extend([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00]);
        der.extend(self.0.public_key().as_ref());
        der
    }

    /// The public key in PEM.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(self.der());
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::from_der(&self.der()).expect("a key on P-256")
    }

    pub fn sign(&self, unsigned: Unsigned) -> Checkpoint {
        let signature = self.0.sign(&SystemRandom::new(), &unsigned.message()).expect("a signature");
        unsigned.signed(signature.as_ref())
    }

    /// The same checkpoint with another content: which a holder of the key could make.
    pub fn again(&self, mut changed: Checkpoint) -> Checkpoint {
        changed.key_id = self.public().id().to_owned();
        let signature = self.0.sign(&SystemRandom::new(), &changed.signed_bytes()).expect("a signature");
        Checkpoint { signature: signature.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(), ..changed }
    }
}

/// An event as the system writes them: patients whose client can be erased, staff whose client can't.
pub fn event(number: u64) -> (AuditEvent, Option<Opening>) {
    let mut dice = Dice(number + 1);
    let event_type = EventType::ALL[dice.below(EventType::ALL.len())];
    let id = event_id(&["forged", &number.to_string()]);
    let patient = !number.is_multiple_of(3);
    let actor = uuid(dice.roll() % 5_000);
    let event = AuditEvent {
        event_type,
        category: event_type.category(),
        severity: event_type.severity(),
        outcome: if number.is_multiple_of(17) { Outcome::Failure } else { Outcome::Success },
        at: start() + SignedDuration::from_millis(number as i64 * 250),
        actor: actor.clone(),
        actor_role: if patient { "patient" } else { "doctor" }.to_owned(),
        operation: "viewAppointment".to_owned(),
        request_id: uuid(number.wrapping_mul(0x9e37_79b9)),
        session_id: (!number.is_multiple_of(5)).then(|| uuid(dice.roll())),
        ip: Some(format!("203.0.113.{}", dice.below(256))),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".to_owned()),
        resource_type: "appointment".to_owned(),
        resource_id: uuid(dice.roll()),
        subjects: if patient { vec![actor] } else { vec![uuid(dice.roll() % 5_000)] },
        fields: ["state", "reason", "payment"][..dice.below(4)].iter().map(|&name| name.to_owned()).collect(),
        phi_accessed: event_type.phi_accessed(),
        data_exported: number.is_multiple_of(1_000),
        detail: (number.is_multiple_of(10)).then(|| "a \"word\" more, \u{201c}quoted\u{201d}".to_owned()),
        id,
    };
    let opening = patient.then(|| Opening::derived(&[7; 32], &event.id));
    (event, opening)
}

fn start() -> Timestamp {
    "2026-11-30T03:00:00.125Z".parse().expect("an instant")
}

fn uuid(number: u64) -> String {
    format!("{:08x}-1b3f-4a5c-8d7e-{:012x}", number as u32, number >> 16)
}

/// The line of an event, one in seven without the values that can be withheld.
pub fn line(chained: &ChainedEvent) -> Vec<u8> {
    if chained.sequence.is_multiple_of(7) {
        return EventLine::of(&chained.clone().withheld()).to_json().into_bytes();
    }
    EventLine::of(chained).to_json().into_bytes()
}

/// Makes `count` events, in turns of `every` between two checkpoints, and gives away each as it comes: `take_event` in
/// the order of its chain. Events after the last checkpoint come at the end.
pub fn forge(
    signer: &Signer,
    count: u64,
    every: u64,
    mut take_event: impl FnMut(&ChainedEvent),
    mut take_checkpoint: impl FnMut(&Checkpoint),
) {
    let mut heads: Vec<Head> = (0..CHAINS).map(Head::genesis).collect();
    let mut previous: Option<Checkpoint> = None;
    let mut number = 0;
    let mut dice = Dice(4);
    while number < count {
        let turn = every.min(count - number);
        let mut chains = vec![vec![]; usize::from(CHAINS)];
        for number in number..number + turn {
            chains[dice.below(usize::from(CHAINS))].push(number);
        }
        number += turn;
        let mut draft = Draft::after(previous.as_ref()).expect("our own checkpoint");
        for (head, numbers) in heads.iter_mut().zip(chains) {
            for number in numbers {
                let (event, opening) = event(number);
                let chained = link(head, event, opening);
                *head = chained.head();
                draft.push(&chained).expect("it follows");
                take_event(&chained);
            }
        }
        if turn == every {
            let at = start() + SignedDuration::from_millis(number as i64 * 250);
            let checkpoint = signer.sign(draft.close(at, signer.public().id()));
            take_checkpoint(&checkpoint);
            previous = Some(checkpoint);
        }
    }
}

/// An archive in memory.
pub struct Archive {
    pub signer: Signer,
    /// The lines of each chain.
    pub chains: Vec<Vec<Vec<u8>>>,
    pub checkpoints: Vec<Checkpoint>,
}

impl Archive {
    pub fn new(count: u64, every: u64) -> Self {
        let signer = Signer::new();
        let mut chains = vec![vec![]; usize::from(CHAINS)];
        let mut checkpoints = vec![];
        let take = |chained: &ChainedEvent| chains[usize::from(chained.chain)].push(line(chained));
        forge(&signer, count, every, take, |checkpoint| checkpoints.push(checkpoint.clone()));
        Self { signer, chains, checkpoints }
    }
}

/// Lines as they stand in a file.
pub fn file<'a>(lines: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let mut bytes = vec![];
    for line in lines {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    bytes
}

/// Checkpoints as they stand in a file.
pub fn checkpoint_file<'a>(checkpoints: impl IntoIterator<Item = &'a Checkpoint>) -> Vec<u8> {
    let lines: Vec<Vec<u8>> = checkpoints.into_iter().map(|it| serde_json::to_vec(it).expect("plain values")).collect();
    file(&lines)
}
