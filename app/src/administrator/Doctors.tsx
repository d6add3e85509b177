import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { pagedQuery } from '../api/queries';
import { useFormats } from '../i18n/format';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { LinkButton } from '../ui/Button';
import { ComboBox } from '../ui/ComboBox';
import { TextField } from '../ui/Field';
import { Page } from '../ui/Page';
import { MoreButton } from '../ui/Pages';
import { Empty, ErrorState, Loading } from '../ui/states';
import { Table } from '../ui/Table';
import { useDebounced } from '../ui/useDebounced';
import { useUntilFound } from '../ui/useUntilFound';
import { Fee } from '../ui/When';
import { isId } from './days';
import { plural } from './plural';
import { useAdministratorWords } from './words';

export function Component() {
  const words = useAdministratorWords();
  const format = useFormats();
  const [text, setText] = useState('');
  const [speciality, setSpeciality] = useState<string>();
  const specialities = useSpecialities();
  const languages = useLanguages();
  const name = useDebounced(text.trim());
  const id = isId(text) ? text.trim().toLowerCase() : undefined;
  const asked = useDeferredValue({ name, speciality });
  const doctors = useInfiniteQuery({
    ...pagedQuery('searchDoctors', { query: { name: asked.name, speciality: asked.speciality, limit: 50 } }),
    enabled: !isId(asked.name),
  });
  const found = doctors.data?.pages.flatMap(page => page.doctors) ?? [];
  const looking = useUntilFound(doctors, found.length);
  return (
    <Page
      title={words.doctors.title}
      intro={words.doctors.intro}
      actions={
        <LinkButton look="primary" icon="plus" to="/admin/doctors/register">
          {words.doctors.register}
        </LinkButton>
      }
    >
      <form
        role="search"
        aria-label={words.doctors.title}
        className="card grid gap-4 p-5 sm:grid-cols-2"
        onSubmit={event => event.preventDefault()}
      >
        <TextField
          label={words.doctors.search}
          name="name"
          type="search"
          autoComplete="off"
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <ComboBox
          label={words.doctors.speciality}
          choices={specialities.choices}
          value={speciality}
          onChange={setSpeciality}
        />
      </form>
      {id ? (
        <LinkButton look="primary" icon="right" className="justify-self-start" to={`/admin/doctors/${id}`}>
          {words.doctors.openId}
        </LinkButton>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <p role="status" className="text-soft">
              {doctors.isSuccess && plural(format, found.length, words.doctors.found)}
              {doctors.hasNextPage && '+'}
            </p>
            <LinkButton small look="quiet" icon="shield" to="/admin/doctors/suspended">
              {words.doctors.suspended}
            </LinkButton>
          </div>
          {looking && <Loading />}
          {doctors.isError && <ErrorState error={doctors.error} retry={() => void doctors.refetch()} />}
          {doctors.isSuccess && found.length === 0 && !doctors.hasNextPage && (
            <Empty icon="search" title={words.doctors.noneTitle}>
              {words.doctors.none}
            </Empty>
          )}
          {found.length > 0 && (
            <Table
              caption={words.doctors.title}
              rows={found}
              id={doctor => doctor.id}
              columns={[
                {
                  name: words.doctors.name,
                  cell: doctor => (
                    <>
                      <Link
                        className="inline-block py-1.5 font-medium text-accent hover:underline"
                        to={`/admin/doctors/${doctor.id}`}
                      >
                        {doctor.displayName}
                      </Link>
                      <span className="block text-sm text-soft">{doctor.qualification}</span>
                    </>
                  ),
                },
                {
                  name: words.doctors.speciality,
                  cell: doctor => format.list(doctor.specialities.map(specialities.name)),
                },
                {
                  name: words.doctors.languages,
                  cell: doctor => format.list(doctor.languages.map(languages.name)),
                },
                { name: words.doctors.fee, number: true, cell: doctor => <Fee paise={doctor.fee} /> },
              ]}
            />
          )}
          {!looking && <MoreButton query={doctors} />}
        </>
      )}
    </Page>
  );
}
