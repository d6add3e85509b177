import { useState } from 'react';
import { useIntent } from '../api/queries';
import { useFormats } from '../i18n/format';
import { Button, LinkButton } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { Choices } from '../ui/Field';
import { toast } from '../ui/live';
import { ProblemNote } from '../ui/Problem';
import { CancelDialog } from '../visits/CancelDialog';
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
      <RecordOutcome visit={visit} open={asking === 'record'} onClose={close} />
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

type Outcome = 'completed' | 'patient_absent' | 'doctor_absent';
const OUTCOMES: Outcome[] = ['completed', 'patient_absent', 'doctor_absent'];

function RecordOutcome({ visit, open, onClose }: Omit<Asked, 'name'>) {
  const words = useDoctorWords();
  const [outcome, setOutcome] = useState<Outcome | ''>('');
  const record = useIntent('recordOutcome', {
    changes: [...CHANGES],
    onSuccess: () => {
      onClose();
      toast(words.steps.recorded);
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.steps.outcomeTitle}
      action={words.steps.outcome}
      busy={record.isPending}
      ready={outcome !== ''}
      problem={record.error}
      onConfirm={() => record.mutate({ path: { appointmentId: visit.id }, body: { outcome } })}
    >
      <p className="text-soft">{words.steps.outcomeText}</p>
      <Choices
        legend={<span className="sr-only">{words.steps.outcomeTitle}</span>}
        name={`outcome-${visit.id}`}
        value={outcome}
        onChange={value => setOutcome(value as Outcome)}
        options={OUTCOMES.map(value => ({
          value,
          label: words.steps.outcomes[value],
          hint: visit.fee > 0 ? words.steps.outcomeHints[value] : undefined,
        }))}
      />
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
