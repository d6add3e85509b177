//! Tampering with checkpoints, by an attacker without the key and by one who has it.

use std::sync::LazyLock;

use domain::audit::{Checkpoint, Draft};
use verify_audit::{Kind, Options, Report, verify};

use crate::forge::{Archive, Signer, checkpoint_file, file};

static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| Archive::new(1_050, 100));

fn options() -> Options {
    Options { most: 100, ..Options::default() }
}

fn report_with(checkpoints: &[Checkpoint], options: &Options) -> Report {
    let checkpoints = checkpoint_file(checkpoints);
    let chains: Vec<Vec<u8>> = ARCHIVE.chains.iter().map(file).collect();
    let sources = chains.iter().map(Vec::as_slice).collect();
    verify(&[ARCHIVE.signer.public()], checkpoints.as_slice(), sources, options).unwrap()
}

fn report(checkpoints: &[Checkpoint]) -> Report {
    report_with(checkpoints, &options())
}

/// The kinds of what was found, with the numbers of the checkpoints.
fn found(checkpoints: &[Checkpoint]) -> Vec<(Kind, Option<u64>)> {
    let report = report(checkpoints);
    assert_eq!(report.verified, report.findings.is_empty());
    report.findings.into_iter().map(|finding| (finding.kind, finding.checkpoint)).collect()
}

#[test]
fn nothing_is_found_where_nothing_was_done() {
    let report = report(&ARCHIVE.checkpoints);
    assert!(report.verified, "{report:#?}");
    assert_eq!((report.events, report.unsigned_events, report.checkpoints), (1_050, 50, 10));
    let last = report.last_checkpoint.unwrap();
    assert_eq!((last.sequence, last.hash), (10, ARCHIVE.checkpoints[9].hash()));
}

#[test]
fn a_checkpoint_that_was_left_out_is_missed_wherever_it_stood() {
    for gone in 0..9 {
        let mut checkpoints = ARCHIVE.checkpoints.clone();
        checkpoints.remove(gone);
        let number = gone as u64 + 1;
        let missing = Kind::MissingCheckpoints { first: number, last: number };
        assert_eq!(found(&checkpoints), [(missing, Some(number + 1))]);
    }
    let none = found(&[]);
    assert_eq!(none, [(Kind::NothingSigned, None)]);
}

#[test]
fn checkpoints_that_were_cut_off_are_missed_by_a_reader_who_knows_one_of_them() {
    let cut = &ARCHIVE.checkpoints[..7];
    assert!(report(cut).verified, "the export itself does not tell");
    let anchored = |sequence, hash: &str| {
        let anchors = vec![(sequence, hash.to_owned())];
        let report = report_with(cut, &Options { anchors, ..options() });
        report.findings.into_iter().map(|finding| (finding.kind, finding.checkpoint)).collect::<Vec<_>>()
    };
    assert_eq!(anchored(7, &ARCHIVE.checkpoints[6].hash()), []);
    assert_eq!(anchored(3, &ARCHIVE.checkpoints[2].hash()), []);
    assert_eq!(anchored(8, &ARCHIVE.checkpoints[7].hash()), [(Kind::Anchor, Some(8))]);
    assert_eq!(anchored(3, &ARCHIVE.checkpoints[3].hash()), [(Kind::Anchor, Some(3))]);
}

#[test]
fn chains_that_were_cut_off_with_and_without_their_checkpoints_are_distinguished() {
    let mut chains: Vec<Vec<u8>> = vec![];
    for (chain, segment) in ARCHIVE.chains.iter().zip(&ARCHIVE.checkpoints[4].chains) {
        chains.push(file(&chain[..segment.last as usize]));
    }
    let run = |count: usize| {
        let checkpoints = checkpoint_file(&ARCHIVE.checkpoints[..count]);
        let sources = chains.iter().map(Vec::as_slice).collect();
        verify(&[ARCHIVE.signer.public()], checkpoints.as_slice(), sources, &options()).unwrap()
    };
    assert!(run(5).verified);
    let report = run(6);
    assert!(report.found > 0 && report.findings.iter().all(|it| matches!(it.kind, Kind::Truncated { .. })));
    // Each chain says so once, however many checkpoints come after.
    assert_eq!(run(10).found, 16);
}

