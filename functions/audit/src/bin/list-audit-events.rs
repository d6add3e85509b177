//! The Lambda function of [`audit::list_audit_events`].

fn main() -> api::Exit {
    api::serve(&audit::list_audit_events::ENDPOINT)
}
