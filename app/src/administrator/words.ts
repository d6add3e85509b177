import { area, useWords } from '../i18n';

export const administrator = area({ en: () => import('./en'), hi: () => import('./hi') });

export function useAdministratorWords() {
  return useWords(administrator);
}
