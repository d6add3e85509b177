import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Input, Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';

import { Button } from '../ui/Button';
import { Conflict, useVersion } from '../ui/Conflict';
import { Form, TextField } from '../ui/Field';
import { toast } from '../ui/live';
import { Section } from '../ui/Page';
import { Loaded } from '../ui/states';
import { usePublicWords } from './words';

const read = taggedQuery('viewEmergencyContacts', {});

/** The most contacts that the API takes. */
const MOST = 5;

/** Who is called if something happens to the patient. They have the version of the profile. */
export function EmergencyContacts() {
  const words = usePublicWords();
  const contacts = useQuery({ ...read, refetchOnWindowFocus: false });
  return (
    <Section title={words.contacts.title}>
      <p className="text-soft">{words.contacts.intro}</p>
      <Loaded query={contacts}>{found => <Editor read={found} />}</Loaded>
    </Section>
  );
}

type Read = Schemas['EmergencyContacts'];
type Values = Input<'replaceEmergencyContacts'>['body'];

const valuesOf = ({ contacts }: Read): Values => ({ contacts });

function Editor({ read: first }: { read: Tagged<Read> }) {
  const words = usePublicWords();
  const queries = useQueryClient();
  const version = useVersion<Read, Values>(
    first,
    () => queries.fetchQuery({ ...read, staleTime: 0 }),
    valuesOf,
  );
  const update = useIntent('replaceEmergencyContacts', {
    changes: ['viewMe', 'viewPreferences'],
    onSuccess: async () => {
      await version.saved();
      toast(words.contacts.saved);
    },
    onError: (error, { body }) => version.meet(error, body),
  });
  return (
    <>
      <Rows
        key={version.key}
        contacts={version.shown.data.contacts}
        problem={version.met ? null : version.told(update.error)}
        busy={update.isPending}
        onSave={contacts => update.mutate({ ifMatch: version.shown.etag, body: { contacts } })}
      />
      <Conflict
        version={version}
        valuesOf={valuesOf}
        fields={{
          contacts: {
            label: words.contacts.title,
            show: contacts =>
              contacts.map(({ name, relation, phone }) => `${name}, ${relation}, ${phone}`).join('\n'),
          },
        }}
        busy={update.isPending}
        error={update.error}
        onSave={(body, etag) => update.mutate({ ifMatch: etag, body })}
      />
    </>
  );
}

function Rows({
  contacts,
  problem,
  busy,
  onSave,
}: {
  contacts: Values['contacts'];
  problem: Error | null;
  busy: boolean;
  onSave: (contacts: Values['contacts']) => void;
}) {
  const words = usePublicWords();
  // A row keeps its key when another one is removed, and so what is typed in it.
  const [rows, setRows] = useState(() => contacts.map((contact, key) => ({ key, contact })));
  const [next, setNext] = useState(contacts.length);
  const add = () => {
    setRows([...rows, { key: next, contact: { name: '', relation: '', phone: '' } }]);
    setNext(next + 1);
  };
  return (
    <Form
      className="grid gap-5"
      problem={problem}
      onSubmit={data => {
        const text = (place: number, field: string) => String(data.get(`contacts/${place}/${field}`) ?? '');
        onSave(
          rows.map((_, place) => ({
            name: text(place, 'name'),
            relation: text(place, 'relation'),
            phone: text(place, 'phone'),
          })),
        );
      }}
    >
      {rows.length === 0 && <p className="text-soft">{words.contacts.none}</p>}
      {rows.map(({ key, contact }, place) => (
        <fieldset key={key} className="grid min-w-0 gap-5 sm:grid-cols-3">
          <legend className="mb-3 font-medium">
            {words.contacts.contact.replace('{number}', String(place + 1))}
          </legend>
          <TextField
            label={words.profile.name}
            name={`contacts/${place}/name`}
            defaultValue={contact.name}
            required
            maxLength={100}
          />
          <TextField
            label={words.contacts.relation}
            name={`contacts/${place}/relation`}
            defaultValue={contact.relation}
            required
            maxLength={40}
          />
          <TextField
            label={words.profile.phone}
            name={`contacts/${place}/phone`}
            type="tel"
            defaultValue={contact.phone}
            required
          />
          <Button
            small
            className="justify-self-start"
            aria-label={words.contacts.removeOne.replace('{number}', String(place + 1))}
            onClick={() => setRows(rows.filter(row => row.key !== key))}
          >
            {words.contacts.remove}
          </Button>
        </fieldset>
      ))}
      <div className="actions">
        {rows.length < MOST && <Button onClick={add}>{words.contacts.add}</Button>}
        <Button type="submit" look="primary" busy={busy}>
          {words.contacts.submit}
        </Button>
      </div>
    </Form>
  );
}
