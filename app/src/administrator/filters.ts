import { useSearchParams } from 'react-router';

/** The filters of a list, in the address: ids, days and states only, so that a link leads to the same list. */
export function useFilters<Name extends string>(): [
  (name: Name) => string,
  (changes: Partial<Record<Name, string | undefined>>) => void,
] {
  const [params, setParams] = useSearchParams();
  const change = (changes: Partial<Record<Name, string | undefined>>) =>
    setParams(
      old => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(changes) as [string, string | undefined][]) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  return [name => params.get(name) ?? '', change];
}
