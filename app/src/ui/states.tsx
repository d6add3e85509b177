import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { isProblem, Unreachable } from '../api/problems';
import { useCore } from '../i18n';
import { Button } from './Button';
import { Icon, type IconName } from './icons';
import { announce } from './live';
import { useExplain } from './Problem';

/** Nothing is here: why, and what to do. */
export function Empty({
  icon = 'info',
  title,
  children,
  action,
}: {
  icon?: IconName;
  /** Left out if the page's own title says it. */
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="card grid justify-items-center gap-3 px-6 py-12 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon name={icon} className="size-7" />
      </span>
      {title && <h2 className="text-lg font-semibold">{title}</h2>}
      {children && <div className="max-w-prose text-soft">{children}</div>}
      {action}
    </div>
  );
}

/** The shape of what is coming. It appears only if the answer takes a moment. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const words = useCore();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className={`grid gap-3 ${late ? '' : 'invisible'}`}>
      <span className="sr-only">{words.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike
        <div key={row} aria-hidden="true" className="card flex animate-pulse gap-4 p-5">
          <div className="size-12 rounded-full bg-raised" />
          <div className="grid flex-1 content-center gap-2.5">
            <div className="h-4 w-1/3 rounded bg-raised" />
            <div className="h-3 w-2/3 rounded bg-raised" />
          </div>
        </div>
      ))}
    </div>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useCore();
  const tell = useExplain();
  const offline = error instanceof Unreachable;
  // Asking again does not help there.
  const missing = isProblem(error, 'not-found');
  return (
    <div role="alert" className="card grid justify-items-center gap-3 px-6 py-10 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-danger-soft text-danger">
        <Icon name={offline ? 'offline' : 'alert'} className="size-7" />
      </span>
      <h2 className="text-lg font-semibold">
        {missing
          ? tell(error)
          : offline && !navigator.onLine
            ? words.states.offlineTitle
            : words.states.errorTitle}
      </h2>
      <p className="max-w-prose text-soft">{missing ? words.states.notFound : tell(error)}</p>
      {retry && !missing && (
        <Button icon="repeat" onClick={retry}>
          {words.retry}
        </Button>
      )}
    </div>
  );
}

/** A query as a page shows it: its shape while it loads, the error with another try, then the content. */
export function Loaded<T>({
  query,
  rows,
  children,
}: {
  query: UseQueryResult<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <Loading rows={rows} />;
}

export function useOnline(): boolean {
  return useSyncExternalStore(
    listener => {
      addEventListener('online', listener);
      addEventListener('offline', listener);
      return () => {
        removeEventListener('online', listener);
        removeEventListener('offline', listener);
      };
    },
    () => navigator.onLine,
  );
}

export function OfflineBanner() {
  const words = useCore();
  const online = useOnline();
  const [was, setWas] = useState(online);
  if (was !== online) {
    setWas(online);
    if (online) queueMicrotask(() => announce(words.states.online));
  }
  return (
    <div role="status">
      {!online && (
        <div className="flex items-center justify-center gap-3 bg-warn-soft px-4 py-2 text-sm text-warn">
          <Icon name="offline" className="size-4" />
          <span>
            <strong>{words.states.offlineTitle}</strong>
            {words.fullStop} {words.states.offline}
          </span>
        </div>
      )}
    </div>
  );
}

/** A short word on a state, in its colour. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  tone?: 'neutral' | 'good' | 'warn' | 'danger' | 'accent';
  children: ReactNode;
}) {
  const tones = {
    neutral: 'bg-raised text-soft',
    good: 'bg-good-soft text-good',
    warn: 'bg-warn-soft text-warn',
    danger: 'bg-danger-soft text-danger',
    accent: 'bg-accent-soft text-accent-strong',
  };
  return (
    <span
      className={`inline-flex items-center rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}

const TONES: Record<string, 'good' | 'warn' | 'neutral' | 'accent'> = {
  held: 'warn',
  confirmed: 'good',
  checked_in: 'accent',
  in_progress: 'accent',
};

export function VisitStatus({ status }: { status: string }) {
  const words = useCore();
  return <Badge tone={TONES[status] ?? 'neutral'}>{words.statuses[status] ?? status}</Badge>;
}
