//! The Lambda function of [`identity::view_emergency_contacts`].

fn main() -> api::Exit {
    api::serve(&identity::view_emergency_contacts::ENDPOINT)
}
