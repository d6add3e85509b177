import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import type { Input, Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { Button } from '../ui/Button';
import { Conflict, useVersion } from '../ui/Conflict';
import { Form, TextArea } from '../ui/Field';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { usePatientWords } from './words';

type Visit = Schemas['AppointmentDetails'];
type Values = Input<'updateAppointment'>['body'];

/** What the patient tells the doctor before the visit. */
export function Component() {
  const { appointmentId = '' } = useParams();
  const words = usePatientWords();
  const visit = useQuery({
    ...taggedQuery('viewAppointment', { path: { appointmentId } }),
    // The form begins with what is stored now.
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return (
    <Page
      title={words.intake.title}
      intro={words.intake.intro}
      backTo={`/visits/${appointmentId}`}
      backLabel={words.visit.title}
      narrow
    >
      <Loaded query={visit}>{found => <Editor read={found} />}</Loaded>
    </Page>
  );
}

/** One symptom on each line. */
function symptomsOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

function valuesOf({ reason, symptoms, notes }: Visit): Values {
  return { reason: reason ?? undefined, symptoms: symptoms ?? [], notes: notes ?? undefined };
}

function Editor({ read }: { read: Tagged<Visit> }) {
  const words = usePatientWords();
  const core = useCore();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const path = { appointmentId: read.data.id };
  const version = useVersion<Visit, Values>(read, () =>
    queries.fetchQuery({ ...taggedQuery('viewAppointment', { path }), staleTime: 0 }),
  );
  const visit = version.shown.data;
  const update = useIntent('updateAppointment', {
    changes: ['viewAppointment', 'listAppointments'],
    onSuccess: () => {
      toast(words.intake.saved);
      return navigate(`/visits/${path.appointmentId}`, { replace: true });
    },
    onError: (error, { body }) => version.meet(error, body),
  });
  return (
    <>
      <Form
        key={version.key}
        className="card grid gap-5 p-5 sm:p-6"
        problem={version.met ? null : version.told(update.error)}
        onSubmit={data => {
          const text = (name: string) => String(data.get(name) ?? '').trim();
          update.mutate({
            path,
            ifMatch: version.shown.etag,
            body: {
              reason: text('reason') || undefined,
              symptoms: symptomsOf(text('symptoms')),
              notes: text('notes') || undefined,
            },
          });
        }}
      >
        <TextArea
          label={words.visit.reason}
          name="reason"
          defaultValue={visit.reason ?? ''}
          required={false}
          maxLength={1000}
        />
        <TextArea
          label={words.intake.symptoms}
          hint={words.intake.symptomsHint}
          name="symptoms"
          defaultValue={visit.symptoms?.join('\n') ?? ''}
          required={false}
          rows={4}
        />
        <TextArea
          label={words.intake.notes}
          hint={words.intake.notesHint}
          name="notes"
          defaultValue={visit.notes ?? ''}
          required={false}
          maxLength={2000}
          rows={5}
        />
        <Button type="submit" look="primary" busy={update.isPending} className="sm:justify-self-start">
          {core.save}
        </Button>
      </Form>
      <Conflict
        version={version}
        valuesOf={valuesOf}
        fields={{
          reason: { label: words.visit.reason, show: text => text },
          symptoms: { label: words.intake.symptoms, show: list => list?.join('\n') },
          notes: { label: words.intake.notes, show: text => text },
        }}
        busy={update.isPending}
        error={update.error}
        onSave={(body, etag) => update.mutate({ path, ifMatch: etag, body })}
      />
    </>
  );
}
