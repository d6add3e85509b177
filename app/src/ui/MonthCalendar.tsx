import { CalendarDate, parseDate } from '@internationalized/date';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
  I18nProvider,
} from 'react-aria-components';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { Icon } from './icons';

/** A month of which some days can be chosen. Days are texts such as `2026-12-01`. Loaded by {@link ./SlotCalendar}. */
export default function MonthCalendar({
  label,
  selected,
  days,
  first,
  last,
  month,
  onSelect,
  onMonth,
}: {
  label: string;
  selected: string | undefined;
  days: ReadonlySet<string>;
  first: string;
  last?: string;
  /** Any day of the month that is shown. */
  month: string;
  onSelect: (day: string) => void;
  onMonth: (day: string) => void;
}) {
  const format = useFormats();
  const words = useCore();
  return (
    <I18nProvider locale={format.locale}>
      <Calendar
        aria-label={label}
        value={selected ? parseDate(selected) : null}
        minValue={parseDate(first)}
        maxValue={last ? parseDate(last) : undefined}
        focusedValue={parseDate(month)}
        isDateUnavailable={date => !days.has(new CalendarDate(date.year, date.month, date.day).toString())}
        onChange={date => onSelect(date.toString())}
        onFocusChange={date => onMonth(date.toString())}
        className="w-full"
      >
        <header className="flex items-center justify-between pb-3">
          <Heading level={3} className="text-base font-semibold" />
          <span className="flex gap-1">
            <Button slot="previous" aria-label={words.calendar.previous} className={arrow}>
              <Icon name="left" />
            </Button>
            <Button slot="next" aria-label={words.calendar.next} className={arrow}>
              <Icon name="right" />
            </Button>
          </span>
        </header>
        <CalendarGrid weekdayStyle="short" className="w-full table-fixed">
          <CalendarGridHeader>
            {day => (
              <CalendarHeaderCell className="pb-1 text-xs font-medium text-soft">{day}</CalendarHeaderCell>
            )}
          </CalendarGridHeader>
          <CalendarGridBody>
            {date => (
              <CalendarCell
                date={date}
                className="mx-auto my-0.5 grid aspect-square w-[calc(100%-0.25rem)] max-w-10 cursor-default place-items-center rounded-full text-[0.95rem] tabular-nums not-data-unavailable:not-data-disabled:cursor-pointer not-data-unavailable:not-data-disabled:bg-accent-soft not-data-unavailable:not-data-disabled:font-medium not-data-unavailable:not-data-disabled:text-accent-strong data-[outside-month]:invisible data-disabled:text-soft data-unavailable:text-soft data-selected:bg-accent! data-selected:text-on-accent! data-focus-visible:outline-3 data-focus-visible:outline-offset-2 data-focus-visible:outline-accent"
              />
            )}
          </CalendarGridBody>
        </CalendarGrid>
      </Calendar>
    </I18nProvider>
  );
}

const arrow =
  'grid size-10 cursor-pointer place-items-center rounded-lg text-soft hover:bg-raised data-disabled:cursor-default data-disabled:opacity-40 data-focus-visible:outline-3 data-focus-visible:outline-accent';
