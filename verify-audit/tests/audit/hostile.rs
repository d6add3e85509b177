//! The verifier answers every input: no input stops it.

use domain::audit::{Checkpoint, PublicKey};
use verify_audit::export::LONGEST_LINE;
use verify_audit::proof::{self, Proof};
use verify_audit::{Options, keys, verify};

use crate::forge::{Archive, Dice, checkpoint_file, file};

/// Bytes that are like those of a format: parts of it, out of order, with others among them.
fn mangled(dice: &mut Dice, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(8) {
        if bytes.is_empty() {
            break;
        }
        let place = dice.below(bytes.len());
        let end = place + dice.below((bytes.len() - place).min(300));
        match dice.below(8) {
            0 => bytes[place] = dice.roll() as u8,
            1 => drop(bytes.drain(place..end)),
            2 => {
                let part = bytes[place..end].to_vec();
                bytes.splice(place..place, part);
            }
            3 => bytes[place] = b'\n',
            4 => drop(bytes.splice(place..place, *b"\"\\ud800\"")),
            5 => drop(bytes.splice(place..place, *b"18446744073709551615")),
            6 => bytes.truncate(place),
            _ => drop(bytes.splice(place..place, *b"[[[{{{\xff\x00")),
        }
    }
    bytes
}

fn run(keys: &[PublicKey], checkpoints: &[u8], chains: &[Vec<u8>], since: Option<u64>) {
    let sources = chains.iter().map(Vec::as_slice).collect();
    let options = Options { since, anchors: vec![(u64::MAX, String::new())], most: 5 };
    let report = verify(keys, checkpoints, sources, &options).unwrap();
    assert!(!report.verified && report.findings.len() <= 5);
    for finding in &report.findings {
        assert!(!finding.to_string().is_empty());
    }
    assert!(serde_json::to_string(&report).is_ok());
}

#[test]
fn no_bytes_stop_it() {
    let archive = Archive::new(300, 50);
    let keys = [archive.signer.public()];
    let checkpoints = checkpoint_file(&archive.checkpoints);
    let chains: Vec<Vec<u8>> = archive.chains.iter().map(file).collect();
    let mut dice = Dice(99);
    for number in 0..1_500 {
        let mut some = chains.clone();
        let chain = dice.below(16);
        some[chain] = mangled(&mut dice, &some[chain]);
        let checkpoints = if number % 2 == 0 { mangled(&mut dice, &checkpoints) } else { checkpoints.clone() };
        run(&keys, &checkpoints, &some, [None, Some(1), Some(u64::MAX)][number % 3]);
    }
    let noise: Vec<Vec<u8>> = (0..16).map(|_| (0..3_000).map(|_| dice.roll() as u8).collect()).collect();
    run(&keys, &noise[0], &noise, None);
    run(&keys, &checkpoints, &noise, None);
    run(&[], &checkpoints, &chains, None);
    run(&keys, &checkpoints, &[], None);
    let long = vec![vec![b'['; 3 * LONGEST_LINE]; 16];
    run(&keys, &long[0], &long, None);
}

#[test]
fn no_numbers_that_were_signed_stop_it() {
    let archive = Archive::new(300, 50);
    let keys = [archive.signer.public()];
    let chains: Vec<Vec<u8>> = archive.chains.iter().map(file).collect();
    let odd = [0, 1, 2, 7, u64::MAX, u64::MAX - 1, u64::MAX / 2];
    let mut dice = Dice(7);
    for number in 0..600 {
        let mut checkpoints = archive.checkpoints.clone();
        let changed: &mut Checkpoint = {
            let place = dice.below(checkpoints.len());
            &mut checkpoints[place]
        };
        let mut any = || odd[dice.below(odd.len())];
        match number % 4 {
            0 => changed.sequence = any(),
            1 => changed.events = any(),
            2 => (changed.chains[5].first, changed.chains[5].last) = (any(), any()),
            _ => {
                // Consistent, and absurd.
                (changed.chains[5].first, changed.chains[5].last) = (1, any().saturating_sub(1).max(1) / 2);
                let others = changed.chains.iter().filter(|it| it.chain != 5).filter_map(|it| it.count()).sum::<u64>();
                changed.events = others + changed.chains[5].last;
            }
        }
        *changed = archive.signer.again(changed.clone());
        let sources = chains.iter().map(Vec::as_slice).collect();
        let checkpoints = checkpoint_file(&checkpoints);
        let options = Options { most: 5, ..Options::default() };
        verify(&keys, checkpoints.as_slice(), sources, &options).unwrap();
        let since = Options { since: Some(any()), most: 5, ..Options::default() };
        verify(&keys, checkpoints.as_slice(), chains.iter().map(Vec::as_slice).collect(), &since).unwrap();
        let proof = Proof { v: 1, checkpoint: any(), chain: 5, sequence: any(), hash: "0".repeat(64), path: vec![] };
        assert!(proof::check(&proof, None, &keys, &mut checkpoints.as_slice()).unwrap().is_err());
    }
}

#[test]
fn no_key_file_and_no_proof_stop_it() {
    let archive = Archive::new(100, 50);
    let good = include_str!("../vectors/export/keys.pem");
    let mut dice = Dice(3);
    for _ in 0..2_000 {
        let bytes = mangled(&mut dice, good.as_bytes());
        let _ = keys::from_pem(&String::from_utf8_lossy(&bytes));
    }
    let id = "0";
    let open = || Ok(archive.chains.iter().map(|_| [].as_slice()).collect::<Vec<&[u8]>>());
    let checkpoints = checkpoint_file(&archive.checkpoints);
    assert!(proof::prove(id, &[archive.signer.public()], &mut checkpoints.as_slice(), open).is_err());
}
