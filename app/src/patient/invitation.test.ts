import { expect, test } from 'vitest';
import { invitation } from './invitation';

const visit = {
  id: '0190',
  doctorName: 'Dr. Anita Sharma, MD',
  clinic: 'क्लिनिक '.repeat(8).trim(),
  start: '2026-12-01T04:30:00Z',
  end: '2026-12-01T05:00:00Z',
} as Parameters<typeof invitation>[0];

test('a calendar file has the time and the place, in lines that every calendar reads', () => {
  const text = invitation(visit, Date.parse('2026-11-30T00:00:00Z'));
  expect(text).toContain('DTSTART:20261201T043000Z\r\n');
  expect(text).toContain('SUMMARY:Dr. Anita Sharma\\, MD');
  for (const line of text.split('\r\n'))
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.replaceAll('\r\n ', '')).toContain(`LOCATION:${visit.clinic}`);
});
