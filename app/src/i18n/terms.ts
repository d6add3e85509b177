import { useRead } from '../api/queries';
import { useLanguage } from '.';
import { useFormats } from './format';

/** The names of specialities and languages in the reader's language. They change with a release at most. */
const HOURS = 6 * 3_600_000;

export function useSpecialities() {
  const language = useLanguage();
  const { data } = useRead('listSpecialities', {}, { staleTime: HOURS });
  const choices = (data?.specialities ?? []).map(({ code, name, synonyms }) => ({
    value: code,
    label: name[language],
    words: [name.en, name.hi, ...synonyms],
  }));
  const find = lookup(choices);
  return {
    choices: choices.sort((a, b) => a.label.localeCompare(b.label, language)),
    // Until the names are here, no reader meets a code.
    name: (code: string) => find(code) ?? (data ? code : '…'),
  };
}

export function useLanguages() {
  const language = useLanguage();
  const format = useFormats();
  const { data } = useRead('listLanguages', {}, { staleTime: HOURS });
  const choices = (data?.languages ?? []).map(({ code, name }) => ({ value: code, label: name[language] }));
  const find = lookup(choices);
  return {
    choices: choices.sort((a, b) => a.label.localeCompare(b.label, language)),
    name: (tag: string) => find(tag.split('-')[0] ?? tag) ?? format.languageName(tag),
  };
}

function lookup(choices: { value: string; label: string }[]) {
  return (code: string) => choices.find(choice => choice.value === code)?.label;
}
