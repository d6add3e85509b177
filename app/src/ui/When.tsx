import { useCore } from '../i18n';
import { readersZone, sameTime, useFormats } from '../i18n/format';

interface Visit {
  start: string;
  end?: string;
  /** The zone of the doctor and the clinic. */
  zone: string;
  /** Set for a visit in a clinic. */
  clinic?: string | null;
}

/** The zone whose times a visit has: the clinic's for a visit in a clinic, the reader's for a video visit. */
export function zoneOf(visit: Pick<Visit, 'zone' | 'clinic'>): string {
  return visit.clinic ? visit.zone : readersZone();
}

/**
 * When a visit takes place. A visit in a clinic has the clinic's time, with the reader's beside it if it differs: who stands
 * before the door needs the clinic's. A video visit has the reader's time.
 */
export function VisitTime({ visit, day = true }: { visit: Visit; day?: boolean }) {
  const words = useCore();
  const format = useFormats();
  const zone = zoneOf(visit);
  const reader = readersZone();
  const range = visit.end
    ? `${format.time(visit.start, zone)} – ${format.time(visit.end, zone)}`
    : format.time(visit.start, zone);
  const differs = !sameTime(visit.start, zone, reader);
  return (
    <>
      <time dateTime={visit.start}>
        {day && `${format.day(visit.start, zone)}, `}
        <span className="whitespace-nowrap">{range}</span>
      </time>
      {differs && (
        <span className="text-soft">
          {' '}
          ({format.zone(visit.start, zone)};{' '}
          {words.when.yours.replace(
            '{time}',
            `${format.shortDay(visit.start, reader)}, ${format.time(visit.start, reader)}`,
          )}
          )
        </span>
      )}
    </>
  );
}

/** An instant that is no visit's, such as that of a payment: in the reader's zone. */
export function Instant({ at }: { at: string }) {
  const format = useFormats();
  return <time dateTime={at}>{format.dateTime(at, readersZone())}</time>;
}

export function Money({ paise, currency }: { paise: number; currency?: string }) {
  const format = useFormats();
  return (
    <span className="whitespace-nowrap tabular-nums" data-currency={currency ?? 'INR'}>
      {format.money(paise)}
    </span>
  );
}

/** A fee: an amount, or that there is none. */
export function Fee({ paise }: { paise: number }) {
  const words = useCore();
  return paise === 0 ? <span>{words.free}</span> : <Money paise={paise} />;
}
