//! Two hundred patients want the same slot at the same moment, over real connections.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use system_tests::World;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const PATIENTS: usize = 200;
const SLOTS: i64 = 20;

/// The API of a world behind a port of the loopback interface.
async fn listen(world: &World) -> SocketAddr {
    let stack = world.stack.clone();
    let app = axum::Router::new().fallback(move |request: Request| {
        let stack = stack.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = to_bytes(body, 2 * 1024 * 1024).await.expect("a body that arrives");
            local::front::answer(&stack, http::Request::from_parts(head, body)).await.map(Body::from)
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_who_want_a_slot_one_gets_it() {
    let world = World::start().await;
    let address = listen(&world).await;
    let iyer = world.doctor("Meera Iyer").await;
    // Hours apart, so that no patient is refused as busy; few patients win often enough to reach the limit of open visits.
    let mut slots = vec![];
    for index in 0..SLOTS {
        slots.push(iyer.publishes(30 + 2 * index).await);
    }
    let mut clients = vec![];
    for index in 0..PATIENTS {
        let person = world.person(&format!("Patient {index}"), &["patient"]).await;
        // A client of its own is a connection of its own.
        clients.push((reqwest::Client::new(), person.token().await));
    }
    for slot in &slots {
        let body = json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id });
        let mut wishes = JoinSet::new();
        for (index, (client, token)) in clients.iter().enumerate() {
            let request = client
                .post(format!("http://{address}/v1/appointments"))
                .bearer_auth(token)
                .header("idempotency-key", format!("{}-{index}", slot.slot_id))
                .json(&body);
            wishes.spawn(async move { request.send().await.map(|response| response.status().as_u16()) });
        }
        let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
        while let Some(answered) = wishes.join_next().await {
            *statuses.entry(answered.expect("no panic").expect("an answer")).or_default() += 1;
        }
        assert_eq!(statuses, BTreeMap::from([(201, 1), (409, PATIENTS - 1)]), "slot {}", slot.slot_id);
    }
    let booked = iyer.get("/v1/appointments?limit=100").await.ok();
    assert_eq!(booked["appointments"].as_array().map(Vec::len), usize::try_from(SLOTS).ok());
}
