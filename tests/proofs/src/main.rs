//! The proofs of scheduling: a deterministic simulation, every interleaving of the operations that write, and the test that no
//! condition of the table can be left out unnoticed.
//!
//! All of it runs the real handlers with the real SDK and the real expressions over the embedded engine, in one process and
//! on one thread each. An operation is a future that is polled by hand; each of its calls parks until the scheduler lets
//! it go on, so that an order of calls is a list of choices, and a seed or a list replays it.
//!
//! `cargo test -p proofs` runs all of it within small bounds, `VAIDYA_FULL=1 cargo test -p proofs -- --nocapture` within
//! large ones, and each proof prints a line with its counts. A violation is reported with the steps that led to it; `VAIDYA_SEED=17 cargo
//! test -p proofs replay -- --nocapture` prints everything that happens in the world of a seed. `VAIDYA_OPERATIONS=10000`
//! makes the simulation shorter, `VAIDYA_FAULTS=24` tries one of that many faults in the orders. `VAIDYA_PARTS=10
//! VAIDYA_PART=3` tries the third of ten parts of the worlds and orders, so that a run in full can be divided.

#![expect(clippy::unwrap_used, reason = "these are tests, down to their helpers")]

mod checker;
mod derived_state;
mod footprint;
mod functions;
mod interleavings;
mod listing;
mod mutants;
mod network;
mod operations;
mod orders;
mod places;
mod requests;
mod rng;
mod schedules;
mod simulation;
mod table;
mod violation;
mod waitlist;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use storage::guard::{Guard, Place, asked};

use crate::interleavings::{Party, Share, Stage};
use crate::operations::OPERATIONS;
use crate::places::Notice;

/// How many invocations one world of the simulation sees.
const IN_A_WORLD: u64 = 400;

/// What a run is asked for by this name.
#[expect(clippy::disallowed_methods, reason = "it is about this very run of the tests")]
fn wanted(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// How many parts a run is divided into, and which of them this one is, from zero.
fn part() -> (usize, usize) {
    let number = |name| wanted(name).map(|number| usize::try_from(number).unwrap());
    let (parts, part) = (number("VAIDYA_PARTS").unwrap_or(1), number("VAIDYA_PART").unwrap_or(1));
    assert!((1..=parts).contains(&part), "VAIDYA_PART is from 1 to VAIDYA_PARTS");
    (parts, part - 1)
}

/// What of some pieces of work belongs to the part of this run.
fn of_part<T>(all: Vec<T>) -> Vec<T> {
    let (parts, part) = part();
    all.into_iter().skip(part).step_by(parts).collect()
}

fn is_full() -> bool {
    wanted("VAIDYA_FULL") == Some(1)
}

/// Does pieces of work on as many threads as there are cores, until one of them fails.
fn share_out<T: Send>(count: usize, work: impl Fn(usize) -> Result<T, String> + Sync) -> Result<Vec<T>, String> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done = Mutex::new((Vec::new(), None));
    let worker = || {
        while !failed.load(Ordering::Relaxed) {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= count {
                return;
            }
            match work(piece) {
                Ok(result) => done.lock().unwrap().0.push(result),
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    done.lock().unwrap().1.get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            std::thread::Builder::new().stack_size(32 << 20).spawn_scoped(scope, worker).unwrap();
        }
    });
    let (results, error) = done.into_inner().unwrap();
    error.map_or(Ok(results), Err)
}

#[test]
fn the_simulation_finds_no_violation() {
    let bound = if is_full() { 1_000_000 } else { 60_000 };
    let operations = wanted("VAIDYA_OPERATIONS").unwrap_or(bound);
    // Coming to rest takes more of them: a third as many on average, of which a quarter is counted on.
    let worlds = usize::try_from(operations / (IN_A_WORLD * 5 / 4) + 1).unwrap();
    let seeds = of_part((0..worlds as u64).collect());
    let all = share_out(seeds.len(), |piece| {
        let seed = seeds[piece];
        simulation::run(seed, IN_A_WORLD, true).map_err(|violation| {
            let (told, _) = simulation::replay(seed, IN_A_WORLD);
            let last = told[told.len().saturating_sub(80)..].join("\n");
            format!("{last}\n\nVAIDYA_SEED={seed} cargo test -p proofs replay -- --nocapture\n{violation}")
        })
    });
    let mut total = simulation::Counts::default();
    all.unwrap_or_else(|error| panic!("{error}")).iter().for_each(|counts| total.add(counts));
    println!(
        "simulation: {} operations, {} calls, {} faults injected, {} torn batches, {} worlds, violations: 0",
        total.operations,
        total.calls,
        total.faults,
        total.torn,
        seeds.len()
    );
    for (answer, count) in &total.answers {
        println!("    {answer}: {count}");
    }
    assert!(total.operations >= operations / part().0 as u64);
}

