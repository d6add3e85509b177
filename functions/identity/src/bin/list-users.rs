//! The Lambda function of [`identity::list_users`].

fn main() -> api::Exit {
    api::serve(&identity::list_users::ENDPOINT)
}
