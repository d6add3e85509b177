//! What a booking costs, by AWS's published rules: in a transaction two write units for each started kilobyte
//! of an item, and one for each started kilobyte of an index entry.

use serde_json::Value;

use super::samples::*;
use super::stack::Stack;
use crate::USER_AGENT_MAX;

const KILOBYTE: usize = 1024;

/// The size of an item: names in UTF-8, and values by their type.
pub fn size(item: &Value) -> usize {
    item.as_object().unwrap().iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" => value.as_str().unwrap().len(),
        // A byte for two digits, and one for the sign and the exponent.
        "N" => value.as_str().unwrap().len().div_ceil(2) + 1,
        // Three bytes for four characters; that padding counts makes it no smaller.
        "B" => value.as_str().unwrap().len().div_ceil(4) * 3,
        "BOOL" | "NULL" => 1,
        "M" => 3 + value.as_object().unwrap().len() + size(value),
        "L" => 3 + value.as_array().unwrap().iter().map(|value| 1 + value_size(value)).sum::<usize>(),
        other => panic!("no item of ours has {other}"),
    }
}

pub fn units(request: &Value) -> usize {
    let writes = request["TransactItems"].as_array().unwrap().iter();
    // A check costs what a write of the item costs; none of ours that is checked has more than a kilobyte here.
    let checks = writes.clone().filter(|write| write.get("ConditionCheck").is_some()).count();
    let items = writes.filter_map(|write| write["Put"].get("Item"));
    let units_of = |item: &Value| {
        let kilobytes = size(item).div_ceil(KILOBYTE);
        let indexes = ["GSI1PK", "GSI2PK", "GSI3PK"].iter().filter(|index| item.get(index).is_some()).count();
        2 * kilobytes + indexes * kilobytes
    };
    2 * checks + items.map(units_of).sum::<usize>()
}

#[tokio::test]
async fn a_booking_costs_two_calls_and_ten_write_units() {
    let stack = Stack::with_slots(1).await;
    stack.forget_calls();
    stack.book(patient_id(1), 0, appointment_id(1)).await;

    let calls = stack.calls();
    let names: Vec<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["BatchGetItem", "TransactWriteItems"]);
    assert_eq!(calls[1].1["TransactItems"].as_array().unwrap().len(), 4);
    assert_eq!(units(&calls[1].1), 10);
}

#[tokio::test]
async fn an_intake_costs_two_units_more() {
    let stack = Stack::with_slots(1).await;
    let booking = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    stack.forget_calls();
    let intake = Some(sealed(&"x".repeat(700)));
    stack.storage.commit_booking(&booking, intake, &claim("1"), &answer("1"), &by("p1", "r1")).await.unwrap();
    assert_eq!(units(&stack.calls()[0].1), 12);
}

#[tokio::test]
async fn long_names_a_talkative_client_and_a_full_agenda_cost_no_more() {
    let stack = Stack::with_slots(1).await;
    let mut booking = stack.decide(patient_id(1), 0, appointment_id(1)).await;
    // Forty characters of three bytes, and as many open visits as a patient can have.
    booking.appointment.doctor_name = "अ".repeat(40).parse().unwrap();
    let entry = booking.agenda.entries[0];
    booking.agenda.entries = vec![entry; domain::appointments::agenda::MAX_OPEN];
    let mut prov = by(&patient_id(1).to_string(), &"r".repeat(36));
    prov.user_agent = Some("u".repeat(4 * USER_AGENT_MAX));
    prov.session = Some("s".repeat(36));
    stack.forget_calls();

    let answer = answer(&"x".repeat(500));
    stack.storage.commit_booking(&booking, None, &claim("1"), &answer, &prov).await.unwrap();

    let request = &stack.calls()[0].1;
    let sizes: Vec<usize> =
        request["TransactItems"].as_array().unwrap().iter().map(|write| size(&write["Put"]["Item"])).collect();
    assert!(sizes.iter().all(|size| *size <= KILOBYTE), "{sizes:?}");
    assert_eq!(units(request), 10);
}
