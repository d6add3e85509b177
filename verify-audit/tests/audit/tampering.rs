//! A hundred thousand events, and ten thousand ways to tamper with them, one at a time: each is found, in the chain and
//! the segment that it touches, and nowhere else.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;
use std::thread;

use domain::audit::{EventLine, Head, link};
use serde_json::Value;
use verify_audit::{Finding, Kind, Options, Report, verify};

use crate::forge::{Archive, Dice, checkpoint_file, event, file, line};

const EVENTS: u64 = 100_100;
/// Events between two checkpoints: some ten for each chain, so that borders of segments are met often.
const EVERY: u64 = 160;
const TAMPERINGS: usize = 10_000;
const OVER_THE_WHOLE: usize = 100;

static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| Archive::new(EVENTS, EVERY));

/// Where something is tampered with.
#[derive(Debug, Clone, Copy)]
struct Spot {
    chain: usize,
    /// The index of the event in its chain: its number less one.
    index: usize,
}

/// What is done to the lines of a chain, from some event on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tampering {
    /// A member of the line has another value, or is gone, or there is one more.
    Edit,
    /// A member has another value, and the event's own hash was made to fit.
    EditAndHash,
    /// A byte of the line is another one.
    Flip,
    Delete,
    /// The line comes a second time, at once or later.
    Repeat,
    /// A new event, chained to the one before it, has the number of the next one.
    Insert,
    /// Another event of the same number, in its place in the chain, stands beside it.
    Fork,
    /// It and the next one change places.
    SwapNeighbours,
    /// It and another one of its segment change places.
    Swap,
    /// The chain ends before it.
    Truncate,
    /// All events from it on are rewritten, so that the chain holds.
    Rewrite,
    /// It goes to the chain beside.
    Move,
}

impl Tampering {
    const ALL: [Self; 12] = [
        Self::Edit,
        Self::EditAndHash,
        Self::Flip,
        Self::Delete,
        Self::Repeat,
        Self::Insert,
        Self::Fork,
        Self::SwapNeighbours,
        Self::Swap,
        Self::Truncate,
        Self::Rewrite,
        Self::Move,
    ];
}

/// The files of the chains, and where their lines begin, so that unchanged parts need not be copied.
static FILES: LazyLock<Vec<(Vec<u8>, Vec<usize>)>> = LazyLock::new(|| {
    let begins = |lines: &[Vec<u8>]| {
        let mut end = 0;
        let next = |line: &Vec<u8>| {
            end += line.len() + 1;
            end
        };
        std::iter::once(0).chain(lines.iter().map(next)).collect()
    };
    ARCHIVE.chains.iter().map(|lines| (file(lines), begins(lines))).collect()
});

/// The events between two checkpoints, or all of them.
struct Excerpt {
    /// Of each chain the index of its first event, and of the one behind its last.
    ranges: Vec<Range<usize>>,
    /// The lines of the chains that were touched.
    touched: BTreeMap<usize, Vec<Vec<u8>>>,
    /// The index of the checkpoint behind which it begins.
    base: Option<usize>,
    /// The index of its last checkpoint.
    last: usize,
}

impl Excerpt {
    /// The segments of `count` checkpoints from number `index` on (from 0).
    fn of(index: usize, count: usize) -> Self {
        let checkpoints = &ARCHIVE.checkpoints;
        let last = (index + count).min(checkpoints.len()) - 1;
        let base = index.checked_sub(1);
        let end = |checkpoint: usize, chain: usize| checkpoints[checkpoint].chains[chain].last as usize;
        let ranges = (0..16).map(|chain| base.map_or(0, |base| end(base, chain))..end(last, chain)).collect();
        Self { ranges, touched: BTreeMap::new(), base, last }
    }

    /// The whole archive, with what no checkpoint has signed.
    fn whole() -> Self {
        let ranges = ARCHIVE.chains.iter().map(|chain| 0..chain.len()).collect();
        Self { ranges, touched: BTreeMap::new(), base: None, last: ARCHIVE.checkpoints.len() - 1 }
    }

    /// The lines of a chain, to be changed.
    fn chain(&mut self, chain: usize) -> &mut Vec<Vec<u8>> {
        let range = self.ranges[chain].clone();
        self.touched.entry(chain).or_insert_with(|| ARCHIVE.chains[chain][range].to_vec())
    }

