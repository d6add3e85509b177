//! One stored item of every kind, as it was once written: what stands in the table must be readable by every
//! release after it. A sample is never edited; a new layout gets a new `v` and a sample beside the old one.

use domain::messages::Timer;
use serde_json::Value;

use super::samples::by;
use crate::Activity;
use crate::appointments::{self, agenda, record, series, waitlist};
use crate::audit::{self, checkpoint, trail};
use crate::availability::{self, first_free, schedule, slot};
use crate::changes::attributes;
use crate::directory::{self, doctor};
use crate::identity::{self, profile, recovery_codes, roster, sessions};
use crate::payments::{self, payment, receipt, refund};
use crate::registry::{AnyKey, entities};
use crate::table;
use crate::table::item::{Item, Row};
use crate::table::key::{Entity, read_key};
use crate::table::timers;

const SAMPLES: [&str; 7] = [
    include_str!("golden/table.json"),
    include_str!("golden/audit.json"),
    include_str!("golden/identity.json"),
    include_str!("golden/directory.json"),
    include_str!("golden/availability.json"),
    include_str!("golden/payments.json"),
    include_str!("golden/appointments.json"),
];

pub fn samples() -> Vec<Row> {
    let context = |json: &str| -> Vec<std::collections::HashMap<String, Value>> { serde_json::from_str(json).unwrap() };
    let items = SAMPLES.into_iter().flat_map(context);
    items.map(|item| Row::read(attributes(item).unwrap(), read_key::<AnyKey>).unwrap()).collect()
}

/// The first sample of a kind of item.
pub fn sample(entity: Entity) -> Row {
    let found = samples().into_iter().find(|row| row.at.entity() == entity);
    found.unwrap_or_else(|| panic!("no sample of {entity}"))
}

#[test]
fn there_is_a_sample_of_every_entity() {
    for entity in entities() {
        sample(entity);
    }
}

#[test]
fn the_rows_of_the_entities_say_where_the_samples_are_indexed_and_that_they_expire() {
    for row in samples() {
        let entity = row.at.entity();
        for index in ["GSI1", "GSI2", "GSI3"] {
            let Some(pk) = row.text(&format!("{index}PK")) else { continue };
            let family = pk.split('#').next().unwrap();
            let said =
                entity.indexes.iter().any(|said| said.starts_with(index) && said.contains(&format!("`{family}#")));
            assert!(said, "the row of {entity} does not say that it is in {index} under {family}#");
        }
        let expires = row.attributes().contains_key("ttl");
        assert!(!expires || !entity.expires.is_empty(), "the row of {entity} does not say that it expires");
    }
}

#[test]
fn every_sample_is_read_and_written_back_as_it_was() {
    for row in samples() {
        let Some(written) = written_again(&row) else { continue };
        let mut stored = row.attributes().clone();
        stored.remove("prov");
        stored.remove("ttl");
        assert_eq!(written.attributes, stored, "{}", row.at);
    }
}

