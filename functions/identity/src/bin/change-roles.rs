//! The Lambda function of [`identity::change_roles`].

fn main() -> api::Exit {
    api::serve(&identity::change_roles::ENDPOINT)
}
