//! All that stands in the table: the keys of every context, the kinds of items, the guards. `docs/data-model.md` is made of it.

use crate::table::guard::Guard;
use crate::table::key::{Entity, EntityKey, ItemKey};
use crate::{appointments, audit, availability, directory, identity, payments, table};

/// A key of any context.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum AnyKey {
    Table(table::keys::Key),
    Audit(audit::Key),
    Identity(identity::Key),
    Directory(directory::Key),
    Availability(availability::Key),
    Payments(payments::Key),
    Appointments(appointments::Key),
}

impl EntityKey for AnyKey {
    fn item_key(&self) -> ItemKey {
        match self {
            Self::Table(key) => key.item_key(),
            Self::Audit(key) => key.item_key(),
            Self::Identity(key) => key.item_key(),
            Self::Directory(key) => key.item_key(),
            Self::Availability(key) => key.item_key(),
            Self::Payments(key) => key.item_key(),
            Self::Appointments(key) => key.item_key(),
        }
    }

    fn parse(pk: &str, sk: &str) -> Option<Self> {
        EntityKey::parse(pk, sk)
            .map(Self::Table)
            .or_else(|| EntityKey::parse(pk, sk).map(Self::Audit))
            .or_else(|| EntityKey::parse(pk, sk).map(Self::Identity))
            .or_else(|| EntityKey::parse(pk, sk).map(Self::Directory))
            .or_else(|| EntityKey::parse(pk, sk).map(Self::Availability))
            .or_else(|| EntityKey::parse(pk, sk).map(Self::Payments))
            .or_else(|| EntityKey::parse(pk, sk).map(Self::Appointments))
    }
}

/// What a context has in the table.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The name of its folder.
    pub name: &'static str,
    /// The kinds of its items.
    pub entities: &'static [Entity],
    /// Its guards beside the usual ones of its items.
    pub special_guards: &'static [Guard],
}

/// The table itself and the contexts, each after those that it may know.
pub const CONTEXTS: [Context; 7] = [
    Context { name: "table", entities: table::keys::Key::ENTITIES, special_guards: table::keys::SPECIAL_GUARDS },
    Context { name: "audit", entities: audit::Key::ENTITIES, special_guards: audit::keys::SPECIAL_GUARDS },
    Context { name: "identity", entities: identity::Key::ENTITIES, special_guards: &[] },
    Context { name: "directory", entities: directory::Key::ENTITIES, special_guards: &[] },
    Context {
        name: "availability",
        entities: availability::Key::ENTITIES,
        special_guards: availability::keys::SPECIAL_GUARDS,
    },
    Context { name: "payments", entities: payments::Key::ENTITIES, special_guards: payments::keys::SPECIAL_GUARDS },
    Context {
        name: "appointments",
        entities: appointments::Key::ENTITIES,
        special_guards: appointments::keys::SPECIAL_GUARDS,
    },
];

/// Every kind of item.
pub fn entities() -> impl Iterator<Item = Entity> {
    CONTEXTS.into_iter().flat_map(|context| context.entities).copied()
}

impl Guard {
    /// Every guard, for the tests that disarm each.
    pub fn all() -> impl Iterator<Item = Self> {
        CONTEXTS.into_iter().flat_map(|context| {
            let usual = context.entities.iter().flat_map(|entity| [entity.new, entity.unchanged]).flatten();
            usual.chain(context.special_guards.iter().copied())
        })
    }
}
