import { expect, test } from 'vitest';
import { dayOf, formats, sameTime } from './format';

test('money is in rupees, grouped as in India, with paise only where there are some', () => {
  expect(formats('en').money(12_345_600)).toBe('₹1,23,456');
  expect(formats('hi').money(50_050)).toBe('₹500.50');
});

test('a day is the one in the zone', () => {
  expect(dayOf('2026-12-01T20:00:00Z', 'Asia/Kolkata')).toBe('2026-12-02');
  expect(dayOf('2026-12-01T05:00:00Z', 'America/Los_Angeles')).toBe('2026-11-30');
});

test('zones with the same clock are the same for a reader', () => {
  expect(sameTime('2026-12-01T05:00:00Z', 'Asia/Kolkata', 'Asia/Colombo')).toBe(true);
  expect(sameTime('2026-12-01T05:00:00Z', 'Asia/Kolkata', 'Europe/London')).toBe(false);
});

test('an instant is a day and a time, in Hindi with the whole name of the month', () => {
  const shown = (language: 'en' | 'hi') =>
    formats(language).dateTime('2026-12-01T05:00:00Z', 'Asia/Kolkata').replace('\u00a0', ' ');
  expect(shown('en')).toBe('1 Dec 2026, 10:30 am');
  expect(shown('hi')).toBe('1 दिसंबर 2026, 10:30 am');
});

test('a day of another year is told with its year', () => {
  const thisYear = new Date().toISOString().slice(0, 4);
  expect(formats('en').plainDay(`${thisYear}-05-05`)).not.toContain(thisYear);
  expect(formats('en').plainDay('2019-01-01')).toBe('Tuesday, 1 January 2019');
  expect(formats('hi').day('2019-01-01T05:00:00Z', 'Asia/Kolkata')).toBe('मंगलवार, 1 जनवरी 2019');
});

test('a number of India has its groups, another one stays', () => {
  expect(formats('en').phone('+919804521259')).toBe('+91 98045 21259');
  expect(formats('hi').phone('+4930123456')).toBe('+4930123456');
});

test('numbers agree with their words in Hindi too', () => {
  expect(formats('en').plural(1, '# visit', '# visits')).toBe('1 visit');
  expect(formats('hi').plural(2, '# मिनट', '# मिनटों')).toBe('2 मिनटों');
});
