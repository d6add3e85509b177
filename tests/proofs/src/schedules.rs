//! Terms and schedules by chance, as doctors send them. The clocks of the doctors, who are in India, are never changed.

use crate::requests;
use std::collections::BTreeMap;

use domain::core::money::Paise;
use domain::directory::doctor::{KindTerms, Terms};
use domain::directory::visit_kind::VisitKind;
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::rng::Rng;

const MINUTE: i64 = 60_000;

/// Every kind of visit, as clients name it.
pub const KINDS: [(VisitKind, &str); 4] = [
    (VisitKind::Consultation, "consultation"),
    (VisitKind::FollowUp, "follow_up"),
    (VisitKind::Emergency, LONG),
    (VisitKind::RoutineCheckup, "routine_checkup"),
];

/// The kind of visit that takes two slots with a doctor of [`usual_terms`].
pub const LONG: &str = "emergency";

/// A few visits a day, one kind of which takes two slots.
pub fn usual_terms(rng: &mut Rng) -> Terms {
    let long = KindTerms { slots: 2, fee: fee(rng) };
    let kinds = BTreeMap::from([(VisitKind::Emergency, long)]);
    Terms { kinds, daily_limit: Some(rng.choose([2, 3, 4, 6])), ..Terms::default() }
}

/// Any kinds of any length, and perhaps a daily limit.
pub fn any_terms(rng: &mut Rng) -> Terms {
    let kind = |(kind, _): (VisitKind, &str)| {
        let slots = rng.choose([1, 1, 2, 2, 3]);
        let terms = KindTerms { slots, fee: fee(rng) };
        rng.per_mille(600).then_some((kind, terms))
    };
    let kinds = KINDS.into_iter().filter_map(kind).collect();
    let daily_limit = rng.choose([None, Some(1), Some(2), Some(4)]);
    Terms { kinds, daily_limit, ..Terms::default() }
}

fn fee(rng: &mut Rng) -> Paise {
    Paise::new(rng.choose([0, 40_000, 90_000])).unwrap()
}

/// The terms as a doctor sends them.
pub fn sent(terms: &Terms) -> Value {
    let named = |(wanted, terms): (&VisitKind, &KindTerms)| {
        let (_, name) = KINDS.into_iter().find(|(kind, _)| kind == wanted).unwrap();
        json!({ "kind": name, "slots": terms.slots, "fee": terms.fee.get() })
    };
    let mut sent = json!({ "kinds": terms.kinds.iter().map(named).collect::<Vec<_>>() });
    if let Some(limit) = terms.daily_limit {
        sent["dailyLimit"] = json!(limit);
    }
    sent
}

/// A schedule of some hours from about now (in milliseconds) on, for today and tomorrow.
pub fn schedule(rng: &mut Rng, now: i64) -> Value {
    let today = Timestamp::from_millisecond(now).unwrap().to_zoned(TimeZone::get("Asia/Kolkata").unwrap());
    let some_date = |rng: &mut Rng| today.date().checked_add(jiff::Span::new().days(rng.between(0, 1))).unwrap();
    let hour = i64::from(today.hour());
    let rules: Vec<Value> = (0..=rng.below(2))
        .map(|_| {
            let days = [today.weekday(), today.weekday().next(), Weekday::Sunday];
            let days = &days[..2 - rng.below(3) / 2];
            let days: Vec<String> = days.iter().map(|day| format!("{day:?}").to_lowercase()).collect();
            json!({ "weekdays": days, "hours": hours(rng, hour) })
        })
        .collect();
    let mut schedule = json!({
        "rules": rules,
        "noticeMinutes": rng.choose([0, 0, 20, 90]),
        "horizonDays": 1,
    });
    if rng.per_mille(250) {
        let all: Vec<Value> = (0..rng.below(3)).map(|_| hours(rng, hour)).collect();
        schedule["overrides"] = json!([{ "date": some_date(rng).to_string(), "hours": all }]);
    }
    if rng.per_mille(300) {
        let from = now + rng.between(-30, 180) * MINUTE;
        let leave = json!({
            "kind": "time", "from": requests::instant(from), "to": requests::instant(from + rng.between(20, 90) * MINUTE),
        });
        let day = some_date(rng).to_string();
        let days = json!({ "kind": "days", "first": day, "last": day });
        schedule["blocked"] = json!([if rng.per_mille(800) { leave } else { days }]);
    }
    schedule
}

/// Hours that begin about the hour of the day that is given.
fn hours(rng: &mut Rng, hour: i64) -> Value {
    let start = ((hour + rng.between(-1, 3)) * 60 + rng.between(0, 3) * 15).clamp(0, 20 * 60);
    let end = start + rng.between(3, 10) * 15;
    let place = match rng.below(3) {
        0 => json!({ "mode": "clinic", "name": rng.choose(["Indiranagar", "Jayanagar"]) }),
        _ => json!({ "mode": "video" }),
    };
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    json!({
        "start": clock(start), "end": clock(end), "slotMinutes": rng.choose([10, 15, 20, 30]),
        "bufferBeforeMinutes": rng.choose([0, 0, 0, 5]), "bufferAfterMinutes": rng.choose([0, 0, 0, 10]),
        "place": place,
    })
}
