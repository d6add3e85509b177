//! The Lambda function of [`notifications::send_notification`].

fn main() -> api::Exit {
    api::serve(&notifications::send_notification::CONSUMER)
}
