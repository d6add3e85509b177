import { startTransition, use, useSyncExternalStore } from 'react';

export type Language = 'en' | 'hi';
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'hi', name: 'हिन्दी' },
];

function initial(): Language {
  const chosen = document.documentElement.lang;
  try {
    if (localStorage.getItem('vaidya.language') === null && navigator.language.startsWith('hi')) return 'hi';
  } catch {
    // The document's language stands.
  }
  return chosen === 'hi' ? 'hi' : 'en';
}

let language: Language = initial();
document.documentElement.lang = language;
const listeners = new Set<() => void>();

export function currentLanguage(): Language {
  return language;
}

/** Changes the language of the app, after its words have been loaded. */
export async function setLanguage(next: Language): Promise<void> {
  await Promise.all([...areas].map(area => area.load(next)));
  language = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem('vaidya.language', next);
  } catch {
    // The choice lasts as long as the page.
  }
  startTransition(() => {
    for (const listener of listeners) listener();
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

/** The words of a part of the app, a module per language. The English ones give the type, so that a missing key does not compile. */
export interface Area<Words> {
  load(language: Language): Promise<Words>;
}

type Loaders<Words> = { en: () => Promise<{ default: Words }>; hi: () => Promise<{ default: Words }> };
type Settled<Words> = Promise<Words> & { status?: string; value?: Words };

const areas = new Set<Area<unknown>>();

export function area<Words>(loaders: Loaders<Words>): Area<Words> {
  const loaded = new Map<Language, Settled<Words>>();
  const made: Area<Words> = {
    load(wanted) {
      let words = loaded.get(wanted);
      if (!words) {
        const promise: Settled<Words> = loaders[wanted]().then(module => module.default);
        // React reads these two, and so does not suspend for words that are there.
        promise.then(
          value => {
            promise.status = 'fulfilled';
            promise.value = value;
          },
          () => loaded.delete(wanted),
        );
        loaded.set(wanted, promise);
        words = promise;
      }
      return words;
    },
  };
  areas.add(made as Area<unknown>);
  return made;
}

/** The words of a part in the reader's language; suspends until they are loaded. */
export function useWords<Words>(of: Area<Words>): Words {
  return use(of.load(useLanguage()));
}
