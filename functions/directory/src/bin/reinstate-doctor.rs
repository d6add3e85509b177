//! The Lambda function of [`directory::reinstate_doctor`].

fn main() -> api::Exit {
    api::serve(&directory::reinstate_doctor::ENDPOINT)
}