/// The item that is written by the writer that has read it; `None` for one that holds a field or two, which the tests of what it is
/// for read.
fn written_again(row: &Row) -> Option<Item> {
    Some(match row.key().unwrap() {
        AnyKey::Table(table::keys::Key::Timer(..)) => {
            let envelope = timers::read(row).unwrap().envelope().unwrap();
            let prov = by("another", &envelope.correlation_id);
            timers::item(&Timer::new(envelope.at, envelope.payload), &prov)
        }
        AnyKey::Audit(key) => match key {
            audit::Key::AuditRecord(..) => trail::record(&trail::read(row).unwrap()),
            audit::Key::Activity(_) => Item::new(&key, &row.record::<Activity>().unwrap()),
            audit::Key::Access(patient, ..) => trail::access_item(patient, &trail::read_access(row).unwrap()),
            audit::Key::Checkpoint => checkpoint::item(&before(checkpoint::read(row).unwrap(), |c| &mut c.version)),
            _ => return None,
        },
        AnyKey::Identity(identity::Key::Profile(_)) => {
            profile::item(&before(profile::read(row).unwrap(), |p| &mut p.version))
        }
        AnyKey::Identity(identity::Key::EndedSessions(_)) => {
            sessions::item(&before(sessions::read(row).unwrap(), |ended| &mut ended.version))
        }
        AnyKey::Identity(identity::Key::RecoveryCodes(_)) => {
            let (codes, changed_at) = recovery_codes::read_with_time(row).unwrap();
            recovery_codes::item(&before(codes, |codes| &mut codes.version), changed_at)
        }
        AnyKey::Identity(identity::Key::Roster) => {
            roster::item(&before(roster::read(row).unwrap(), |roster| &mut roster.version))
        }
        AnyKey::Directory(directory::Key::Doctor(_)) => {
            doctor::item(&before(doctor::read(row).unwrap(), |d| &mut d.version))
        }
        AnyKey::Availability(key) => match key {
            availability::Key::Schedule(_) => schedule::item(&before(schedule::read(row).unwrap(), |s| &mut s.version)),
            availability::Key::FirstFreeSlots(..) => {
                first_free::item(&before(first_free::read(row).unwrap(), |f| &mut f.version))
            }
            availability::Key::Slot(..) => slot::item(&before(slot::read(row).unwrap(), |s| &mut s.version)),
            _ => return None,
        },
        AnyKey::Payments(key) => match key {
            payments::Key::Payment(_) => payment::item(&before(payment::read(row).unwrap(), |p| &mut p.version)),
            payments::Key::Attempt(..) => payment::attempt_item(&payment::read_attempt(row).unwrap()),
            payments::Key::Refund(..) => refund::item(&before(refund::read(row).unwrap(), |r| &mut r.version)),
            payments::Key::Receipt(_) => {
                let (receipt, parties) = receipt::read(row).unwrap();
                receipt::item(&receipt, parties.as_ref())
            }
            payments::Key::ReceiptCounter(_) => {
                receipt::counter_item(&before(receipt::read_counter(row).unwrap(), |c| &mut c.version))
            }
            _ => return None,
        },
        AnyKey::Appointments(key) => match key {
            appointments::Key::Agenda(_) => agenda::item(&before(agenda::read(row).unwrap(), |a| &mut a.version)),
            appointments::Key::Appointment(_) => record::item(&before(record::read(row).unwrap(), |a| &mut a.version)),
            appointments::Key::VisitSeries(_) => series::item(&series::read(row).unwrap()),
            appointments::Key::OpenEntries(_) => {
                waitlist::waits_item(&before(waitlist::read_waits(row).unwrap(), |w| &mut w.version))
            }
            appointments::Key::WaitlistEntry(_) => {
                waitlist::item(&before(waitlist::read(row).unwrap(), |e| &mut e.version))
            }
            appointments::Key::WaitlistPosition(..) => {
                waitlist::place(&before(waitlist::read(row).unwrap(), |e| &mut e.version))
            }
            _ => return None,
        },
        _ => return None,
    })
}

#[test]
fn an_attribute_that_a_later_release_adds_does_not_disturb() {
    for row in samples() {
        let mut item = row.attributes().clone();
        item.insert("added_later".to_owned(), aws_sdk_dynamodb::types::AttributeValue::Bool(true));
        written_again(&Row::found(row.at, item).unwrap());
    }
}

#[test]
fn a_row_that_lacks_something_or_is_of_a_later_layout_is_inconsistent_and_named() {
    for row in samples().into_iter().filter(|row| row.at.entity().name == "slot") {
        for missing in ["end", "state", "ver", "v"] {
            let mut item = row.attributes().clone();
            item.remove(missing);
            let error = Row::found(row.at.clone(), item).and_then(|row| slot::read(&row)).unwrap_err().to_string();
            assert!(error.contains("slot") && error.contains(row.at.sk()), "{missing}: {error}");
        }
        let mut item = row.attributes().clone();
        item.insert("v".to_owned(), aws_sdk_dynamodb::types::AttributeValue::N("2".to_owned()));
        assert!(Row::found(row.at, item).is_err());
    }
}

/// What a writer has read before it writes: writing adds one to the version.
fn before<T>(mut read: T, version: impl FnOnce(&mut T) -> &mut u64) -> T {
    *version(&mut read) -= 1;
    read
}
