// Checks the sizes of what a visitor loads, compressed: the first page's scripts and styles, each page's own, the calendar's.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const KB = 1000;
const LIMITS = { entry: 150 * KB, route: 60 * KB, calendar: 120 * KB, css: 15 * KB };
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

const measured = new Map();
async function size(file) {
  if (!measured.has(file))
    measured.set(file, gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length);
  return measured.get(file);
}

/** A chunk with everything that it imports at once. */
function whole(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) whole(imported, seen);
  return seen;
}

async function weigh(keys, kind) {
  const files = new Set();
  for (const key of keys)
    for (const file of kind === 'css' ? (manifest[key].css ?? []) : [manifest[key].file]) files.add(file);
  let sum = 0;
  for (const file of files) sum += await size(file);
  return sum;
}

let failed = false;
function check(name, bytes, limit) {
  const over = bytes > limit;
  failed ||= over;
  console.log(
    `${over ? 'OVER' : 'ok  '} ${(bytes / KB).toFixed(1).padStart(6)} of ${limit / KB} kB  ${name}`,
  );
}

for (const entry of ['index.html', 'pay.html']) {
  // The words of one language come with the first page.
  const keys = whole(entry);
  const words = Object.keys(manifest).filter(key => /i18n\/(en|hi)\.ts$/.test(key));
  const heaviest = Math.max(0, ...(await Promise.all(words.map(key => size(manifest[key].file)))));
  check(`${entry}, with its words`, (await weigh(keys)) + heaviest, LIMITS.entry);
  check(`${entry}, styles`, await weigh(keys, 'css'), LIMITS.css);
}
const first = whole('index.html');
for (const [key, { isDynamicEntry }] of Object.entries(manifest)) {
  if (!isDynamicEntry) continue;
  const own = [...whole(key)].filter(part => !first.has(part));
  const heavy = /MonthCalendar|ComboBoxField/.test(key);
  check(key, await weigh(own), heavy ? LIMITS.calendar : LIMITS.route);
}
process.exitCode = failed ? 1 : 0;
