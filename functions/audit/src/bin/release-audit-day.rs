//! The Lambda function of [`audit::release_audit_day`].

fn main() -> api::Exit {
    api::serve(&audit::release_audit_day::ENDPOINT)
}
