//! What one side has and the other has not.

use std::collections::BTreeSet;
use std::fmt::Debug;

/// Compares two lists, each with the name of where it is from, and prints what stands in one of them alone: of a long list that says
/// more than both in full.
///
/// # Panics
/// If one has what the other has not.
#[track_caller]
pub fn assert_same<T: Ord + Debug>(
    (here, left): (&str, impl IntoIterator<Item = T>),
    (there, right): (&str, impl IntoIterator<Item = T>),
) {
    let (left, right) = (BTreeSet::from_iter(left), BTreeSet::from_iter(right));
    let (more, missing): (Vec<_>, Vec<_>) = (left.difference(&right).collect(), right.difference(&left).collect());
    assert!(more.is_empty() && missing.is_empty(), "\nonly in {here}: {more:#?}\nonly in {there}: {missing:#?}");
}
