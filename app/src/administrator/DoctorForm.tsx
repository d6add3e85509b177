import { useState } from 'react';
import type { Schemas } from '../api/client';
import { Problem } from '../api/problems';
import { useCore } from '../i18n';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { Button } from '../ui/Button';
import { Checkbox, Form, Select, TextArea, TextField } from '../ui/Field';
import { Section } from '../ui/Page';
import { paiseOf, rupeesOf } from './amount';
import { Codes } from './Codes';
import { useAdministratorWords } from './words';

type Kind = Schemas['KindTerms']['kind'];
const KINDS: Kind[] = ['consultation', 'follow_up', 'routine_checkup', 'emergency'];

/** What both the registration and the change of a doctor send. */
export interface DoctorValues {
  email?: string;
  title: string;
  name: string;
  registrationNumber: string;
  qualification: string;
  bio: string;
  specialities: string[];
  languages: string[];
  zone: string;
  fee: number;
  terms: Schemas['Doctor']['terms'];
}

export function DoctorForm({
  doctor,
  problem,
  busy,
  action,
  onSubmit,
}: {
  /** The doctor who is changed; absent for a new one. */
  doctor?: Schemas['Doctor'];
  problem: Error | null;
  busy: boolean;
  action: string;
  onSubmit: (values: DoctorValues) => void;
}) {
  const words = useAdministratorWords();
  const core = useCore();
  const specialityNames = useSpecialities();
  const languageNames = useLanguages();
  const [specialities, setSpecialities] = useState(doctor?.specialities ?? []);
  const [languages, setLanguages] = useState(doctor?.languages ?? []);
  const [followUp, setFollowUp] = useState(Boolean(doctor?.terms.followUp));
  const [own, setOwn] = useState<Kind[]>(
    KINDS.filter(kind => doctor?.terms.kinds?.some(terms => terms.kind === kind)),
  );
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const zones = Intl.supportedValuesOf('timeZone');
  const zone = doctor?.zone ?? 'Asia/Kolkata';
  const known = zones.includes(zone) ? zones : [zone, ...zones];
  const termsOf = (kind: Kind) => doctor?.terms.kinds?.find(terms => terms.kind === kind);
  const amountError = (name: string) => (wrong.has(name) ? words.form.feeWrong : undefined);
  const codesError = (name: string) => {
    if (wrong.has(name)) return words.form.chooseOne;
    const told =
      problem instanceof Problem &&
      problem.errors.some(({ pointer }) => pointer.replace(/^#?\/?/, '').startsWith(name));
    return told ? core.fields.invalid : undefined;
  };
  const submit = (data: FormData) => {
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const bad = new Set<string>();
    const amount = (name: string) => {
      const paise = paiseOf(text(name));
      if (paise === undefined) bad.add(name);
      return paise ?? 0;
    };
    if (specialities.length === 0) bad.add('specialities');
    if (languages.length === 0) bad.add('languages');
    const values: DoctorValues = {
      email: text('email') || undefined,
      title: text('title'),
      name: text('name'),
      registrationNumber: text('registrationNumber'),
      qualification: text('qualification'),
      bio: text('bio'),
      specialities,
      languages,
      zone: text('zone'),
      fee: amount('fee'),
      terms: {
        dailyLimit: text('terms/dailyLimit') ? Number(text('terms/dailyLimit')) : undefined,
        followUp: followUp
          ? { withinDays: Number(text('terms/followUp/withinDays')), fee: amount('terms/followUp/fee') }
          : undefined,
        kinds: own.map((kind, index) => ({
          kind,
          slots: Number(text(`terms/kinds/${index}/slots`)),
          fee: amount(`terms/kinds/${index}/fee`),
        })),
        // The document describes the terms as an object within an object, of which its types make an empty one.
      } as DoctorValues['terms'],
    };
    setWrong(bad);
    if (bad.size === 0) return onSubmit(values);
    const [first = ''] = bad;
    document.getElementsByName(first)[0]?.focus();
  };
  return (
    <Form problem={problem} onSubmit={submit} className="grid gap-6">
      <Section title={words.form.person}>
        <div className="grid gap-5 sm:grid-cols-[8rem_1fr]">
          <TextField
            label={words.form.doctorTitle}
            hint={words.form.titleHint}
            name="title"
            maxLength={20}
            autoComplete="off"
            defaultValue={doctor ? (doctor.title ?? '') : 'Dr.'}
          />
          <TextField
            label={words.form.name}
            hint={words.form.nameHint}
            name="name"
            required
            maxLength={100}
            autoComplete="off"
            defaultValue={doctor?.name}
          />
        </div>
        <TextField
          label={words.form.email}
          hint={doctor ? words.form.emailEditHint : words.form.emailHint}
          name="email"
          type="email"
          required={!doctor}
          autoComplete="off"
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={words.form.number}
            hint={words.form.numberHint}
            name="registrationNumber"
            required
            readOnly={Boolean(doctor)}
            autoComplete="off"
            defaultValue={doctor?.registrationNumber}
          />
          <TextField
            label={words.form.qualification}
            hint={words.form.qualificationHint}
            name="qualification"
            required
            maxLength={100}
            autoComplete="off"
            defaultValue={doctor?.qualification}
          />
        </div>
        <TextArea
          label={words.form.bio}
          hint={words.form.bioHint}
          name="bio"
          maxLength={500}
          defaultValue={doctor?.bio ?? ''}
        />
      </Section>
      <Section title={words.form.practice}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Codes
            legend={words.form.specialities}
            hint={words.form.specialitiesHint}
            choices={specialityNames.choices}
            name={specialityNames.name}
            value={specialities}
            onChange={setSpecialities}
            most={5}
            main
            error={codesError('specialities')}
          />
          <Codes
            legend={words.form.languages}
            hint={words.form.languagesHint}
            choices={languageNames.choices}
            name={languageNames.name}
            value={languages}
            onChange={setLanguages}
            most={6}
            error={codesError('languages')}
          />
        </div>
        <Select
          label={words.form.zone}
          name="zone"
          defaultValue={zone}
          options={known.map(value => ({ value, label: value.replaceAll('_', ' ') }))}
        />
      </Section>
      <Section title={words.form.money}>
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={words.form.fee}
            hint={words.form.feeHint}
            error={amountError('fee')}
            name="fee"
            inputMode="decimal"
            autoComplete="off"
            required
            defaultValue={doctor && rupeesOf(doctor.fee)}
          />
          <TextField
            label={words.form.dailyLimit}
            hint={words.form.dailyLimitHint}
            name="terms/dailyLimit"
            type="number"
            min={1}
            max={200}
            required={false}
            defaultValue={doctor?.terms.dailyLimit ?? ''}
          />
        </div>
        <div className="grid gap-3">
          <Checkbox
            label={words.form.followUp}
            name="hasFollowUp"
            checked={followUp}
            onChange={event => setFollowUp(event.target.checked)}
          />
          {followUp && (
            <div className="grid gap-5 pl-8 sm:grid-cols-2">
              <TextField
                label={words.form.withinDays}
                name="terms/followUp/withinDays"
                type="number"
                min={1}
                max={183}
                required
                defaultValue={doctor?.terms.followUp?.withinDays ?? 7}
              />
              <TextField
                label={words.form.fee}
                error={amountError('terms/followUp/fee')}
                name="terms/followUp/fee"
                inputMode="decimal"
                autoComplete="off"
                required
                defaultValue={doctor?.terms.followUp ? rupeesOf(doctor.terms.followUp.fee) : ''}
              />
            </div>
          )}
        </div>
        <fieldset className="grid gap-1">
          <legend className="font-medium">{words.form.kinds}</legend>
          <p className="text-sm text-soft">{words.form.kindsHint}</p>
          {KINDS.map(kind => {
            const name = core.kinds[kind] ?? kind;
            const index = own.indexOf(kind);
            return (
              <div key={kind} className="grid gap-2">
                <Checkbox
                  label={words.form.own.replace('{kind}', name)}
                  name={`own-${kind}`}
                  checked={index >= 0}
                  onChange={event =>
                    setOwn(
                      KINDS.filter(other => (other === kind ? event.target.checked : own.includes(other))),
                    )
                  }
                />
                {index >= 0 && (
                  <fieldset className="grid gap-5 pb-3 pl-8 sm:grid-cols-2">
                    <legend className="sr-only">{name}</legend>
                    <TextField
                      label={words.form.slots}
                      name={`terms/kinds/${index}/slots`}
                      type="number"
                      min={1}
                      max={8}
                      required
                      defaultValue={termsOf(kind)?.slots ?? 1}
                    />
                    <TextField
                      label={words.form.fee}
                      error={amountError(`terms/kinds/${index}/fee`)}
                      name={`terms/kinds/${index}/fee`}
                      inputMode="decimal"
                      autoComplete="off"
                      required
                      defaultValue={termsOf(kind) ? rupeesOf(termsOf(kind)?.fee ?? 0) : ''}
                    />
                  </fieldset>
                )}
              </div>
            );
          })}
        </fieldset>
      </Section>
      <Button type="submit" look="primary" busy={busy} className="sm:justify-self-start">
        {action}
      </Button>
    </Form>
  );
}
