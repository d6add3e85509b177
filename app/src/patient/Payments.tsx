import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client';
import { everyPageQuery } from '../api/queries';
import { readersZone, useFormats } from '../i18n/format';
import { LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';
import { Badge, Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { Instant, Money } from '../ui/When';
import { usePatientWords } from './words';

export function Component() {
  const words = usePatientWords();
  const format = useFormats();
  const payments = useQuery(everyPageQuery('listPayments', { query: { limit: 100 } }));
  // An order that was never paid is no payment to the one who pays.
  const shown = (payments.data?.flatMap(page => page.payments) ?? [])
    .filter(payment => payment.captured > 0)
    .reverse();
  return (
    <Page title={words.payments.title}>
      {payments.isPending && <Loading />}
      {payments.isError && <ErrorState error={payments.error} retry={() => void payments.refetch()} />}
      {payments.isSuccess && shown.length === 0 && (
        <Empty icon="money" title={words.payments.noneTitle}>
          {words.payments.none}
        </Empty>
      )}
      {shown.length > 0 && (
        <Table
          caption={words.payments.title}
          rows={shown}
          id={payment => payment.id}
          columns={[
            { name: words.payments.date, cell: payment => payment.paidAt && <Instant at={payment.paidAt} /> },
            { name: words.payments.state, cell: payment => <PaymentState payment={payment} /> },
            {
              name: words.payments.amount,
              number: true,
              cell: payment => <Money paise={payment.captured} currency={payment.currency} />,
            },
            {
              name: words.payments.receipt,
              number: true,
              cell: payment => (
                <LinkButton
                  small
                  look="quiet"
                  to={`/payments/${payment.id}`}
                  aria-label={words.payments.open.replace(
                    '{date}',
                    format.date(payment.paidAt ?? 0, readersZone()),
                  )}
                >
                  {words.payments.show}
                </LinkButton>
              ),
            },
          ]}
        />
      )}
    </Page>
  );
}

export function PaymentState({ payment }: { payment: Schemas['Payment'] }) {
  const words = usePatientWords();
  const format = useFormats();
  const returned = payment.captured - payment.retained;
  if (payment.captured > 0 && payment.retained === 0) return <Badge>{words.payments.refundedAll}</Badge>;
  if (returned > 0)
    return <Badge>{words.payments.refundedPart.replace('{amount}', format.money(returned))}</Badge>;
  return (
    <Badge tone={payment.captured > 0 ? 'good' : 'neutral'}>
      {words.payments.states[payment.state] ?? payment.state}
    </Badge>
  );
}
