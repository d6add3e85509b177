/** An id to copy; it may break anywhere. */
export function Id({ of }: { of: string }) {
  return <span className="font-mono text-sm break-all select-all">{of}</span>;
}

/** The beginning of an id, by which a row is told from another. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
