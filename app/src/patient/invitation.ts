import type { Schemas } from '../api/client';
import { save } from '../ui/save';

/** A time as calendars write it: `20261201T043000Z`. */
function stamp(instant: string | number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');
}

/**
 * A visit as a calendar file. It has what the e-mail's invitation has: time, clinic and doctor, never a reason. The UID is the
 * one of the invitation, so that a calendar does not show the visit twice.
 */
export function invitation(visit: Schemas['Appointment'], now: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vaidya//App//EN',
    'BEGIN:VEVENT',
    `UID:${visit.id}@vaidya`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(visit.start)}`,
    `DTEND:${stamp(visit.end)}`,
    `SUMMARY:${escaped(visit.doctorName)}`,
    ...(visit.clinic ? [`LOCATION:${escaped(visit.clinic)}`] : []),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map(fold).join('\r\n').concat('\r\n');
}

/** Lines of at most 75 bytes (RFC 5545, 3.1), never broken within a character. */
function fold(line: string): string {
  const encoder = new TextEncoder();
  let out = '';
  let width = 0;
  for (const character of line) {
    const bytes = encoder.encode(character).length;
    if (width + bytes > 74) {
      out += '\r\n ';
      width = 1;
    }
    out += character;
    width += bytes;
  }
  return out;
}

export function downloadInvitation(visit: Schemas['Appointment']): void {
  save(new Blob([invitation(visit, Date.now())], { type: 'text/calendar' }), 'visit.ics');
}
