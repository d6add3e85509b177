import { useParams } from 'react-router';
import { callBlob } from '../api/client';
import { isProblem } from '../api/problems';
import { useRead } from '../api/queries';
import { useCore } from '../i18n';
import { Button, LinkButton } from '../ui/Button';
import { Page, Section } from '../ui/Page';
import { ProblemNote } from '../ui/Problem';
import { useDownload } from '../ui/save';
import { Badge, Empty, Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { Instant, Money } from '../ui/When';
import { PaymentState } from './Payments';
import { usePatientWords } from './words';

export function Component() {
  const { paymentId = '' } = useParams();
  const path = { paymentId };
  const words = usePatientWords();
  const core = useCore();
  const payment = useRead('viewPayment', { path });
  const receipt = useRead('viewReceipt', { path });
  const receiptFile = useDownload(() => callBlob('downloadReceipt', { path }), 'receipt.pdf');
  return (
    <Page
      title={words.payments.one}
      backTo="/payments"
      backLabel={words.payments.title}
      narrow
      actions={
        receipt.data && (
          <Button icon="download" busy={receiptFile.busy} onClick={receiptFile.download}>
            {words.payments.download}
          </Button>
        )
      }
    >
      {receiptFile.failed && <ProblemNote error={receiptFile.failed} />}
      {isProblem(receipt.error, 'not-paid') ? (
        <Empty icon="money" title={words.payments.noReceipt} />
      ) : (
        <Loaded query={receipt}>
          {found => (
            <Section
              title={words.payments.receipt}
              actions={payment.data && <PaymentState payment={payment.data} />}
            >
              <Facts
                items={[
                  [
                    words.payments.number,
                    <span key="number" className="tabular-nums">
                      {found.number}
                    </span>,
                  ],
                  [words.payments.issued, <Instant key="issued" at={found.issuedAt} />],
                  [words.payments.paidAt, <Instant key="paid" at={found.paidAt} />],
                  [
                    words.payments.method,
                    found.method && (core.paymentMethods[found.method] ?? found.method),
                  ],
                  [
                    words.payments.paidAmount,
                    <strong key="amount">
                      <Money paise={found.amount} currency={found.currency} />
                    </strong>,
                  ],
                  [words.payments.tax, found.tax > 0 && <Money key="tax" paise={found.tax} />],
                  [words.payments.patient, found.patientName],
                  [
                    words.payments.doctor,
                    <>
                      {found.doctorName}
                      <span className="block text-sm text-soft">
                        {words.doctor.registration}: {found.registrationNumber}
                      </span>
                    </>,
                  ],
                  [
                    words.payments.visit,
                    <>
                      {core.kinds[found.visit.kind]}, {found.visit.clinic ?? core.modes.video}
                      <span className="block text-sm text-soft">
                        {/* The receipt knows the clinic's time only in words. */}
                        {found.visit.clinic ? found.visit.told : <Instant at={found.visit.start} />}
                      </span>
                    </>,
                  ],
                  [
                    words.payments.issuer,
                    <>
                      {found.issuer.name}
                      {found.issuer.address && (
                        <span className="block text-sm text-soft">{found.issuer.address}</span>
                      )}
                    </>,
                  ],
                ]}
              />
            </Section>
          )}
        </Loaded>
      )}
      {payment.data && payment.data.refunds.length > 0 && (
        <Section title={words.payments.refunds}>
          <ul className="grid gap-3">
            {payment.data.refunds.map(refund => (
              <li key={refund.id} className="flex flex-wrap items-center justify-between gap-3">
                <span className="grid">
                  <strong>
                    <Money paise={refund.amount} />
                  </strong>
                  {refund.since && (
                    <span className="text-sm text-soft">
                      <Instant at={refund.since} />
                    </span>
                  )}
                  {refund.remark && <span>{refund.remark}</span>}
                </span>
                <Badge tone={refund.state === 'processed' ? 'good' : 'warn'}>
                  {words.payments.refundStates[refund.state] ?? refund.state}
                </Badge>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {payment.data && (
        <LinkButton className="justify-self-start" to={`/visits/${payment.data.appointmentId}`}>
          {words.payments.toVisit}
        </LinkButton>
      )}
    </Page>
  );
}
