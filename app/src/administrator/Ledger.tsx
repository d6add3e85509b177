import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { pagedQuery } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Choices } from '../ui/Field';
import { Icon } from '../ui/icons';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { useUntilFound } from '../ui/useUntilFound';
import { Money } from '../ui/When';
import { DayField } from './DayField';
import { isDay, utcDay } from './days';
import { useFilters } from './filters';
import { shortId } from './Id';
import { plural } from './plural';
import { useAdministratorWords } from './words';

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const [filter, change] = useFilters<'day' | 'state'>();
  const day = isDay(filter('day')) ? filter('day') : utcDay();
  const state = filter('state') === 'open' ? 'open' : 'captured';
  const ledger = useInfiniteQuery({
    ...pagedQuery('viewLedger', { query: { day, state, limit: 20 } }),
    // Each entry is looked up at Razorpay and recorded: not again because a window got the focus.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const entries = ledger.data?.pages.flatMap(page => page.entries) ?? [];
  const looking = useUntilFound(ledger, entries.length);
  const differing = entries.filter(entry => !entry.balanced);
  const shown = [...differing, ...entries.filter(entry => entry.balanced)];
  return (
    <Page title={words.ledger.title} intro={words.ledger.intro}>
      <search aria-label={words.ledger.title} className="card grid items-start gap-5 p-5 sm:grid-cols-2">
        <DayField day={day} onChange={next => change({ day: next })} />
        <Choices
          legend={words.ledger.state}
          name="state"
          value={state}
          onChange={next => change({ state: next === 'open' ? next : undefined })}
          hint={state === 'open' ? words.ledger.openHint : undefined}
          options={[
            { value: 'captured', label: words.ledger.captured },
            { value: 'open', label: words.ledger.open },
          ]}
        />
      </search>
      {looking && <Loading />}
      {ledger.isError && <ErrorState error={ledger.error} retry={() => void ledger.refetch()} />}
      {ledger.isSuccess && entries.length === 0 && !ledger.hasNextPage && (
        <Empty icon="check" title={words.ledger.noneTitle}>
          {state === 'open' ? words.ledger.noneOpen : words.ledger.noneCaptured}
        </Empty>
      )}
      {entries.length > 0 && (
        <>
          <p
            role="status"
            className={`flex items-center gap-3 rounded-[0.625rem] px-4 py-3 font-medium ${differing.length > 0 ? 'bg-danger-soft text-danger' : 'bg-good-soft text-good'}`}
          >
            <Icon name={differing.length > 0 ? 'alert' : 'check'} />
            {differing.length > 0
              ? plural(format, differing.length, words.ledger.differs)
              : plural(
                  format,
                  entries.length,
                  ledger.hasNextPage ? words.ledger.balancedSoFar : words.ledger.balanced,
                )}
          </p>
          <Table
            caption={words.ledger.caption.replace('{day}', format.plainDate(day))}
            rows={shown}
            id={entry => entry.paymentId}
            columns={[
              {
                name: words.ledger.payment,
                cell: entry => (
                  <Link
                    className="inline-block py-1.5 font-mono text-sm text-accent hover:underline"
                    to={`/admin/payments/${entry.paymentId}`}
                    aria-label={words.ledger.openOne.replace('{id}', shortId(entry.paymentId))}
                  >
                    {shortId(entry.paymentId)}
                  </Link>
                ),
              },
              {
                name: words.ledger.result,
                cell: entry => (
                  <Badge tone={entry.balanced ? 'good' : 'danger'}>
                    {entry.balanced ? words.ledger.agrees : words.ledger.disagrees}
                  </Badge>
                ),
              },
              { name: words.ledger.ours, number: true, cell: entry => <Money paise={entry.captured} /> },
              {
                name: words.ledger.theirs,
                number: true,
                cell: entry => (
                  <span
                    className={entry.captured === entry.gatewayCaptured ? '' : 'font-semibold text-danger'}
                  >
                    <Money paise={entry.gatewayCaptured} />
                  </span>
                ),
              },
              { name: words.ledger.kept, number: true, cell: entry => <Money paise={entry.retained} /> },
              {
                name: words.ledger.underway,
                number: true,
                cell: entry => (
                  <>
                    <Money paise={entry.refundPending + entry.refundRequested + entry.refundFailed} />
                    {entry.refundFailed > 0 && (
                      <span className="block text-sm text-danger">
                        {words.payment.refundStates.failed}: <Money paise={entry.refundFailed} />
                      </span>
                    )}
                  </>
                ),
              },
              { name: words.ledger.returned, number: true, cell: entry => <Money paise={entry.refunded} /> },
              {
                name: words.ledger.theirsReturned,
                number: true,
                cell: entry => <Money paise={entry.gatewayRefunded} />,
              },
            ]}
          />
        </>
      )}
      {!looking && <MoreButton query={ledger} />}
    </Page>
  );
}
