import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pagedQuery } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Choices } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { useUntilFound } from '../ui/useUntilFound';
import { Instant, Money } from '../ui/When';
import { useFilters } from './filters';
import { RetryRefund } from './RetryRefund';
import { useAdministratorWords } from './words';

const STATES = ['failed', 'pending', 'requested'] as const;

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const [filter, change] = useFilters<'state'>();
  const state = STATES.find(name => name === filter('state')) ?? 'failed';
  const refunds = useInfiniteQuery(pagedQuery('listRefunds', { query: { state, limit: 50 } }));
  const found = refunds.data?.pages.flatMap(page => page.refunds) ?? [];
  const looking = useUntilFound(refunds, found.length);
  return (
    <Page title={words.refunds.title} intro={words.refunds.intro}>
      <Choices
        legend={words.refunds.state}
        name="state"
        value={state}
        onChange={next => change({ state: next })}
        options={STATES.map(value => ({ value, label: words.refunds.states[value] ?? value }))}
      />
      {looking && <Loading />}
      {refunds.isError && <ErrorState error={refunds.error} retry={() => void refunds.refetch()} />}
      {refunds.isSuccess && found.length === 0 && !refunds.hasNextPage && (
        <Empty icon="check" title={words.refunds.noneTitle[state] ?? ''}>
          {words.refunds.none[state]}
        </Empty>
      )}
      {found.length > 0 && (
        <Table
          caption={words.refunds.title}
          rows={found}
          id={refund => `${refund.paymentId}/${refund.id}`}
          columns={[
            { name: words.refunds.since, cell: refund => refund.since && <Instant at={refund.since} /> },
            {
              name: words.refunds.reason,
              cell: refund => (
                <>
                  {words.payment.rules[refund.reason] ?? refund.reason}
                  {refund.remark && <span className="block text-sm text-soft">“{refund.remark}”</span>}
                </>
              ),
            },
            { name: words.refunds.tries, number: true, cell: refund => refund.tries },
            { name: words.refunds.amount, number: true, cell: refund => <Money paise={refund.amount} /> },
            {
              name: words.refunds.payment,
              cell: refund => (
                <span className="flex flex-wrap items-center gap-3 max-md:justify-end">
                  <Link
                    className="inline-block py-1.5 font-medium text-accent hover:underline"
                    to={`/admin/payments/${refund.paymentId}`}
                    aria-label={words.refunds.open.replace('{amount}', format.money(refund.amount))}
                  >
                    {words.payments.open}
                  </Link>
                  {state === 'failed' && <RetryRefund refund={refund} />}
                </span>
              ),
            },
          ]}
        />
      )}
      {!looking && <MoreButton query={refunds} />}
    </Page>
  );
}
