//! One stored item of every entity, as it was once written: what stands in the table must be readable by every
//! release after it. A sample is never edited; a new layout gets a new `v` and a sample beside the old one.

use crate::audit::trail::access_item;
use crate::audit::trail::read_access;
use crate::audit::trail::record;
use crate::tests::golden::access_item;
use crate::tests::golden::read_access;
use crate::tests::golden::record;
use domain::messages::Timer;
use serde_json::Value;

use super::samples::by;
use crate::appointments::agenda;
use crate::appointments::appointment;
use crate::appointments::series;
use crate::appointments::waitlist;
use crate::availability::schedule;
use crate::availability::slot;
use crate::changes::attributes;
use crate::directory::doctor;
use crate::identity::profile;
use crate::keys::{Entity, Key};
use crate::payments::payment;
use crate::table::item::{Item, Row};
use crate::table::timers;
use crate::{Activity, audit, checkpoints, earliest};

const SAMPLES: &str = include_str!("golden.json");

fn samples() -> Vec<Row> {
    let items: Vec<std::collections::HashMap<String, Value>> = serde_json::from_str(SAMPLES).unwrap();
    items.into_iter().map(|item| Row::read(attributes(item).unwrap()).unwrap()).collect()
}

#[test]
fn there_is_a_sample_of_every_entity() {
    let found: std::collections::HashSet<Entity> = samples().iter().map(|row| row.key.entity()).collect();
    for entity in Entity::ALL {
        assert!(found.contains(&entity), "no sample of {entity}");
    }
}

#[test]
fn every_sample_is_read_and_written_back_as_it_was() {
    for row in samples() {
        let written = match &row.key {
            Key::Profile(_) => profile::item(&before(profile::read(&row).unwrap(), |p| &mut p.version)),
            Key::Doctor(_) => doctor::item(&before(doctor::read(&row).unwrap(), |d| &mut d.version)),
            Key::Schedule(_) => schedule::item(&before(schedule::read(&row).unwrap(), |s| &mut s.version)),
            Key::FirstFreeSlots(..) => earliest::item(&before(earliest::read(&row).unwrap(), |o| &mut o.version)),
            Key::Slot(..) => slot::item(&before(slot::read(&row).unwrap(), |s| &mut s.version)),
            Key::Agenda(_) => agenda::item(&before(agenda::read(&row).unwrap(), |a| &mut a.version)),
            Key::Appointment(_) => appointment::item(&before(appointment::read(&row).unwrap(), |a| &mut a.version)),
            Key::VisitSeries(_) => series::item(&series::read(&row).unwrap()),
            Key::Payment(_) => payment::item(&before(payment::read(&row).unwrap(), |p| &mut p.version)),
            Key::Refund(..) => payment::refund_item(&before(payment::read_refund(&row).unwrap(), |r| &mut r.version)),
            Key::OpenEntries(_) => {
                waitlist::waits_item(&before(waitlist::read_waits(&row).unwrap(), |w| &mut w.version))
            }
            Key::WaitlistEntry(_) => waitlist::item(&before(waitlist::read(&row).unwrap(), |e| &mut e.version)),
            Key::WaitlistPosition { .. } => waitlist::place(&before(waitlist::read(&row).unwrap(), |e| &mut e.version)),
            Key::Receipt(_) => payment::receipt_item(&payment::read_receipt(&row).unwrap()),
            Key::ReceiptCounter(_) => {
                payment::series_item(&before(payment::read_series(&row).unwrap(), |s| &mut s.version))
            }
            Key::AuditRecord { .. } => audit::record(&audit::read(&row).unwrap()),
            Key::Activity(_) => Item::new(row.key.clone(), &row.record::<Activity>().unwrap()),
            Key::Access { patient, .. } => audit::access_item(*patient, &audit::read_access(&row).unwrap()),
            Key::Checkpoint => checkpoints::item(&before(checkpoints::read(&row).unwrap(), |c| &mut c.version)),
            Key::Attempt(..) => payment::attempt_item(&payment::read_attempt(&row).unwrap()),
            Key::Timer { .. } => {
                let envelope = timers::read(&row).unwrap().envelope().unwrap();
                let prov = by("somebody", &envelope.correlation_id);
                timers::item(&Timer::new(envelope.at, envelope.payload), &prov)
            }
            // The others hold a field or two, which the tests of what they are for read.
            _ => continue,
        };
        let mut stored = row.attributes().clone();
        stored.remove("prov");
        stored.remove("ttl");
        assert_eq!(written.attributes, stored, "{}", row.key);
    }
}

#[test]
fn an_attribute_that_a_later_release_adds_does_not_disturb() {
    for row in samples() {
        let mut item = row.attributes().clone();
        item.insert("added_later".to_owned(), aws_sdk_dynamodb::types::AttributeValue::Bool(true));
        let row = Row::read(item).unwrap();
        if let Key::Appointment(_) = row.key {
            appointment::read(&row).unwrap();
        }
        if let Key::Slot(..) = row.key {
            slot::read(&row).unwrap();
        }
    }
}

#[test]
fn a_row_that_lacks_something_or_is_of_a_later_layout_is_inconsistent_and_named() {
    for row in samples().into_iter().filter(|row| matches!(row.key, Key::Slot(..))) {
        for missing in ["end", "state", "ver", "v"] {
            let mut item = row.attributes().clone();
            item.remove(missing);
            let error = Row::read(item).and_then(|row| slot::read(&row)).unwrap_err().to_string();
            assert!(error.contains("slot") && error.contains(&row.key.sk()), "{missing}: {error}");
        }
        let mut item = row.attributes().clone();
        item.insert("v".to_owned(), aws_sdk_dynamodb::types::AttributeValue::N("2".to_owned()));
        assert!(Row::read(item).is_err());
    }
}

/// What a writer has read before it writes: writing adds one to the version.
fn before<T>(mut read: T, version: impl FnOnce(&mut T) -> &mut u64) -> T {
    *version(&mut read) -= 1;
    read
}
