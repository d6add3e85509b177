import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { pagedQuery } from '../api/queries';
import type { operations } from '../api/schema';
import { useCore } from '../i18n';
import { readersZone, useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Choices, Form, Select, TextField } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { Facts, Table } from '../ui/Table';
import { useUntilFound } from '../ui/useUntilFound';
import { Instant } from '../ui/When';
import { DayField } from './DayField';
import { dayAfter, isDay, utcDay } from './days';
import { useFilters } from './filters';
import { Id, shortId } from './Id';
import { plural } from './plural';
import { useAdministratorWords } from './words';

type Query = NonNullable<operations['listAuditEvents']['parameters']['query']>;
type Event = Schemas['AuditEvent'];
const CATEGORIES = ['auth', 'data_access', 'data_modification', 'admin'] as const;
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
const DAY = 86_400_000;

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const core = useCore();
  const [filter, change] = useFilters<
    'period' | 'day' | 'from' | 'to' | 'actor' | 'type' | 'category' | 'severity' | 'phi'
  >();
  const [opened] = useState(now);
  const [detail, setDetail] = useState<Event>();
  const period = ['span', 'month'].includes(filter('period')) ? filter('period') : 'day';
  const day = isDay(filter('day')) ? filter('day') : utcDay();
  const actor = filter('actor');
  const type = filter('type') in words.audit.types ? filter('type') : '';
  const query: Query = {
    ...times({ period, day, from: filter('from'), to: filter('to'), actor, opened }),
    actor: actor || undefined,
    type: (type || undefined) as Query['type'],
    category: CATEGORIES.find(name => name === filter('category')),
    severity: SEVERITIES.find(name => name === filter('severity')),
    phi: filter('phi') === 'true' ? true : filter('phi') === 'false' ? false : undefined,
    limit: 50,
  };
  const events = useInfiniteQuery({
    ...pagedQuery('listAuditEvents', { query }),
    // Each reading is an entry of the trail itself.
    refetchOnWindowFocus: false,
  });
  const found = events.data?.pages.flatMap(page => page.events) ?? [];
  const looking = useUntilFound(events, found.length);
  const types = Object.entries(words.audit.types)
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label, format.locale));
  const filtered = actor || type || query.category || query.severity || query.phi !== undefined;
  return (
    <Page
      title={words.audit.title}
      intro={words.audit.intro}
      actions={
        <>
          <LinkButton icon="download" to="/admin/audit/export">
            {words.audit.export}
          </LinkButton>
          <LinkButton icon="shield" to="/admin/audit/days">
            {words.audit.days}
          </LinkButton>
        </>
      }
    >
      <search aria-label={words.audit.title} className="card grid gap-5 p-5">
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <Choices
            legend={words.audit.period}
            name="period"
            value={period}
            onChange={next => change({ period: next === 'day' ? undefined : next })}
            options={[
              { value: 'day', label: words.audit.byDay },
              { value: 'span', label: words.audit.bySpan },
              { value: 'month', label: words.audit.byMonth },
            ]}
          />
          {period === 'day' && <DayField day={day} onChange={next => change({ day: next })} />}
          {period === 'span' && (
            <div className="grid items-start gap-4 sm:grid-cols-2">
              <TextField
                label={words.audit.from}
                hint={words.audit.spanHint}
                name="from"
                type="datetime-local"
                defaultValue={filter('from')}
                onBlur={event => change({ from: event.target.value })}
              />
              <TextField
                label={words.audit.to}
                name="to"
                type="datetime-local"
                defaultValue={filter('to')}
                onBlur={event => change({ to: event.target.value })}
              />
            </div>
          )}
        </div>
        <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <Select
            label={words.audit.type}
            name="type"
            value={type}
            onChange={event => change({ type: event.target.value })}
            options={[{ value: '', label: words.all }, ...types]}
          />
          <Select
            label={words.audit.category}
            name="category"
            value={query.category ?? ''}
            onChange={event => change({ category: event.target.value })}
            options={[
              { value: '', label: words.all },
              ...CATEGORIES.map(value => ({ value, label: words.audit.categories[value] ?? value })),
            ]}
          />
          <Select
            label={words.audit.severity}
            hint={words.audit.severityHint}
            name="severity"
            value={query.severity ?? ''}
            onChange={event => change({ severity: event.target.value })}
            options={[
              { value: '', label: words.all },
              ...SEVERITIES.map(value => ({ value, label: words.audit.severities[value] ?? value })),
            ]}
          />
          <Select
            label={words.audit.phi}
            name="phi"
            value={query.phi === undefined ? '' : String(query.phi)}
            onChange={event => change({ phi: event.target.value })}
            options={[
              { value: '', label: words.all },
              { value: 'true', label: words.audit.phiYes },
              { value: 'false', label: words.audit.phiNo },
            ]}
          />
        </div>
        <Form
          className="flex gap-2 max-sm:flex-col sm:items-start"
          onSubmit={data => change({ actor: String(data.get('actor') ?? '').trim() })}
        >
          <TextField
            key={actor}
            className="min-w-0 flex-1"
            label={words.audit.actor}
            hint={words.audit.actorHint}
            name="actor"
            autoComplete="off"
            spellCheck={false}
            pattern="[A-Za-z0-9\-]{1,64}"
            defaultValue={actor}
          />
          <Button type="submit" icon="search" className="sm:mt-7.5">
            {words.search}
          </Button>
        </Form>
      </search>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-4">
        <p role="status" className="text-soft">
          {events.isSuccess && !looking && plural(format, found.length, words.audit.found)}
          {events.hasNextPage && !looking && '+'}
        </p>
        {filtered && (
          <Button
            small
            look="quiet"
            icon="cross"
            onClick={() =>
              change({
                actor: undefined,
                type: undefined,
                category: undefined,
                severity: undefined,
                phi: undefined,
              })
            }
          >
            {words.audit.clear}
          </Button>
        )}
      </div>
      {looking && <Loading />}
      {events.isError && <ErrorState error={events.error} retry={() => void events.refetch()} />}
      {events.isSuccess && found.length === 0 && !events.hasNextPage && (
        <Empty icon="shield" title={words.audit.noneTitle}>
          {words.audit.none}
        </Empty>
      )}
      {found.length > 0 && (
        <Table
          caption={words.audit.title}
          rows={found}
          id={event => event.id}
          columns={[
            { name: words.audit.time, cell: event => <Instant at={event.at} /> },
            {
              name: words.audit.type,
              cell: event => (
                <>
                  <span className="font-medium">{words.audit.types[event.type] ?? event.type}</span>
                  {event.outcome !== 'success' && (
                    <span className="block text-sm text-danger">
                      {words.audit.outcomes[event.outcome] ?? event.outcome}
                    </span>
                  )}
                </>
              ),
            },
            {
              name: words.audit.actor,
              cell: event => (
                <>
                  {words.audit.roles[event.actorRole] ?? event.actorRole}
                  <span className="block font-mono text-sm text-soft">{shortActor(event.actor)}</span>
                </>
              ),
            },
            {
              name: words.audit.resource,
              cell: event => (
                <>
                  {words.audit.resources[event.resourceType] ?? event.resourceType}
                  <span className="block font-mono text-sm text-soft">{shortActor(event.resourceId)}</span>
                </>
              ),
            },
            { name: words.audit.severity, cell: event => <Severity of={event.severity} /> },
            {
              name: core.details,
              cell: event => (
                <Button
                  small
                  look="quiet"
                  aria-label={words.audit.detailsOf
                    .replace('{type}', words.audit.types[event.type] ?? event.type)
                    .replace('{time}', format.dateTime(event.at, readersZone()))}
                  onClick={() => setDetail(event)}
                >
                  {words.audit.details}
                </Button>
              ),
            },
          ]}
        />
      )}
      {!looking && <MoreButton query={events} />}
      <Dialog
        wide
        open={detail !== undefined}
        onClose={() => setDetail(undefined)}
        title={detail ? (words.audit.types[detail.type] ?? detail.type) : ''}
      >
        {detail && (
          <Details
            event={detail}
            onActor={next => {
              setDetail(undefined);
              change({ actor: next });
            }}
          />
        )}
      </Dialog>
    </Page>
  );
}

