//! The Lambda function of [`identity::view_user`].

fn main() -> api::Exit {
    api::serve(&identity::view_user::ENDPOINT)
}
