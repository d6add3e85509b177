import { useQuery } from '@tanstack/react-query';
import { Fragment, useEffect, useEffectEvent, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Answer, Schemas } from '../api/client';
import { now } from '../api/clock';
import { polledQuery } from '../api/queries';
import { useCore } from '../i18n';
import { dayOf, useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { Button, LinkButton } from '../ui/Button';
import { DateField } from '../ui/Field';
import { Icon } from '../ui/icons';
import { announce, toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Badge, Empty, Loaded, VisitStatus } from '../ui/states';
import { About, useName, useNow } from './Patient';
import { StateNote, Steps } from './Steps';
import { changesBetween, dayAfter, isDone, isGone, nextVisit, type Visit } from './steps';
import { useDoctorWords } from './words';

type DoctorDay = Answer<'viewDoctorDay'>;

export function Component() {
  const words = useDoctorWords();
  const format = useFormats();
  const { id: doctorId } = useUser();
  const [search, setSearch] = useSearchParams();
  const date = search.get('date')?.match(/^\d{4}-\d{2}-\d{2}$/)?.[0];
  const day = useQuery({
    ...polledQuery('viewDoctorDay', { path: { doctorId }, query: { date } }),
    refetchInterval: 30_000,
  });
  const shown = date ?? day.data?.date;
  const go = (to: string | undefined) => setSearch(to ? { date: to } : {}, { replace: true });
  // The zone is the doctor's, so that of the day before serves while another day loads.
  const [zone, setZone] = useState<string>();
  if (day.data && day.data.zone !== zone) setZone(day.data.zone);
  const today = zone && dayOf(now(), zone);
  return (
    <Page
      title={words.day.title}
      intro={shown && <span className="text-lg font-medium text-ink">{format.plainDay(shown)}</span>}
      actions={<Chooser day={shown} today={today} onGo={to => go(to === today ? undefined : to)} />}
    >
      <Loaded query={day}>
        {data => (
          <DayOf
            key={data.date}
            day={data}
            today={data.date === today}
            stale={day.isError}
            refresh={() => void day.refetch()}
            busy={day.isFetching}
          />
        )}
      </Loaded>
    </Page>
  );
}

function Chooser({
  day,
  today,
  onGo,
}: {
  day: string | undefined;
  today: string | undefined;
  onGo: (day: string) => void;
}) {
  const words = useDoctorWords();
  return (
    <div className="flex flex-wrap items-end gap-2">
      <Button
        className="px-3!"
        aria-label={words.day.previous}
        icon="left"
        disabled={!day}
        onClick={() => day && onGo(dayAfter(day, -1))}
      />
      <DateField
        label={<span className="sr-only">{words.day.date}</span>}
        name="date"
        className="w-42 gap-0!"
        value={day ?? ''}
        onChange={event => event.target.value && onGo(event.target.value)}
      />
      <Button
        className="px-3!"
        aria-label={words.day.next}
        icon="right"
        disabled={!day}
        onClick={() => day && onGo(dayAfter(day, 1))}
      />
      <Button disabled={!today || day === today} onClick={() => today && onGo(today)}>
        {words.day.today}
      </Button>
    </div>
  );
}

function DayOf({
  day,
  today,
  stale,
  refresh,
  busy,
}: {
  day: DoctorDay;
  today: boolean;
  stale: boolean;
  refresh: () => void;
  busy: boolean;
}) {
  const words = useDoctorWords();
  const format = useFormats();
  const at = useNow();
  useTold(day);
  const visits = day.appointments.filter(visit => !isGone(visit, at));
  const gone = day.appointments.filter(visit => isGone(visit, at));
  const next = today ? nextVisit(visits, at) : undefined;
  const counted = (text: string, count: number) => {
    const [one = '', other = ''] = text.split('|');
    return format.plural(count, one, other);
  };
  const done = visits.filter(isDone).length;
  const time = format.time(day.asOf, day.zone);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <ul className="flex flex-wrap gap-2">
          <li>
            <Badge>{counted(words.day.visits, visits.length)}</Badge>
          </li>
          {day.waiting.length > 0 && (
            <li>
              <Badge tone="accent">{counted(words.day.waitingCount, day.waiting.length)}</Badge>
            </li>
          )}
          {done > 0 && (
            <li>
              <Badge tone="good">{counted(words.day.done, done)}</Badge>
            </li>
          )}
        </ul>
        <div className="flex flex-wrap items-center gap-3 text-sm">
          <span className={stale ? 'font-medium text-warn' : 'text-soft'}>
            {(stale ? words.day.stale : words.day.asOf).replace('{time}', time)}
          </span>
          <Button small look="quiet" icon="repeat" busy={busy} onClick={refresh}>
            {words.day.refresh}
          </Button>
        </div>
      </div>
      {today && day.waiting.length > 0 && <WaitingRoom day={day} at={at} />}
      {visits.length === 0 ? (
        <Empty
          icon="calendar"
          title={words.day.noneTitle}
          action={<LinkButton to="/doctor/schedule">{words.day.schedule}</LinkButton>}
        >
          {words.day.none}
        </Empty>
      ) : (
        <section aria-label={words.day.list}>
          <ol className="grid gap-3">
            {visits.map((visit, place) => {
              const before = visits[place - 1];
              const marks =
                today && Date.parse(visit.start) > at && (!before || Date.parse(before.start) <= at);
              return (
                <Fragment key={visit.id}>
                  {marks && <NowMark at={at} zone={day.zone} />}
                  <Row visit={visit} at={at} zone={day.zone} next={visit.id === next?.id} />
                </Fragment>
              );
            })}
            {today && Date.parse(visits.at(-1)?.start ?? '') <= at && <NowMark at={at} zone={day.zone} />}
          </ol>
        </section>
      )}
      {gone.length > 0 && (
        <details className="card p-4 sm:px-5">
          <summary className="min-h-6 font-medium">{counted(words.day.cancelled, gone.length)}</summary>
          <ul className="mt-3 grid gap-2">
            {gone.map(visit => (
              <Gone key={visit.id} visit={visit} zone={day.zone} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Tells what others have changed since the last answer: shown if a patient has come, read aloud in any case. */
function useTold(day: DoctorDay) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const nameOf = useName();
  const last = useRef(day);
  const tell = useEffectEvent((before: DoctorDay, after: DoctorDay) => {
    for (const change of changesBetween(before.appointments, after.appointments)) {
      const { visit } = change;
      const text = words.day[change.kind]
        .replace('{name}', nameOf(visit))
        .replace('{time}', format.time(visit.start, after.zone))
        .replace('{status}', core.statuses[visit.status] ?? visit.status);
      if (change.kind === 'arrived') toast(text, 'info');
      else announce(text);
    }
  });
  useEffect(() => {
    if (last.current !== day) tell(last.current, day);
    last.current = day;
  }, [day]);
}

function NowMark({ at, zone }: { at: number; zone: string }) {
  const words = useDoctorWords();
  const format = useFormats();
  return (
    <li className="flex items-center gap-3 text-sm font-medium text-accent">
      <time dateTime={new Date(at).toISOString()}>
        {words.day.now.replace('{time}', format.time(at, zone))}
      </time>
      <span aria-hidden="true" className="h-0.5 flex-1 rounded bg-accent" />
    </li>
  );
}

function WaitingRoom({ day, at }: { day: DoctorDay; at: number }) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const nameOf = useName();
  const [one = '', other = ''] = core.when.minutes.split('|');
  const entries = day.waiting.flatMap(waiting => {
    const visit = day.appointments.find(each => each.id === waiting.appointmentId);
    return visit ? [{ ...waiting, visit }] : [];
  });
  return (
    <section
      aria-labelledby="waiting"
      className="grid gap-3 rounded-[0.875rem] border border-accent/40 bg-accent-soft p-4 sm:p-5"
    >
      <h2 id="waiting" className="flex items-center gap-2 text-lg font-semibold">
        <Icon name="users" className="size-5 text-accent" />
        {words.day.waiting}
      </h2>
      <ul className="grid gap-2">
        {entries.map(({ visit, since }) => {
          const minutes = Math.max(0, Math.round((at - Date.parse(since)) / 60_000));
          return (
            <li key={visit.id} className="flex flex-wrap items-baseline gap-x-3">
              <strong>{nameOf(visit)}</strong>
              <span className="text-soft">
                {words.day.waitingSince.replace('{time}', format.time(since, day.zone))} (
                {format.plural(minutes, one, other)})
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Row({ visit, at, zone, next }: { visit: Visit; at: number; zone: string; next: boolean }) {
  const words = useDoctorWords();
  const format = useFormats();
  const name = useName()(visit);
  const going = visit.status === 'in_progress';
  return (
    <li
      className={`card grid gap-x-5 gap-y-3 p-4 sm:grid-cols-[6.5rem_1fr] sm:p-5 ${going || next ? 'border-accent!' : ''} ${isDone(visit) ? 'bg-transparent! shadow-none!' : ''}`}
    >
      <p className="tabular-nums sm:grid sm:content-start">
        <time dateTime={visit.start} className="text-lg font-semibold">
          {format.time(visit.start, zone)}
        </time>
        <span className="text-sm text-soft max-sm:ml-1.5">– {format.time(visit.end, zone)}</span>
      </p>
      <div className="grid min-w-0 gap-2">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="grid min-w-0 gap-0.5">
            <h2 className="font-semibold">
              <Link to={`/doctor/visits/${visit.id}`} className="hover:underline">
                {name}
              </Link>
            </h2>
            <About patient={visit.patient} />
            <Place visit={visit} />
          </div>
          <span className="flex flex-wrap gap-2">
            {next && <Badge tone="accent">{words.day.upNext}</Badge>}
            <VisitStatus status={visit.status} />
          </span>
        </div>
        <StateNote visit={visit} at={at} zone={zone} />
        <Steps visit={visit} at={at} small />
      </div>
    </li>
  );
}

export function Place({ visit }: { visit: Pick<Schemas['Appointment'], 'clinic' | 'kind'> }) {
  const core = useCore();
  return (
    <p className="flex items-center gap-1.5 text-sm text-soft">
      <Icon name={visit.clinic ? 'clinic' : 'video'} className="size-4" />
      {visit.clinic ?? core.modes.video} · {core.kinds[visit.kind] ?? visit.kind}
    </p>
  );
}

function Gone({ visit, zone }: { visit: Visit; zone: string }) {
  const format = useFormats();
  const name = useName()(visit);
  return (
    <li className="flex flex-wrap gap-x-3 text-soft">
      <span className="w-20 tabular-nums">{format.time(visit.start, zone)}</span>
      <Link to={`/doctor/visits/${visit.id}`} className="text-accent hover:underline">
        {name}
      </Link>
    </li>
  );
}
