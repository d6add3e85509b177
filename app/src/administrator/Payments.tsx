import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Schemas } from '../api/client';
import { pagedQuery } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { Choices } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { useUntilFound } from '../ui/useUntilFound';
import { Instant, Money } from '../ui/When';
import { DayField } from './DayField';
import { isDay, isId, utcDay } from './days';
import { useFilters } from './filters';
import { PatientField } from './PatientField';
import { useAdministratorWords } from './words';

const STATES = ['captured', 'open', 'intent'] as const;

export function Component() {
  const words = useAdministratorWords();
  const [filter, change] = useFilters<'day' | 'state' | 'patient'>();
  const patientId = isId(filter('patient')) ? filter('patient') : undefined;
  const day = isDay(filter('day')) ? filter('day') : utcDay();
  const state = STATES.find(name => name === filter('state')) ?? 'captured';
  const payments = useInfiniteQuery(
    pagedQuery('listPayments', { query: patientId ? { patientId, limit: 50 } : { day, state, limit: 50 } }),
  );
  const found = payments.data?.pages.flatMap(page => page.payments) ?? [];
  const looking = useUntilFound(payments, found.length);
  return (
    <Page title={words.payments.title} intro={words.payments.intro}>
      <search aria-label={words.payments.title} className="card grid items-start gap-5 p-5 lg:grid-cols-2">
        <div className="grid gap-5">
          <DayField day={day} onChange={next => change({ day: next, patient: undefined })} />
          <Choices
            legend={words.payments.state}
            name="state"
            value={patientId ? '' : state}
            onChange={next => change({ state: next, patient: undefined })}
            options={STATES.map(value => ({ value, label: words.payments.states[value] ?? value }))}
          />
        </div>
        <div className="grid gap-2">
          <PatientField
            key={patientId}
            value={patientId}
            onChoose={id => change({ patient: id, day: undefined, state: undefined })}
          />
          {patientId && (
            <Button
              small
              look="quiet"
              icon="cross"
              className="justify-self-start"
              onClick={() => change({ patient: undefined })}
            >
              {words.payments.byDay}
            </Button>
          )}
        </div>
      </search>
      {patientId && <h2 className="text-lg font-semibold">{words.payments.ofPatient}</h2>}
      {looking && <Loading />}
      {payments.isError && <ErrorState error={payments.error} retry={() => void payments.refetch()} />}
      {payments.isSuccess && found.length === 0 && !payments.hasNextPage && (
        <Empty icon="money" title={words.payments.noneTitle}>
          {patientId ? words.payments.nonePatient : words.payments.none}
        </Empty>
      )}
      {found.length > 0 && (
        <Table
          caption={words.payments.title}
          rows={found}
          id={payment => payment.id}
          columns={[
            {
              name: words.payments.payer,
              cell: payment => {
                const name = payment.payer?.name ?? words.payments.unknownPayer;
                return (
                  <Link
                    className="inline-block py-1.5 font-medium text-accent hover:underline"
                    to={`/admin/payments/${payment.id}`}
                    aria-label={words.payments.openOne.replace('{name}', name)}
                  >
                    {name}
                  </Link>
                );
              },
            },
            {
              name: words.payments.time,
              cell: ({ paidAt, startedAt }) => {
                const at = paidAt ?? startedAt;
                return at && <Instant at={at} />;
              },
            },
            { name: words.payments.state, cell: payment => <PaymentState payment={payment} /> },
            {
              name: words.payments.amount,
              number: true,
              cell: payment => (
                <Money paise={payment.captured || payment.amount} currency={payment.currency} />
              ),
            },
            {
              name: words.payments.kept,
              number: true,
              cell: payment =>
                payment.captured > 0 ? <Money paise={payment.retained} currency={payment.currency} /> : '–',
            },
          ]}
        />
      )}
      {!looking && <MoreButton query={payments} />}
    </Page>
  );
}

export function PaymentState({ payment }: { payment: Schemas['Payment'] }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const returned = payment.captured - payment.retained;
  if (payment.captured > 0 && payment.retained === 0) return <Badge>{words.payments.refundedAll}</Badge>;
  if (returned > 0)
    return <Badge>{words.payments.refunded.replace('{amount}', format.money(returned))}</Badge>;
  return (
    <Badge tone={payment.captured > 0 ? 'good' : 'neutral'}>
      {words.payments.states[payment.state] ?? payment.state}
    </Badge>
  );
}
