import { area, useWords } from '../i18n';

const words = area({ en: () => import('./en'), hi: () => import('./hi') });

export function usePublicWords() {
  return useWords(words);
}
