//! Listed means bookable: in worlds that got somewhere by chance, with one doctor more whose schedule and terms are chance, too,
//! a visit of every kind is booked from every slot on by several patients, each time from the same state. A patient who is free at the time
//! and within the limits gets exactly what is listed to them for that kind: what is kept for a patient who waits is listed to
//! no other patient.

use crate::requests;
use std::collections::BTreeSet;

use crate::checker::USUAL;
use crate::functions::{Call, Caller};
use crate::rng::Rng;
use crate::schedules::{self, KINDS, LONG};
use crate::simulation::{Simulation, somewhere};
use crate::violation::Violation;
use crate::world::{Answer, End, Event, World};

const MINUTE: i64 = 60_000;

/// Seeds of worlds that have shown something: the last place of a full day, kept for a patient, was not listed to them.
pub const REMEMBERED: [u64; 1] = [69];

/// What was tried.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tried {
    /// Starts that are listed for a consultation.
    pub listed: u64,
    /// The same for other kinds, of which some take several slots.
    pub other_kinds: u64,
    pub bookings: u64,
    pub booked: u64,
    /// Starts that were refused because the doctor takes no more visits on the day, wants notice, or has too few slots there.
    pub full: u64,
    pub closed: u64,
    pub too_few: u64,
}

impl Tried {
    pub fn add(&mut self, other: Self) {
        self.listed += other.listed;
        self.other_kinds += other.other_kinds;
        self.bookings += other.bookings;
        self.booked += other.booked;
        self.full += other.full;
        self.closed += other.closed;
        self.too_few += other.too_few;
    }
}

/// Tries the world of a seed.
///
/// # Errors
/// A start that is listed and can't be booked, or can be and is not listed.
pub fn check(seed: u64) -> Result<Tried, Violation> {
    let mut tried = Tried::default();
    let mut rng = Rng::new(seed);
    let operations = 20 + rng.next() % 100;
    let mut simulation = somewhere(seed, operations)?;
    let earliest = simulation.earliest()?;
    for doctor in simulation.doctors.clone() {
        let to_all = simulation.listed(requests::LISTER, doctor, USUAL)?;
        let mut earliest = earliest.iter().filter(|(of, _)| *of == doctor.id.to_string());
        if let Some((_, slot)) = earliest.find(|(_, slot)| !to_all.contains(slot)) {
            return Err(Violation::of("the earliest slot is not bookable", format!("{doctor:?} {slot}")));
        }
    }
    // Before anything is tried: after going back, ids repeat themselves.
    let planner = planner(&mut simulation, &mut rng)?;
    let patients = simulation.patients.clone();
    for doctor in simulation.doctors.clone() {
        try_all(&mut simulation, doctor, USUAL, &patients, &mut tried)?;
        if simulation.world.checker.terms(&doctor.id.to_string()).slots_of(LONG) > 1 {
            try_all(&mut simulation, doctor, LONG, &patients, &mut tried)?;
        }
    }
    for (number, (_, kind)) in KINDS.into_iter().enumerate() {
        // Two of them, others for each kind.
        let patients = simulation.patients.iter().copied().cycle().skip(2 * number).take(2).collect::<Vec<_>>();
        try_all(&mut simulation, planner, kind, &patients, &mut tried)?;
    }
    Ok(tried)
}

