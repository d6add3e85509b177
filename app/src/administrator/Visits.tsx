import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { now } from '../api/clock';
import { pagedQuery, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { dayOf, readersZone } from '../i18n/format';
import { Button } from '../ui/Button';
import { Choices, DateField, Select } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Empty, ErrorState, Loading, VisitStatus } from '../ui/states';
import { Table } from '../ui/Table';
import { useUntilFound } from '../ui/useUntilFound';
import { Fee, VisitTime } from '../ui/When';
import { DoctorPicker } from './DoctorPicker';
import { dayAfter, isDay, isId, startOf } from './days';
import { useFilters } from './filters';
import { Id, shortId } from './Id';
import { PatientField } from './PatientField';
import { useAdministratorWords } from './words';

const STATUSES = [
  'held',
  'confirmed',
  'checked_in',
  'in_progress',
  'completed',
  'cancelled',
  'no_show',
] as const;
type Status = (typeof STATUSES)[number];

export function Component() {
  const words = useAdministratorWords();
  const core = useCore();
  const [filter, change] = useFilters<'doctor' | 'patient' | 'from' | 'to' | 'status'>();
  const doctorId = filter('doctor');
  const patientId = filter('patient');
  const [of, setOf] = useState(patientId ? 'patient' : 'doctor');
  const [today] = useState(() => dayOf(now(), readersZone()));
  const from = isDay(filter('from')) ? filter('from') : today;
  const to = isDay(filter('to')) ? filter('to') : '';
  const status = STATUSES.find(name => name === filter('status'));
  const someone = isId(doctorId) || isId(patientId);
  return (
    <Page title={words.visits.title} intro={words.visits.intro}>
      <search aria-label={words.visits.title} className="card grid gap-5 p-5">
        <Choices
          legend={words.visits.whose}
          name="of"
          value={of}
          onChange={next => {
            setOf(next);
            change({ doctor: undefined, patient: undefined });
          }}
          options={[
            { value: 'doctor', label: words.visits.ofDoctor },
            { value: 'patient', label: words.visits.ofPatient },
          ]}
        />
        <div className="grid items-start gap-5 lg:grid-cols-2">
          {of === 'patient' ? (
            <PatientField
              key={patientId}
              value={patientId}
              onChoose={id => change({ patient: id, doctor: undefined })}
            />
          ) : isId(doctorId) ? (
            <ChosenDoctor id={doctorId} onChange={() => change({ doctor: undefined })} />
          ) : (
            <DoctorPicker onChoose={id => change({ doctor: id, patient: undefined })} />
          )}
          <div className="grid gap-4 sm:grid-cols-3">
            <DateField
              label={words.visits.from}
              name="from"
              defaultValue={from}
              onBlur={event => change({ from: isDay(event.target.value) ? event.target.value : undefined })}
            />
            <DateField
              label={words.visits.to}
              name="to"
              min={from}
              defaultValue={to}
              onBlur={event => change({ to: isDay(event.target.value) ? event.target.value : undefined })}
            />
            <Select
              label={words.visits.status}
              name="status"
              value={status ?? ''}
              onChange={event => change({ status: event.target.value })}
              options={[
                { value: '', label: words.all },
                ...STATUSES.map(value => ({ value, label: core.statuses[value] ?? value })),
              ]}
            />
          </div>
        </div>
      </search>
      {someone ? (
        <Found
          doctorId={isId(doctorId) ? doctorId : undefined}
          patientId={isId(patientId) ? patientId : undefined}
          from={from}
          to={to}
          status={status}
        />
      ) : (
        <Empty icon="calendar" title={words.visits.startTitle}>
          {words.visits.start}
        </Empty>
      )}
    </Page>
  );
}

function ChosenDoctor({ id, onChange }: { id: string; onChange: () => void }) {
  const words = useAdministratorWords();
  const doctor = useRead('viewDoctor', { path: { doctorId: id } });
  return (
    <div className="grid gap-1.5">
      <p className="font-medium">{words.visits.doctor}</p>
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 rounded-[0.625rem] bg-raised py-1 pr-1 pl-3.5">
        {doctor.data ? (
          <Link className="font-medium text-accent hover:underline" to={`/admin/doctors/${id}`}>
            {doctor.data.displayName}
          </Link>
        ) : (
          <Id of={id} />
        )}
        <Button small look="quiet" onClick={onChange}>
          {words.change}
        </Button>
      </div>
    </div>
  );
}

function Found({
  doctorId,
  patientId,
  from,
  to,
  status,
}: {
  doctorId?: string;
  patientId?: string;
  from: string;
  to: string;
  status?: Status;
}) {
  const words = useAdministratorWords();
  const core = useCore();
  const visits = useInfiniteQuery(
    pagedQuery('listAppointments', {
      query: {
        doctorId,
        patientId,
        from: startOf(from),
        to: to ? startOf(dayAfter(to)) : undefined,
        status,
        limit: 50,
      },
    }),
  );
  const found = visits.data?.pages.flatMap(page => page.appointments) ?? [];
  const looking = useUntilFound(visits, found.length);
  return (
    <>
      {looking && <Loading />}
      {visits.isError && <ErrorState error={visits.error} retry={() => void visits.refetch()} />}
      {visits.isSuccess && found.length === 0 && !visits.hasNextPage && (
        <Empty icon="calendar" title={words.visits.noneTitle}>
          {words.visits.none}
        </Empty>
      )}
      {found.length > 0 && (
        <Table
          caption={words.visits.title}
          rows={found}
          id={visit => visit.id}
          columns={[
            {
              name: words.visits.when,
              cell: visit => (
                <Link
                  className="inline-block py-1.5 font-medium text-accent hover:underline"
                  to={`/admin/visits/${visit.id}`}
                >
                  <VisitTime visit={visit} />
                </Link>
              ),
            },
            {
              name: patientId ? words.visits.doctor : words.patient,
              cell: visit =>
                patientId ? (
                  visit.doctorName
                ) : (
                  <span className="font-mono text-sm">{shortId(visit.patientId)}</span>
                ),
            },
            {
              name: words.visits.kind,
              cell: visit => (
                <>
                  {core.kinds[visit.kind] ?? visit.kind}
                  <span className="block text-sm text-soft">{visit.clinic ?? core.modes.video}</span>
                </>
              ),
            },
            { name: words.visits.status, cell: visit => <VisitStatus status={visit.status} /> },
            { name: words.visits.fee, number: true, cell: visit => <Fee paise={visit.fee} /> },
          ]}
        />
      )}
      {!looking && <MoreButton query={visits} />}
    </>
  );
}
