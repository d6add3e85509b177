//! `GET /v1/refunds`: an administrator lists the refunds that are not over, failed refunds above all.
//!
//! The index holds only these, so the cost follows the number of open refunds. The patients whose payments these are
//! are in the record of the access, which takes one query for each payment.

use crate::view::RefundView;
use api::problem::Problem;
use api::{About, Context, Disclosed, Endpoint, Health, Limit, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use domain::audit::EventType;
use domain::core::id::PaymentId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use storage::{PageRequest, RefundFilter, Storage};
use utoipa::ToSchema;

/// `listRefunds`
pub static ENDPOINT: Endpoint<Storage, Query<RefundQuery>, Disclosed<RefundList>> =
    Endpoint::get("/v1/refunds", "listRefunds", "List refunds that are not over", &handle)
        .details(
            "The refunds in one state: pending, requested or failed. A failed refund can be retried with \
             `retryRefund`. The access is recorded in the audit trail before the answer is sent.",
        )
        .allow(&[Role::Admin]);

/// The filter of the list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundQuery {
    /// Refunds in this state: `failed` (the default), `pending` or `requested`.
    #[schema(value_type = Option<String>, example = "failed")]
    state: Option<RefundFilter>,
    /// The maximum number of refunds on the page, 1 to 100.
    #[schema(inline)]
    limit: Option<Limit<100>>,
    /// `nextCursor` of the previous page.
    #[schema(value_type = Option<api::schema::Cursor>)]
    cursor: Option<String>,
}

/// A page of refunds. The refund that has been in its state for longest comes first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundList {
    /// The refunds of the page.
    refunds: Vec<RefundView>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<api::schema::Cursor>)]
    next_cursor: Option<String>,
}

/// It is made of payments of patients, as [`crate::view_payment`] shows them.
impl View for RefundList {
    type Data = Health;
}

async fn handle(
    cx: Context,
    storage: Storage,
    Query(query): Query<RefundQuery>,
) -> Result<Disclosed<RefundList>, Problem> {
    cx.authorize(Action::ViewLedger, Parties::none())?;
    let limit = cursor::limit(query.limit, 25);
    let state = query.state.unwrap_or(RefundFilter::Failed);
    let name = format!("{state:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let page = storage.refunds_in_state(state, &PageRequest::new(limit, after)).await?;
    let payments: BTreeSet<PaymentId> = page.items.iter().map(|refund| refund.payment).collect();
    let ledgers = futures::future::try_join_all(payments.into_iter().map(|id| storage.ledger(id))).await?;
    let patients = ledgers.into_iter().filter_map(|ledger| Some(ledger.payment?.patient));
    let about = About::of_patients("refunds", state.as_str(), patients);
    let list = RefundList {
        refunds: page.items.iter().map(RefundView::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    };
    cx.disclose(&storage, EventType::PaymentsListed, about, list).await
}