/** The time of a query. With an actor the API takes instants instead of a day. */
function times({
  period,
  day,
  from,
  to,
  actor,
  opened,
}: {
  period: string;
  day: string;
  from: string;
  to: string;
  actor: string;
  opened: number;
}): Pick<Query, 'day' | 'from' | 'to'> {
  if (period === 'month') return { from: new Date(opened - 30 * DAY).toISOString() };
  if (period === 'span') {
    const end = instant(to);
    const begin = instant(from) ?? new Date((end ? Date.parse(end) : opened) - 7 * DAY).toISOString();
    return { from: begin, to: end };
  }
  return actor ? { from: `${day}T00:00:00Z`, to: `${dayAfter(day)}T00:00:00Z` } : { day };
}

/** A time of the reader's zone, such as `2026-12-01T10:30`. */
function instant(text: string): string | undefined {
  const time = text ? new Date(text) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : undefined;
}

/** The beginning of a user's id; the name of a function stays whole. */
function shortActor(actor: string): string {
  return /^[0-9a-f]{8}-/.test(actor) ? shortId(actor) : actor.slice(0, 24);
}

function Severity({ of }: { of: string }) {
  const words = useAdministratorWords();
  const tone = of === 'critical' || of === 'high' ? 'danger' : of === 'medium' ? 'warn' : 'neutral';
  return <Badge tone={tone}>{words.audit.severities[of] ?? of}</Badge>;
}

