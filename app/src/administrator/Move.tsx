import { useParams } from 'react-router';
import { useRead } from '../api/queries';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { VisitTime } from '../ui/When';
import { MoveVisit, useMove } from '../visits/move';
import { useAdministratorWords } from './words';

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = useAdministratorWords();
  const visit = useRead('viewAppointment', { path: { appointmentId } });
  const back = `/admin/visits/${appointmentId}`;
  const move = useMove(appointmentId, { back, done: words.visit.moved });
  return (
    <Page
      title={words.visit.moveTitle}
      intro={words.visit.moveNote}
      backTo={back}
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
            <MoveVisit
              visit={found}
              move={move}
              words={{
                choose: words.visit.chooseTime,
                confirmTitle: words.visit.moveConfirm,
                action: words.visit.moveTitle,
                from: words.visit.from,
                to: words.visit.to,
              }}
              from={<VisitTime visit={found} />}
              to={slot => (
                <>
                  <VisitTime visit={{ ...slot, zone: found.zone }} />
                  {slot.clinic && `, ${slot.clinic}`}
                </>
              )}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}
