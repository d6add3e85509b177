//! The schemas of values that travel as text, one for each type of value, with its form: a field names its schema by
//! `#[schema(value_type = …)]`, so that the form is written once.
//!
//! The types are never made. A test compares the forms with what the types of the domain take.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! text_schemas {
    ($($(#[doc = $doc:literal])+ $name:ident $pattern:literal $most:literal $($example:literal)?;)+) => {
        $($(#[doc = $doc])+
        #[derive(Debug)]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .pattern(Some($pattern))
                    .max_length(Some($most))
                    $(.examples([$example]))?
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        })+

        /// Name, pattern, longest length and example of each schema; without an example, an empty text.
        #[cfg(test)]
        const ALL: &[(&str, &str, usize, &str)] = &[$((stringify!($name), $pattern, $most, concat!($($example)?))),+];
    };
}

text_schemas! {
    /// The id of a slot: its start in UTC, a whole minute.
    SlotId r"^(19[7-9][0-9]|[2-9][0-9]{3})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])[0-5][0-9]Z$" 14 "20261201T0430Z";
    /// `nextCursor` of an earlier answer to the same caller and query. It has no example, since no other text is one.
    Cursor r"^[A-Za-z0-9_-]+$" 2048;
    /// A local time of day.
    LocalTime r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?$" 18 "09:30";
    /// An order of Razorpay.
    OrderId r"^order_[A-Za-z0-9]{1,40}$" 46 "order_EKwxwAgItmmXdp";
    /// A payment of Razorpay, which is one attempt at an order.
    GatewayPaymentId r"^pay_[A-Za-z0-9]{1,40}$" 44 "pay_29QQoUBi66xm2f";
    /// The id of a refund within its payment.
    RefundId r"^pay_[A-Za-z0-9]{1,40}(-([0-9a-f]{32}|(instead-of-)?rfnd_[A-Za-z0-9]{1,40}))?$" 101 "pay_29QQoUBi66xm2f";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use domain::core::id;
    use regex_lite::Regex;

    /// What the types take of texts that are nearly right.
    fn takes(name: &str, text: &str) -> bool {
        match name {
            "SlotId" => text.parse::<id::SlotId>().is_ok(),
            "LocalTime" => text.parse::<jiff::civil::Time>().is_ok(),
            "OrderId" => text.parse::<id::OrderId>().is_ok(),
            "GatewayPaymentId" => text.parse::<id::GatewayPaymentId>().is_ok(),
            "RefundId" => text.parse::<id::RefundId>().is_ok(),
            other => panic!("say what takes a {other}"),
        }
    }

    #[test]
    fn a_pattern_admits_what_its_type_takes_and_little_else() {
        for (name, pattern, most, example) in ALL.iter().filter(|(name, ..)| *name != "Cursor") {
            let pattern = Regex::new(pattern).unwrap();
            assert!(pattern.is_match(example) && takes(name, example) && example.len() <= *most, "{name}");
            // Each text that differs from the example in one character or is one shorter.
            for at in 0..example.len() {
                for change in ["", "0", "9", "a", "Z", "_", "-", " ", ":", "."] {
                    let text = format!("{}{change}{}", &example[..at], &example[at + 1..]);
                    // Leniences of jiff, which are no part of the contract.
                    let is_lenient = *name == "LocalTime" && !pattern.is_match(&text);
                    assert!(is_lenient || pattern.is_match(&text) == takes(name, &text), "{name}: {text}");
                }
            }
        }
    }
}
