import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client';
import { EVER, now } from '../api/clock';
import { pagedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { Countdown } from '../ui/Countdown';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { ProblemNote } from '../ui/Problem';
import { Empty, ErrorState, Loading, VisitStatus } from '../ui/states';
import { Tabs } from '../ui/Tabs';
import { useUntilFound } from '../ui/useUntilFound';
import { VisitTime, zoneOf } from '../ui/When';
import { usePatientWords } from './words';

type Visit = Schemas['ListedAppointment'];
const DAY = 86_400_000;

export function Component() {
  const words = usePatientWords();
  const [tab, setTab] = useState<'upcoming' | 'past'>('upcoming');
  return (
    <Page
      title={words.visits.title}
      actions={
        <LinkButton look="primary" icon="search" to="/doctors">
          {words.find.title}
        </LinkButton>
      }
    >
      <Tabs
        label={words.visits.title}
        selected={tab}
        onSelect={setTab}
        tabs={[
          {
            id: 'upcoming',
            label: words.visits.upcoming,
            content: () => <List when="upcoming" key="upcoming" />,
          },
          { id: 'past', label: words.visits.past, content: () => <List when="past" key="past" /> },
        ]}
      />
      <Feed />
    </Page>
  );
}

/** A visit is ahead until it has ended or is cancelled. */
function isAhead(visit: Visit): boolean {
  return (
    Date.parse(visit.end) > now() &&
    !['cancelled', 'completed', 'no_show'].includes(visit.status) &&
    !(visit.status === 'held' && Date.parse(visit.holdUntil ?? visit.end) <= now())
  );
}

/** The list of what is ahead begins a day back, for a visit that has not ended. The other one has the rest, the latest first. */
function List({ when }: { when: 'upcoming' | 'past' }) {
  const words = usePatientWords();
  const [from] = useState(() => new Date(now() - DAY).toISOString());
  const visits = useInfiniteQuery({
    ...pagedQuery('listAppointments', {
      query: when === 'upcoming' ? { from, limit: 50 } : { from: EVER, order: 'latest-first', limit: 50 },
    }),
    refetchInterval: 60_000,
  });
  const wanted = (visit: Visit) => isAhead(visit) === (when === 'upcoming');
  const shown = visits.data?.pages.flatMap(page => page.appointments).filter(wanted) ?? [];
  const looking = useUntilFound(visits, shown.length);
  if (visits.isError) return <ErrorState error={visits.error} retry={() => void visits.refetch()} />;
  if (looking) return <Loading />;
  if (shown.length === 0)
    return when === 'upcoming' ? (
      <Empty
        icon="calendar"
        title={words.visits.noUpcomingTitle}
        action={
          <LinkButton look="primary" to="/doctors">
            {words.find.title}
          </LinkButton>
        }
      >
        {words.visits.noUpcoming}
      </Empty>
    ) : (
      <Empty icon="clock" title={words.visits.noPastTitle}>
        {words.visits.noPast}
      </Empty>
    );
  return (
    <div className="grid gap-4">
      <ul className="grid gap-3">
        {shown.map(visit => (
          <VisitCard key={visit.id} visit={visit} />
        ))}
      </ul>
      <MoreButton query={visits} />
    </div>
  );
}

export function VisitCard({ visit }: { visit: Schemas['Appointment'] }) {
  const core = useCore();
  const words = usePatientWords();
  const format = useFormats();
  const zone = zoneOf(visit);
  const held = visit.status === 'held' && visit.holdUntil && Date.parse(visit.holdUntil) > now();
  return (
    <li className="card relative flex flex-wrap items-center gap-x-5 gap-y-3 p-4 hover:border-accent sm:p-5">
      <div
        aria-hidden="true"
        className="grid w-16 shrink-0 justify-items-center rounded-xl bg-raised py-2 leading-tight"
      >
        <span className="text-xs text-soft">{format.weekday(visit.start, zone)}</span>
        <span className="text-xl font-semibold tabular-nums">{format.dayNumber(visit.start, zone)}</span>
        <span className="text-xs text-soft">{format.monthName(visit.start, zone)}</span>
      </div>
      <div className="grid min-w-48 flex-1 gap-0.5">
        <h2 className="font-semibold">
          <Link to={`/visits/${visit.id}`} className="after:absolute after:inset-0 after:rounded-[0.875rem]">
            <span className="sr-only">{words.visits.open.replace('{doctor}', '')}</span>
            {visit.doctorName}
          </Link>
        </h2>
        <p>
          <VisitTime visit={visit} />
        </p>
        <p className="flex items-center gap-1.5 text-sm text-soft">
          <Icon name={visit.clinic ? 'clinic' : 'video'} className="size-4" />
          {visit.clinic ?? core.modes.video} · {core.kinds[visit.kind] ?? visit.kind}
        </p>
      </div>
      <div className="flex items-center gap-3 sm:grid sm:justify-items-end sm:gap-1">
        <VisitStatus status={visit.status} />
        {held && <Countdown until={visit.holdUntil ?? ''} />}
      </div>
    </li>
  );
}

/** The address for the reader's own calendar program. */
function Feed() {
  const words = usePatientWords();
  const queries = useQueryClient();
  const [path, setPath] = useState<string>();
  const make = useIntent('makeCalendarFeed', { onSuccess: made => setPath(made.path) });
  const end = useIntent('endCalendarFeed', {
    onSuccess: () => {
      setPath(undefined);
      toast(words.visits.feedEnded);
      void queries.invalidateQueries({ queryKey: ['viewMe'] });
    },
  });
  const address = path && `${location.origin}${path}`;
  const error = make.error ?? end.error;
  return (
    <Section title={words.visits.feed}>
      <p className="max-w-prose text-soft">{words.visits.feedText}</p>
      {address && (
        <div className="grid gap-2" role="status">
          <p className="font-medium">{words.visits.feedMade}</p>
          <div className="flex flex-wrap items-center gap-3 rounded-[0.625rem] bg-raised p-3">
            <code className="min-w-0 flex-1 text-sm break-all">{address}</code>
            <Button
              small
              onClick={() =>
                void navigator.clipboard.writeText(address).then(() => toast(words.visits.copied))
              }
            >
              {words.visits.copy}
            </Button>
          </div>
        </div>
      )}
      {error && <ProblemNote error={error} />}
      <div className="actions">
        <Button icon="calendar" busy={make.isPending} onClick={() => make.mutate({})}>
          {path ? words.visits.feedAgain : words.visits.makeFeed}
        </Button>
        <Button look="quiet" busy={end.isPending} onClick={() => end.mutate({})}>
          {words.visits.endFeed}
        </Button>
      </div>
    </Section>
  );
}
