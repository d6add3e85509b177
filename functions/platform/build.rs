//! Makes the API reference: compresses the files that the page loads, and writes their addresses into the page.
//!
//! The address of a file contains a checksum of its content, so a browser can cache the file and still loads a new
//! version.

use flate2::write::GzEncoder;
use flate2::{Compression, Crc};
use std::io::Write;
use std::path::Path;

/// The files: the path of each, and its name in the page.
const FILES: &[(&str, &str)] = &[
    ("src/api_docs.js", "start.js"),
    ("vendor/swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui-bundle.js"),
    ("vendor/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt", "swagger-ui-bundle.js.LICENSE.txt"),
    ("vendor/swagger-ui-dist/swagger-ui.css", "swagger-ui.css"),
    ("vendor/swagger-ui-dist/index.css", "index.css"),
    ("vendor/swagger-ui-dist/LICENSE", "LICENSE"),
    ("vendor/swagger-ui-dist/NOTICE", "NOTICE"),
];

fn main() {
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script by the environment where to write")]
    let directory = std::env::var_os("OUT_DIR").expect("cargo says where to write");
    let directory = Path::new(&directory);
    let mut page = read("src/api_docs.html");
    for (source, name) in FILES {
        let content = read(source);
        let mut checksum = Crc::new();
        checksum.update(content.as_bytes());
        page = page.replace(&format!("\"docs/{name}\""), &format!("\"docs/{name}?v={:08x}\"", checksum.sum()));
        let mut encoder = GzEncoder::new(vec![], Compression::best());
        encoder.write_all(content.as_bytes()).expect("a vector can be written");
        let compressed = encoder.finish().expect("a vector can be written");
        std::fs::write(directory.join(format!("{name}.gz")), compressed).expect("OUT_DIR can be written");
    }
    std::fs::write(directory.join("api_docs.html"), page).expect("OUT_DIR can be written");
}

fn read(path: &str) -> String {
    println!("cargo::rerun-if-changed={path}");
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
