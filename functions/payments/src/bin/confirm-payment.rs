//! The Lambda function of [`payments::confirm_payment`].

fn main() -> api::Exit {
    api::serve(&payments::confirm_payment::ENDPOINT)
}