    fn verify(&self) -> Report {
        let checkpoints = checkpoint_file(&ARCHIVE.checkpoints[self.base.unwrap_or(0)..=self.last]);
        let touched: BTreeMap<usize, Vec<u8>> =
            self.touched.iter().map(|(chain, lines)| (*chain, file(lines))).collect();
        let untouched = |chain: usize| {
            let ((bytes, begins), Range { start, end }) = (&FILES[chain], self.ranges[chain].clone());
            &bytes[begins[start]..begins[end]]
        };
        let chains = (0..16).map(|chain| touched.get(&chain).map_or_else(|| untouched(chain), Vec::as_slice)).collect();
        let since = self.base.map(|base| ARCHIVE.checkpoints[base].sequence);
        let options = Options { since, anchors: vec![], most: 1_000 };
        verify(&[ARCHIVE.signer.public()], checkpoints.as_slice(), chains, &options).expect("memory has no failures")
    }

    fn tamper(&mut self, tampering: Tampering, spot: Spot, dice: &mut Dice) {
        let start = self.ranges[spot.chain].start;
        let at = spot.index - start;
        let chain = self.chain(spot.chain);
        let head = |chain: &[Vec<u8>]| match at.checked_sub(1) {
            Some(before) => head_of(&chain[before]),
            None => head_before(spot),
        };
        match tampering {
            Tampering::Edit => chain[at] = edited(&chain[at], dice),
            Tampering::EditAndHash => chain[at] = edited_and_hashed(&chain[at], dice),
            Tampering::Flip => {
                let place = dice.below(chain[at].len());
                // Any other byte, line ends apart, which would make two lines of one.
                chain[at][place] ^= 1 << dice.below(7);
                if chain[at][place] == b'\n' {
                    chain[at][place] = b'?';
                }
            }
            Tampering::Delete => drop(chain.remove(at)),
            Tampering::Repeat => {
                let again = chain[at].clone();
                let (_, last) = segment(spot);
                let later = at + 1 + if spot.index < last { dice.below(2) } else { 0 };
                chain.insert(later, again);
            }
            Tampering::Insert => {
                let forged = forged(&head_of(&chain[at]), dice);
                chain.insert(at + 1, forged);
            }
            Tampering::Fork => {
                let forged = forged(&head(chain), dice);
                chain.insert(at + dice.below(2), forged);
            }
            Tampering::SwapNeighbours => chain.swap(at, at + 1),
            Tampering::Swap => {
                let (first, last) = segment(spot);
                let other = first + dice.below(last - first);
                let other = if other >= spot.index { other + 1 } else { other };
                chain.swap(at, other - start);
            }
            Tampering::Truncate => chain.truncate(at),
            Tampering::Rewrite => {
                let mut head = head(chain);
                for (place, line) in chain.iter_mut().enumerate().skip(at) {
                    let mut value = value(line);
                    value["previous_hash"] = head.hash.clone().into();
                    if place == at {
                        value["actor"] = "another".into();
                    }
                    *line = hashed(value);
                    head = head_of(line);
                }
            }
            Tampering::Move => {
                let line = chain.remove(at);
                let beside = (spot.chain + 1) % 16;
                let chain = self.chain(beside);
                chain.insert(dice.below(chain.len().min(5) + 1), line);
            }
        }
    }
}

/// First and last index of the segment of an event.
fn segment(spot: Spot) -> (usize, usize) {
    let segment = &ARCHIVE.checkpoints[checkpoint(spot)].chains[spot.chain];
    (segment.first as usize - 1, segment.last as usize - 1)
}

/// The index of the checkpoint that closes the segment of an event.
fn checkpoint(spot: Spot) -> usize {
    ARCHIVE.checkpoints.partition_point(|checkpoint| checkpoint.chains[spot.chain].last as usize <= spot.index)
}

fn value(line: &[u8]) -> Value {
    serde_json::from_slice(line).expect("a line of ours")
}

fn head_of(line: &[u8]) -> Head {
    let value = value(line);
    let hash = value["current_hash"].as_str().expect("a hash").to_owned();
    Head {
        chain: value["chain"].as_u64().expect("a chain") as u8,
        sequence: value["sequence"].as_u64().expect("it"),
        hash,
    }
}

