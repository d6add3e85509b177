/**
 * The server's time. A hold ends on the server's clock, and the reader's may be minutes off: each answer's Date tells
 * the difference. Date has whole seconds, so the difference is the mean of its bounds over the latest answers.
 */
let offset = 0;
let known = false;

export function learn(date: string | null, sent: number, received: number): void {
  if (!date) return;
  const server = Date.parse(date) + 500;
  if (Number.isNaN(server)) return;
  const measured = server - (sent + received) / 2;
  // A jump is believed at once; otherwise the average settles within a second.
  offset = known && Math.abs(measured - offset) < 2000 ? offset + (measured - offset) / 4 : measured;
  known = true;
}

/** The present instant on the server, in milliseconds. */
export function now(): number {
  return Date.now() + offset;
}

/** Before everything that Vaidya holds: where a list of all that has been begins. */
export const EVER = '2000-01-01T00:00:00Z';
