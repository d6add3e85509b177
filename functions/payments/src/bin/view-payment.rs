//! The Lambda function of [`payments::view_payment`].

fn main() -> api::Exit {
    api::serve(&payments::view_payment::ENDPOINT)
}
