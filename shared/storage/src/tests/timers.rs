//! Timers are found when they are due, by each reader that looks late, and by none that looks early.

use domain::messages::Message;
use domain::messages::Timer;
use jiff::{SignedDuration, Timestamp};

use super::samples::*;
use super::stack::{Fault, Stack};
use crate::{CommitError, DueTimers};

fn timer(at: Timestamp, version: u64) -> Timer {
    Timer::new(at, Message::AppointmentConfirmed { appointment: appointment_id(1), version })
}

async fn due(stack: &Stack, now: Timestamp) -> DueTimers {
    stack.storage.due_timers(now, 500).await.unwrap()
}

fn versions(due: &DueTimers) -> Vec<u64> {
    let version = |message| match message {
        Message::AppointmentConfirmed { version, .. } => version,
        other => panic!("{other:?}"),
    };
    due.timers.iter().map(|timer| version(timer.envelope().unwrap().payload)).collect()
}

/// Rings what is due, as far as the table is concerned.
async fn ring(stack: &Stack, now: Timestamp) -> Vec<u64> {
    let due = due(stack, now).await;
    let prov = later(&by("fireTimers", "r-ring"), now.duration_since(super::samples::now()));
    stack.storage.forget_timers(&due.timers, &prov).await.unwrap();
    stack.storage.pass_hours(&due, &prov).await.unwrap();
    versions(&due)
}

#[tokio::test]
async fn a_timer_is_due_at_its_time_and_not_before() {
    let stack = Stack::new();
    let at = now() + minutes(20);
    stack.storage.plan(&[timer(at, 1), timer(at + minutes(1), 2)], &by("another", "r-plan")).await.unwrap();
    assert_eq!(versions(&due(&stack, at).await), [0; 0], "clocks differ by some seconds");
    let found = due(&stack, at + SignedDuration::from_secs(6)).await;
    assert_eq!(versions(&found), [1]);
    let envelope = found.timers[0].envelope().unwrap();
    assert_eq!((envelope.correlation_id.as_str(), envelope.source.as_str()), ("r-plan", "testOperation"));
    assert_eq!(ring(&stack, at + minutes(2)).await, [1, 2]);
    assert_eq!(ring(&stack, at + minutes(3)).await, [0; 0]);
}

#[tokio::test]
async fn a_timer_that_is_planned_again_is_one() {
    let stack = Stack::new();
    for request in ["r-1", "r-2"] {
        stack.storage.plan(&[timer(now() + minutes(5), 1)], &by("another", request)).await.unwrap();
    }
    assert_eq!(ring(&stack, now() + minutes(6)).await, [1]);
}

#[tokio::test]
async fn a_timer_whose_time_has_passed_when_it_is_planned_is_due_at_once_wherever_the_cursor_is() {
    let stack = Stack::new();
    let late = now() + SignedDuration::from_hours(30);
    ring(&stack, now()).await;
    ring(&stack, late).await;
    let prov = later(&by("another", "r-plan"), late.duration_since(now()));
    stack.storage.plan(&[timer(now() + minutes(1), 1)], &prov).await.unwrap();
    assert_eq!(ring(&stack, late + minutes(1)).await, [1]);
}

#[tokio::test]
async fn a_timer_planned_by_a_slow_clock_is_found_although_its_hour_is_over() {
    let stack = Stack::new();
    let hour_is_over = at("2026-11-30T04:00:30Z");
    ring(&stack, hour_is_over).await;
    // By this clock it is still three, and by the time of the write ten minutes later.
    let prov = later(&by("another", "r-slow"), at("2026-11-30T03:59:50Z").duration_since(now()));
    ring(&stack, hour_is_over + minutes(10)).await;
    stack.storage.plan(&[timer(at("2026-11-30T03:30:00Z"), 1)], &prov).await.unwrap();
    assert_eq!(ring(&stack, hour_is_over + minutes(11)).await, [1]);
    // Only then is the hour closed.
    ring(&stack, hour_is_over + minutes(16)).await;
    stack.forget_calls();
    ring(&stack, hour_is_over + minutes(17)).await;
    assert_eq!(stack.calls().iter().filter(|(call, _)| call == "Query").count(), 1, "the present hour alone");
}

#[tokio::test]
async fn after_an_outage_of_days_everything_is_found_in_order_and_nothing_is_scanned() {
    let stack = Stack::new();
    ring(&stack, now()).await;
    let hours = (0..72).map(|hour| now() + SignedDuration::from_hours(hour) + minutes(1));
    let timers: Vec<Timer> = hours.zip(0..).map(|(at, version)| timer(at, version)).collect();
    stack.storage.plan(&timers, &by("another", "r-plan")).await.unwrap();
    stack.forget_calls();
    let late = now() + SignedDuration::from_hours(80);
    assert_eq!(ring(&stack, late).await, (0..72).collect::<Vec<u64>>());
    let queries = stack.calls().iter().filter(|(call, _)| call == "Query").count();
    assert_eq!(queries, 82, "one for each hour since, and for the one that was not closed yet");
    assert!(stack.calls().iter().all(|(call, _)| call != "Scan"));
    stack.forget_calls();
    assert_eq!(ring(&stack, late + minutes(1)).await, [0; 0]);
    assert!(stack.calls().iter().filter(|(call, _)| call == "Query").count() <= 2);
}

#[tokio::test]
async fn a_look_is_bounded_and_the_next_goes_on_where_it_stopped() {
    let stack = Stack::new();
    let timers: Vec<Timer> = (0..350).map(|version| timer(now() + minutes(1), version)).collect();
    stack.storage.plan(&timers, &by("another", "r-plan")).await.unwrap();
    let late = now() + SignedDuration::from_hours(5);
    let mut rung = vec![];
    for _ in 0..10 {
        let due = stack.storage.due_timers(late, 150).await.unwrap();
        assert!(due.timers.len() <= 250);
        let prov = by("fireTimers", "r-ring");
        stack.storage.forget_timers(&due.timers, &prov).await.unwrap();
        stack.storage.pass_hours(&due, &prov).await.unwrap();
        rung.extend(versions(&due));
        if !due.more {
            break;
        }
    }
    rung.sort_unstable();
    assert_eq!(rung, (0..350).collect::<Vec<u64>>());
}

#[tokio::test]
async fn two_looks_at_once_find_the_same_and_neither_loses_anything() {
    let stack = Stack::new();
    stack.storage.plan(&[timer(now() + minutes(1), 1)], &by("another", "r-plan")).await.unwrap();
    let late = now() + SignedDuration::from_hours(2);
    let (one, two) = (due(&stack, late).await, due(&stack, late).await);
    assert_eq!((versions(&one), versions(&two)), (vec![1], vec![1]));
    let prov = by("fireTimers", "r-ring");
    for found in [&one, &two] {
        stack.storage.forget_timers(&found.timers, &prov).await.unwrap();
        stack.storage.pass_hours(found, &prov).await.unwrap();
    }
    assert_eq!(ring(&stack, late + minutes(1)).await, [0; 0]);
}

#[tokio::test]
async fn a_timer_that_could_not_be_forgotten_is_due_again() {
    let stack = Stack::new();
    stack.storage.plan(&[timer(now() + minutes(1), 1)], &by("another", "r-plan")).await.unwrap();
    let found = due(&stack, now() + minutes(2)).await;
    stack.next(Fault::Conflict);
    let end = stack.storage.forget_timers(&found.timers, &by("fireTimers", "r-ring")).await;
    assert!(matches!(end, Err(CommitError::Stale)), "{end:?}");
    assert_eq!(ring(&stack, now() + minutes(3)).await, [1]);
}
