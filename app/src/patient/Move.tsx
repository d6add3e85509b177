import { useParams } from 'react-router';
import { useRead } from '../api/queries';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { VisitTime } from '../ui/When';
import { MoveVisit, useMove } from '../visits/move';
import { usePatientWords } from './words';

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = usePatientWords();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const back = `/visits/${appointmentId}`;
  const move = useMove(appointmentId, { back, done: words.move.done });
  return (
    <Page
      title={words.move.title}
      heading={visit.data ? words.move.heading.replace('{doctor}', visit.data.doctorName) : words.move.title}
      intro={words.move.note}
      backTo={back}
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
            <MoveVisit
              visit={found}
              move={move}
              words={words.move}
              from={<VisitTime visit={found} />}
              to={slot => (
                <>
                  <VisitTime visit={{ ...slot, zone: found.zone }} />
                  {slot.clinic && `, ${slot.clinic}`}
                </>
              )}
            >
              {found.fee > 0 && <p className="text-sm text-soft">{words.move.refund}</p>}
            </MoveVisit>
          </>
        )}
      </Loaded>
    </Page>
  );
}