fn head_before(spot: Spot) -> Head {
    match spot.index.checked_sub(1) {
        Some(before) => head_of(&ARCHIVE.chains[spot.chain][before]),
        None => Head::genesis(spot.chain as u8),
    }
}

fn forged(head: &Head, dice: &mut Dice) -> Vec<u8> {
    let (event, opening) = event(EVENTS + dice.roll() % 1_000_000);
    line(&link(head, event, opening))
}

/// The line with the hash that it should have.
fn hashed(mut value: Value) -> Vec<u8> {
    let json = value.to_string();
    let hash = EventLine::from_json(&json).expect("a line of ours").hash().expect("a line of ours");
    value["current_hash"] = hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
    value.to_string().into_bytes()
}

/// Changes a member that the chain knows nothing of before the hash is computed: not the place, and not the hashes.
fn edited_and_hashed(line: &[u8], dice: &mut Dice) -> Vec<u8> {
    loop {
        let before = value(line);
        let after = value(&edited(line, dice));
        let same = ["v", "chain", "sequence", "previous_hash", "current_hash"].iter().all(|it| before[it] == after[it]);
        // The values of a client are not in the hash if there is a commitment: edit those without making it fit.
        let client = ["session_id", "ip", "user_agent", "opening"].iter().any(|it| before[it] != after[it]);
        let parses = EventLine::from_json(&after.to_string()).is_ok_and(|line| line.hash().is_ok());
        if same && parses && !(client && before["commitment"].is_string()) {
            return hashed(after);
        }
    }
}

/// Changes, drops or adds a member.
fn edited(line: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut value = value(line);
    let members = value.as_object_mut().expect("an object");
    let names: Vec<String> = members.keys().cloned().collect();
    let name = &names[dice.below(names.len())];
    match dice.below(10) {
        0 => drop(members.remove(name)),
        1 => drop(members.insert("note".to_owned(), "x".into())),
        _ => {
            let member = &mut members[name];
            *member = match member.clone() {
                Value::Bool(flag) => (!flag).into(),
                Value::Number(number) => (number.as_u64().unwrap_or_default() ^ (1 << dice.below(6))).into(),
                Value::Array(mut list) => {
                    if list.pop().is_none() {
                        list.push("x".into());
                    }
                    list.into()
                }
                Value::String(text) => {
                    let mut bytes: Vec<char> = text.chars().collect();
                    if bytes.is_empty() || dice.below(4) == 0 {
                        bytes.push('0');
                    } else {
                        let place = dice.below(bytes.len());
                        bytes[place] = if bytes[place] == '1' { '2' } else { '1' };
                    }
                    bytes.into_iter().collect::<String>().into()
                }
                other => panic!("{other}"),
            };
        }
    }
    value.to_string().into_bytes()
}

/// Whether a finding points at the spot: its chain, and its segment or the event behind it.
fn points_at(finding: &Finding, chain: usize, spot: Spot) -> bool {
    let (first, last) = segment(spot);
    let numbers = first as u64 + 1..=last as u64 + 2;
    finding.chain == Some(chain as u8) && finding.sequence.is_some_and(|sequence| numbers.contains(&sequence))
}

/// What is done where, the same in every run.
fn draw(dice: &mut Dice, number: usize) -> (Tampering, Spot) {
    loop {
        let tampering = Tampering::ALL[number % Tampering::ALL.len()];
        let chain = dice.below(16);
        let signed = ARCHIVE.checkpoints.last().expect("checkpoints").chains[chain].last as usize;
        // What follows the last checkpoint is not signed.
        let spot = Spot { chain, index: dice.below(signed) };
        let (first, last) = segment(spot);
        let fits = match tampering {
            Tampering::Swap => last > first,
            // Behind the last event of a segment the next segment is touched.
            Tampering::SwapNeighbours | Tampering::Insert => spot.index < last,
            _ => true,
        };
        if fits {
            return (tampering, spot);
        }
    }
}

