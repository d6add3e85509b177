import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Input, Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore, useLanguage } from '../i18n';
import { useFormats } from '../i18n/format';
import { useUser } from '../session/useSession';
import { Button } from '../ui/Button';
import { Conflict, useVersion } from '../ui/Conflict';
import { DateField, Form, Select, TextArea, TextField } from '../ui/Field';
import { toast } from '../ui/live';
import { Page } from '../ui/Page';
import { Loaded } from '../ui/states';
import { countries } from './countries';
import { EmergencyContacts } from './EmergencyContacts';
import { Preferences } from './Preferences';
import { usePublicWords } from './words';

const read = taggedQuery('viewMe', {});

export function Component() {
  const words = usePublicWords();
  const { roles } = useUser();
  const me = useQuery({ ...read, refetchOnWindowFocus: false });
  return (
    <Page title={words.profile.title} intro={words.profile.intro} narrow>
      <Loaded query={me}>{found => <Editor read={found} />}</Loaded>
      {/* They are parts of the profile, which is made when it is read for the first time. */}
      {me.data && roles.includes('patient') && <EmergencyContacts />}
      {me.data && <Preferences />}
    </Page>
  );
}

type Me = Schemas['Me'];
type Values = Input<'updateMe'>['body'];

/** Language and time zone are left out: the preferences have them. */
function valuesOf({ name, firstName, lastName, phone, birthDate, sex, address }: Me): Values {
  return { name, firstName, lastName, phone, birthDate, sex, address };
}

/** An address as it stands on a letter. */
function useAddressLines(): (address: Values['address']) => string {
  const names = countries(useLanguage());
  return address => {
    if (!address) return '';
    const { street, city, postalCode, state, country } = address;
    const town = [city, postalCode].filter(Boolean).join(' ');
    const named = names.find(({ value }) => value === country)?.label;
    return [street, town, state, named].filter(Boolean).join('\n');
  };
}

function Editor({ read: first }: { read: Tagged<Me> }) {
  const words = usePublicWords();
  const core = useCore();
  const format = useFormats();
  const queries = useQueryClient();
  const version = useVersion<Me, Values>(
    first,
    () => queries.fetchQuery({ ...read, staleTime: 0 }),
    valuesOf,
  );
  const me = version.shown.data;
  const update = useIntent('updateMe', {
    changes: ['viewMe', 'viewEmergencyContacts', 'viewPreferences'],
    onSuccess: async () => {
      await version.saved();
      toast(words.profile.saved);
    },
    onError: (error, { body }) => version.meet(error, body),
  });
  const lines = useAddressLines();
  const language = useLanguage();
  const address = me.address ?? { country: 'IN' };
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
              firstName: text('firstName'),
              lastName: text('lastName'),
              phone: text('phone'),
              birthDate: text('birthDate'),
              sex: text('sex'),
              address: addressOf(text),
            },
          });
        }}
      >
        <TextField
          label={words.profile.name}
          name="name"
          autoComplete="name"
          defaultValue={me.name}
          hint={words.signUp.nameHint}
          required
          maxLength={100}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={words.profile.firstName}
            name="firstName"
            autoComplete="given-name"
            defaultValue={me.firstName ?? ''}
            required={false}
            maxLength={100}
          />
          <TextField
            label={words.profile.lastName}
            name="lastName"
            autoComplete="family-name"
            defaultValue={me.lastName ?? ''}
            required={false}
            maxLength={100}
          />
        </div>
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
        <fieldset className="grid min-w-0 gap-5">
          <legend className="mb-3 font-medium">{words.profile.address}</legend>
          <TextArea
            label={words.profile.street}
            name="address/street"
            autoComplete="street-address"
            rows={2}
            defaultValue={address.street ?? ''}
            required={false}
            maxLength={300}
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField
              label={words.profile.city}
              name="address/city"
              autoComplete="address-level2"
              defaultValue={address.city ?? ''}
              required={false}
              maxLength={100}
            />
            <TextField
              label={words.profile.postalCode}
              name="address/postalCode"
              autoComplete="postal-code"
              defaultValue={address.postalCode ?? ''}
              required={false}
              maxLength={12}
            />
            <TextField
              label={words.profile.state}
              name="address/state"
              autoComplete="address-level1"
              defaultValue={address.state ?? ''}
              required={false}
              maxLength={100}
            />
            <Select
              label={words.profile.country}
              name="address/country"
              autoComplete="country"
              defaultValue={address.country}
              options={countries(language)}
            />
          </div>
        </fieldset>
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
          firstName: { label: words.profile.firstName, show: name => name },
          lastName: { label: words.profile.lastName, show: name => name },
          address: { label: words.profile.address, show: lines },
        }}
        busy={update.isPending}
        error={update.error}
        onSave={(body, etag) => update.mutate({ ifMatch: etag, body })}
      />
    </>
  );
}

/** The address of the form; none if nothing beside the country is written. */
function addressOf(text: (name: string) => string | undefined): Values['address'] {
  const part = (name: string) => text(`address/${name}`);
  const [street, city, state, postalCode] = ['street', 'city', 'state', 'postalCode'].map(part);
  if (!street && !city && !state && !postalCode) return undefined;
  return { street, city, state, postalCode, country: part('country') };
}
