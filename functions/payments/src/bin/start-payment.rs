//! The Lambda function of [`payments::start_payment`].

fn main() -> api::Exit {
    api::serve(&payments::start_payment::ENDPOINT)
}
