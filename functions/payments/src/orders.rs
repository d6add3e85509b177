//! The order of a payment at Razorpay: it is found or made, and bound to its payment.
//!
//! Making an order is not idempotent at Razorpay. So the intent is stored first, and a request after a lost reply looks
//! for the order by its receipt field, the payment's id, before it makes another. No client sees an order before it is
//! bound.

use api::{Context, Problem};
use domain::core::id::OrderId;
use domain::core::id::PaymentId;
use domain::payments::payment::Payment;
use gateway::razorpay::{NewOrder, Order, PaymentGateway, PaymentGatewayError};
use storage::Storage;

/// Returns the order of a payment with a stored intent. With `may_exist`, an order of an earlier call is looked for
/// first.
pub(crate) async fn obtain(
    gateway: &dyn PaymentGateway,
    payment: &Payment,
    may_exist: bool,
) -> Result<OrderId, PaymentGatewayError> {
    let receipt = payment.id.to_string();
    if may_exist {
        let found = gateway.orders_by_receipt(&receipt).await?;
        // The earliest order, so that all requests find the same one.
        let first = found.into_iter().filter(|order| agrees(order, payment)).min_by_key(|order| order.created_at);
        if let Some(order) = first {
            return Ok(order.id);
        }
    }
    let request =
        NewOrder { receipt: &receipt, amount: payment.amount, currency: payment.currency.as_str(), notes: &[] };
    Ok(gateway.create_order(request).await?.id)
}

/// Binds `order` to the payment, and returns the payment with the bound order: another one, if a parallel request was
/// faster.
pub(crate) async fn bind(
    cx: &Context,
    storage: &Storage,
    payment: Payment,
    order: OrderId,
) -> Result<Payment, Problem> {
    let id = payment.id;
    match write(cx, storage, payment, &order).await {
        Err(problem) if problem.is_stale() => {
            cx.retrying(async || write(cx, storage, stored(storage, id).await?, &order).await).await
        }
        end => end,
    }
}

async fn write(cx: &Context, storage: &Storage, payment: Payment, order: &OrderId) -> Result<Payment, Problem> {
    if payment.order().is_some() {
        return Ok(payment);
    }
    let open = payment.open(order.clone()).map_err(Problem::internal)?;
    Ok(storage.commit_order(&open, &cx.provenance()).await?)
}

async fn stored(storage: &Storage, id: PaymentId) -> Result<Payment, Problem> {
    let ledger = storage.ledger(id).await?;
    ledger.payment.ok_or_else(|| Problem::internal("a payment that was written is not there"))
}

/// The payment of a captured order. An unbound order is fetched, and bound if its receipt field names a payment of ours
/// that has no order, with the same amount and currency. `None` if the order names no payment of ours.
pub(crate) async fn payment_of(
    cx: &Context,
    storage: &Storage,
    gateway: &dyn PaymentGateway,
    order: &OrderId,
) -> Result<Option<PaymentId>, Problem> {
    if let Some(id) = storage.payment_of_order(order).await? {
        return Ok(Some(id));
    }
    let found = match gateway.order(order).await {
        Ok(found) => found,
        Err(error) if error.is_transient() => return Err(Problem::unavailable(error)),
        // Not an order of this account.
        Err(_) => return Ok(None),
    };
    let Some(id) = found.receipt.as_deref().and_then(|receipt| receipt.parse::<PaymentId>().ok()) else {
        return Ok(None);
    };
    let Some(payment) = storage.ledger(id).await?.payment else { return Ok(None) };
    if payment.order().is_none() && agrees(&found, &payment) {
        bind(cx, storage, payment, found.id).await?;
    }
    Ok(Some(id))
}

fn agrees(order: &Order, payment: &Payment) -> bool {
    order.amount == payment.amount && order.currency == payment.currency.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeRazorpay, instant, order, order_id, paise, payment};
    use domain::payments::payment::PaymentState;
    use jiff::SignedDuration;
    use std::sync::Mutex;

    async fn obtained(orders: Vec<Order>, may_exist: bool) -> (OrderId, Vec<&'static str>) {
        let razorpay = FakeRazorpay { orders: Mutex::new(orders), ..FakeRazorpay::default() };
        let intent = payment(PaymentState::Intent { lease_until: instant() });
        let order = obtain(&razorpay, &intent, may_exist).await.unwrap();
        (order, razorpay.asked.into_inner().unwrap())
    }

    #[tokio::test]
    async fn the_first_request_makes_an_order_without_a_search() {
        assert_eq!(obtained(vec![], false).await, (order_id("order_New0"), vec!["create"]));
    }

    #[tokio::test]
    async fn an_order_whose_reply_was_lost_is_found_and_not_made_again() {
        let later = Order { created_at: instant() + SignedDuration::from_secs(9), ..order("order_B") };
        assert_eq!(obtained(vec![later, order("order_A")], true).await, (order_id("order_A"), vec!["find"]));
    }

    #[tokio::test]
    async fn an_order_over_another_amount_or_of_another_receipt_is_not_taken() {
        let dearer = Order { amount: paise(50_001), ..order("order_A") };
        let other = Order { receipt: Some("another".to_owned()), ..order("order_B") };
        let foreign = Order { currency: "USD".to_owned(), ..order("order_C") };
        assert_eq!(
            obtained(vec![dearer, other, foreign], true).await,
            (order_id("order_New3"), vec!["find", "create"])
        );
    }
}