#[test]
fn replay() {
    let Some(seed) = wanted("VAIDYA_SEED") else { return };
    let (told, violation) = simulation::replay(seed, IN_A_WORLD);
    told.iter().for_each(|line| println!("{line}"));
    assert_eq!(violation, None);
}

thread_local! {
    static STAGE: std::cell::RefCell<Option<Stage>> = const { std::cell::RefCell::new(None) };
}

/// Something to be done on this thread's stage.
fn on_stage<T>(work: impl FnOnce(&mut Stage) -> T) -> T {
    STAGE.with_borrow_mut(|stage| work(stage.get_or_insert_with(Stage::new)))
}

/// Parties that do one operation each.
fn at_once(operations: &[usize]) -> Vec<Party> {
    operations.iter().map(|operation| vec![*operation]).collect()
}

fn try_orders(lists: &[Vec<usize>], share: Share) -> interleavings::Tried {
    let all = share_out(lists.len(), |piece| {
        on_stage(|stage| {
            let parties = at_once(&lists[piece]);
            stage.try_all(&parties, share).map_err(|found| {
                let told = stage.replay(&parties, share, &found.choices).join("\n");
                format!("{told}\n\n{found}")
            })
        })
    });
    let mut total = interleavings::Tried::default();
    all.unwrap_or_else(|error| panic!("{error}")).into_iter().for_each(|tried| total.add(tried));
    total
}

#[test]
fn no_order_of_two_operations_with_a_fault_at_any_call_violates_anything() {
    let pairs: Vec<Vec<usize>> = on_stage(|stage| stage.pairs()).into_iter().map(|(one, two)| vec![one, two]).collect();
    // Within small bounds those that notice a missing guard, one of three others, and of the faults one of six.
    let guarded = |pair: &[usize]| {
        let names: BTreeSet<&str> = pair.iter().map(|index| OPERATIONS[*index].name).collect();
        mutants::HUNTED.iter().any(|hunt| names == hunt.names())
    };
    let some = pairs.iter().enumerate().filter(|(index, pair)| is_full() || index % 3 == 0 || guarded(pair));
    let pairs = of_part(some.map(|(_, pair)| pair.clone()).collect());
    let one_fault_of = wanted("VAIDYA_FAULTS").unwrap_or(if is_full() { 1 } else { 10 });
    let tried = try_orders(&pairs, Share::One { of: one_fault_of });
    println!(
        "interleavings: {} pairs of {} operations, {} interleavings, {} faults injected, {} invocations, {} calls, violations: 0",
        pairs.len(),
        OPERATIONS.len(),
        tried.interleavings,
        tried.faults,
        tried.operations,
        tried.calls
    );
}

/// Of every trace one order is tried, and of none two: compared with all orders, of those that make few calls.
#[test]
fn the_orders_that_are_tried_stand_for_all_and_none_for_another() {
    let place = |name: &str| OPERATIONS.iter().position(|operation| operation.name == name).expect("an operation");
    let few = |most: usize, one_of: usize| {
        let pairs: Vec<Vec<usize>> = on_stage(|stage| {
            let calls = |pair: &(usize, usize)| stage.alone[pair.0].calls + stage.alone[pair.1].calls;
            stage.pairs().into_iter().filter(|pair| calls(pair) <= most).map(|(one, two)| vec![one, two]).collect()
        });
        pairs.into_iter().step_by(if is_full() { 1 } else { one_of })
    };
    // What is tried again after a conflict makes many orders of three.
    let three = ["P books a free slot", "R waits for D", "D changes the fee"].map(place).to_vec();
    let without = few(7, 15).chain([three]).map(|list| (list, Share::Nothing));
    let with_a_fault = few(4, 15).map(|list| (list, Share::One { of: 1 }));
    let lists: Vec<(Vec<usize>, Share)> = without.chain(with_a_fault).collect();
    let all = share_out(lists.len(), |piece| {
        let (list, share) = &lists[piece];
        let names: Vec<&str> = list.iter().map(|operation| OPERATIONS[*operation].name).collect();
        let traces = on_stage(|stage| stage.traces(&at_once(list), *share));
        let [every, tried] = traces.map_err(|found| found.to_string())?;
        let (all, each): (BTreeSet<_>, BTreeSet<_>) = (every.iter().collect(), tried.iter().collect());
        let is_exact = all == each && each.len() == tried.len();
        let told = format!("{names:?}: {} orders tried, {} traces of {}", tried.len(), each.len(), all.len());
        if is_exact { Ok((every.len(), tried.len())) } else { Err(told) }
    });
    let all = all.unwrap_or_else(|error| panic!("{error}"));
    let (every, tried) = all.into_iter().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    println!(
        "traces: {every} orders of {} lists of operations are {tried} traces, each of which is tried once",
        lists.len()
    );
    assert!(tried < every);
}

