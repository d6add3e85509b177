import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { isProblem } from '../api/problems';
import { useIntent, useRead } from '../api/queries';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { VisitTime } from '../ui/When';
import { SlotPicker } from './SlotPicker';
import type { Kind, Slot } from './slots';
import { usePatientWords } from './words';

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = usePatientWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Slot>();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const move = useIntent('rescheduleAppointment', {
    changes: ['viewAppointment', 'listAppointments', 'listAvailableSlots'],
    onSuccess: () => {
      toast(words.move.done);
      return navigate(`/visits/${appointmentId}`, { replace: true });
    },
    onError: error => {
      if (isProblem(error, 'slot-taken', 'day-full'))
        void queries.invalidateQueries({ queryKey: ['listAvailableSlots'] });
    },
  });
  return (
    <Page
      title={words.move.title}
      heading={visit.data ? words.move.heading.replace('{doctor}', visit.data.doctorName) : words.move.title}
      intro={words.move.note}
      backTo={`/visits/${appointmentId}`}
    >
      <Loaded query={visit}>
        {found => (
          <>
            <div className="card p-5">
              <Facts
                items={[
                  [
                    words.move.now,
                    <strong key="now">
                      <VisitTime visit={found} />
                    </strong>,
                  ],
                ]}
              />
            </div>
            <Section title={words.move.choose}>
              <SlotPicker
                doctorId={found.doctorId}
                zone={found.zone}
                kind={found.kind as Kind}
                selected={chosen?.slotId}
                onChoose={slot => {
                  move.reset();
                  setChosen(slot);
                }}
              />
            </Section>
            <ConfirmDialog
              open={chosen !== undefined}
              onClose={() => setChosen(undefined)}
              title={words.move.confirmTitle}
              action={words.move.action}
              busy={move.isPending}
              problem={move.error}
              onConfirm={() =>
                chosen && move.mutate({ path: { appointmentId }, body: { slotId: chosen.slotId } })
              }
            >
              {chosen && (
                <Facts
                  items={[
                    [words.move.from, <VisitTime key="from" visit={found} />],
                    [
                      words.move.to,
                      <strong key="to">
                        <VisitTime visit={{ ...chosen, zone: found.zone }} />
                        {chosen.clinic && `, ${chosen.clinic}`}
                      </strong>,
                    ],
                  ]}
                />
              )}
              {found.fee > 0 && <p className="text-sm text-soft">{words.move.refund}</p>}
            </ConfirmDialog>
          </>
        )}
      </Loaded>
    </Page>
  );
}
