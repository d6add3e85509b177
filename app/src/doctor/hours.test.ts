import { expect, test } from 'vitest';
import { instantOf, localOf, rulesOf, slotsInARow, slotsOfADay, slotsOfAWeek, warningsOf } from './hours';

const hours = (start: string, end: string, slotMinutes = 30, pause = 0) => ({
  start,
  end,
  slotMinutes,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: pause,
});

test('slots are counted as the API counts them', () => {
  expect(slotsOfADay(hours('09:00', '12:00'))).toBe(6);
  // The pause after the last slot need not lie within the hours.
  expect(slotsOfADay(hours('09:00', '10:05', 30, 5))).toBe(2);
  expect(slotsOfADay(hours('22:00', '02:00', 60))).toBe(4);
  expect(slotsOfADay(hours('09:00', '09:00', 60))).toBe(24);
  expect(slotsOfADay(hours('09:00', ''))).toBe(0);
  const rule = { weekdays: ['monday' as const, 'friday' as const], hours: hours('09:00', '12:00') };
  expect(slotsOfAWeek([rule])).toBe(12);
});

test('unusual hours are pointed at', () => {
  const rule = (start: string, end: string, length = 30) => ({
    weekdays: ['monday' as const],
    hours: hours(start, end, length),
  });
  const rules = [
    rule('09:00', '12:00'),
    rule('22:00', '02:00'),
    rule('09:00', '09:00'),
    rule('09:00', '09:20'),
  ];
  expect(warningsOf({ rules })).toEqual([
    { code: 'overnight', pointer: '#/rules/1/hours' },
    { code: 'whole_day', pointer: '#/rules/2/hours' },
    { code: 'no_slot', pointer: '#/rules/3/hours' },
  ]);
  expect(rulesOf(rules, 'monday').map(each => each.hours.start)).toEqual([
    '09:00',
    '09:00',
    '09:00',
    '22:00',
  ]);
});

test('local times become instants and back', () => {
  expect(instantOf('2026-12-01T09:30', 'Asia/Kolkata')).toBe('2026-12-01T04:00:00.000Z');
  expect(localOf('2026-12-01T04:00:00Z', 'Asia/Kolkata')).toBe('2026-12-01T09:30');
  expect(slotsInARow('2026-12-01T09:30', 'Asia/Kolkata', 20, 2)[1]).toEqual({
    start: '2026-12-01T04:20:00.000Z',
    end: '2026-12-01T04:40:00.000Z',
  });
});
