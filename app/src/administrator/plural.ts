import type { Formats } from '../i18n/format';

/** A sentence with a number, of the words `one|other`. */
export function plural(format: Formats, count: number, text: string): string {
  const [one = '', other = ''] = text.split('|');
  return format.plural(count, one, other);
}
