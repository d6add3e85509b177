//! The Lambda function of [`audit::hold_audit_day`].

fn main() -> api::Exit {
    api::serve(&audit::hold_audit_day::ENDPOINT)
}
