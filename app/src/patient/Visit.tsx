import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { Countdown, useTimeLeft } from '../ui/Countdown';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { ProblemNote } from '../ui/Problem';
import { Empty, Loaded, VisitStatus } from '../ui/states';
import { Facts } from '../ui/Table';
import { Fee, Instant, Money, VisitTime, zoneOf } from '../ui/When';
import { CancelVisit } from './CancelVisit';
import { downloadInvitation } from './invitation';
import { usePatientWords } from './words';

type Visit = Schemas['AppointmentDetails'];

/** How long before its start a visit can be entered. */
const EARLY = 30 * 60_000;

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = usePatientWords();
  const visit = useRead(
    'viewAppointment',
    { path: { appointmentId } },
    // A hold may be paid in another window, and the waiting room empties: what may change by others is asked again.
    { refetchInterval: 20_000 },
  );
  const data = visit.data;
  usePaymentResult();
  return (
    <Page
      title={words.visit.title}
      heading={data ? words.visit.heading.replace('{doctor}', data.doctorName) : words.visit.title}
      backTo="/visits"
      backLabel={words.visits.title}
      narrow
    >
      <Loaded query={visit}>
        {found => (
          <>
            <Now visit={found} refresh={() => void visit.refetch()} />
            <div className="card grid gap-5 p-5 sm:p-6">
              <VisitFacts visit={found} />
            </div>
            <Intake visit={found} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What the payment page found out, told once. */
function usePaymentResult() {
  const words = usePatientWords();
  useEffect(() => {
    const result = sessionStorage.getItem('vaidya.paid');
    if (!result) return;
    sessionStorage.removeItem('vaidya.paid');
    if (result === 'captured') toast(words.visit.paid);
    else if (result === 'processing') toast(words.visit.processing, 'info');
    else toast(words.visit.payFailed, 'bad');
  }, [words]);
}

export function VisitFacts({ visit }: { visit: Visit }) {
  const words = usePatientWords();
  const core = useCore();
  const format = useFormats();
  const [one = '', other = ''] = words.visit.moved.split('|');
  return (
    <Facts
      items={[
        [
          words.visit.when,
          <>
            <strong>
              <VisitTime visit={visit} />
            </strong>
            {visit.moves > 0 && (
              <span className="block text-sm text-soft">{format.plural(visit.moves, one, other)}</span>
            )}
          </>,
        ],
        [
          words.visit.where,
          <span key="where" className="inline-flex items-center gap-1.5">
            <Icon name={visit.clinic ? 'clinic' : 'video'} className="size-4 text-soft" />
            {visit.clinic ?? core.modes.video}
          </span>,
        ],
        [words.visit.with, visit.doctorName],
        [words.visit.kind, core.kinds[visit.kind] ?? visit.kind],
        [words.visit.fee, <Fee key="fee" paise={visit.fee} />],
      ]}
    />
  );
}

/** What the patient tells the doctor; it can be changed until the visit begins. */
function Intake({ visit }: { visit: Visit }) {
  const words = usePatientWords();
  const changeable = ['held', 'confirmed', 'checked_in'].includes(visit.status);
  const told = visit.reason || visit.symptoms?.length || visit.notes;
  if (!told && !changeable) return null;
  const lines = (text: string | null | undefined) =>
    text && <span className="whitespace-pre-line break-words">{text}</span>;
  return (
    <Section
      title={words.intake.title}
      actions={
        changeable && (
          <LinkButton small to={`/visits/${visit.id}/intake`}>
            {told ? words.intake.change : words.intake.add}
          </LinkButton>
        )
      }
    >
      {told ? (
        <Facts
          items={[
            [words.visit.reason, lines(visit.reason)],
            [words.intake.symptoms, lines(visit.symptoms?.join('\n'))],
            [words.intake.notes, lines(visit.notes)],
          ]}
        />
      ) : (
        <p className="text-soft">{words.intake.none}</p>
      )}
    </Section>
  );
}

/** What the visit needs now, at the top of its page. */
function Now({ visit, refresh }: { visit: Visit; refresh: () => void }) {
  const words = usePatientWords();
  switch (visit.status) {
    case 'held':
      return <Held visit={visit} refresh={refresh} />;
    case 'confirmed':
    case 'checked_in':
    case 'in_progress':
      return <Ahead visit={visit} refresh={refresh} />;
    case 'cancelled': {
      const { by = visit.cancelledBy ?? 'patient', at, reason } = visit.cancellation ?? {};
      const [before = '', after = ''] = (words.visit.cancelledBy[by] ?? words.visit.cancelled).split('{at}');
      return (
        <Empty
          icon="cross"
          title={words.visit.cancelled}
          action={
            <LinkButton look="primary" to={`/doctors/${visit.doctorId}`}>
              {words.visit.bookAgain}
            </LinkButton>
          }
        >
          <p>
            {before}
            {at && words.visit.cancelledBy[by]?.includes('{at}') && <Instant at={at} />}
            {after}
          </p>
          {reason && <p className="mt-2">“{reason}”</p>}
        </Empty>
      );
    }
    default:
      return (
        <div className="card flex flex-wrap items-center justify-between gap-4 p-5">
          <div className="grid gap-1">
            <VisitStatus status={visit.status} />
            {visit.absent && (
              <p>{visit.absent === 'doctor' ? words.visit.absentDoctor : words.visit.absentPatient}</p>
            )}
          </div>
          {visit.fee > 0 && (
            <LinkButton icon="download" to={`/payments/${visit.paymentId}`}>
              {words.visit.receipt}
            </LinkButton>
          )}
        </div>
      );
  }
}

function Held({ visit, refresh }: { visit: Visit; refresh: () => void }) {
  const words = usePatientWords();
  const queries = useQueryClient();
  const until = visit.holdUntil ?? '';
  const left = useTimeLeft(until, refresh);
  const [cancelling, setCancelling] = useState(false);
  const extend = useIntent('extendHold', {
    changes: ['viewAppointment', 'listAppointments'],
    onSuccess: longer => {
      queries.setQueryData(
        ['viewAppointment', { path: { appointmentId: visit.id } }],
        (old: Visit | undefined) => ({
          ...old,
          ...longer,
        }),
      );
      toast(words.visit.extended);
    },
  });
  if (left <= 0)
    return (
      <Empty
        icon="clock"
        title={words.visit.holdOverTitle}
        action={
          <LinkButton look="primary" to={`/doctors/${visit.doctorId}`}>
            {words.visit.bookAgain}
          </LinkButton>
        }
      >
        {words.visit.holdOver}
      </Empty>
    );
  const [before = '', after = ''] = words.visit.heldText.split('{time}');
  const [payBefore = '', payAfter = ''] = words.visit.pay.split('{amount}');
  return (
    <section
      aria-labelledby="now"
      className="grid gap-4 rounded-[0.875rem] border border-warn/40 bg-warn-soft p-5 sm:p-6"
    >
      <div className="flex items-start gap-4">
        <span className="text-warn">
          <Icon name="clock" className="size-7" />
        </span>
        <div className="grid gap-1">
          <h2 id="now" className="text-lg font-semibold">
            {words.visit.held}
          </h2>
          <p>
            {before}
            <Countdown until={until} />
            {after}
          </p>
        </div>
      </div>
      {extend.error && <ProblemNote error={extend.error} />}
      <div className="actions">
        {/* The payment has a document of its own, since only there other people's code may run. */}
        <a
          href={`/pay/${visit.id}`}
          className="inline-flex min-h-11 items-center justify-center rounded-[0.625rem] bg-accent px-4.5 font-medium text-on-accent hover:bg-accent-strong"
        >
          <span>
            {payBefore}
            <Money paise={visit.fee} />
            {payAfter}
          </span>
        </a>
        {visit.holdExtendable && (
          <Button
            icon="clock"
            busy={extend.isPending}
            onClick={() => extend.mutate({ path: { appointmentId: visit.id } })}
          >
            {words.visit.extend}
          </Button>
        )}
        <Button look="quiet" onClick={() => setCancelling(true)}>
          {words.visit.release}
        </Button>
      </div>
      <CancelVisit visit={visit} open={cancelling} onClose={() => setCancelling(false)} />
    </section>
  );
}

function Ahead({ visit, refresh }: { visit: Visit; refresh: () => void }) {
  const words = usePatientWords();
  const format = useFormats();
  const [cancelling, setCancelling] = useState(false);
  const opens = new Date(Date.parse(visit.start) - EARLY).toISOString();
  const untilOpen = useTimeLeft(opens);
  const checkIn = useIntent('checkIn', {
    changes: ['viewAppointment', 'listAppointments'],
    onSuccess: refresh,
  });
  const over = now() >= Date.parse(visit.end);
  const open = untilOpen <= 0 && !over;
  const changeable = visit.status === 'confirmed' && !over;
  return (
    <Section title={words.visit.confirmed} actions={<VisitStatus status={visit.status} />}>
      {visit.status === 'confirmed' && <p className="text-soft">{words.visit.confirmedText}</p>}
      {visit.status === 'checked_in' && <p>{words.visit.waiting}</p>}
      {visit.status === 'in_progress' && <p>{words.visit.inProgress}</p>}
      {checkIn.error && <ProblemNote error={checkIn.error} />}
      {changeable && !open && (
        <p className="text-sm text-soft">
          {words.visit.joinHint.replace('{time}', format.time(opens, zoneOf(visit)))}
        </p>
      )}
      <div className="actions">
        {open && !visit.patientJoinedAt && (
          <Button
            look="primary"
            busy={checkIn.isPending}
            onClick={() => checkIn.mutate({ path: { appointmentId: visit.id } })}
          >
            {words.visit.join}
          </Button>
        )}
        {changeable && (
          <>
            <Button icon="calendar" onClick={() => downloadInvitation(visit)}>
              {words.visit.calendar}
            </Button>
            <LinkButton icon="repeat" to={`/visits/${visit.id}/move`}>
              {words.visit.move}
            </LinkButton>
          </>
        )}
        {visit.fee > 0 && (
          <LinkButton icon="download" to={`/payments/${visit.paymentId}`}>
            {words.visit.receipt}
          </LinkButton>
        )}
        {changeable && (
          <Button
            look="quiet"
            className="text-danger hover:bg-danger-soft"
            onClick={() => setCancelling(true)}
          >
            {words.visit.cancel}
          </Button>
        )}
      </div>
      <CancelVisit visit={visit} open={cancelling} onClose={() => setCancelling(false)} />
    </Section>
  );
}
