//! The Lambda function of [`platform::view_problem_type`].

fn main() -> api::Exit {
    api::serve(&platform::view_problem_type::ENDPOINT)
}
