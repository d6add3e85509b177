import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import en from './en';
import hi from './hi';

test('every kind of data whose accesses are recorded has a name in both languages', () => {
  const kinds = new Set<string>();
  for (const file of globSync('../functions/*/src/**/*.rs')) {
    const found = readFileSync(file, 'utf8').matchAll(/About::of(?:_patients)?\(\s*"(\w+)"/g);
    for (const [, kind] of found) if (kind) kinds.add(kind);
  }
  expect(kinds).toContain('appointment');
  for (const kind of kinds) {
    expect(en.accesses.resources, kind).toHaveProperty(kind);
    expect(hi.accesses.resources, kind).toHaveProperty(kind);
  }
});
