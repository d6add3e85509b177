//! The Lambda function of [`audit::record_audit`].

fn main() -> api::Exit {
    api::serve(&audit::record_audit::CONSUMER)
}
