import { useState } from 'react';
import { readersZone, useFormats } from '../i18n/format';
import { Button } from '../ui/Button';
import { DateField } from '../ui/Field';
import { dayAfter, isDay, utcDay } from './days';
import { useAdministratorWords } from './words';

/** A day in UTC, with the days beside it, and what it is in the reader's time. */
export function DayField({ day, onChange }: { day: string; onChange: (day: string) => void }) {
  const words = useAdministratorWords();
  const format = useFormats();
  const today = utcDay();
  const [text, setText] = useState(day);
  const [shown, setShown] = useState(day);
  if (shown !== day) {
    setShown(day);
    setText(day);
  }
  const at = (of: string) => format.dateTime(`${of}T00:00Z`, readersZone());
  return (
    <div className="flex flex-wrap items-start gap-2 sm:flex-nowrap">
      <DateField
        className="min-w-0 flex-1 basis-full sm:basis-0"
        label={words.day.label}
        hint={words.day.hint.replace('{from}', at(day)).replace('{to}', at(dayAfter(day)))}
        name="day"
        max={today}
        required
        value={text}
        onChange={event => {
          const next = event.target.value;
          setText(next);
          // While a year is typed, the field has days of other centuries.
          if (isDay(next) && next <= today) onChange(next);
        }}
      />
      <div className="flex gap-1 sm:pt-7.5">
        <Button
          className="w-11 px-0"
          icon="left"
          aria-label={words.day.previous}
          onClick={() => onChange(dayAfter(day, -1))}
        />
        <Button
          className="w-11 px-0"
          icon="right"
          aria-label={words.day.next}
          disabled={day >= today}
          onClick={() => onChange(dayAfter(day))}
        />
      </div>
    </div>
  );
}
