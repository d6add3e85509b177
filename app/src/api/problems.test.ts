import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import en from '../i18n/en';
import { formats } from '../i18n/format';
import hi from '../i18n/hi';
import { explain } from '../ui/Problem';
import { Problem, stepUp, Unreachable } from './problems';

const problem = (status: number, body: object) => new Problem(status, body, new Headers());

test('a challenge says what a fresh log-in must satisfy', () => {
  const header =
    'Bearer error="insufficient_user_authentication", acr_values="urn:cognito:loa:4", max_age="300"';
  expect(stepUp(header)).toEqual({ acr: 'urn:cognito:loa:4', maxAge: 300 });
  expect(stepUp('Bearer')).toBeUndefined();
});

test('the kind is the last segment of the type, or follows from the status of a refusal by API Gateway', () => {
  expect(problem(409, { type: '/problems/slot-taken' }).kind).toBe('slot-taken');
  expect(problem(429, { message: 'Too Many Requests' }).kind).toBe('too-many-requests');
});

test('a refusal is told with what it knows, and without the sentence whose value is missing', () => {
  const format = formats('en');
  const full = problem(409, { type: 'x/moves-used-up', limit: 3 });
  expect(explain(full, en, format)).toContain('moved this visit 3 times');
  const bare = problem(409, { type: 'x/too-late-to-move' });
  expect(explain(bare, en, format)).toBe('It is too late to move the visit. You can still cancel it.');
  expect(explain(new Unreachable(), hi, formats('hi'))).toMatch(/ऑफ़लाइन|उत्तर/);
});

test('every kind of problem has words in both languages', () => {
  const document = readFileSync('../openapi.yaml', 'utf8');
  // The document names them in the description of each refusal: `slot-taken`: The slot is taken.
  const kinds = new Set(
    [...document.matchAll(/`([a-z]+(?:-[a-z]+)+)`: [A-Z]/g)].map(([, kind = '']) => kind),
  );
  expect(kinds.size).toBeGreaterThan(40);
  expect([...kinds].filter(kind => !(kind in en.problems))).toEqual([]);
  expect(Object.keys(hi.problems)).toEqual(Object.keys(en.problems));
  for (const text of Object.values(hi.problems)) expect(text).toMatch(/[\u0900-\u097f]/);
});
