//! The Lambda function of [`payments::list_payments`].

fn main() -> api::Exit {
    api::serve(&payments::list_payments::ENDPOINT)
}
