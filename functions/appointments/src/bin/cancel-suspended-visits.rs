//! The Lambda function of [`appointments::cancel_suspended_visits`].

fn main() -> api::Exit {
    api::serve(&appointments::cancel_suspended_visits::CONSUMER)
}
