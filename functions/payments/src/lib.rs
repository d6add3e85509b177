#![doc = include_str!("../README.md")]

pub mod confirm_payment;
pub mod download_receipt;
pub mod issue_refund;
pub mod list_payments;
pub mod list_refunds;
pub mod razorpay_webhook;
pub mod refund_payment;
pub mod retry_refund;
pub mod settle_payment;
pub mod start_payment;
pub mod view_ledger;
pub mod view_payment;
pub mod view_receipt;

mod balance;
mod gateway_payment;
mod orders;
mod payers;
mod ports;
mod progress;
mod receipt_page;
mod receipt_view;
mod receipts;
mod reconcile;
mod refunds;
mod settlement;
#[cfg(test)]
mod testing;
mod view;

api::context! {
    endpoints: [
        start_payment,
        confirm_payment,
        list_payments,
        view_payment,
        view_receipt,
        download_receipt,
        refund_payment,
        list_refunds,
        retry_refund,
        view_ledger,
    ],
    consumers: [
        razorpay_webhook,
        settle_payment,
        issue_refund,
    ],
}
