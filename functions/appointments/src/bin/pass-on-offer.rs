//! The Lambda function of [`appointments::pass_on_offer`].

fn main() -> api::Exit {
    api::serve(&appointments::pass_on_offer::CONSUMER)
}
