//! What people do with Vaidya, one file per part of their way.

mod accounts;
mod archive;
mod attending;
mod audit_search;
mod booking;
mod calendar_feed;
mod cancelling;
mod directory;
mod earliest;
mod money;
mod moving;
mod paying;
mod schedules;
mod series;
mod timers;
mod trail;
mod waiting;

/// All of them.
const ALL: &[fn()] = &[
    accounts::somebody_registers_confirms_logs_in_and_says_who_they_are,
    accounts::an_address_that_has_an_account_is_not_betrayed,
    accounts::a_wrong_code_confirms_nothing,
    accounts::a_session_is_refreshed_and_a_refresh_token_serves_once,
    accounts::logging_out_ends_routes_with_health_data_at_once,
    accounts::a_trigger_that_comes_again_makes_no_second_profile,
    archive::what_is_exported_is_verified_by_anyone_and_the_export_is_in_the_trail,
    archive::an_export_has_as_many_pages_as_it_needs_and_they_meet,
    archive::nothing_is_exported_that_is_not_recorded_nor_to_anybody_else,
    archive::a_day_on_hold_outlives_its_retention_until_it_is_released,
    attending::both_join_and_the_doctor_completes_the_visit,
    attending::a_visit_that_nobody_ends_is_completed_by_its_time,
    attending::a_patient_who_does_not_come_is_a_no_show_and_the_fee_stays,
    attending::a_doctor_who_does_not_come_costs_the_patient_nothing,
    attending::a_visit_that_nobody_joined_stays_unknown_until_somebody_says_what_it_was,
    attending::a_doctor_sees_the_day_in_order_who_waits_and_what_has_changed,
    attending::a_patient_is_reminded_a_day_and_an_hour_before_and_not_of_what_is_cancelled,
    attending::a_moved_visit_is_reminded_of_and_closed_at_its_new_time_alone,
    booking::a_patient_who_never_looked_at_their_profile_books_with_a_reason,
    booking::a_repeated_booking_gets_the_same_answer_to_the_byte,
    booking::a_slot_is_one_patients_and_a_patient_is_in_one_place,
    booking::a_patient_holds_three_unpaid_slots_at_most,
    booking::a_hold_that_nobody_pays_for_ends_before_anything_has_cleaned_up,
    booking::a_visit_that_costs_nothing_is_confirmed_at_once,
    booking::everybody_lists_their_own_appointments_and_no_reason_is_in_a_list,
    booking::a_booking_whose_reply_is_lost_is_found_again_under_its_key,
    booking::a_booking_that_always_meets_another_transaction_is_told_to_come_back,
    cancelling::with_a_days_notice_a_patient_gets_everything_back,
    cancelling::with_two_hours_notice_a_patient_gets_half_of_it_back,
    cancelling::later_than_that_a_patient_gets_nothing_back,
    cancelling::a_doctor_who_cancels_late_costs_the_patient_nothing,
    cancelling::a_visit_whose_time_has_come_is_cancelled_by_nobody,
    cancelling::both_sides_get_a_mail_with_an_invitation_and_no_reason_leaves_the_house,
    directory::a_doctor_is_found_by_speciality_language_and_the_beginning_of_the_name,
    directory::a_search_is_read_page_by_page_and_a_page_belongs_to_its_search,
    directory::a_doctor_is_registered_once_and_a_repeated_request_gets_the_same_answer,
    directory::a_doctor_changes_what_patients_see,
    directory::a_suspended_doctor_is_neither_listed_nor_booked_and_the_visits_are_cancelled_and_refunded,
    directory::weekly_hours_become_slots_and_publishing_them_again_changes_nothing,
    directory::a_free_slot_is_withdrawn_and_a_held_one_stays,
    earliest::the_earliest_slots_of_a_speciality_follow_what_is_booked_and_what_time_it_is,
    earliest::the_earliest_slots_are_those_of_the_language_the_mode_and_the_time_that_are_asked_for,
    earliest::a_patient_gets_the_earliest_slot_that_suits_and_the_same_answer_again,
    earliest::behind_a_full_day_that_nobody_has_noted_the_next_one_is_found,
    earliest::whatever_lies_at_a_time_at_which_the_patient_is_busy_hides_no_later_slot,
    earliest::of_many_who_want_the_earliest_slot_at_once_each_gets_another,
    audit_search::a_patient_sees_who_has_seen_their_data,
    audit_search::an_administrator_searches_by_type_severity_and_health_data,
    calendar_feed::a_feed_has_the_visits_of_its_owner_and_ends_when_it_is_replaced,
    moving::a_moved_visit_keeps_its_id_and_its_payment_and_its_old_slot_is_free_again,
    moving::a_move_that_is_refused_leaves_the_old_time_as_it_was,
    moving::a_patient_gets_more_time_to_pay_once,
    moving::what_a_cancellation_would_pay_back_is_what_it_pays_back,
    moving::kinds_of_visits_take_the_time_and_cost_the_fee_that_the_doctor_sets,
    money::a_patient_sees_payments_and_receipts_and_nobody_elses,
    money::a_receipt_is_a_page_to_print_with_the_same_number,
    money::an_order_of_which_nobody_tells_is_settled_when_razorpay_is_asked,
    money::a_second_payment_of_which_nobody_tells_is_found_and_goes_back,
    money::a_refund_of_which_nobody_tells_is_asked_about_after_a_day,
    money::a_refund_that_fails_is_listed_and_tried_again_by_an_administrator,
    money::a_visit_that_the_platform_spoiled_is_paid_back_whatever_it_became,
    money::an_administrator_grants_parts_and_never_more_than_was_captured,
    money::a_refund_made_at_the_dashboard_enters_the_ledger,
    money::the_ledger_of_a_day_balances_and_says_where_it_does_not,
    money::every_payment_is_compared_on_the_fourth_day_and_a_difference_is_told,
    money::the_ledger_shows_money_for_an_order_of_which_nobody_has_told,
    money::an_event_that_is_not_known_is_kept_and_acknowledged,
    money::a_checkout_that_is_confirmed_too_late_gives_the_money_back,
    money::a_receipt_for_what_is_not_paid_is_refused,
    money::money_that_went_back_before_anybody_told_of_it_confirms_nothing,
    money::money_that_went_back_before_the_patient_returns_from_the_checkout_confirms_nothing,
    paying::a_visit_that_is_paid_is_confirmed_by_the_webhook,
    paying::the_checkouts_signature_confirms_before_the_webhook_and_the_webhook_finds_it_settled,
    paying::a_signature_of_another_payment_confirms_nothing,
    paying::a_failed_attempt_leaves_the_hold_and_the_next_one_pays,
    paying::money_that_comes_late_takes_the_slot_again_if_it_is_still_free,
    paying::money_that_comes_after_the_doctors_day_has_filled_goes_back,
    paying::money_that_comes_after_the_slot_was_taken_goes_back,
    paying::money_for_a_cancelled_hold_goes_back,
    paying::webhooks_that_come_twice_and_in_reverse_lead_to_the_same_end,
    paying::webhooks_that_come_hours_late_lead_to_the_same_end,
    paying::money_that_comes_twice_goes_back_once,
    paying::an_order_whose_reply_was_lost_is_found_and_not_made_twice,
    paying::somebody_elses_visit_is_not_paid_for_nor_seen,
    schedules::a_changed_rule_changes_free_slots_and_names_the_visits_outside_it,
    schedules::a_leave_takes_free_slots_and_gives_them_back_when_it_is_over,
    schedules::a_slot_closes_as_early_as_the_doctor_wants_to_know,
    schedules::the_horizon_rolls_on_by_itself_day_by_day,
    schedules::of_two_who_replace_a_schedule_at_once_one_has_to_look_again,
    schedules::a_schedule_that_does_not_hold_together_is_refused_at_its_fields_and_changes_nothing,
    schedules::what_is_published_by_hand_stays_beside_the_schedule,
    schedules::a_doctor_takes_so_many_visits_a_day_and_the_list_knows_it,
    schedules::what_is_booked_before_a_schedule_is_applied_is_named_to_whoever_looks,
    series::a_series_is_booked_as_a_whole_or_as_far_as_it_is_available,
    series::visits_of_a_series_that_cost_something_wait_for_payment_three_at_a_time,
    series::a_series_that_does_not_hold_together_is_refused_at_its_fields,
    timers::a_timer_is_told_at_its_time_and_once,
    timers::a_timer_that_cannot_be_read_is_put_aside_and_holds_up_nothing,
    timers::while_the_queue_takes_nothing_timers_wait_and_somebody_hears_of_it,
    timers::a_timer_that_was_told_and_not_forgotten_is_told_again,
    trail::a_record_that_cannot_be_read_is_put_aside_whole_and_holds_up_nothing,
    trail::the_main_journey_is_recorded_step_by_step_and_each_step_once,
    trail::records_that_are_delivered_again_are_recorded_once,
    trail::the_records_of_a_chain_form_a_chain,
    trail::the_doctor_reads_the_reason_the_administrator_does_not_and_both_are_recorded,
    trail::without_a_record_of_the_access_no_health_data_leaves,
    trail::a_denial_is_recorded_with_who_wanted_what,
    trail::no_name_address_or_reason_is_in_the_trail,
    waiting::who_waits_for_a_clinic_is_offered_no_video_call_and_hears_where_it_is,
    waiting::who_waits_first_is_offered_what_is_cancelled_and_nobody_else_gets_it,
    waiting::an_offer_goes_on_when_it_is_declined_or_not_answered_and_at_last_to_everybody,
    waiting::a_doctor_sees_who_waits_and_says_for_whom_it_is_urgent,
    waiting::a_wait_ends_with_its_time_or_when_its_patient_leaves,
    waiting::whoever_leaves_gives_what_is_kept_to_the_next_one,
    waiting::what_a_shorter_visit_does_not_need_of_an_offer_goes_to_the_next_one,
    waiting::one_waits_for_nothing_twice_and_for_what_there_is,
    waiting::a_moved_visit_offers_its_old_time_and_a_suspended_doctor_offers_nothing,
    waiting::nobody_makes_offers_of_free_slots_and_a_doctor_can_take_one_back,
    waiting::slots_that_are_given_back_at_once_are_offered_to_one_each,
];

/// Plays every scenario, one after the other.
pub(crate) fn play_all() {
    for scenario in ALL {
        scenario();
    }
}

#[test]
fn every_scenario_is_on_the_list() {
    let written = system_tests::repository::files("tests/system/scenarios");
    let count: usize = written.iter().map(|text| text.matches("#[tokio::test]").count()).sum();
    assert_eq!(ALL.len(), count);
}
