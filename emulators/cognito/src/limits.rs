//! Brakes against guessing: the lock-out after wrong passwords, and the hourly quota of codes.
//! Both count by name, known or not, so that neither tells whether an account exists. Neither is persisted.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

/// Cognito's lock-out: from the fifth wrong password on, 2^(n-5) seconds, about 15 minutes at most.
/// (Developer guide, "Lockout behavior for failed sign-in attempts".)
#[derive(Default)]
pub struct Lockout(HashMap<String, Tries>);

struct Tries {
    failed: u32,
    locked_until: Timestamp,
    last: Timestamp,
}

const FREE_TRIES: u32 = 5;
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

impl Lockout {
    /// Whether `name` has to wait. An attempt while locked does not prolong the lock, but it does count as activity.
    pub fn is_locked(&mut self, name: &str, now: Timestamp) -> bool {
        self.0.retain(|_, tries| now.duration_since(tries.last) < LONGEST);
        let Some(tries) = self.0.get_mut(name) else {
            return false;
        };
        tries.last = now;
        now < tries.locked_until
    }

    pub fn failed(&mut self, name: &str, now: Timestamp) {
        let tries = self.0.entry(name.to_owned()).or_insert(Tries { failed: 0, locked_until: now, last: now });
        tries.failed += 1;
        tries.last = now;
        if let Some(doublings) = tries.failed.checked_sub(FREE_TRIES) {
            let wait = SignedDuration::from_secs(1 << doublings.min(10)).min(LONGEST);
            tries.locked_until = now + wait;
        }
    }

    pub fn succeeded(&mut self, name: &str) {
        self.0.remove(name);
    }
}

/// At most five of something per name and hour.
#[derive(Default)]
pub struct Quota(HashMap<String, Vec<Timestamp>>);

impl Quota {
    const PER_HOUR: usize = 5;

    pub fn is_spent(&mut self, name: &str, now: Timestamp) -> bool {
        self.0.retain(|_, taken| {
            taken.retain(|at| now.duration_since(*at) < SignedDuration::from_hours(1));
            !taken.is_empty()
        });
        self.0.get(name).is_some_and(|taken| taken.len() >= Self::PER_HOUR)
    }

    pub fn take(&mut self, name: &str, now: Timestamp) {
        self.0.entry(name.to_owned()).or_default().push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn the_fifth_failure_locks_for_a_second_and_each_further_one_twice_as_long() {
        let mut lockout = Lockout::default();
        for _ in 0..4 {
            lockout.failed("a", at(0));
        }
        assert!(!lockout.is_locked("a", at(0)));
        lockout.failed("a", at(0));
        assert!(lockout.is_locked("a", at(0)));
        assert!(!lockout.is_locked("b", at(0)), "others are not locked");
        assert!(!lockout.is_locked("a", at(1)));
        lockout.failed("a", at(1));
        assert!(lockout.is_locked("a", at(2)));
        assert!(!lockout.is_locked("a", at(3)));
    }

    #[test]
    fn a_lock_never_exceeds_fifteen_minutes_and_is_forgotten_after_as_long_without_attempts() {
        let mut lockout = Lockout::default();
        for _ in 0..40 {
            lockout.failed("a", at(0));
        }
        assert!(lockout.is_locked("a", at(899)));
        assert!(!lockout.is_locked("a", at(900)));
        assert!(!lockout.is_locked("a", at(900 + 900)));
        lockout.failed("a", at(1_800));
        assert!(!lockout.is_locked("a", at(1_800)), "counting starts anew");
    }

    #[test]
    fn a_quota_fills_after_five_and_empties_within_the_hour() {
        let mut quota = Quota::default();
        for second in 0..5 {
            assert!(!quota.is_spent("a", at(second)));
            quota.take("a", at(second));
        }
        assert!(quota.is_spent("a", at(5)));
        assert!(!quota.is_spent("a", at(3_600)));
    }
}
