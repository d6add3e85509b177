import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import type { Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { Conflict, useVersion } from '../ui/Conflict';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { bodyOf, type DoctorData, dataOf, dataOfBody, useDoctorComparison } from '../visits/doctorData';
import { DoctorForm } from './DoctorForm';
import { useAdministratorWords } from './words';

export function Component() {
  const { doctorId = '' } = useParams();
  const words = useAdministratorWords();
  const doctor = useQuery({
    ...taggedQuery('viewDoctor', { path: { doctorId } }),
    // The form begins with what is stored now.
    gcTime: 0,
  });
  return (
    <Page
      title={words.form.editTitle}
      heading={doctor.data?.data.displayName ?? words.form.editTitle}
      intro={words.form.editIntro}
      backTo={`/admin/doctors/${doctorId}`}
      backLabel={words.doctor.title}
      narrow
    >
      <Loaded query={doctor}>{read => <Editor key={doctorId} read={read} />}</Loaded>
    </Page>
  );
}

function Editor({ read }: { read: Tagged<Schemas['Doctor']> }) {
  const words = useAdministratorWords();
  const core = useCore();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const path = { doctorId: read.data.id };
  const version = useVersion<Schemas['Doctor'], DoctorData>(read, () =>
    queries.fetchQuery({ ...taggedQuery('viewDoctor', { path }), staleTime: 0 }),
  );
  const fields = useDoctorComparison({
    ...words.form,
    title: words.form.doctorTitle,
    days: words.form.withinDays,
  });
  const update = useIntent('updateDoctor', {
    changes: ['viewDoctor', 'searchDoctors'],
    onSuccess: () => {
      toast(words.form.saved);
      return navigate(`/admin/doctors/${path.doctorId}`, { replace: true });
    },
    onError: (error, { body }) => version.meet(error, dataOfBody(body)),
  });
  return (
    <>
      <DoctorForm
        key={version.key}
        doctor={version.shown.data}
        problem={version.met ? null : version.told(update.error)}
        busy={update.isPending}
        action={core.save}
        onSubmit={({ registrationNumber: _, ...body }) =>
          update.mutate({ path, ifMatch: version.shown.etag, body })
        }
      />
      <Conflict
        version={version}
        valuesOf={dataOf}
        fields={fields}
        busy={update.isPending}
        error={update.error}
        onSave={(data, etag) => update.mutate({ path, ifMatch: etag, body: bodyOf(data) })}
      />
    </>
  );
}
