import type { Input, Schemas } from '../api/client';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { useLanguages, useSpecialities } from '../i18n/terms';
import type { Compared } from '../ui/Conflict';

type Doctor = Schemas['Doctor'];
type Body = Input<'updateDoctor'>['body'];
type Terms = Pick<Doctor['terms'], 'kinds' | 'followUp' | 'dailyLimit'>;

/** What is changed of a doctor, side by side, so that two versions can be compared value by value. */
export type DoctorData = Omit<Body, 'terms'> & Terms;

export function dataOf(doctor: Doctor): DoctorData {
  const { title, name, qualification, specialities, languages, zone, fee, terms } = doctor;
  // The form sends an empty text for no description.
  const bio = doctor.bio ?? '';
  return { title, name, qualification, bio, specialities, languages, zone, fee, ...flat(terms) };
}

export function dataOfBody({ terms, ...rest }: Body): DoctorData {
  return { ...rest, ...flat(terms as Doctor['terms']) };
}

export function bodyOf({ kinds, followUp, dailyLimit, ...rest }: DoctorData): Body {
  // The document describes the terms as an object within an object, of which its types make an empty one.
  return { ...rest, terms: { kinds, followUp, dailyLimit } as Doctor['terms'] };
}

/** The order of the kinds means nothing. */
function flat({ kinds = [], followUp, dailyLimit }: Terms = {}): Terms {
  return { kinds: kinds.toSorted((a, b) => a.kind.localeCompare(b.kind)), followUp, dailyLimit };
}

type Labels = Record<
  | 'title'
  | 'name'
  | 'qualification'
  | 'bio'
  | 'specialities'
  | 'languages'
  | 'zone'
  | 'fee'
  | 'kinds'
  | 'followUp'
  | 'dailyLimit'
  | 'slots'
  | 'days',
  string
>;

/** How the data are shown beside each other. The address for notifications is never shown, so it is not compared. */
export function useDoctorComparison(labels: Labels): Compared<DoctorData> {
  const core = useCore();
  const format = useFormats();
  const specialities = useSpecialities();
  const languages = useLanguages();
  const money = (paise: number) => (paise === 0 ? core.free : format.money(paise));
  return {
    title: { label: labels.title, show: text => text },
    name: { label: labels.name, show: text => text },
    qualification: { label: labels.qualification, show: text => text },
    bio: { label: labels.bio, show: text => text },
    specialities: { label: labels.specialities, show: codes => codes.map(specialities.name).join('\n') },
    languages: { label: labels.languages, show: tags => tags.map(languages.name).join('\n') },
    zone: { label: labels.zone, show: zone => zone.replaceAll('_', ' ') },
    fee: { label: labels.fee, show: money },
    kinds: {
      label: labels.kinds,
      show: kinds =>
        kinds
          ?.map(
            ({ kind, fee, slots }) =>
              `${core.kinds[kind] ?? kind}: ${money(fee)}, ${labels.slots}: ${format.number(slots)}`,
          )
          .join('\n'),
    },
    followUp: {
      label: labels.followUp,
      show: terms => terms && `${money(terms.fee)}, ${labels.days}: ${format.number(terms.withinDays)}`,
    },
    dailyLimit: { label: labels.dailyLimit, show: limit => limit && format.number(limit) },
  };
}
