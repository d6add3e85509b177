//! The Lambda function of [`appointments::release_expired_hold`].

fn main() -> api::Exit {
    api::serve(&appointments::release_expired_hold::CONSUMER)
}
