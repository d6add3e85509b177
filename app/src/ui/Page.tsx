import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useCore } from '../i18n';
import { Icon } from './icons';

/**
 * A page: its title, what can be done with the whole of it, and its content. After a navigation the focus is on the title,
 * which says where one is. The title names the kind of page and never a person or an illness.
 */
export function Page({
  title,
  heading = title,
  intro,
  actions,
  backTo,
  backLabel,
  narrow = false,
  children,
}: {
  title: string;
  /** What the page shows as its title, if that is more than the tab may say. */
  heading?: ReactNode;
  intro?: ReactNode;
  actions?: ReactNode;
  backTo?: string;
  backLabel?: string;
  narrow?: boolean;
  children: ReactNode;
}) {
  const words = useCore();
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
  }, [title, words]);
  useEffect(() => {
    // On the first page of a visit the browser's own start is right.
    if (history.state?.idx) top.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div
      className={`mx-auto grid w-full grid-cols-1 gap-6 px-4 py-8 sm:px-6 ${narrow ? 'max-w-2xl' : 'max-w-6xl'}`}
    >
      <div className="grid gap-2">
        {backTo && (
          <Link
            to={backTo}
            className="-ml-1.5 inline-flex min-h-9 items-center gap-1 justify-self-start text-accent hover:underline"
          >
            <Icon name="left" className="size-4" />
            {backLabel ?? words.back}
          </Link>
        )}
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="grid min-w-0 flex-1 basis-64 gap-2">
            <h1 ref={top} tabIndex={-1} className="text-2xl font-semibold tracking-tight sm:text-3xl">
              {typeof heading === 'string' ? together(heading) : heading}
            </h1>
            {intro && <div className="max-w-prose text-soft">{intro}</div>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
      {children}
    </div>
  );
}

/** A title such as "Dr." does not stand at the end of a line without its name. */
function together(text: string): string {
  return text.replace(/([\p{L}\p{M}]{1,4}\.) /gu, '$1\u00a0');
}

/** A part of a page with a title of its own. */
export function Section({
  title,
  actions,
  children,
  plain = false,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  plain?: boolean;
}) {
  return (
    <section className={plain ? 'grid grid-cols-1 gap-4' : 'card grid grid-cols-1 gap-4 p-5 sm:p-6'}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
