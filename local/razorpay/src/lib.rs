//! local-razorpay
