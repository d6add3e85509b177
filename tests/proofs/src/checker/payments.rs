//! What must hold of payments: captured money is kept under a rule that fits, or promised back.

use serde_json::Value;

use super::Checker;
use super::appointments::Stage;
use crate::table::{Item, number, text};
use crate::violation::{Violation, hold};

/// What came by one attempt at paying, and what was decided about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub attempt: String,
    pub captured: i64,
    pub promised: i64,
    pub rule: String,
    pub percent: i64,
}

/// The accounts of a payment.
pub fn accounts_of(payment: &Item) -> Vec<Account> {
    let accounts = payment.get("accounts").and_then(|accounts| accounts["L"].as_array());
    let read = |account: &Value| {
        let account = account["M"].as_object().expect("an account");
        let numbers = ["captured", "promised", "percent"].map(|name| number(account, name).expect("a number"));
        let [captured, promised, percent] = numbers;
        let (attempt, rule) = (text(account, "attempt").to_owned(), text(account, "rule").to_owned());
        Account { attempt, captured, promised, rule, percent }
    };
    accounts.into_iter().flatten().map(read).collect()
}

impl Checker {
    /// Money that was captured is kept under a rule that fits what became of the visit, or promised back in the very same
    /// write; what is promised is what the refunds say, and never more than came.
    pub(super) fn check_payment(&self, id: &str, just_captured: bool) -> Result<(), Violation> {
        let (Some(payment), Some(appointment)) = (self.payments.get(id), self.appointments.get(id)) else {
            return Ok(());
        };
        let accounts = accounts_of(payment);
        for account in &accounts {
            let claimed: i64 = self.claims(id, &account.attempt).filter_map(|refund| number(refund, "amount")).sum();
            hold!(
                account.promised == claimed,
                "what is promised is not what the refunds say",
                "{account:?}: {claimed}"
            );
            hold!(account.promised <= account.captured, "more is promised than came", "{account:?}");
        }
        if text(payment, "state") != "captured" {
            return Ok(());
        }
        for account in accounts.iter().filter(|account| account.attempt != text(payment, "gateway_payment")) {
            let goes_back = account.rule == "duplicate_capture" && account.promised == account.captured;
            hold!(goes_back, "a second payment was kept", "{account:?} {payment:?}");
        }
        let paying = accounts.iter().find(|account| account.attempt == text(payment, "gateway_payment"));
        let Some(paying) = paying else {
            return Err(Violation::of("a captured payment has no account", format!("{payment:?}")));
        };
        let rules: &[&str] = match (&appointment.stage, appointment.state.as_str()) {
            (Stage::Firm, _) => &["visit_confirmed"],
            (Stage::Over, "completed") => &["visit_held"],
            (Stage::Over, _) => &["patient_absent", "doctor_absent"],
            (Stage::Cancelled { by }, _) if by == "patient" && !just_captured => {
                &["cancelled_early", "cancelled_late", "cancelled_last_minute", "late_capture"]
            }
            (Stage::Cancelled { by }, _) if by == "doctor" => &["cancelled_by_doctor", "late_capture"],
            (Stage::Cancelled { by }, _) if by == "admin" => &["cancelled_by_admin", "late_capture"],
            (Stage::Cancelled { by }, _) if by == "suspension" => &["doctor_suspended", "late_capture"],
            // It came when the hold was over or the visit was cancelled.
            (Stage::Held { .. } | Stage::Cancelled { .. }, _) => &["late_capture"],
        };
        // What an administrator granted before counts towards what the rule gives, and adds to it afterwards.
        let granted = self.claims(id, &paying.attempt).filter(|refund| text(refund, "reason") == "granted");
        let granted: i64 = granted.filter_map(|refund| number(refund, "amount")).sum();
        let ruled = paying.captured * paying.percent / 100;
        hold!(
            rules.contains(&paying.rule.as_str()) && (ruled.max(granted)..=ruled + granted).contains(&paying.promised),
            "money is kept or given back under a rule that does not fit",
            "{appointment:?} {paying:?}"
        );
        Ok(())
    }

    /// The refunds of an attempt that count.
    fn claims<'a>(&'a self, payment: &str, attempt: &'a str) -> impl Iterator<Item = &'a Item> {
        let partition = format!("PAY#{payment}");
        let first = (partition.clone(), format!("REFUND#{attempt}"));
        let of_it = self.refunds.range(first..).take_while(move |((pk, _), _)| *pk == partition);
        let of_it = of_it.filter(move |((_, sk), _)| sk["REFUND#".len()..].split('-').next() == Some(attempt));
        of_it.map(|(_, refund)| refund).filter(|refund| text(refund, "state") != "superseded")
    }
}
