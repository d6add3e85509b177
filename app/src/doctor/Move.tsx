import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { isProblem } from '../api/problems';
import { useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { SlotPicker } from '../patient/SlotPicker';
import type { Kind, Slot } from '../patient/slots';
import { LinkButton } from '../ui/Button';
import { ConfirmDialog } from '../ui/Dialog';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Empty, Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { useName, useNow } from './Patient';
import { stepsOf } from './steps';
import { useDoctorWords } from './words';

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const nameOf = useName();
  const at = useNow();
  const [chosen, setChosen] = useState<Slot>();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const move = useIntent('rescheduleAppointment', {
    changes: [
      'viewAppointment',
      'listAppointments',
      'listAvailableSlots',
      'viewDoctorDay',
      'viewSchedule',
      'listWaitlist',
    ],
    onSuccess: () => {
      toast(words.move.done);
      return navigate(`/doctor/visits/${appointmentId}`, { replace: true });
    },
    onError: error => {
      if (isProblem(error, 'slot-taken', 'day-full'))
        void queries.invalidateQueries({ queryKey: ['listAvailableSlots'] });
    },
  });
  const time = (slot: { start: string; end: string }, zone: string) =>
    `${format.day(slot.start, zone)}, ${format.time(slot.start, zone)} – ${format.time(slot.end, zone)}`;
  return (
    <Page
      title={words.move.title}
      heading={
        visit.data?.patient ? words.move.heading.replace('{name}', nameOf(visit.data)) : words.move.title
      }
      intro={words.move.note}
      backTo={`/doctor/visits/${appointmentId}`}
      backLabel={words.visit.title}
    >
      <Loaded query={visit}>
        {found =>
          stepsOf(found, at).has('change') || chosen ? (
            <>
              <div className="card p-5">
                <Facts items={[[words.move.now, <strong key="now">{time(found, found.zone)}</strong>]]} />
              </div>
              <Section
                title={words.move.choose}
                actions={
                  <LinkButton small look="quiet" icon="plus" to="/doctor/schedule/slots">
                    {words.move.slots}
                  </LinkButton>
                }
              >
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
                      [words.move.from, time(found, found.zone)],
                      [
                        words.move.to,
                        <strong key="to">
                          {time(chosen, found.zone)}, {chosen.clinic ?? core.modes.video}
                        </strong>,
                      ],
                    ]}
                  />
                )}
              </ConfirmDialog>
            </>
          ) : (
            <Empty
              icon="info"
              title={words.move.impossibleTitle}
              action={<LinkButton to={`/doctor/visits/${appointmentId}`}>{words.move.see}</LinkButton>}
            >
              {words.move.impossible}
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
