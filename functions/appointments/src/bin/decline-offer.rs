//! The Lambda function of [`appointments::decline_offer`].

fn main() -> api::Exit {
    api::serve(&appointments::decline_offer::ENDPOINT)
}
