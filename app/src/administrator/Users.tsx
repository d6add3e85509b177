import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { pagedQuery } from '../api/queries';
import { useFormats } from '../i18n/format';
import { DateField, Select, TextField } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { useDebounced } from '../ui/useDebounced';
import { useUntilFound } from '../ui/useUntilFound';
import { Instant } from '../ui/When';
import { isDay } from './days';
import { useFilters } from './filters';
import { useAdministratorWords } from './words';

const ROLES = ['patient', 'doctor', 'lab', 'admin'] as const;
const STATES = ['active', 'invited', 'unconfirmed', 'disabled'] as const;

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const [filter, change] = useFilters<'role' | 'status' | 'from'>();
  // An e-mail address is not put into the address of the page. Each list is recorded, so the page waits for a pause.
  const [typed, setTyped] = useState('');
  const email = useDebounced(typed.trim(), 600) || undefined;
  const role = ROLES.find(name => name === filter('role'));
  const status = STATES.find(name => name === filter('status'));
  const from = isDay(filter('from')) ? filter('from') : undefined;
  const createdFrom = from && `${from}T00:00:00Z`;
  const users = useInfiniteQuery(pagedQuery('listUsers', { query: { role, status, email, createdFrom } }));
  const found = users.data?.pages.flatMap(page => page.users) ?? [];
  const looking = useUntilFound(users, found.length);
  const choices = (names: readonly string[], labels: Record<string, string>) => [
    { value: '', label: words.all },
    ...names.map(value => ({ value, label: labels[value] ?? value })),
  ];
  return (
    <Page title={words.users.title} intro={words.users.intro}>
      <search
        aria-label={words.users.title}
        className="card grid items-start gap-5 p-5 sm:grid-cols-2 lg:grid-cols-4"
      >
        <TextField
          label={words.users.email}
          hint={words.users.emailHint}
          name="email"
          type="search"
          autoComplete="off"
          value={typed}
          maxLength={254}
          onChange={event => setTyped(event.target.value)}
        />
        <Select
          label={words.users.role}
          name="role"
          value={role ?? ''}
          onChange={event => change({ role: event.target.value })}
          options={choices(ROLES, words.users.roles)}
        />
        <Select
          label={words.users.status}
          name="status"
          value={status ?? ''}
          onChange={event => change({ status: event.target.value })}
          options={choices(STATES, words.users.statuses)}
        />
        <DateField
          label={words.users.from}
          name="from"
          value={from ?? ''}
          onChange={event => change({ from: event.target.value })}
        />
      </search>
      {looking && <Loading />}
      {users.isError && <ErrorState error={users.error} retry={() => void users.refetch()} />}
      {users.isSuccess && found.length === 0 && !users.hasNextPage && (
        <Empty icon="search" title={words.users.noneTitle}>
          {words.users.none}
        </Empty>
      )}
      {found.length > 0 && (
        <Table
          caption={words.users.title}
          rows={found}
          id={user => user.id}
          columns={[
            {
              name: words.users.name,
              cell: user => (
                <Link
                  className="inline-block py-1.5 font-medium text-accent hover:underline"
                  to={`/admin/users/${user.id}`}
                >
                  {user.name ?? user.email ?? user.id}
                </Link>
              ),
            },
            { name: words.users.email, cell: user => user.email },
            {
              name: words.users.role,
              cell: user => format.list(user.roles.map(name => words.users.roles[name] ?? name)) || '–',
            },
            { name: words.users.status, cell: user => <AccountStatus status={user.status} /> },
            { name: words.users.since, cell: user => <Instant at={user.createdAt} /> },
          ]}
        />
      )}
      {!looking && <MoreButton query={users} />}
    </Page>
  );
}

export function AccountStatus({ status }: { status: string }) {
  const words = useAdministratorWords();
  const tone = status === 'active' ? 'good' : status === 'disabled' ? 'warn' : 'neutral';
  return <Badge tone={tone}>{words.users.statuses[status] ?? status}</Badge>;
}
