//! The Lambda function of [`appointments::accept_offer`].

fn main() -> api::Exit {
    api::serve(&appointments::accept_offer::ENDPOINT)
}
