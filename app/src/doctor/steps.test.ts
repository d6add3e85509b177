import { expect, test } from 'vitest';
import { changesBetween, dayAfter, isGone, nextVisit, stepsOf, type Visit } from './steps';

const start = '2026-12-01T10:00:00Z';
const end = '2026-12-01T10:20:00Z';
const visit = (status: string, more: Partial<Visit> = {}) =>
  ({ id: 'v', status, start, end, ...more }) as Visit;
const at = (minutes: number) => Date.parse(start) + minutes * 60_000;
const steps = (status: string, minutes: number) => [...stepsOf(visit(status), at(minutes))];

test('a visit can begin from half an hour before its start until its end', () => {
  expect(steps('confirmed', -31)).toEqual(['change']);
  expect(steps('confirmed', -30)).toEqual(['begin', 'change']);
  expect(steps('checked_in', 19)).toEqual(['begin']);
  expect(steps('confirmed', 20)).toEqual([]);
});

test('a visit under way can end, and one that nobody joined gets its outcome later', () => {
  expect(steps('in_progress', 5)).toEqual(['end']);
  expect(steps('confirmed', 34)).toEqual([]);
  expect(steps('confirmed', 35)).toEqual(['record']);
  expect(steps('completed', 35)).toEqual([]);
});

test('a hold that has ended is gone', () => {
  const held = visit('held', { holdUntil: start });
  expect(isGone(held, at(-1))).toBe(false);
  expect(isGone(held, at(0))).toBe(true);
  expect(isGone(visit('cancelled'), at(-60))).toBe(true);
});

test('the next visit is the first one that has not begun and is not over', () => {
  const visits = [visit('completed'), visit('in_progress'), visit('confirmed', { id: 'next' })];
  expect(nextVisit(visits, at(0))?.id).toBe('next');
  expect(nextVisit(visits, at(21))).toBeUndefined();
});

test('changes are told once', () => {
  const before = [visit('confirmed')];
  expect(changesBetween(before, before)).toEqual([]);
  expect(changesBetween(before, [visit('checked_in')])[0]?.kind).toBe('arrived');
  expect(changesBetween(before, [visit('cancelled')])[0]?.kind).toBe('changed');
  expect(changesBetween(before, [visit('confirmed', { start: end })])[0]?.kind).toBe('moved');
  expect(changesBetween([], before)[0]?.kind).toBe('added');
});

test('days follow the calendar', () => {
  expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
  expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28');
});
