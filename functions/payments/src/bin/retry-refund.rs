//! The Lambda function of [`payments::retry_refund`].

fn main() -> api::Exit {
    api::serve(&payments::retry_refund::ENDPOINT)
}