/// Books a visit of a kind from each slot of a doctor on, by each patient, and goes back each time.
fn try_all(
    simulation: &mut Simulation,
    doctor: Caller,
    kind: &str,
    patients: &[Caller],
    tried: &mut Tried,
) -> Result<(), Violation> {
    let to_all = simulation.listed(requests::LISTER, doctor, kind)?.len() as u64;
    *(if kind == USUAL { &mut tried.listed } else { &mut tried.other_kinds }) += to_all;
    let id = doctor.id.to_string();
    let slots = simulation.world.checker.slots.values().filter(|slot| slot.doctor == id);
    let slots: Vec<String> = slots.map(|slot| slot.id.clone()).collect();
    for &patient in patients {
        let listed: BTreeSet<String> = simulation.listed(patient, doctor, kind)?.into_iter().collect();
        let Simulation { world, .. } = simulation;
        let snapshot = world.snapshot();
        for slot in &slots {
            let refusals = world.checker.refusals_of(&id, kind, slot, &patient.id.to_string(), world.now());
            let is_free = !refusals.iter().any(|it| it.starts_with("patient") || it.starts_with("too-many"));
            let call = requests::book_kind(patient, doctor, (kind, slot), "listed");
            let answer = ask(world, call)?;
            let is_booked = answer.status == 201;
            tried.bookings += 1;
            tried.booked += u64::from(is_booked);
            tried.full += u64::from(refusals == ["day-full"]);
            tried.closed += u64::from(refusals == ["slot-taken", "too-short-notice"]);
            tried.too_few += u64::from(refusals == ["too-few-slots"]);
            if is_booked != (listed.contains(slot) && is_free) {
                let is_listed = listed.contains(slot);
                let detail =
                    format!("{kind} {slot}, listed: {is_listed}, the patient is free: {is_free}, told {answer:?}");
                return Err(Violation::of("listed is not bookable", detail));
            }
            if is_booked {
                world.restore(&snapshot);
            }
        }
    }
    Ok(())
}

/// A doctor with hours and terms by chance, of whose time some is taken: held, booked, offered to a patient who waits, and outside
/// of what the hours are by now.
fn planner(simulation: &mut Simulation, rng: &mut Rng) -> Result<Caller, Violation> {
    let doctor = requests::doctor(9);
    let patients = simulation.patients.clone();
    let Simulation { world, .. } = simulation;
    let fee = if rng.per_mille(500) { 0 } else { requests::FEE };
    world.register_with(doctor, fee, schedules::any_terms(rng))?;
    replace_schedule(world, doctor, rng)?;
    for step in 0..rng.between(4, 16) {
        let patient = *rng.pick(&patients).unwrap();
        let key = format!("planner-{step}");
        let id = doctor.id.to_string();
        let slots: Vec<String> =
            world.checker.slots.values().filter(|slot| slot.doctor == id).map(|slot| slot.id.clone()).collect();
        let visits = world.checker.appointments.values().filter(|visit| visit.doctor == id);
        let visits: Vec<String> = visits.map(|visit| visit.id.clone()).collect();
        match rng.weighted(&[40, 20, 25, 8, 7]) {
            0 => {
                let (_, kind) = *rng.pick(&KINDS).unwrap();
                let Some(slot) = rng.pick(&slots) else { continue };
                ask(world, requests::book_kind(patient, doctor, (kind, slot), &key))?;
            }
            1 => {
                let to = world.now() + 48 * 60 * MINUTE;
                ask(world, requests::join(patient, Some(doctor), to, &key))?;
            }
            2 => {
                let Some(visit) = rng.pick(&visits) else { continue };
                ask(world, requests::cancel(requests::admin(), visit))?;
            }
            3 => replace_schedule(world, doctor, rng)?,
            _ => world.pass(rng.between(1, 12) * MINUTE),
        }
    }
    Ok(doctor)
}

/// A doctor sends a schedule, and the consumer applies it.
fn replace_schedule(world: &mut World, doctor: Caller, rng: &mut Rng) -> Result<(), Violation> {
    let version = world.table.get(&format!("DOC#{}", doctor.id), "SCHED");
    let version = version.and_then(|item| crate::table::number(item, "ver")).unwrap_or(0).unsigned_abs();
    let schedule = schedules::schedule(rng, world.now());
    let answer = ask(world, requests::replace_schedule(doctor, schedule.clone(), version))?;
    assert_eq!(answer.status, 200, "{answer:?} to {schedule}");
    let (_, end) = world.run(requests::apply_schedule(doctor, world.now()))?;
    assert!(matches!(&end, End::Reported(report) if report["batchItemFailures"] == serde_json::json!([])), "{end:?}");
    Ok(())
}

/// Asks for something, with nothing going wrong.
fn ask(world: &mut World, call: Call) -> Result<Answer, Violation> {
    let (_, end) = world.run(Event::Http(call))?;
    let End::Answered(answer) = end else { unreachable!("nothing goes wrong") };
    Ok(answer)
}
