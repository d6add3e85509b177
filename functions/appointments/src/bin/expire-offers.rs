//! The Lambda function of [`appointments::expire_offers`].

fn main() -> api::Exit {
    api::serve(&appointments::expire_offers::CONSUMER)
}
