//! The Lambda function of [`directory::list_suspended_doctors`].

fn main() -> api::Exit {
    api::serve(&directory::list_suspended_doctors::ENDPOINT)
}
