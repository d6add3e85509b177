//! The Lambda function of [`identity::record_hosted_log_in`].

fn main() -> api::Exit {
    api::serve(&identity::record_hosted_log_in::CONSUMER)
}
