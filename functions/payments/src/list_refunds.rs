//! `GET /v1/refunds`: an administrator lists the refunds that are not over, failed refunds above all.
//!
//! The index holds only these, so the cost follows the number of open refunds.

use crate::view::RefundView;
use api::problem::Problem;
use api::{Context, Endpoint, Limit, Ok200, Open, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, RefundFilter, Storage};
use utoipa::ToSchema;

/// `listRefunds`
pub static ENDPOINT: Endpoint<Storage, Query<RefundQuery>, Ok200<RefundList>> =
    Endpoint::get("/v1/refunds", "listRefunds", "List refunds that are not over", &handle)
        .details(
            "The refunds in one state: pending, requested or failed. A failed refund can be retried with \
             `retryRefund`.",
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

impl View for RefundList {
    type Data = Open;
}

async fn handle(cx: Context, storage: Storage, Query(query): Query<RefundQuery>) -> Result<Ok200<RefundList>, Problem> {
    cx.authorize(Action::ViewLedger, Parties::none())?;
    let limit = cursor::limit(query.limit, 25);
    let state = query.state.unwrap_or(RefundFilter::Failed);
    let name = format!("{state:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let page = storage.refunds_in_state(state, &PageRequest::new(limit, after)).await?;
    Ok(Ok200::new(RefundList {
        refunds: page.items.iter().map(RefundView::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    }))
}
