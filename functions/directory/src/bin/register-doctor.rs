//! The Lambda function of [`directory::register_doctor`].

fn main() -> api::Exit {
    api::serve(&directory::register_doctor::ENDPOINT)
}
