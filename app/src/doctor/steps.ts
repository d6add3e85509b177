import type { Schemas } from '../api/client';

export type Visit = Schemas['ListedAppointment'];

const MINUTE = 60_000;
/** How long before its start a visit can begin. */
export const EARLY = 30 * MINUTE;
/** How long after its end a visit closes by itself, and an outcome can be recorded. */
export const CLOSES = 15 * MINUTE;

export type Step = 'begin' | 'end' | 'record' | 'change';

type Staged = Pick<Visit, 'status' | 'start' | 'end'>;

/** What the doctor can do with a visit at an instant. The API decides; this spares refusals. */
export function stepsOf(visit: Staged, at: number): Set<Step> {
  const start = Date.parse(visit.start);
  const end = Date.parse(visit.end);
  const steps = new Set<Step>();
  const waits = visit.status === 'confirmed' || visit.status === 'checked_in';
  if (waits && at >= start - EARLY && at < end) steps.add('begin');
  if (visit.status === 'in_progress') steps.add('end');
  if (visit.status === 'confirmed' && at >= end + CLOSES) steps.add('record');
  if (visit.status === 'confirmed' && at < start) steps.add('change');
  return steps;
}

/** Whether a visit will not take place any more: it is cancelled, or its hold has ended. */
export function isGone(visit: Pick<Visit, 'status' | 'holdUntil' | 'end'>, at: number): boolean {
  return (
    visit.status === 'cancelled' ||
    (visit.status === 'held' && Date.parse(visit.holdUntil ?? visit.end) <= at)
  );
}

export function isDone(visit: Pick<Visit, 'status'>): boolean {
  return visit.status === 'completed' || visit.status === 'no_show';
}

/** The visit to which the doctor comes next. */
export function nextVisit<V extends Staged>(visits: V[], at: number): V | undefined {
  return visits.find(
    visit => (visit.status === 'confirmed' || visit.status === 'checked_in') && Date.parse(visit.end) > at,
  );
}

/** What is new between two answers about the same day. */
export type Change =
  | { kind: 'arrived' | 'changed' | 'moved'; visit: Visit }
  | { kind: 'added'; visit: Visit };

export function changesBetween(before: Visit[], after: Visit[]): Change[] {
  const known = new Map(before.map(visit => [visit.id, visit]));
  return after.flatMap((visit): Change[] => {
    const old = known.get(visit.id);
    if (!old) return [{ kind: 'added', visit }];
    if (old.status !== visit.status)
      return [{ kind: visit.status === 'checked_in' ? 'arrived' : 'changed', visit }];
    return old.start === visit.start ? [] : [{ kind: 'moved', visit }];
  });
}

/** The day some days after one such as `2026-12-01`. */
export function dayAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}
