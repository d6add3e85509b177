//! The Lambda function of [`payments::refund_payment`].

fn main() -> api::Exit {
    api::serve(&payments::refund_payment::ENDPOINT)
}
