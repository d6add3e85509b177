//! An export that was not made by our code: `tests/vectors/audit_format.py` follows the document, and openssl signs.

use std::path::PathBuf;

use verify_audit::export::{Export, Files};
use verify_audit::{Options, keys, verify};

fn export() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/export")
}

#[test]
fn what_the_second_implementation_made_and_openssl_signed_is_verified() {
    let export = Export::at(export());
    let keys = keys::from_pem(&std::fs::read_to_string(export.keys()).unwrap()).unwrap();
    let chains = export.chains().unwrap();
    assert_eq!(chains.strangers, Vec::<String>::new());
    let checkpoints = Files::new(std::path::Path::new(""), vec![export.checkpoints()]);
    let report = verify(&keys, checkpoints, chains.chains, &Options { most: 10, ..Options::default() }).unwrap();
    assert!(report.verified, "{report:#?}");
    assert_eq!((report.events, report.unsigned_events, report.checkpoints), (40, 4, 3));
    assert_eq!(report.withheld, 7);
    let hash = "59eb9bad715cc04dc3e462122f0359012df87ccd192425889a3d87d1f7536763";
    assert_eq!(report.last_checkpoint.unwrap().hash, hash);
}
