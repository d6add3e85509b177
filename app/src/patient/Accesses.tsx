import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../api/client';
import { pagedQuery } from '../api/queries';
import { useLanguage } from '../i18n';
import { readersZone, useFormats } from '../i18n/format';
import { Checkbox } from '../ui/Field';
import { Icon } from '../ui/icons';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { usePatientWords } from './words';

type Access = Schemas['Access'];

export function Component() {
  const words = usePatientWords();
  const format = useFormats();
  const accesses = useInfiniteQuery({
    ...pagedQuery('listAccesses', { query: { limit: 50 } }),
    refetchInterval: 60_000,
  });
  // What people did themselves is not what they ask about here.
  const [own, setOwn] = useState(false);
  const every = accesses.data?.pages.flatMap(page => page.accesses) ?? [];
  const all = own ? every : every.filter(access => access.role !== 'patient');
  const zone = readersZone();
  const days = new Map<string, Access[]>();
  for (const access of all) {
    const day = format.day(access.at, zone);
    days.set(day, [...(days.get(day) ?? []), access]);
  }
  return (
    <Page title={words.accesses.title} intro={words.accesses.intro} narrow>
      <Checkbox
        label={words.accesses.own}
        name="own"
        checked={own}
        onChange={event => setOwn(event.target.checked)}
      />
      {accesses.isPending && <Loading />}
      {accesses.isError && <ErrorState error={accesses.error} retry={() => void accesses.refetch()} />}
      {accesses.isSuccess && all.length === 0 && !accesses.hasNextPage && (
        <Empty icon="eye" title={every.length > 0 ? words.accesses.noOthersTitle : words.accesses.noneTitle}>
          {words.accesses.none}
        </Empty>
      )}
      {[...days].map(([day, of]) => (
        <section key={day} className="grid gap-3">
          <h2 className="font-semibold text-soft">{day}</h2>
          <ul className="card divide-y divide-line">
            {of.map(access => (
              <Row key={access.eventId} access={access} time={format.time(access.at, zone)} />
            ))}
          </ul>
        </section>
      ))}
      <MoreButton query={accesses} />
    </Page>
  );
}

function Row({ access, time }: { access: Access; time: string }) {
  const words = usePatientWords();
  const language = useLanguage();
  const own = access.role === 'patient';
  const who = own
    ? words.accesses.you
    : access.role === 'doctor'
      ? access.who
      : (words.accesses.roles[access.role] ?? access.who);
  // The API tells the action in English; in other languages what was looked at says as much.
  const what =
    language === 'en' ? access.what : (words.accesses.resources[access.resourceType] ?? access.what);
  return (
    <li className="flex gap-4 p-4">
      <span
        className={`mt-0.5 grid size-9 shrink-0 place-items-center rounded-full ${own ? 'bg-raised text-soft' : 'bg-accent-soft text-accent'}`}
      >
        <Icon name={own ? 'user' : 'eye'} />
      </span>
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <strong>{who}</strong>
          {!own && <Badge>{words.accesses.roles[access.role] ?? access.role}</Badge>}
          <time dateTime={access.at} className="ml-auto text-sm text-soft tabular-nums">
            {time}
          </time>
        </p>
        <p>{what}</p>
        {access.fields.length > 0 && (
          <details className="text-sm text-soft">
            <summary className="min-h-6">{words.accesses.fields}</summary>
            <p className="pt-1 break-words">{access.fields.join(', ')}</p>
            <p className="break-all">{words.accesses.reference.replace('{id}', access.eventId)}</p>
          </details>
        )}
      </div>
    </li>
  );
}
