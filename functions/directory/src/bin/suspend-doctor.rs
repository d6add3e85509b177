//! The Lambda function of [`directory::suspend_doctor`].

fn main() -> api::Exit {
    api::serve(&directory::suspend_doctor::ENDPOINT)
}