function Details({ event, onActor }: { event: Event; onActor: (actor: string) => void }) {
  const words = useAdministratorWords();
  const core = useCore();
  const format = useFormats();
  const subjects = event.subjects ?? [];
  const erased = Boolean(event.commitment) && !event.opening;
  return (
    <>
      <Facts
        items={[
          [
            words.audit.time,
            <>
              <Instant at={event.at} /> <Id of={event.at} />
            </>,
          ],
          [words.audit.outcome, words.audit.outcomes[event.outcome] ?? event.outcome],
          [words.audit.severity, <Severity key="severity" of={event.severity} />],
          [words.audit.category, words.audit.categories[event.category] ?? event.category],
          [words.audit.actor, <Id key="actor" of={event.actor} />],
          [words.audit.role, words.audit.roles[event.actorRole] ?? event.actorRole],
          [words.audit.operation, <Id key="operation" of={event.operation} />],
          [
            words.audit.resource,
            <>
              {words.audit.resources[event.resourceType] ?? event.resourceType} <Id of={event.resourceId} />
            </>,
          ],
          [
            words.audit.subjects,
            subjects.length > 0 && (
              <ul key="subjects">
                {subjects.map(id => (
                  <li key={id}>
                    <Id of={id} />
                  </li>
                ))}
              </ul>
            ),
          ],
          [words.audit.fields, event.fields.length > 0 && <Id key="fields" of={event.fields.join(', ')} />],
          [words.audit.detail, event.detail],
          [words.audit.phiSeen, event.phiAccessed ? core.yes : core.no],
          [words.audit.exported, event.dataExported && core.yes],
          [words.audit.session, event.sessionId && <Id key="session" of={event.sessionId} />],
          [words.audit.address, event.ip],
          [words.audit.agent, event.userAgent],
          [words.audit.request, <Id key="request" of={event.requestId} />],
          [
            words.audit.chain,
            words.audit.chainText
              .replace('{chain}', format.number(event.chain))
              .replace('{sequence}', format.number(event.sequence)),
          ],
          [words.audit.hash, <Id key="hash" of={event.currentHash} />],
          [words.audit.before, <Id key="before" of={event.previousHash} />],
          [words.audit.event, <Id key="id" of={event.id} />],
        ]}
      />
      {erased && <p className="text-sm text-soft">{words.audit.erased}</p>}
      <Button className="justify-self-start" icon="search" onClick={() => onActor(event.actor)}>
        {words.audit.byActor}
      </Button>
    </>
  );
}
