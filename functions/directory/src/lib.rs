#![doc = include_str!("../README.md")]

pub mod register_doctor;
pub mod search_doctors;
pub mod suspend_doctor;
pub mod update_doctor;
pub mod view_doctor;

mod presentation;
mod terms;
mod view;

api::context! {
    endpoints: [
        register_doctor,
        view_doctor,
        search_doctors,
        update_doctor,
        suspend_doctor,
    ],
    consumers: [],
}
