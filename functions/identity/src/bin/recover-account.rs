//! The Lambda function of [`identity::recover_account`].

fn main() -> api::Exit {
    api::serve(&identity::recover_account::ENDPOINT)
}
