//! The terms of a doctor's visits as clients send and receive them: length and fee of the kinds of visits, the
//! follow-up, the daily limit.

use api::problem::Fields;
use domain::core::money::Paise;
use domain::core::text::InvalidField;
use domain::directory::doctor::{FollowUp, KindTerms, MAX_FOLLOW_UP_DAYS, MAX_SLOTS_OF_A_VISIT, Terms};
use domain::directory::visit_kind::VisitKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The terms of a doctor's visits, beyond a visit of one slot at the doctor's fee.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Terms)]
pub struct TermsBody {
    /// The kinds of visits with a length or a fee of their own. Each kind may occur once.
    #[serde(default)]
    kinds: Vec<KindBody>,
    /// The fee of a follow-up that starts soon after a visit to this doctor.
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up: Option<FollowUpBody>,
    /// The maximum number of visits on one day of the doctor's zone, including holds: 1 to 200. There is no limit if it
    /// is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200)]
    daily_limit: Option<i64>,
}

/// The length and the fee of a kind of visit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = KindTerms)]
struct KindBody {
    /// The kind of visit: `consultation`, `follow_up`, `emergency` or `routine_checkup`.
    #[schema(value_type = String, example = "emergency")]
    kind: VisitKind,
    /// The number of adjacent slots that the visit takes, 1 to 8. Slots with a pause between them are not adjacent.
    #[schema(minimum = 1, maximum = 8, example = 2)]
    slots: i64,
    /// The fee in paise: 0 for a visit free of charge, otherwise 100 or more.
    #[schema(minimum = 0, maximum = 100_000_000, example = 90000)]
    fee: i64,
}

/// The terms of a follow-up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = FollowUp)]
struct FollowUpBody {
    /// The number of days after a completed visit within which the follow-up starts, 1 to 183.
    #[schema(minimum = 1, maximum = 183, example = 7)]
    within_days: i64,
    /// The fee in paise: 0 for a follow-up free of charge, otherwise 100 or more.
    #[schema(minimum = 0, maximum = 100_000_000, example = 20000)]
    fee: i64,
}

const MAX_DAILY_LIMIT: u8 = 200;

impl TermsBody {
    /// Checks all terms. `None` if any is wrong; the errors are then in `fields`.
    pub fn parse(&self, fields: &mut Fields) -> Option<Terms> {
        let mut kinds = BTreeMap::new();
        let mut is_valid = true;
        for (index, body) in self.kinds.iter().enumerate() {
            let at = |name: &str| format!("terms/kinds/{index}/{name}");
            let slots = within(body.slots, 1..=MAX_SLOTS_OF_A_VISIT, "must be 1 to 8");
            let slots = fields.parse(&at("slots"), slots);
            let fee = fields.parse(&at("fee"), Paise::fee(body.fee));
            let is_new = !kinds.contains_key(&body.kind);
            let named = if is_new { Ok(()) } else { Err(InvalidField("must occur only once")) };
            let named = fields.parse(&at("kind"), named);
            match (slots, fee, named) {
                (Some(slots), Some(fee), Some(())) => {
                    kinds.insert(body.kind, KindTerms { slots, fee });
                }
                _ => is_valid = false,
            }
        }
        let follow_up = self.follow_up.as_ref().map(|body| {
            let days = within(body.within_days, 1..=MAX_FOLLOW_UP_DAYS, "must be 1 to 183 days");
            let days = fields.parse("terms/followUp/withinDays", days);
            let fee = fields.parse("terms/followUp/fee", Paise::fee(body.fee));
            Some(FollowUp { within_days: days?, fee: fee? })
        });
        let limit = self.daily_limit.map(|limit| within(limit, 1..=MAX_DAILY_LIMIT, "must be 1 to 200"));
        let daily_limit = limit.map(|limit| fields.parse("terms/dailyLimit", limit));
        let is_complete = is_valid && !matches!(follow_up, Some(None)) && !matches!(daily_limit, Some(None));
        is_complete.then(|| Terms { kinds, follow_up: follow_up.flatten(), daily_limit: daily_limit.flatten() })
    }

    /// The body for the terms of a doctor.
    pub fn of(terms: &Terms) -> Self {
        let kind = |(&kind, terms): (&VisitKind, &KindTerms)| KindBody {
            kind,
            slots: terms.slots.into(),
            fee: terms.fee.get(),
        };
        let follow_up =
            |follow_up: &FollowUp| FollowUpBody { within_days: follow_up.within_days.into(), fee: follow_up.fee.get() };
        Self {
            kinds: terms.kinds.iter().map(kind).collect(),
            follow_up: terms.follow_up.as_ref().map(follow_up),
            daily_limit: terms.daily_limit.map(i64::from),
        }
    }
}

fn within<T: TryFrom<i64> + PartialOrd>(
    value: i64,
    range: std::ops::RangeInclusive<T>,
    message: &'static str,
) -> Result<T, InvalidField> {
    T::try_from(value).ok().filter(|value| range.contains(value)).ok_or(InvalidField(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(body: Value) -> (Option<Terms>, Vec<String>) {
        let body: TermsBody = serde_json::from_value(body).unwrap();
        let mut fields = Fields::default();
        let terms = body.parse(&mut fields);
        let errors = fields.finish().map_or_else(|problem| problem.body("r").errors, |()| vec![]);
        (terms, errors.into_iter().map(|error| error.pointer).collect())
    }

    #[test]
    fn terms_come_back_as_they_were_written() {
        let body = json!({
            "kinds": [{ "kind": "follow_up", "slots": 1, "fee": 40000 }, { "kind": "emergency", "slots": 2, "fee": 90000 }],
            "followUp": { "withinDays": 7, "fee": 0 },
            "dailyLimit": 12,
        });
        let (terms, errors) = parse(body.clone());
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(serde_json::to_value(TermsBody::of(&terms.unwrap())).unwrap(), body);
        assert_eq!(parse(json!({})).0, Some(Terms::default()));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let (terms, errors) = parse(json!({
            "kinds": [{ "kind": "emergency", "slots": 9, "fee": 1 }, { "kind": "consultation", "slots": 1, "fee": 0 },
                { "kind": "consultation", "slots": 1, "fee": 0 }],
            "followUp": { "withinDays": 184, "fee": 99 },
            "dailyLimit": 0,
        }));
        assert_eq!(terms, None);
        let expected = [
            "#/terms/kinds/0/slots",
            "#/terms/kinds/0/fee",
            "#/terms/kinds/2/kind",
            "#/terms/followUp/withinDays",
            "#/terms/followUp/fee",
            "#/terms/dailyLimit",
        ];
        assert_eq!(errors, expected);
    }
}
