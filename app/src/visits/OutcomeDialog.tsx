import { type ReactNode, useState } from 'react';
import type { Operation } from '../api/client';
import { useIntent } from '../api/queries';
import { ConfirmDialog } from '../ui/Dialog';
import { Choices } from '../ui/Field';
import { toast } from '../ui/live';

const OUTCOMES = ['completed', 'patient_absent', 'doctor_absent'] as const;
type Outcome = (typeof OUTCOMES)[number];

interface Words {
  outcomeTitle: string;
  outcomeText: string;
  outcomes: Record<Outcome, string>;
  outcomeHints: Record<Outcome, string>;
  record: string;
  recorded: string;
}

/** Records what became of a visit that nobody joined. It decides what goes back, and it stays. */
export function OutcomeDialog({
  visit,
  open,
  onClose,
  words,
  changes,
}: {
  visit: { id: string; fee: number };
  open: boolean;
  onClose: () => void;
  words: Words;
  changes: Operation[];
}) {
  const [outcome, setOutcome] = useState<Outcome>();
  const record = useIntent('recordOutcome', {
    changes,
    onSuccess: () => {
      onClose();
      toast(words.recorded);
    },
  });
  // A visit that was free of charge has nothing to give back.
  const hint = (value: Outcome): ReactNode => visit.fee > 0 && words.outcomeHints[value];
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.outcomeTitle}
      action={words.record}
      ready={outcome !== undefined}
      busy={record.isPending}
      problem={record.error}
      onConfirm={() => outcome && record.mutate({ path: { appointmentId: visit.id }, body: { outcome } })}
    >
      <p>{words.outcomeText}</p>
      <Choices
        legend={<span className="sr-only">{words.outcomeTitle}</span>}
        name={`outcome-${visit.id}`}
        value={outcome ?? ''}
        onChange={value => setOutcome(value as Outcome)}
        options={OUTCOMES.map(value => ({ value, label: words.outcomes[value], hint: hint(value) }))}
      />
    </ConfirmDialog>
  );
}
