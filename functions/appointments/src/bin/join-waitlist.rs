//! The Lambda function of [`appointments::join_waitlist`].

fn main() -> api::Exit {
    api::serve(&appointments::join_waitlist::ENDPOINT)
}
