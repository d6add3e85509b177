import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { EVER, now } from '../api/clock';
import { pagedQuery } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { LinkButton } from '../ui/Button';
import { Select } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Empty, ErrorState, Loading, VisitStatus } from '../ui/states';
import { Tabs } from '../ui/Tabs';
import { useUntilFound } from '../ui/useUntilFound';
import { Place } from './Day';
import { About, useName } from './Patient';
import { EARLY, isDone, isGone, type Visit } from './steps';
import { useDoctorWords } from './words';

const DAY = 86_400_000;
type Status = 'held' | 'confirmed' | 'checked_in' | 'in_progress' | 'completed' | 'cancelled' | 'no_show';
const OF: Record<'upcoming' | 'past', Status[]> = {
  upcoming: ['confirmed', 'checked_in', 'in_progress', 'held', 'cancelled'],
  past: ['completed', 'no_show', 'cancelled', 'confirmed'],
};

export function Component() {
  const words = useDoctorWords();
  const core = useCore();
  const [tab, setTab] = useState<'upcoming' | 'past'>('upcoming');
  const [status, setStatus] = useState<Status>();
  const label = (value: Status) =>
    tab === 'past' && value === 'confirmed' ? words.steps.unknown : (core.statuses[value] ?? value);
  const content = (List: typeof Upcoming) => () => (
    <div className="grid gap-5">
      <Select
        className="max-w-xs"
        label={words.visits.status}
        name="status"
        value={status ?? ''}
        onChange={event => setStatus((event.target.value || undefined) as Status | undefined)}
        options={[
          { value: '', label: words.visits.anyStatus },
          ...OF[tab].map(value => ({ value, label: label(value) })),
        ]}
      />
      <List status={status} key={status ?? 'any'} />
    </div>
  );
  return (
    <Page
      title={words.visits.title}
      actions={
        <LinkButton icon="calendar" to="/doctor/day">
          {words.day.title}
        </LinkButton>
      }
    >
      <Tabs
        label={words.visits.title}
        selected={tab}
        onSelect={to => {
          setTab(to);
          setStatus(undefined);
        }}
        tabs={[
          { id: 'upcoming', label: words.visits.upcoming, content: content(Upcoming) },
          { id: 'past', label: words.visits.past, content: content(Past) },
        ]}
      />
    </Page>
  );
}

function isOver(visit: Visit): boolean {
  return isGone(visit, now()) || isDone(visit) || Date.parse(visit.end) <= now();
}

/** A visit is ahead until it has ended, so the list begins a day back and drops what is over. */
function Upcoming({ status }: { status: Status | undefined }) {
  const words = useDoctorWords();
  const { id: doctorId } = useUser();
  const [from] = useState(() => new Date(now() - DAY).toISOString());
  const visits = useInfiniteQuery({
    ...pagedQuery('listAppointments', { query: { doctorId, from, status, limit: 50 } }),
    refetchInterval: 60_000,
  });
  if (visits.isPending) return <Loading />;
  if (visits.isError) return <ErrorState error={visits.error} retry={() => void visits.refetch()} />;
  const wanted = (visit: Visit) => (status === 'cancelled' ? Date.parse(visit.end) > now() : !isOver(visit));
  const shown = visits.data.pages.flatMap(page => page.appointments).filter(wanted);
  if (shown.length === 0 && !visits.hasNextPage)
    return status ? (
      <Empty icon="search" title={words.visits.filteredTitle}>
        {words.visits.filtered}
      </Empty>
    ) : (
      <Empty
        icon="calendar"
        title={words.visits.noUpcomingTitle}
        action={<LinkButton to="/doctor/schedule">{words.day.schedule}</LinkButton>}
      >
        {words.visits.noUpcoming}
      </Empty>
    );
  return (
    <div className="grid gap-4">
      <VisitList visits={shown} />
      <MoreButton query={visits} />
    </div>
  );
}

/** Past visits, the latest first. */
function Past({ status }: { status: Status | undefined }) {
  const words = useDoctorWords();
  const { id: doctorId } = useUser();
  // A visit can begin, and so end, before its start.
  const [to] = useState(() => new Date(now() + EARLY).toISOString());
  const visits = useInfiniteQuery(
    pagedQuery('listAppointments', {
      query: { doctorId, from: EVER, to, status, order: 'latest-first', limit: 50 },
    }),
  );
  const shown = visits.data?.pages.flatMap(page => page.appointments).filter(isOver) ?? [];
  const looking = useUntilFound(visits, shown.length);
  if (visits.isError) return <ErrorState error={visits.error} retry={() => void visits.refetch()} />;
  if (looking) return <Loading />;
  if (shown.length === 0)
    return status ? (
      <Empty icon="search" title={words.visits.filteredTitle}>
        {words.visits.filtered}
      </Empty>
    ) : (
      <Empty icon="clock" title={words.visits.noPastTitle}>
        {words.visits.noPast}
      </Empty>
    );
  return (
    <div className="grid gap-4">
      <VisitList visits={shown} />
      <MoreButton query={visits} />
    </div>
  );
}

function VisitList({ visits }: { visits: Visit[] }) {
  return (
    <ul className="grid gap-3">
      {visits.map(visit => (
        <Card key={visit.id} visit={visit} />
      ))}
    </ul>
  );
}

/** The doctor's own zone counts here: these are the times of the schedule. */
function Card({ visit }: { visit: Visit }) {
  const words = useDoctorWords();
  const format = useFormats();
  const name = useName()(visit);
  const unknown = visit.status === 'confirmed' && Date.parse(visit.end) <= now();
  return (
    <li className="card relative flex flex-wrap items-center gap-x-5 gap-y-3 p-4 hover:border-accent sm:p-5">
      <div
        aria-hidden="true"
        className="grid w-16 shrink-0 justify-items-center rounded-xl bg-raised py-2 leading-tight"
      >
        <span className="text-xs text-soft">{format.weekday(visit.start, visit.zone)}</span>
        <span className="text-xl font-semibold tabular-nums">
          {format.dayNumber(visit.start, visit.zone)}
        </span>
        <span className="text-xs text-soft">{format.monthName(visit.start, visit.zone)}</span>
      </div>
      <div className="grid min-w-0 flex-1 basis-48 gap-0.5">
        <h2 className="font-semibold">
          <Link
            to={`/doctor/visits/${visit.id}`}
            className="after:absolute after:inset-0 after:rounded-[0.875rem]"
          >
            {name}
          </Link>
        </h2>
        <p>
          <time dateTime={visit.start}>
            {format.day(visit.start, visit.zone)}, {format.time(visit.start, visit.zone)} –{' '}
            {format.time(visit.end, visit.zone)}
          </time>
        </p>
        <About patient={visit.patient} />
        <Place visit={visit} />
      </div>
      <div className="grid justify-items-end gap-1">
        <VisitStatus status={visit.status} />
        {unknown && <span className="text-sm text-warn">{words.steps.unknown}</span>}
      </div>
    </li>
  );
}
