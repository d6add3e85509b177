//! The macro that makes a context's keys: a row for each kind of item, with its fields, its name, the patterns of its keys, what the
//! chart of the table says of it, and its two usual guards.
//!
//! A pattern has literal text and the names of the row's fields in braces. A field ends where the literal text behind it begins, or
//! with the key.

/// Makes the `Key` enum of a context from its rows.
///
/// - The comment of a row says what the item is. It stands in the chart of the table, too.
/// - `indexed` describes a place of the item in an index, and `expires` says when the item is garbage. Both are for the chart; a test
///   compares them with the golden samples.
/// - `new` makes the guard that no item stands at the key, `unchanged` the guard that the item has the version that was read. The text
///   behind the guard says what would go wrong without it.
macro_rules! entities {
    (
        @entity [ $($doc:literal)+ ] $name:literal $pk:literal $sk:literal
        [ $($indexed:literal)* ] [ $($expires:literal)? ] [ $($new:ident)? ] [ $($unchanged:ident)? ]
    ) => {{
        const ROW: $crate::table::key::EntityRow = $crate::table::key::EntityRow {
            name: $name,
            what: concat!($($doc),+),
            pk: $pk,
            sk: $sk,
            indexes: &[ $($indexed),* ],
            expires: concat!($($expires)?),
            new: entities!(@guard $($new)?),
            unchanged: entities!(@guard $($unchanged)?),
        };
        $crate::table::key::Entity(&ROW)
    }};
    (@guard) => { None };
    (@guard $guard:ident) => { Some($crate::table::guard::Guard::$guard) };
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident $(( $($field:ident : $type:ty),+ ))? $name:literal = $pk:literal | $sk:literal
            $( indexed $indexed:literal )*
            $( expires $expires:literal )?
            $( new $new:ident $new_why:literal )?
            $( unchanged $unchanged:ident $unchanged_why:literal )?
        ;
    )+) => {
        /// The keys of this context's items.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub(crate) enum Key {
            $( $(#[doc = $doc])+ $variant $(( $($type),+ ))?, )+
        }

        impl Key {
            /// What the items are, a row for each kind.
            pub const ENTITIES: &'static [$crate::table::key::Entity] = &[ $(
                entities!(
                    @entity [ $($doc)+ ] $name $pk $sk [ $($indexed)* ] [ $($expires)? ] [ $($new)? ] [ $($unchanged)? ]
                )
            ),+ ];
        }

        impl $crate::table::key::EntityKey for Key {
            fn item_key(&self) -> $crate::table::key::ItemKey {
                match self { $(
                    Self::$variant $(( $($field),+ ))? => {
                        $crate::table::key::ItemKey::of(
                            entities!(
                                @entity [ $($doc)+ ] $name $pk $sk
                                [ $($indexed)* ] [ $($expires)? ] [ $($new)? ] [ $($unchanged)? ]
                            ),
                            &[ $( $( (stringify!($field), $crate::table::key::KeyPart::text($field)) ),+ )? ],
                        )
                    }
                )+ }
            }

            fn parse(pk: &str, sk: &str) -> Option<Self> {
                $(
                    let read = || {
                        let _fields = $crate::table::key::fields(&[($pk, pk), ($sk, sk)])?;
                        let key = Self::$variant $(( $( $crate::table::key::field(&_fields, stringify!($field))? ),+ ))?;
                        // A text that reads as a key but is not how the writers spell it is no key.
                        $crate::table::key::EntityKey::item_key(&key).is(pk, sk).then_some(key)
                    };
                    if let Some(key) = read() {
                        return Some(key);
                    }
                )+
                None
            }
        }

        impl From<Key> for $crate::table::key::ItemKey {
            fn from(key: Key) -> Self {
                $crate::table::key::EntityKey::item_key(&key)
            }
        }

        impl From<&Key> for $crate::table::key::ItemKey {
            fn from(key: &Key) -> Self {
                $crate::table::key::EntityKey::item_key(key)
            }
        }

        impl $crate::table::guard::Guard { $(
            $(
                #[doc = concat!("No item stands at the key of a new ", $name, ". Without it ", $new_why, ".")]
                pub const $new: Self = Self::new(stringify!($new), $new_why);
            )?
            $(
                #[doc = concat!("The ", $name, " has the version that was read. Without it ", $unchanged_why, ".")]
                pub const $unchanged: Self = Self::unchanged(stringify!($unchanged), $unchanged_why);
            )?
        )+ }
    };
}

/// Makes the special guards of a context: those whose conditions are more than that an item is new or unchanged.
macro_rules! guards {
    ($( $(#[doc = $doc:literal])+ $guard:ident = $expression:expr $(, states [ $($state:literal),+ ])? ; $why:literal )+) => {
        impl $crate::table::guard::Guard { $(
            $(#[doc = $doc])+
            pub const $guard: Self = Self {
                name: stringify!($guard),
                expression: $expression,
                states: &[ $( $($state),+ )? ],
                why: $why,
            };
        )+ }

        /// The special guards of this context.
        pub(crate) const SPECIAL_GUARDS: &[$crate::table::guard::Guard] = &[ $( $crate::table::guard::Guard::$guard ),+ ];
    };
}

pub(crate) use {entities, guards};
