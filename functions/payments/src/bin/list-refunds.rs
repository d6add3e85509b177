//! The Lambda function of [`payments::list_refunds`].

fn main() -> api::Exit {
    api::serve(&payments::list_refunds::ENDPOINT)
}
