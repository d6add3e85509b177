//! The Lambda function of [`appointments::leave_waitlist`].

fn main() -> api::Exit {
    api::serve(&appointments::leave_waitlist::ENDPOINT)
}