/// Three of those that take or give a slot, with nothing going wrong.
#[test]
fn no_order_of_three_operations_violates_anything() {
    let moving = ["bookAppointment", "cancelAppointment", "rescheduleAppointment"];
    let lists: Vec<Vec<usize>> = on_stage(|stage| {
        let of =
            |function: &str| (0..OPERATIONS.len()).filter(|index| OPERATIONS[*index].function == function).collect();
        let [books, cancels, moves]: [Vec<usize>; 3] = moving.map(of);
        let meets = |one: usize, two: usize| stage.alone[one].meets(&stage.alone[two]);
        let triples = books.iter().flat_map(|one| cancels.iter().map(move |two| (*one, *two)));
        let triples = triples.flat_map(|(one, two)| moves.iter().map(move |three| [one, two, *three]));
        // Each of them meets another one.
        let connected = |[one, two, three]: &[usize; 3]| {
            let links = [meets(*one, *two), meets(*two, *three), meets(*one, *three)];
            links.iter().filter(|link| **link).count() >= 2
        };
        triples.filter(connected).map(Vec::from).collect()
    });
    let some = lists.iter().enumerate().filter(|(index, _)| is_full() || index % 25 == 0);
    let lists = of_part(some.map(|(_, list)| list.clone()).collect());
    let tried = try_orders(&lists, Share::Nothing);
    println!(
        "triples: {} of booking, cancellation and move, {} interleavings, {} invocations, violations: 0",
        lists.len(),
        tried.interleavings,
        tried.operations
    );
}

#[test]
fn what_is_listed_can_be_booked_and_nothing_else() {
    let worlds: u64 = if is_full() { 400 } else { 20 };
    let seeds: Vec<u64> = (0..worlds).chain(listing::REMEMBERED).collect();
    let all = share_out(seeds.len(), |place| {
        let seed = seeds[place];
        listing::check(seed).map_err(|violation| format!("the world of seed {seed}: {violation}"))
    });
    let mut total = listing::Tried::default();
    all.unwrap_or_else(|error| panic!("{error}")).into_iter().for_each(|tried| total.add(tried));
    println!(
        "listing: {worlds} worlds, {} starts listed for a consultation and {} for other kinds, {} bookings tried, {} booked, \
         refused for nothing but a full day {}, too short notice {}, too few slots {}, violations: 0",
        total.listed, total.other_kinds, total.bookings, total.booked, total.full, total.closed, total.too_few
    );
    let seen = [total.listed, total.other_kinds, total.booked, total.full, total.closed, total.too_few];
    assert!(seen.into_iter().all(|count| count > 0) && total.booked < total.bookings, "{total:?}");
}

#[test]
fn no_guard_can_be_left_out_unnoticed() {
    let hunted: BTreeSet<Guard> = mutants::HUNTED.iter().map(|hunt| hunt.guard).collect();
    let others: BTreeSet<Guard> = mutants::OTHERS.iter().copied().collect();
    for guard in Guard::all() {
        let known = hunted.contains(&guard) != others.contains(&guard);
        assert!(known, "{guard:?}: say which operations notice that it is gone, or that none here uses it");
    }
    let all = share_out(mutants::HUNTED.len(), |piece| {
        let hunt = &mutants::HUNTED[piece];
        Ok((hunt.guard, on_stage(|stage| mutants::hunt(stage, hunt))))
    });
    let mut survivors = vec![];
    for (guard, caught) in all.unwrap() {
        match caught {
            Ok(found) => println!("{guard:?} is caught by {found}"),
            Err(why) => survivors.push(format!("{guard:?}: {why}")),
        }
    }
    let hunted = mutants::HUNTED.len();
    println!("mutants: {} caught of {hunted}", hunted - survivors.len());
    assert!(survivors.is_empty(), "these are left out unnoticed: {survivors:#?}");
}

