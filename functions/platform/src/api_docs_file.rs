//! `GET /docs/{file}`: the files that the API reference loads.
//!
//! All but `start.js` belong to Swagger UI, from `vendor/`. `build.rs` compresses them; only this function is linked
//! with them.

use api::{Asset, Context, Endpoint, Path, Problem, problem};
use serde::Deserialize;
use utoipa::ToSchema;

/// `apiDocsFile`
pub static ENDPOINT: Endpoint<(), Path<ApiDocsFilePath>, Asset> =
    Endpoint::get("/docs/{file}", "apiDocsFile", "Get a file of the API reference", &handle)
        .details("A script or a style sheet that the API reference loads, always compressed with gzip.")
        .public();

/// The file that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiDocsFilePath {
    /// The name of the file.
    #[schema(example = "swagger-ui.css")]
    file: String,
}

struct File {
    name: &'static str,
    media_type: &'static str,
    gzip: &'static [u8],
}

macro_rules! file {
    ($name:literal, $media_type:expr) => {
        File { name: $name, media_type: $media_type, gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")) }
    };
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

static FILES: &[File] = &[
    file!("swagger-ui-bundle.js", SCRIPT),
    file!("start.js", SCRIPT),
    file!("swagger-ui.css", STYLE),
    file!("index.css", STYLE),
    file!("swagger-ui-bundle.js.LICENSE.txt", TEXT),
    file!("LICENSE", TEXT),
    file!("NOTICE", TEXT),
];

async fn handle(_: Context, (): (), Path(path): Path<ApiDocsFilePath>) -> Result<Asset, Problem> {
    FILES
        .iter()
        .find(|file| file.name == path.file)
        .map(|file| Asset { media_type: file.media_type, gzip: file.gzip })
        .ok_or_else(|| Problem::of(&problem::NOT_FOUND))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_docs::PAGE;
    use flate2::read::GzDecoder;
    use std::collections::BTreeSet;

    fn text(file: &File) -> String {
        std::io::read_to_string(GzDecoder::new(file.gzip)).unwrap()
    }

    #[test]
    fn the_page_loads_every_file_under_an_address_with_its_checksum() {
        let mut named = BTreeSet::new();
        for address in PAGE.split("=\"docs/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let (name, checksum) = address.split_once("?v=").unwrap();
            let file = FILES.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("{name} is not served"));
            let mut crc = flate2::Crc::new();
            crc.update(text(file).as_bytes());
            assert_eq!(checksum, format!("{:08x}", crc.sum()), "{name}");
            named.insert(name);
        }
        // The page does not load the licences.
        let served = FILES.iter().filter(|file| file.media_type != TEXT).map(|file| file.name);
        assert_eq!(named, served.collect::<BTreeSet<_>>());
    }

    #[test]
    fn our_script_starts_swagger_ui_with_the_served_document() {
        let script = |name: &str| text(FILES.iter().find(|file| file.name == name).unwrap());
        let (ours, theirs) = (script("start.js"), script("swagger-ui-bundle.js"));
        let document = crate::openapi_document::ENDPOINT.contract.path.trim_start_matches('/');
        assert!(ours.contains("SwaggerUIBundle({") && ours.contains(&format!("url: \"{document}\"")));
        assert!(theirs.contains("SwaggerUIBundle"));
        assert!(ours.contains("validatorUrl: null") && !ours.contains("http"));
    }

    /// `.ci/renew-swagger-ui` writes the checksums.
    #[test]
    fn the_files_of_the_package_are_as_they_were_released() {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor/swagger-ui-dist");
        let sums = std::fs::read_to_string(directory.join("SHA256SUMS")).unwrap();
        let mut known = BTreeSet::new();
        for (sum, name) in sums.lines().filter_map(|line| line.split_once("  ")) {
            let content = std::fs::read(directory.join(name)).unwrap();
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &content);
            let found: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(found, sum, "{name} was changed");
            known.insert(name);
        }
        for file in FILES.iter().filter(|file| file.name != "start.js") {
            assert!(known.contains(file.name), "{}", file.name);
        }
    }

    #[test]
    fn a_file_fits_into_an_answer_of_a_function() {
        for file in FILES {
            // An answer may have 6 MB, and base64 turns three bytes into four.
            assert!(file.gzip.len() < 1_000_000, "{}: {}", file.name, file.gzip.len());
        }
    }
}
