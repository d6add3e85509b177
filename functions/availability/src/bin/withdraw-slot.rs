//! The Lambda function of [`availability::withdraw_slot`].

fn main() -> api::Exit {
    api::serve(&availability::withdraw_slot::ENDPOINT)
}
