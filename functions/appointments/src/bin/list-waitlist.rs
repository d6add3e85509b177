//! The Lambda function of [`appointments::list_waitlist`].

fn main() -> api::Exit {
    api::serve(&appointments::list_waitlist::ENDPOINT)
}
