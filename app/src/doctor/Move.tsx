import { useParams } from 'react-router';
import { useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';
import { Empty, Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { MoveVisit, useMove } from '../visits/move';
import { useName, useNow } from './Patient';
import { stepsOf } from './steps';
import { useDoctorWords } from './words';

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const nameOf = useName();
  const at = useNow();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const back = `/doctor/visits/${appointmentId}`;
  const move = useMove(appointmentId, {
    back,
    done: words.move.done,
    changes: ['viewDoctorDay', 'viewSchedule', 'listWaitlist'],
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
      backTo={back}
      backLabel={words.visit.title}
    >
      <Loaded query={visit}>
        {found =>
          stepsOf(found, at).has('change') || move.chosen ? (
            <>
              <div className="card p-5">
                <Facts items={[[words.move.now, <strong key="now">{time(found, found.zone)}</strong>]]} />
              </div>
              <MoveVisit
                visit={found}
                move={move}
                words={words.move}
                from={time(found, found.zone)}
                to={slot => `${time(slot, found.zone)}, ${slot.clinic ?? core.modes.video}`}
                actions={
                  <LinkButton small look="quiet" icon="plus" to="/doctor/schedule/slots">
                    {words.move.slots}
                  </LinkButton>
                }
              />
            </>
          ) : (
            <Empty
              icon="info"
              title={words.move.impossibleTitle}
              action={<LinkButton to={back}>{words.move.see}</LinkButton>}
            >
              {words.move.impossible}
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