fn expect_found(excerpt: &mut Excerpt, number: usize, tampering: Tampering, spot: Spot, dice: &mut Dice) {
    excerpt.tamper(tampering, spot, dice);
    let untouched = &ARCHIVE.chains[spot.chain][excerpt.ranges[spot.chain].clone()];
    assert!(excerpt.chain(spot.chain) != untouched, "{number}: {tampering:?} at {spot:?} changed nothing");
    let report = excerpt.verify();
    let what = || format!("{number}: {tampering:?} at {spot:?}, segment {:?}: {report:#?}", segment(spot));
    assert!(!report.verified && report.found > 0, "{}", what());
    assert!(report.findings.iter().any(|finding| points_at(finding, spot.chain, spot)), "{}", what());
    // There are no findings in unchanged chains.
    let beside = (tampering == Tampering::Move).then_some((spot.chain + 1) % 16);
    let touched =
        |chain: Option<u8>| chain.map(usize::from).is_some_and(|chain| chain == spot.chain || Some(chain) == beside);
    assert!(report.findings.iter().all(|finding| touched(finding.chain)), "{}", what());
    // And of segments before it neither.
    let first = segment(spot).0 as u64 + 1;
    let early = |finding: &&Finding| finding.chain == Some(spot.chain as u8) && finding.sequence < Some(first);
    assert_eq!(report.findings.iter().find(early), None, "{}", what());
    if tampering == Tampering::Rewrite {
        let [Finding { kind: Kind::Rewritten { first, last }, checkpoint: found, .. }] = &report.findings[..] else {
            panic!("{}", what())
        };
        assert!((*first..=*last).contains(&(spot.index as u64 + 1)), "{}", what());
        assert_eq!(*found, Some(ARCHIVE.checkpoints[checkpoint(spot)].sequence));
    }
}

/// Two threads share the numbers.
fn in_two(count: usize, run: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        let run = &run;
        scope.spawn(move || (0..count).step_by(2).for_each(run));
        scope.spawn(move || (1..count).step_by(2).for_each(run));
    });
}

#[test]
fn an_unchanged_export_is_verified() {
    let report = Excerpt::whole().verify();
    assert!(report.verified, "{report:#?}");
    assert_eq!((report.events, report.checkpoints), (EVENTS, EVENTS / EVERY));
    assert!(report.withheld > EVENTS / 20);
    for index in (0..ARCHIVE.checkpoints.len()).step_by(50) {
        let report = Excerpt::of(index, 3).verify();
        assert!(report.verified, "{index}: {report:#?}");
    }
}

#[test]
fn each_of_ten_thousand_tamperings_is_found_where_it_was_made() {
    in_two(TAMPERINGS - OVER_THE_WHOLE, |number| {
        let mut dice = Dice(0x5eed + number as u64);
        let (tampering, spot) = draw(&mut dice, number);
        // The segment, and the one behind it, which is where some are seen.
        let mut excerpt = Excerpt::of(checkpoint(spot), 2);
        expect_found(&mut excerpt, number, tampering, spot, &mut dice);
    });
}

#[test]
fn a_hundred_of_them_are_found_in_the_whole_archive() {
    in_two(OVER_THE_WHOLE, |number| {
        let mut dice = Dice(0xabcd + number as u64);
        let (tampering, spot) = draw(&mut dice, number);
        expect_found(&mut Excerpt::whole(), number, tampering, spot, &mut dice);
    });
}

#[test]
fn a_chain_written_anew_is_found_by_nothing_but_the_checkpoints() {
    let spot = Spot { chain: 3, index: 1_000 };
    let mut excerpt = Excerpt::whole();
    excerpt.tamper(Tampering::Rewrite, spot, &mut Dice(1));
    let mut head = Head::genesis(3);
    for line in excerpt.chain(3) {
        let text = str::from_utf8(line).unwrap();
        let event = EventLine::from_json(text).unwrap();
        assert_eq!((event.sequence, event.previous_hash.as_str()), (head.sequence + 1, head.hash.as_str()));
        head = head_of(line);
    }
    assert!(!excerpt.verify().verified);
    // Behind the last checkpoint nothing is signed, and nothing is found.
    let signed = ARCHIVE.checkpoints.last().unwrap().chains[3].last as usize;
    let mut young = Excerpt::whole();
    young.tamper(Tampering::Rewrite, Spot { chain: 3, index: signed }, &mut Dice(1));
    assert!(young.verify().verified);
}
