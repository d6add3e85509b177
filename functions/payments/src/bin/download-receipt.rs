//! The Lambda function of [`payments::download_receipt`].

fn main() -> api::Exit {
    api::serve(&payments::download_receipt::ENDPOINT)
}
