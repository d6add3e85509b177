import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Input, Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { Conflict, useVersion } from '../ui/Conflict';
import { DateField, Form, Select, TextArea, TextField } from '../ui/Field';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { ChangePassword } from './ChangePassword';
import { usePublicWords } from './words';

const read = taggedQuery('viewMe', {});

export function Component() {
  const words = usePublicWords();
  const me = useQuery({ ...read, refetchOnWindowFocus: false });
  return (
    <Page title={words.profile.title} intro={words.profile.intro} narrow>
      <Loaded query={me}>{found => <Editor read={found} />}</Loaded>
      <ChangePassword />
      <p>
        <Link to="/security">{words.security.link}</Link>
      </p>
    </Page>
  );
}

type Me = Schemas['Me'];
type Values = Input<'updateMe'>['body'];

function valuesOf({ name, zone, phone, birthDate, sex, address }: Me): Values {
  return { name, zone, phone, birthDate, sex, address };
}

function Editor({ read: first }: { read: Tagged<Me> }) {
  const words = usePublicWords();
  const core = useCore();
  const format = useFormats();
  const queries = useQueryClient();
  const version = useVersion<Me, Values>(first, () => queries.fetchQuery({ ...read, staleTime: 0 }));
  const me = version.shown.data;
  const update = useIntent('updateMe', {
    changes: ['viewMe'],
    onSuccess: async () => {
      await version.saved();
      toast(words.profile.saved);
    },
    onError: (error, { body }) => version.meet(error, body),
  });
  const zones = Intl.supportedValuesOf('timeZone');
  const known = zones.includes(me.zone) ? zones : [me.zone, ...zones];
  return (
    <>
      <Form
        key={version.key}
        className="card grid gap-5 p-5 sm:p-6"
        problem={version.met ? null : version.told(update.error)}
        onSubmit={data => {
          const text = (name: string) => String(data.get(name) ?? '').trim() || undefined;
          update.mutate({
            ifMatch: version.shown.etag,
            body: {
              name: text('name') ?? '',
              zone: text('zone') ?? me.zone,
              phone: text('phone'),
              birthDate: text('birthDate'),
              sex: text('sex'),
              address: text('address'),
            },
          });
        }}
      >
        <TextField
          label={words.profile.name}
          name="name"
          autoComplete="name"
          defaultValue={me.name}
          required
          maxLength={100}
        />
        <TextField
          label={words.profile.email}
          hint={words.profile.emailHint}
          name="email"
          type="email"
          value={me.email}
          readOnly
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <DateField
            label={words.profile.birthDate}
            name="birthDate"
            autoComplete="bday"
            defaultValue={me.birthDate ?? ''}
            min="1900-01-01"
            max={new Date().toISOString().slice(0, 10)}
            required={false}
          />
          <Select
            label={words.profile.sex}
            name="sex"
            defaultValue={me.sex ?? ''}
            required={false}
            options={[
              { value: '', label: words.profile.unsaid },
              ...Object.entries(core.sexes).map(([value, label]) => ({ value, label })),
            ]}
          />
        </div>
        <TextField
          label={words.profile.phone}
          hint={words.profile.phoneHint}
          name="phone"
          type="tel"
          autoComplete="tel"
          defaultValue={me.phone ?? ''}
          required={false}
        />
        <TextArea
          label={words.profile.address}
          name="address"
          autoComplete="street-address"
          defaultValue={me.address ?? ''}
          required={false}
          maxLength={300}
        />
        <Select
          label={words.profile.zone}
          hint={words.profile.zoneHint}
          name="zone"
          defaultValue={me.zone}
          options={known.map(value => ({ value, label: value.replaceAll('_', ' ') }))}
        />
        <Button type="submit" look="primary" busy={update.isPending} className="sm:justify-self-start">
          {core.save}
        </Button>
      </Form>
      <Conflict
        version={version}
        valuesOf={valuesOf}
        fields={{
          name: { label: words.profile.name, show: name => name },
          birthDate: { label: words.profile.birthDate, show: day => day && format.plainDate(day) },
          sex: { label: words.profile.sex, show: sex => sex && (core.sexes[sex] ?? sex) },
          phone: { label: words.profile.phone, show: phone => phone },
          address: { label: words.profile.address, show: address => address },
          zone: { label: words.profile.zone, show: zone => zone.replaceAll('_', ' ') },
        }}
        busy={update.isPending}
        error={update.error}
        onSave={(body, etag) => update.mutate({ ifMatch: etag, body })}
      />
    </>
  );
}
