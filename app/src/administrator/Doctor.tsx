import { useState } from 'react';
import { useParams } from 'react-router';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { readersZone, useFormats } from '../i18n/format';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { Button, LinkButton } from '../ui/Button';
import { ConfirmDialog, Dialog } from '../ui/Dialog';
import { Form, TextArea } from '../ui/Field';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Badge, Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { Fee } from '../ui/When';
import { Id } from './Id';
import { plural } from './plural';
import { useAdministratorWords } from './words';

type Doctor = Schemas['Doctor'];

export function Component() {
  const { doctorId = '' } = useParams();
  const words = useAdministratorWords();
  const doctor = useRead('viewDoctor', { path: { doctorId } });
  const [suspending, setSuspending] = useState(false);
  const [reinstating, setReinstating] = useState(false);
  const active = doctor.data?.standing === 'active';
  return (
    <Page
      title={words.doctor.title}
      heading={doctor.data?.displayName ?? words.doctor.title}
      backTo="/admin/doctors"
      backLabel={words.doctors.title}
      actions={
        doctor.data && (
          <>
            <LinkButton icon="edit" to={`/admin/doctors/${doctorId}/edit`}>
              {words.doctor.edit}
            </LinkButton>
            <LinkButton icon="calendar" to={`/admin/visits?doctor=${doctorId}`}>
              {words.doctor.visits}
            </LinkButton>
            {active ? (
              <Button
                look="quiet"
                className="text-danger hover:bg-danger-soft"
                onClick={() => setSuspending(true)}
              >
                {words.doctor.suspend}
              </Button>
            ) : (
              <Button onClick={() => setReinstating(true)}>{words.doctor.reinstate}</Button>
            )}
          </>
        )
      }
    >
      <Loaded query={doctor}>
        {found => (
          <>
            <Standing doctor={found} />
            <Profile doctor={found} />
            <SuspendDoctor doctor={found} open={suspending} onClose={() => setSuspending(false)} />
            <ReinstateDoctor doctor={found} open={reinstating} onClose={() => setReinstating(false)} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Standing({ doctor }: { doctor: Doctor }) {
  const words = useAdministratorWords();
  const format = useFormats();
  if (doctor.standing === 'active') return null;
  const at = doctor.suspendedAt ? format.dateTime(doctor.suspendedAt, readersZone()) : '';
  return (
    <div className="flex gap-3 rounded-[0.875rem] border border-warn/40 bg-warn-soft p-5">
      <Icon name="alert" className="mt-0.5 size-5 text-warn" />
      <div className="grid gap-1">
        <p className="font-medium">{words.doctor.suspendedText.replace('{at}', at)}</p>
        <p className="text-sm">{words.doctor.reinstatable}</p>
      </div>
    </div>
  );
}

function Profile({ doctor }: { doctor: Doctor }) {
  const words = useAdministratorWords();
  const core = useCore();
  const format = useFormats();
  const specialities = useSpecialities();
  const languages = useLanguages();
  const { dailyLimit, followUp, kinds = [] } = doctor.terms;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <Section
        title={words.doctor.title}
        actions={
          <Badge tone={doctor.standing === 'active' ? 'good' : 'warn'}>
            {doctor.standing === 'active' ? words.doctor.active : words.doctor.suspended}
          </Badge>
        }
      >
        <Facts
          items={[
            [words.doctor.registration, doctor.registrationNumber],
            [words.doctor.qualification, doctor.qualification],
            [
              words.form.bio,
              doctor.bio && (
                <span key="bio" className="whitespace-pre-line">
                  {doctor.bio}
                </span>
              ),
            ],
            [words.doctor.specialities, format.list(doctor.specialities.map(specialities.name))],
            [words.doctor.languages, format.list(doctor.languages.map(languages.name))],
            [words.doctor.zone, format.zone(Date.now(), doctor.zone)],
            [words.id, <Id key="id" of={doctor.id} />],
          ]}
        />
      </Section>
      <Section title={words.doctor.terms}>
        <Facts
          items={[
            [
              words.doctor.fee,
              <strong key="fee">
                <Fee paise={doctor.fee} />
              </strong>,
            ],
            [
              words.doctor.followUp,
              followUp
                ? words.doctor.followUpText
                    .replace('{fee}', followUp.fee === 0 ? core.free : format.money(followUp.fee))
                    .replace('{days}', plural(format, followUp.withinDays, words.doctor.days))
                : words.doctor.noFollowUp,
            ],
            [words.doctor.dailyLimit, dailyLimit ? format.number(dailyLimit) : words.doctor.noLimit],
            ...Object.entries(core.kinds).map(([kind, name]): [string, React.ReactNode] => {
              const own = kinds.find(terms => terms.kind === kind);
              return [
                name,
                own ? (
                  <>
                    {plural(format, own.slots, words.doctor.slots)}, <Fee paise={own.fee} />
                  </>
                ) : (
                  <span key={kind} className="text-soft">
                    {words.doctor.usual}
                  </span>
                ),
              ];
            }),
          ]}
        />
      </Section>
    </div>
  );
}

/** Suspends a doctor, after saying what becomes of the visits. */
function SuspendDoctor({ doctor, open, onClose }: { doctor: Doctor; open: boolean; onClose: () => void }) {
  const words = useAdministratorWords();
  const core = useCore();
  const format = useFormats();
  const [from] = useState(() => new Date(now()).toISOString());
  const ahead = useRead(
    'listAppointments',
    { query: { doctorId: doctor.id, from, status: 'confirmed', limit: 100 } },
    { enabled: open, staleTime: 0 },
  );
  const suspend = useIntent('suspendDoctor', {
    changes: ['viewDoctor', 'searchDoctors', 'listSuspendedDoctors', 'listAppointments'],
    onSuccess: () => {
      onClose();
      toast(words.doctor.suspendedNow);
    },
  });
  return (
    <Dialog open={open} onClose={onClose} title={words.doctor.suspendTitle}>
      <Form
        problem={suspend.error}
        onSubmit={data =>
          suspend.mutate({
            path: { doctorId: doctor.id },
            body: { reason: String(data.get('reason') ?? '').trim() },
          })
        }
      >
        <p className="font-medium">{doctor.displayName}</p>
        <p>{words.doctor.suspendText}</p>
        <Loaded query={ahead} rows={1}>
          {({ appointments, nextCursor }) => {
            const text =
              appointments.length === 0 && !nextCursor
                ? words.doctor.affectedNone
                : nextCursor
                  ? words.doctor.affectedMore.replace('#', format.number(appointments.length))
                  : plural(format, appointments.length, words.doctor.affected);
            return <p className="rounded-[0.625rem] bg-raised px-4 py-3 font-medium">{text}</p>;
          }}
        </Loaded>
        <TextArea
          label={words.doctor.reason}
          hint={words.doctor.reasonHint}
          name="reason"
          rows={2}
          maxLength={200}
          required
        />
        <div className="actions justify-end max-sm:justify-stretch">
          <Button onClick={onClose}>{core.back}</Button>
          <Button type="submit" look="danger" busy={suspend.isPending}>
            {words.doctor.suspendAction}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** Ends a suspension, after saying what stays cancelled. */
function ReinstateDoctor({ doctor, open, onClose }: { doctor: Doctor; open: boolean; onClose: () => void }) {
  const words = useAdministratorWords();
  const reinstate = useIntent('reinstateDoctor', {
    changes: ['viewDoctor', 'searchDoctors', 'listSuspendedDoctors', 'listAppointments'],
    onSuccess: () => {
      onClose();
      toast(words.doctor.reinstatedNow);
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.doctor.reinstateTitle}
      action={words.doctor.reinstateAction}
      onConfirm={() => reinstate.mutate({ path: { doctorId: doctor.id } })}
      busy={reinstate.isPending}
      problem={reinstate.error}
    >
      <p className="font-medium">{doctor.displayName}</p>
      <p>{words.doctor.reinstateText}</p>
    </ConfirmDialog>
  );
}
