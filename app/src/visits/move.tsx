import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Operation, Schemas } from '../api/client';
import { isProblem } from '../api/problems';
import { useIntent } from '../api/queries';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Section } from '../ui/Page';
import { Facts } from '../ui/Table';
import { SlotPicker } from './SlotPicker';
import type { Kind, Slot } from './slots';

/** The move of a visit: the chosen time, and the request. A success leads back to the page of the visit. */
export function useMove(
  appointmentId: string,
  { back, done, changes = [] }: { back: string; done: string; changes?: Operation[] },
) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Slot>();
  const request = useIntent('rescheduleAppointment', {
    changes: ['viewAppointment', 'listAppointments', 'listAvailableSlots', ...changes],
    onSuccess: () => {
      toast(done);
      return navigate(back, { replace: true });
    },
    onError: error => {
      if (isProblem(error, 'slot-taken', 'day-full'))
        void queries.invalidateQueries({ queryKey: ['listAvailableSlots'] });
    },
  });
  return {
    chosen,
    request,
    choose: (slot: Slot) => {
      request.reset();
      setChosen(slot);
    },
    close: () => setChosen(undefined),
    confirm: () => chosen && request.mutate({ path: { appointmentId }, body: { slotId: chosen.slotId } }),
  };
}

interface Words {
  choose: string;
  confirmTitle: string;
  action: string;
  from: string;
  to: string;
}

/** The choice of another time, and the question before the visit is moved. */
export function MoveVisit({
  visit,
  move,
  words,
  from,
  to,
  actions,
  children,
}: {
  visit: Schemas['Appointment'];
  move: ReturnType<typeof useMove>;
  words: Words;
  from: ReactNode;
  to: (slot: Slot) => ReactNode;
  actions?: ReactNode;
  /** What the reader should know before the move. */
  children?: ReactNode;
}) {
  const { chosen } = move;
  return (
    <>
      <Section title={words.choose} actions={actions}>
        <SlotPicker
          doctorId={visit.doctorId}
          zone={visit.zone}
          kind={visit.kind as Kind}
          selected={chosen?.slotId}
          onChoose={move.choose}
        />
      </Section>
      <ConfirmDialog
        open={chosen !== undefined}
        onClose={move.close}
        title={words.confirmTitle}
        action={words.action}
        busy={move.request.isPending}
        problem={move.request.error}
        onConfirm={move.confirm}
      >
        {chosen && (
          <Facts
            items={[
              [words.from, from],
              [words.to, <strong key="to">{to(chosen)}</strong>],
            ]}
          />
        )}
        {children}
      </ConfirmDialog>
    </>
  );
}
