import { useState } from 'react';
import { useIntent } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { ProblemNote } from '../ui/Problem';
import { CancelDialog } from '../visits/CancelDialog';
import { OutcomeDialog } from '../visits/OutcomeDialog';
import { useName } from './Patient';
import { CLOSES, stepsOf, type Visit } from './steps';
import { useDoctorWords } from './words';

const CHANGES = [
  'viewDoctorDay',
  'viewAppointment',
  'listAppointments',
  'viewSchedule',
  'listAvailableSlots',
] as const;

/** What can be done with a visit now: begin, end, record its outcome, move, cancel. */
export function Steps({ visit, at, small = false }: { visit: Visit; at: number; small?: boolean }) {
  const words = useDoctorWords();
  const name = useName()(visit);
  const [asking, setAsking] = useState<'end' | 'record' | 'cancel'>();
  const path = { appointmentId: visit.id };
  const steps = stepsOf(visit, at);
  const begin = useIntent('beginVisit', {
    changes: [...CHANGES],
    onSuccess: () => toast(words.steps.begun),
  });
  const close = () => setAsking(undefined);
  if (steps.size === 0 && !asking && !begin.error) return null;
  // A day has many visits: aloud, each button says whose it is.
  const of = (text: string) => `${text}: ${name}`;
  return (
    <div className="relative z-10 grid gap-3">
      {begin.error && <ProblemNote error={begin.error} />}
      <div className="flex flex-wrap gap-2 empty:hidden">
        {steps.has('begin') && (
          <Button
            look="primary"
            small={small}
            busy={begin.isPending}
            onClick={() => begin.mutate({ path })}
            aria-label={of(words.steps.begin)}
          >
            {words.steps.begin}
          </Button>
        )}
        {steps.has('end') && (
          <Button
            look="primary"
            small={small}
            icon="check"
            onClick={() => setAsking('end')}
            aria-label={of(words.steps.end)}
          >
            {words.steps.end}
          </Button>
        )}
        {steps.has('record') && (
          <Button
            small={small}
            icon="edit"
            onClick={() => setAsking('record')}
            aria-label={of(words.steps.outcome)}
          >
            {words.steps.outcome}
          </Button>
        )}
        {steps.has('change') && (
          <>
            <LinkButton
              small={small}
              icon="repeat"
              to={`/doctor/visits/${visit.id}/move`}
              aria-label={of(words.steps.move)}
            >
              {words.steps.move}
            </LinkButton>
            <Button
              look="quiet"
              small={small}
              className="text-danger hover:bg-danger-soft"
              onClick={() => setAsking('cancel')}
              aria-label={of(words.steps.cancel)}
            >
              {words.steps.cancel}
            </Button>
          </>
        )}
      </div>
      <EndVisit visit={visit} name={name} open={asking === 'end'} onClose={close} />
      <OutcomeDialog
        visit={visit}
        open={asking === 'record'}
        onClose={close}
        words={{ ...words.steps, record: words.steps.outcome }}
        changes={[...CHANGES]}
      />
      <CancelVisit visit={visit} name={name} open={asking === 'cancel'} onClose={close} />
    </div>
  );
}

interface Asked {
  visit: Visit;
  name: string;
  open: boolean;
  onClose: () => void;
}

function EndVisit({ visit, name, open, onClose }: Asked) {
  const words = useDoctorWords();
  const end = useIntent('completeVisit', {
    changes: [...CHANGES],
    onSuccess: () => {
      onClose();
      toast(words.steps.ended);
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.steps.endTitle}
      action={words.steps.end}
      busy={end.isPending}
      problem={end.error}
      onConfirm={() => end.mutate({ path: { appointmentId: visit.id } })}
    >
      <p>{words.steps.endText.replace('{name}', name)}</p>
      {!visit.patientJoinedAt && (
        <p className="rounded-[0.625rem] bg-warn-soft px-4 py-3 text-warn">{words.steps.endAlone}</p>
      )}
    </ConfirmDialog>
  );
}

function CancelVisit({ visit, name, open, onClose }: Asked) {
  const words = useDoctorWords();
  return (
    <CancelDialog
      appointmentId={visit.id}
      open={open}
      onClose={onClose}
      words={words.steps}
      changes={[...CHANGES, 'listWaitlist']}
      done={() => words.steps.cancelled}
      preview={({ rule }) => (rule ? words.steps.cancelPaid : words.steps.cancelUnpaid)}
    >
      <p>{words.steps.cancelText.replace('{name}', name)}</p>
    </CancelDialog>
  );
}

/** What the doctor should know about a visit's state beside its status. */
export function StateNote({ visit, at, zone }: { visit: Visit; at: number; zone: string }) {
  const text = useStateNote(visit, at, zone);
  return text ? <p className="text-sm text-soft">{text}</p> : null;
}

function useStateNote(visit: Visit, at: number, zone: string): string | undefined {
  const words = useDoctorWords();
  const format = useFormats();
  const end = Date.parse(visit.end);
  const closes = format.time(end + CLOSES, zone);
  if (visit.absent) return visit.absent === 'doctor' ? words.visit.absentDoctor : words.visit.absentPatient;
  if ((visit.status === 'in_progress' || visit.status === 'checked_in') && at >= end)
    return words.steps.closes.replace('{time}', closes);
  if (visit.status !== 'confirmed') return undefined;
  if (at >= end + CLOSES) return words.steps.unknown;
  if (at >= end) return words.steps.outcomeFrom.replace('{time}', closes);
  return undefined;
}
