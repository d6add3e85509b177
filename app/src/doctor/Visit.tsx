import { useParams } from 'react-router';
import type { Schemas } from '../api/client';
import { useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Icon } from '../ui/icons';
import { Page, Section } from '../ui/Page';
import { Loaded, VisitStatus } from '../ui/states';
import { Facts } from '../ui/Table';
import { Fee, Instant } from '../ui/When';
import { Phone, useName, useNow } from './Patient';
import { StateNote, Steps } from './Steps';
import { useDoctorWords } from './words';

type Visit = Schemas['AppointmentDetails'];

export function Component() {
  const { appointmentId = '' } = useParams();
  const words = useDoctorWords();
  const visit = useRead('viewAppointment', { path: { appointmentId } }, { refetchInterval: 30_000 });
  const nameOf = useName();
  return (
    <Page
      title={words.visit.title}
      heading={
        visit.data?.patient ? words.visit.heading.replace('{name}', nameOf(visit.data)) : words.visit.title
      }
      backTo="/doctor/visits"
      backLabel={words.visits.title}
      narrow
    >
      <Loaded query={visit}>{found => <Shown visit={found} />}</Loaded>
    </Page>
  );
}

function Shown({ visit }: { visit: Visit }) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const at = useNow();
  const { patient } = visit;
  const [moveOne = '', moveOther = ''] = words.visit.moved.split('|');
  const [yearOne = '', yearOther = ''] = words.patient.age.split('|');
  return (
    <>
      {visit.status === 'cancelled' ? (
        <Cancelled visit={visit} />
      ) : (
        <Section title={words.visit.details} actions={<VisitStatus status={visit.status} />}>
          <When visit={visit} />
          <StateNote visit={visit} at={at} zone={visit.zone} />
          <Steps visit={visit} at={at} />
        </Section>
      )}
      {patient && (
        <Section title={words.patient.title}>
          <Facts
            items={[
              [words.patient.name, <strong key="name">{patient.name}</strong>],
              [
                words.patient.ageName,
                typeof patient.age === 'number' && format.plural(patient.age, yearOne, yearOther),
              ],
              [words.patient.sex, patient.sex && (core.sexes[patient.sex] ?? patient.sex)],
              [words.patient.phone, patient.phone && <Phone patient={patient} />],
              [
                words.patient.emergency,
                patient.emergencyContacts && patient.emergencyContacts.length > 0 && (
                  <Contacts contacts={patient.emergencyContacts} />
                ),
              ],
              [
                words.visit.reason,
                visit.reason ? (
                  <span key="reason" className="whitespace-pre-line">
                    {visit.reason}
                  </span>
                ) : (
                  <span key="none" className="text-soft">
                    {words.visit.noReason}
                  </span>
                ),
              ],
              [
                words.visit.symptoms,
                visit.symptoms && visit.symptoms.length > 0 && format.list(visit.symptoms),
              ],
              [
                words.visit.notes,
                visit.notes && (
                  <span key="notes" className="whitespace-pre-line break-words">
                    {visit.notes}
                  </span>
                ),
              ],
            ]}
          />
          <p className="text-sm text-soft">{words.visit.private}</p>
        </Section>
      )}
      <div className="card grid gap-5 p-5 sm:p-6">
        <Facts
          items={[
            [
              words.visit.where,
              <span key="where" className="inline-flex items-center gap-1.5">
                <Icon name={visit.clinic ? 'clinic' : 'video'} className="size-4 text-soft" />
                {visit.clinic ?? core.modes.video}
              </span>,
            ],
            [words.visit.kind, core.kinds[visit.kind] ?? visit.kind],
            [words.visit.fee, <Fee key="fee" paise={visit.fee} />],
            [words.visit.booked, <Instant key="booked" at={visit.createdAt} />],
            [
              words.visit.patientJoined,
              visit.patientJoinedAt && <Instant key="patient" at={visit.patientJoinedAt} />,
            ],
            [
              words.visit.doctorJoined,
              visit.doctorJoinedAt && <Instant key="doctor" at={visit.doctorJoinedAt} />,
            ],
          ]}
        />
        {visit.moves > 0 && (
          <p className="text-sm text-soft">{format.plural(visit.moves, moveOne, moveOther)}</p>
        )}
      </div>
    </>
  );
}

/** The people to call if something happens to the patient. */
function Contacts({ contacts }: { contacts: Schemas['PatientContact'][] }) {
  return (
    <ul className="grid gap-1">
      {contacts.map(contact => (
        <li key={contact.phone} className="flex flex-wrap items-center gap-x-2">
          <span>
            {contact.name} ({contact.relation})
          </span>
          <Phone patient={contact} />
        </li>
      ))}
    </ul>
  );
}

function When({ visit }: { visit: Visit }) {
  const format = useFormats();
  return (
    <p className="text-lg font-semibold">
      <time dateTime={visit.start}>
        {format.day(visit.start, visit.zone)}, {format.time(visit.start, visit.zone)} –{' '}
        {format.time(visit.end, visit.zone)}
      </time>
    </p>
  );
}

function Cancelled({ visit }: { visit: Visit }) {
  const words = useDoctorWords();
  const { by = visit.cancelledBy ?? 'patient', at, reason } = visit.cancellation ?? {};
  const [before = '', after] = (words.visit.cancelledBy[by] ?? words.visit.cancelled).split('{at}');
  return (
    <Section title={words.visit.cancelled} actions={<VisitStatus status={visit.status} />}>
      <When visit={visit} />
      <p>
        {before}
        {at && after !== undefined && <Instant at={at} />}
        {after}
      </p>
      {reason && <p>“{reason}”</p>}
    </Section>
  );
}
