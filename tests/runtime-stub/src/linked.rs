//! Which SDKs a binary links, read from the names of its symbols.
//!
//! Neither the whole file nor all names would do: strings of a binary tell of crates that left no code in it, and its table of symbols
//! names every object that the linker was offered (`STT_FILE`). Only code and data that are there count. Reads ELF with 64 bits, little
//! endian: what Linux has on the machines that Lambda has.

use std::collections::BTreeSet;
use std::path::Path;

/// The SDKs with which `aws-config` finds credentials: in every binary, named by none.
const OF_CREDENTIALS: [&str; 4] = ["sts", "sso", "ssooidc", "signin"];

/// What schemas are made with: needed for the document, never for an answer.
const SCHEMAS: &str = "utoipa";

const SECTION_SYMTAB: u32 = 2;
const SYMBOL_FILE: u8 = 4;

/// The SDKs of AWS that have code in a binary, by the name of their service; without those of `aws-config`.
///
/// # Panics
/// If the binary can't be read, or has no symbols.
pub fn sdks(binary: &Path) -> BTreeSet<String> {
    let bytes = read(binary);
    symbols(&bytes).flat_map(services).filter(|service| !OF_CREDENTIALS.contains(service)).map(str::to_owned).collect()
}

/// Whether a binary links what makes schemas.
///
/// # Panics
/// If the binary can't be read, or has no symbols.
pub fn links_schemas(binary: &Path) -> bool {
    symbols(&read(binary)).any(|symbol| symbol.contains(SCHEMAS))
}

fn read(binary: &Path) -> Vec<u8> {
    std::fs::read(binary).unwrap_or_else(|error| panic!("{}: {error}", binary.display()))
}

/// The services of whose SDKs a mangled name speaks. A part of a path has its length in front, in both manglings, and before a crate's
/// that is the start of the path (`_ZN`) or the end of the crate's hash (`_`); after anything else it is a module, as in `serde_dynamo`.
fn services(symbol: &str) -> impl Iterator<Item = &str> {
    symbol.match_indices("aws_sdk_").filter_map(move |(start, prefix)| {
        let before = symbol[..start].trim_end_matches(|c: char| c.is_ascii_digit());
        let is_crate = before.ends_with("_ZN") || before.ends_with('_');
        let length: usize = symbol[before.len()..start].parse().ok()?;
        symbol.get(start + prefix.len()..start + length).filter(|_| is_crate)
    })
}

/// The names of the code and data in a binary.
fn symbols(elf: &[u8]) -> impl Iterator<Item = &str> {
    assert!(elf.starts_with(b"\x7fELF\x02\x01"), "not ELF with 64 bits, little endian");
    let headers = sections(elf);
    let table = headers.iter().find(|header| header.kind == SECTION_SYMTAB).expect("the binary is not stripped");
    let names = headers[table.link].bytes(elf);
    table.bytes(elf).chunks_exact(24).filter_map(move |symbol| {
        let (kind, section) = (symbol[4] & 0xf, u16::from_le_bytes(array(symbol, 6)));
        // Section 0 is no section: what is only referred to.
        let is_there = kind != SYMBOL_FILE && section != 0;
        let name = names[word(symbol, 0) as usize..].split(|byte| *byte == 0).next()?;
        std::str::from_utf8(name).ok().filter(|_| is_there)
    })
}

/// As much of a section's header as is needed here.
struct Section {
    kind: u32,
    start: usize,
    length: usize,
    link: usize,
}

impl Section {
    fn bytes<'a>(&self, elf: &'a [u8]) -> &'a [u8] {
        &elf[self.start..self.start + self.length]
    }
}

fn sections(elf: &[u8]) -> Vec<Section> {
    let count = u16::from_le_bytes(array(elf, 60)).into();
    let headers = elf[long(elf, 40)..].chunks_exact(64).take(count);
    headers
        .map(|header| Section {
            kind: word(header, 4),
            start: long(header, 24),
            length: long(header, 32),
            link: word(header, 40) as usize,
        })
        .collect()
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

fn long(bytes: &[u8], at: usize) -> usize {
    usize::try_from(u64::from_le_bytes(array(bytes, at))).expect("a place in a file that is in memory")
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().expect("as long as it was cut")
}

#[cfg(test)]
mod tests {
    use super::services;

    #[test]
    fn a_service_is_read_from_either_mangling() {
        for (symbol, named) in [
            ("_ZN10aws_sdk_s310s3_express7runtime17h0E", vec!["s3"]),
            ("_RNvNtCs1a2b_11aws_sdk_kms6client3new", vec!["kms"]),
            ("_ZN12serde_dynamo18aws_sdk_dynamodb_14from17h0E", vec![]),
            ("_RNvNtCs1a2b_12serde_dynamo18aws_sdk_dynamodb_1", vec![]),
            ("aws_sdk_kms.0123-cgu.0", vec![]),
        ] {
            assert_eq!(services(symbol).collect::<Vec<_>>(), named, "{symbol}");
        }
    }
}
