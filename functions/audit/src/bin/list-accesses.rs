//! The Lambda function of [`audit::list_accesses`].

fn main() -> api::Exit {
    api::serve(&audit::list_accesses::ENDPOINT)
}
