import { expect, it } from 'vitest';
import { fetchScript } from './fetchScript';

it('appends the parts in their order and quotes what it is given', () => {
  const script = fetchScript([
    { path: 'keys.json', url: 'https://archive.example/keys?a=1&b=2' },
    { path: "events/chain=03/it's.jsonl", url: 'https://archive.example/$(rm)' },
  ]);
  expect(script.split('\n').slice(4)).toEqual([
    "curl --fail --silent --show-error 'https://archive.example/keys?a=1&b=2' >> 'keys.json'",
    "mkdir -p 'events/chain=03'",
    "curl --fail --silent --show-error 'https://archive.example/$(rm)' >> 'events/chain=03/it'\\''s.jsonl'",
    '',
  ]);
});
