//! Listed means bookable: in worlds that got somewhere by chance, every slot is booked by every patient, each time from the
//! same state. Whoever is free at the time and within the limits gets exactly the slots that are listed to them: what is kept
//! for a patient who waits is listed to nobody else.

use std::collections::BTreeMap;

use crate::checker::Violation;
use crate::people;
use crate::rng::Rng;
use crate::simulation::{Simulation, somewhere};
use crate::world::{End, Event};

/// What was tried.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tried {
    pub listed: u64,
    pub bookings: u64,
    pub booked: u64,
}

/// Tries the world of a seed.
///
/// # Errors
/// A slot that is listed and can't be booked, or can be and is not listed.
pub fn check(seed: u64) -> Result<Tried, Violation> {
    let mut tried = Tried::default();
    let operations = 20 + Rng::new(seed).next() % 100;
    let mut simulation = somewhere(seed, operations)?;
    let snapshot = simulation.world.snapshot();
    let earliest = simulation.earliest()?;
    for doctor in simulation.doctors.clone() {
        let mut listed = BTreeMap::new();
        for patient in [simulation.patients.as_slice(), &[people::LISTER]].concat() {
            listed.insert(patient.id, simulation.listed(patient, doctor)?);
        }
        let to_all = &listed[&people::LISTER.id];
        let mut earliest = earliest.iter().filter(|(of, _)| *of == doctor.id.to_string());
        if let Some((_, slot)) = earliest.find(|(_, slot)| !to_all.contains(slot)) {
            return Err(Violation::of("the earliest slot is not bookable", format!("{doctor:?} {slot}")));
        }
        tried.listed += to_all.len() as u64;
        let checker = &simulation.world.checker;
        let id = doctor.id.to_string();
        let slots: Vec<String> = checker.slots.values().filter(|s| s.doctor == id).map(|s| s.id.clone()).collect();
        for slot in slots {
            for patient in simulation.patients.clone() {
                let Simulation { world, .. } = &mut simulation;
                world.restore(&snapshot);
                let others = world.checker.refusals(&id, &[&slot], &patient.id.to_string(), world.now());
                let free =
                    !others.iter().any(|refusal| refusal.starts_with("patient") || refusal.starts_with("too-many"));
                let (_, end) = world.run(Event::Http(people::book(patient, doctor, &slot, "listed")))?;
                let End::Answered(answer) = end else { unreachable!("nothing goes wrong") };
                tried.bookings += 1;
                tried.booked += u64::from(answer.status == 201);
                let is_listed = listed[&patient.id].contains(&slot);
                if (answer.status == 201) != (is_listed && free) {
                    let detail = format!("{slot}, listed: {is_listed}, the patient is free: {free}, told {answer:?}");
                    return Err(Violation::of("listed is not bookable", detail));
                }
            }
        }
        simulation.world.restore(&snapshot);
    }
    Ok(tried)
}