#[test]
fn a_checkpoint_that_was_changed_or_signed_with_another_key_is_not_accepted() {
    let mut checkpoints = ARCHIVE.checkpoints.clone();
    checkpoints[4].root = "0".repeat(64);
    let unsigned = |number| (Kind::Checkpoint { reason: domain::audit::CheckpointBreak::Signature }, Some(number));
    let missing = |number| (Kind::MissingCheckpoints { first: number, last: number }, Some(number + 1));
    assert_eq!(found(&checkpoints), [unsigned(5), missing(5)]);
    checkpoints[4] = Signer::new().again(ARCHIVE.checkpoints[4].clone());
    assert_eq!(found(&checkpoints), [unsigned(5), missing(5)]);
}

#[test]
fn swapped_repeated_and_forked_checkpoints_are_found() {
    let mut swapped = ARCHIVE.checkpoints.clone();
    swapped.swap(3, 4);
    let kinds = found(&swapped);
    assert!(kinds.contains(&(Kind::MissingCheckpoints { first: 4, last: 4 }, Some(5))), "{kinds:?}");
    assert!(kinds.contains(&(Kind::ForkedCheckpoints, Some(4))), "{kinds:?}");

    let mut repeated = ARCHIVE.checkpoints.clone();
    repeated.insert(5, repeated[4].clone());
    assert_eq!(found(&repeated), [(Kind::ForkedCheckpoints, Some(5))]);

    // A second history, signed by the same key.
    let at = "2026-11-30T03:00:30Z".parse().unwrap();
    let draft = Draft::after(Some(&ARCHIVE.checkpoints[0])).unwrap();
    let other = ARCHIVE.signer.sign(draft.close(at, ARCHIVE.signer.public().id()));
    let mut beside = ARCHIVE.checkpoints.clone();
    beside.insert(2, other.clone());
    assert_eq!(found(&beside), [(Kind::ForkedCheckpoints, Some(2))]);
    let mut instead = ARCHIVE.checkpoints.clone();
    instead[1] = other;
    let link = Kind::Checkpoint { reason: domain::audit::CheckpointBreak::Link };
    assert!(found(&instead).contains(&(link, Some(3))), "{:?}", found(&instead));
}

#[test]
fn a_holder_of_the_key_can_sign_a_false_head_or_root_but_the_difference_is_found() {
    // Another hash at the end of a chain: everything that the chain really has is a rewriting then.
    let mut checkpoints = ARCHIVE.checkpoints.clone();
    let mut changed = checkpoints[9].clone();
    changed.chains[3].head = "0".repeat(64);
    checkpoints[9] = ARCHIVE.signer.again(changed);
    let kinds = found(&checkpoints);
    assert!(matches!(kinds[..], [(Kind::Rewritten { .. }, Some(10))]), "{kinds:?}");

    let mut changed = ARCHIVE.checkpoints[9].clone();
    changed.root = "0".repeat(64);
    checkpoints[9] = ARCHIVE.signer.again(changed);
    assert_eq!(found(&checkpoints), [(Kind::Root, Some(10))]);
}

#[test]
fn an_export_may_begin_behind_a_checkpoint() {
    let base = &ARCHIVE.checkpoints[3];
    let chains: Vec<Vec<u8>> =
        ARCHIVE.chains.iter().zip(&base.chains).map(|(chain, it)| file(&chain[it.last as usize..])).collect();
    let run = |from: usize, since| {
        let checkpoints = checkpoint_file(&ARCHIVE.checkpoints[from..]);
        let sources = chains.iter().map(Vec::as_slice).collect();
        let options = Options { since, ..options() };
        verify(&[ARCHIVE.signer.public()], checkpoints.as_slice(), sources, &options).unwrap()
    };
    let report = run(3, Some(4));
    assert!(report.verified, "{report:#?}");
    assert_eq!((report.events, report.checkpoints), (1_050 - 400, 7));
    // Not so if it says nothing of it, or of another one, or is without it.
    assert!(!run(3, None).verified);
    assert!(!run(3, Some(3)).verified);
    assert!(!run(4, Some(4)).verified);
    assert!(!run(10, Some(4)).verified);
}
