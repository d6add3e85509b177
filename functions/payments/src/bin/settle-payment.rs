//! The Lambda function of [`payments::settle_payment`].

fn main() -> api::Exit {
    api::serve(&payments::settle_payment::CONSUMER)
}
