/** The names of the values in which two versions differ. A value that is empty equals one that is absent. */
export function differing<T extends object, K extends keyof T>(names: K[], one: T, other: T): K[] {
  return names.filter(name => JSON.stringify(plain(one[name])) !== JSON.stringify(plain(other[name])));
}

/** A value in one form: names in order, and nothing that is empty. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, each]) => [name, plain(each)] as const);
  return Object.fromEntries(
    entries.filter(([, each]) => each !== null).sort(([a], [b]) => a.localeCompare(b)),
  );
}
