//! The Lambda function of [`payments::view_receipt`].

fn main() -> api::Exit {
    api::serve(&payments::view_receipt::ENDPOINT)
}
