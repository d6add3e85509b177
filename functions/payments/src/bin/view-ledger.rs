//! The Lambda function of [`payments::view_ledger`].

fn main() -> api::Exit {
    api::serve(&payments::view_ledger::ENDPOINT)
}
