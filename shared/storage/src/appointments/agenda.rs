//! The item of a patient's agenda: all open appointments in one attribute of bytes, under one version. What
//! may stand in it is decided by [`domain::appointments::agenda`].

use domain::appointments::agenda::{Agenda, Entry, FreeCancellation};
use domain::core::id::{AppointmentId, DoctorId};
use domain::core::time::TimeRange;
use jiff::{SignedDuration, Timestamp};

use crate::appointments::keys::Key;
use crate::table::error::StorageError;
use crate::table::guard::{Condition, Guard};
use crate::table::item::{Item, Row};

/// An entry takes 34 bytes, so that a full agenda stays within a kilobyte and a booking within its price:
/// start (8, milliseconds), length (2, minutes), appointment (16), end of the hold (8, milliseconds; 0 for none).
const ENTRY_BYTES: usize = 34;

const ENTRIES: &str = "entries";

/// A cancellation of a visit without a fee takes 24 bytes: doctor (16), instant (8, milliseconds).
const CANCELLATION_BYTES: usize = 24;

const CANCELLATIONS: &str = "cancellations";

/// The agenda as it will be stored, one version after the one that was read.
pub(crate) fn item(agenda: &Agenda) -> Item {
    let packed = agenda.entries.iter().flat_map(pack).collect();
    let item = Item::new(Key::Agenda(agenda.patient), &serde_json::Map::new()).binary(ENTRIES, packed);
    let item = match agenda.cancellations.is_empty() {
        true => item,
        false => item.binary(CANCELLATIONS, agenda.cancellations.iter().flat_map(pack_cancellation).collect()),
    };
    item.version(agenda.version + 1)
}

/// The guard of an agenda that was read, or was not there.
pub(crate) fn guard(agenda: &Agenda) -> Condition {
    Guard::AGENDA_NEW.or(Guard::AGENDA_UNCHANGED, agenda.version)
}

pub(crate) fn read(row: &Row) -> Result<Agenda, StorageError> {
    let Key::Agenda(patient) = row.key()? else { return Err(row.inconsistent("not an agenda")) };
    let packed = row.binary(ENTRIES)?;
    let (entries, []) = packed.as_chunks::<ENTRY_BYTES>() else {
        return Err(row.inconsistent("entries is cut off"));
    };
    let entries = entries.iter().map(|entry| unpack(entry).ok_or_else(|| row.inconsistent("an entry is no interval")));
    let entries = entries.collect::<Result<_, _>>()?;
    // Most agendas have none.
    let packed = row.binary(CANCELLATIONS).unwrap_or_default();
    let (cancellations, []) = packed.as_chunks::<CANCELLATION_BYTES>() else {
        return Err(row.inconsistent("cancellations is cut off"));
    };
    let read = |bytes| unpack_cancellation(bytes).ok_or_else(|| row.inconsistent("a cancellation has no instant"));
    let cancellations = cancellations.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Agenda { patient, version: row.version()?, entries, cancellations })
}

fn pack_cancellation(cancellation: &FreeCancellation) -> Vec<u8> {
    let FreeCancellation { doctor, at } = cancellation;
    [&doctor.as_uuid().as_bytes()[..], &at.as_millisecond().to_be_bytes()].concat()
}

fn unpack_cancellation(bytes: &[u8; CANCELLATION_BYTES]) -> Option<FreeCancellation> {
    let (doctor, at) = bytes.split_first_chunk()?;
    let at = Timestamp::from_millisecond(i64::from_be_bytes(at.try_into().ok()?)).ok()?;
    Some(FreeCancellation { doctor: DoctorId::from_uuid(uuid::Uuid::from_bytes(*doctor)), at })
}

fn pack(entry: &Entry) -> Vec<u8> {
    let minutes = u16::try_from(entry.time.minutes()).expect("a visit has at most 480 minutes");
    let hold_until = entry.hold_until.map_or(0, Timestamp::as_millisecond);
    [
        &entry.time.start().as_millisecond().to_be_bytes()[..],
        &minutes.to_be_bytes(),
        entry.appointment.as_uuid().as_bytes(),
        &hold_until.to_be_bytes(),
    ]
    .concat()
}

fn unpack(bytes: &[u8; ENTRY_BYTES]) -> Option<Entry> {
    let (start, rest) = bytes.split_first_chunk()?;
    let (minutes, rest) = rest.split_first_chunk()?;
    let (appointment, hold_until) = rest.split_first_chunk()?;
    let start = Timestamp::from_millisecond(i64::from_be_bytes(*start)).ok()?;
    let length = SignedDuration::from_mins(u16::from_be_bytes(*minutes).into());
    let hold_until = i64::from_be_bytes(hold_until.try_into().ok()?);
    Some(Entry {
        time: TimeRange::new(start, start.checked_add(length).ok()?).ok()?,
        appointment: AppointmentId::from_uuid(uuid::Uuid::from_bytes(*appointment)),
        hold_until: if hold_until == 0 { None } else { Some(Timestamp::from_millisecond(hold_until).ok()?) },
    })
}
