//! The Lambda function of [`audit::export_audit`].

fn main() -> api::Exit {
    api::serve(&audit::export_audit::ENDPOINT)
}
