//! Timers fire at their time, and no failure in between loses one.

use domain::messages::Message;
use domain::messages::Timer;
use jiff::SignedDuration;
use local::Fault;
use local::services::FAILURES_BUCKET;
use scenario::scenario;
use serde_json::{Value, json};
use storage::Provenance;
use system_tests::{Patient, World};

/// The hour in which the timers of these tests are filed; those of the visits themselves are in others.
const HOUR: &str = "DUE#20261123T03";

/// Plans that a visit is looked at in some minutes, as if it had been confirmed then.
async fn plan(world: &World, visit: &Value, minutes: i64) {
    let appointment = visit["id"].as_str().unwrap().parse().unwrap();
    let at = world.now() + SignedDuration::from_mins(minutes);
    let timer = Timer::new(at, Message::AppointmentConfirmed { appointment, version: 1 });
    let storage = world.stack.aws().storage().unwrap();
    let prov = Provenance {
        actor: "test".into(),
        role: "system".into(),
        operation: "test".into(),
        request_id: "r-plan".into(),
        at: world.now(),
        ip: None,
        user_agent: None,
        session: None,
    };
    storage.plan(&[timer], &prov).await.unwrap();
}

/// A patient with a visit that costs nothing: one that is paid has timers of its own.
async fn confirmed(world: &World) -> (Patient, Value) {
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor_with("Meera Iyer", json!({ "fee": 0 })).await);
    let visit = asha.books(&iyer.publishes(30).await).await.created();
    world.settles().await;
    (asha, visit)
}

/// How often timers were told since the last time, and how often mails were looked at because of a message.
fn calls_of(world: &World) -> (usize, usize) {
    let calls = world.stack.network().take_requests();
    let of = |function: &str, action: &str| {
        calls.iter().filter(|call| call.function == function && call.action == action).count()
    };
    (of("FireTimersFunction", "SendMessageBatch"), of("SendNotificationFunction", "GetItem"))
}

#[scenario]
async fn a_timer_fires_at_its_time_and_once() {
    let world = World::start().await;
    let (asha, visit) = confirmed(&world).await;
    world.settles().await;
    plan(&world, &visit, 20).await;
    let _ = calls_of(&world);
    world.minutes_pass(19).await;
    assert_eq!(calls_of(&world), (0, 0));
    world.minutes_pass(2).await;
    let (fired, read) = calls_of(&world);
    assert_eq!(fired, 1);
    assert!(read > 0, "the consumer reads the current items");
    world.minutes_pass(150).await;
    assert_eq!(calls_of(&world), (0, 0));
    assert_eq!(world.keys_like(HOUR).await, [""; 0]);
    assert_eq!(world.keys_like("DUE#CURSOR").await.len(), 1);
    // It was said before, so it is not said again.
    assert_eq!(world.mails_to(&asha.email).len(), 1);
}

#[scenario]
async fn a_timer_that_cannot_be_read_is_put_aside_and_holds_up_nothing() {
    let world = World::start().await;
    let (_, visit) = confirmed(&world).await;
    plan(&world, &visit, 20).await;
    let newer = json!({
        "PK": {"S": "DUE#20261123T03"}, "SK": {"S": "TIMER#20261123T031500Z#ab"}, "v": {"N": "1"},
        "message": {"S": "{\"schema\":99}"},
    });
    world.puts_item(newer).await;
    let _ = calls_of(&world);
    world.minutes_pass(22).await;
    assert_eq!(calls_of(&world).0, 1);
    let kept = world.stack.services().s3.objects(FAILURES_BUCKET);
    assert_eq!(kept.len(), 1);
    assert!(String::from_utf8_lossy(&kept[0].1).contains("schema"), "it is kept whole");
    assert_eq!(world.keys_like(HOUR).await, [""; 0]);
}

#[scenario]
async fn while_the_queue_refuses_messages_timers_wait_and_the_invocation_becomes_a_dead_letter() {
    let world = World::start().await;
    let (_, visit) = confirmed(&world).await;
    world.settles().await;
    plan(&world, &visit, 2).await;
    world
        .stack
        .network()
        .inject(|call| (call.function == "FireTimersFunction" && call.service == "sqs").then_some(Fault::NotSent));
    world.minutes_pass(10).await;
    assert_eq!(world.keys_like(HOUR).await.len(), 1, "it is still there");
    let given_up = world.stack.services().sqs.peek("SchedulesDeadLetters");
    assert!(!given_up.is_empty());
    let record: Value = serde_json::from_str(&given_up[0]).unwrap();
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert!(record["requestPayload"]["time"].is_string());

    world.stack.network().heal();
    let _ = calls_of(&world);
    world.minutes_pass(1).await;
    assert_eq!(calls_of(&world).0, 1);
    assert_eq!(world.keys_like(HOUR).await, [""; 0]);
}

#[scenario]
async fn a_timer_that_fired_and_was_not_deleted_fires_again() {
    let world = World::start().await;
    let (asha, visit) = confirmed(&world).await;
    world.settles().await;
    plan(&world, &visit, 2).await;
    let _ = calls_of(&world);
    world.stack.network().inject(|call| {
        (call.function == "FireTimersFunction" && call.action == "TransactWriteItems").then_some(Fault::NotSent)
    });
    world.minutes_pass(3).await;
    world.stack.network().heal();
    world.minutes_pass(2).await;
    assert!(calls_of(&world).0 >= 2);
    assert_eq!(world.keys_like(HOUR).await, [""; 0]);
    assert_eq!(world.mails_to(&asha.email).len(), 1, "a consumer that gets the message twice acts once");
}
