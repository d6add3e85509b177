import { useEffect, useState } from 'react';
import type { Schemas } from '../api/client';
import { now } from '../api/clock';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { useDoctorWords } from './words';

type Person = Schemas['Patient'];

/** The present instant, which moves on while the page is open. */
export function useNow(every = 20_000): number {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return at;
}

/** What a patient is called; a patient who has not paid is not named yet. */
export function useName(): (visit: { status?: string; patient?: Person | null }) => string {
  const words = useDoctorWords();
  return visit =>
    visit.patient?.name ?? (visit.status === 'held' ? words.patient.unpaid : words.patient.unknown);
}

/** Age, sex and telephone number, as far as the profile has them. */
export function About({ patient }: { patient?: Person | null }) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  if (!patient) return null;
  const [one = '', other = ''] = words.patient.age.split('|');
  const facts = [
    typeof patient.age === 'number' && format.plural(patient.age, one, other),
    patient.sex && (core.sexes[patient.sex] ?? patient.sex),
  ].filter(Boolean);
  if (facts.length === 0 && !patient.phone) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-soft">
      {facts.length > 0 && <span>{facts.join(' · ')}</span>}
      {patient.phone && <Phone patient={patient} />}
    </p>
  );
}

/** A number to call: of a patient, or of a patient's emergency contact. */
export function Phone({ patient }: { patient: Pick<Person, 'name' | 'phone'> }) {
  const words = useDoctorWords();
  const format = useFormats();
  if (!patient.phone) return null;
  const number = format.phone(patient.phone);
  return (
    <a
      href={`tel:${patient.phone}`}
      aria-label={`${words.patient.call.replace('{name}', patient.name)}, ${number}`}
      className="relative z-10 inline-flex min-h-6 items-center text-accent tabular-nums hover:underline"
    >
      {number}
    </a>
  );
}
