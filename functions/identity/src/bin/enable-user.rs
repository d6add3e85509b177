//! The Lambda function of [`identity::enable_user`].

fn main() -> api::Exit {
    api::serve(&identity::enable_user::ENDPOINT)
}