/// Asked for to renew what is checked in.
fn is_update() -> bool {
    wanted("VAIDYA_UPDATE") == Some(1)
}

#[test]
fn every_place_that_writes_is_needed() {
    let worlds: Vec<u64> = (0..8).collect();
    let reached = share_out(worlds.len(), |piece| {
        let alone: BTreeSet<Place> =
            on_stage(|stage| stage.alone.iter().flat_map(|footprint| footprint.places.clone()).collect());
        places::own_reached();
        simulation::run(worlds[piece], IN_A_WORLD, true).map_err(|violation| violation.to_string())?;
        let alone = alone.into_iter().filter(places::is_own);
        Ok(places::own_reached().into_iter().chain(alone).collect::<BTreeSet<Place>>())
    });
    let reached: BTreeSet<Place> = reached.unwrap_or_else(|error| panic!("{error}")).into_iter().flatten().collect();
    let lines: BTreeSet<String> = reached.iter().map(places::line_of).collect();
    let unreached: Vec<String> = places::written().difference(&lines).cloned().collect();

    let (names, known) = (places::names(&reached), places::noticed());
    let all: Vec<(&String, &Place)> = names.iter().collect();
    let found = share_out(all.len(), |piece| {
        let (name, place) = all[piece];
        let known = known.get(name).copied();
        let notice = on_stage(|stage| {
            let known = known.filter(|notice| notice.notices(stage, *place, IN_A_WORLD));
            let is_searched = known.is_none() && is_update();
            known.or_else(|| is_searched.then(|| places::search(stage, *place, IN_A_WORLD)).flatten())
        });
        if is_update() {
            println!("{name} <- {}", notice.map_or("NOTHING".to_owned(), |notice| notice.to_string()));
        }
        Ok((name.clone(), notice))
    });
    let found: BTreeMap<String, Option<Notice>> = found.unwrap().into_iter().collect();
    let noticed: BTreeMap<String, Notice> =
        found.iter().filter_map(|(name, notice)| Some((name.clone(), (*notice)?))).collect();
    if is_update() {
        places::write(&noticed);
    }
    let unnoticed: Vec<&String> = found.iter().filter(|(_, notice)| notice.is_none()).map(|(name, _)| name).collect();
    println!("places: {} are left out, each by itself, {} noticed", found.len(), noticed.len());
    for place in &unnoticed {
        println!("nothing known notices {place}");
    }
    for line in &unreached {
        println!("no operation here comes by {line}");
    }
    let lost: Vec<&String> = unnoticed.into_iter().filter(|name| known.contains_key(*name)).collect();
    assert!(is_update() || lost.is_empty(), "places.txt says what notices these, and it does not: {lost:#?}");
    let stale: Vec<&String> = known.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(is_update() || stale.is_empty(), "places.txt has places that are gone: {stale:#?}");
}

#[test]
fn guards_that_are_not_hunted_are_not_used_here() {
    asked();
    simulation::run(1, IN_A_WORLD, true).unwrap();
    let mut used: BTreeSet<Guard> = asked().into_iter().collect();
    // Registrations and first publications write the setup of the table.
    used.remove(&Guard::DOCTOR_NEW);
    used.remove(&Guard::REGISTRATION_NUMBER_FREE);
    used.remove(&Guard::CALENDAR_NEW);
    let others: BTreeSet<Guard> = mutants::OTHERS.iter().copied().collect();
    assert!(used.is_disjoint(&others), "a guard of `OTHERS` is used by scheduling or payments");
}

#[test]
fn a_world_repeats_itself() {
    let once = simulation::replay(7, IN_A_WORLD);
    assert_eq!(once, simulation::replay(7, IN_A_WORLD));
    assert!(once.0.len() > 1000);
}
