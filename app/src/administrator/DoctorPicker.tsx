import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { query } from '../api/queries';
import { useFormats } from '../i18n/format';
import { useSpecialities } from '../i18n/terms';
import { TextField } from '../ui/Field';
import { ErrorState } from '../ui/states';
import { useDebounced } from '../ui/useDebounced';
import { isId } from './days';
import { plural } from './plural';
import { useAdministratorWords } from './words';

/** One doctor among many, found by the name or the id. */
export function DoctorPicker({ onChoose }: { onChoose: (id: string) => void }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const specialities = useSpecialities();
  const [text, setText] = useState('');
  const name = useDebounced(text.trim());
  const wanted = name !== '' && !isId(name);
  const doctors = useQuery({ ...query('searchDoctors', { query: { name, limit: 8 } }), enabled: wanted });
  const found = wanted ? doctors.data?.doctors : undefined;
  return (
    <div className="grid gap-2">
      <TextField
        label={words.doctors.search}
        name="doctor"
        type="search"
        autoComplete="off"
        value={text}
        onChange={event => {
          setText(event.target.value);
          if (isId(event.target.value)) onChoose(event.target.value.trim().toLowerCase());
        }}
      />
      {doctors.isError && <ErrorState error={doctors.error} retry={() => void doctors.refetch()} />}
      <p role="status" className={found?.length === 0 ? 'text-soft' : 'sr-only'}>
        {found?.length === 0
          ? words.doctors.noneTitle
          : found && plural(format, found.length, words.doctors.found)}
      </p>
      {found && found.length > 0 && (
        <ul className="grid gap-1 rounded-xl border border-line p-1.5">
          {found.map(doctor => (
            <li key={doctor.id}>
              <button
                type="button"
                className="grid min-h-11 w-full content-center rounded-lg px-3 py-1.5 text-left hover:bg-accent-soft"
                onClick={() => onChoose(doctor.id)}
              >
                <span className="font-medium">{doctor.displayName}</span>
                <span className="text-sm text-soft">
                  {format.list(doctor.specialities.map(specialities.name))}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
