import { type Language, useLanguage } from './language';

/** Hindi with the digits that Indian health services print. */
const LOCALE: Record<Language, string> = { en: 'en-IN', hi: 'hi-IN-u-nu-latn' };

const cache = new Map<string, Intl.DateTimeFormat>();

function dates(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE[language], options);
    cache.set(key, format);
  }
  return format;
}

export const readersZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The calendar day of an instant in a zone, as `2026-12-01`. */
export function dayOf(instant: string | number | Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(new Date(instant));
}

/** Whether two zones show the same time at an instant. */
export function sameTime(instant: string | number | Date, one: string, other: string): boolean {
  const shown = (zone: string) =>
    dates('en', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(instant));
  return shown(one) === shown(other);
}

/** A day of another year is told with its year. */
function otherYear(value: string | number | Date, zone: string): Intl.DateTimeFormatOptions {
  const year = (of: string | number | Date) =>
    dates('en', { timeZone: zone, year: 'numeric' }).format(new Date(of));
  return year(value) === year(Date.now()) ? {} : { year: 'numeric' };
}

export function formats(language: Language) {
  // The space before "am" does not break.
  const at = (value: string | number | Date, options: Intl.DateTimeFormatOptions) =>
    dates(language, options)
      .format(new Date(value))
      .replace(/[ \u202f](?=[ap]m)/i, '\u00a0');
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const locale = LOCALE[language];
  // The short months of Hindi have a sign that few read, such as in "दिस॰"; the whole names are hardly longer.
  const month = language === 'hi' ? 'long' : 'short';
  const rupees = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'INR',
    trailingZeroDisplay: 'stripIfInteger',
  });
  return {
    locale,
    time: (value: string | number | Date, zone: string) => at(value, { ...clock, timeZone: zone }),
    day: (value: string | number | Date, zone: string) =>
      at(value, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...otherYear(value, zone),
        timeZone: zone,
      }),
    shortDay: (value: string | number | Date, zone: string) =>
      at(value, { weekday: 'short', day: 'numeric', month, ...otherYear(value, zone), timeZone: zone }),
    dayNumber: (value: string | number | Date, zone: string) => at(value, { day: 'numeric', timeZone: zone }),
    monthName: (value: string | number | Date, zone: string) => at(value, { month, timeZone: zone }),
    date: (value: string | number | Date, zone: string) =>
      at(value, { day: 'numeric', month, year: 'numeric', timeZone: zone }),
    // In two parts: with a whole month, Hindi would put words around the time that do not go with "am".
    dateTime: (value: string | number | Date, zone: string) =>
      [
        at(value, { day: 'numeric', month, year: 'numeric', timeZone: zone }),
        at(value, { ...clock, timeZone: zone }),
      ].join(', '),
    weekday: (value: string | number | Date, zone: string) => at(value, { weekday: 'short', timeZone: zone }),
    /** A day without a time, such as a birthday: `2026-12-01`. */
    plainDay: (day: string) =>
      at(`${day}T00:00Z`, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...otherYear(`${day}T00:00Z`, 'UTC'),
        timeZone: 'UTC',
      }),
    plainDate: (day: string) =>
      at(`${day}T00:00Z`, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
    /** The name of a zone at an instant, such as `India Standard Time`. */
    zone: (value: string | number | Date, zone: string) =>
      dates(language, { timeZone: zone, timeZoneName: 'long' })
        .formatToParts(new Date(value))
        .find(part => part.type === 'timeZoneName')?.value ?? zone,
    /** A number of India as it is spoken, `+91 98045 21259`; any other one as it is. */
    phone: (number: string) => number.replace(/^(\+91)(\d{5})(\d{5})$/, '$1 $2 $3'),
    money: (paise: number) => rupees.format(paise / 100),
    number: (value: number) => new Intl.NumberFormat(locale).format(value),
    list: (items: string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
    languageName: (tag: string) =>
      new Intl.DisplayNames([locale], { type: 'language' }).of(tag.split('-')[0] ?? tag) ?? tag,
    plural: (count: number, one: string, other: string) =>
      (new Intl.PluralRules(locale).select(count) === 'one' ? one : other).replace(
        '#',
        new Intl.NumberFormat(locale).format(count),
      ),
  };
}

export type Formats = ReturnType<typeof formats>;
const made = new Map<Language, Formats>();

export function useFormats(): Formats {
  const language = useLanguage();
  let format = made.get(language);
  if (!format) {
    format = formats(language);
    made.set(language, format);
  }
  return format;
}
