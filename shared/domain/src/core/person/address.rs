//! Postal addresses, in the parts in which authorities and insurers ask for them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::sensitive::REDACTED;
use crate::core::text::{InvalidField, lines, one_line, text_value};

text_value! {
    /// House, street and quarter, on any number of lines: 1 to 300 characters.
    redacted Street, street
}

fn street(text: &str) -> Result<String, InvalidField> {
    lines(text, 300, "must have 1 to 300 characters")
}

text_value! {
    /// A city or a state: one line of 1 to 100 characters.
    redacted Locality, locality
}

fn locality(text: &str) -> Result<String, InvalidField> {
    one_line(text, 100, "must be one line of 1 to 100 characters")
}

/// A country, as its code of ISO 3166-1: `IN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The officially assigned codes of ISO 3166-1 alpha-2, each with a space behind it.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM \
    MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

impl Country {
    /// India, where the service works and where an address is unless it says otherwise.
    pub const INDIA: Self = Self(*b"IN");

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the codes are ASCII")
    }
}

impl FromStr for Country {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, InvalidField> {
        let code = text.trim().to_ascii_uppercase();
        let is_known = COUNTRIES.split_whitespace().any(|known| known == code);
        match code.as_bytes() {
            [first, second] if is_known => Ok(Self([*first, *second])),
            _ => Err(InvalidField("must be a country code of ISO 3166-1 like IN")),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidField;

    fn try_from(text: String) -> Result<Self, InvalidField> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

/// A postal code that its country can have. [`Address::read`] makes one.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PostalCode(String);

impl PostalCode {
    /// India's PIN has six digits and begins with its zone, 1 to 9. Other countries use letters, digits, spaces and
    /// hyphens, at most ten of them.
    fn read(text: &str, country: Country) -> Result<Self, InvalidField> {
        let text = text.trim();
        if country == Country::INDIA {
            let pin: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let is_pin = pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()) && !pin.starts_with('0');
            return if is_pin { Ok(Self(pin)) } else { Err(InvalidField("must be a PIN of six digits like 560001")) };
        }
        let code = text.to_ascii_uppercase();
        let is_code = (2..=10).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || b" -".contains(&b))
            && code.bytes().any(|b| b.is_ascii_alphanumeric());
        if is_code { Ok(Self(code)) } else { Err(InvalidField("must have 2 to 10 letters, digits, spaces or hyphens")) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The parts of an address as a person writes them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenAddress<'a> {
    /// House, street and quarter.
    pub street: Option<&'a str>,
    /// City, town or village.
    pub city: Option<&'a str>,
    /// State or province.
    pub state: Option<&'a str>,
    /// The postal code.
    pub postal_code: Option<&'a str>,
    /// The country. India if it is left out.
    pub country: Option<&'a str>,
}

/// A part of an address, by its name in the API.
pub type WrongPart = (&'static str, InvalidField);

/// A postal address. Its postal code is one of its country.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Stored")]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<Street>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<Locality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Locality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<PostalCode>,
    country: Country,
}

impl Address {
    /// Reads an address as a person writes it. `None` if the person has written no part of it but the country.
    ///
    /// # Errors
    /// All wrong parts, at once.
    pub fn read(written: &WrittenAddress<'_>) -> Result<Option<Self>, Vec<WrongPart>> {
        let mut wrong = vec![];
        let country = part("country", written.country, &mut wrong, str::parse).unwrap_or(Country::INDIA);
        let street = part("street", written.street, &mut wrong, Street::parse);
        let city = part("city", written.city, &mut wrong, Locality::parse);
        let state = part("state", written.state, &mut wrong, Locality::parse);
        let code = part("postalCode", written.postal_code, &mut wrong, |text| PostalCode::read(text, country));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let is_empty = street.is_none() && city.is_none() && state.is_none() && code.is_none();
        Ok((!is_empty).then_some(Self { street, city, state, postal_code: code, country }))
    }

    /// House, street and quarter.
    pub fn street(&self) -> Option<&str> {
        self.street.as_ref().map(Street::as_str)
    }

    /// City, town or village.
    pub fn city(&self) -> Option<&str> {
        self.city.as_ref().map(Locality::as_str)
    }

    /// State or province.
    pub fn state(&self) -> Option<&str> {
        self.state.as_ref().map(Locality::as_str)
    }

    /// The postal code.
    pub fn postal_code(&self) -> Option<&str> {
        self.postal_code.as_ref().map(PostalCode::as_str)
    }

    /// The country.
    pub const fn country(&self) -> Country {
        self.country
    }
}

/// A part that is written and not blank.
fn part<T>(
    name: &'static str,
    written: Option<&str>,
    wrong: &mut Vec<WrongPart>,
    read: impl FnOnce(&str) -> Result<T, InvalidField>,
) -> Option<T> {
    let text = written.filter(|text| !text.trim().is_empty())?;
    read(text).map_err(|error| wrong.push((name, error))).ok()
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// An address as profiles have it. One that was written before addresses had parts is a text, which became the street.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Text(String),
    #[serde(rename_all = "camelCase")]
    Parts {
        street: Option<String>,
        city: Option<String>,
        state: Option<String>,
        postal_code: Option<String>,
        country: Option<String>,
    },
}

impl TryFrom<Stored> for Address {
    type Error = InvalidField;

    fn try_from(stored: Stored) -> Result<Self, InvalidField> {
        let read = match &stored {
            Stored::Text(text) => Self::read(&WrittenAddress { street: Some(text), ..WrittenAddress::default() }),
            Stored::Parts { street, city, state, postal_code, country } => Self::read(&WrittenAddress {
                street: street.as_deref(),
                city: city.as_deref(),
                state: state.as_deref(),
                postal_code: postal_code.as_deref(),
                country: country.as_deref(),
            }),
        };
        read.ok().flatten().ok_or(InvalidField("must be an address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &serde_json::Value) -> Result<Option<Address>, Vec<&'static str>> {
        let text = |name: &str| written[name].as_str();
        let written = WrittenAddress {
            street: text("street"),
            city: text("city"),
            state: text("state"),
            postal_code: text("postalCode"),
            country: text("country"),
        };
        Address::read(&written).map_err(|wrong| wrong.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn an_address_is_in_india_unless_it_says_otherwise() {
        let home = read(&serde_json::json!({ "street": "14 MG Road", "city": "Bengaluru", "postalCode": " 560 001 " }));
        let home = home.unwrap().unwrap();
        assert_eq!((home.country(), home.postal_code(), home.state()), (Country::INDIA, Some("560001"), None));
        let abroad = read(&serde_json::json!({ "city": "London", "postalCode": "sw1a 1aa", "country": "gb" }));
        let abroad = abroad.unwrap().unwrap();
        assert_eq!((abroad.country().as_str(), abroad.postal_code()), ("GB", Some("SW1A 1AA")));
    }

    #[test]
    fn a_postal_code_is_one_of_its_country() {
        for code in ["060001", "56000", "5600011", "SW1A 1AA", "५६०००१"] {
            assert_eq!(read(&serde_json::json!({ "postalCode": code })), Err(vec!["postalCode"]), "{code}");
        }
        for (code, country) in [("060001", "SG"), ("SW1A 1AA", "GB"), ("D02 AF30", "IE"), ("90210-1234", "US")] {
            assert!(read(&serde_json::json!({ "postalCode": code, "country": country })).is_ok(), "{code}");
        }
    }

    #[test]
    fn every_wrong_part_is_named_and_blank_parts_are_none() {
        let all = serde_json::json!({ "street": "\u{200b}", "city": "a\nb", "state": "x".repeat(101), "postalCode": "1",
            "country": "XX" });
        assert_eq!(read(&all), Err(vec!["country", "street", "city", "state", "postalCode"]));
        assert_eq!(read(&serde_json::json!({ "street": " ", "city": "", "country": "IN" })), Ok(None));
        for code in ["", "I", "IND", "in-", "ZZ", "A D", "D A"] {
            assert!(code.parse::<Country>().is_err(), "{code}");
        }
    }

    #[test]
    fn an_address_that_is_one_text_is_read_as_its_street() {
        let old: Address = serde_json::from_str("\"14 MG Road\\nBengaluru\"").unwrap();
        assert_eq!((old.street(), old.city(), old.country()), (Some("14 MG Road\nBengaluru"), None, Country::INDIA));
        let text = serde_json::to_string(&old).unwrap();
        assert_eq!(text, r#"{"street":"14 MG Road\nBengaluru","country":"IN"}"#);
        assert_eq!(serde_json::from_str::<Address>(&text).unwrap(), old);
        for text in ["\"\"", "{}", r#"{"postalCode":"060001"}"#] {
            assert!(serde_json::from_str::<Address>(text).is_err(), "{text}");
        }
        assert_eq!(format!("{old:?}"), REDACTED);
    }
}
