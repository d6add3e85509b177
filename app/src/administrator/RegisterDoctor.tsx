import { useNavigate } from 'react-router';
import { useIntent } from '../api/queries';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { DoctorForm } from './DoctorForm';
import { useAdministratorWords } from './words';

export function Component() {
  const words = useAdministratorWords();
  const navigate = useNavigate();
  const register = useIntent('registerDoctor', {
    changes: ['searchDoctors'],
    onSuccess: doctor => {
      toast(words.form.registered);
      return navigate(`/admin/doctors/${doctor.id}`, { replace: true });
    },
  });
  return (
    <Page
      title={words.form.registerTitle}
      intro={words.form.registerIntro}
      backTo="/admin/doctors"
      backLabel={words.doctors.title}
      narrow
    >
      <DoctorForm
        problem={register.error}
        busy={register.isPending}
        action={words.form.register}
        onSubmit={({ email = '', ...values }) => register.mutate({ body: { ...values, email } })}
      />
    </Page>
  );
}
