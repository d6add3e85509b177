import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Schemas, Tagged } from '../api/client';
import { taggedQuery, useIntent } from '../api/queries';
import { useCore } from '../i18n';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { useUser } from '../session/useSession';
import { Button } from '../ui/Button';
import { type Choice, ComboBox } from '../ui/ComboBox';
import { Conflict, useVersion } from '../ui/Conflict';
import { Checkbox, Form, Select, TextArea, TextField } from '../ui/Field';
import { Icon } from '../ui/icons';
import { toast } from '../ui/live';
import { Page, Section } from '../ui/Page';
import { Badge, Loaded } from '../ui/states';
import { bodyOf, type DoctorData, dataOf, dataOfBody, useDoctorComparison } from '../visits/doctorData';
import { KINDS } from '../visits/slots';
import { useDoctorWords } from './words';

type Doctor = Schemas['Doctor'];
type Kind = Schemas['KindTerms']['kind'];

export function Component() {
  const words = useDoctorWords();
  const { id: doctorId } = useUser();
  const doctor = useQuery({
    ...taggedQuery('viewDoctor', { path: { doctorId } }),
    refetchOnWindowFocus: false,
  });
  return (
    <Page
      title={words.practice.title}
      intro={words.practice.intro}
      backTo="/doctor/schedule"
      backLabel={words.schedule.title}
      narrow
    >
      <Loaded query={doctor}>{read => <Practice read={read} />}</Loaded>
    </Page>
  );
}

