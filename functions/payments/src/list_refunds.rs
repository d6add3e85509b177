//! `GET /v1/refunds`: for an administrator, the refunds that are not over: those that failed above all.
//!
//! An index answers that holds no others, so what it costs follows what is open.

use crate::view::RefundView;
use api::problem::Problem;
use api::{Context, Endpoint, Ok200, Open, Query, View, cursor};
use domain::access::{Action, Parties, Role};
use serde::{Deserialize, Serialize};
use storage::{PageRequest, RefundFilter, Storage};
use utoipa::ToSchema;

/// `listRefunds`
pub static ENDPOINT: Endpoint<Storage, Query<RefundQuery>, Ok200<RefundList>> =
    Endpoint::get("/v1/refunds", "listRefunds", "List refunds that are not over", &handle)
        .details(
            "Those that are not over, by state: pending, requested, and failed, of which `retryRefund` tries \
             again.",
        )
        .allow(&[Role::Admin]);

/// Which refunds.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundQuery {
    /// Those in this state: `failed` (unless another is named), `pending` or `requested`.
    #[schema(value_type = Option<String>, example = "failed")]
    state: Option<RefundFilter>,
    /// How many at most, 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of refunds, those first that have been in their state for longest.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundList {
    refunds: Vec<RefundView>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl View for RefundList {
    type Data = Open;
}

async fn handle(cx: Context, storage: Storage, Query(query): Query<RefundQuery>) -> Result<Ok200<RefundList>, Problem> {
    cx.authorize(Action::ViewLedger, Parties::none())?;
    let limit = cursor::limit(query.limit, 25, 100)?;
    let state = query.state.unwrap_or(RefundFilter::Failed);
    let name = format!("{state:?}");
    let after = query.cursor.as_deref().map(|text| cursor::open(&cx, &name, text)).transpose()?;
    let page = storage.refunds_in_state(state, &PageRequest::new(limit, after)).await?;
    Ok(Ok200::new(RefundList {
        refunds: page.items.iter().map(RefundView::from).collect(),
        next_cursor: page.next.map(|position| cursor::encode(&cx, &name, &position)),
    }))
}
