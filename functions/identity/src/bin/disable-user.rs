//! The Lambda function of [`identity::disable_user`].

fn main() -> api::Exit {
    api::serve(&identity::disable_user::ENDPOINT)
}
