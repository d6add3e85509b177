import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Input, Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';
import { LANGUAGES, setLanguage } from '../i18n';
import { useLanguages } from '../i18n/terms';
import { Button } from '../ui/Button';
import { Conflict, useVersion } from '../ui/Conflict';
import { Form, Select } from '../ui/Field';
import { toast } from '../ui/live';
import { Section } from '../ui/Page';
import { Loaded } from '../ui/states';
import { usePublicWords } from './words';

const read = taggedQuery('viewPreferences', {});

/** Language, time zone and reminders. They have the version of the profile. */
export function Preferences() {
  const words = usePublicWords();
  const preferences = useQuery({ ...read, refetchOnWindowFocus: false });
  return (
    <Section title={words.preferences.title}>
      <p className="text-soft">{words.preferences.intro}</p>
      <Loaded query={preferences}>{found => <Editor read={found} />}</Loaded>
    </Section>
  );
}

type Chosen = Schemas['Preferences'];
type Values = Input<'updatePreferences'>['body'];

const valuesOf = ({ language, zone, reminders }: Chosen): Values => ({ language, zone, reminders });

function Editor({ read: first }: { read: Tagged<Chosen> }) {
  const words = usePublicWords();
  const queries = useQueryClient();
  const languages = useLanguages();
  const version = useVersion<Chosen, Values>(
    first,
    () => queries.fetchQuery({ ...read, staleTime: 0 }),
    valuesOf,
  );
  const chosen = version.shown.data;
  const update = useIntent('updatePreferences', {
    changes: ['viewMe', 'viewEmergencyContacts'],
    onSuccess: async ({ language }) => {
      await version.saved();
      toast(words.preferences.saved);
      const ours = LANGUAGES.find(({ code }) => code === language.split('-')[0]);
      if (ours) await setLanguage(ours.code);
    },
    onError: (error, { body }) => version.meet(error, body),
  });
  const zones = Intl.supportedValuesOf('timeZone');
  const known = zones.includes(chosen.zone) ? zones : [chosen.zone, ...zones];
  const reminders = words.preferences.reminderChoices;
  const spoken = languages.choices.some(({ value }) => value === chosen.language)
    ? languages.choices
    : [{ value: chosen.language, label: languages.name(chosen.language) }, ...languages.choices];
  return (
    <>
      <Form
        // The names of the languages arrive after the form.
        key={`${version.key} ${spoken.length}`}
        className="grid gap-5"
        problem={version.met ? null : version.told(update.error)}
        onSubmit={data => {
          const text = (name: string) => String(data.get(name) ?? '');
          update.mutate({
            ifMatch: version.shown.etag,
            body: { language: text('language'), zone: text('zone'), reminders: text('reminders') },
          });
        }}
      >
        <Select
          label={words.preferences.language}
          hint={words.preferences.languageHint}
          name="language"
          defaultValue={chosen.language}
          options={spoken}
        />
        <Select
          label={words.profile.zone}
          hint={words.profile.zoneHint}
          name="zone"
          defaultValue={chosen.zone}
          options={known.map(value => ({ value, label: value.replaceAll('_', ' ') }))}
        />
        <Select
          label={words.preferences.reminders}
          hint={words.preferences.remindersHint}
          name="reminders"
          defaultValue={chosen.reminders}
          options={Object.entries(reminders).map(([value, label]) => ({ value, label }))}
        />
        <Button type="submit" busy={update.isPending} className="sm:justify-self-start">
          {words.preferences.submit}
        </Button>
      </Form>
      <Conflict
        version={version}
        valuesOf={valuesOf}
        fields={{
          language: { label: words.preferences.language, show: languages.name },
          zone: { label: words.profile.zone, show: zone => zone.replaceAll('_', ' ') },
          reminders: {
            label: words.preferences.reminders,
            show: wish => reminders[wish as keyof typeof reminders] ?? wish,
          },
        }}
        busy={update.isPending}
        error={update.error}
        onSave={(body, etag) => update.mutate({ ifMatch: etag, body })}
      />
    </>
  );
}
