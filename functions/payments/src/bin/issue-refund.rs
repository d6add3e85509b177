//! The Lambda function of [`payments::issue_refund`].

fn main() -> api::Exit {
    api::serve(&payments::issue_refund::CONSUMER)
}
