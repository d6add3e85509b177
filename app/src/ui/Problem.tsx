import { useEffect, useRef } from 'react';
import { Problem, Unreachable } from '../api/problems';
import { type Core, useCore } from '../i18n';
import { type Formats, readersZone, useFormats } from '../i18n/format';
import { Icon } from './icons';

/** Says an error in the reader's language, with what the refusal knows. */
export function explain(error: unknown, words: Core, format: Formats): string {
  if (error instanceof Unreachable) return navigator.onLine ? words.states.unreachable : words.states.offline;
  if (!(error instanceof Problem)) return words.problems['internal-error'];
  const texts: Record<string, string> = words.problems;
  const text = texts[error.kind] ?? error.body.detail ?? words.problems['internal-error'];
  const { at, from, until, limit } = error.body;
  const shown = (instant: string | null | undefined) => instant && format.dateTime(instant, readersZone());
  const values: Record<string, string | null | undefined> = {
    at: shown(at),
    from: shown(from),
    until: shown(until),
    limit: limit?.toString(),
  };
  // A sentence whose value is not known is left out, unless nothing would be left.
  const sentences = text.split(/(?<=[.।?!])\s+/);
  const told = sentences.filter(sentence =>
    [...sentence.matchAll(/\{(\w+)\}/g)].every(([, name]) => values[name ?? '']),
  );
  const title = error.body.title ?? words.problems['internal-error'];
  return told.length === 0
    ? title
    : told.join(' ').replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

export function useExplain(): (error: unknown) => string {
  const words = useCore();
  const format = useFormats();
  return error => explain(error, words, format);
}

/** A refusal within the page. It takes the focus, unless a field has it because of the same refusal (`quiet`). */
export function ProblemNote({
  error,
  quiet = false,
  children,
}: {
  error: Error;
  quiet?: boolean;
  children?: React.ReactNode;
}) {
  const words = useCore();
  const tell = useExplain();
  const note = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a second refusal of the same kind is a new one
  useEffect(() => {
    if (!quiet) note.current?.focus();
  }, [error, quiet]);
  const id = error instanceof Problem && error.status >= 500 ? error.body.instance : undefined;
  return (
    <div
      ref={note}
      tabIndex={-1}
      role={quiet ? undefined : 'alert'}
      className="flex gap-3 rounded-[0.625rem] border border-danger/40 bg-danger-soft px-4 py-3"
    >
      <Icon name="alert" className="mt-0.5 size-5 text-danger" />
      <div className="grid gap-2">
        <p>{tell(error)}</p>
        {id && <p className="text-sm text-soft">{words.states.reference.replace('{id}', id)}</p>}
        {children}
      </div>
    </div>
  );
}
