import { useState } from 'react';
import { useParams } from 'react-router';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { useRead } from '../api/queries';
import { useCore } from '../i18n';
import { Button, LinkButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { Page, Section } from '../ui/Page';
import { Loaded, VisitStatus } from '../ui/states';
import { Facts } from '../ui/Table';
import { Fee, Instant, VisitTime } from '../ui/When';
import { OutcomeDialog } from '../visits/OutcomeDialog';
import { CancelVisit } from './CancelVisit';
import { Id } from './Id';
import { useAdministratorWords } from './words';

type Visit = Schemas['AppointmentDetails'];

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = useAdministratorWords();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const data = visit.data;
  return (
    <Page
      title={words.visit.title}
      heading={data ? words.visit.heading.replace('{doctor}', data.doctorName) : words.visit.title}
      backTo={data ? `/admin/visits?doctor=${data.doctorId}` : '/admin/visits'}
      backLabel={words.visits.title}
      narrow
    >
      <Loaded query={visit}>
        {found => (
          <>
            <State visit={found} />
            <div className="card grid gap-6 p-5 sm:p-6">
              <VisitFacts visit={found} />
              <div className="actions border-t border-line pt-5">
                <LinkButton icon="money" to={`/admin/payments/${found.paymentId}`}>
                  {words.visit.payment}
                </LinkButton>
                <LinkButton look="quiet" to={`/admin/doctors/${found.doctorId}`}>
                  {words.visit.doctor}
                </LinkButton>
                <LinkButton look="quiet" to={`/admin/visits?patient=${found.patientId}`}>
                  {words.visit.patientVisits}
                </LinkButton>
                <LinkButton look="quiet" to={`/admin/payments?patient=${found.patientId}`}>
                  {words.visit.patientPayments}
                </LinkButton>
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function VisitFacts({ visit }: { visit: Visit }) {
  const words = useAdministratorWords();
  const core = useCore();
  return (
    <Facts
      items={[
        [
          words.visit.when,
          <strong key="when">
            <VisitTime visit={visit} />
          </strong>,
        ],
        [
          words.visit.where,
          <span key="where" className="inline-flex items-center gap-1.5">
            <Icon name={visit.clinic ? 'clinic' : 'video'} className="size-4 text-soft" />
            {visit.clinic ?? core.modes.video}
          </span>,
        ],
        [words.visit.doctor, visit.doctorName],
        [words.patient, <Id key="patient" of={visit.patientId} />],
        [words.visit.kind, core.kinds[visit.kind] ?? visit.kind],
        [words.visit.fee, <Fee key="fee" paise={visit.fee} />],
        [words.visit.booked, <Instant key="booked" at={visit.createdAt} />],
        [words.visit.holdUntil, visit.holdUntil && <Instant key="hold" at={visit.holdUntil} />],
        [words.visit.patientJoined, visit.patientJoinedAt && <Instant key="p" at={visit.patientJoinedAt} />],
        [words.visit.doctorJoined, visit.doctorJoinedAt && <Instant key="d" at={visit.doctorJoinedAt} />],
        [words.visit.moves, visit.moves > 0 && visit.moves],
        [words.id, <Id key="id" of={visit.id} />],
      ]}
    />
  );
}

/** What is true of the visit now, and what an administrator can do with it. */
function State({ visit }: { visit: Visit }) {
  const words = useAdministratorWords();
  const [cancelling, setCancelling] = useState(false);
  const [recording, setRecording] = useState(false);
  const over = now() >= Date.parse(visit.end);
  const cancellable = ['held', 'confirmed', 'checked_in'].includes(visit.status) && !over;
  const movable = visit.status === 'confirmed' && !over;
  const open = visit.status === 'confirmed' && over;
  const { by = visit.cancelledBy ?? '', at, reason } = visit.cancellation ?? {};
  return (
    <Section title={words.visits.status} actions={<VisitStatus status={visit.status} />}>
      {visit.status === 'cancelled' && (
        <p>
          {words.visit.cancelledBy[by] ?? by}
          {at && (
            <>
              {', '}
              <Instant at={at} />
            </>
          )}
          {reason && <span className="mt-1 block text-soft">“{reason}”</span>}
        </p>
      )}
      {visit.absent && (
        <p>{visit.absent === 'doctor' ? words.visit.absentDoctor : words.visit.absentPatient}</p>
      )}
      {open && <p>{words.visit.unknown}</p>}
      {(cancellable || movable || open) && (
        <div className="actions">
          {open && (
            <Button look="primary" icon="check" onClick={() => setRecording(true)}>
              {words.visit.outcome}
            </Button>
          )}
          {movable && (
            <LinkButton icon="repeat" to={`/admin/visits/${visit.id}/move`}>
              {words.visit.move}
            </LinkButton>
          )}
          {cancellable && (
            <Button
              look="quiet"
              className="text-danger hover:bg-danger-soft"
              onClick={() => setCancelling(true)}
            >
              {words.visit.cancel}
            </Button>
          )}
        </div>
      )}
      <CancelVisit visit={visit} open={cancelling} onClose={() => setCancelling(false)} />
      <OutcomeDialog
        visit={visit}
        open={recording}
        onClose={() => setRecording(false)}
        words={words.visit}
        changes={['viewAppointment', 'listAppointments', 'viewPayment', 'listPayments']}
      />
    </Section>
  );
}
