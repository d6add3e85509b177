//! Who issues receipts: the company that runs the service, as a tax document names it.

use serde::{Deserialize, Serialize};

use crate::core::text::{InvalidField, one_line, text_value};

/// The issuer of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issuer {
    /// The registered name.
    pub name: IssuerName,
    /// The registered address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IssuerAddress>,
    /// The registration for the goods and services tax, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gstin: Option<Gstin>,
    /// The permanent account number for the income tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pan: Option<Pan>,
}

text_value! {
    /// The name of the issuer: one line of at most 120 characters.
    shown IssuerName, issuer_name
}

text_value! {
    /// The address of the issuer: one line of at most 300 characters.
    shown IssuerAddress, issuer_address
}

text_value! {
    /// A GSTIN: the code of the state, the PAN, the number of the registration, `Z`, and a check character.
    shown Gstin, gstin
}

text_value! {
    /// A PAN: five letters, four digits, a letter.
    shown Pan, pan
}

fn issuer_name(text: &str) -> Result<String, InvalidField> {
    one_line(text, 120, "must be a name of 1 to 120 characters")
}

fn issuer_address(text: &str) -> Result<String, InvalidField> {
    one_line(text, 300, "must be an address of 1 to 300 characters")
}

/// Whether each character is of the kind that the form has in its place: `A` a letter, `9` a digit, `*` either.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, kind)| match kind {
            b'A' => byte.is_ascii_uppercase(),
            b'9' => byte.is_ascii_digit(),
            b'*' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            other => byte == other,
        })
}

fn pan(text: &str) -> Result<String, InvalidField> {
    if has_form(text, "AAAAA9999A") { Ok(text.to_owned()) } else { Err(InvalidField("must be a PAN like AAAPL1234C")) }
}

fn gstin(text: &str) -> Result<String, InvalidField> {
    let is_valid = has_form(text, "99AAAAA9999A*Z*") && check_character(&text[..14]) == text.chars().last();
    if is_valid { Ok(text.to_owned()) } else { Err(InvalidField("must be a GSTIN like 29AAAAA0000A1ZY")) }
}

/// The check character of a GSTIN: Luhn's algorithm with 36 digits.
fn check_character(text: &str) -> Option<char> {
    let digits = text.chars().map(|c| c.to_digit(36)).collect::<Option<Vec<u32>>>()?;
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(index, digit)| digit * if index % 2 == 0 { 1 } else { 2 })
        .map(|product| product / 36 + product % 36)
        .sum();
    char::from_digit((36 - sum % 36) % 36, 36).map(|c| c.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_tax_offices_are_checked() {
        for good in ["29AAAAA0000A1ZY", "27AAPFU0939F1ZV"] {
            assert_eq!(good.parse::<Gstin>().unwrap().as_str(), good);
        }
        for bad in ["", "29AAAAA0000A1ZX", "29aaaaa0000a1zy", "29AAAAA0000A1YY", "29AAAAA0000A1Z", "२९AAAAA0000A1ZY"]
        {
            assert!(bad.parse::<Gstin>().is_err(), "{bad}");
        }
        assert!("AAAPL1234C".parse::<Pan>().is_ok());
        for bad in ["", "AAAPL1234", "AAAPL12345", "aaapl1234c"] {
            assert!(bad.parse::<Pan>().is_err(), "{bad}");
        }
    }
}
