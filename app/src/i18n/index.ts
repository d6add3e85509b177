import { area, useWords } from './language';

export const core = area({ en: () => import('./en'), hi: () => import('./hi') });
export type Core = Awaited<ReturnType<typeof core.load>>;

/** The words of the frame of the app: navigation, states, problems, units. */
export function useCore(): Core {
  return useWords(core);
}

export { area, LANGUAGES, type Language, setLanguage, useLanguage, useWords } from './language';
