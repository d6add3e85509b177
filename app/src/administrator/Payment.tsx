import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { callBlob, type Schemas } from '../api/client';
import { useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { Page, Section } from '../ui/Page';
import { ProblemNote } from '../ui/Problem';
import { useDownload } from '../ui/save';
import { Badge, Loaded } from '../ui/states';
import { Facts, Table } from '../ui/Table';
import { Instant, Money } from '../ui/When';
import { GrantRefund } from './GrantRefund';
import { Id } from './Id';
import { PaymentState } from './Payments';
import { plural } from './plural';
import { RefundState, RetryRefund } from './RetryRefund';
import { useAdministratorWords } from './words';

type Payment = Schemas['PaymentDetails'];

export function Component() {
  const { paymentId = '' } = useParams();
  const words = useAdministratorWords();
  const payment = useRead('viewPayment', { path: { paymentId } });
  const [granting, setGranting] = useState(false);
  const data = payment.data;
  return (
    <Page
      title={words.payment.title}
      backTo="/admin/payments"
      backLabel={words.payments.title}
      actions={
        data && (
          <>
            {data.retained > 0 && (
              <Button look="primary" icon="money" onClick={() => setGranting(true)}>
                {words.payment.grant}
              </Button>
            )}
            <LinkButton icon="calendar" to={`/admin/visits/${data.appointmentId}`}>
              {words.payment.visit}
            </LinkButton>
          </>
        )
      }
    >
      <Loaded query={payment}>
        {found => (
          <>
            <div className="grid items-start gap-6 lg:grid-cols-2">
              <Summary payment={found} />
              <Refunds payment={found} />
            </div>
            <Accounts payment={found} />
            <Attempts payment={found} />
            <GrantRefund payment={found} open={granting} onClose={() => setGranting(false)} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Summary({ payment }: { payment: Payment }) {
  const words = useAdministratorWords();
  const queries = useQueryClient();
  const receiptFile = useDownload(
    () => callBlob('downloadReceipt', { path: { paymentId: payment.id } }),
    'receipt.pdf',
    () => void queries.invalidateQueries({ queryKey: ['viewPayment'] }),
  );
  return (
    <Section title={words.payment.title} actions={<PaymentState payment={payment} />}>
      <Facts
        items={[
          [
            words.payment.payer,
            <strong key="payer">{payment.payer?.name ?? words.payments.unknownPayer}</strong>,
          ],
          [words.payment.amount, <Money key="due" paise={payment.amount} currency={payment.currency} />],
          [
            words.payment.captured,
            payment.captured > 0 && <Money key="paid" paise={payment.captured} currency={payment.currency} />,
          ],
          [
            words.payment.promised,
            payment.captured > payment.retained && (
              <Money key="back" paise={payment.captured - payment.retained} currency={payment.currency} />
            ),
          ],
          [
            words.payment.retained,
            payment.captured > 0 && (
              <strong key="kept">
                <Money paise={payment.retained} currency={payment.currency} />
              </strong>
            ),
          ],
          [words.payment.started, payment.startedAt && <Instant key="started" at={payment.startedAt} />],
          [words.payment.paid, payment.paidAt && <Instant key="paidAt" at={payment.paidAt} />],
          [words.payment.receipt, payment.captured > 0 && (payment.receiptNumber ?? words.payment.notIssued)],
          [words.payment.order, payment.orderId && <Id key="order" of={payment.orderId} />],
          [words.patient, <Id key="patient" of={payment.patientId} />],
          [words.id, <Id key="id" of={payment.id} />],
        ]}
      />
      {receiptFile.failed && <ProblemNote error={receiptFile.failed} />}
      {payment.captured > 0 && (
        <Button
          className="justify-self-start"
          icon="download"
          busy={receiptFile.busy}
          onClick={receiptFile.download}
        >
          {payment.receiptNumber ? words.payment.download : words.payment.issue}
        </Button>
      )}
    </Section>
  );
}

function Refunds({ payment }: { payment: Payment }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const refunds = payment.refunds ?? [];
  return (
    <Section title={words.payment.refunds}>
      {refunds.length === 0 ? (
        <p className="text-soft">{words.payment.noRefunds}</p>
      ) : (
        <ul className="grid gap-4">
          {refunds.map(refund => (
            <li key={refund.id} className="grid gap-2 border-b border-line pb-4 last:border-0 last:pb-0">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <strong>
                  <Money paise={refund.amount} />
                </strong>
                <RefundState state={refund.state} />
              </div>
              <div className="text-sm">
                <p>{words.payment.rules[refund.reason] ?? refund.reason}</p>
                {refund.remark && <p>“{refund.remark}”</p>}
                <p className="text-soft">
                  {refund.since && <Instant at={refund.since} />}
                  {refund.tries > 0 && <> · {plural(format, refund.tries, words.payment.tries)}</>}
                </p>
                {refund.gatewayRefundId && (
                  <p className="text-soft">
                    <Id of={refund.gatewayRefundId} />
                  </p>
                )}
              </div>
              {refund.state === 'failed' && <RetryRefund refund={refund} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Accounts({ payment }: { payment: Payment }) {
  const words = useAdministratorWords();
  const core = useCore();
  const accounts = payment.accounts ?? [];
  if (accounts.length === 0) return null;
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">{words.payment.accounts}</h2>
      <p className="text-soft">{words.payment.accountsHint}</p>
      <Table
        caption={words.payment.accounts}
        rows={accounts}
        id={account => account.gatewayPaymentId}
        columns={[
          { name: words.payment.attempt, cell: account => <Id of={account.gatewayPaymentId} /> },
          {
            name: words.payment.method,
            cell: account => account.method && (core.paymentMethods[account.method] ?? account.method),
          },
          { name: words.payment.rule, cell: account => words.payment.rules[account.rule] ?? account.rule },
          { name: words.payment.decided, cell: account => <Instant at={account.decidedAt} /> },
          { name: words.payment.captured, number: true, cell: account => <Money paise={account.captured} /> },
          { name: words.payment.promised, number: true, cell: account => <Money paise={account.promised} /> },
          { name: words.payment.retained, number: true, cell: account => <Money paise={account.retained} /> },
        ]}
      />
    </section>
  );
}

const ATTEMPTS: Record<string, 'good' | 'warn' | 'danger' | 'neutral'> = {
  captured: 'good',
  authorized: 'warn',
  mismatched: 'danger',
};

function Attempts({ payment }: { payment: Payment }) {
  const words = useAdministratorWords();
  const attempts = payment.attempts ?? [];
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">{words.payment.attempts}</h2>
      {attempts.length === 0 ? (
        <p className="text-soft">{words.payment.noAttempts}</p>
      ) : (
        <Table
          caption={words.payment.attempts}
          rows={attempts}
          id={attempt => attempt.gatewayPaymentId}
          columns={[
            { name: words.payment.attempt, cell: attempt => <Id of={attempt.gatewayPaymentId} /> },
            {
              name: words.payment.state,
              cell: attempt => (
                <Badge tone={ATTEMPTS[attempt.state] ?? 'neutral'}>
                  {words.payment.attemptStates[attempt.state] ?? attempt.state}
                </Badge>
              ),
            },
            { name: words.payment.time, cell: attempt => <Instant at={attempt.at} /> },
          ]}
        />
      )}
    </section>
  );
}
