import { now } from '../api/clock';

/** Payments, ledger and audit trail are filed by the day in UTC. */
export function utcDay(instant: number = now()): string {
  return new Date(instant).toISOString().slice(0, 10);
}

export function dayAfter(day: string, days = 1): string {
  return utcDay(Date.parse(`${day}T00:00Z`) + days * 86_400_000);
}

export function isDay(text: string | null | undefined): text is string {
  return /^20\d\d-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(Date.parse(`${text}T00:00Z`));
}

/** The first instant of a day of the reader's zone. */
export function startOf(day: string): string {
  return new Date(`${day}T00:00`).toISOString();
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text.trim());
}
