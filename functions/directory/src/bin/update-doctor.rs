//! The Lambda function of [`directory::update_doctor`].

fn main() -> api::Exit {
    api::serve(&directory::update_doctor::ENDPOINT)
}
