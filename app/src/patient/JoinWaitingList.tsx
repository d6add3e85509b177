import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { now } from '../api/clock';
import { useIntent, useRead } from '../api/queries';
import { useCore } from '../i18n';
import { dayOf, readersZone } from '../i18n/format';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { Button } from '../ui/Button';
import { ComboBox } from '../ui/ComboBox';
import { Choices, DateField, Form, Select } from '../ui/Field';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { KINDS, type Kind } from '../visits/slots';
import { usePatientWords } from './words';

const DAY = 86_400_000;

export function Component() {
  const from = (useLocation().state as { doctorId?: string } | null)?.doctorId;
  const words = usePatientWords();
  const core = useCore();
  const navigate = useNavigate();
  const specialities = useSpecialities();
  const languages = useLanguages();
  const [forDoctor, setForDoctor] = useState(Boolean(from));
  const [speciality, setSpeciality] = useState<string>();
  const doctor = useRead('viewDoctor', { path: { doctorId: from ?? '' } }, { enabled: Boolean(from) });
  const zone = readersZone();
  const first = dayOf(now(), zone);
  const last = dayOf(now() + 91 * DAY, zone);
  const join = useIntent('joinWaitlist', {
    changes: ['listWaitlist'],
    onSuccess: () => {
      toast(words.waiting.joined);
      return navigate('/waiting-lists', { replace: true });
    },
  });
  return (
    <Page
      title={words.waiting.joinTitle}
      intro={words.waiting.intro}
      backTo="/waiting-lists"
      backLabel={words.waiting.title}
      narrow
    >
      <Form
        className="card grid gap-5 p-5 sm:p-6"
        problem={join.error}
        onSubmit={data => {
          const text = (name: string) => String(data.get(name) ?? '') || undefined;
          // Days as the reader means them: from now or the day's beginning, to the day's end.
          const begin = text('from');
          const start = begin && begin > first ? new Date(`${begin}T00:00`).toISOString() : undefined;
          const end = new Date(new Date(`${text('to') ?? last}T00:00`).getTime() + DAY).toISOString();
          join.mutate({
            body: {
              ...(forDoctor && from ? { doctorId: from } : { speciality, language: text('language') }),
              kind: (text('kind') ?? 'consultation') as Kind,
              mode: text('mode') as 'video' | 'clinic' | undefined,
              from: start,
              to: end,
            },
          });
        }}
      >
        {from && (
          <Choices
            legend={words.waiting.forWhom}
            name="target"
            value={forDoctor ? 'doctor' : 'speciality'}
            onChange={value => setForDoctor(value === 'doctor')}
            options={[
              {
                value: 'doctor',
                label: words.waiting.oneDoctor.replace(
                  '{doctor}',
                  doctor.data?.displayName ?? words.waiting.doctor,
                ),
              },
              { value: 'speciality', label: words.waiting.anySpeciality },
            ]}
          />
        )}
        {!(forDoctor && from) && (
          <div className="grid gap-5 sm:grid-cols-2">
            <ComboBox
              label={words.find.speciality}
              hint={words.find.specialityHint}
              choices={specialities.choices}
              value={speciality}
              onChange={setSpeciality}
              required
            />
            <Select
              label={words.find.language}
              name="language"
              options={[{ value: '', label: core.any }, ...languages.choices]}
            />
          </div>
        )}
        <div className="grid gap-5 sm:grid-cols-2">
          <Select
            label={words.doctor.kind}
            name="kind"
            options={KINDS.map(value => ({ value, label: core.kinds[value] ?? value }))}
          />
          <Select
            label={words.find.mode}
            name="mode"
            options={[
              { value: '', label: words.find.anyMode },
              { value: 'video', label: core.modes.video },
              { value: 'clinic', label: core.modes.clinic },
            ]}
          />
          <DateField
            label={words.waiting.from}
            name="from"
            min={first}
            max={last}
            defaultValue={first}
            required
          />
          <DateField
            label={words.waiting.to}
            hint={words.waiting.toHint}
            name="to"
            min={first}
            max={last}
            defaultValue={dayOf(now() + 14 * DAY, zone)}
            required
          />
        </div>
        <Button type="submit" look="primary" busy={join.isPending} className="sm:justify-self-start">
          {words.waiting.submit}
        </Button>
      </Form>
    </Page>
  );
}
