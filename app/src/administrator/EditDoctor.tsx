import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Schemas, Tagged } from '../api/client';
import { isProblem } from '../api/problems';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { DoctorForm } from './DoctorForm';
import { useAdministratorWords } from './words';

export function Component() {
  const { doctorId = '' } = useParams();
  const words = useAdministratorWords();
  const doctor = useQuery({
    ...taggedQuery('viewDoctor', { path: { doctorId } }),
    // What is typed must meet the version that was read for it, not one that arrives meanwhile.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
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
  // The version that the form shows; a newer one only on request.
  const [shown, setShown] = useState(read);
  const path = { doctorId: shown.data.id };
  const [loading, setLoading] = useState(false);
  const update = useIntent('updateDoctor', {
    changes: ['viewDoctor', 'searchDoctors'],
    onSuccess: () => {
      toast(words.form.saved);
      return navigate(`/admin/doctors/${path.doctorId}`, { replace: true });
    },
  });
  const conflict = isProblem(update.error, 'version-mismatch');
  const load = async () => {
    setLoading(true);
    try {
      setShown(await queries.fetchQuery({ ...taggedQuery('viewDoctor', { path }), staleTime: 0 }));
      update.reset();
    } finally {
      setLoading(false);
    }
  };
  return (
    <DoctorForm
      key={shown.etag}
      doctor={shown.data}
      problem={conflict ? null : update.error}
      busy={update.isPending}
      action={core.save}
      onSubmit={({ registrationNumber: _, ...body }) => update.mutate({ path, ifMatch: shown.etag, body })}
    >
      {conflict && (
        <div
          role="alert"
          className="flex gap-3 rounded-[0.625rem] border border-warn/40 bg-warn-soft px-4 py-3"
        >
          <Icon name="alert" className="mt-0.5 size-5 text-warn" />
          <div className="grid gap-2">
            <p className="font-medium">{words.form.conflictTitle}</p>
            <p>{words.form.conflict}</p>
            <Button
              className="justify-self-start"
              small
              icon="repeat"
              busy={loading}
              onClick={() => void load()}
            >
              {words.form.load}
            </Button>
          </div>
        </div>
      )}
    </DoctorForm>
  );
}
