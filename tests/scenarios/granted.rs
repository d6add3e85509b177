//! What the templates grant, some scenario uses. That nothing is used which is not granted, each world checks when it ends.

use local::Call;
use local::template::Template;
use system_tests::grants::{Grant, Grants, is_judged};
use system_tests::used_calls;

/// Grants that no scenario needs, each with the reason why it is there: the function or `*`, the action, the key pattern or resource.
const KEPT: &[(&str, &str, &str)] = &[
    // Refusals are recorded wherever there is a caller, and some endpoints refuse no caller who is signed in.
    ("*", "dynamodb:PutItem", "ACT#*"),
    // The code reaches these in branches that no scenario plays yet. A scenario that plays one takes its line away.
    ("AcceptOfferFunction", "dynamodb:GetItem", "APPT#*"),
    ("AcceptOfferFunction", "dynamodb:PutItem", "QUEUE#*"),
    ("BookEarliestFunction", "dynamodb:PutItem", "DUE#*"),
    ("CancelSuspendedVisitsFunction", "dynamodb:Query", "PAT#*"),
    ("CancelSuspendedVisitsFunction", "dynamodb:Query", "Table/index/GSI1"),
    ("CloseVisitFunction", "dynamodb:PutItem", "DOC#*"),
    ("CompleteVisitFunction", "dynamodb:PutItem", "DOC#*"),
    ("CompleteVisitFunction", "dynamodb:PutItem", "DUE#*"),
    ("DeclineOfferFunction", "dynamodb:GetItem", "APPT#*"),
    ("DeclineOfferFunction", "dynamodb:PutItem", "PAT#*"),
    ("DispatchFunction", "sqs:SendMessage", "VisitsQueue"),
    ("DispatchFunction", "sqs:SendMessage", "WaitlistQueue"),
    ("EndCalendarFeedFunction", "dynamodb:PutItem", "FEED#*"),
    ("ExpireOffersFunction", "dynamodb:GetItem", "APPT#*"),
    ("ExpireOffersFunction", "dynamodb:PutItem", "DUE#*"),
    ("ExtendHoldFunction", "dynamodb:PutItem", "DUE#*"),
    ("ExtendHoldFunction", "dynamodb:PutItem", "PAY#*"),
    ("FireTimersFunction", "sqs:SendMessage", "CalendarsQueue"),
    ("FireTimersFunction", "sqs:SendMessage", "HoldsQueue"),
    ("FireTimersFunction", "sqs:SendMessage", "SuspensionsQueue"),
    ("IssueRefundFunction", "dynamodb:PutItem", "ORDER#*"),
    ("LeaveWaitlistFunction", "dynamodb:GetItem", "APPT#*"),
    ("LeaveWaitlistFunction", "dynamodb:PutItem", "QUEUE#*"),
    ("ListAvailableSlotsFunction", "dynamodb:PutItem", "Table"),
    ("ListEarliestSlotsFunction", "dynamodb:PutItem", "Table"),
    ("PreviewCancellationFunction", "dynamodb:PutItem", "Table"),
    ("PreviewSeriesFunction", "dynamodb:PutItem", "Table"),
    ("RecordOutcomeFunction", "dynamodb:PutItem", "DOC#*"),
    ("RecordOutcomeFunction", "dynamodb:PutItem", "PAT#*"),
    ("ReleaseExpiredHoldFunction", "dynamodb:PutItem", "DUE#*"),
    ("ReleaseExpiredHoldFunction", "dynamodb:PutItem", "PAY#*"),
    ("RescheduleAppointmentFunction", "dynamodb:PutItem", "PAY#*"),
    ("RetryRefundFunction", "dynamodb:PutItem", "ORDER#*"),
    ("SearchDoctorsFunction", "dynamodb:PutItem", "Table"),
    ("SettlePaymentFunction", "dynamodb:PutItem", "ORDER#*"),
    ("ViewDoctorDayFunction", "dynamodb:Query", "PAT#*"),
    ("ViewDoctorDayFunction", "dynamodb:Query", "Table/index/GSI1"),
    ("ViewDoctorFunction", "dynamodb:PutItem", "Table"),
    ("ViewLedgerFunction", "dynamodb:Query", "PAYER#*"),
    ("ViewLedgerFunction", "dynamodb:Query", "Table/index/GSI1"),
];

fn is_kept(function: &str, grant: &Grant) -> bool {
    KEPT.iter().any(|(who, action, of)| (*who == "*" || *who == function) && *action == grant.action && *of == grant.of)
}

/// Compares the grants with what the functions of all worlds that have ended did in AWS: each action on each key pattern or resource.
///
/// # Errors
/// The grants that none of them used, with the statements that would be enough.
pub fn what_is_granted_is_used() -> Result<(), String> {
    let calls = used_calls();
    let grants = Grants::of(&Template::read());
    let mut report = String::new();
    for function in grants.functions() {
        let own: Vec<&Call> = calls.iter().filter(|call| call.function == function && is_judged(call)).collect();
        let unused = grants.statements(function).iter().flat_map(|statement| statement.unused(&own));
        let (kept, unused): (Vec<Grant>, Vec<Grant>) = unused.partition(|grant| is_kept(function, grant));
        if !unused.is_empty() {
            let unused: Vec<String> = unused.iter().map(|grant| format!("{} {}", grant.action, grant.of)).collect();
            report += &format!("{function} is granted and never uses: {}\n", unused.join(", "));
            report += &format!("  its statements are to be:\n{}", grants.to_paste(function, &own, &kept));
        }
    }
    if report.is_empty() { Ok(()) } else { Err(format!("\n{report}")) }
}
