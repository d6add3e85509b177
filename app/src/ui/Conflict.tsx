import { type ReactNode, useId, useState } from 'react';
import type { Tagged } from '../api/client';
import { isProblem } from '../api/problems';
import { useCore } from '../i18n';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { differing } from './differing';
import { toast } from './live';
import { ProblemNote } from './Problem';

/** How the values of a form are named and shown. A value without an entry is not compared, and the reader's own is kept. */
export type Compared<T> = { [K in keyof T]?: { label: string; show: (value: T[K]) => ReactNode } };

interface Met<R, T> {
  /** What the reader has written. */
  mine: T;
  stored: Tagged<R>;
}

/**
 * The version that a form was filled from. What is typed must meet this one, and not a version that arrives meanwhile. If
 * another one was saved, it is read, and {@link Conflict} shows both. `meet` belongs into the `onError` of the change, `saved`
 * into its `onSuccess`.
 *
 * With `valuesOf`, a version that arrives meanwhile and has the same values is taken over: another form of the page has
 * changed another part of what both share.
 */
export function useVersion<R, T extends object>(
  read: Tagged<R>,
  again: () => Promise<Tagged<R>>,
  valuesOf?: (read: R) => T,
) {
  const [shown, setShown] = useState(read);
  const [last, setLast] = useState(read);
  if (last !== read) {
    setLast(read);
    if (valuesOf && same(valuesOf(read.data), valuesOf(shown.data))) setShown(read);
  }
  const [fills, setFills] = useState(0);
  const [met, setMet] = useState<Met<R, T>>();
  const [failed, setFailed] = useState<Error>();
  const fill = (stored: Tagged<R>) => {
    setShown(stored);
    setFills(fills + 1);
    setMet(undefined);
    // The form is made anew, and with it the button that had the focus.
    requestAnimationFrame(() => {
      const button = document.querySelector<HTMLElement>('main form button[type=submit]');
      (button ?? document.querySelector<HTMLElement>('h1'))?.focus();
    });
  };
  return {
    shown,
    /** A form with another key is filled anew. */
    key: fills,
    met,
    fill,
    meet: async (error: Error, mine: T) => {
      if (!isProblem(error, 'version-mismatch')) return;
      setFailed(undefined);
      try {
        setMet({ mine, stored: await again() });
      } catch (reason) {
        setFailed(reason as Error);
      }
    },
    saved: async () => {
      try {
        const stored = await again();
        if (met) fill(stored);
        else setShown(stored);
      } catch {
        // What was sent is saved; the next change will meet it as another version.
        setMet(undefined);
      }
    },
    /** What the form itself tells of an error: of another version only that it could not be read. */
    told: (error: Error | null) => (isProblem(error, 'version-mismatch') ? (failed ?? null) : error),
    /** Back to the form, in which everything is as it was. */
    leave: () => setMet(undefined),
  };
}

/** Shows what the reader has written beside what is stored now, and lets them choose for each field that differs. */
export function Conflict<R, T extends object>({
  version,
  valuesOf,
  fields,
  busy,
  error,
  onSave,
  onTaken,
}: {
  version: Version<R, T>;
  valuesOf: (read: R) => T;
  fields: Compared<T>;
  busy: boolean;
  error: Error | null;
  /** Saves the choice over the stored version. */
  onSave: (values: T, etag: string) => void;
  /** The form shows the stored version now. */
  onTaken?: () => void;
}) {
  const words = useCore();
  const { met } = version;
  return (
    <Dialog open={met !== undefined} onClose={version.leave} title={words.conflict.title} wide>
      {met && (
        // A third version is another choice.
        <Versions
          key={met.stored.etag}
          mine={met.mine}
          theirs={valuesOf(met.stored.data)}
          base={valuesOf(version.shown.data)}
          fields={fields}
          busy={busy}
          problem={version.told(error)}
          onClose={version.leave}
          onSave={values => onSave(values, met.stored.etag)}
          // Nothing of the reader's is kept, so there is nothing to save.
          onTake={() => {
            version.fill(met.stored);
            onTaken?.();
            toast(words.conflict.taken, 'info');
          }}
        />
      )}
    </Dialog>
  );
}

