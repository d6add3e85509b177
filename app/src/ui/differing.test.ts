import { expect, test } from 'vitest';
import { differing } from './differing';

test('tells which values differ; absent ones and empty ones are alike', () => {
  const one = { name: 'Asha', place: { mode: 'video', name: null }, days: ['mon', 'tue'], phone: '' };
  const other = { name: 'Asha V', place: { mode: 'video' }, days: ['tue', 'mon'], phone: undefined };
  expect(differing(Object.keys(one) as (keyof typeof one)[], one, other as unknown as typeof one)).toEqual([
    'name',
    'days',
  ]);
});
