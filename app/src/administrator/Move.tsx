import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { isProblem } from '../api/problems';
import { useIntent, useRead } from '../api/queries';
import { SlotPicker } from '../patient/SlotPicker';
import type { Kind, Slot } from '../patient/slots';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { VisitTime } from '../ui/When';
import { useAdministratorWords } from './words';

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = useAdministratorWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Slot>();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const move = useIntent('rescheduleAppointment', {
    changes: ['viewAppointment', 'listAppointments', 'listAvailableSlots'],
    onSuccess: () => {
      toast(words.visit.moved);
      return navigate(`/admin/visits/${appointmentId}`, { replace: true });
    },
    onError: error => {
      if (isProblem(error, 'slot-taken', 'day-full'))
        void queries.invalidateQueries({ queryKey: ['listAvailableSlots'] });
    },
  });
  return (
    <Page
      title={words.visit.moveTitle}
      intro={words.visit.moveNote}
      backTo={`/admin/visits/${appointmentId}`}
      backLabel={words.visit.title}
    >
      <Loaded query={visit}>
        {found => (
          <>
            <div className="card p-5">
              <Facts
                items={[
                  [words.visit.doctor, found.doctorName],
                  [
                    words.visit.now,
                    <strong key="now">
                      <VisitTime visit={found} />
                    </strong>,
                  ],
                ]}
              />
            </div>
            <Section title={words.visit.chooseTime}>
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
              title={words.visit.moveConfirm}
              action={words.visit.moveTitle}
              busy={move.isPending}
              problem={move.error}
              onConfirm={() =>
                chosen && move.mutate({ path: { appointmentId }, body: { slotId: chosen.slotId } })
              }
            >
              {chosen && (
                <Facts
                  items={[
                    [words.visit.from, <VisitTime key="from" visit={found} />],
                    [
                      words.visit.to,
                      <strong key="to">
                        <VisitTime visit={{ ...chosen, zone: found.zone }} />
                        {chosen.clinic && `, ${chosen.clinic}`}
                      </strong>,
                    ],
                  ]}
                />
              )}
            </ConfirmDialog>
          </>
        )}
      </Loaded>
    </Page>
  );
}
