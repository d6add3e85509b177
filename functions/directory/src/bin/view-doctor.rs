//! The Lambda function of [`directory::view_doctor`].

fn main() -> api::Exit {
    api::serve(&directory::view_doctor::ENDPOINT)
}
