//! The Lambda function of [`payments::razorpay_webhook`].

fn main() -> api::Exit {
    api::serve(&payments::razorpay_webhook::CONSUMER)
}
