//! When Razorpay is asked what became of an order or a refund, because nobody has told.
//!
//! A webhook can be lost for good: after a day of failures Razorpay disables it. A bank can say yes for three days after
//! Razorpay has called an attempt failed. So every order is asked about at 15 minutes, an hour, six hours, and then daily to
//! the sixth day; one that is paid once more when no second attempt can come any more; a refund every day until it has
//! arrived or failed.

use jiff::{SignedDuration, Timestamp};

use crate::core::id::PaymentId;
use crate::messages::Message;
use crate::messages::Timer;
use crate::payments::refund::Refund;

/// How long after it was opened an order is looked at, in minutes.
const CHECKS: [i64; 9] = [15, 60, 6 * 60, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 6 * DAY];
const DAY: i64 = 24 * 60;

/// The check of an order that is paid: banks are asked for three days, so a second attempt can't be captured after it.
const LAST_OF_PAID: u32 = 6;

/// How long a refund may take before Razorpay is asked about it, and asked again.
pub const REFUND_PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// The timer that tells when to ask about an order that was opened at `opened` and asked about `done` times; `None` when
/// that was the last time.
pub fn order_timer(payment: PaymentId, opened: Timestamp, done: u32) -> Option<Timer> {
    next_check(opened, done).map(|at| Timer::new(at, Message::OrderDue { payment, opened, check: done }))
}

/// The timer that tells when to ask about a refund that was asked about `done` times.
pub fn refund_timer(refund: &Refund, done: u32, now: Timestamp) -> Timer {
    let at = now.checked_add(REFUND_PATIENCE).unwrap_or(Timestamp::MAX);
    Timer::new(at, Message::RefundDue { payment: refund.payment, refund: refund.id.clone(), check: done })
}

/// When an order is looked at that was opened at `opened` and has been looked at `done` times; `None` when that was the
/// last time.
pub fn next_check(opened: Timestamp, done: u32) -> Option<Timestamp> {
    let minutes = CHECKS.get(usize::try_from(done).ok()?)?;
    opened.checked_add(SignedDuration::from_mins(*minutes)).ok()
}

/// Which check comes next of an order that was looked at `done` times and is paid or not.
pub fn following(done: u32, is_paid: bool) -> u32 {
    match is_paid {
        false => done + 1,
        true if done < LAST_OF_PAID => LAST_OF_PAID,
        true => u32::MAX,
    }
}

/// Whether Razorpay is asked at this check: about an order that is open each time, about one that is paid at the last.
pub const fn is_asked(done: u32, is_paid: bool) -> bool {
    !is_paid || done >= LAST_OF_PAID
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::now;

    fn hours(mut done: u32, is_paid: bool) -> Vec<i64> {
        let mut at = Vec::new();
        while let Some(check) = next_check(now(), done) {
            at.push(check.duration_since(now()).as_mins());
            done = following(done, is_paid);
        }
        at
    }

    #[test]
    fn an_open_order_is_asked_about_often_at_first_and_then_daily_to_the_sixth_day() {
        assert_eq!(hours(0, false), [15, 60, 360, 1_440, 2_880, 4_320, 5_760, 7_200, 8_640]);
    }

    #[test]
    fn a_paid_one_is_asked_about_once_more_when_no_second_payment_can_come() {
        assert_eq!(hours(0, true), [15, 5_760]);
    }
}
