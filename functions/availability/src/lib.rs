#![doc = include_str!("../README.md")]

pub mod apply_schedule;
pub mod extend_schedules;
pub mod index_first_free_slots;
pub mod list_available_slots;
pub mod list_earliest_slots;
pub mod publish_availability;
pub mod replace_schedule;
mod schedule;
pub mod view_schedule;
pub mod withdraw_slot;

api::context! {
    endpoints: [
        view_schedule,
        replace_schedule,
        publish_availability,
        list_available_slots,
        list_earliest_slots,
        withdraw_slot,
    ],
    consumers: [
        apply_schedule,
        extend_schedules,
        index_first_free_slots,
    ],
}
