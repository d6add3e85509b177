import { useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { pagedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { readersZone, useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { Button } from '../ui/Button';
import { Countdown } from '../ui/Countdown';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { ProblemNote } from '../ui/Problem';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { About, useName } from './Patient';
import { useDoctorWords } from './words';

type Entry = Schemas['ListedWaitlistEntry'];

export function Component() {
  const words = useDoctorWords();
  const { id: doctorId } = useUser();
  const entries = useInfiniteQuery({
    ...pagedQuery('listWaitlist', { query: { doctorId, limit: 50 } }),
    refetchInterval: 60_000,
  });
  const all = entries.data?.pages.flatMap(page => page.entries) ?? [];
  // One with an offer has no place in the queue for that time.
  const offered = all.filter(entry => entry.status === 'offered');
  const waiting = all.filter(entry => entry.status === 'waiting');
  return (
    <Page title={words.waiting.title} intro={words.waiting.intro}>
      {entries.isPending && <Loading />}
      {entries.isError && <ErrorState error={entries.error} retry={() => void entries.refetch()} />}
      {entries.isSuccess && offered.length + waiting.length === 0 && !entries.hasNextPage && (
        <Empty icon="users" title={words.waiting.noneTitle}>
          {words.waiting.none}
        </Empty>
      )}
      <ol className="grid gap-3 empty:hidden">
        {offered.map(entry => (
          <Card key={entry.id} entry={entry} />
        ))}
        {waiting.map((entry, place) => (
          <Card key={entry.id} entry={entry} place={place + 1} />
        ))}
      </ol>
      <MoreButton query={entries} />
    </Page>
  );
}

function Card({ entry, place }: { entry: Entry; place?: number }) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const name = useName()(entry);
  const zone = readersZone();
  const urgent = entry.priority === 'urgent';
  const action = urgent ? words.waiting.makeRoutine : words.waiting.makeUrgent;
  const prioritise = useIntent('prioritiseWaitlistEntry', {
    changes: ['listWaitlist'],
    onSuccess: (_, { body }) =>
      toast(
        (body.priority === 'urgent' ? words.waiting.madeUrgent : words.waiting.madeRoutine).replace(
          '{name}',
          name,
        ),
      ),
  });
  return (
    <li className={`card grid gap-3 p-4 sm:p-5 ${urgent ? 'border-warn!' : ''}`}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid min-w-0 gap-0.5">
          {place && (
            <p className="text-sm text-soft">
              {words.waiting.position.replace('{number}', format.number(place))}
            </p>
          )}
          <h2 className="text-lg font-semibold">{name}</h2>
          <About patient={entry.patient} />
        </div>
        <span className="flex flex-wrap gap-2">
          {urgent && <Badge tone="warn">{words.waiting.urgent}</Badge>}
          <Badge tone={entry.status === 'offered' ? 'good' : 'accent'}>
            {entry.status === 'offered' ? words.waiting.offered : words.waiting.waiting}
          </Badge>
        </span>
      </div>
      <div className="grid gap-0.5">
        <p>
          {[
            core.kinds[entry.kind] ?? entry.kind,
            entry.mode ? core.modes[entry.mode as 'video' | 'clinic'] : words.waiting.anyMode,
            entry.language &&
              words.waiting.language.replace('{language}', format.languageName(entry.language)),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <p className="text-soft">
          {words.waiting.window
            .replace('{from}', format.dateTime(entry.from, zone))
            .replace('{to}', format.dateTime(entry.to, zone))}
        </p>
        <p className="text-sm text-soft">
          {words.waiting.since.replace('{at}', format.dateTime(entry.joinedAt, zone))}
        </p>
      </div>
      {entry.offer && Date.parse(entry.offer.until) > now() && <Offered offer={entry.offer} />}
      {prioritise.error && <ProblemNote error={prioritise.error} />}
      <Button
        small
        aria-label={`${action}: ${name}`}
        className="justify-self-start"
        icon={urgent ? 'down' : 'bell'}
        busy={prioritise.isPending}
        onClick={() =>
          prioritise.mutate({
            path: { entryId: entry.id },
            body: { priority: urgent ? 'routine' : 'urgent' },
          })
        }
      >
        {action}
      </Button>
    </li>
  );
}

function Offered({ offer }: { offer: Schemas['Offer'] }) {
  const words = useDoctorWords();
  const format = useFormats();
  const zone = readersZone();
  const time = `${format.day(offer.start, zone)}, ${format.time(offer.start, zone)}`;
  const [before = '', after = ''] = words.waiting.offer.replace('{time}', time).split('{left}');
  return (
    <p className="rounded-[0.625rem] bg-good-soft px-4 py-3">
      {before}
      <Countdown until={offer.until} />
      {after}
    </p>
  );
}
