//! Every binary of this context: started as a real process with its sample event, and what it is linked with.

/// Each with its path.
const BINARIES: &[(&str, &str)] = runtime_stub::binaries![
    "accept-offer",
    "begin-visit",
    "book-appointment",
    "book-earliest",
    "book-series",
    "cancel-appointment",
    "cancel-suspended-visits",
    "check-in",
    "close-visit",
    "complete-visit",
    "decline-offer",
    "end-calendar-feed",
    "extend-hold",
    "join-waitlist",
    "leave-waitlist",
    "list-appointments",
    "list-waitlist",
    "make-calendar-feed",
    "expire-offers",
    "preview-cancellation",
    "preview-series",
    "prioritise-waitlist-entry",
    "record-outcome",
    "release-expired-hold",
    "reschedule-appointment",
    "view-appointment",
    "view-calendar-feed",
    "view-doctor-day",
    "view-series",
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
            ("accept-offer", &["dynamodb", "kms"]),
            ("begin-visit", &["dynamodb"]),
            ("book-appointment", &["dynamodb", "kms"]),
            ("book-earliest", &["dynamodb", "kms"]),
            ("book-series", &["dynamodb", "kms"]),
            ("cancel-appointment", &["dynamodb"]),
            ("cancel-suspended-visits", &["dynamodb"]),
            ("check-in", &["dynamodb"]),
            ("close-visit", &["dynamodb"]),
            ("complete-visit", &["dynamodb"]),
            ("decline-offer", &["dynamodb"]),
            ("end-calendar-feed", &["dynamodb"]),
            ("extend-hold", &["dynamodb"]),
            ("join-waitlist", &["dynamodb"]),
            ("leave-waitlist", &["dynamodb"]),
            ("list-appointments", &["dynamodb"]),
            ("list-waitlist", &["dynamodb"]),
            ("make-calendar-feed", &["dynamodb"]),
            ("expire-offers", &["dynamodb"]),
            ("preview-cancellation", &["dynamodb"]),
            ("preview-series", &["dynamodb"]),
            ("prioritise-waitlist-entry", &["dynamodb"]),
            ("record-outcome", &["dynamodb"]),
            ("release-expired-hold", &["dynamodb"]),
            ("reschedule-appointment", &["dynamodb"]),
            ("view-appointment", &["dynamodb", "kms"]),
            ("view-calendar-feed", &["dynamodb"]),
            ("view-doctor-day", &["dynamodb"]),
            ("view-series", &["dynamodb"]),
        ],
    );
}
