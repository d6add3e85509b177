import { useQuery } from '@tanstack/react-query';
import { call, type Schemas } from '../api/client';
import { now } from '../api/clock';
import { dayOf, readersZone } from '../i18n/format';
import { zoneOf } from '../ui/When';

export type Slot = Schemas['FreeSlot'];
export type Kind = 'consultation' | 'follow_up' | 'emergency' | 'routine_checkup';
export const KINDS: Kind[] = ['consultation', 'follow_up', 'routine_checkup', 'emergency'];

const DAY = 86_400_000;

/** The first instant of a month and of the next one, widened by a day, since the zones of slots may differ from ours. */
function window(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const start = Math.max(Date.UTC(year, number - 1, 1) - DAY / 2, now());
  const end = Math.min(Date.UTC(year, number, 1) + DAY / 2, start + 31 * DAY);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

/** All free slots of a doctor around a month such as `2026-12`. */
export function slotsQuery(doctorId: string, kind: Kind, month: string) {
  return {
    queryKey: ['listAvailableSlots', doctorId, kind, month] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Slot[]> => {
      const { from, to } = window(month);
      if (from >= to) return [];
      const slots: Slot[] = [];
      let cursor: string | undefined;
      do {
        const page = await call('listAvailableSlots', {
          path: { doctorId },
          query: { from, to, kind, cursor, limit: 100 },
          signal,
        });
        slots.push(...page.slots);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return slots;
    },
    staleTime: 10_000,
  };
}

export function useSlots(doctorId: string, kind: Kind, month: string) {
  return useQuery(slotsQuery(doctorId, kind, month));
}

/** The slots by the day on which their reader meets them. */
export function byDay(slots: Slot[], doctorZone: string): Map<string, Slot[]> {
  const days = new Map<string, Slot[]>();
  for (const slot of slots) {
    const day = dayOf(slot.start, zoneOf({ zone: doctorZone, clinic: slot.clinic }));
    const of = days.get(day);
    if (of) of.push(slot);
    else days.set(day, [slot]);
  }
  return days;
}

export function today(): string {
  return dayOf(now(), readersZone());
}

/** The month after one such as `2026-12`. */
export function monthAfter(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

/** The parts of a day by the hour at the place of the visit. */
export function partOf(slot: Slot, doctorZone: string): 'morning' | 'afternoon' | 'evening' {
  const zone = zoneOf({ zone: doctorZone, clinic: slot.clinic });
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(
      new Date(slot.start),
    ),
  );
  return hour < 12 ? 'morning' : hour < 17 ? 'afternoon' : 'evening';
}
