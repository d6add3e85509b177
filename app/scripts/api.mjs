// Makes src/api/schema.d.ts and src/api/operations.ts from ../openapi.yaml. With --check it writes nothing and fails if they are not current.
import { readFile, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const source = new URL('../../openapi.yaml', import.meta.url);
const banner = '// Made from openapi.yaml by `npm run api`; do not edit.\n';

const schema = banner + astToString(await openapi(source, { alphabetize: true, defaultNonNullable: false }));

// Which method and path an operation has, and whether it asks for a key. The document is regular: paths at two spaces, methods at four.
const operations = [];
const keyed = [];
let path;
let method;
for (const line of (await readFile(source, 'utf8')).split('\n')) {
  path = /^ {2}(\/\S*):$/.exec(line)?.[1] ?? path;
  method = /^ {4}(get|post|put|delete|patch):$/.exec(line)?.[1] ?? method;
  const id = /^ {6}operationId: (\w+)$/.exec(line)?.[1];
  if (id) operations.push([id, method.toUpperCase(), path]);
  if (/^ {8}name: Idempotency-Key$/.test(line)) keyed.push(operations.at(-1)[0]);
}
const table = `${banner}import type { operations } from './schema';

/** The method and the path of each operation. */
export const OPERATIONS: Record<keyof operations, readonly [method: string, path: string]> = {
${operations.map(([id, verb, at]) => `  ${id}: ['${verb}', '${at}'],`).join('\n')}
};

/** The operations that ask for an Idempotency-Key. */
export const KEYED: ReadonlySet<keyof operations> = new Set<keyof operations>([
${keyed.map(id => `  '${id}',`).join('\n')}
]);
`;

let stale = false;
for (const [name, text] of [
  ['schema.d.ts', schema],
  ['operations.ts', table],
]) {
  const file = new URL(`../src/api/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`src/api/${name} is not current: npm run api`);
    stale = true;
  }
}
process.exitCode = stale ? 1 : 0;