/** The form, and beside it what happens if another version was saved meanwhile. */
function Practice({ read }: { read: Tagged<Doctor> }) {
  const words = useDoctorWords();
  const queries = useQueryClient();
  const path = { doctorId: read.data.id };
  const version = useVersion<Doctor, DoctorData>(read, () =>
    queries.fetchQuery({ ...taggedQuery('viewDoctor', { path }), staleTime: 0 }),
  );
  const fields = useDoctorComparison({
    ...words.practice,
    title: words.practice.titleName,
    dailyLimit: words.practice.limit,
    slots: words.practice.kindSlots,
    days: words.practice.followUpDays,
  });
  const update = useIntent('updateDoctor', {
    changes: ['viewDoctor', 'searchDoctors', 'listAvailableSlots'],
    onSuccess: async () => {
      await version.saved();
      toast(words.practice.saved);
    },
    onError: (error, { body }) => version.meet(error, dataOfBody(body)),
  });
  return (
    <>
      <Editor
        key={version.key}
        doctor={version.shown.data}
        busy={update.isPending}
        problem={version.met ? null : version.told(update.error)}
        onSave={data => update.mutate({ path, ifMatch: version.shown.etag, body: bodyOf(data) })}
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

function Editor({
  doctor,
  busy,
  problem,
  onSave,
}: {
  doctor: Doctor;
  busy: boolean;
  problem: Error | null;
  onSave: (data: DoctorData) => void;
}) {
  const words = useDoctorWords();
  const core = useCore();
  const allSpecialities = useSpecialities();
  const allLanguages = useLanguages();
  const [specialities, setSpecialities] = useState(doctor.specialities);
  const [languages, setLanguages] = useState(doctor.languages);
  const [own, setOwn] = useState<Kind[]>(() => doctor.terms.kinds?.map(each => each.kind) ?? []);
  const [followUp, setFollowUp] = useState(Boolean(doctor.terms.followUp));
  const kinds = KINDS.filter(kind => own.includes(kind));
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <Form
      className="grid gap-6"
      problem={problem}
      onSubmit={data => {
        const text = (name: string) => String(data.get(name) ?? '').trim();
        const paise = (name: string) => Math.round(Number(text(name)) * 100);
        onSave({
          title: text('title'),
          name: text('name'),
          qualification: text('qualification'),
          bio: text('bio'),
          email: text('email') || undefined,
          specialities,
          languages,
          zone: text('zone'),
          fee: paise('fee'),
          kinds: kinds.map((kind, place) => ({
            kind,
            fee: paise(`terms/kinds/${place}/fee`),
            slots: Number(text(`terms/kinds/${place}/slots`)),
          })),
          followUp: followUp
            ? { fee: paise('terms/followUp/fee'), withinDays: Number(text('terms/followUp/withinDays')) }
            : undefined,
          dailyLimit: text('terms/dailyLimit') ? Number(text('terms/dailyLimit')) : undefined,
        });
      }}
    >
      {doctor.standing === 'suspended' && (
        <p className="rounded-[0.625rem] bg-warn-soft px-4 py-3 text-warn">{words.practice.suspended}</p>
      )}
      <Section title={words.practice.profile}>
        <div className="grid gap-5 sm:grid-cols-[8rem_1fr]">
          <TextField
            label={words.practice.titleName}
            name="title"
            defaultValue={doctor.title ?? ''}
            required={false}
            maxLength={20}
          />
          <TextField
            label={words.practice.name}
            hint={words.practice.nameHint}
            name="name"
            autoComplete="name"
            defaultValue={doctor.name}
            required
            maxLength={100}
          />
        </div>
        <TextField
          label={words.practice.qualification}
          name="qualification"
          defaultValue={doctor.qualification}
          required
          maxLength={100}
        />
        <TextArea
          label={words.practice.bio}
          hint={words.practice.bioHint}
          name="bio"
          defaultValue={doctor.bio ?? ''}
          maxLength={500}
        />
        <TextField
          label={words.practice.registration}
          hint={words.practice.registrationHint}
          name="registrationNumber"
          value={doctor.registrationNumber}
          readOnly
        />
        <Several
          legend={words.practice.specialities}
          hint={words.practice.specialitiesHint}
          add={words.practice.addSpeciality}
          choices={allSpecialities.choices}
          nameOf={allSpecialities.name}
          most={5}
          chosen={specialities}
          onChange={setSpecialities}
          first={words.practice.main}
        />
        <Several
          legend={words.practice.languages}
          hint={words.practice.languagesHint}
          add={words.practice.addLanguage}
          choices={allLanguages.choices.filter(
            choice => !languages.some(tag => tag.split('-')[0] === choice.value),
          )}
          nameOf={allLanguages.name}
          most={6}
          chosen={languages}
          onChange={setLanguages}
        />
        <Select
          label={words.practice.zone}
          name="zone"
          defaultValue={doctor.zone}
          options={(zones.includes(doctor.zone) ? zones : [doctor.zone, ...zones]).map(value => ({
            value,
            label: value.replaceAll('_', ' '),
          }))}
        />
        <TextField
          label={words.practice.email}
          hint={words.practice.emailHint}
          name="email"
          type="email"
          autoComplete="email"
          required={false}
        />
      </Section>

      <Section title={words.practice.fees}>
        <Rupees
          label={words.practice.fee}
          hint={words.practice.feeHint}
          name="fee"
          paise={doctor.fee}
          className="max-w-xs"
        />
        <fieldset className="grid gap-3">
          <legend className="font-medium">{words.practice.kinds}</legend>
          <p className="text-sm text-soft">{words.practice.kindsHint}</p>
          {KINDS.map(kind => {
            const place = kinds.indexOf(kind);
            const terms = doctor.terms.kinds?.find(each => each.kind === kind);
            return (
              <div key={kind} className="grid gap-2 rounded-[0.75rem] border border-line p-4">
                <Checkbox
                  label={
                    <>
                      <strong className="block font-medium">{core.kinds[kind]}</strong>
                      <span className="text-sm text-soft">{words.practice.own}</span>
                    </>
                  }
                  name={`own-${kind}`}
                  checked={place >= 0}
                  onChange={event =>
                    setOwn(event.target.checked ? [...own, kind] : own.filter(each => each !== kind))
                  }
                />
                {place >= 0 && (
                  <div className="grid gap-4 sm:grid-cols-2">
                    <Rupees
                      label={words.practice.kindFee}
                      name={`terms/kinds/${place}/fee`}
                      paise={terms?.fee ?? doctor.fee}
                    />
                    <TextField
                      label={words.practice.kindSlots}
                      hint={words.practice.kindSlotsHint}
                      name={`terms/kinds/${place}/slots`}
                      type="number"
                      inputMode="numeric"
                      required
                      min={1}
                      max={8}
                      defaultValue={terms?.slots ?? 1}
                    />
                  </div>
                )}
              </div>
            );
          })}
        </fieldset>
        <fieldset className="grid gap-3">
          <legend className="font-medium">{words.practice.followUp}</legend>
          <Checkbox
            label={words.practice.followUpOwn}
            name="own-followUp"
            checked={followUp}
            onChange={event => setFollowUp(event.target.checked)}
          />
          {followUp && (
            <div className="grid gap-4 sm:grid-cols-2">
              <Rupees
                label={words.practice.followUpFee}
                name="terms/followUp/fee"
                paise={doctor.terms.followUp?.fee ?? 0}
              />
              <TextField
                label={words.practice.followUpDays}
                name="terms/followUp/withinDays"
                type="number"
                inputMode="numeric"
                required
                min={1}
                max={183}
                defaultValue={doctor.terms.followUp?.withinDays ?? 7}
              />
            </div>
          )}
        </fieldset>
        <TextField
          label={words.practice.limit}
          hint={words.practice.limitHint}
          name="terms/dailyLimit"
          type="number"
          inputMode="numeric"
          required={false}
          min={1}
          max={200}
          defaultValue={doctor.terms.dailyLimit ?? ''}
          className="max-w-xs"
        />
      </Section>

      <Button
        type="submit"
        look="primary"
        busy={busy}
        disabled={specialities.length === 0 || languages.length === 0}
        className="sm:justify-self-start"
      >
        {core.save}
      </Button>
    </Form>
  );
}

function Rupees({
  label,
  hint,
  name,
  paise,
  className,
}: {
  label: string;
  hint?: string;
  name: string;
  paise: number;
  className?: string;
}) {
  return (
    <TextField
      label={label}
      hint={hint}
      name={name}
      className={className}
      type="number"
      inputMode="decimal"
      step="0.01"
      min={0}
      max={1_000_000}
      required
      defaultValue={paise / 100}
    />
  );
}

/** Several of many, in an order. */
function Several({
  legend,
  hint,
  add,
  choices,
  nameOf,
  most,
  chosen,
  onChange,
  first,
}: {
  legend: string;
  hint: string;
  add: string;
  choices: Choice[];
  nameOf: (code: string) => string;
  most: number;
  chosen: string[];
  onChange: (chosen: string[]) => void;
  /** What the first one is. */
  first?: ReactNode;
}) {
  const words = useDoctorWords();
  const left = choices.filter(choice => !chosen.includes(choice.value));
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <ol className="flex flex-wrap gap-2 empty:hidden">
        {chosen.map((code, place) => (
          <li
            key={code}
            className="flex items-center gap-2 rounded-[0.625rem] border border-line bg-raised pl-3"
          >
            {nameOf(code)}
            {first && place === 0 && <Badge tone="accent">{first}</Badge>}
            <button
              type="button"
              aria-label={words.practice.remove.replace('{name}', nameOf(code))}
              aria-disabled={chosen.length === 1 || undefined}
              className="grid size-11 place-items-center rounded-lg text-soft hover:text-danger aria-disabled:opacity-40"
              onClick={() => chosen.length > 1 && onChange(chosen.filter(each => each !== code))}
            >
              <Icon name="cross" className="size-4" />
            </button>
          </li>
        ))}
      </ol>
      {chosen.length < most && (
        <ComboBox
          // A choice is taken over at once, and the field is empty for the next one.
          key={chosen.join()}
          label={add}
          hint={hint}
          choices={left}
          value={undefined}
          onChange={code => code && onChange([...chosen, code])}
        />
      )}
    </fieldset>
  );
}
