//! The Lambda function of [`identity::replace_emergency_contacts`].

fn main() -> api::Exit {
    api::serve(&identity::replace_emergency_contacts::ENDPOINT)
}
