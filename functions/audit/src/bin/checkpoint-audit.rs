//! The Lambda function of [`audit::checkpoint_audit`].

fn main() -> api::Exit {
    api::serve(&audit::checkpoint_audit::CONSUMER)
}
