import type { ReactNode } from 'react';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { DateField, Select, TextField } from '../ui/Field';
import type { Hours, Rule, Weekday } from './hours';
import { slotsOfADay, WEEKDAYS } from './hours';
import { useDoctorWords } from './words';

/** A number as it is typed; an empty field is no number, and the form asks for one. */
const number = (text: string): number => (text === '' ? Number.NaN : Number(text));
const shown = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '' : String(value);

/** Hours of a day with their slots. `at` is the JSON pointer of the hours. */
export function HoursFields({
  at,
  hours,
  onChange,
  more,
}: {
  at: string;
  hours: Hours;
  onChange: (hours: Hours) => void;
  /** What stands beside the pauses. */
  more?: ReactNode;
}) {
  const words = useDoctorWords();
  const core = useCore();
  const format = useFormats();
  const place = hours.place ?? { mode: 'video' };
  const [one = '', other = ''] = words.schedule.slotsOfHours.split('|');
  const set = (change: Partial<Hours>) => onChange({ ...hours, ...change });
  const special =
    (hours.bufferBeforeMinutes ?? 0) + (hours.bufferAfterMinutes ?? 0) > 0 || Boolean(more && hours.zone);
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 min-[26rem]:grid-cols-2 sm:grid-cols-3">
        <TextField
          label={words.schedule.start}
          name={`${at}/start`}
          type="time"
          required
          value={hours.start.slice(0, 5)}
          onChange={event => set({ start: event.target.value })}
        />
        <TextField
          label={words.schedule.end}
          name={`${at}/end`}
          type="time"
          required
          value={hours.end.slice(0, 5)}
          onChange={event => set({ end: event.target.value })}
        />
        <TextField
          className="min-[26rem]:max-sm:col-span-2"
          label={words.schedule.slotMinutes}
          name={`${at}/slotMinutes`}
          type="number"
          inputMode="numeric"
          min={5}
          max={480}
          required
          value={shown(hours.slotMinutes)}
          onChange={event => set({ slotMinutes: number(event.target.value) })}
        />
        <Select
          className="min-[26rem]:max-sm:col-span-2"
          label={words.schedule.place}
          name={`${at}/place/mode`}
          value={place.mode}
          onChange={event =>
            set({
              place: event.target.value === 'clinic' ? { mode: 'clinic', name: '' } : { mode: 'video' },
            })
          }
          options={[
            { value: 'video', label: core.modes.video },
            { value: 'clinic', label: core.modes.clinic },
          ]}
        />
        {place.mode === 'clinic' && (
          <TextField
            className="min-[26rem]:col-span-2"
            label={words.schedule.clinicName}
            hint={words.schedule.clinicHint}
            name={`${at}/place/name`}
            required
            maxLength={80}
            value={place.name}
            onChange={event => set({ place: { mode: 'clinic', name: event.target.value } })}
          />
        )}
      </div>
      <p className="text-sm text-soft" data-count={slotsOfADay(hours)}>
        {format.plural(slotsOfADay(hours), one, other)}
        {hours.zone && ` · ${words.schedule.inZone.replace('{zone}', format.zone(Date.now(), hours.zone))}`}
      </p>
      <details open={special || undefined}>
        <summary className="min-h-6 justify-self-start text-accent">{words.schedule.more}</summary>
        <div className="mt-4 grid gap-4 sm:grid-cols-2">
          <TextField
            label={words.schedule.pauseBefore}
            name={`${at}/bufferBeforeMinutes`}
            type="number"
            inputMode="numeric"
            min={0}
            max={240}
            required
            value={shown(hours.bufferBeforeMinutes ?? 0)}
            onChange={event => set({ bufferBeforeMinutes: number(event.target.value) })}
          />
          <TextField
            label={words.schedule.pauseAfter}
            hint={words.schedule.pauseHint}
            name={`${at}/bufferAfterMinutes`}
            type="number"
            inputMode="numeric"
            min={0}
            max={240}
            required
            value={shown(hours.bufferAfterMinutes ?? 0)}
            onChange={event => set({ bufferAfterMinutes: number(event.target.value) })}
          />
          {more}
        </div>
      </details>
    </div>
  );
}

/** Weekly hours: the days, the hours, and the period in which they hold. */
export function RuleFields({
  at,
  rule,
  onChange,
  error,
}: {
  at: string;
  rule: Rule;
  onChange: (rule: Rule) => void;
  /** What is wrong with the days. */
  error?: string;
}) {
  const words = useDoctorWords();
  return (
    <>
      <Days
        at={at}
        days={rule.weekdays}
        error={error}
        onChange={weekdays => onChange({ ...rule, weekdays })}
      />
      <HoursFields
        at={`${at}/hours`}
        hours={rule.hours}
        onChange={hours => onChange({ ...rule, hours })}
        more={
          <>
            <DateField
              label={words.schedule.first}
              name={`${at}/first`}
              required={false}
              value={rule.first ?? ''}
              onChange={event => onChange({ ...rule, first: event.target.value || undefined })}
            />
            <DateField
              label={words.schedule.last}
              name={`${at}/last`}
              required={false}
              value={rule.last ?? ''}
              onChange={event => onChange({ ...rule, last: event.target.value || undefined })}
            />
          </>
        }
      />
    </>
  );
}

function Days({
  at,
  days,
  error,
  onChange,
}: {
  at: string;
  days: Weekday[];
  error?: string;
  onChange: (days: Weekday[]) => void;
}) {
  const words = useDoctorWords();
  const core = useCore();
  const id = `${at.replaceAll('/', '-')}-days-error`;
  return (
    <fieldset aria-describedby={error ? id : undefined}>
      <legend className="mb-1.5 font-medium">{words.schedule.days}</legend>
      <div className="flex flex-wrap gap-2">
        {WEEKDAYS.map(day => (
          <label
            key={day}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-[0.625rem] border border-edge bg-surface px-3 py-2 hover:bg-raised has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-strong has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="checkbox"
              className="size-4 accent-accent"
              name={`${at}/weekdays`}
              aria-invalid={error ? true : undefined}
              checked={days.includes(day)}
              onChange={event =>
                onChange(WEEKDAYS.filter(each => (each === day ? event.target.checked : days.includes(each))))
              }
            />
            {core.weekdays[day]}
          </label>
        ))}
      </div>
      {error && (
        <p id={id} className="mt-1.5 text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