function same<T extends object>(one: T, other: T): boolean {
  return differing(Object.keys({ ...one, ...other }) as (keyof T & string)[], one, other).length === 0;
}

type Version<R, T extends object> = ReturnType<typeof useVersion<R, T>>;
type Side = 'mine' | 'theirs';

function Versions<T extends object>({
  mine,
  theirs,
  base,
  fields,
  busy,
  problem,
  onClose,
  onSave,
  onTake,
}: {
  mine: T;
  theirs: T;
  base: T;
  fields: Compared<T>;
  busy: boolean;
  problem: Error | null;
  onClose: () => void;
  onSave: (values: T) => void;
  onTake: () => void;
}) {
  const words = useCore();
  const compared = Object.keys(fields) as (keyof T & string)[];
  const names = differing(compared, mine, theirs);
  // A field that the reader has not touched begins with what is stored: the other change would be undone otherwise.
  const touched = differing(compared, mine, base);
  const all = (side: Side) => Object.fromEntries(names.map(name => [name, side])) as Record<string, Side>;
  const [chosen, setChosen] = useState<Record<string, Side>>(() =>
    Object.fromEntries(names.map(name => [name, touched.includes(name) ? 'mine' : 'theirs'])),
  );
  // Values that are not compared, such as an address that is never shown, are always the reader's.
  const unseen = differing(
    (Object.keys(mine) as (keyof T & string)[]).filter(name => !(name in fields)),
    mine,
    theirs,
  );
  const keeps = unseen.length > 0 || names.some(name => chosen[name] === 'mine');
  const submit = () => {
    if (!keeps) return onTake();
    const taken = names.filter(name => chosen[name] === 'theirs').map(name => [name, theirs[name]]);
    return onSave({ ...mine, ...Object.fromEntries(taken) });
  };
  return (
    <>
      <p>{names.length > 0 ? words.conflict.text : words.conflict.same}</p>
      {names.length > 1 && (
        <div className="flex flex-wrap gap-2">
          <Button small onClick={() => setChosen(all('mine'))}>
            {words.conflict.allMine}
          </Button>
          <Button small onClick={() => setChosen(all('theirs'))}>
            {words.conflict.allStored}
          </Button>
        </div>
      )}
      {names.map(name => (
        <Field
          key={name}
          label={fields[name]?.label ?? name}
          value={chosen[name] ?? 'theirs'}
          onChange={side => setChosen({ ...chosen, [name]: side })}
          mine={fields[name]?.show(mine[name])}
          theirs={fields[name]?.show(theirs[name])}
        />
      ))}
      {problem && <ProblemNote error={problem} />}
      <div className="actions justify-end pt-2 max-sm:justify-stretch">
        <Button onClick={onClose}>{words.conflict.back}</Button>
        <Button look="primary" busy={busy} onClick={submit}>
          {keeps ? words.conflict.save : words.conflict.take}
        </Button>
      </div>
    </>
  );
}

function Field({
  label,
  value,
  onChange,
  mine,
  theirs,
}: {
  label: string;
  value: Side;
  onChange: (side: Side) => void;
  mine: ReactNode;
  theirs: ReactNode;
}) {
  const words = useCore();
  const name = useId();
  const sides: [Side, string, ReactNode][] = [
    ['mine', words.conflict.mine, mine],
    ['theirs', words.conflict.stored, theirs],
  ];
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">{label}</legend>
      <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {sides.map(([side, title, shown]) => (
          <label
            key={side}
            className="flex min-h-11 cursor-pointer items-start gap-2.5 rounded-[0.625rem] border border-edge bg-surface px-3.5 py-2.5 hover:bg-raised has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              className="mt-1 size-4 shrink-0 accent-accent"
              name={name}
              checked={value === side}
              onChange={() => onChange(side)}
            />
            <span className="grid min-w-0 gap-0.5">
              <span className="text-sm text-soft">{title}</span>
              <span className="whitespace-pre-line wrap-anywhere">
                {shown || <span className="text-soft">{words.conflict.empty}</span>}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
