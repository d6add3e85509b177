import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client';
import { pagedQuery, query } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { useUser } from '../session/useSession';
import { Button } from '../ui/Button';
import { ComboBox } from '../ui/ComboBox';
import { Select, TextField } from '../ui/Field';
import { Icon } from '../ui/icons';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Empty, ErrorState, Loading } from '../ui/states';
import { useDebounced } from '../ui/useDebounced';
import { Fee, VisitTime } from '../ui/When';
import { usePatientWords } from './words';

interface Filters {
  name: string;
  speciality?: string;
  language?: string;
  mode?: 'video' | 'clinic';
}

/**
 * What was searched for last, so that the way back finds it again. It says something about a person's health, so it is in
 * memory only, and never in the address.
 */
let last: { user: string; filters: Filters } | undefined;

export function Component() {
  const words = usePatientWords();
  const core = useCore();
  const format = useFormats();
  const { id } = useUser();
  const [filters, setFilters] = useState<Filters>(() => (last?.user === id ? last.filters : { name: '' }));
  const specialities = useSpecialities();
  const languages = useLanguages();
  const name = useDebounced(filters.name.trim());
  const asked = useDeferredValue({ ...filters, name });
  const doctors = useInfiniteQuery(
    pagedQuery('searchDoctors', {
      query: { name: asked.name, speciality: asked.speciality, language: asked.language },
    }),
  );
  const change = (part: Partial<Filters>) => {
    const next = { ...filters, ...part };
    last = { user: id, filters: next };
    setFilters(next);
  };
  const found = doctors.data?.pages.flatMap(page => page.doctors) ?? [];
  const filtered = filters.name !== '' || filters.speciality || filters.language || filters.mode;
  const [one = '', other = ''] = words.find.found.split('|');
  return (
    <Page title={words.find.title} intro={words.find.intro}>
      <form
        role="search"
        aria-label={words.find.title}
        className="card grid gap-4 p-5 sm:grid-cols-2 lg:grid-cols-4"
        onSubmit={event => event.preventDefault()}
      >
        <TextField
          label={words.find.name}
          name="name"
          type="search"
          autoComplete="off"
          hint={words.find.nameHint}
          value={filters.name}
          onChange={event => change({ name: event.target.value })}
        />
        <ComboBox
          label={words.find.speciality}
          hint={words.find.specialityHint}
          choices={specialities.choices}
          value={filters.speciality}
          onChange={speciality => change({ speciality })}
        />
        <Select
          label={words.find.language}
          name="language"
          value={filters.language ?? ''}
          onChange={event => change({ language: event.target.value || undefined })}
          options={[{ value: '', label: core.any }, ...languages.choices]}
        />
        <Select
          label={words.find.mode}
          name="mode"
          value={filters.mode ?? ''}
          onChange={event => change({ mode: (event.target.value || undefined) as Filters['mode'] })}
          options={[
            { value: '', label: words.find.anyMode },
            { value: 'video', label: core.modes.video },
            { value: 'clinic', label: core.modes.clinic },
          ]}
        />
      </form>
      <div className="flex min-h-9 items-center justify-between gap-4">
        {/* What says that there is none is below; aloud it is told here. */}
        <p role="status" className={found.length > 0 ? 'text-soft' : 'sr-only'}>
          {doctors.isSuccess && format.plural(found.length, one, other)}
          {doctors.hasNextPage && '+'}
        </p>
        {filtered && (
          <Button
            small
            look="quiet"
            icon="cross"
            onClick={() => change({ name: '', speciality: undefined, language: undefined, mode: undefined })}
          >
            {words.find.clear}
          </Button>
        )}
      </div>
      {doctors.isPending && <Loading />}
      {doctors.isError && <ErrorState error={doctors.error} retry={() => void doctors.refetch()} />}
      {doctors.isSuccess && found.length === 0 && !doctors.hasNextPage && (
        <Empty icon="search" title={words.find.noneTitle}>
          {words.find.none}
        </Empty>
      )}
      {found.length > 0 && (
        <ul className="grid gap-4">
          {found.map(doctor => (
            <DoctorCard
              key={doctor.id}
              doctor={doctor}
              mode={asked.mode}
              speciality={specialities.name}
              language={languages.name}
            />
          ))}
        </ul>
      )}
      <MoreButton query={doctors} />
    </Page>
  );
}

function DoctorCard({
  doctor,
  mode,
  speciality,
  language,
}: {
  doctor: Schemas['DoctorSummary'];
  mode: Filters['mode'];
  speciality: (code: string) => string;
  language: (code: string) => string;
}) {
  const words = usePatientWords();
  const format = useFormats();
  const card = useRef<HTMLLIElement>(null);
  const seen = useSeen(card);
  const earliest = useQuery({ ...earliestQuery(doctor, mode), enabled: seen });
  const slot = earliest.data?.slots.find(({ doctorId }) => doctorId === doctor.id);
  return (
    <li
      ref={card}
      className="card relative grid gap-4 p-5 hover:border-accent sm:grid-cols-[auto_1fr_auto] sm:items-center"
    >
      <Avatar name={doctor.name} />
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">
          <Link
            to={`/doctors/${doctor.id}`}
            className="after:absolute after:inset-0 after:rounded-[0.875rem] hover:text-accent"
          >
            {doctor.displayName}
          </Link>
        </h2>
        <p>{format.list(doctor.specialities.map(speciality))}</p>
        <p className="text-sm text-soft">
          {doctor.qualification} ·{' '}
          {words.find.speaks.replace('{languages}', format.list(doctor.languages.map(language)))}
        </p>
      </div>
      <div className="grid gap-1 sm:max-w-80 sm:text-right">
        <p className="font-semibold">
          <span className="sr-only">{words.find.fee}: </span>
          <Fee paise={doctor.fee} />
        </p>
        <p className="text-sm text-soft">
          {earliest.isPending ? (
            <span className="inline-block h-4 w-36 animate-pulse rounded bg-raised" />
          ) : slot ? (
            <>
              {words.find.earliest}:{' '}
              <VisitTime visit={{ start: slot.start, zone: slot.zone, clinic: slot.clinic }} />
            </>
          ) : (
            words.find.noSlot
          )}
        </p>
        <span
          aria-hidden="true"
          className="inline-flex items-center gap-1 font-medium text-accent sm:justify-end"
        >
          {words.find.see}
          <Icon name="right" className="size-4" />
        </span>
      </div>
    </li>
  );
}

/** The earliest slots of the doctor's main speciality; doctors of one speciality share the answer. */
function earliestQuery(doctor: Schemas['DoctorSummary'], mode: Filters['mode']) {
  const speciality = doctor.specialities[0] ?? '';
  return {
    ...query('listEarliestSlots', { query: { speciality, mode, limit: 50 } }),
    enabled: speciality !== '',
  };
}

export function Avatar({ name }: { name: string }) {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map(word => [...new Intl.Segmenter().segment(word)][0]?.segment ?? '')
    .join('');
  return (
    <span
      aria-hidden="true"
      className="grid size-14 place-items-center rounded-full bg-accent-soft text-lg font-semibold text-accent-strong"
    >
      {letters}
    </span>
  );
}

function useSeen(element: React.RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true), {
      rootMargin: '200px',
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return seen;
}
