//! The Lambda function of [`identity::answer_challenge`].

fn main() -> api::Exit {
    api::serve(&identity::answer_challenge::ENDPOINT)
}
