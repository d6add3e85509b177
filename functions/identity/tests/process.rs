//! Every binary of this context: started as a real process with its sample event, and what it is linked with.

/// Each with its path.
const BINARIES: &[(&str, &str)] = runtime_stub::binaries![
    "confirm-registration",
    "create-profile",
    "log-in",
    "log-out",
    "refresh-session",
    "register",
    "update-me",
    "view-me",
];

#[test]
fn every_binary_answers_its_sample_event() {
    runtime_stub::prove(env!("CARGO_MANIFEST_DIR"), BINARIES);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads ELF")]
fn a_binary_links_the_sdks_that_it_uses_and_no_others() {
    runtime_stub::prove_links(
        BINARIES,
        &[
            ("confirm-registration", &["cognitoidentityprovider", "dynamodb"]),
            ("create-profile", &["cognitoidentityprovider", "dynamodb", "kms"]),
            ("log-in", &["cognitoidentityprovider", "dynamodb"]),
            ("log-out", &["cognitoidentityprovider", "dynamodb"]),
            ("refresh-session", &["cognitoidentityprovider", "dynamodb"]),
            ("register", &["cognitoidentityprovider", "dynamodb"]),
            ("update-me", &["dynamodb", "kms"]),
            ("view-me", &["cognitoidentityprovider", "dynamodb", "kms"]),
        ],
    );
}
