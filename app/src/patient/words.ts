import { area, useWords } from '../i18n';

export const patient = area({ en: () => import('./en'), hi: () => import('./hi') });

export function usePatientWords() {
  return useWords(patient);
}
