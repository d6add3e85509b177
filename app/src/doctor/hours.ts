import { parseAbsolute, parseDateTime, toZoned } from '@internationalized/date';
import type { Schemas } from '../api/client';

export type Schedule = Schemas['Schedule'];
export type Hours = Schemas['ScheduleHours'];
export type Rule = Schemas['ScheduleRule'];
export type Override = Schemas['ScheduleOverride'];
export type Blocked = Schemas['BlockedTime'];
export type Weekday = Schemas['Day'];

export const WEEKDAYS: Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

const DAY = 24 * 60;

function minutes(time: string): number {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/** The number of slots of the hours in a day of 24 hours, as the API counts them. */
export function slotsOfADay(hours: Hours): number {
  const span = minutes(hours.end) - minutes(hours.start);
  const pause = (hours.bufferBeforeMinutes ?? 0) + (hours.bufferAfterMinutes ?? 0);
  const length = span > 0 ? span : span + DAY;
  const count = Math.floor((length + pause) / Math.max(1, hours.slotMinutes + pause));
  return Number.isFinite(count) ? Math.max(0, count) : 0;
}

export function slotsOfAWeek(rules: Rule[]): number {
  return rules.reduce((sum, rule) => sum + rule.weekdays.length * slotsOfADay(rule.hours), 0);
}

export type Warning = 'whole_day' | 'no_slot' | 'overnight';

/** What may be a mistake in the hours, by the rule of the API. */
export function warningOf(hours: Hours): Warning | undefined {
  const span = minutes(hours.end) - minutes(hours.start);
  if (Number.isNaN(span)) return undefined;
  if (span === 0) return 'whole_day';
  if (slotsOfADay(hours) === 0) return 'no_slot';
  return span < 0 ? 'overnight' : undefined;
}

export function warningsOf(schedule: Schedule): { code: string; pointer: string }[] {
  const at = (hours: Hours, pointer: string) => {
    const code = warningOf(hours);
    return code ? [{ code, pointer }] : [];
  };
  return [
    ...schedule.rules.flatMap((rule, place) => at(rule.hours, `#/rules/${place}/hours`)),
    ...(schedule.overrides ?? []).flatMap((override, place) =>
      override.hours.flatMap((hours, number) => at(hours, `#/overrides/${place}/hours/${number}`)),
    ),
  ];
}

/** The rules that hold on a weekday, in the order of their start. */
export function rulesOf(rules: Rule[], day: Weekday): Rule[] {
  return rules
    .filter(rule => rule.weekdays.includes(day))
    .sort((one, other) => one.hours.start.localeCompare(other.hours.start));
}

/** The instant of a local time such as `2026-12-01T09:30` in a zone. */
export function instantOf(local: string, zone: string): string {
  return toZoned(parseDateTime(local), zone).toDate().toISOString();
}

/** The local time of an instant in a zone, as a field for date and time has it. */
export function localOf(instant: string, zone: string): string {
  return parseAbsolute(instant, zone).toString().slice(0, 16);
}

/** Slots in a row, from a local time on. */
export function slotsInARow(local: string, zone: string, length: number, count: number) {
  const first = Date.parse(instantOf(local, zone));
  return Array.from({ length: count }, (_, place) => ({
    start: new Date(first + place * length * 60_000).toISOString(),
    end: new Date(first + (place + 1) * length * 60_000).toISOString(),
  }));
}
