//! The Lambda function of [`appointments::prioritise_waitlist_entry`].

fn main() -> api::Exit {
    api::serve(&appointments::prioritise_waitlist_entry::ENDPOINT)
}
