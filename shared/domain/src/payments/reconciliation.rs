//! The times at which the consumer asks Razorpay for the state of an order or a refund, in case no webhook has reported
//! it.
//!
//! A webhook can be lost for good: after a day of failures Razorpay disables it. A bank can approve an attempt up to
//! three days after Razorpay has reported it failed. So every open order is checked often at first and then daily for
//! six days. A paid order is checked once more when no second attempt can be captured any more. A refund is checked
//! every day until it has arrived or failed.

use jiff::{SignedDuration, Timestamp};

use crate::core::id::PaymentId;
use crate::messages::Message;
use crate::messages::Timer;
use crate::payments::refund::Refund;

/// The times at which an order is checked, in minutes after it was opened.
const CHECKS: [i64; 9] = [15, 60, 6 * 60, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 6 * DAY];
const DAY: i64 = 24 * 60;

/// The check of a paid order: banks can approve an attempt for three days, so no second attempt is captured after it.
const LAST_OF_PAID: u32 = 6;

/// The time after which Razorpay is asked about a refund, and asked again.
pub const REFUND_PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// The timer of the next check of an order that was opened at `opened` and was checked `done` times; `None` after the
/// last check.
pub fn order_timer(payment: PaymentId, opened: Timestamp, done: u32) -> Option<Timer> {
    next_check(opened, done).map(|at| Timer::new(at, Message::OrderDue { payment, opened, check: done }))
}

/// The timer of the next check of a refund that was checked `done` times.
pub fn refund_timer(refund: &Refund, done: u32, now: Timestamp) -> Timer {
    let at = now.checked_add(REFUND_PATIENCE).unwrap_or(Timestamp::MAX);
    Timer::new(at, Message::RefundDue { payment: refund.payment, refund: refund.id.clone(), check: done })
}

/// The instant of the next check of an order that was opened at `opened` and was checked `done` times; `None` after the
/// last check.
pub fn next_check(opened: Timestamp, done: u32) -> Option<Timestamp> {
    let minutes = CHECKS.get(usize::try_from(done).ok()?)?;
    opened.checked_add(SignedDuration::from_mins(*minutes)).ok()
}

/// The number of the next check of an order that was checked `done` times.
pub fn following(done: u32, is_paid: bool) -> u32 {
    match is_paid {
        false => done + 1,
        true if done < LAST_OF_PAID => LAST_OF_PAID,
        true => u32::MAX,
    }
}

/// Whether Razorpay is asked at this check: for an open order at each check, for a paid one only at the last.
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
    fn an_open_order_is_checked_often_at_first_and_then_daily_to_the_sixth_day() {
        assert_eq!(hours(0, false), [15, 60, 360, 1_440, 2_880, 4_320, 5_760, 7_200, 8_640]);
    }

    #[test]
    fn a_paid_order_is_checked_once_more_when_no_second_capture_can_come() {
        assert_eq!(hours(0, true), [15, 5_760]);
    }
}
