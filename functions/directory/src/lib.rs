#![doc = include_str!("../README.md")]

pub mod list_languages;
pub mod list_specialities;
pub mod list_suspended_doctors;
pub mod register_doctor;
pub mod reinstate_doctor;
pub mod search_doctors;
pub mod suspend_doctor;
pub mod update_doctor;
pub mod view_doctor;

mod presentation;
mod term;
mod terms;
mod view;

api::context! {
    endpoints: [
        register_doctor,
        view_doctor,
        search_doctors,
        update_doctor,
        suspend_doctor,
        list_specialities,
        list_languages,
        reinstate_doctor,
        list_suspended_doctors,
    ],
    consumers: [],
}
